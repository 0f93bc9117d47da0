"""The agents queue from a consumer's side: take a request, hold it while deciding, be done."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from handrail_ops.agent.client import DeskUnavailableError

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

VISIBILITY_SECONDS = 60
"""How long a taken request stays hidden from other consumers unless it is held."""
HOLD_EVERY_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Waiting:
    """A request taken from the queue: who waits, and how to be done with the message."""

    escalation: str
    content: Mapping[str, Any]
    receipt: str = field(repr=False)


class Requests:
    """The agents queue from a consumer's side."""

    def __init__(
        self, sqs: SQSClient, queue_url: str, hold_every_seconds: float = HOLD_EVERY_SECONDS
    ) -> None:
        """Take from one queue."""
        self._sqs = sqs
        self._queue_url = queue_url
        self._hold_every_seconds = hold_every_seconds

    def take(self, wait_seconds: int = 10) -> Waiting | None:
        """Return the next request, or None when none came in time.

        A synthetic customer's is deleted and shown to nobody: the canary serves its own. A message
        that names no escalation stays in the queue: after a few tries it lies in the
        dead-letter queue, where somebody looks.

        Raises:
            DeskUnavailableError: the queue did not answer.

        """
        with _reaching("the agents queue"):
            answer = self._sqs.receive_message(
                QueueUrl=self._queue_url,
                MaxNumberOfMessages=1,
                WaitTimeSeconds=wait_seconds,
                VisibilityTimeout=VISIBILITY_SECONDS,
            )
        for message in answer.get("Messages", ()):
            try:
                content = json.loads(message.get("Body", ""))
                waiting = Waiting(
                    str(content["escalation"]), content, str(message.get("ReceiptHandle"))
                )
            except (ValueError, KeyError, TypeError):
                continue
            if content.get("synthetic") is not True:
                return waiting
            self.done(waiting)
        return None

    def done(self, waiting: Waiting) -> None:
        """Take the message out of the queue: the customer is claimed, or waits no more."""
        with _reaching("the agents queue"):
            self._sqs.delete_message(QueueUrl=self._queue_url, ReceiptHandle=waiting.receipt)

    def put_back(self, waiting: Waiting) -> None:
        """Let somebody else take it, at once."""
        with _reaching("the agents queue"):
            self._hide(waiting, 0)

    @contextlib.contextmanager
    def held(self, waiting: Waiting) -> Iterator[None]:
        """Keep a request from other consumers while the block runs."""
        over = threading.Event()

        def hold() -> None:
            while not over.wait(self._hold_every_seconds):
                with contextlib.suppress(BotoCoreError, ClientError):
                    self._hide(waiting, VISIBILITY_SECONDS)

        thread = threading.Thread(target=hold, name="hold-request", daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()

    def _hide(self, waiting: Waiting, seconds: int) -> None:
        self._sqs.change_message_visibility(
            QueueUrl=self._queue_url,
            ReceiptHandle=waiting.receipt,
            VisibilityTimeout=seconds,
        )


@contextlib.contextmanager
def _reaching(what: str) -> Iterator[None]:
    try:
        yield
    except (BotoCoreError, ClientError) as error:
        message = f"{what} did not answer: {error}"
        raise DeskUnavailableError(message) from error
