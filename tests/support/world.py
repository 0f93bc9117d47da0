"""The protocol's own world: the real use cases on in-memory ports and a clock that tests move."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from typing import Any

from handrail.adapters.language.catalogue import (
    PackagedCatalogue,
    packaged_recogniser,
    packaged_sensitive,
)
from handrail.application.ask_agents import AskAgents
from handrail.application.conduct import Conduct
from handrail.application.dead_letters import InboundDeadLetters, OutboundDeadLetters
from handrail.application.decide import Authority
from handrail.application.deliver import Deliver
from handrail.application.desk import Desk
from handrail.application.hints import Hints
from handrail.application.keep import Keep
from handrail.application.ports import Address, Identified, Redacted, Request, Response
from handrail.application.receive import Receive
from handrail.application.sweep import Sweep, Swept
from handrail.application.tend import Tend
from handrail.application.wishes import Wishes
from handrail.domain.conversation import Conversation
from handrail.domain.delivery import Action, Delivered, Delivery, OutboundMessage
from handrail.domain.errors import ConflictError, UnavailableError
from handrail.domain.message import InboundMessage, Kind, Sender, conversation_id
from handrail.domain.promises import Promises
from handrail.domain.turn import Answered, Citation, NeedsPerson, Outcome, Reason
from handrail_ops.memory.clock import ManualClock
from handrail_ops.memory.pager import MemoryPager
from handrail_ops.memory.queues import MemoryAgentsQueue, MemoryInboundQueue, MemoryOutboundQueue
from handrail_ops.memory.table import MemoryTable, Record
from handrail_ops.memory.workflows import MemoryEscalationWorkflow

START = 1_800_000_000.0
CITATION = Citation("refunds/en#1", "Refunds", "https://help.example.com/refunds")
ANSWER = Answered("A refund takes 5 to 7 business days.", (CITATION,), "en")
RECOGNISER = packaged_recogniser()
SENSITIVE = packaged_sensitive()
CATALOGUE = PackagedCatalogue()
LAMBDA_SECONDS = 35.0


class Crash(BaseException):
    """A process dies: nothing catches it."""


class ScriptedTurns:
    """The turn workflow, answering what a test wants; `during` happens while it runs."""

    def __init__(self) -> None:
        self.outcome: Outcome | Exception = ANSWER
        self.during: Callable[[], None] = lambda: None
        self.runs: list[tuple[str, ...]] = []

    def run(
        self, _conversation: str, _turn: str, event_ids: Sequence[str], _language: str
    ) -> Outcome:
        self.runs.append(tuple(event_ids))
        during, self.during = self.during, lambda: None
        during()
        if isinstance(self.outcome, Exception):
            raise self.outcome
        return self.outcome


class Wire:
    """A channel that records what customers got, in the order in which they got it."""

    name = "test"

    def __init__(self) -> None:
        self.got: list[OutboundMessage] = []
        self.answers: list[Delivery] = []

    def handshake(self, _request: Request) -> Response | None:
        return None

    def verify(self, _request: Request, _now: float) -> None: ...

    def to_messages(self, _request: Request, _received_at: float) -> Sequence[InboundMessage]:
        return ()

    def send(self, _address: Address, message: OutboundMessage) -> Delivery:
        outcome = self.answers.pop(0) if self.answers else Delivered((f"wire-{message.key}",))
        if isinstance(outcome, Delivered):
            self.got.append(message)
        return outcome


class Plain:
    """No redaction, no identification: what a test writes is what counts."""

    def redact(self, text: str, _region: str | None = None) -> Redacted:
        return Redacted(text)

    def identify(self, _text: str) -> Identified | None:
        return None


class NoTranslation:
    """A translator that is away unless told what to say."""

    def __init__(self) -> None:
        self.says: str | None = None

    def translate(self, _text: str, _source: str | None, _target: str, _deadline: float) -> str:
        if self.says is None:
            message = "the translator is away"
            raise UnavailableError(message)
        return self.says


@dataclass
class World:
    """One customer-facing deployment, in memory."""

    promises: Promises = field(default_factory=Promises)
    agents_language: str = "en"

    def __post_init__(self) -> None:
        self.clock = ManualClock(START)
        self.fault: Callable[[str], None] = lambda _moment: None
        fault = self._fault
        self.table = MemoryTable(self.promises.deliver_seconds, fault)
        self.inbound = MemoryInboundQueue(self.clock, fault)
        self.outbound = MemoryOutboundQueue(self.clock, fault)
        self.agents = MemoryAgentsQueue(fault)
        self.pager = MemoryPager(fault)
        self.workflow = MemoryEscalationWorkflow(fault)
        self.turns = ScriptedTurns()
        self.wire = Wire()
        self.translator = NoTranslation()
        plain = Plain()
        hints = Hints(self.outbound, self.workflow)
        self.authority = Authority(self.table, hints)
        keep = Keep(self.table, plain, self.clock)
        self.receive = Receive(
            RECOGNISER, self.inbound, self.table, self.clock, sensitive=SENSITIVE
        )
        self.wishes = Wishes(RECOGNISER, plain, CATALOGUE, "en", sensitive=SENSITIVE)
        self.conduct = Conduct(
            self.authority, keep, self.turns, self.wishes, self.clock, self.promises
        )
        self.ask_agents = AskAgents(
            self.authority,
            self.agents,
            self.pager,
            self.table,
            CATALOGUE,
            self.clock,
            self.promises,
            self.agents_language,
        )
        self.tend = Tend(self.authority, self.ask_agents, self.clock, self.promises)
        self.sweep_ = Sweep(
            self.table, self.tend, self.outbound, self.inbound, self.table, self.clock
        )
        self.deliver_ = Deliver(
            self.authority,
            self.table,
            self.table,
            {"test": self.wire},
            CATALOGUE,
            self.clock,
            self.promises,
            _utc,
        )
        self.desk = Desk(
            self.authority,
            self.table,
            self.translator,
            CATALOGUE,
            self.clock,
            self.promises,
            self.agents_language,
        )
        self.inbound_dead = InboundDeadLetters(
            self.authority, keep, self.clock, self.promises, "en"
        )
        self.outbound_dead = OutboundDeadLetters(
            self.authority, self.table, self.clock, self.promises
        )
        self._events = 0

    def _fault(self, moment: str) -> None:
        self.fault(moment)

    # ------------------------------------------------------------------ customers

    def message(self, text: str | None = None, **changes: Any) -> InboundMessage:
        """Return a message of the one customer, newer than all before it."""
        self._events += 1
        values: dict[str, Any] = {
            "channel": "test",
            "account": "shop",
            "event_id": f"event-{self._events}",
            "position": self._events,
            "sender": Sender(("customer",)),
            "kind": Kind.TEXT if text is not None else Kind.ACTION,
            "occurred_at": self.clock.now(),
            "received_at": self.clock.now(),
            "text": text,
        }
        if changes.get("action"):
            values["kind"] = Kind.ACTION
        return InboundMessage(**{**values, **changes})

    def press(self, action: Action, **changes: Any) -> InboundMessage:
        """Return the press of a button."""
        return self.message(None, action=str(action), **changes)

    def take(self, *messages: InboundMessage) -> None:
        """Let `conduct` decide messages of one batch, with the time a fresh function has."""
        self.conduct.conduct(messages, self.clock.now() + LAMBDA_SECONDS)

    def say(self, text: str, **changes: Any) -> InboundMessage:
        """Write as the customer, and have it decided and delivered."""
        message = self.message(text, **changes)
        self.take(message)
        self.deliver()
        return message

    def ask_person(self, **changes: Any) -> InboundMessage:
        """Press the offer."""
        message = self.press(Action.PERSON, **changes)
        self.take(message)
        self.deliver()
        return message

    # ------------------------------------------------------------------ us

    @property
    def id(self) -> str:
        """The customer's conversation."""
        return conversation_id("test", "shop", "customer")

    @property
    def now(self) -> Conversation:
        """The conversation as it is stored."""
        stored = self.table.records[self.id].conversation
        assert stored is not None
        return stored

    @property
    def record(self) -> Record:
        """Everything stored of the conversation."""
        return self.table.records[self.id]

    @property
    def escalation(self) -> str:
        """The id of the open request."""
        return self.now.open_escalation.id

    def deliver(self) -> None:
        """Run delivery over the hints that wait."""
        while taken := self.outbound.fifo.receive():
            for group in {one.group for one in taken}:
                self.deliver_.deliver(group)
            self.outbound.fifo.done(taken)

    def sweep(self) -> Swept:
        """Run the sweep once, and the delivery it asks for."""
        swept = self.sweep_.sweep(self.clock.now() + 1)
        self.deliver()
        return swept

    def later(self, seconds: float) -> Swept:
        """Let time pass, then sweep."""
        self.clock.advance(seconds)
        return self.sweep()

    def receive_all(self) -> None:
        """Let `conduct` take everything from the inbound queue."""
        while taken := self.inbound.fifo.receive():
            self.take(*(one.body for one in taken))
            self.inbound.fifo.done(taken)
        self.deliver()

    def claim(self, agent: str = "ana") -> int:
        """Claim as an agent, see everything, and return the epoch."""
        claimed = self.desk.claim(self.escalation, agent, None)
        epoch = int(claimed["epoch"])
        self.desk.seen(claimed["escalation"], agent, epoch, self.now.entries)
        self.deliver()
        return epoch

    def answer(self, epoch: int, text: str = "I am looking into it.", agent: str = "ana") -> None:
        """Write as the agent."""
        self.desk.message(self.escalation, agent, epoch, f"{agent}-{text}", text)
        self.deliver()

    @property
    def said(self) -> list[str]:
        """What the customer got, by phrase or speaker."""
        rows = {sent.row.key: sent.row for sent in self.record.outbox}
        return [rows[m.key].phrase or str(m.speaker) for m in self.wire.got]


def fail_once(world: World, moment: str, error: BaseException | None = None) -> None:
    """Let one call fail at a moment such as `before conversations.commit`."""

    def fault(now: str) -> None:
        if now == moment:
            world.fault = lambda _moment: None
            raise error or UnavailableError(moment)

    world.fault = fault


def fail_always(world: World, *names: str) -> None:
    """Let every call whose moment begins with one of these names fail before its effect."""

    def fault(now: str) -> None:
        if any(now.startswith(f"before {name}") for name in names):
            raise UnavailableError(now)

    world.fault = fault


def heal(world: World) -> None:
    """Let everything work again."""
    world.fault = lambda _moment: None


def _utc(_name: str | None) -> tzinfo:
    return UTC


__all__ = [
    "ANSWER",
    "CITATION",
    "START",
    "ConflictError",
    "Crash",
    "NeedsPerson",
    "Reason",
    "World",
    "fail_always",
    "fail_once",
    "heal",
]
