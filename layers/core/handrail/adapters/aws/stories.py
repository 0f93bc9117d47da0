"""Whole conversations from the table: one query each, several at a time."""

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from handrail.adapters.aws.codec import Attribute
from handrail.adapters.aws.items import body_of, conversation_of, sent_row_of
from handrail.adapters.aws.table import (
    ALIAS,
    HEAD,
    Table,
    alias_pk,
    conversation_pk,
    escalation_sk,
    message_sk,
    outbox_sk,
)
from handrail.application.protocol_ports import SentRow
from handrail.application.reconcile import Acknowledged, Message, Request, Story
from handrail.domain.conversation import Conversation
from handrail.domain.decision import Ending
from handrail.domain.ledger import Handling

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_READERS = 8
_REQUEST, _ROW = escalation_sk(0)[:4], outbox_sk(0)[:4]
_WHOLE = (_REQUEST, outbox_sk(99_999_999))
"""The records of requests, the conversation item, its messages and its outbox, in that order."""
_WHAT = "read a whole conversation"
_Item = Mapping[str, Attribute]


class DynamoStories:
    """`application.reconcile.Stories`."""

    def __init__(self, client: "DynamoDBClient", table_name: str) -> None:
        """Take a low-level client."""
        self._table = Table(client, table_name)

    def read(self, conversations: Sequence[str]) -> Sequence[Story]:
        """Read conversations side by side."""
        if len(conversations) <= 1:
            return [self._story(one) for one in conversations]
        with ThreadPoolExecutor(max_workers=_READERS) as pool:
            return list(pool.map(self._story, conversations))

    def missing(self, messages: Sequence[Acknowledged]) -> Sequence[Acknowledged]:
        """Look under the sender's own conversation, then under the one it is linked to."""
        left = self._absent({one: one.conversation for one in messages})
        aliases = {one: _alias_of(one) for one in left}
        linked = self._table.get_many(list(aliases.values()), "look up senders")
        elsewhere = {
            one: linked[alias]["conversation"]["S"]
            for one, alias in aliases.items()
            if alias in linked
        }
        absent = set(self._absent(elsewhere))
        return [one for one in left if one not in elsewhere or one in absent]

    def _absent(self, where: Mapping[Acknowledged, str]) -> list[Acknowledged]:
        keys = {
            one: (conversation_pk(conversation), message_sk(one.event_id))
            for one, conversation in where.items()
        }
        found = self._table.get_many(list(keys.values()), "look for messages")
        return [one for one, key in keys.items() if key not in found]

    def _story(self, conversation: str) -> Story:
        items = self._table.query(conversation_pk(conversation), _WHOLE, _WHAT)
        return story_of(conversation, items)


def story_of(conversation: str, items: Iterable[_Item]) -> Story:
    """Return the story that the items of a conversation tell.

    One item that somebody spoilt must not hide the others, nor the customer whose it is.
    """
    head: Conversation | None = None
    messages: list[Message] = []
    rows: list[SentRow] = []
    requests: list[Request] = []
    unreadable: list[str] = []
    for item in items:
        sk = item["sk"]["S"]
        try:
            if sk == HEAD:
                head = conversation_of(conversation, item)
            elif sk.startswith(("IN#", "IN!")):
                messages.append(_message_of(item))
            elif sk.startswith(_ROW):
                rows.append(sent_row_of(item))
            elif sk.startswith(_REQUEST):
                requests.append(request_of(item))
        except (ValueError, KeyError, TypeError, AttributeError):
            unreadable.append(sk)
    messages.sort(key=lambda one: (one.entry is None, one.entry or 0, one.body.position))
    return Story(
        conversation, head, tuple(messages), tuple(rows), tuple(requests), tuple(unreadable)
    )


def _message_of(item: _Item) -> Message:
    if "entry" not in item:
        return Message(body_of(item))
    return Message(body_of(item), int(item["entry"]["N"]), Handling(item["handling"]["S"]))


def request_of(item: _Item) -> Request:
    """Return the record of a request."""
    return Request(
        number=int(item["sk"]["S"].removeprefix(_REQUEST)),
        reference=item["reference"]["S"],
        reason=item["reason"]["S"],
        language=item["language"]["S"],
        channel=item["channel"]["S"],
        asked_at=float(item["asked_at"]["N"]),
        claimed_at=_moment(item, "claimed_at"),
        ending=Ending(item["ending"]["S"]) if "ending" in item else None,
        ended_at=_moment(item, "ended_at"),
    )


def _moment(item: _Item, name: str) -> float | None:
    return float(item[name]["N"]) if name in item else None


def _alias_of(message: Acknowledged) -> tuple[str, str]:
    return alias_pk(message.channel, message.account, message.conversation), ALIAS
