"""The web chat's mailbox and connections in Handrail's one table.

A session's rows lie together under `WEB#<session>`: `MESSAGE#<sequence>` and `CONNECTION#<id>`.
For each connection there is also `WEB#CONNECTION#<id>` / `SESSION`, so that a closed connection,
which says nothing but its own id, can be forgotten. What a customer said of a closed conversation
lies under `SURVEY#<session>`. Only PutItem, Query and DeleteItem are used,
and only on keys that begin so: the functions' policies allow no more.
"""

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from handrail.application.ports import Clock
from handrail.application.web_ports import Letter
from handrail.domain.errors import UnavailableError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

MAILBOX_SECONDS = 60 * 24 * 3_600
"""How long a message can be fetched: twice as long as the longest token can ask for it."""

CONNECTION_SECONDS = 2 * 3_600 + 600
"""API Gateway ends every connection after two hours."""

CONNECTIONS_MAX = 10
"""How many of a session's connections a push tries, the newest first."""

_SEQUENCE_MAX = 9_999_999_999


class DynamoMailbox:
    """`application.web_ports.Mailbox` on DynamoDB."""

    def __init__(
        self,
        client: "DynamoDBClient",
        table: str,
        clock: Clock,
        *,
        partition: str = "WEB",
        keep_seconds: int = MAILBOX_SECONDS,
    ) -> None:
        """Take a low-level client, and under which kind of key the messages lie for how long."""
        self._client = client
        self._table = table
        self._clock = clock
        self._partition = partition
        self._keep_seconds = keep_seconds

    def put(self, session_id: str, letter: Letter) -> None:
        """Store a message unless one of its sequence is there."""
        if not 0 < letter.sequence <= _SEQUENCE_MAX:
            message = f"a sequence must lie between 1 and {_SEQUENCE_MAX}, not {letter.sequence}"
            raise ValueError(message)
        try:
            self._client.put_item(
                TableName=self._table,
                Item={
                    "pk": {"S": f"{self._partition}#{session_id}"},
                    "sk": {"S": _message_key(letter.sequence)},
                    "content": {"S": json.dumps(dict(letter.content))},
                    "expires_at": {"N": str(int(self._clock.now()) + self._keep_seconds)},
                },
                ConditionExpression="attribute_not_exists(pk)",
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            # It is there, put by an earlier attempt.
            return
        except (BotoCoreError, ClientError) as error:
            raise _unavailable(error, "store a message") from error

    def letters(self, session_id: str, after: int, limit: int) -> Sequence[Letter]:
        """Return the messages after a sequence, strongly consistent."""
        if after >= _SEQUENCE_MAX:
            return []
        rows = _query(
            self._client,
            self._table,
            f"{self._partition}#{session_id}",
            (_message_key(max(after, 0) + 1), _message_key(_SEQUENCE_MAX)),
            limit,
        )
        return [
            Letter(int(row["sk"]["S"].partition("#")[2]), json.loads(row["content"]["S"]))
            for row in rows
        ]


class DynamoConnections:
    """`application.web_ports.Connections` on DynamoDB."""

    def __init__(self, client: "DynamoDBClient", table: str, clock: Clock) -> None:
        """Take a low-level client."""
        self._client = client
        self._table = table
        self._clock = clock

    def add(self, session_id: str, connection_id: str) -> None:
        """Remember a connection both ways."""
        expires_at = str(int(self._clock.now()) + CONNECTION_SECONDS)
        try:
            for pk, sk in (_by_session(session_id, connection_id), _by_id(connection_id)):
                self._client.put_item(
                    TableName=self._table,
                    Item={
                        "pk": {"S": pk},
                        "sk": {"S": sk},
                        "session": {"S": session_id},
                        "expires_at": {"N": expires_at},
                    },
                )
        except (BotoCoreError, ClientError) as error:
            raise _unavailable(error, "remember a connection") from error

    def remove(self, connection_id: str) -> None:
        """Forget a connection both ways."""
        try:
            pk, sk = _by_id(connection_id)
            forgotten = self._client.delete_item(
                TableName=self._table,
                Key={"pk": {"S": pk}, "sk": {"S": sk}},
                ReturnValues="ALL_OLD",
            ).get("Attributes")
            if forgotten is None:
                return
            pk, sk = _by_session(forgotten["session"]["S"], connection_id)
            self._client.delete_item(TableName=self._table, Key={"pk": {"S": pk}, "sk": {"S": sk}})
        except (BotoCoreError, ClientError) as error:
            # Should only the second half be left, pushes find that connection gone and its time
            # runs out soon.
            raise _unavailable(error, "forget a connection") from error

    def open_for(self, session_id: str) -> Sequence[str]:
        """Return the newest connections."""
        prefix = "CONNECTION#"
        rows = _query(
            self._client, self._table, f"WEB#{session_id}", (prefix, prefix + "\U0010ffff"), None
        )
        # Rows outlive their time in the table by up to days.
        now = self._clock.now()
        alive = [row for row in rows if float(row["expires_at"]["N"]) > now]
        alive.sort(key=lambda row: (-float(row["expires_at"]["N"]), row["sk"]["S"]))
        return [row["sk"]["S"].removeprefix(prefix) for row in alive[:CONNECTIONS_MAX]]


class DynamoSurveys:
    """`application.web_ports.Surveys` on DynamoDB, under keys of their own."""

    def __init__(self, client: "DynamoDBClient", table: str, clock: Clock) -> None:
        """Take a low-level client."""
        self._client = client
        self._table = table
        self._clock = clock

    def put(self, session_id: str, sequence: int, *, solved: bool) -> bool:
        """Store an answer unless there is one."""
        try:
            self._client.put_item(
                TableName=self._table,
                Item={
                    "pk": {"S": f"SURVEY#{session_id}"},
                    "sk": {"S": _message_key(sequence)},
                    "solved": {"BOOL": solved},
                    "answered_at": {"N": str(self._clock.now())},
                    "expires_at": {"N": str(int(self._clock.now()) + MAILBOX_SECONDS)},
                },
                ConditionExpression="attribute_not_exists(pk)",
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return False
        except (BotoCoreError, ClientError) as error:
            raise _unavailable(error, "store an answer") from error
        return True


def _query(
    client: "DynamoDBClient",
    table: str,
    pk: str,
    between: tuple[str, str],
    limit: int | None,
) -> list[Mapping[str, Any]]:
    """Return the rows between two sort keys, over as many pages as it takes."""
    rows: list[Mapping[str, Any]] = []
    page: dict[str, Any] = {}
    while limit is None or len(rows) < limit:
        if limit is not None:
            page["Limit"] = limit - len(rows)
        try:
            answer = client.query(
                TableName=table,
                KeyConditionExpression="pk = :pk AND sk BETWEEN :first AND :last",
                ExpressionAttributeValues={
                    ":pk": {"S": pk},
                    ":first": {"S": between[0]},
                    ":last": {"S": between[1]},
                },
                ConsistentRead=True,
                **page,
            )
        except (BotoCoreError, ClientError) as error:
            raise _unavailable(error, "read a session's rows") from error
        rows += answer["Items"]
        if "LastEvaluatedKey" not in answer:
            break
        page["ExclusiveStartKey"] = answer["LastEvaluatedKey"]
    return rows


def _message_key(sequence: int) -> str:
    return f"MESSAGE#{sequence:010d}"


def _by_session(session_id: str, connection_id: str) -> tuple[str, str]:
    return f"WEB#{session_id}", f"CONNECTION#{connection_id}"


def _by_id(connection_id: str) -> tuple[str, str]:
    return f"WEB#CONNECTION#{connection_id}", "SESSION"


def _unavailable(error: Exception, what: str) -> UnavailableError:
    return UnavailableError(f"the table could not {what}: {error}")
