"""The stack that a replay plays against: its own, or one that runs already."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import boto3
from botocore.config import Config
from botocore.credentials import Credentials

from handrail_ops.local.chaos import Chaos
from handrail_ops.local.stack import LocalStack

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_sqs import SQSClient

ACCOUNT: Final = "replay"
QUEUES: Final = ("InboundQueue", "InboundDeadLetters", "OutboundQueue", "OutboundDeadLetters")
"""The queues that must run empty before everything is at rest."""
SHORT_TIMERS: Final[Mapping[str, str]] = {
    "PickupSeconds": "15",
    "WiderSeconds": "30",
    "SupervisorSeconds": "60",
    "FollowUpSeconds": "120",
    "FollowUpWithinSeconds": "60",
    "AskAgainSeconds": "5",
    "LeaseSeconds": "10",
    "NudgeSeconds": "8",
    "ReplySeconds": "16",
    "DeliverSeconds": "5",
    "SweepRate": "rate(2 seconds)",
}
"""Short enough that every timer fires in a replay, long enough that agents can be in time."""
_BUSY: Final = Config(
    max_pool_connections=64, retries={"total_max_attempts": 5, "mode": "standard"}
)


class TargetError(Exception):
    """The stack to play against cannot be spoken to; the message says what is missing."""


@dataclass(frozen=True, slots=True)
class Target:
    """What a replay needs of a stack; without `table` or `agents_queue` it does less."""

    url: str
    secret: str
    credentials: Credentials | None
    region: str
    sqs: SQSClient
    dynamodb: DynamoDBClient
    agents_queue: str | None = None
    table: str | None = None
    queues: tuple[str, ...] = ()


def parameters(callback_url: str, *, short: bool) -> dict[str, str]:
    """Return the template's parameters for a replay."""
    timers = SHORT_TIMERS if short else {"SweepRate": "rate(5 seconds)"}
    return {"DirectCallbackUrl": callback_url, **timers}


def own_stack(
    template: Path,
    values: Mapping[str, str],
    on_line: Callable[[str], None],
    *,
    chaos: Chaos | None = None,
    environment: Mapping[str, str] | None = None,
    python_path: tuple[Path, ...] = (),
    preload: str = "",
) -> LocalStack:
    """Return a stack of the replay's own, not started yet."""
    return LocalStack(
        template,
        values,
        on_line=on_line,
        chaos=chaos,
        extra_environment=environment,
        extra_python_path=python_path,
        preload=preload,
    )


def target_of(stack: LocalStack) -> Target:
    """Return a started stack of ours as a target."""
    clients = _Clients(stack.environment)
    secrets = clients.of("secretsmanager")
    secret = secrets.get_secret_value(SecretId=stack.physical("DirectSecret"))
    return Target(
        url=stack.url,
        secret=secret["SecretString"],
        credentials=clients.credentials,
        region=stack.environment["AWS_REGION"],
        sqs=clients.of("sqs"),
        dynamodb=clients.of("dynamodb"),
        agents_queue=stack.physical("AgentsQueue"),
        table=stack.physical("Table"),
        queues=tuple(stack.physical(name) for name in QUEUES),
    )


def running_target(
    url: str, secret: str, *, agents_queue: str | None, table: str | None
) -> Target:
    """Return a stack that runs already; AWS is spoken to as the environment says.

    Raises:
        TargetError: the environment names no region.

    """
    clients = _Clients(os.environ)
    if clients.region is None:
        message = "no AWS region is set: give AWS_REGION, or leave --url out for an own stack"
        raise TargetError(message)
    return Target(
        url=url,
        secret=secret,
        credentials=clients.credentials,
        region=clients.region,
        sqs=clients.of("sqs"),
        dynamodb=clients.of("dynamodb"),
        agents_queue=agents_queue,
        table=table,
    )


class _Clients:
    """boto3 clients for an environment that need not be this process's own."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self._session = boto3.Session(
            aws_access_key_id=environment.get("AWS_ACCESS_KEY_ID"),
            aws_secret_access_key=environment.get("AWS_SECRET_ACCESS_KEY"),
            aws_session_token=environment.get("AWS_SESSION_TOKEN"),
            region_name=environment.get("AWS_REGION") or environment.get("AWS_DEFAULT_REGION"),
        )

    @property
    def credentials(self) -> Credentials | None:
        found: Credentials | None = self._session.get_credentials()
        return found

    @property
    def region(self) -> str | None:
        found: str | None = self._session.region_name
        return found

    def of(self, service: str) -> Any:
        specific = self._environment.get(f"AWS_ENDPOINT_URL_{service.upper()}")
        endpoint = specific or self._environment.get("AWS_ENDPOINT_URL")
        create: Any = self._session.client
        return create(service, endpoint_url=endpoint, config=_BUSY)
