"""What a watcher has seen of one conversation, apart from what the code says of it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from handrail.domain.conversation import Stage
from handrail.domain.delivery import OutboundMessage
from handrail.domain.ledger import Handling
from handrail.domain.outbox import OutboxRow
from handrail_ops.simulate.kernel import Process


@dataclass(frozen=True, slots=True)
class Acting:
    """What an agent's client believes when it calls the desk."""

    agent: str
    escalation: str
    epoch: int | None = None
    """None while it asks for the conversation."""
    shown: int = 0
    """The newest entry that it has shown to the agent."""


@dataclass(slots=True)
class Seen:
    """One conversation's history, as far as the rules need it."""

    events: dict[str, Handling] = field(default_factory=dict)
    """The handling of each message in the ledger."""
    newest_for_person: int = -1
    began: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    """The epochs in which turns over a message began."""
    replied: set[int] = field(default_factory=set)
    """The epochs in which an agent has written."""
    rows: dict[str, OutboxRow] = field(default_factory=dict)
    wire: dict[str, OutboundMessage] = field(default_factory=dict)
    """What the customer got, by key, in its order."""
    stop_position: int = -1
    start_position: int = -1
    stopped_at: float | None = None
    """Since when the customer is not to be written to."""
    after_stop: dict[Process, str] = field(default_factory=dict)
    """What each process sent first after that."""
    knocks: dict[str, list[float]] = field(default_factory=dict)
    """When the customer was asked to write, for each row that waits for that."""
    wrote_at: float = 0.0
    """When the customer last wrote what opens a window, by what was decided."""
    told_for: float = 0.0
    """The `wrote_at` of the window that was said to close."""
    waiting_since: float = 0.0
    given_up: dict[str, float] = field(default_factory=dict)
    """When each row that was given up was, by its key."""
    last: OutboundMessage | None = None
    epoch_on_wire: int = 0
    present_at: float = 0.0
    """When the agent who holds it last gave a sign of life."""
    unanswered_since: float | None = None
    """Since when the customer has been waiting for a word of the agent who holds it."""
    unanswered_from: float = 0.0
    """The earliest moment that the code can take for that."""
    stage: Stage | None = None
    stage_since: float = 0.0
    round_from: float = 0.0
    """The earliest moment at which this round of waiting can have begun."""
