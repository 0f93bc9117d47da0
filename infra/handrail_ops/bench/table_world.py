"""The real use cases on the real table, and nothing else real: what `operations` counts.

One customer asks a question, then for a person; one agent serves. Language, privacy and answers
are the simplest there can be: they do not touch the table.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC
from typing import Any

from samtranslator.yaml_helper import yaml_parse

from handrail.adapters.aws.agenda import DynamoAgenda
from handrail.adapters.aws.conversations import DynamoConversations
from handrail.adapters.aws.deliveries import DynamoDeliveries
from handrail.adapters.aws.drafts import DynamoDrafts
from handrail.adapters.aws.vault import DynamoVault
from handrail.adapters.language.catalogue import PackagedCatalogue, packaged_recogniser
from handrail.application.ask_agents import AskAgents
from handrail.application.conduct import Conduct
from handrail.application.decide import Authority
from handrail.application.deliver import Deliver
from handrail.application.desk import Desk
from handrail.application.hints import Hints
from handrail.application.keep import Keep
from handrail.application.ports import (
    Address,
    Exchange,
    Identified,
    Redacted,
    Request,
    Response,
)
from handrail.application.tend import Tend
from handrail.application.turn_steps import CheckGrounding, DraftAnswer, Understand
from handrail.application.wishes import Wishes
from handrail.domain.delivery import Delivered, Delivery, OutboundMessage
from handrail.domain.errors import UnavailableError
from handrail.domain.knowledge import Found, Passage
from handrail.domain.message import InboundMessage, Kind, Sender, conversation_id
from handrail.domain.promises import Promises
from handrail.domain.turn import Answered, Outcome
from handrail_ops.local.template import find_template
from handrail_ops.memory.clock import ManualClock
from handrail_ops.memory.pager import MemoryPager
from handrail_ops.memory.queues import MemoryAgentsQueue, MemoryOutboundQueue
from handrail_ops.memory.workflows import MemoryEscalationWorkflow, MemoryTurnWorkflow, Step

NAME = "handrail"
_CREATED_AS = (
    "AttributeDefinitions",
    "KeySchema",
    "GlobalSecondaryIndexes",
    "BillingMode",
)
_PASSAGE = Passage(
    "refunds/en#1",
    "refunds",
    "How refunds work",
    "en",
    "We send a refund within 5 business days after the shop has confirmed your return. Your bank "
    "may need up to 3 more days until you see it. If you paid in instalments, the refund lowers "
    "what is left to pay first.",
    "https://help.example.com/refunds",
)
_SENDER = Sender(("customer-1",), locale="en")
_CONVERSATION = conversation_id("direct", "shop", "customer-1")


def create_table(client: Any) -> None:
    """Create the table as `template.yaml` has it."""
    template: Mapping[str, Any] = yaml_parse(find_template().read_text("utf-8"))
    properties = template["Resources"]["Table"]["Properties"]
    client.create_table(TableName=NAME, **{name: properties[name] for name in _CREATED_AS})


class TableWorld:
    """One customer and one agent, on one table."""

    def __init__(self, client: Any) -> None:
        """Put the use cases together."""
        self._clock = ManualClock()
        self._promises = promises = Promises()
        clock, catalogue, simple = self._clock, PackagedCatalogue(), _Simple()
        self._conversations = DynamoConversations(client, NAME, promises.deliver_seconds)
        self._drafts = DynamoDrafts(client, NAME, clock)
        vault = DynamoVault(client, NAME, clock)
        self._workflow, pager = MemoryEscalationWorkflow(), MemoryPager()
        authority = Authority(
            self._conversations, Hints(MemoryOutboundQueue(clock), self._workflow)
        )
        steps: list[Step] = [
            Understand(self._conversations, self._drafts),
            DraftAnswer(self._conversations, self._drafts, simple, simple, clock, 10.0),
            CheckGrounding(self._drafts, simple.passage),
        ]
        wishes = Wishes(packaged_recogniser(), simple, catalogue, "en")
        self._conduct = Conduct(
            authority,
            Keep(self._conversations, simple, clock),
            MemoryTurnWorkflow(steps, self._drafts),
            wishes,
            clock,
            promises,
        )
        self._deliver = Deliver(
            authority,
            DynamoDeliveries(client, NAME),
            vault,
            {"direct": simple},
            catalogue,
            clock,
            promises,
            lambda _name: UTC,
        )
        self._ask = AskAgents(
            authority,
            MemoryAgentsQueue(),
            pager,
            self._drafts,
            catalogue,
            clock,
            promises,
            "en",
        )
        self._tend = Tend(authority, self._ask, clock, promises)
        self._desk = Desk(authority, vault, simple, catalogue, clock, promises, "en")
        self._agenda = DynamoAgenda(client, NAME)
        self._messages = 0

    def scenario(self) -> Sequence[tuple[str, str, Callable[[], object]]]:
        """Return what happens, step by step: the part it belongs to, a name, and the step."""
        return (
            ("turn", "a question is conducted, and its steps run", self._asks_a_question),
            ("turn", "the answer is delivered", self.deliver),
            ("request", "a request for a person is conducted", self._asks_for_a_person),
            ("request", "that somebody comes is delivered", self.deliver),
            ("request", "the agents are asked", lambda: self._ask.ask(_CONVERSATION)),
            ("clock", "a promise is kept, the agents asked again", self._keeps_a_promise),
            ("clock", "the news is delivered", self.deliver),
            ("request", "an agent claims", self._claims),
            ("request", "that the agent is there is delivered", self.deliver),
            ("clock", "an agent's heartbeat", lambda: self._desk.heartbeat(*self._held())),
            ("request", "the agent has seen", self._has_seen),
            ("request", "the agent writes", self._writes),
            ("request", "the agent's message is delivered", self.deliver),
            ("request", "the agent resolves", lambda: self._desk.resolve(*self._held())),
            ("request", "the ending is delivered", self.deliver),
            ("clock", "a sweep that finds nothing", self._sweeps),
        )

    def customer_writes(self, text: str) -> None:
        """Take a message of the customer's to its decision."""
        self._messages += 1
        now = self._clock.now()
        message = InboundMessage(
            channel="direct",
            account="shop",
            event_id=f"4b6f0d5e-9a6c-4d0e-8f57-{self._messages:012d}",
            position=self._messages,
            sender=_SENDER,
            kind=Kind.TEXT,
            occurred_at=now,
            received_at=now,
            text=text,
        )
        self._conduct.conduct([message], now + 35)

    def deliver(self) -> None:
        """Deliver whatever is in the outbox."""
        if not self._deliver.deliver(_CONVERSATION):
            message = "nothing was delivered: the scenario is not what it says"
            raise AssertionError(message)

    def _asks_a_question(self) -> None:
        self.customer_writes("And how long does my bank take to show the refund?")

    def _asks_for_a_person(self) -> None:
        self.customer_writes("I want to talk to a person, please.")

    def _keeps_a_promise(self) -> None:
        self._clock.advance(self._promises.pickup_seconds)
        self._tend.tend(_CONVERSATION)

    def _claims(self) -> None:
        self._desk.claim(f"{_CONVERSATION}-1", "agent-1", "Alex")

    def _writes(self) -> None:
        text = (
            "Hello, this is Alex. Your refund left us this morning; give your bank until Friday."
        )
        self._desk.message(*self._held(), "message-1", text)

    def _held(self) -> tuple[str, str, int]:
        # Two changes of who may speak: the request, and the claim.
        return f"{_CONVERSATION}-1", "agent-1", 2

    def _has_seen(self) -> None:
        self._desk.seen(*self._held(), self._messages)

    def _sweeps(self) -> None:
        self._agenda.due(self._clock.now(), 200)


class _Simple:
    """A channel that takes everything, one passage that answers everything, nothing personal."""

    name = "direct"

    def handshake(self, _request: Request) -> Response | None:
        return None

    def verify(self, _request: Request, _now: float) -> None: ...

    def to_messages(self, _request: Request, _received_at: float) -> Sequence[InboundMessage]:
        return ()

    def send(self, _address: Address, message: OutboundMessage) -> Delivery:
        return Delivered((f"callback-{message.sequence}",))

    def redact(self, text: str, _region: str | None = None) -> Redacted:
        return Redacted(text)

    def identify(self, _text: str) -> Identified | None:
        return None

    def translate(self, _text: str, _source: str | None, _target: str, _deadline: float) -> str:
        raise UnavailableError

    def search(self, _question: str, _language: str, _limit: int, _now: float) -> list[Found]:
        return [Found(_PASSAGE, 1.0, 1.0)]

    def passage(self, passage_id: str) -> Passage | None:
        return _PASSAGE if passage_id == _PASSAGE.id else None

    def draft(
        self,
        _question: str,
        _language: str,
        _passages: Sequence[Found],
        _history: Sequence[Exchange],
        _deadline: float,
    ) -> Outcome:
        return Answered(_PASSAGE.text, (_PASSAGE.citation(),), "en")
