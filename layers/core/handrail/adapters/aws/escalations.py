"""The record of requests for a person on DynamoDB."""

from typing import TYPE_CHECKING

from handrail.adapters.aws.table import Table, conversation_pk, escalation_sk
from handrail.domain.decision import Ending

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class DynamoEscalations:
    """`application.protocol_ports.Escalations`."""

    def __init__(self, client: "DynamoDBClient", table_name: str) -> None:
        """Take a low-level client."""
        self._table = Table(client, table_name)

    def ending(self, escalation: str) -> Ending | None:
        """Return how a request ended."""
        conversation, _, number = escalation.rpartition("-")
        if not number.isdecimal():
            return None
        pk, sk = conversation_pk(conversation), escalation_sk(int(number))
        record = self._table.get(pk, sk, "read the record of a request")
        if record is None or "ending" not in record:
            return None
        return Ending(record["ending"]["S"])
