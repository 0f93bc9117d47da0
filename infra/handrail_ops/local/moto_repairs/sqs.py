"""Repairs of moto's SQS: order, locks, deduplication and receipt handles as on AWS."""

from __future__ import annotations

import copy
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from moto.core.utils import unix_time_millis
from moto.sqs import models
from moto.sqs.exceptions import ReceiptHandleIsInvalid, SQSException

from handrail_ops.local.moto_repairs.sqs_shelf import Entry, Shelf

_POLL_SECONDS = 20.0
_LONGEST_VISIBILITY_SECONDS = 43_200


class _ReceiptHandleExpired(SQSException):
    def __init__(self, handle: str) -> None:
        super().__init__(
            "InvalidParameterValue",
            f"Value {handle} for parameter ReceiptHandle is invalid. "
            "Reason: The receipt handle has expired.",
        )


class _VisibilityTooLong(SQSException):
    def __init__(self, seconds: int) -> None:
        super().__init__(
            "InvalidParameterValue",
            f"Value {seconds} for parameter VisibilityTimeout is invalid. Reason: Total "
            "VisibilityTimeout for the message is beyond the limit "
            f"[{_LONGEST_VISIBILITY_SECONDS} seconds]",
        )


class _MessageNotInflight(SQSException):
    def __init__(self) -> None:
        super().__init__(
            "MessageNotInflight",
            "The message referred to is not in flight, so its visibility cannot be changed.",
        )


def _shelf(queue: Any) -> Shelf:
    found: Shelf | None = queue.__dict__.get("_shelf")
    if found is None:
        found = queue.__dict__.setdefault("_shelf", Shelf(fifo=bool(queue.fifo_queue)))
    return found


def shelve_messages() -> None:
    """Give every queue a `Shelf` in place of moto's list.

    Faults: (1) a FIFO batch whose visibility expires is delivered out of order, the last message
    first, which on AWS cannot happen; (2) nothing is locked, so two receivers can be handed one
    message; (3) a deduplication id is forgotten when its message is deleted, and a duplicate is
    answered with a new message id; (4) a receipt handle that has expired still deletes; (5) send,
    receive and delete walk all messages: 24 ms a send with 300 messages in the queue.
    """
    queue_class: Any = models.Queue
    backend_class: Any = models.SQSBackend
    queue_class.add_message = _add_message
    queue_class.delete_message = _delete_message
    queue_class.messages = property(_messages)
    queue_class.approximate_number_of_messages = property(lambda queue: _counts(queue)[0])
    queue_class.approximate_number_of_messages_not_visible = property(
        lambda queue: _counts(queue)[1]
    )
    queue_class.approximate_number_of_messages_delayed = property(lambda queue: _counts(queue)[2])
    backend_class.receive_message = _receive_message
    backend_class.change_message_visibility = _change_message_visibility
    backend_class.purge_queue = _purge_queue


def ask_for_one_attribute() -> None:
    """Look at the one attribute of a queue that is asked for.

    Fault: to learn whether a queue deduplicates by content, each send builds all attributes of the
    queue three times, counts of messages among them.
    """
    queue_class: Any = models.Queue
    original = queue_class.attributes.fget
    queue_class.attributes = property(lambda queue: _Attributes(queue, original))


class _Attributes(Mapping[str, Any]):
    def __init__(self, queue: Any, build: Callable[[Any], dict[str, Any]]) -> None:
        self._queue = queue
        self._build = build

    def __getitem__(self, name: str) -> Any:
        if name == "ContentBasedDeduplication" and self._queue.fifo_queue:
            return str(self._queue.content_based_deduplication).lower()
        return self._build(self._queue)[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._build(self._queue))

    def __len__(self) -> int:
        return len(self._build(self._queue))


def _messages(queue: Any) -> list[Any]:
    shelf = _shelf(queue)
    with shelf.lock:
        return [entry.message for entry in shelf.entries.values() if entry.hidden_until is None]


def _counts(queue: Any) -> tuple[int, int, int]:
    shelf = _shelf(queue)
    with shelf.lock:
        return shelf.counts()


def _add_message(queue: Any, message: Any) -> None:
    shelf = _shelf(queue)
    with shelf.lock:
        if queue.fifo_queue and message.deduplication_id:
            scope = queue.deduplication_scope == "messageGroup"
            key = f"{message.group_id if scope else ''}\0{message.deduplication_id}"
            if shelf.repeated(key, message):
                return
        shelf.put(message)


def _receive_message(
    backend: Any,
    queue_name: str,
    count: int,
    wait_seconds_timeout: int,
    visibility_timeout: int,
    message_attribute_names: list[str] | None = None,
) -> list[Any]:
    queue = backend.get_queue(queue_name)
    shelf = _shelf(queue)
    deadline = time.time() + (wait_seconds_timeout or 0)
    while True:
        with shelf.lock:
            received, dead = _collect(queue, shelf, count, int(visibility_timeout or 0))
            if not received and not dead:
                remaining = deadline - time.time()
                if remaining <= 0:
                    return []
                shelf.lock.wait(shelf.seconds_to_next_release(min(remaining, _POLL_SECONDS)))
                continue
        # The dead-letter queue has a lock of its own; holding both could lock two queues that
        # are each other's dead-letter queue against one another.
        for message in dead:
            _bury(queue.dead_letter_queue, message)
        if received:
            return [_copy_for(message, message_attribute_names or []) for message in received]


def _collect(
    queue: Any, shelf: Shelf, count: int, visibility_seconds: int
) -> tuple[list[Any], list[Any]]:
    dead: list[Any] = []
    while True:
        chosen = shelf.take(count)
        spent = [entry for entry in chosen if _is_spent(queue, entry) or _is_too_old(queue, entry)]
        for entry in spent:
            shelf.drop(entry)
            if _is_spent(queue, entry):
                dead.append(entry.message)
        if not spent:
            break
    for entry in chosen:
        shelf.hand_out(entry, visibility_seconds)
    return [copy.copy(entry.message) for entry in chosen], dead


def _is_spent(queue: Any, entry: Entry) -> bool:
    if queue.dead_letter_queue is None or not queue.redrive_policy:
        return False
    limit: int = queue.redrive_policy["maxReceiveCount"]
    return bool(entry.message.approximate_receive_count >= limit)


def _is_too_old(queue: Any, entry: Entry) -> bool:
    sent_seconds = entry.message.sent_timestamp / 1000
    return bool(sent_seconds + queue.message_retention_period <= time.time())


def _bury(dead_letter_queue: Any, message: Any) -> None:
    shelf = _shelf(dead_letter_queue)
    with shelf.lock:
        message.visible_at = 0.0
        message.delayed_until = 0.0
        if dead_letter_queue.fifo_queue:
            message.sequence_number = shelf.next_sequence_number()
        shelf.put(message)


def _copy_for(message: Any, attribute_names: list[str]) -> Any:
    models._filter_message_attributes(message, attribute_names)  # noqa: SLF001 - moto's own filter
    return message


def _delete_message(queue: Any, receipt_handle: str) -> None:
    shelf = _shelf(queue)
    with shelf.lock:
        entry = shelf.holder(receipt_handle)
        if entry is None:
            if shelf.was_deleted(receipt_handle):
                return
            raise ReceiptHandleIsInvalid
        if not shelf.is_current(entry, receipt_handle):
            if queue.fifo_queue:
                raise _ReceiptHandleExpired(receipt_handle)
            if entry.handles[-1] != receipt_handle:
                # Someone else has received it since: AWS answers 200 and deletes nothing.
                return
        shelf.drop(entry)


def _change_message_visibility(
    backend: Any, queue_name: str, receipt_handle: str, visibility_timeout: int
) -> None:
    queue = backend.get_queue(queue_name)
    shelf = _shelf(queue)
    with shelf.lock:
        entry = shelf.holder(receipt_handle)
        if entry is None:
            raise ReceiptHandleIsInvalid
        if not shelf.is_current(entry, receipt_handle):
            raise _MessageNotInflight
        age_seconds = (unix_time_millis() - entry.message.sent_timestamp) / 1000
        if age_seconds + int(visibility_timeout) > _LONGEST_VISIBILITY_SECONDS:
            raise _VisibilityTooLong(int(visibility_timeout))
        shelf.change_visibility(entry, int(visibility_timeout))


def _purge_queue(backend: Any, queue_name: str) -> None:
    shelf = _shelf(backend.get_queue(queue_name))
    with shelf.lock:
        shelf.clear()
