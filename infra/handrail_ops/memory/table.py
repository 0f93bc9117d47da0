"""The table in memory: what DynamoDB does for the protocol, with the same conditions.

Domain objects are frozen, so they are stored as they are; nothing is copied or encoded. That makes
it fast enough to run the protocol thousands of times a second under a simulator.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from handrail.application.delivery_ports import Progress
from handrail.application.ports import Address
from handrail.application.protocol_ports import (
    Body,
    Draft,
    Due,
    DueKind,
    Entry,
    Kept,
    Parked,
    Reveal,
    SentRow,
    Vaulted,
)
from handrail.domain.conversation import Conversation, Holder
from handrail.domain.decision import Decision, Ending
from handrail.domain.errors import ConflictError, DuplicateError
from handrail.domain.ledger import Handling, LedgerRow
from handrail.domain.message import InboundMessage, Kind
from handrail.domain.outbox import State
from handrail.domain.promises import Promises
from handrail_ops.memory.faults import Fault, no_fault, port_call

_Due = tuple[DueKind, str, str]


@dataclass(slots=True)
class Record:
    """Everything the table holds of one conversation; a test may look inside."""

    conversation: Conversation | None = None
    bodies: dict[str, Body] = field(default_factory=dict)
    ledger: list[Entry] = field(default_factory=list)
    decided: set[str] = field(default_factory=set)
    """The event ids of customers' messages in the ledger."""
    notices: set[str] = field(default_factory=set)
    outbox: list[SentRow] = field(default_factory=list)
    progress: Progress = field(default_factory=Progress)
    endings: dict[int, Ending | None] = field(default_factory=dict)
    once: set[str] = field(default_factory=set)
    originals: dict[str, Vaulted] = field(default_factory=dict)
    reveals: list[Reveal] = field(default_factory=list)

    def sent(self, sequence: int) -> SentRow | None:
        """Return an outbox row; sequences have no gaps."""
        return self.outbox[sequence - 1] if 0 < sequence <= len(self.outbox) else None


class MemoryTable:
    """Conversations, Vault, Deliveries, Drafts, Agenda, Inbox and Escalations, in one object."""

    def __init__(
        self, deliver_seconds: float = Promises().deliver_seconds, fault: Fault = no_fault
    ) -> None:
        """Start empty. `deliver_seconds` is how long an outbox row may wait for its hint."""
        self.fault = fault
        self.records: dict[str, Record] = {}
        self.inbox: dict[str, Parked] = {}
        self.drafts: dict[str, Draft] = {}
        self._deliver_seconds = deliver_seconds
        self._aliases: dict[tuple[str, str, str], str] = {}
        self._due: dict[_Due, float] = {}

    # ------------------------------------------------------------------ Conversations

    @port_call("conversations.load")
    def load(self, conversation: str) -> Conversation | None:
        """Read a conversation."""
        record = self.records.get(conversation)
        return record.conversation if record else None

    @port_call("conversations.commit")
    def commit(self, decision: Decision) -> None:
        """Apply a decision wholly, or raise and change nothing."""
        after = decision.after
        record = self.records.get(after.id) or Record()
        _check(record, decision)
        self.records[after.id] = record
        record.conversation = after
        self._set_due((DueKind.CONVERSATION, after.id, ""), after.due)
        for row in decision.ledger:
            _enter(record, row)
        for outbound in decision.outbox:
            due = outbound.created_at + self._deliver_seconds
            record.outbox.append(SentRow(outbound, due=due))
            self._set_due((DueKind.OUTBOX, after.id, str(outbound.sequence)), due)
        if decision.undeliverable is not None:
            given_up = decision.undeliverable
            self._rest(
                after.id,
                record,
                given_up.sequence,
                State.UNDELIVERABLE,
                reason=given_up.reason,
                was=given_up.was,
            )
        if decision.opened is not None:
            record.endings[decision.opened.number] = None
        if decision.ended is not None:
            record.endings[decision.ended.escalation.number] = decision.ended.ending
        if decision.unreachable is not None:
            record.endings[decision.unreachable] = Ending.UNREACHABLE
        if decision.once is not None:
            record.once.add(decision.once)

    @port_call("conversations.keep")
    def keep(self, conversation: str, body: Body, vaulted: Vaulted | None) -> Kept:
        """Store a body; the first one stays."""
        record = self.records.setdefault(conversation, Record())
        if vaulted is not None:
            record.originals.setdefault(body.event_id, vaulted)
        record.bodies.setdefault(body.event_id, body)
        return Kept.KNOWN if body.event_id in record.decided else Kept.NEW

    @port_call("conversations.entries")
    def entries(self, conversation: str, after_entry: int = 0) -> Sequence[Entry]:
        """Return the ledger after an entry; entries have no gaps."""
        record = self.records.get(conversation)
        return record.ledger[max(after_entry, 0) :] if record else []

    @port_call("conversations.bodies")
    def bodies(self, conversation: str, event_ids: Sequence[str]) -> Sequence[Body]:
        """Return the bodies that are there, in the order asked."""
        record = self.records.get(conversation)
        if record is None:
            return []
        return [record.bodies[i] for i in event_ids if i in record.bodies]

    @port_call("conversations.rows")
    def rows(self, conversation: str, after_sequence: int = 0) -> Sequence[SentRow]:
        """Return the outbox after a sequence."""
        record = self.records.get(conversation)
        return record.outbox[max(after_sequence, 0) :] if record else []

    @port_call("conversations.resolve")
    def resolve(self, address: Address) -> str | None:
        """Return what the first linked id of a sender is linked to."""
        found = (self._aliases.get(alias) for alias in _aliases(address))
        return next((conversation for conversation in found if conversation), None)

    @port_call("conversations.link")
    def link(self, address: Address, conversation: str) -> None:
        """Link every id that is not linked yet."""
        for alias in _aliases(address):
            self._aliases.setdefault(alias, conversation)

    # ------------------------------------------------------------------ Vault

    @port_call("vault.original")
    def original(self, conversation: str, event_id: str) -> Vaulted | None:
        """Return an original, if anything was taken out of it."""
        record = self.records.get(conversation)
        return record.originals.get(event_id) if record else None

    @port_call("vault.placeholders")
    def placeholders(self, conversation: str) -> Mapping[str, str]:
        """Return the placeholders of all its messages; each says its value's, so none collide."""
        record = self.records.get(conversation)
        merged: dict[str, str] = {}
        for original in record.originals.values() if record else ():
            merged |= original.placeholders
        return merged

    @port_call("vault.audit")
    def audit(self, reveal: Reveal) -> None:
        """Write who is about to read an original, if that agent holds a live lease."""
        record = self.records.get(reveal.conversation)
        current = record.conversation if record else None
        lease = current.lease if current else None
        if (
            record is None
            or current is None
            or lease is None
            or current.holder is not Holder.AGENT
            or current.epoch != reveal.epoch
            or lease.agent != reveal.agent
            or lease.until <= reveal.at
        ):
            message = "the agent's hold of this conversation is over; nothing may be revealed"
            raise ConflictError(message)
        record.reveals.append(reveal)

    # ------------------------------------------------------------------ Deliveries

    @port_call("deliveries.progress")
    def progress(self, conversation: str) -> Progress:
        """Read how far delivery has come."""
        record = self.records.get(conversation)
        return record.progress if record else Progress()

    @port_call("deliveries.delivered")
    def delivered(self, conversation: str, sequence: int, receipts: Sequence[str]) -> None:
        """Bring a pending row to rest, and move on."""
        record = self.records[conversation]
        self._rest(conversation, record, sequence, State.DELIVERED, receipts=tuple(receipts))
        _pass(record, sequence)

    @port_call("deliveries.put_off")
    def put_off(
        self, conversation: str, sequence: int, until: float, taken: Sequence[str] = ()
    ) -> None:
        """Let a pending row wait, and keep what its channel has taken of it."""
        record = self.records[conversation]
        sent = record.sent(sequence)
        if sent is None or sent.row.state is not State.PENDING:
            return
        receipts = tuple(taken) or sent.receipts
        record.outbox[sequence - 1] = replace(sent, due=until, put_off=True, receipts=receipts)
        self._set_due((DueKind.OUTBOX, conversation, str(sequence)), until)
        progress = record.progress
        if sequence > progress.sent:
            record.progress = replace(
                progress, attempts=progress.attempts + 1, died=0, tried_at=0.0
            )

    @port_call("deliveries.hold")
    def hold(self, conversation: str, sequences: Sequence[int], until: float) -> None:
        """Let rows behind one that waits be due when it is."""
        record = self.records[conversation]
        for sequence in sequences:
            sent = record.sent(sequence)
            if sent is not None and sent.row.state is State.PENDING:
                record.outbox[sequence - 1] = replace(sent, due=until)
                self._set_due((DueKind.OUTBOX, conversation, str(sequence)), until)

    @port_call("deliveries.passed")
    def passed(self, conversation: str, sequence: int) -> None:
        """Move on behind a row that is at rest."""
        _pass(self.records[conversation], sequence)

    @port_call("deliveries.tried")
    def tried(self, conversation: str, sequence: int, now: float) -> None:
        """Count that a redelivered hint got as far as the next row."""
        record = self.records[conversation]
        progress = record.progress
        if sequence > progress.sent:
            record.progress = replace(progress, died=progress.died + 1, tried_at=now)

    @port_call("deliveries.lived")
    def lived(self, conversation: str, sequence: int) -> None:
        """Forget what was counted: the next row's tries ended in an error, not in a death."""
        record = self.records[conversation]
        if sequence > record.progress.sent:
            record.progress = replace(record.progress, died=0, tried_at=0.0)

    # ------------------------------------------------------------------ Drafts

    @port_call("drafts.get")
    def get(self, turn: str) -> Draft | None:
        """Read a draft."""
        return self.drafts.get(turn)

    @port_call("drafts.put")
    def put(self, draft: Draft) -> None:
        """Write a draft."""
        self.drafts[draft.turn] = draft

    # ------------------------------------------------------------------ Agenda

    @port_call("agenda.due")
    def due(self, now: float, limit: int) -> Sequence[Due]:
        """Return what has fallen due, oldest first; a conversation's outbox is one thing."""
        fallen = sorted((at, *key) for key, at in self._due.items() if at <= now)
        found: dict[Due, None] = {}
        for at, kind, conversation, key in fallen:
            if len(found) >= limit:
                break
            inbox_key = key if kind is DueKind.INBOX else ""
            found.setdefault(Due(kind, conversation, inbox_key, at))
        return list(found)

    # ------------------------------------------------------------------ Inbox

    @port_call("inbox.park")
    def park(self, group: str, message: InboundMessage, now: float) -> None:
        """Store a message; storing it again changes nothing."""
        key = f"{message.channel}/{message.account}/{message.event_id}"
        if key not in self.inbox:
            self.inbox[key] = Parked(key, group, message)
            self._set_due((DueKind.INBOX, "", key), now)

    @port_call("inbox.parked")
    def parked(self, keys: Sequence[str]) -> Sequence[Parked]:
        """Read the messages that are still parked."""
        return [self.inbox[key] for key in keys if key in self.inbox]

    @port_call("inbox.remove")
    def remove(self, key: str) -> None:
        """Remove a message."""
        self.inbox.pop(key, None)
        self._set_due((DueKind.INBOX, "", key), None)

    # ------------------------------------------------------------------ Escalations

    @port_call("escalations.ending")
    def ending(self, escalation: str) -> Ending | None:
        """Return how a request ended."""
        conversation, _, number = escalation.rpartition("-")
        record = self.records.get(conversation)
        if record is None or not number.isdecimal():
            return None
        return record.endings.get(int(number))

    # ------------------------------------------------------------------ helpers

    def _set_due(self, key: _Due, at: float | None) -> None:
        if at is None:
            self._due.pop(key, None)
        else:
            self._due[key] = at

    def _rest(
        self,
        conversation: str,
        record: Record,
        sequence: int,
        state: State,
        *,
        reason: str | None = None,
        receipts: tuple[str, ...] | None = None,
        was: State = State.PENDING,
    ) -> None:
        sent = record.sent(sequence)
        if sent is None or sent.row.state is not was:
            return
        record.outbox[sequence - 1] = replace(
            sent,
            row=replace(sent.row, state=state),
            receipts=sent.receipts if receipts is None else receipts,
            reason=reason,
            due=None,
            put_off=False,
        )
        self._set_due((DueKind.OUTBOX, conversation, str(sequence)), None)


def _check(record: Record, decision: Decision) -> None:
    """Raise unless every condition of a decision's transaction holds."""
    if len({row.event_id for row in decision.ledger}) < len(decision.ledger):
        message = "a decision names a message twice: decide about it once"
        raise ValueError(message)
    customers = [row for row in decision.ledger if row.handling is not Handling.NOTICE]
    known = frozenset(row.event_id for row in customers if row.event_id in record.decided)
    used = decision.once is not None and decision.once in record.once
    given_up = False
    if decision.undeliverable is not None:
        sent = record.sent(decision.undeliverable.sequence)
        given_up = sent is None or sent.row.state is not decision.undeliverable.was
    noticed = any(
        row.handling is Handling.NOTICE and row.event_id in record.notices
        for row in decision.ledger
    )
    if known or used or given_up or noticed:
        raise DuplicateError(known)
    version = record.conversation.version if record.conversation else 0
    if version != decision.before.version:
        message = f"version {decision.before.version} was read, {version} is the newest"
        raise ConflictError(message)
    unkept = [row.event_id for row in customers if row.event_id not in record.bodies]
    if unkept:
        message = f"{len(unkept)} messages have no body: keep them before they are decided"
        raise ConflictError(message)


def _enter(record: Record, row: LedgerRow) -> None:
    if row.handling is Handling.NOTICE:
        record.notices.add(row.event_id)
        body = Body(row.event_id, row.position, Kind.LIFECYCLE, "", row.position / 1000)
    else:
        record.decided.add(row.event_id)
        body = replace(record.bodies[row.event_id], position=row.position)
        record.bodies[row.event_id] = body
    record.ledger.append(Entry(row.entry, row.handling, body))


def _pass(record: Record, sequence: int) -> None:
    if sequence > record.progress.sent:
        record.progress = Progress(sent=sequence)


def _aliases(address: Address) -> list[tuple[str, str, str]]:
    return [(address.channel, address.account, sender) for sender in address.sender_ids]
