"""What the use cases ask of the world. Adapters fulfil these; tests and simulation bring fakes.

A port's method either does what it says, raises one of `handrail.domain.errors`, or raises
`UnavailableError`: then what was asked may or may not have happened.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from handrail.domain.delivery import Delivery, OutboundMessage
from handrail.domain.knowledge import Found, Passage
from handrail.domain.media import File
from handrail.domain.message import InboundMessage
from handrail.domain.phrases import Phrases
from handrail.domain.turn import Outcome


class Clock(Protocol):
    """The time, in seconds since the epoch."""

    def now(self) -> float:
        """Return the time."""
        ...


# ---------------------------------------------------------------- channels


@dataclass(frozen=True, slots=True)
class Request:
    """An HTTP request as it came in: header names in lower case, the body byte for byte."""

    method: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    url: str = ""
    """The full public URL, for channels that sign it."""


@dataclass(frozen=True, slots=True)
class Response:
    """What to answer an HTTP request with."""

    status: int
    body: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Address:
    """Where a conversation's messages go: the channel's account and the customer's ids there."""

    channel: str
    account: str
    sender_ids: tuple[str, ...]


class Channel(Protocol):
    """A messenger: verifies and reads what comes in, writes what goes out."""

    name: str

    def handshake(self, request: Request) -> Response | None:
        """Return the answer to a provider's set-up request, or None when it is not one."""
        ...

    def verify(self, request: Request, now: float) -> None:
        """Check the signature over the raw bytes, before anything is parsed.

        Raises:
            ForgedRequestError: it does not verify, is outside the replay window, or there is no
                secret to verify with.

        """
        ...

    def to_messages(self, request: Request, received_at: float) -> Sequence[InboundMessage]:
        """Read a verified request; an empty sequence when nothing of a customer's is in it.

        Raises:
            MalformedRequestError: genuine, but not what the channel promises to send.

        """
        ...

    def send(self, address: Address, message: OutboundMessage) -> Delivery:
        """Send one message; never raises for anything the channel answers."""
        ...


@dataclass(frozen=True, slots=True)
class Piece:
    """Some of a file's bytes."""

    data: bytes
    total: int | None
    """How many the whole file has, if that is known."""


class CustomerFiles(Protocol):
    """The files that customers sent, where their channels keep them."""

    def fetch(self, address: Address, file: File, start: int, most: int) -> Piece:
        """Return at most so many bytes of a file, from a place in it on.

        Raises:
            FileGoneError, FileRefusedError: it cannot be had.
            UnavailableError: not now, or not before the account is mended.

        """
        ...


@runtime_checkable
class Replying(Protocol):
    """A channel whose provider wants an answer of its own kind to an accepted request."""

    def reply(self, request: Request, accepted: int) -> Response | None:
        """Return the answer; None means the usual one."""
        ...


@runtime_checkable
class Knocking(Protocol):
    """A channel that, when its window is closed, can ask the customer to open it."""

    def knock(self, address: Address, message: OutboundMessage) -> Delivery:
        """Send what was approved for that beforehand, in the message's language.

        Never raises. `WindowClosed` says that nothing is approved or configured.
        """
        ...


@runtime_checkable
class Typing(Protocol):
    """A channel that can show a customer that an answer is being written."""

    def typing(self, address: Address, event_id: str) -> None:
        """Show it, best effort; `event_id` is the message that is being answered."""
        ...


@runtime_checkable
class ShowsAgents(Protocol):
    """A channel that can show a customer that the person they talk to is writing."""

    def agent_types(self, address: Address) -> None:
        """Show it, best effort."""
        ...


BY_AGENT = ""
"""In place of a message that is being answered: an agent is writing."""


class TypingHints(Protocol):
    """Asks `deliver`, which alone talks to channels, to show that an answer is being written."""

    def show(self, conversation: str, event_id: str) -> None:
        """Ask for it; `event_id` is the message that is being answered, or `BY_AGENT`.

        Raises:
            UnavailableError: nobody will be shown anything, which harms nobody.

        """
        ...


# ---------------------------------------------------------------- language


class Catalogue(Protocol):
    """Every language's phrases."""

    def phrases(self, language: str) -> Phrases:
        """Return the phrases of a supported language.

        Raises:
            KeyError: the language is not supported.

        """
        ...

    def supported(self, tag: str | None) -> str | None:
        """Return the supported language a BCP 47 tag means (`pt-PT` -> `pt-BR`), or None."""
        ...


@dataclass(frozen=True, slots=True)
class Identified:
    """A language and how sure that is, 0 to 1."""

    language: str
    confidence: float


class LanguageIdentifier(Protocol):
    """Tells the language of a customer's words."""

    def identify(self, text: str) -> Identified | None:
        """Return the most likely supported language, or None when the text says nothing."""
        ...


# ---------------------------------------------------------------- privacy


@dataclass(frozen=True, slots=True)
class Redacted:
    """A text without personal data, and what each placeholder stood for."""

    text: str
    placeholders: Mapping[str, str] = field(default_factory=dict)
    """`[email-1]` -> the original. Unique within the conversation by the `prefix` given."""


class Redactor(Protocol):
    """Takes personal data out of a text."""

    def redact(self, text: str, region: str | None = None) -> Redacted:
        """Replace personal data by placeholders such as `[card-1]`; over-redact when in doubt.

        Never raises: when recognising fails, everything that could be personal is replaced.
        """
        ...


# ---------------------------------------------------------------- answers


class Retriever(Protocol):
    """Finds what the company's articles say."""

    def search(self, question: str, language: str, limit: int, now: float) -> Sequence[Found]:
        """Return the passages that fit best, best first; only articles valid at `now`."""
        ...

    def passage(self, passage_id: str) -> Passage | None:
        """Return one passage of the index, or None."""
        ...


@dataclass(frozen=True, slots=True)
class Exchange:
    """One earlier message of a conversation, redacted: who said what."""

    speaker: str
    """`customer`, `bot` or `agent`."""
    text: str


class Drafter(Protocol):
    """Drafts an answer from passages; proposes only, decides nothing."""

    def draft(
        self,
        question: str,
        language: str,
        passages: Sequence[Found],
        history: Sequence[Exchange],
        deadline: float,
    ) -> Outcome:
        """Return an answer that cites the passages, or that a person is needed.

        `deadline` is when the caller stops waiting, in seconds since the epoch.

        Raises:
            UnavailableError: the model failed, is throttled, or answered too late or nonsense.

        """
        ...


class Judge(Protocol):
    """Reads an answer beside its passages, as a person would who knows both languages."""

    def agrees(self, answer: str, passages: Sequence[Passage], deadline: float) -> bool:
        """Say whether every statement of an answer stands in the passages.

        Raises:
            UnavailableError: there is no verdict by the deadline, or none that can be read.

        """
        ...


class Translator(Protocol):
    """Translates between an agent and a customer."""

    def translate(self, text: str, source: str | None, target: str, deadline: float) -> str:
        """Return the text in the target language.

        Raises:
            UnavailableError: no translation by the deadline, or none that can be trusted.

        """
        ...
