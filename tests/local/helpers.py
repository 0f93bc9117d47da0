"""What the tests of the local stack share."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import pytest

from handrail_ops.local.stack import LocalStack

FIXTURES = Path(__file__).parent / "fixtures"
TEMPLATE = FIXTURES / "template.yaml"
PATIENCE_SECONDS = 15.0
POLL_SECONDS = 0.02

T = TypeVar("T")


def eventually(look: Callable[[], T], what: str) -> T:
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
