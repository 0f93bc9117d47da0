"""AWS in this process (moto), and faults between a client and the service."""

import os
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Any

import boto3
from botocore.awsrequest import AWSResponse
from botocore.config import Config
from moto import mock_aws

from support.table import create_table

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_sqs import SQSClient

_CREDENTIALS: dict[str, Any] = {
    "region_name": "eu-west-1",
    "aws_access_key_id": "x",
    "aws_secret_access_key": "x",
    "config": Config(retries={"total_max_attempts": 1}),
}


def client(service: str, **arguments: Any) -> Any:
    """Return a client that never retries, so that a fault is seen once."""
    return boto3.client(service, **{**_CREDENTIALS, **arguments})  # type: ignore[call-overload]


@dataclass(frozen=True)
class Aws:
    """The services of one test module."""

    dynamodb: "DynamoDBClient"
    sqs: "SQSClient"
    sns: Any

    def table(self) -> str:
        """Create an empty table and return its name."""
        name = f"handrail-{uuid.uuid4().hex}"
        create_table(self.dynamodb, name)
        return name

    def fifo(self) -> str:
        """Create a FIFO queue and return its URL."""
        name = f"{uuid.uuid4().hex}.fifo"
        return self.sqs.create_queue(QueueName=name, Attributes={"FifoQueue": "true"})["QueueUrl"]

    def queue(self) -> str:
        """Create a standard queue and return its URL."""
        return self.sqs.create_queue(QueueName=uuid.uuid4().hex)["QueueUrl"]


@contextmanager
def no_deployment() -> Iterator[None]:
    """Leave the endpoints of a deployment that another tier has in this process out of sight."""
    names = [name for name in os.environ if name.startswith("AWS_ENDPOINT_URL")]
    kept = {name: os.environ.pop(name) for name in names}
    try:
        yield
    finally:
        os.environ.update(kept)


@contextmanager
def local_aws() -> Iterator[Aws]:
    """Serve AWS from this process while the block runs."""
    with no_deployment(), mock_aws():
        yield Aws(client("dynamodb"), client("sqs"), client("sns"))


@contextmanager
def fault(on: Any, moment: str, raises: Exception, skip: int = 0) -> Iterator[None]:
    """Make calls of a client fail: at `before-call` nothing happens, at `after-call` it has.

    The first `skip` calls go well.
    """
    calls_made = count(1)

    def strike(**_: Any) -> None:
        if next(calls_made) > skip:
            raise raises

    with _hooked(on, moment, strike):
        yield


@contextmanager
def refusal(on: Any, code: str, status: int = 400, **more: Any) -> Iterator[None]:
    """Make a service refuse every call of a client."""
    body: dict[str, Any] = {
        "Error": {"Code": code, "Message": "refused"},
        "ResponseMetadata": {"RequestId": "request-1", "HTTPStatusCode": status},
        **more,
    }

    headers: Any = {}
    response = AWSResponse("https://aws.example", status, headers, None)

    def refuse(**_: Any) -> tuple[AWSResponse, dict[str, Any]]:
        return response, body

    with _hooked(on, "before-call", refuse):
        yield


@contextmanager
def calls(on: Any) -> Iterator[list[tuple[str, dict[str, Any]]]]:
    """Yield the calls of a client as they are made: the operation and its arguments."""
    made: list[tuple[str, dict[str, Any]]] = []

    def note(params: dict[str, Any], model: Any, **_: Any) -> None:
        made.append((model.name, params))

    with _hooked(on, "before-parameter-build", note):
        yield made


@contextmanager
def _hooked(on: Any, moment: str, handler: Callable[..., Any]) -> Iterator[None]:
    event = f"{moment}.{on.meta.service_model.service_id.hyphenize()}"
    identity = uuid.uuid4().hex
    on.meta.events.register_first(event, handler, unique_id=identity)
    try:
        yield
    finally:
        on.meta.events.unregister(event, unique_id=identity)
