"""What has fallen due, from the sparse index of everything that is not at rest.

The index lags behind the table by moments: what is found here is decided on the item itself.
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from handrail.adapters.aws.codec import Item, number
from handrail.adapters.aws.errors import asking
from handrail.adapters.aws.table import DUE_INDEX, HEAD, SHARDS
from handrail.application.protocol_ports import Due, DueKind

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class DynamoAgenda:
    """`application.protocol_ports.Agenda`."""

    def __init__(self, client: "DynamoDBClient", table_name: str) -> None:
        """Take a low-level client."""
        self._client = client
        self._table_name = table_name

    def due(self, now: float, limit: int) -> Sequence[Due]:
        """Return what has fallen due, oldest first; a conversation's outbox is one thing."""
        fallen: list[Due] = []
        for shard in range(SHARDS):
            fallen += self._oldest(str(shard), now, limit)
        fallen.sort(key=lambda due: (due.at, due.kind, due.conversation, due.key))
        return fallen[:limit]

    def _oldest(self, shard: str, now: float, limit: int) -> list[Due]:
        """Return up to `limit` different things of a shard."""
        found: dict[Due, None] = {}
        for item in self._items(shard, now, limit):
            found.setdefault(_due_of(item))
            if len(found) >= limit:
                break
        return list(found)

    def _items(self, shard: str, now: float, limit: int) -> Iterator[Item]:
        page: dict[str, Any] = {"Limit": limit}
        while True:
            with asking("read what has fallen due"):
                answer: Any = self._client.query(
                    TableName=self._table_name,
                    IndexName=DUE_INDEX,
                    KeyConditionExpression="due_shard = :shard AND due_at <= :now",
                    ExpressionAttributeValues={":shard": {"S": shard}, ":now": number(now)},
                    **page,
                )
            yield from answer["Items"]
            if "LastEvaluatedKey" not in answer:
                return
            page["ExclusiveStartKey"] = answer["LastEvaluatedKey"]


def _due_of(item: Item) -> Due:
    kind, _, owner = item["pk"]["S"].partition("#")
    sk, at = item["sk"]["S"], float(item["due_at"]["N"])
    if kind == "INBOX":
        return Due(DueKind.INBOX, "", sk, at)
    return Due(DueKind.CONVERSATION if sk == HEAD else DueKind.OUTBOX, owner, at=at)
