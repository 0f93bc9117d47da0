"""The canary's notebook in Handrail's one table.

Everything of the canary's own lies under `CANARY#`: its notebook under `CANARY#NOTEBOOK`, and what
its direct customers were sent under `CANARY#<customer>`. Its function may reach no other key.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from handrail.adapters.aws.codec import Codec
from handrail.adapters.aws.errors import asking
from handrail.adapters.aws.table import expiry, key
from handrail.application.canary_ports import Case
from handrail.application.ports import Clock

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

PARTITION = "CANARY"
MAIL_SECONDS = 3 * 24 * 3600
"""How long the canary's mail is kept, for whoever looks into a failure."""
_CASE_DAYS = 50
"""A case that nobody could end vanishes before the rows of its conversation do."""
_NOTEBOOK = f"{PARTITION}#NOTEBOOK"
_CASES_MAX = 50
_CASE = Codec(Case)


class DynamoNotebook:
    """`application.canary_ports.Notebook` on DynamoDB."""

    def __init__(self, client: "DynamoDBClient", table: str, clock: Clock) -> None:
        """Take a low-level client."""
        self._client = client
        self._table = table
        self._clock = clock

    def next(self, counter: str) -> int:
        """Count one on."""
        with asking("count the canary's customers"):
            answer = self._client.update_item(
                TableName=self._table,
                Key=key(_NOTEBOOK, f"COUNTER#{counter}"),
                UpdateExpression="ADD #count :one",
                ExpressionAttributeNames={"#count": "count"},
                ExpressionAttributeValues={":one": {"N": "1"}},
                ReturnValues="UPDATED_NEW",
            )
        return int(answer["Attributes"]["count"]["N"])

    def open_cases(self) -> Sequence[Case]:
        """Return the open cases, oldest first."""
        with asking("read the canary's notebook"):
            answer = self._client.query(
                TableName=self._table,
                KeyConditionExpression="pk = :pk AND begins_with(sk, :case)",
                ExpressionAttributeValues={":pk": {"S": _NOTEBOOK}, ":case": {"S": "CASE#"}},
                ConsistentRead=True,
                Limit=_CASES_MAX,
            )
        items: Any = answer.get("Items", ())
        return [_CASE.read(item) for item in items]

    def keep(self, case: Case) -> None:
        """Write a case down."""
        with asking("write in the canary's notebook"):
            self._client.put_item(
                TableName=self._table,
                Item={
                    **key(_NOTEBOOK, _sk(case)),
                    **_CASE.write(case),
                    **expiry(self._clock.now(), _CASE_DAYS),
                },
            )

    def close(self, case: Case) -> None:
        """Strike a case out."""
        with asking("write in the canary's notebook"):
            self._client.delete_item(TableName=self._table, Key=key(_NOTEBOOK, _sk(case)))


def _sk(case: Case) -> str:
    return f"CASE#{case.began_at:017.6f}#{case.customer}"
