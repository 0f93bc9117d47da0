"""boto3 clients with limits that fit into a function's time."""

from functools import cached_property
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config

if TYPE_CHECKING:
    from mypy_boto3_apigatewaymanagementapi import ApiGatewayManagementApiClient
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_secretsmanager import SecretsManagerClient
    from mypy_boto3_sns import SNSClient
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_stepfunctions import SFNClient

TURN_READ_SECONDS = 26
"""One second more than a turn may take: its own timeout should be what is heard."""

_QUICK = Config(
    connect_timeout=2,
    read_timeout=5,
    retries={"total_max_attempts": 3, "mode": "standard"},
    max_pool_connections=20,
)
_TURN = Config(
    connect_timeout=2,
    read_timeout=TURN_READ_SECONDS,
    retries={"total_max_attempts": 1, "mode": "standard"},
    max_pool_connections=20,
    inject_host_prefix=False,
)
_FILES = _QUICK.merge(
    # Signed forms name the bucket's regional host, which the page's content policy does too.
    Config(
        signature_version="s3v4",
        s3={"addressing_style": "virtual", "us_east_1_regional_endpoint": "regional"},
    )
)
_TRANSLATE = Config(connect_timeout=2, read_timeout=10, retries={"total_max_attempts": 1})


class Clients:
    """Clients by service, each made when it is first used."""

    @cached_property
    def dynamodb(self) -> "DynamoDBClient":
        """The table."""
        return boto3.client("dynamodb", config=_QUICK)

    @cached_property
    def sqs(self) -> "SQSClient":
        """The queues."""
        return boto3.client("sqs", config=_QUICK)

    @cached_property
    def files(self) -> "S3Client":
        """The files that customers of the web chat sent."""
        return boto3.client("s3", config=_FILES)

    @cached_property
    def sns(self) -> "SNSClient":
        """The pager."""
        return boto3.client("sns", config=_QUICK)

    @cached_property
    def amazon_translate(self) -> Any:
        """Amazon Translate: one try, because an agent waits, and may send what was written."""
        return boto3.client("translate", config=_TRANSLATE)

    @cached_property
    def secrets(self) -> "SecretsManagerClient":
        """The secrets."""
        return boto3.client("secretsmanager", config=_QUICK)

    @cached_property
    def logs(self) -> Any:
        """The logs, for the audit."""
        return boto3.client("logs", config=_QUICK)

    @cached_property
    def workflows(self) -> "SFNClient":
        """The escalation workflows."""
        return boto3.client("stepfunctions", config=_QUICK)

    @cached_property
    def turns(self) -> "SFNClient":
        """The turn workflow: no retries, because a turn has one chance in its time.

        The host prefix of synchronous executions is left out when an endpoint is configured.
        """
        plain = boto3.client("stepfunctions", config=_TURN)
        if plain.meta.endpoint_url.startswith("https://states."):
            return boto3.client(
                "stepfunctions",
                config=_TURN.merge(Config(inject_host_prefix=True)),
            )
        return plain

    @cached_property
    def functions(self) -> "LambdaClient":
        """Other functions, for the translator."""
        return boto3.client("lambda", config=_TRANSLATE)

    @cached_property
    def vectors(self) -> Any:
        """S3 Vectors: one try, because a customer waits, and words find articles too."""
        return boto3.client("s3vectors", config=_TRANSLATE)

    def connections(self, endpoint: str) -> "ApiGatewayManagementApiClient":
        """Open connections of a WebSocket API."""
        return boto3.client("apigatewaymanagementapi", endpoint_url=endpoint, config=_QUICK)
