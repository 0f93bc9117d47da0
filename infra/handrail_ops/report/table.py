"""Where the report reads: a table, by its name, its stack's, or the one that runs here."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Final

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from handrail.adapters.aws.stories import DynamoStories
from handrail.application.reconcile import Story
from handrail_ops.agent.target import TargetError, find_target

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_SEGMENTS: Final = 4
_AT_ONCE: Final = 200
_RETRY: Final = Config(retries={"total_max_attempts": 8, "mode": "adaptive"})
_CONVERSATION: Final = "C#"


class ReportTable:
    """Reads requests, and the conversations they belong to. It writes nothing."""

    def __init__(self, client: DynamoDBClient, name: str) -> None:
        """Take a client and the table's name."""
        self._client = client
        self._name = name
        self._stories = DynamoStories(client, name)

    def conversations(
        self, *, since: float | None = None, reference: str | None = None
    ) -> list[str]:
        """Return the conversations with a request since a moment, or of a reference number.

        There is no index by time: the whole table is read, at half a unit for each 4 KB.
        """
        conditions = ["begins_with(#sk, :request)"]
        names, values = {"#sk": "sk"}, {":request": {"S": "ESC#"}}
        if since is not None:
            conditions.append("#asked_at >= :since")
            names["#asked_at"] = "asked_at"
            values[":since"] = {"N": repr(since)}
        if reference is not None:
            conditions.append("#reference = :reference")
            names["#reference"] = "reference"
            values[":reference"] = {"S": reference}
        wanted = {
            "FilterExpression": " AND ".join(conditions),
            "ExpressionAttributeNames": names,
            "ExpressionAttributeValues": values,
        }
        with ThreadPoolExecutor(max_workers=_SEGMENTS) as pool:
            parts = pool.map(lambda segment: self._scan(segment, wanted), range(_SEGMENTS))
            return sorted({name for part in parts for name in part})

    def _scan(self, segment: int, wanted: Mapping[str, Any]) -> list[str]:
        pages = self._client.get_paginator("scan").paginate(
            TableName=self._name,
            Segment=segment,
            TotalSegments=_SEGMENTS,
            ProjectionExpression="pk",
            **wanted,
        )
        found = (item["pk"]["S"] for page in pages for item in page["Items"])
        return [pk.removeprefix(_CONVERSATION) for pk in found if pk.startswith(_CONVERSATION)]

    def stories(self, conversations: Sequence[str]) -> Iterator[Story]:
        """Read conversations, some at a time."""
        for start in range(0, len(conversations), _AT_ONCE):
            yield from self._stories.read(conversations[start : start + _AT_ONCE])


def open_table(*, table: str | None, stack: str | None, url: str | None) -> ReportTable:
    """Return the table that was named, else that of the stack that runs on this machine.

    `url` is an endpoint of DynamoDB other than the region's own.

    Raises:
        TargetError: nothing was named and nothing runs here, or what was named cannot be read.

    """
    try:
        if stack is not None:
            return ReportTable(_client(os.environ, url), _table_of(stack))
        if table is not None:
            return ReportTable(_client(os.environ, url), table)
        environment = _local()
        client = _client(environment, environment.get("AWS_ENDPOINT_URL_DYNAMODB"))
        (only,) = client.list_tables()["TableNames"]
    except (BotoCoreError, ClientError) as error:
        message = f"the table cannot be read: {error}"
        raise TargetError(message) from error
    except ValueError as error:
        message = "the local stack has not exactly one table; name one with --table"
        raise TargetError(message) from error
    return ReportTable(client, only)


def _local() -> Mapping[str, str]:
    try:
        return find_target().environment
    except TargetError as error:
        message = (
            "no local stack runs here (make run), and no table was named:"
            " give --stack NAME or --table NAME"
        )
        raise TargetError(message) from error


def _client(environment: Mapping[str, str], endpoint: str | None) -> DynamoDBClient:
    return boto3.client(
        "dynamodb",
        endpoint_url=endpoint or environment.get("AWS_ENDPOINT_URL_DYNAMODB"),
        region_name=environment.get("AWS_REGION") or environment.get("AWS_DEFAULT_REGION"),
        aws_access_key_id=environment.get("AWS_ACCESS_KEY_ID"),
        aws_secret_access_key=environment.get("AWS_SECRET_ACCESS_KEY"),
        aws_session_token=environment.get("AWS_SESSION_TOKEN"),
        config=_RETRY,
    )


def _table_of(stack: str) -> str:
    described = boto3.client("cloudformation").describe_stacks(StackName=stack)
    outputs = described["Stacks"][0].get("Outputs", [])
    for output in outputs:
        if output.get("OutputKey") == "TableName":
            return str(output.get("OutputValue"))
    message = f"the stack {stack!r} has no output TableName; is it Handrail's?"
    raise TargetError(message)
