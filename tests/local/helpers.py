"""What the tests of the local stack share."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import pytest

from handrail_ops.local.chaos import Calm, Message
from handrail_ops.local.invocations import Outcome
from handrail_ops.local.stack import LocalStack

FIXTURES = Path(__file__).parent / "fixtures"
TEMPLATE = FIXTURES / "template.yaml"
PATIENCE_SECONDS = 30.0
POLL_SECONDS = 0.02

T = TypeVar("T")


class Mischief(Calm):
    """Faults that a test plans by name: of an order, of a function."""

    def __init__(self) -> None:
        self.lose: set[str] = set()
        self.repeat: set[str] = set()
        self.kill: dict[str, float] = {}
        self.forget: set[str] = set()

    def deliveries(self, queue: str, messages: Sequence[Message]) -> Sequence[Sequence[Message]]:
        del queue
        names = {json.loads(message["Body"])["id"] for message in messages}
        if lost := names & self.lose:
            self.lose -= lost
            return []
        return [messages, messages] if names & self.repeat else [messages]

    def kill_after_seconds(self, function: str) -> float | None:
        return self.kill.pop(function, None)

    def outcome(self, function: str, outcome: Outcome) -> Outcome:
        if function in self.forget:
            self.forget.remove(function)
            return Outcome.failure("Lost", "the answer was lost")
        return outcome


def eventually(look: Callable[[], T | None], what: str) -> T:
    """Look again until there is something; no test sleeps for a fixed time."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not (found := look()):
        if time.monotonic() > deadline:
            pytest.fail(f"{what}: not within {PATIENCE_SECONDS:.0f} s")
        time.sleep(POLL_SECONDS)
    return found


def kept(stack: LocalStack, pk: str) -> list[dict[str, Any]]:
    """The items under a partition key, plain."""
    answer = stack.client("dynamodb").query(
        TableName=stack.physical("Table"),
        KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues={":pk": {"S": pk}},
    )
    return [
        {name: next(iter(value.values())) for name, value in item.items()}
        for item in answer["Items"]
    ]


def result(stack: LocalStack, function: str, event: dict[str, Any]) -> Any:
    """What a function returns, as Python."""
    outcome = stack.invoke(function, event)
    assert outcome.error is None, outcome.payload
    return json.loads(outcome.payload)
