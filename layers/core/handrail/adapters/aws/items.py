"""Which item each domain object is, and back."""

from collections.abc import Mapping

from handrail.adapters.aws.codec import Attribute, Codec, Item, number, text
from handrail.adapters.aws.table import (
    DRAFT,
    HEAD,
    bounded,
    conversation_pk,
    draft_pk,
    due,
    escalation_sk,
    expiry,
    key,
    message_sk,
    notice_sk,
    outbox_sk,
    vault_key,
)
from handrail.application.delivery_ports import Progress
from handrail.application.protocol_ports import (
    Body,
    Draft,
    Entry,
    Reveal,
    SentRow,
    Vaulted,
)
from handrail.domain.conversation import Conversation
from handrail.domain.decision import Decision, EscalationEnd, Event
from handrail.domain.ledger import Handling, LedgerRow
from handrail.domain.message import Kind
from handrail.domain.outbox import OutboxRow, State
from handrail.domain.synthetic import is_synthetic

_CONVERSATION = Codec(Conversation, but=frozenset({"id", "due", "version"}))
_BODY = Codec(Body)
_OUTBOX = Codec(OutboxRow, but=frozenset({"state"}))
_VAULTED = Codec(Vaulted)
_PROGRESS = Codec(Progress)
_DRAFT = Codec(Draft, but=frozenset({"turn"}))
_REVEAL = Codec(Reveal)


# ---------------------------------------------------------------- the conversation item


def conversation_item(conversation: Conversation, event: Event | None = None) -> Item:
    """Return the conversation item. It never expires: numbers and epochs must not start again.

    `event` is what was decided about. Nothing decides by it; the audit holds the write against it.
    """
    item = key(conversation_pk(conversation.id), HEAD) | _CONVERSATION.write(conversation)
    item["version"] = number(conversation.version)
    # Conditions look at these two, so they are there even with their defaults.
    item["epoch"] = number(conversation.epoch)
    item["holder"] = {"S": conversation.holder.value}
    if event is not None:
        item["event"] = {"S": event.value}
    if conversation.due is not None:
        item |= due(conversation.id, conversation.due)
    return item


def conversation_of(conversation: str, item: Mapping[str, Attribute]) -> Conversation:
    """Return the conversation of an item."""
    due_at = float(item["due_at"]["N"]) if "due_at" in item else None
    version = int(item["version"]["N"])
    return _CONVERSATION.read(item, id=conversation, version=version, due=due_at)


def event_of(item: Mapping[str, Attribute]) -> Event | None:
    """Return what the last write of a conversation item was decided about.

    None where the item does not say, or names an event that a later release knows.
    """
    named = item.get("event", {}).get("S")
    return Event(named) if named in set(Event) else None


# ---------------------------------------------------------------- the ledger


def body_item(conversation: str, body: Body) -> Item:
    """Return a message's item before it is decided."""
    sk = message_sk(body.event_id)
    return key(conversation_pk(conversation), sk) | _BODY.write(body) | expiry(body.received_at)


def body_of(item: Mapping[str, Attribute]) -> Body:
    """Return the body of a message's item."""
    return _BODY.read(item)


def notice_item(conversation: str, row: LedgerRow) -> Item:
    """Return the item of a notice, which is decided as soon as it is there."""
    at = row.position / 1000
    body = Body(row.event_id, row.position, Kind.LIFECYCLE, "", received_at=at)
    return {
        **key(conversation_pk(conversation), notice_sk(row.event_id)),
        **_BODY.write(body),
        **expiry(at),
        "entry": number(row.entry),
        "handling": {"S": row.handling.value},
    }


def entry_of(item: Mapping[str, Attribute]) -> Entry | None:
    """Return the ledger entry of a message's item, or None while it is undecided."""
    if "entry" not in item:
        return None
    return Entry(int(item["entry"]["N"]), Handling(item["handling"]["S"]), body_of(item))


# ---------------------------------------------------------------- the outbox


def outbox_item(conversation: str, row: OutboxRow, due_at: float) -> Item:
    """Return the item of an outbox row that is not at rest."""
    return {
        **key(conversation_pk(conversation), outbox_sk(row.sequence)),
        **_OUTBOX.write(row),
        **expiry(row.created_at),
        **due(conversation, due_at),
        "state": {"S": row.state.value},
    }


def sent_row_of(item: Mapping[str, Attribute]) -> SentRow:
    """Return an outbox row and what became of it."""
    return SentRow(
        row=_OUTBOX.read(item, state=State(item["state"]["S"])),
        receipts=tuple(receipt["S"] for receipt in item.get("receipts", {"L": ()})["L"]),
        reason=item["reason"]["S"] if "reason" in item else None,
        due=float(item["due_at"]["N"]) if "due_at" in item else None,
        put_off="put_off" in item,
    )


def progress_of(item: Mapping[str, Attribute] | None) -> Progress:
    """Return how far delivery has come."""
    return _PROGRESS.read(item or {})


# ---------------------------------------------------------------- requests for a person


def escalation_item(decision: Decision) -> Item:
    """Return the record of the request that a decision opens."""
    after = decision.after
    opened = after.open_escalation
    synthetic = is_synthetic(after.channel, after.account)
    return {
        **key(conversation_pk(after.id), escalation_sk(opened.number)),
        "opened_at": number(opened.stage_since),
        "asked_at": number(opened.asked_at),
        "reason": {"S": opened.reason.value},
        "reference": text(opened.reference),
        "language": text(after.language),
        "channel": text(after.channel),
        # Left out of every count of customers.
        **({"synthetic": {"BOOL": True}} if synthetic else {}),
    }


def escalation_end(end: EscalationEnd) -> Item:
    """Return what the ending of a request adds to its record."""
    ended: Item = {"ending": {"S": end.ending.value}, "ended_at": number(end.at)}
    if end.escalation.claimed_at is not None:
        ended["claimed_at"] = number(end.escalation.claimed_at)
    return ended


# ---------------------------------------------------------------- vault and drafts


def vaulted_item(conversation: str, body: Body, vaulted: Vaulted) -> Item:
    """Return the item of an original, in a partition that few functions may read."""
    pk, sk = vault_key(conversation, body.event_id)
    return key(pk, sk) | _VAULTED.write(vaulted) | expiry(body.received_at)


def vaulted_of(item: Mapping[str, Attribute]) -> Vaulted:
    """Return an original."""
    return _VAULTED.read(item)


def reveal_item(reveal: Reveal) -> Item:
    """Return the audit row of an agent's reading. It stays as long as the conversation does."""
    sk = f"AUDIT#{reveal.at:017.6f}#{reveal.epoch}#{bounded(reveal.event_id)}"
    return key(conversation_pk(reveal.conversation), sk) | _REVEAL.write(reveal)


def draft_item(draft: Draft, now: float) -> Item:
    """Return a draft's item. It lasts a day; nobody needs a suggestion that is older."""
    return key(draft_pk(draft.turn), DRAFT) | _DRAFT.write(draft) | expiry(now, days=1)


def draft_of(turn: str, item: Mapping[str, Attribute]) -> Draft:
    """Return a draft."""
    return _DRAFT.read(item, turn=turn)
