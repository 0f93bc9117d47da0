"""The authority on DynamoDB: one decision, one transaction, conditional on the version it read."""

from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from handrail.adapters.aws.codec import Item, number
from handrail.adapters.aws.commit import commit
from handrail.adapters.aws.items import (
    body_item,
    body_of,
    conversation_of,
    entry_of,
    sent_row_of,
    vaulted_item,
)
from handrail.adapters.aws.table import (
    ALIAS,
    DAY_SECONDS,
    HEAD,
    MESSAGES,
    Table,
    alias_pk,
    conversation_pk,
    expiry,
    key,
    message_sk,
    outbox_sk,
)
from handrail.application.ports import Address
from handrail.application.protocol_ports import Body, Entry, Kept, SentRow, Vaulted
from handrail.domain.conversation import Conversation
from handrail.domain.decision import Decision
from handrail.domain.errors import HandrailError
from handrail.domain.limits import LEDGER_DAYS
from handrail.domain.message import conversation_id
from handrail.domain.promises import Promises

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_OUTBOX_LAST = "OUT#99999999"


class DynamoConversations:
    """`application.protocol_ports.Conversations`."""

    def __init__(
        self,
        client: "DynamoDBClient",
        table_name: str,
        deliver_seconds: float = Promises().deliver_seconds,
    ) -> None:
        """Take a low-level client, and how long an outbox row may wait for its hint."""
        self._table = Table(client, table_name)
        self._deliver_seconds = deliver_seconds

    def load(self, conversation: str) -> Conversation | None:
        """Read the conversation item."""
        item = self._table.get(conversation_pk(conversation), HEAD, "read a conversation")
        return conversation_of(conversation, item) if item is not None else None

    def commit(self, decision: Decision) -> None:
        """Apply a decision wholly, or raise and change nothing."""
        commit(self._table, decision, self._deliver_seconds)
        # Committed is committed: what follows may fail, and the next decision tries it again.
        with suppress(HandrailError):
            self._keep_open_messages(decision.after)

    def keep(self, conversation: str, body: Body, vaulted: Vaulted | None) -> Kept:
        """Store a body, the original first: whoever finds the body finds what it refers to."""
        if vaulted is not None:
            self._table.put_new(vaulted_item(conversation, body, vaulted), "keep an original")
        there = self._table.put_new(body_item(conversation, body), "keep a message")
        return Kept.KNOWN if there is not None and "entry" in there else Kept.NEW

    def entries(self, conversation: str, after_entry: int = 0) -> Sequence[Entry]:
        """Return the ledger after an entry, in commit order."""
        where = {
            "FilterExpression": "entry > :after",
            "ExpressionAttributeValues": {":after": number(after_entry)},
        }
        items = self._table.query(
            conversation_pk(conversation), MESSAGES, "read a ledger", where=where
        )
        entries = [entry for item in items if (entry := entry_of(item)) is not None]
        return sorted(entries, key=lambda entry: entry.entry)

    def bodies(self, conversation: str, event_ids: Sequence[str]) -> Sequence[Body]:
        """Return the bodies that are there, in the order asked."""
        pk = conversation_pk(conversation)
        keys = [(pk, message_sk(event_id)) for event_id in event_ids]
        found = self._table.get_many(keys, "read messages")
        return [body_of(found[one]) for one in keys if one in found]

    def rows(self, conversation: str, after_sequence: int = 0) -> Sequence[SentRow]:
        """Return the outbox after a sequence."""
        between = (outbox_sk(max(after_sequence, 0) + 1), _OUTBOX_LAST)
        items = self._table.query(conversation_pk(conversation), between, "read an outbox")
        return [sent_row_of(item) for item in items]

    def resolve(self, address: Address) -> str | None:
        """Return what the first linked id of a sender is linked to."""
        keys = _alias_keys(address)
        found = self._table.get_many(keys, "look up a sender")
        linked = (found[one]["conversation"]["S"] for one in keys if one in found)
        return next(linked, None)

    def link(self, address: Address, conversation: str) -> None:
        """Link every id that is not linked yet."""
        for pk, sk in _alias_keys(address):
            item = key(pk, sk) | {"conversation": {"S": conversation}}
            self._table.put_new(item, "link a sender")

    def _keep_open_messages(self, after: Conversation) -> None:
        """Give the messages of a request that stays open for very long more time to live.

        The ledger's rows vanish after their days. A person must still find what was asked, so the
        rows of a request older than half of that are given their days anew, well before.
        """
        escalation = after.escalation
        half_life = LEDGER_DAYS * DAY_SECONDS // 2
        if escalation is None or after.due is None:
            return
        if after.due - escalation.asked_at < half_life:
            return
        pk = conversation_pk(after.id)
        what = "keep an open request's messages"
        soon: Item = {":soon": {"N": str(int(after.due) + half_life)}}
        where = {"FilterExpression": "expires_at < :soon", "ExpressionAttributeValues": soon}
        for item in self._table.query(pk, MESSAGES, what, where=where):
            self._table.update(
                pk,
                item["sk"]["S"],
                what,
                UpdateExpression="SET expires_at = :later",
                ConditionExpression="attribute_exists(pk)",
                ExpressionAttributeValues={":later": expiry(after.due)["expires_at"]},
            )


def _alias_keys(address: Address) -> list[tuple[str, str]]:
    """Return the keys of a sender's ids; the ids themselves are personal, and may be long."""
    channel, account = address.channel, address.account
    return [
        (alias_pk(channel, account, conversation_id(channel, account, sender)), ALIAS)
        for sender in address.sender_ids
    ]
