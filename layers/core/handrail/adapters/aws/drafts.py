"""The draft rows of turns on DynamoDB: a turn's only side effect."""

from typing import TYPE_CHECKING

from handrail.adapters.aws.items import draft_item, draft_of
from handrail.adapters.aws.table import DRAFT, Table, draft_pk
from handrail.application.ports import Clock
from handrail.application.protocol_ports import Draft

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class DynamoDrafts:
    """`application.protocol_ports.Drafts`."""

    def __init__(self, client: "DynamoDBClient", table_name: str, clock: Clock) -> None:
        """Take a low-level client."""
        self._table = Table(client, table_name)
        self._clock = clock

    def get(self, turn: str) -> Draft | None:
        """Read a draft."""
        item = self._table.get(draft_pk(turn), DRAFT, "read a draft")
        return draft_of(turn, item) if item is not None else None

    def put(self, draft: Draft) -> None:
        """Write a draft, whole: what was checked and what it says never come from two writers."""
        self._table.put(draft_item(draft, self._clock.now()), "write a draft")
