"""Faults between the processes of the stack: lost, repeated, reordered and late deliveries."""

from __future__ import annotations

import random
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from handrail_ops.local.chaos import Message
from handrail_ops.local.invocations import Outcome
from handrail_ops.replay.faults.plan import EDGES, Edges
from handrail_ops.replay.target import Target

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

_KILL_WITHIN_SECONDS = 0.6
_LATE_SECONDS = (5.0, 45.0)
_PAUSE_SECONDS = 0.5


class Draws:
    """A seeded source of chance that counts what it let happen; for any thread."""

    def __init__(self, seed: int, blowing: Callable[[], bool]) -> None:
        """Take the seed, and whom to ask whether faults happen at all."""
        self._random = random.Random(f"edges/{seed}")  # noqa: S311 - repeatable, not secret
        self._blowing = blowing
        self._lock = threading.Lock()
        self.counts: Counter[str] = Counter()

    def happens(self, what: str, rate: float) -> bool:
        """Draw whether something happens, and count it."""
        if not self._blowing():
            return False
        with self._lock:
            happened = self._random.random() < rate
            if happened:
                self.counts[what] += 1
        return happened

    def seconds(self, low: float, high: float) -> float:
        """Draw a duration."""
        with self._lock:
            return self._random.uniform(low, high)

    def shuffled(self, groups: list[list[Message]]) -> list[list[Message]]:
        """Return groups in another order."""
        with self._lock:
            return self._random.sample(groups, len(groups))


class Between:
    """`handrail_ops.local.chaos.Chaos` with faults."""

    def __init__(self, draws: Draws, edges: Edges = EDGES) -> None:
        """Take the source of chance."""
        self._draws = draws
        self._edges = edges
        self._lock = threading.Lock()
        self._late: list[tuple[float, str, Message]] = []
        self._urls: dict[str, str] = {}
        self._sqs: SQSClient | None = None
        self._stopping = threading.Event()

    def begin(self, target: Target) -> None:
        """Start to deliver late what is delivered late."""
        self._urls = {url.rpartition("/")[2]: url for url in target.queues}
        self._sqs = target.sqs
        threading.Thread(target=self._deliver_late, name="late-deliveries", daemon=True).start()

    def end(self) -> None:
        """Deliver at once what is still to be delivered late, and nothing after that."""
        self._stopping.set()

    def deliveries(self, queue: str, messages: Sequence[Message]) -> Sequence[Sequence[Message]]:
        """Lose, repeat or reorder a batch, and remember some of it for later."""
        if self._draws.happens("delivery_lost", self._edges.delivery_lost):
            return []
        if self._draws.happens("delivery_late_again", self._edges.delivery_late):
            at = time.monotonic() + self._draws.seconds(*_LATE_SECONDS)
            with self._lock:
                self._late.append((at, queue, messages[0]))
        batch = list(messages)
        groups = _grouped(batch)
        if len(groups) > 1 and self._draws.happens("groups_shuffled", self._edges.groups_shuffled):
            batch = [message for group in self._draws.shuffled(groups) for message in group]
        if self._draws.happens("delivery_twice", self._edges.delivery_twice):
            return [batch, batch]
        return [batch]

    def kill_after_seconds(self, function: str) -> float | None:
        """Kill a worker from outside, some time into its work."""
        del function
        if not self._draws.happens("worker_kill_planned", self._edges.worker_killed):
            return None
        return self._draws.seconds(0.0, _KILL_WITHIN_SECONDS)

    def outcome(self, function: str, outcome: Outcome) -> Outcome:
        """Lose the answer of a function that did its work."""
        if outcome.error is None and self._draws.happens("outcome_lost", self._edges.outcome_lost):
            return Outcome.failure("Runtime.ExitError", f"{function} died after its work")
        return outcome

    def _deliver_late(self) -> None:
        while not self._stopping.wait(_PAUSE_SECONDS):
            self._send(time.monotonic())
        self._send(float("inf"))

    def _send(self, until: float) -> None:
        with self._lock:
            due = [late for late in self._late if late[0] <= until]
            self._late = [late for late in self._late if late[0] > until]
        for _, queue, message in due:
            url = self._urls.get(queue)
            if url is None or self._sqs is None:
                continue
            group = message.get("Attributes", {}).get("MessageGroupId", "late")
            try:
                self._sqs.send_message(
                    QueueUrl=url,
                    MessageBody=message["Body"],
                    MessageGroupId=group,
                    MessageDeduplicationId=uuid.uuid4().hex,
                )
            except (BotoCoreError, ClientError):
                # A duplicate that does not come is no fault of anybody's.
                continue


def _grouped(messages: Sequence[Message]) -> list[list[Message]]:
    """Return the message groups of a batch, each in its own order."""
    groups: dict[str, list[Message]] = {}
    for message in messages:
        group = str(message.get("Attributes", {}).get("MessageGroupId", message["MessageId"]))
        groups.setdefault(group, []).append(message)
    return list(groups.values())
