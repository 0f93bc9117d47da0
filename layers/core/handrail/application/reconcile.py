"""Hold the ledger against the requests, and what was acknowledged against the ledger.

The audit of the stream sees each write by itself. What it cannot see is what was never written: a
request that no person took, an acknowledged message that never came to the ledger. So everything
in which something was written is read again a little later, whole, and asked one question:
who has this customer?
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from handrail.application.audit import STUCK_SECONDS
from handrail.application.ports import Clock
from handrail.application.protocol_ports import Body, SentRow
from handrail.domain.conversation import Conversation, Holder
from handrail.domain.decision import Ending
from handrail.domain.delivery import Action
from handrail.domain.ledger import Handling
from handrail.domain.message import Kind

SPAN_SECONDS = 600
"""What is reconciled at a time: what was written within ten minutes."""
LAG_SECONDS = 900
"""How long after that: by then whatever is not lost has been decided."""
_SKEW_SECONDS = 5
"""How far the clocks of two machines may be apart."""
_FIRST = ""
"""Before every key."""


# ---------------------------------------------------------------- ports


@dataclass(frozen=True, slots=True)
class Message:
    """A customer's message as the table has it; without an entry it is not decided."""

    body: Body
    entry: int | None = None
    handling: Handling | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """The record of a request for a person."""

    number: int
    reference: str
    reason: str
    language: str
    channel: str
    asked_at: float
    claimed_at: float | None = None
    ending: Ending | None = None
    ended_at: float | None = None


@dataclass(frozen=True, slots=True)
class Story:
    """Everything the table holds of one conversation."""

    id: str
    conversation: Conversation | None
    messages: tuple[Message, ...] = ()
    rows: tuple[SentRow, ...] = ()
    requests: tuple[Request, ...] = ()
    unreadable: tuple[str, ...] = ()
    """The keys of its items that are no longer what was written."""


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """A message that a door said it has. `conversation` is what the door took it for."""

    channel: str
    account: str
    conversation: str
    event_id: str


class Stories(Protocol):
    """Whole conversations, to be looked at."""

    def read(self, conversations: Sequence[str]) -> Sequence[Story]:
        """Read conversations, in the order asked; one that is not there has no conversation."""
        ...

    def missing(self, messages: Sequence[Acknowledged]) -> Sequence[Acknowledged]:
        """Return the messages that no conversation holds, under whatever id of their sender."""
        ...


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far reconciling has come: everything before `span`, and of it everything to `key`."""

    span: int
    key: str = _FIRST


class Touched(Protocol):
    """In which conversations something came in, by when the audit saw it."""

    def note(self, span: int, key: str, conversations: Iterable[str]) -> None:
        """Remember conversations; noting the same key again replaces what it said."""
        ...

    def rows(self, span: int, after: str) -> Iterator[tuple[str, Sequence[str]]]:
        """Return what was noted in a span after a key, in the order of the keys."""
        ...

    def cursor(self) -> Cursor | None:
        """Return how far reconciling has come; None before it began."""
        ...

    def move(self, cursor: Cursor) -> None:
        """Remember how far reconciling has come."""
        ...


class Witness(Protocol):
    """What the doors acknowledged, known from elsewhere than the table."""

    def acknowledged(self, since: float, until: float) -> Iterator[Acknowledged]:
        """Return the messages acknowledged from a moment on and before another."""
        ...


def span_of(now: float) -> int:
    """Return the span a moment is in: the moment at which it begins."""
    return int(now // SPAN_SECONDS) * SPAN_SECONDS


# ---------------------------------------------------------------- what is found


@dataclass(frozen=True, slots=True)
class Lost:
    """A message that nobody has, in ids."""

    conversation: str
    event_id: str
    why: str


@dataclass(slots=True)
class Reconciled:
    """What a run came to."""

    conversations: int = 0
    requests: int = 0
    escalations_lost: list[Lost] = field(default_factory=list)
    """Requests for a person that no person has, and that did not end."""
    misread: list[Lost] = field(default_factory=list)
    """Messages in which a request is recognised now, and was not when they were decided."""
    inbound_lost: list[Lost] = field(default_factory=list)
    """Messages that were acknowledged, or kept, and never came to the ledger."""
    failed: list[str] = field(default_factory=list)
    """Conversations that a fault of ours kept from being looked at."""
    behind_seconds: float = 0.0
    """How long ago the newest moment is up to which everything is reconciled."""


WantsPerson = Callable[[str, str], bool]
"""Whether a text, in a conversation of a language, asks for a person."""


@dataclass(frozen=True, slots=True)
class Reconcile:
    """Reads what was touched, span by span, and says whom nobody has."""

    touched: Touched
    stories: Stories
    witness: Witness
    wants_person: WantsPerson
    clock: Clock

    def reconcile(self, deadline: float) -> Reconciled:
        """Go on from where the last run ended, until it is level or the deadline is near.

        Raises:
            UnavailableError: something did not answer; the next run goes on from here.

        """
        found = Reconciled()
        now = self.clock.now()
        newest = span_of(now - LAG_SECONDS) - SPAN_SECONDS
        cursor = self.touched.cursor() or Cursor(newest)
        while cursor.span <= newest and self.clock.now() < deadline:
            done = self._span(cursor, now, deadline, found)
            if not done:
                break
            cursor = Cursor(cursor.span + SPAN_SECONDS)
            self.touched.move(cursor)
        found.behind_seconds = max(0.0, now - cursor.span)
        return found

    def _span(self, cursor: Cursor, now: float, deadline: float, found: Reconciled) -> bool:
        """Reconcile one span; False when the deadline came first."""
        looked: set[str] = set()
        for key, conversations in self.touched.rows(cursor.span, cursor.key):
            wanted = [one for one in dict.fromkeys(conversations) if one not in looked]
            looked.update(wanted)
            for story in self.stories.read(wanted):
                try:
                    self.look(story, now, found)
                except Exception:  # noqa: BLE001 - it would fail again, and all behind it wait
                    found.failed.append(story.id)
            self.touched.move(Cursor(cursor.span, key))
            if self.clock.now() >= deadline:
                return False
        until = cursor.span + SPAN_SECONDS
        acknowledged = list(self.witness.acknowledged(cursor.span, until))
        found.inbound_lost += [
            Lost(one.conversation, one.event_id, "acknowledged, and not in the table")
            for one in self.stories.missing(acknowledged)
        ]
        return True

    def look(self, story: Story, now: float, found: Reconciled) -> None:
        """Ask of one conversation who has its customer."""
        found.conversations += 1
        found.inbound_lost += _undecided(story, now)
        # Who has this customer cannot be told: that is as bad as nobody.
        found.escalations_lost += [
            Lost(story.id, key, "cannot be read") for key in story.unreadable
        ]
        for message in story.messages:
            if message.handling is None or message.handling is Handling.NOTICE:
                continue
            recognised = self._recognised(story, message)
            decided = message.handling is Handling.FOR_PERSON
            if recognised and not decided:
                why = f"decided as {message.handling}"
                found.misread.append(Lost(story.id, message.body.event_id, why))
            if not (recognised or decided):
                continue
            found.requests += 1
            why_lost = _nobody_has(story, message, now)
            if why_lost:
                lost = Lost(story.id, message.body.event_id, why_lost)
                found.escalations_lost.append(lost)

    def _recognised(self, story: Story, message: Message) -> bool:
        body, language = message.body, story.conversation.language if story.conversation else ""
        match body.kind:
            case Kind.ACTION:
                return body.action == Action.PERSON
            case Kind.TEXT | Kind.EDIT:
                return bool(body.text.strip()) and self._wants_person(body.text, language)
            case _:
                return False

    def _wants_person(self, text: str, language: str) -> bool:
        try:
            return self.wants_person(text, language)
        except Exception:  # noqa: BLE001 - what cannot be read is a person's, here as there
            return True


def _undecided(story: Story, now: float) -> Iterator[Lost]:
    """Yield the messages that were kept and never decided, but for echoes of our own."""
    sent = {receipt for row in story.rows for receipt in row.receipts}
    for message in story.messages:
        body = message.body
        if message.entry is not None or now - body.received_at < LAG_SECONDS:
            continue
        if body.kind is Kind.ECHO and body.details.get("message_id") in sent:
            continue
        yield Lost(story.id, body.event_id, "kept, and never decided")


def _nobody_has(story: Story, message: Message, now: float) -> str | None:
    """Say why nobody has a message that is a person's, or None when somebody has or had it."""
    conversation = story.conversation
    if conversation is None:
        return "there is no conversation item"
    if conversation.holder in (Holder.WAITING, Holder.AGENT):
        if conversation.due is None:
            return f"{conversation.holder} without a due"
        late = now - conversation.due
        return f"due {late:.0f} s ago" if late > STUCK_SECONDS else None
    received = message.body.received_at
    for request in story.requests:
        ended_at = request.ended_at
        if request.ending and ended_at is not None and ended_at >= received - _SKEW_SECONDS:
            return None
    if _answered_elsewhere(story.messages, message):
        return None
    return f"holder {conversation.holder}, and no request that came after it has ended"


def _answered_elsewhere(messages: Iterable[Message], message: Message) -> bool:
    """Tell whether a person wrote from another console since: an echo came later."""
    entry = message.entry or 0
    return any(one.body.kind is Kind.ECHO and (one.entry or 0) > entry for one in messages)
