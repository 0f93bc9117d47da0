"""Delivers a table's stream to functions: in order, again until it succeeds or is given up.

A batching window only delays, and is not kept here.
"""

from __future__ import annotations

import base64
import json
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from handrail_ops.local.aws_processes import REGION
from handrail_ops.local.deployment import client
from handrail_ops.local.event_bus import matches
from handrail_ops.local.invocations import ThrottledError
from handrail_ops.local.lambda_service import LambdaService
from handrail_ops.local.targets import Targets

_POLL_SECONDS: Final = 0.2
_RETRY_SECONDS: Final = 0.5
_FOR_EVER: Final = -1
_KEYS: Final = ("eventID", "eventName", "eventVersion", "eventSource", "awsRegion", "dynamodb")


@dataclass(frozen=True, slots=True)
class StreamMapping:
    """One event source mapping from a stream to a function."""

    stream_arn: str
    function: str
    batch_size: int
    starting_position: str
    maximum_retries: int
    maximum_age_seconds: int
    bisect: bool
    partial_responses: bool
    on_failure_arn: str | None
    filters: tuple[Mapping[str, Any], ...]


def stream_mapping(properties: Mapping[str, Any]) -> StreamMapping:
    """Read a mapping from the properties of a template."""
    destination = (properties.get("DestinationConfig") or {}).get("OnFailure") or {}
    criteria = (properties.get("FilterCriteria") or {}).get("Filters") or []
    return StreamMapping(
        stream_arn=properties["EventSourceArn"],
        function=properties["FunctionName"],
        batch_size=int(properties.get("BatchSize", 100)),
        starting_position=str(properties.get("StartingPosition", "LATEST")),
        maximum_retries=int(properties.get("MaximumRetryAttempts", _FOR_EVER)),
        maximum_age_seconds=int(properties.get("MaximumRecordAgeInSeconds", _FOR_EVER)),
        bisect=bool(properties.get("BisectBatchOnFunctionError")),
        partial_responses="ReportBatchItemFailures" in properties.get("FunctionResponseTypes", []),
        on_failure_arn=destination.get("Destination"),
        filters=tuple(json.loads(criterion["Pattern"]) for criterion in criteria),
    )


class StreamPoller:
    """Reads one stream; moto gives it one shard, so one thread keeps its order."""

    def __init__(
        self,
        mapping: StreamMapping,
        service: LambdaService,
        targets: Targets,
        environment: Mapping[str, str],
        on_problem: Callable[[str], None],
    ) -> None:
        self._mapping = mapping
        self._service = service
        self._targets = targets
        self._on_problem = on_problem
        self._stopping = threading.Event()
        self._streams = client("dynamodbstreams", environment)

    def start(self) -> None:
        """Read the stream from its starting position."""
        threading.Thread(target=self._poll, name="stream", daemon=True).start()

    def stop(self) -> None:
        """Read no more."""
        self._stopping.set()

    def _poll(self) -> None:
        iterator: str | None = None
        while not self._stopping.is_set():
            try:
                iterator = iterator or self._first_iterator()
                answer = self._streams.get_records(
                    ShardIterator=iterator, Limit=self._mapping.batch_size
                )
            except (BotoCoreError, ClientError) as error:
                if not self._stopping.is_set():
                    self._on_problem(f"cannot read {self._mapping.stream_arn}: {error}")
                    self._stopping.wait(_RETRY_SECONDS)
                continue
            iterator = answer["NextShardIterator"]
            records = [_record(self._mapping, record) for record in answer["Records"]]
            if wanted := [record for record in records if self._wants(record)]:
                self._deliver(wanted, 0)
            if not records:
                self._stopping.wait(_POLL_SECONDS)

    def _first_iterator(self) -> str:
        stream = self._streams.describe_stream(StreamArn=self._mapping.stream_arn)
        shard = stream["StreamDescription"]["Shards"][0]["ShardId"]
        found: str = self._streams.get_shard_iterator(
            StreamArn=self._mapping.stream_arn,
            ShardId=shard,
            ShardIteratorType=self._mapping.starting_position,
        )["ShardIterator"]
        return found

    def _wants(self, record: Mapping[str, Any]) -> bool:
        filters = self._mapping.filters
        return not filters or any(matches(pattern, record) for pattern in filters)

    def _deliver(self, records: Sequence[dict[str, Any]], attempt: int) -> None:
        """Deliver until done; a stream is blocked by what fails, which is its point."""
        while records and not self._stopping.is_set():
            remaining = self._remaining(records)
            if not remaining:
                return
            if len(remaining) < len(records):
                records, attempt = remaining, 0
                continue
            if condition := self._hopeless(records, attempt):
                self._give_up(records, condition, attempt + 1)
                return
            attempt += 1
            if self._mapping.bisect and len(records) > 1:
                middle = len(records) // 2
                self._deliver(records[:middle], attempt)
                records = records[middle:]
            self._stopping.wait(_RETRY_SECONDS)

    def _remaining(self, records: Sequence[dict[str, Any]]) -> Sequence[dict[str, Any]]:
        payload = json.dumps({"Records": records}, default=_binary).encode()
        try:
            outcome = self._service.invoke(self._mapping.function, payload)
        except ThrottledError:
            return records
        if outcome.error:
            return records
        if not self._mapping.partial_responses:
            return []
        try:
            answer = json.loads(outcome.payload) or {}
            failed = {item["itemIdentifier"] for item in answer.get("batchItemFailures") or []}
        except (ValueError, TypeError, KeyError, AttributeError):
            return records
        numbers = [record["dynamodb"]["SequenceNumber"] for record in records]
        at = [index for index, number in enumerate(numbers) if number in failed]
        return records[at[0] :] if at else []

    def _hopeless(self, records: Sequence[dict[str, Any]], attempt: int) -> str | None:
        """Say why these records are given up, in Lambda's words; None while they are not."""
        mapping = self._mapping
        if mapping.maximum_retries != _FOR_EVER and attempt >= mapping.maximum_retries:
            return "RetryAttemptsExhausted"
        age = time.time() - float(records[0]["dynamodb"]["ApproximateCreationDateTime"])
        if mapping.maximum_age_seconds != _FOR_EVER and age > mapping.maximum_age_seconds:
            return "RecordAgeExceeded"
        return None

    def _give_up(
        self, records: Sequence[dict[str, Any]], condition: str, invocations: int
    ) -> None:
        numbers = [record["dynamodb"]["SequenceNumber"] for record in records]
        self._on_problem(
            f"{self._mapping.function} failed {len(records)} stream records for good "
            f"({numbers[0]} to {numbers[-1]})"
        )
        if self._mapping.on_failure_arn:
            information = {
                "requestContext": {
                    "functionArn": self._mapping.function,
                    "condition": condition,
                    "approximateInvokeCount": invocations,
                },
                "DDBStreamBatchInfo": {
                    "streamArn": self._mapping.stream_arn,
                    "startSequenceNumber": numbers[0],
                    "endSequenceNumber": numbers[-1],
                    "batchSize": len(records),
                },
                "timestamp": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            }
            self._targets.deliver(self._mapping.on_failure_arn, information)


def _binary(value: Any) -> Any:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, set | frozenset):
        return list(value)
    message = f"{type(value).__name__} in a stream record cannot be written as JSON"
    raise TypeError(message)


def _record(mapping: StreamMapping, record: Mapping[str, Any]) -> dict[str, Any]:
    change = dict(record["dynamodb"])
    created = change.get("ApproximateCreationDateTime")
    if created is not None and not isinstance(created, (int, float)):
        change["ApproximateCreationDateTime"] = created.timestamp()
    known = {key: record[key] for key in _KEYS if key in record}
    return {
        **known,
        "awsRegion": REGION,
        "dynamodb": change,
        "eventSourceARN": mapping.stream_arn,
    }
