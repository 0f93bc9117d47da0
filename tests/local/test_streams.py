"""What becomes of a stream's records that a function fails on."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import pytest

from handrail_ops.local import streams
from handrail_ops.local.invocations import Outcome
from handrail_ops.local.streams import StreamPoller, stream_mapping

DESTINATION = "arn:aws:sqs:us-east-1:123456789012:unseen"
ENVIRONMENT = {
    "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
    "AWS_ACCESS_KEY_ID": "x",
    "AWS_SECRET_ACCESS_KEY": "x",
}


class Told:
    """A function, a destination and a terminal, that note what they are told."""

    def __init__(self, fails: Callable[[list[int]], bool]) -> None:
        self.fails = fails
        self.batches: list[list[int]] = []
        self.given_up: list[dict[str, Any]] = []
        self.problems: list[str] = []

    def invoke(self, _function: str, payload: bytes) -> Outcome:
        records = json.loads(payload)["Records"]
        numbers = [int(one["dynamodb"]["SequenceNumber"]) for one in records]
        self.batches.append(numbers)
        if self.fails(numbers):
            return Outcome.failure("Failed", "by order of a test")
        return Outcome(b"null", None)

    def deliver(self, arn: str, event: dict[str, Any]) -> None:
        assert arn == DESTINATION
        self.given_up.append(event)


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "_RETRY_SECONDS", 0)


def delivered(told: Told, records: list[dict[str, Any]], **properties: Any) -> Told:
    mapping = stream_mapping(
        {
            "EventSourceArn": "arn",
            "FunctionName": "audit",
            "DestinationConfig": {"OnFailure": {"Destination": DESTINATION}},
            **properties,
        }
    )
    service: Any = told
    poller = StreamPoller(mapping, service, service, ENVIRONMENT, told.problems.append)
    poller._deliver(records, 0)
    return told


def record(number: int, age_seconds: float = 0) -> dict[str, Any]:
    at = time.time() - age_seconds
    return {"dynamodb": {"SequenceNumber": str(number), "ApproximateCreationDateTime": at}}


def test_what_fails_is_tried_again_until_it_does_not() -> None:
    told = Told(lambda _numbers: len(told.batches) < 4)
    delivered(told, [record(1), record(2)])
    assert told.batches == [[1, 2]] * 4
    assert told.given_up == []


def test_a_batch_is_halved_so_that_one_record_is_left() -> None:
    told = Told(lambda numbers: 3 in numbers)
    delivered(
        told,
        [record(n) for n in range(1, 5)],
        BisectBatchOnFunctionError=True,
        MaximumRetryAttempts=4,
    )
    seen = {number for batch in told.batches if 3 not in batch for number in batch}
    assert seen == {1, 2, 4}
    (event,) = told.given_up
    assert event["DDBStreamBatchInfo"]["startSequenceNumber"] == "3"
    assert event["requestContext"]["condition"] == "RetryAttemptsExhausted"


def test_what_has_grown_too_old_is_given_up() -> None:
    told = Told(lambda _numbers: True)
    delivered(told, [record(1, age_seconds=3601)], MaximumRecordAgeInSeconds=3600)
    assert told.batches == [[1]]
    (event,) = told.given_up
    assert event["requestContext"]["condition"] == "RecordAgeExceeded"
    assert "failed 1 stream records for good" in told.problems[0]


def test_what_is_young_enough_is_not() -> None:
    told = Told(lambda _numbers: len(told.batches) < 3)
    delivered(told, [record(1, age_seconds=3000)], MaximumRecordAgeInSeconds=3600)
    assert told.given_up == []
    assert len(told.batches) == 3
