"""Batches of SQS records, taken apart by group, with what failed reported back."""

import json
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from handrail.domain.errors import ConflictError, UnavailableError
from handrail.observability import count, failure


@dataclass(frozen=True, slots=True)
class Record:
    """One record of a batch."""

    id: str
    group: str
    body: dict[str, Any] | None
    """None when the body is not a JSON object."""
    receives: int
    source_arn: str


def read_records(event: dict[str, Any]) -> list[Record]:
    """Return the records of an event."""
    return [_record(raw) for raw in event.get("Records", ())]


def _record(raw: dict[str, Any]) -> Record:
    attributes = raw.get("attributes", {})
    try:
        body = json.loads(raw.get("body", ""))
    except ValueError:
        body = None
    return Record(
        id=str(raw["messageId"]),
        group=str(attributes.get("MessageGroupId", "")),
        body=body if isinstance(body, dict) else None,
        receives=int(attributes.get("ApproximateReceiveCount", 1)),
        source_arn=str(raw.get("eventSourceARN", "")),
    )


def by_key(records: Iterable[Record], key: Callable[[Record], str]) -> dict[str, list[Record]]:
    """Put records together by a key, in the order in which they came."""
    grouped: dict[str, list[Record]] = {}
    for record in records:
        grouped.setdefault(key(record), []).append(record)
    return grouped


@dataclass(frozen=True, slots=True)
class Patience:
    """How a group that failed for the moment is tried again before it goes back to the queue.

    A group that goes back stays invisible, and with it everything behind it, for the queue's
    visibility timeout: a table that was throttled for a second would cost a customer 90 of them.
    """

    left_seconds: Callable[[], float]
    """How long this process may go on."""
    needed_seconds: float
    """What an attempt needs at most; without so much left there is none."""
    pauses_seconds: tuple[float, ...] = (0.2, 1.0)
    sleep: Callable[[float], None] = time.sleep

    def allows(self, error: Exception, pause: float) -> bool:
        """Tell whether another attempt makes sense after a pause."""
        passing = isinstance(error, UnavailableError | ConflictError)
        return passing and self.left_seconds() > self.needed_seconds + pause


def handle_each(
    grouped: dict[str, list[Record]],
    handle: Callable[[Sequence[Record]], None],
    patience: Patience,
) -> dict[str, Any]:
    """Handle every group, side by side, and report the records of those that failed.

    A batch may hold messages of several customers; none of them waits for another's turn. A
    group that fails is redelivered whole: whatever of it was decided is known as a duplicate.
    """

    def attempt(records: Sequence[Record]) -> list[str]:
        for pause in (*patience.pauses_seconds, None):
            try:
                handle(records)
            except Exception as error:  # noqa: BLE001
                # Whatever it is, the queue keeps it, and the dead-letter queue is a person.
                if pause is not None and patience.allows(error, pause):
                    count("tried_again", len(records))
                    patience.sleep(pause)
                    continue
                _report(records, error)
                return [record.id for record in records]
            return []
        return []

    groups = list(grouped.values())
    if len(groups) == 1:
        failed = attempt(groups[0])
    else:
        with ThreadPoolExecutor(max_workers=max(1, len(groups))) as pool:
            failed = [one for ids in pool.map(attempt, groups) for one in ids]
    return {"batchItemFailures": [{"itemIdentifier": one} for one in failed]}


def _report(records: Sequence[Record], error: Exception) -> None:
    failure(
        "a group of messages failed and will be redelivered",
        error,
        group=records[0].group,
        receives=records[0].receives,
    )
    count("redelivered", len(records))
