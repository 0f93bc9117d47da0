"""A decision as one transaction, and what its cancellation means."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from handrail.adapters.aws.codec import Item, number
from handrail.adapters.aws.errors import CONDITION_FAILED, asking, cancellation_reasons
from handrail.adapters.aws.items import (
    conversation_item,
    escalation_end,
    escalation_item,
    notice_item,
    outbox_item,
)
from handrail.adapters.aws.table import (
    Table,
    bounded,
    conversation_pk,
    escalation_sk,
    expiry,
    key,
    message_sk,
    outbox_sk,
)
from handrail.domain.decision import Decision, Ending, GivenUp
from handrail.domain.errors import DuplicateError, HandrailError
from handrail.domain.ledger import Handling, LedgerRow
from handrail.domain.outbox import State

_WHAT = "commit a decision"
_UNLESS_THERE = "attribute_not_exists(pk)"


@dataclass(frozen=True, slots=True)
class _Write:
    """One write of a transaction."""

    operation: str
    """`Put` or `Update`."""
    arguments: Mapping[str, Any]
    message: str | None = None
    """The event id of the message that this write puts into the ledger."""
    once: bool = False
    """Whether its condition says that this decision was not taken before."""


def commit(table: Table, decision: Decision, deliver_seconds: float) -> None:
    """Write everything a decision changes, or nothing.

    Raises:
        DuplicateError: some of its messages, or what it does once, are in the table already.
        ConflictError: its conversation has changed since it was read.
        UnavailableError: it may or may not be written; deciding again finds out.
        ValueError: it names a message twice, which no transaction can.

    """
    if len({row.event_id for row in decision.ledger}) < len(decision.ledger):
        message = "a decision names a message twice: decide about it once"
        raise ValueError(message)
    writes = _writes(table, decision, deliver_seconds)
    if len(writes) == 1:
        # Half the price of a transaction, and most often a heartbeat.
        with asking(_WHAT):
            table.client.put_item(**writes[0].arguments)
        return
    # The client adds an idempotency token, so that its own retries write once.
    with asking(_WHAT, lambda error: _duplicate(error, writes)):
        table.client.transact_write_items(
            TransactItems=[{write.operation: write.arguments} for write in writes]  # type: ignore[misc]
        )


def _writes(table: Table, decision: Decision, deliver_seconds: float) -> list[_Write]:
    after = decision.after
    pk = conversation_pk(after.id)
    writes = [_head(table.name, decision)]
    writes += [_ledger(table.name, after.id, row) for row in decision.ledger]
    for row in decision.outbox:
        item = outbox_item(after.id, row, row.created_at + deliver_seconds)
        writes.append(_Write("Put", {"TableName": table.name, "Item": item}))
    if decision.undeliverable is not None:
        writes.append(_given_up(table.name, pk, decision.undeliverable))
    if decision.opened is not None:
        item = escalation_item(decision)
        writes.append(_Write("Put", {"TableName": table.name, "Item": item}))
    if decision.ended is not None:
        sk = escalation_sk(decision.ended.escalation.number)
        writes.append(_recorded(table.name, key(pk, sk), escalation_end(decision.ended)))
    if decision.unreachable is not None:
        record = key(pk, escalation_sk(decision.unreachable))
        ending: Item = {"ending": {"S": Ending.UNREACHABLE.value}}
        writes.append(_recorded(table.name, record, ending))
    if decision.once is not None:
        writes.append(_once(table.name, pk, decision))
    return writes


def _head(table: str, decision: Decision) -> _Write:
    before, item = decision.before, conversation_item(decision.after, decision.event)
    arguments: dict[str, Any] = {"TableName": table, "Item": item}
    if before.version:
        arguments["ConditionExpression"] = "version = :read"
        arguments["ExpressionAttributeValues"] = {":read": number(before.version)}
    else:
        arguments["ConditionExpression"] = _UNLESS_THERE
    return _Write("Put", arguments)


def _ledger(table: str, conversation: str, row: LedgerRow) -> _Write:
    if row.handling is Handling.NOTICE:
        item = notice_item(conversation, row)
        arguments = {"TableName": table, "Item": item, "ConditionExpression": _UNLESS_THERE}
        return _Write("Put", arguments, once=True)
    return _Write(
        "Update",
        {
            "TableName": table,
            "Key": key(conversation_pk(conversation), message_sk(row.event_id)),
            "UpdateExpression": "SET entry = :entry, handling = :handling, #position = :position",
            "ConditionExpression": "attribute_exists(pk) AND attribute_not_exists(entry)",
            "ExpressionAttributeNames": {"#position": "position"},
            "ExpressionAttributeValues": {
                ":entry": number(row.entry),
                ":handling": {"S": row.handling.value},
                ":position": number(row.position),
            },
            # Tells a message that others decided from one whose body was never kept.
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        },
        message=row.event_id,
    )


def _given_up(table: str, pk: str, given_up: GivenUp) -> _Write:
    return _Write(
        "Update",
        {
            "TableName": table,
            "Key": key(pk, outbox_sk(given_up.sequence)),
            "UpdateExpression": "SET #state = :given_up, reason = :reason "
            "REMOVE due_shard, due_at, put_off",
            "ConditionExpression": "#state = :was",
            "ExpressionAttributeNames": {"#state": "state"},
            "ExpressionAttributeValues": {
                ":given_up": {"S": State.UNDELIVERABLE.value},
                ":was": {"S": given_up.was.value},
                ":reason": {"S": given_up.reason},
            },
        },
        once=True,
    )


def _recorded(table: str, record: Item, values: Item) -> _Write:
    return _Write(
        "Update",
        {
            "TableName": table,
            "Key": record,
            "UpdateExpression": "SET " + ", ".join(f"{name} = :{name}" for name in values),
            "ExpressionAttributeValues": {f":{name}": value for name, value in values.items()},
        },
    )


def _once(table: str, pk: str, decision: Decision) -> _Write:
    item = key(pk, f"ONCE#{bounded(decision.once or '')}")
    if decision.outbox:
        item |= expiry(decision.outbox[0].created_at)
    arguments = {"TableName": table, "Item": item, "ConditionExpression": _UNLESS_THERE}
    return _Write("Put", arguments, once=True)


def _duplicate(error: ClientError, writes: list[_Write]) -> HandrailError | None:
    """Return that a decision was taken before, wholly or in part, if its cancellation says so.

    The reasons stand in the order of the writes. That others were first, too, says nothing new.
    """
    reasons = cancellation_reasons(error)
    failed = [
        (write, reason)
        for write, reason in zip(writes, reasons, strict=False)
        if reason.get("Code") == CONDITION_FAILED
    ]
    decided = frozenset(
        write.message
        for write, reason in failed
        if write.message is not None and "entry" in reason.get("Item", {})
    )
    if decided or any(write.once for write, _ in failed):
        return DuplicateError(decided)
    return None
