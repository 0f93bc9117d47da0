"""What a turn and a request for a person cost at the table, counted.

The real use cases run on the real table adapters, against moto in this process; queues and
workflows stay in memory. Units are worked out from the items themselves by DynamoDB's published
rules, because moto does not: a write unit for every kilobyte of the larger of the item before and
after, twice that in a transaction, one for each change of the sparse index; a read unit for every
4 KB read strongly consistent, half of that for the index.
"""

import math
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import boto3
from moto import mock_aws

from handrail.adapters.aws.conversations import DynamoConversations
from handrail.domain.answering import commit_turn
from handrail.domain.conversation import Conversation
from handrail.domain.message import InboundMessage, Kind, Sender
from handrail.domain.promises import Promises
from handrail.domain.turn import Answered, Citation
from handrail_ops.bench.table_world import NAME, TableWorld, create_table

_KILOBYTE = 1024
_READ_BYTES = 4 * _KILOBYTE
_KEYS_ONLY = ("pk", "sk", "due_shard", "due_at")
_COMMITS = 300

Item = Mapping[str, Any]


@dataclass(slots=True)
class Cost:
    """What some calls of the table cost."""

    operations: Counter[str] = field(default_factory=Counter)
    write_units: float = 0.0
    read_units: float = 0.0

    @property
    def calls(self) -> int:
        """How many requests were made."""
        return self.operations.total()


class TableMeter:
    """Counts the calls of DynamoDB clients and works out their units."""

    def __init__(self, reader: Any) -> None:
        """Take a client of its own to look at items with; it is not counted."""
        self._reader = reader
        self._before: list[Item] = []
        self._params: Mapping[str, Any] = {}
        self.cost = Cost()

    def watch(self, client: Any) -> None:
        """Count what a client does from now on."""
        client.meta.events.register("before-parameter-build.dynamodb", self._asked)
        client.meta.events.register("after-call.dynamodb", self._answered)

    @contextmanager
    def counting(self) -> Iterator[Cost]:
        """Count what happens in the block apart from the rest."""
        outer, self.cost = self.cost, Cost()
        try:
            yield self.cost
        finally:
            self.cost = outer

    def _asked(self, params: Any, model: Any, **_: Any) -> None:
        self.cost.operations[model.name] += 1
        self._params = params
        self._before = [self._look(write) for write in _writes(model.name, params)]

    def _answered(self, model: Any, parsed: Any, **_: Any) -> None:
        writes = _writes(model.name, self._params)
        factor = 2 if model.name == "TransactWriteItems" else 1
        for write, before in zip(writes, self._before, strict=True):
            after = self._look(write)
            size = max(item_bytes(before), item_bytes(after))
            self.cost.write_units += factor * max(1, math.ceil(size / _KILOBYTE))
            self.cost.write_units += _index_units(before, after)
        self.cost.read_units += _read_units(model.name, self._params, parsed)

    def _look(self, write: Item) -> Item:
        key = {name: (write.get("Key") or write["Item"])[name] for name in ("pk", "sk")}
        answer = self._reader.get_item(TableName=write["TableName"], Key=key, ConsistentRead=True)
        found: Item = answer.get("Item", {})
        return found


def _writes(operation: str, params: Any) -> list[Item]:
    """Return the writes of a call; a condition that is only checked costs as one."""
    if operation == "TransactWriteItems":
        return [next(iter(one.values())) for one in params["TransactItems"]]
    return [params] if operation in ("PutItem", "UpdateItem", "DeleteItem") else []


def _index_units(before: Item, after: Item) -> int:
    projected = [{name: item.get(name) for name in _KEYS_ONLY} for item in (before, after)]
    if projected[0] == projected[1]:
        return 0
    return sum("due_at" in item for item in (before, after))


def _read_units(operation: str, params: Any, parsed: Any) -> float:
    if operation == "GetItem":
        return _read(item_bytes(parsed.get("Item", {})))
    if operation == "BatchGetItem":
        items = [item for found in parsed["Responses"].values() for item in found]
        asked = sum(len(one["Keys"]) for one in params["RequestItems"].values())
        return sum(_read(item_bytes(item)) for item in items) + (asked - len(items))
    if operation == "Query":
        units = _read(sum(item_bytes(item) for item in parsed["Items"]))
        return units if params.get("ConsistentRead") else units / 2
    return 0.0


def _read(size: int) -> float:
    return float(max(1, math.ceil(size / _READ_BYTES)))


def item_bytes(item: Item) -> int:
    """Return what an item counts: its names and its values."""
    return sum(len(name.encode()) + _value_size(value) for name, value in item.items())


def _value_size(attribute: Mapping[str, Any]) -> int:
    """Return what a value counts: text by bytes, a number by half its digits, maps by parts."""
    ((kind, value),) = attribute.items()
    match kind:
        case "S":
            return len(str(value).encode())
        case "N":
            digits = len(str(value).strip("-0.").replace(".", ""))
            return math.ceil(digits / 2) + 1
        case "M":
            return 3 + sum(
                1 + len(name.encode()) + _value_size(one) for name, one in value.items()
            )
        case "L":
            return 3 + sum(1 + _value_size(one) for one in value)
        case _:
            return 1


# ---------------------------------------------------------------- what is measured


@dataclass(frozen=True, slots=True)
class Measured:
    """One line of the report."""

    part: str
    """What it is a part of: `turn`, `request` or `clock`."""
    what: str
    cost: Cost


def total(lines: Sequence[Measured], part: str) -> Cost:
    """Return what all lines of a part cost together."""
    together = Cost()
    for line in lines:
        if line.part == part:
            together.operations += line.cost.operations
            together.write_units += line.cost.write_units
            together.read_units += line.cost.read_units
    return together


def measure() -> list[Measured]:
    """Run a turn and a request for a person, and return what each part of them costs."""
    with mock_aws():
        reader, client = _client(), _client()
        create_table(reader)
        meter = TableMeter(reader)
        meter.watch(client)
        world = TableWorld(client)
        world.customer_writes("How long does a refund take?")
        world.deliver()
        lines = []
        for part, what, happen in world.scenario():
            with meter.counting() as cost:
                happen()
            lines.append(Measured(part, what, cost))
    return lines


def commit_milliseconds() -> float:
    """Return the CPU time of committing a turn: building the items and botocore's own work.

    The service answers at once and does nothing; no network is in it.
    """
    client = _client()
    client.meta.events.register("before-call.dynamodb", lambda **_: (_Accepted(), {}))
    conversations = DynamoConversations(client, NAME)
    conversation = Conversation("a" * 26, "direct", "shop", ("customer-1",), "en", version=7)
    answer = Answered("x" * 400, (Citation("refunds/en#1", "Refunds", "/refunds"),), "en")
    now = time.time()
    message = InboundMessage(
        "direct", "shop", "e1", 1, Sender(("customer-1",)), Kind.TEXT, now, now, text="hi"
    )
    decision = commit_turn(conversation, 0, [message], answer, now, Promises())
    conversations.commit(decision)
    began = time.process_time()
    for _ in range(_COMMITS):
        conversations.commit(decision)
    return (time.process_time() - began) / _COMMITS * 1000


@dataclass(frozen=True, slots=True)
class _Accepted:
    status_code: int = 200


def _client() -> Any:
    credentials: Any = {"aws_access_key_id": "local", "aws_secret_access_key": "local"}
    return boto3.client("dynamodb", "eu-west-1", **credentials)


def report(lines: Sequence[Measured], commit_ms: float) -> str:
    """Return the figures as a table of text."""
    rows = [(line.what, line.cost) for line in lines]
    rows.append(("TOTAL of an answered turn", total(lines, "turn")))
    rows.append(("TOTAL of a request, from asked to resolved", total(lines, "request")))
    width = max(len(what) for what, _ in rows)
    out = [f"{'at the table':{width}}  calls  write units  read units  operations"]
    for what, cost in rows:
        operations = ", ".join(f"{n} {name}" for name, n in sorted(cost.operations.items()))
        out.append(
            f"{what:{width}}  {cost.calls:5}  {cost.write_units:11g}  "
            f"{cost.read_units:10g}  {operations}"
        )
    out.append(f"committing a turn: {commit_ms:.2f} ms of CPU, without the network")
    return "\n".join(out)


def print_operations() -> None:
    """Measure and print."""
    print(report(measure(), commit_milliseconds()))


if __name__ == "__main__":
    print_operations()
