"""The words of an invocation: what is invoked, with what limits, and what comes of it."""

from __future__ import annotations

import json
import threading
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from handrail_ops.local.aws_processes import ACCOUNT, REGION

PAYLOAD_LIMIT_BYTES = 6 * 1024 * 1024
ASYNC_PAYLOAD_LIMIT_BYTES = 1024 * 1024
DEFAULT_TIMEOUT_SECONDS = 3
DEFAULT_MEMORY_MB = 128


class UnknownFunctionError(LookupError):
    """No function of this name is in the template."""


class ThrottledError(RuntimeError):
    """All of a function's reserved concurrency is in use; Lambda answers 429."""


@dataclass(frozen=True, slots=True)
class AsyncPolicy:
    """What happens to an invocation of type Event that fails."""

    maximum_retries: int = 2
    maximum_age_seconds: int = 21_600
    on_failure_arn: str | None = None
    on_success_arn: str | None = None


@dataclass(frozen=True, slots=True)
class Function:
    """One Lambda function of the template, its expressions resolved."""

    logical_id: str
    name: str
    handler: str
    runtime: str
    code: Path
    search_path: tuple[Path, ...]
    environment: Mapping[str, str]
    timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS
    memory_mb: int = DEFAULT_MEMORY_MB
    reserved_concurrency: int | None = None
    asynchronous: AsyncPolicy = field(default_factory=AsyncPolicy)

    @property
    def arn(self) -> str:
        """The function's ARN."""
        return function_arn(self.name)


def function_arn(name: str) -> str:
    """The ARN of a function of this name."""
    return f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an invocation returned: a payload, and the kind of failure if it failed."""

    payload: bytes
    error: str | None = None
    # Lambda itself failed the invocation: a time limit, an exit, an answer too large.
    platform: bool = False

    @classmethod
    def failure(cls, error_type: str, message: str) -> Outcome:
        """A failure that Lambda reports, not the handler."""
        body = {"errorType": error_type, "errorMessage": message}
        return cls(json.dumps(body).encode(), "Unhandled", platform=True)


@dataclass(slots=True)
class Invocation:
    """One invocation on its way through a worker."""

    payload: bytes
    client_context: str | None = None
    request_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    deadline: float | None = None
    outcome: Outcome | None = None
    changed: threading.Event = field(default_factory=threading.Event)
