"""What delivery counts, on DynamoDB.

Row and count are written one after the other, not in a transaction: a row at rest that the count
has not passed yet is passed by the next delivery, and a transaction would cost double.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from handrail.adapters.aws.codec import number, text
from handrail.adapters.aws.items import progress_of
from handrail.adapters.aws.table import DELIVERY, Table, conversation_pk, due, outbox_sk
from handrail.application.delivery_ports import Progress
from handrail.domain.outbox import State

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_WHAT = "record a delivery"


class DynamoDeliveries:
    """`application.protocol_ports.Deliveries`."""

    def __init__(self, client: "DynamoDBClient", table_name: str) -> None:
        """Take a low-level client."""
        self._table = Table(client, table_name)

    def progress(self, conversation: str) -> Progress:
        """Read how far delivery has come."""
        pk = conversation_pk(conversation)
        return progress_of(self._table.get(pk, DELIVERY, "read how far delivery is"))

    def delivered(self, conversation: str, sequence: int, receipts: Sequence[str]) -> None:
        """Bring a pending row to rest, and move on."""
        self._pending(
            conversation,
            sequence,
            "SET #state = :delivered, receipts = :receipts REMOVE due_shard, due_at, put_off",
            {
                ":delivered": {"S": State.DELIVERED.value},
                ":receipts": {"L": [text(receipt) for receipt in receipts]},
            },
        )
        self.passed(conversation, sequence)

    def put_off(
        self, conversation: str, sequence: int, until: float, taken: Sequence[str] = ()
    ) -> None:
        """Let a pending row wait, and keep what its channel has taken of it."""
        item = due(conversation, until)
        expression = "SET put_off = :yes, due_shard = :shard, due_at = :until"
        values: dict[str, Any] = {
            ":yes": {"BOOL": True},
            ":shard": item["due_shard"],
            ":until": item["due_at"],
        }
        if taken:
            expression += ", receipts = :receipts"
            values[":receipts"] = {"L": [text(receipt) for receipt in taken]}
        put_off = self._pending(conversation, sequence, expression, values)
        if put_off:
            # Whoever comes to put a row off has not died on it.
            self._count(conversation, sequence, "attempts", "REMOVE died, tried_at")

    def hold(self, conversation: str, sequences: Sequence[int], until: float) -> None:
        """Let rows behind one that waits be due when it is."""
        item = due(conversation, until)
        values = {":shard": item["due_shard"], ":until": item["due_at"]}
        for sequence in sequences:
            expression = "SET due_shard = :shard, due_at = :until"
            self._pending(conversation, sequence, expression, values)

    def passed(self, conversation: str, sequence: int) -> None:
        """Move on behind a row that is at rest; what was counted was counted for that row."""
        self._table.update(
            conversation_pk(conversation),
            DELIVERY,
            _WHAT,
            UpdateExpression="SET sent = :sequence REMOVE attempts, died, tried_at",
            ConditionExpression="attribute_not_exists(sent) OR sent < :sequence",
            ExpressionAttributeValues={":sequence": number(sequence)},
        )

    def tried(self, conversation: str, sequence: int, now: float) -> None:
        """Count that a redelivered hint got as far as the next row."""
        self._count(conversation, sequence, "died", "SET tried_at = :now", {":now": number(now)})

    def lived(self, conversation: str, sequence: int) -> None:
        """Forget what was counted: the next row's tries ended in an error, not in a death."""
        self._table.update(
            conversation_pk(conversation),
            DELIVERY,
            _WHAT,
            UpdateExpression="REMOVE died, tried_at",
            ConditionExpression="attribute_not_exists(sent) OR sent < :sequence",
            ExpressionAttributeValues={":sequence": number(sequence)},
        )

    def _pending(
        self, conversation: str, sequence: int, expression: str, values: dict[str, Any]
    ) -> bool:
        """Update a row that is not at rest yet; False when it is."""
        return self._table.update(
            conversation_pk(conversation),
            outbox_sk(sequence),
            _WHAT,
            UpdateExpression=expression,
            ConditionExpression="#state = :pending",
            ExpressionAttributeNames={"#state": "state"},
            ExpressionAttributeValues={":pending": {"S": State.PENDING.value}, **values},
        )

    def _count(
        self,
        conversation: str,
        sequence: int,
        what: str,
        besides: str,
        values: Mapping[str, Any] | None = None,
    ) -> None:
        self._table.update(
            conversation_pk(conversation),
            DELIVERY,
            _WHAT,
            UpdateExpression=f"ADD #what :one {besides}",
            ConditionExpression="attribute_not_exists(sent) OR sent < :sequence",
            ExpressionAttributeNames={"#what": what},
            ExpressionAttributeValues={
                ":one": number(1),
                ":sequence": number(sequence),
                **(values or {}),
            },
        )
