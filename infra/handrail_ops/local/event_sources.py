"""Delivers queues to functions the way Lambda's event source mappings do.

What matters for an application stands here: batches (of several message groups on a FIFO queue),
order and blocking within a group, partial batch responses, the concurrency limit, and that a
throttled or failed invocation leaves its messages to their visibility timeout, so that each try
counts as a receive on the way to the dead-letter queue.
"""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from handrail_ops.local.aws_processes import REGION
from handrail_ops.local.chaos import Chaos, Message
from handrail_ops.local.deployment import client
from handrail_ops.local.invocations import ThrottledError
from handrail_ops.local.lambda_service import LambdaService
from handrail_ops.local.template import TemplateError

LOG = logging.getLogger(__name__)

_RECEIVE_LIMIT: Final = 10
_LARGEST_FIFO_BATCH: Final = 10
_WAIT_SECONDS: Final = 20
_PAUSE_SECONDS: Final = 0.5


@dataclass(frozen=True, slots=True)
class QueueMapping:
    """One event source mapping from a queue to a function."""

    queue_arn: str
    queue_name: str
    queue_url: str
    function: str
    batch_size: int = 10
    batching_window_seconds: int = 0
    partial_responses: bool = False
    maximum_concurrency: int | None = None

    @property
    def fifo(self) -> bool:
        """Is it a FIFO queue?"""
        return self.queue_name.endswith(".fifo")


def queue_mapping(logical_id: str, properties: Mapping[str, Any], queue_url: str) -> QueueMapping:
    """Read a mapping from the properties of a template."""
    arn = properties["EventSourceArn"]
    scaling = properties.get("ScalingConfig") or {}
    mapping = QueueMapping(
        queue_arn=arn,
        queue_name=arn.split(":")[-1],
        queue_url=queue_url,
        function=properties["FunctionName"],
        batch_size=int(properties.get("BatchSize", 10)),
        batching_window_seconds=int(properties.get("MaximumBatchingWindowInSeconds", 0)),
        partial_responses="ReportBatchItemFailures" in properties.get("FunctionResponseTypes", []),
        maximum_concurrency=scaling.get("MaximumConcurrency"),
    )
    if properties.get("FilterCriteria"):
        message = f"{logical_id}: FilterCriteria of a queue have no local stand-in"
        raise TemplateError(message)
    if mapping.fifo and (
        mapping.batching_window_seconds or mapping.batch_size > _LARGEST_FIFO_BATCH
    ):
        message = (
            f"{logical_id}: a FIFO queue has no batching window and batches of at most "
            f"{_LARGEST_FIFO_BATCH}"
        )
        raise TemplateError(message)
    return mapping


class QueuePoller:
    """Polls one queue with as many threads as its function may run at once."""

    def __init__(
        self,
        mapping: QueueMapping,
        service: LambdaService,
        environment: Mapping[str, str],
        chaos: Chaos,
        on_problem: Callable[[str], None],
    ) -> None:
        self._mapping = mapping
        self._service = service
        self._chaos = chaos
        self._on_problem = on_problem
        self._stopping = threading.Event()
        self._sqs = client("sqs", environment, attempts=1, read_timeout=_WAIT_SECONDS + 10)

    def start(self, workers_limit: int) -> None:
        """Start polling. A FIFO queue's groups are what is parallel, so threads serve it too."""
        reserved = self._service.function(self._mapping.function).reserved_concurrency
        limits = [self._mapping.maximum_concurrency, reserved, workers_limit]
        threads = min(limit for limit in limits if limit is not None)
        for number in range(max(1, threads)):
            threading.Thread(
                target=self._poll, name=f"{self._mapping.queue_name}-{number}", daemon=True
            ).start()

    def stop(self) -> None:
        """Let the threads end after what they are doing."""
        self._stopping.set()

    def _poll(self) -> None:
        while not self._stopping.is_set():
            try:
                messages = self._receive()
            except (BotoCoreError, ClientError) as error:
                if not self._stopping.is_set():
                    self._on_problem(f"cannot receive from {self._mapping.queue_name}: {error}")
                    self._stopping.wait(_PAUSE_SECONDS)
                continue
            if messages and not self._stopping.is_set():
                for batch in self._chaos.deliveries(self._mapping.queue_name, messages):
                    if not self._deliver(batch):
                        # What failed comes again after its visibility timeout. At once would be
                        # before what a worker that was killed had sent has been read.
                        break

    def _receive(self) -> list[Message]:
        wanted = self._mapping.batch_size
        messages = self._receive_once(min(wanted, _RECEIVE_LIMIT), _WAIT_SECONDS)
        window_ends = time.monotonic() + self._mapping.batching_window_seconds
        while messages and len(messages) < wanted and not self._stopping.is_set():
            wait = int(window_ends - time.monotonic())
            if wait <= 0 and len(messages) % _RECEIVE_LIMIT:
                break
            more = self._receive_once(min(wanted - len(messages), _RECEIVE_LIMIT), max(0, wait))
            if not more and wait <= 0:
                break
            messages += more
        return messages

    def _receive_once(self, count: int, wait_seconds: int) -> list[Message]:
        received: list[Message] = self._sqs.receive_message(
            QueueUrl=self._mapping.queue_url,
            MaxNumberOfMessages=count,
            WaitTimeSeconds=wait_seconds,
            MessageSystemAttributeNames=["All"],
            MessageAttributeNames=["All"],
        ).get("Messages", [])
        return received

    def _deliver(self, messages: Sequence[Message]) -> bool:
        """Invoke the function with a batch; True when it lived to answer."""
        mapping = self._mapping
        event = json.dumps({"Records": [_record(mapping, message) for message in messages]})
        try:
            outcome = self._service.invoke(mapping.function, event.encode())
        except ThrottledError:
            # The receive has been counted; Lambda, too, waits for the visibility timeout.
            return False
        if outcome.error:
            return False
        done = messages
        if mapping.partial_responses:
            failed = self._failed(messages, outcome.payload)
            done = [message for message in messages if message["MessageId"] not in failed]
        self._delete(done)
        return True

    def _failed(self, messages: Sequence[Message], payload: bytes) -> set[str]:
        """The messages to keep; an answer that cannot be read keeps all, as Lambda does."""
        everything = {str(message["MessageId"]) for message in messages}
        try:
            answer = json.loads(payload) or {}
            failed = {
                failure["itemIdentifier"] for failure in answer.get("batchItemFailures") or []
            }
        except (ValueError, TypeError, KeyError, AttributeError):
            shown = payload[:200].decode(errors="replace")
            self._on_problem(
                f"{self._mapping.function}: {shown} is no partial batch response; the whole batch "
                "is kept"
            )
            return everything
        if not failed <= everything:
            strange = ", ".join(sorted(map(str, failed - everything)))
            self._on_problem(
                f"{self._mapping.function} names messages as failed that were not in its batch "
                f"({strange}); the whole batch is kept"
            )
            return everything
        return failed

    def _delete(self, messages: Sequence[Message]) -> None:
        unique = {str(message["ReceiptHandle"]): message for message in messages}
        handles = list(unique)
        for start in range(0, len(handles), _RECEIVE_LIMIT):
            entries = [
                {"Id": str(number), "ReceiptHandle": handle}
                for number, handle in enumerate(handles[start : start + _RECEIVE_LIMIT])
            ]
            try:
                self._sqs.delete_message_batch(QueueUrl=self._mapping.queue_url, Entries=entries)
            except (BotoCoreError, ClientError) as error:
                if not self._stopping.is_set():
                    self._on_problem(
                        f"cannot delete messages of {self._mapping.queue_name}: {error}"
                    )


def _record(mapping: QueueMapping, message: Message) -> dict[str, Any]:
    return {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": message.get("Attributes", {}),
        "messageAttributes": {
            name: {
                "stringValue": value.get("StringValue"),
                "stringListValues": [],
                "binaryListValues": [],
                "dataType": value["DataType"],
            }
            for name, value in message.get("MessageAttributes", {}).items()
        },
        "md5OfBody": message["MD5OfBody"],
        "eventSource": "aws:sqs",
        "eventSourceARN": mapping.queue_arn,
        "awsRegion": REGION,
    }
