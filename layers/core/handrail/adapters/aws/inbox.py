"""The second durable place for what came in, on DynamoDB. Nothing here ever expires."""

import hashlib
import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from handrail.adapters.aws.codec import Item, text
from handrail.adapters.aws.table import Table, due, key, shard
from handrail.application.protocol_ports import Parked
from handrail.domain.message import InboundMessage

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class DynamoInbox:
    """`application.protocol_ports.Inbox`."""

    def __init__(self, client: "DynamoDBClient", table_name: str) -> None:
        """Take a low-level client."""
        self._table = Table(client, table_name)

    def park(self, group: str, message: InboundMessage, now: float) -> None:
        """Store a message; storing it again changes nothing."""
        parked = _key_of(message)
        item: Item = {
            **key(_pk(parked), parked),
            **due(parked, now),
            "group": text(group),
            "message": {"S": json.dumps(message.to_dict())},
        }
        self._table.put_new(item, "park a message")

    def parked(self, keys: Sequence[str]) -> Sequence[Parked]:
        """Read the messages that are still parked."""
        wanted = [(_pk(one), one) for one in keys]
        found = self._table.get_many(wanted, "read parked messages")
        return [_parked_of(found[one]) for one in wanted if one in found]

    def remove(self, key: str) -> None:
        """Remove a message."""
        self._table.delete(_pk(key), key, "remove a parked message")


def _key_of(message: InboundMessage) -> str:
    parts = (message.channel, message.account, message.event_id)
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "replace")).hexdigest()


def _pk(parked: str) -> str:
    return f"INBOX#{shard(parked)}"


def _parked_of(item: Item) -> Parked:
    message = InboundMessage.from_dict(json.loads(item["message"]["S"]))
    return Parked(item["sk"]["S"], item["group"]["S"], message)
