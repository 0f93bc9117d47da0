"""The stores of the protocol, in memory and on DynamoDB, and small decisions to put into them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from handrail.adapters.aws.agenda import DynamoAgenda
from handrail.adapters.aws.conversations import DynamoConversations
from handrail.adapters.aws.deliveries import DynamoDeliveries
from handrail.adapters.aws.drafts import DynamoDrafts
from handrail.adapters.aws.escalations import DynamoEscalations
from handrail.adapters.aws.inbox import DynamoInbox
from handrail.adapters.aws.vault import DynamoVault
from handrail.application.delivery_ports import Deliveries
from handrail.application.protocol_ports import (
    Agenda,
    Body,
    Conversations,
    Drafts,
    Escalations,
    Inbox,
    SentRow,
    Vault,
    Vaulted,
)
from handrail.domain.answering import commit_turn
from handrail.domain.conversation import Conversation
from handrail.domain.decision import Decision
from handrail.domain.escalation import (
    agent_says,
    ask_for_person,
    claim,
    could_not_deliver,
    resolve,
    see,
)
from handrail.domain.message import InboundMessage, Kind, Sender
from handrail.domain.promises import Promises
from handrail.domain.turn import Answered, Citation, Reason
from handrail_ops.memory.clock import ManualClock
from handrail_ops.memory.table import MemoryTable

NOW = 1_800_000_000.0
PROMISES = Promises()
ID = "abcdefghijklmnopqrstuvwxyz"
ANSWER = Answered(
    "Refunds take 14 days.", (Citation("refunds/en#1", "Refunds", "/refunds"),), "en"
)


@dataclass(frozen=True)
class Stores:
    """One table behind its ports."""

    conversations: Conversations
    vault: Vault
    deliveries: Deliveries
    drafts: Drafts
    agenda: Agenda
    inbox: Inbox
    escalations: Escalations
    clock: ManualClock


def memory_stores() -> Stores:
    """Return the stores in memory."""
    table = MemoryTable()
    return Stores(table, table, table, table, table, table, table, ManualClock(NOW))


def dynamo_stores(client: Any, name: str) -> Stores:
    """Return the stores on a table of DynamoDB."""
    clock = ManualClock(NOW)
    return Stores(
        DynamoConversations(client, name),
        DynamoVault(client, name, clock),
        DynamoDeliveries(client, name),
        DynamoDrafts(client, name, clock),
        DynamoAgenda(client, name),
        DynamoInbox(client, name),
        DynamoEscalations(client, name),
        clock,
    )


def fresh(conversation: str = ID) -> Conversation:
    """Return a conversation that is not stored yet."""
    return Conversation(
        id=conversation,
        channel="direct",
        account="shop",
        sender_ids=("customer-1",),
        language="en",
        opened_at=NOW,
    )


def message(event_id: str = "e1", position: int = 1, text: str = "hello") -> InboundMessage:
    """Return a customer's message."""
    return InboundMessage(
        channel="direct",
        account="shop",
        event_id=event_id,
        position=position,
        sender=Sender(("customer-1",)),
        kind=Kind.TEXT,
        occurred_at=NOW,
        received_at=NOW,
        text=text,
    )


def body_of(inbound: InboundMessage) -> Body:
    """Return the body of a message, as if nothing in it were personal."""
    return Body(
        event_id=inbound.event_id,
        position=inbound.position,
        kind=inbound.kind,
        text=inbound.text or "",
        received_at=inbound.received_at,
        action=inbound.action,
        details=inbound.details,
        locale=inbound.sender.locale,
    )


def keep(
    stores: Stores, *messages: InboundMessage, vaulted: Vaulted | None = None, of: str = ID
) -> None:
    """Keep the bodies of messages."""
    for one in messages:
        stores.conversations.keep(of, body_of(one), vaulted)


def current(stores: Stores, conversation: str = ID) -> Conversation:
    """Return a conversation as it is stored, or a fresh one."""
    return stores.conversations.load(conversation) or fresh(conversation)


def answered(
    conversation: Conversation, messages: Sequence[InboundMessage], now: float = NOW
) -> Decision:
    """Answer messages."""
    return commit_turn(conversation, conversation.epoch, messages, ANSWER, now, PROMISES)


def asked(
    conversation: Conversation, messages: Sequence[InboundMessage], now: float = NOW
) -> Decision:
    """Ask for a person."""
    return ask_for_person(conversation, messages, Reason.ASKED, now, PROMISES)


def claimed(conversation: Conversation, agent: str = "agent-1", now: float = NOW) -> Decision:
    """Give a waiting conversation to an agent."""
    request = conversation.open_escalation.id
    return claim(conversation, request, agent, "Alex", now, PROMISES)


def seen(conversation: Conversation, agent: str = "agent-1", now: float = NOW) -> Decision:
    """Show the agent everything there is."""
    return see(conversation, agent, conversation.epoch, conversation.entries, now, PROMISES)


def says(conversation: Conversation, message_id: str = "m1", now: float = NOW) -> Decision:
    """Write to the customer as the agent."""
    epoch = conversation.epoch
    return agent_says(conversation, "agent-1", epoch, message_id, "Hi!", "en", now, PROMISES)


def resolved(conversation: Conversation, now: float = NOW + 60) -> Decision:
    """Close the conversation as the agent."""
    return resolve(conversation, "agent-1", conversation.epoch, now, PROMISES)


def gave_up(conversation: Conversation, sent: SentRow) -> Decision:
    """Give up the last word of somebody."""
    return could_not_deliver(conversation, sent.row, "blocked", NOW, PROMISES, superseded=False)


def commit(stores: Stores, decide: Callable[..., Decision], *args: Any, of: str = ID) -> Decision:
    """Decide on what is stored, commit it, and return the decision."""
    decision = decide(current(stores, of), *args)
    stores.conversations.commit(decision)
    return decision


def answer(stores: Stores, *messages: InboundMessage, of: str = ID) -> Decision:
    """Keep messages and answer them."""
    keep(stores, *messages, of=of)
    return commit(stores, answered, messages, of=of)


def ask(stores: Stores, *messages: InboundMessage, of: str = ID) -> Decision:
    """Keep messages and ask for a person."""
    keep(stores, *messages, of=of)
    return commit(stores, asked, messages, of=of)
