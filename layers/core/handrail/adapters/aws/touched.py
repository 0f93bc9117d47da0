"""What was touched when, on DynamoDB: one small row for each batch of the stream.

A row for each message would cost more than everything else the audit does; a batch of the stream
is a hundred of them. The rows are noted by the clock of whoever notes them, not by the stream's:
a stream that lags must not write into a span that was reconciled already.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from handrail.adapters.aws.codec import Item, number, text
from handrail.adapters.aws.table import Table, expiry, key
from handrail.application.reconcile import Cursor

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_DAYS = 7
_CURSOR = ("H#", "CURSOR")
_LAST = "\U0010ffff"


class DynamoTouched:
    """`application.reconcile.Touched`."""

    def __init__(self, client: "DynamoDBClient", table_name: str) -> None:
        """Take a low-level client."""
        self._table = Table(client, table_name)

    def note(self, span: int, key_: str, conversations: Iterable[str]) -> None:
        """Write a row, or write it again."""
        names = sorted(set(conversations))
        item: Item = {**key(_pk(span), key_), "conversations": {"SS": names}}
        self._table.put(item | expiry(span, days=_DAYS), "note what was touched")

    def rows(self, span: int, after: str) -> Iterator[tuple[str, Sequence[str]]]:
        """Read the rows of a span behind a key."""
        between = (f"{after} ", _LAST)
        for item in self._table.query(_pk(span), between, "read what was touched"):
            yield item["sk"]["S"], item["conversations"]["SS"]

    def cursor(self) -> Cursor | None:
        """Read how far reconciling has come."""
        item = self._table.get(*_CURSOR, "read how far reconciling is")
        return Cursor(int(item["span"]["N"]), item["key"]["S"]) if item else None

    def move(self, cursor: Cursor) -> None:
        """Write how far reconciling has come."""
        item = key(*_CURSOR) | {"span": number(cursor.span), "key": text(cursor.key)}
        self._table.put(item, "remember how far reconciling is")


def _pk(span: int) -> str:
    return f"H#{span}"
