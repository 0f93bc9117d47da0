"""The one table: its keys, its times, and the few ways of reading and writing it.

| pk | sk | what |
|---|---|---|
| `C#<conversation>` | `HEAD` | the conversation item, the authority |
| | `IN#<event id>` | a customer's message: its body and, once decided, its place in the ledger |
| | `IN!<event id>` | Handrail's own notice to the agent in the ledger |
| | `OUT#<sequence>` | an outbox row and what became of it |
| | `DELIVERY` | how far delivery has come |
| | `ESC#<number>` | the record of a request for a person |
| | `ONCE#<key>` | a key that was used |
| | `TOKEN` | the token that wakes the escalation workflow |
| | `AUDIT#<moment>#…` | an agent's reading of an original |
| `V#<conversation>` | `<event id>` | what was redacted away |
| `T#<turn>` | `DRAFT` | a turn's draft |
| `A#<channel>#<account>#<digest>` | `ALIAS` | the conversation a sender's id is known under |
| `INBOX#<shard>` | `<key>` | a message the inbound queue did not take |
| `WEB#<session>` | `MESSAGE#…`, `CONNECTION#…` | the web chat's mailbox, in `web_store.py` |
| `SURVEY#<session>` | `MESSAGE#<sequence>` | what a customer said of a closed conversation |
| `CANARY#…` | | what the canary notes and gets, in `notebook.py` |
| `H#<moment>` | `<batch>` | in which conversations something came in then, for the audit |
| `H#` | `CURSOR` | how far the audit has reconciled |

What is not at rest carries `due_shard` and `due_at`, which the sparse index `due` is made of. The
partitions are apart where access is: only some functions may read `V#`, and a turn's functions
write nothing but `T#`.
"""

import hashlib
import zlib
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from handrail.adapters.aws.codec import Attribute, Item, number
from handrail.adapters.aws.errors import asking, code_of
from handrail.domain.errors import ConflictError, UnavailableError
from handrail.domain.limits import LEDGER_DAYS

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

DUE_INDEX = "due"
SHARDS = 8
"""Partitions of the index of what is due: all of a surge's writes must not meet in one."""
DAY_SECONDS = 24 * 3600
_KEY_BYTES_MAX = 512
"""A sort key has 1,024 bytes; an id that would come near is replaced by its digest."""
_BATCH_KEYS_MAX = 100
_BATCH_ATTEMPTS_MAX = 5


def shard(of: str) -> str:
    """Return the shard of the due index for a conversation or another key."""
    return str(zlib.crc32(of.encode()) % SHARDS)


def due(of: str, at: float) -> Item:
    """Return the attributes that put an item on the agenda."""
    return {"due_shard": {"S": shard(of)}, "due_at": number(at)}


def expiry(moment: float, days: int = LEDGER_DAYS) -> Item:
    """Return the attribute after which an item may vanish, so many days from a moment."""
    return {"expires_at": {"N": str(int(moment) + days * DAY_SECONDS)}}


def is_over(item: Mapping[str, Attribute], now: float) -> bool:
    """Tell whether an item's time is over: DynamoDB may take days to remove it."""
    return "expires_at" in item and int(item["expires_at"]["N"]) <= now


def key(pk: str, sk: str) -> Item:
    """Return an item's key."""
    return {"pk": {"S": pk}, "sk": {"S": sk}}


def bounded(given: str) -> str:
    """Return an id that others chose as part of a key: itself, or its digest when it is long."""
    encoded = given.encode("utf-8", "replace")
    if len(encoded) <= _KEY_BYTES_MAX:
        return encoded.decode()
    return f"sha256:{hashlib.sha256(encoded).hexdigest()}"


def conversation_pk(conversation: str) -> str:
    """Return the partition of a conversation."""
    return f"C#{conversation}"


def vault_pk(conversation: str) -> str:
    """Return the partition of a conversation's originals."""
    return f"V#{conversation}"


def vault_key(conversation: str, event_id: str) -> tuple[str, str]:
    """Return the key of an original."""
    return vault_pk(conversation), bounded(event_id)


def alias_pk(channel: str, account: str, digest: str) -> str:
    """Return the partition of a sender's id, by the conversation that the id alone would name."""
    return f"A#{channel}#{account}#{digest}"


def draft_pk(turn: str) -> str:
    """Return the partition of a turn."""
    return f"T#{turn}"


HEAD = "HEAD"
DRAFT = "DRAFT"
ALIAS = "ALIAS"
DELIVERY = "DELIVERY"
TOKEN = "TOKEN"  # noqa: S105 - the name of an item, not a secret
MESSAGES = ("IN!", "IN$")
"""The range of a conversation's messages and notices: `!` and `#` come before `$`."""


def message_sk(event_id: str) -> str:
    """Return the sort key of a customer's message."""
    return f"IN#{bounded(event_id)}"


def notice_sk(event_id: str) -> str:
    """Return the sort key of a notice; no customer can choose an id that collides with it."""
    return f"IN!{bounded(event_id)}"


def outbox_sk(sequence: int) -> str:
    """Return the sort key of an outbox row."""
    return f"OUT#{sequence:08d}"


def escalation_sk(number_: int) -> str:
    """Return the sort key of a request's record."""
    return f"ESC#{number_:06d}"


class _ConditionFailedError(ConflictError):
    """An item's condition did not hold; `item` is what is there, where that was asked for."""

    def __init__(self, item: Item) -> None:
        super().__init__("a condition did not hold")
        self.item = item


def _condition_failed(error: ClientError) -> _ConditionFailedError | None:
    if code_of(error) != "ConditionalCheckFailedException":
        return None
    response: Any = error.response
    return _ConditionFailedError(response.get("Item", {}))


class Table:
    """Strongly consistent reads, conditional writes, and errors in the protocol's words."""

    def __init__(self, client: "DynamoDBClient", name: str) -> None:
        """Take a low-level client."""
        self.client = client
        self.name = name

    def get(self, pk: str, sk: str, what: str) -> Item | None:
        """Read an item."""
        with asking(what):
            answer: Any = self.client.get_item(
                TableName=self.name, Key=key(pk, sk), ConsistentRead=True
            )
        found: Item | None = answer.get("Item")
        return found

    def get_many(self, keys: Sequence[tuple[str, str]], what: str) -> dict[tuple[str, str], Item]:
        """Read some items, those that are there, by their keys."""
        found: dict[tuple[str, str], Item] = {}
        distinct = list(dict.fromkeys(keys))
        for start in range(0, len(distinct), _BATCH_KEYS_MAX):
            wanted: Any = [key(*one) for one in distinct[start : start + _BATCH_KEYS_MAX]]
            for item in self._batch(wanted, what):
                found[item["pk"]["S"], item["sk"]["S"]] = item
        return found

    def _batch(self, wanted: Any, what: str) -> Iterator[Item]:
        for _ in range(_BATCH_ATTEMPTS_MAX):
            with asking(what):
                answer: Any = self.client.batch_get_item(
                    RequestItems={self.name: {"Keys": wanted, "ConsistentRead": True}}
                )
            yield from answer.get("Responses", {}).get(self.name, ())
            wanted = answer.get("UnprocessedKeys", {}).get(self.name, {}).get("Keys")
            if not wanted:
                return
        message = f"could not {what}: the table keeps leaving keys unread"
        raise UnavailableError(message)

    def query(
        self, pk: str, between: tuple[str, str], what: str, where: Mapping[str, Any] | None = None
    ) -> Iterator[Item]:
        """Read the items between two sort keys, both included, page by page.

        `where` is a filter: its expression and the values in it.
        """
        filtered: dict[str, Any] = dict(where or {})
        values = {
            ":pk": {"S": pk},
            ":first": {"S": between[0]},
            ":last": {"S": between[1]},
            **filtered.pop("ExpressionAttributeValues", {}),
        }
        page: dict[str, Any] = {}
        while True:
            with asking(what):
                answer: Any = self.client.query(
                    TableName=self.name,
                    KeyConditionExpression="pk = :pk AND sk BETWEEN :first AND :last",
                    ExpressionAttributeValues=values,
                    ConsistentRead=True,
                    **filtered,
                    **page,
                )
            yield from answer["Items"]
            if "LastEvaluatedKey" not in answer:
                return
            page["ExclusiveStartKey"] = answer["LastEvaluatedKey"]

    def put(self, item: Item, what: str) -> None:
        """Write an item, whole."""
        with asking(what):
            self.client.put_item(TableName=self.name, Item=item)

    def put_new(self, item: Item, what: str) -> Item | None:
        """Write an item unless there is one; return the one that is there, if so."""
        try:
            with asking(what, _condition_failed):
                self.client.put_item(
                    TableName=self.name,
                    Item=item,
                    ConditionExpression="attribute_not_exists(pk)",
                    ReturnValuesOnConditionCheckFailure="ALL_OLD",
                )
        except _ConditionFailedError as failed:
            return failed.item
        return None

    def update(self, pk: str, sk: str, what: str, **expressions: Any) -> bool:
        """Update an item; False when the condition did not hold."""
        try:
            with asking(what, _condition_failed):
                self.client.update_item(TableName=self.name, Key=key(pk, sk), **expressions)
        except _ConditionFailedError:
            return False
        return True

    def delete(self, pk: str, sk: str, what: str, **expressions: Any) -> bool:
        """Delete an item; False when the condition did not hold."""
        try:
            with asking(what, _condition_failed):
                self.client.delete_item(TableName=self.name, Key=key(pk, sk), **expressions)
        except _ConditionFailedError:
            return False
        return True
