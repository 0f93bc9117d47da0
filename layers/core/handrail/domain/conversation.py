"""The conversation item: it alone decides who may speak, who waits and what is due.

Every write raises `version`, and every decision is one transaction conditional on the version it
read. Every change of who may speak raises `epoch`.
"""

from dataclasses import dataclass
from enum import StrEnum

from handrail.domain.outbox import Promise
from handrail.domain.turn import Reason


class Holder(StrEnum):
    """Who holds a conversation, which is: who may speak in it."""

    BOT = "bot"
    WAITING = "waiting"
    """The customer waits for a person; the bot may go on helping."""
    AGENT = "agent"
    """A person holds it; the bot commits nothing."""
    CLOSED = "closed"
    """At rest after an ending; the next message opens a new epoch with the bot."""


class Stage(StrEnum):
    """How far a waiting request has come. Each stage ends at its promise."""

    ASKED = "asked"
    STILL = "still"
    WIDER = "wider"
    SUPERVISOR = "supervisor"
    FOLLOW_UP = "follow_up"
    """A follow-up with a stated time is promised: waiting messages stop, the request stays."""


@dataclass(frozen=True, slots=True)
class Escalation:
    """The one open request for a person of a conversation."""

    id: str
    number: int
    reference: str
    """What the customer was told to refer to."""
    reason: Reason
    asked_at: float
    """When it was first asked: the place in the queue, kept whatever happens."""
    stage: Stage
    stage_since: float
    """When this round of waiting began: at the request, or when an agent was lost."""
    promise: Promise
    ask_by: float
    """Without a receipt of the agents queue by then, the sweep asks."""
    asked_agents: Stage | None = None
    """The stage for which the agents queue, and from `SUPERVISOR` on the page, gave a receipt."""
    front: bool = False
    """Whether it goes before the others: its agent was lost."""
    answered: bool = False
    """Whether the agent who holds it has written to the customer."""
    unreached: bool = False
    """Whether the newest message of an agent could not be delivered, for good."""
    follow_ups: int = 0
    """How often a follow-up was promised instead of waiting."""
    claimed_at: float | None = None
    """When an agent first claimed it."""
    turn: str | None = None
    """The turn whose draft, unverified, is shown to the agent."""

    @property
    def agents_are_asked(self) -> bool:
        """Whether what this stage asks of people has been asked, with a receipt."""
        return self.asked_agents is self.stage


@dataclass(frozen=True, slots=True)
class Lease:
    """A person's hold of a conversation. It is the only clock of an agent's presence."""

    agent: str
    until: float
    seen: int
    """The last ledger entry the agent has been shown."""
    name: str | None = None
    silent_since: float | None = None
    """When the customer wrote what the agent has not answered since."""
    nudged: bool = False
    external: bool = False
    """Held from another console, known by its echoes; no heartbeat, only quiet hours."""


@dataclass(frozen=True, slots=True)
class Heard:
    """The language a customer's message was in, and how sure that is, 0 to 1."""

    language: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Conversation:
    """One customer on one channel."""

    id: str
    channel: str
    account: str
    sender_ids: tuple[str, ...]
    language: str
    heard: tuple[Heard, ...] = ()
    """The languages of the last few messages that told one, the newest last."""
    language_chosen: bool = False
    """Whether the customer asked for this language; then only the customer changes it."""
    zone: str | None = None
    """The customer's time zone, where a device told it."""
    version: int = 0
    """0 means: not stored yet."""
    epoch: int = 0
    holder: Holder = Holder.BOT
    entries: int = 0
    """How many ledger rows are committed."""
    outbound: int = 0
    """How many outbox rows are committed."""
    escalations: int = 0
    """How many requests for a person there have been."""
    escalation: Escalation | None = None
    lease: Lease | None = None
    for_person_at: int = -1
    """The position of the newest message that is a person's; a withdrawal must be newer."""
    disclosed: bool = False
    """Whether the customer has been told that this is a machine."""
    asked: bool = False
    """Whether the last message asked if a person is wanted: a plain "yes" means something then."""
    missed: int | None = None
    """The number of an ended request whose answer never arrived, until a supervisor was paged."""
    missed_at: float = 0.0
    opened_at: float = 0.0
    stopped: bool = False
    """Whether the customer has told us to stop: nothing is sent, by nobody."""
    consent_position: int = -1
    """The position of the newest message that said whether we may write; an older one is past."""
    customer_wrote_at: float = 0.0
    """When the customer last wrote, which opens a channel's window; 0 before that is known."""
    window_told_at: float = 0.0
    """The `customer_wrote_at` of the window that the customer was told is about to close."""
    due: float | None = None
    """When something must act, at the latest; None exactly when the conversation is at rest."""

    @property
    def open_escalation(self) -> Escalation:
        """The open request; reading it where there is none is a programming error."""
        if self.escalation is None:
            message = f"no request for a person is open while the holder is {self.holder}"
            raise AssertionError(message)
        return self.escalation

    @property
    def held_lease(self) -> Lease:
        """The lease of the agent who holds it; reading it otherwise is a programming error."""
        if self.lease is None:
            message = f"nobody holds a lease while the holder is {self.holder}"
            raise AssertionError(message)
        return self.lease
