"""Originals on DynamoDB, in partitions of their own that few functions may read."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from handrail.adapters.aws.codec import number, text
from handrail.adapters.aws.errors import asking
from handrail.adapters.aws.items import reveal_item, vaulted_of
from handrail.adapters.aws.table import (
    HEAD,
    Table,
    conversation_pk,
    is_over,
    key,
    vault_key,
    vault_pk,
)
from handrail.adapters.clock import SystemClock
from handrail.application.ports import Clock
from handrail.application.protocol_ports import Reveal, Vaulted
from handrail.domain.conversation import Holder

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_ALL = ("\x00", "\U0010ffff")


class DynamoVault:
    """`application.protocol_ports.Vault`. An original past its time is gone, removed or not."""

    def __init__(
        self, client: "DynamoDBClient", table_name: str, clock: Clock | None = None
    ) -> None:
        """Take a low-level client."""
        self._table = Table(client, table_name)
        self._clock = clock or SystemClock()

    def original(self, conversation: str, event_id: str) -> Vaulted | None:
        """Return an original, if anything was taken out of it."""
        item = self._table.get(*vault_key(conversation, event_id), "read an original")
        if item is None or is_over(item, self._clock.now()):
            return None
        return vaulted_of(item)

    def placeholders(self, conversation: str) -> Mapping[str, str]:
        """Return the placeholders of all its messages; each says its value's, so none collide."""
        now = self._clock.now()
        merged: dict[str, str] = {}
        for item in self._table.query(vault_pk(conversation), _ALL, "read placeholders"):
            if not is_over(item, now):
                merged |= vaulted_of(item).placeholders
        return merged

    def audit(self, reveal: Reveal) -> None:
        """Write who is about to read an original, if that agent holds a live lease."""
        with asking("write that an original is read"):
            self._table.client.transact_write_items(
                TransactItems=[
                    {
                        "ConditionCheck": {
                            "TableName": self._table.name,
                            "Key": key(conversation_pk(reveal.conversation), HEAD),
                            "ConditionExpression": "holder = :agent_holds AND epoch = :epoch"
                            " AND lease.#agent = :agent AND lease.#until > :at",
                            "ExpressionAttributeNames": {"#agent": "agent", "#until": "until"},
                            "ExpressionAttributeValues": {
                                ":agent_holds": {"S": Holder.AGENT.value},
                                ":epoch": number(reveal.epoch),
                                ":agent": text(reveal.agent),
                                ":at": number(reveal.at),
                            },
                        }
                    },
                    {"Put": {"TableName": self._table.name, "Item": reveal_item(reveal)}},
                ]
            )
