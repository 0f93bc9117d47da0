"""The replay's own agents: whom they serve, and whom they pass over."""

import json
from typing import Any
from unittest.mock import MagicMock

import pytest

from handrail_ops.replay.agents import Agents


def agents(sqs: MagicMock) -> Agents:
    return Agents(MagicMock(), sqs, "queue", count=0, run="run")


def message(body: Any) -> dict[str, Any]:
    return {"Body": json.dumps(body), "ReceiptHandle": "receipt"}


def test_a_synthetic_customer_is_passed_over_and_deleted() -> None:
    sqs = MagicMock()
    found = agents(sqs)._read(message({"escalation": "c1-1", "synthetic": True}))
    assert found is None
    sqs.delete_message.assert_called_once_with(QueueUrl="queue", ReceiptHandle="receipt")


@pytest.mark.parametrize("more", [{}, {"synthetic": False}, {"synthetic": "true"}])
def test_everybody_else_is_served(more: dict[str, Any]) -> None:
    sqs = MagicMock()
    assert agents(sqs)._read(message({"escalation": "c1-1", **more})) == "c1-1"
    sqs.delete_message.assert_not_called()


def test_what_names_nobody_is_counted_and_left() -> None:
    sqs = MagicMock()
    busy = agents(sqs)
    assert busy._read(message([])) is None
    assert busy.log.unread == 1
    sqs.delete_message.assert_not_called()
