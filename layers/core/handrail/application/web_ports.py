"""What the web chat asks of the world, besides the ports of every channel."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from handrail.domain.message import InboundMessage

SITE_ACCOUNT = "site"
"""The web channel's account of every customer who opened the page."""


@dataclass(frozen=True, slots=True)
class Session:
    """Who may read and write one web conversation."""

    id: str
    """128 random bits; the customer's id on the web channel."""
    issued_at: float
    expires_at: float
    token: str = field(repr=False)
    """Proves the session; whoever has it is the customer."""
    account: str = SITE_ACCOUNT
    """Signed with the rest: no door of ours issues a session of another account."""


class Sessions(Protocol):
    """Issues and reads session tokens."""

    def issue(
        self, now: float, session_id: str | None = None, account: str = SITE_ACCOUNT
    ) -> Session:
        """Return a new session, or a fresh token for an old one of the same account.

        Raises:
            UnavailableError: no secret is set, so that no token would mean anything.

        """
        ...

    def read(self, token: str, now: float) -> Session:
        """Return the session that a token proves.

        Raises:
            ForgedRequestError: it proves none: forged, expired, or no secret is set.

        """
        ...


@dataclass(frozen=True, slots=True)
class Letter:
    """A message as it lies in a session's mailbox."""

    sequence: int
    content: Mapping[str, Any]
    """JSON-ready data, as the page gets it."""


class Mailbox(Protocol):
    """The messages sent to a web session. What lies here is delivered: the page fetches it."""

    def put(self, session_id: str, letter: Letter) -> None:
        """Store a message; one of a sequence that is there already changes nothing.

        Raises:
            UnavailableError: it may or may not be stored.

        """
        ...

    def letters(self, session_id: str, after: int, limit: int) -> Sequence[Letter]:
        """Return the messages with a sequence greater than `after`, in order.

        Whatever was put before the call is in it.

        Raises:
            UnavailableError: the mailbox cannot be read now.

        """
        ...


class Connections(Protocol):
    """The open WebSocket connections of each session; a hint only, the mailbox is the truth."""

    def add(self, session_id: str, connection_id: str) -> None:
        """Remember a connection; doing it twice changes nothing.

        Raises:
            UnavailableError: it may or may not be remembered.

        """
        ...

    def remove(self, connection_id: str) -> None:
        """Forget a connection, known or not.

        Raises:
            UnavailableError: it may or may not be forgotten.

        """
        ...

    def open_for(self, session_id: str) -> Sequence[str]:
        """Return the ids of a session's connections, as many as a push should try.

        Raises:
            UnavailableError: they cannot be read now.

        """
        ...


class Push(Protocol):
    """Sends data to an open connection."""

    def push(self, connection_id: str, data: str) -> bool:
        """Send; False when the connection is gone.

        Raises:
            UnavailableError: it may or may not have arrived.

        """
        ...


@dataclass(frozen=True, slots=True)
class UploadTicket:
    """What lets a browser put one file, of one type and a bounded size, into one place."""

    url: str
    fields: Mapping[str, str]
    """To be sent before the file, in the same form."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A file as it lies there: what counts is this, not what its sender says of it."""

    size: int
    """In bytes."""
    start: bytes
    """Its first bytes, by which its kind is told."""
    mark: str
    """Changes when the file does."""


class Uploads(Protocol):
    """Files of the web chat's customers: they go past us into a store and are kept by name."""

    def ticket(
        self, session_id: str, file_id: str, media_type: str, bytes_max: int
    ) -> UploadTicket:
        """Let a session's browser put a file.

        Raises:
            UnavailableError: nobody can put anything now.

        """
        ...

    def arrival(self, session_id: str, file_id: str) -> Arrival | None:
        """Return what arrived; None when nothing did.

        Raises:
            UnavailableError: that cannot be told now.

        """
        ...

    def keep(self, session_id: str, file_id: str, arrival: Arrival, media_type: str) -> str:
        """Keep exactly what arrived, where its sender's ticket does not reach; return its name.

        What is not kept is gone after a day. Keeping it twice changes nothing.

        Raises:
            UnavailableError: it changed meanwhile, or the store does not answer.

        """
        ...


class Surveys(Protocol):
    """What customers say of a conversation that a person has closed."""

    def put(self, session_id: str, sequence: int, *, solved: bool) -> bool:
        """Store an answer; False when there is one already, which stays.

        Raises:
            UnavailableError: it may or may not be stored.

        """
        ...


class Accept(Protocol):
    """Takes a customer's messages for good: the use case behind every channel's webhook."""

    def __call__(self, messages: Sequence[InboundMessage], /) -> object:
        """Return only when every message is durable; what it returns does not matter.

        Raises:
            UnavailableError: nothing could be stored.

        """
        ...
