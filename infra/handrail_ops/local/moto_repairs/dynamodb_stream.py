"""Repairs of moto's DynamoDB streams: they are read for hours here, not for one test."""

from __future__ import annotations

from typing import Any

from moto.dynamodb.models.table import StreamRecord, StreamShard
from moto.dynamodbstreams.models import DynamoDBStreamsBackend

RECORDS_KEPT = 10_000
"""How many records stay behind a reader: AWS keeps a day of them, a machine its memory."""


def write_records_alone() -> None:
    """Append a record to its shard.

    Fault: at its first write moto imports its whole Lambda (0.7 s), which no stack here has.
    """
    shard: Any = StreamShard

    def add(self: Any, old: Any, new: Any) -> None:
        kind = "INSERT" if old is None else "REMOVE" if new is None else "MODIFY"
        number = len(self.items) + self.starting_sequence_number
        view = self.table.stream_specification["StreamViewType"]
        self.items.append(StreamRecord(self.table, view, kind, old, new, number))

    shard.add = add


def forget_what_was_read() -> None:
    """Keep a bounded number of records behind a reader, and one iterator of it.

    Fault: moto keeps both images of every write for ever, and an iterator for every look.
    """
    shard: Any = StreamShard
    read = shard.get

    def get(self: Any, start: int, quantity: int) -> Any:
        found = read(self, start, quantity)
        old = start - self.starting_sequence_number - RECORDS_KEPT
        if old > 0:
            del self.items[:old]
            self.starting_sequence_number += old
        return found

    shard.get = get
    backend: Any = DynamoDBStreamsBackend
    get_records = backend.get_records
    before: dict[str, str] = {}

    def get_records_once(self: Any, iterator_arn: str, limit: int) -> Any:
        answer = get_records(self, iterator_arn, limit)
        # Whoever did not hear an answer asks again with the same iterator; who asks with the next
        # one has heard it.
        self.shard_iterators.pop(before.pop(iterator_arn, None), None)
        before[answer["NextShardIterator"]] = iterator_arn
        return answer

    backend.get_records = get_records_once
