"""What the protocol asks of storage, queues and workflows.

The conversation item is the authority; everything else here is a hint that may be lost, late or
doubled. A method either does what it says, raises one of `handrail.domain.errors`, or raises
`UnavailableError`: then what was asked may or may not have happened.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

from handrail.application.ports import Address
from handrail.domain.conversation import Conversation, Escalation, Stage
from handrail.domain.decision import Decision, Ending
from handrail.domain.ledger import Handling
from handrail.domain.message import InboundMessage, Kind
from handrail.domain.outbox import OutboxRow
from handrail.domain.turn import Answered, NeedsPerson, Outcome, Reason

# ---------------------------------------------------------------- the table


@dataclass(frozen=True, slots=True)
class Body:
    """A message as it is kept: redacted, the original apart from it in the vault."""

    event_id: str
    position: int
    kind: Kind
    text: str
    """Redacted; empty for a message without words."""
    received_at: float
    action: str | None = None
    details: Mapping[str, str] = field(default_factory=dict)
    locale: str | None = None


@dataclass(frozen=True, slots=True)
class Vaulted:
    """What was redacted away, readable only for the customer and, with a reason, an agent."""

    text: str
    placeholders: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Entry:
    """A message of the ledger with its body, as a transcript shows it."""

    entry: int
    handling: Handling
    body: Body


@dataclass(frozen=True, slots=True)
class SentRow:
    """An outbox row and what became of it."""

    row: OutboxRow
    receipts: tuple[str, ...] = ()
    """The channel's own ids: of the whole message, or of the parts it has taken so far."""
    reason: str | None = None
    """Why it is undeliverable."""
    due: float | None = None
    """When a row that is not at rest is to be tried, at the earliest by the sweep."""
    put_off: bool = False
    """Whether its channel asked to wait until `due`."""


class Kept(StrEnum):
    """What keeping a body found."""

    NEW = "new"
    """Not in the ledger yet: it is to be decided, for the first time or again."""
    KNOWN = "known"
    """In the ledger: a duplicate, of whatever age."""


class Conversations(Protocol):
    """The authority: the conversation item, its ledger, its outbox and its escalations."""

    def load(self, conversation: str) -> Conversation | None:
        """Read a conversation, strongly consistent."""
        ...

    def commit(self, decision: Decision) -> None:
        """Apply a decision in one transaction.

        Raises:
            ConflictError: the version it read is no longer the newest, one of its messages is in
                the ledger already, or its once-key was used. Nothing was changed.

        """
        ...

    def keep(self, conversation: str, body: Body, vaulted: Vaulted | None) -> Kept:
        """Store a message's body; storing it again changes nothing."""
        ...

    def entries(self, conversation: str, after_entry: int = 0) -> Sequence[Entry]:
        """Return the ledger with its bodies in commit order, after an entry."""
        ...

    def bodies(self, conversation: str, event_ids: Sequence[str]) -> Sequence[Body]:
        """Return the bodies of some messages, in the order asked; unknown ones are left out."""
        ...

    def rows(self, conversation: str, after_sequence: int = 0) -> Sequence[SentRow]:
        """Return the outbox in order, after a sequence."""
        ...

    def resolve(self, address: Address) -> str | None:
        """Return the conversation that one of a sender's ids is known under, or None."""
        ...

    def link(self, address: Address, conversation: str) -> None:
        """Remember a conversation under every id of its sender; existing links stay."""
        ...


@dataclass(frozen=True, slots=True)
class Reveal:
    """An agent's reading of an original: who, what, when and why."""

    conversation: str
    epoch: int
    agent: str
    event_id: str
    reason: str
    at: float


class Vault(Protocol):
    """Originals of redacted messages."""

    def original(self, conversation: str, event_id: str) -> Vaulted | None:
        """Return what a message said before redaction, or None when nothing was taken out."""
        ...

    def placeholders(self, conversation: str) -> Mapping[str, str]:
        """Return this conversation's placeholders and what they stand for."""
        ...

    def audit(self, reveal: Reveal) -> None:
        """Write that an agent is about to read an original, and why.

        Raises:
            ConflictError: the agent's epoch is over; nothing may be revealed.

        """
        ...


@dataclass(frozen=True, slots=True)
class Draft:
    """What a turn has come to so far; its keyed row is a turn's only side effect."""

    turn: str
    conversation: str
    event_ids: tuple[str, ...]
    question: str = ""
    language: str = ""
    asked_at: float = 0.0
    """When the first of its messages came."""
    answer: Answered | None = None
    grounded: bool = False
    reason: Reason | None = None
    """Why a person is needed, when one is."""


class Drafts(Protocol):
    """The draft rows of turns."""

    def get(self, turn: str) -> Draft | None:
        """Read a draft."""
        ...

    def put(self, draft: Draft) -> None:
        """Write a draft, whole."""
        ...


class DueKind(StrEnum):
    """What kind of thing has fallen due."""

    CONVERSATION = "conversation"
    OUTBOX = "outbox"
    INBOX = "inbox"


@dataclass(frozen=True, slots=True)
class Due:
    """Something that is not at rest and whose time has come."""

    kind: DueKind
    conversation: str
    key: str = ""
    """For the inbox: the row's own key."""
    at: float = field(default=0.0, compare=False)
    """When it fell due."""


class Agenda(Protocol):
    """What is not at rest, by when it is due."""

    def due(self, now: float, limit: int) -> Sequence[Due]:
        """Return what has fallen due, oldest first; found here, decided on the item itself."""
        ...


@dataclass(frozen=True, slots=True)
class Parked:
    """An inbound message that the queue did not take."""

    key: str
    group: str
    message: InboundMessage


class Inbox(Protocol):
    """The second durable place for what came in, when the queue refuses."""

    def park(self, group: str, message: InboundMessage, now: float) -> None:
        """Store a message until the sweep has sent it."""
        ...

    def parked(self, keys: Sequence[str]) -> Sequence[Parked]:
        """Read parked messages."""
        ...

    def remove(self, key: str) -> None:
        """Remove a message after a confirmed send."""
        ...


# ---------------------------------------------------------------- hints


class InboundQueue(Protocol):
    """The queue between `receive` and `conduct`."""

    def send(self, group: str, messages: Sequence[InboundMessage]) -> Sequence[InboundMessage]:
        """Enqueue messages of one group; return those that were not taken.

        Raises:
            UnavailableError: none, or it is not known which, were taken.

        """
        ...

    def send_all(
        self, messages: Sequence[tuple[str, InboundMessage]]
    ) -> Sequence[tuple[str, InboundMessage]]:
        """Enqueue messages of many groups; return those that were not, or may not be, taken."""
        ...


class OutboundQueue(Protocol):
    """The queue in front of `deliver`: one group per conversation."""

    def kick(self, conversation: str) -> None:
        """Ask for a conversation's outbox to be delivered."""
        ...


class AgentsQueue(Protocol):
    """The queue agents work from."""

    def push(self, message: Mapping[str, Any], group: str) -> str:
        """Put an escalation before the agents and return the queue's receipt.

        `group` keeps one customer's surge from standing in front of the others (fair queues).

        Raises:
            UnavailableError: no receipt came back; it counts as not asked.

        """
        ...


class Pager(Protocol):
    """Calls the supervisor."""

    def page(self, escalation: str, reference: str, what: str, *, synthetic: bool = False) -> None:
        """Page with ids alone; `what` is a fixed word such as `supervisor` or `unreachable`.

        `synthetic` says on the page that the customer is the canary's.
        """
        ...


class TurnWorkflow(Protocol):
    """The Express workflow that proposes what a turn comes to."""

    def run(
        self, conversation: str, turn: str, event_ids: Sequence[str], language: str
    ) -> Outcome:
        """Run a turn and return its proposal.

        Raises:
            UnavailableError: it was throttled, timed out, failed, or proposed something malformed.

        """
        ...


class EscalationWorkflow(Protocol):
    """The Standard workflow that keeps an escalation's clock, and its task token."""

    def start(self, escalation: Escalation, conversation: str) -> None:
        """Start the workflow of an escalation; starting it again changes nothing."""
        ...

    def wake(self, conversation: str) -> None:
        """Wake the workflow if it waits; a token that is gone counts as done."""
        ...

    def remember(self, conversation: str, token: str) -> None:
        """Keep the token that wakes the workflow."""
        ...


class Escalations(Protocol):
    """The record of requests, for agents and reports."""

    def ending(self, escalation: str) -> Ending | None:
        """Return how an escalation ended, or None while it is open or unknown."""
        ...


__all__ = [
    "Agenda",
    "AgentsQueue",
    "Body",
    "Conversations",
    "Draft",
    "Drafts",
    "Due",
    "DueKind",
    "Entry",
    "EscalationWorkflow",
    "Escalations",
    "InboundQueue",
    "Inbox",
    "Kept",
    "NeedsPerson",
    "OutboundQueue",
    "Pager",
    "Parked",
    "Reveal",
    "SentRow",
    "Stage",
    "TurnWorkflow",
    "Vault",
    "Vaulted",
]
