"""The one table as tests create it; another test holds that `template.yaml` says the same."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

TABLE: dict[str, Any] = {
    "KeySchema": [
        {"AttributeName": "pk", "KeyType": "HASH"},
        {"AttributeName": "sk", "KeyType": "RANGE"},
    ],
    "AttributeDefinitions": [
        {"AttributeName": "pk", "AttributeType": "S"},
        {"AttributeName": "sk", "AttributeType": "S"},
        {"AttributeName": "due_shard", "AttributeType": "S"},
        {"AttributeName": "due_at", "AttributeType": "N"},
    ],
    "GlobalSecondaryIndexes": [
        {
            "IndexName": "due",
            "KeySchema": [
                {"AttributeName": "due_shard", "KeyType": "HASH"},
                {"AttributeName": "due_at", "KeyType": "RANGE"},
            ],
            "Projection": {"ProjectionType": "KEYS_ONLY"},
        }
    ],
    "BillingMode": "PAY_PER_REQUEST",
}

STREAM: Any = {"StreamViewType": "NEW_AND_OLD_IMAGES"}

TIME_TO_LIVE: Any = {"AttributeName": "expires_at", "Enabled": True}


def create_table(client: "DynamoDBClient", name: str) -> None:
    """Create the table."""
    client.create_table(TableName=name, **TABLE)
    client.update_time_to_live(TableName=name, TimeToLiveSpecification=TIME_TO_LIVE)
