"""What the table's stream shows of a whole request, and of an item that somebody spoilt."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from moto.dynamodb.models import dynamodb_backends

from handrail.adapters.aws.stream import write_of
from handrail.application.audit import Audit, Findings, Removed, Unreadable
from handrail.domain.delivery import Speaker
from support.aws import Aws
from support.stores import (
    ID,
    NOW,
    PROMISES,
    Stores,
    answer,
    ask,
    claimed,
    commit,
    dynamo_stores,
    gave_up,
    message,
    resolved,
    says,
    seen,
)
from support.table import STREAM, create_table


@dataclass
class Streamed:
    """A table, and what its stream has shown so far."""

    name: str
    stores: Stores
    aws: Aws

    def records(self) -> list[dict[str, Any]]:
        """Return everything, as Lambda hands it over: through JSON."""
        # moto's own stream, from inside: its front for streams is not mocked in one process.
        table = dynamodb_backends[MOTO_ACCOUNT]["eu-west-1"].get_table(self.name)
        assert table.stream_shard is not None
        records = [dict(record.to_json()) for record in table.stream_shard.items]
        for record in records:
            record["dynamodb"] |= {"ApproximateCreationDateTime": NOW}
        return list(json.loads(json.dumps(records)))

    def findings(self) -> Findings:
        found = Findings()
        audit = Audit(PROMISES)
        for record in self.records():
            write = write_of(record)
            if write is not None:
                audit.look(write, found)
        return found

    def rules(self) -> list[str]:
        return [one.rule for one in self.findings().violations]

    def spoil(self, sk: str, expression: str, **values: Any) -> None:
        """Change an item behind everybody's back."""
        self.aws.dynamodb.update_item(
            TableName=self.name,
            Key={"pk": {"S": f"C#{ID}"}, "sk": {"S": sk}},
            UpdateExpression=expression,
            ExpressionAttributeNames={"#state": "state"} if "#state" in expression else {},
            ExpressionAttributeValues={f":{name}": value for name, value in values.items()},
        )


@pytest.fixture
def streamed(aws: Aws) -> Iterator[Streamed]:
    name = "streamed"
    create_table(aws.dynamodb, name)
    enabled: Any = {**STREAM, "StreamEnabled": True}
    aws.dynamodb.update_table(TableName=name, StreamSpecification=enabled)
    stores = dynamo_stores(aws.dynamodb, name)
    yield Streamed(name, stores, aws)
    aws.dynamodb.delete_table(TableName=name)


def deliver(stores: Stores) -> None:
    for sent in stores.conversations.rows(ID):
        stores.deliveries.delivered(ID, sent.row.sequence, ("receipt",))


def whole_request(stores: Stores) -> None:
    """Answer, ask, claim, see, write, deliver and resolve."""
    answer(stores, message("e1", 1))
    ask(stores, message("e2", 2))
    commit(stores, claimed)
    commit(stores, seen)
    commit(stores, says)
    deliver(stores)
    commit(stores, resolved)
    deliver(stores)


def test_a_request_that_went_as_it_should_breaks_nothing(streamed: Streamed) -> None:
    whole_request(streamed.stores)
    found = streamed.findings()
    assert found.violations == []
    # The answer, "a person is coming", "Alex has joined" and "resolved" carried offers.
    assert found.offers == [True] * 4
    assert found.promises == [True]
    assert [(one.seconds, one.language, one.channel) for one in found.reached] == [
        (0.0, "en", "direct")
    ]


def test_an_answer_that_never_arrived_breaks_no_rule(streamed: Streamed) -> None:
    stores = streamed.stores
    ask(stores, message("e1", 1))
    commit(stores, claimed)
    commit(stores, seen)
    commit(stores, says)
    commit(stores, resolved)
    spoken = next(one for one in stores.conversations.rows(ID) if one.row.speaker is Speaker.AGENT)
    commit(stores, gave_up, spoken)
    assert streamed.rules() == []
    deliver(stores)
    assert streamed.findings().offers == [True, True, True]


def test_every_kind_of_item_is_looked_at_and_nothing_else(streamed: Streamed) -> None:
    whole_request(streamed.stores)
    looked: set[str] = set()
    others: set[str] = set()
    for record in streamed.records():
        sk = record["dynamodb"]["Keys"]["sk"]["S"]
        (looked if write_of(record) is not None else others).add(sk.partition("#")[0])
    assert looked == {"HEAD", "IN", "OUT", "ESC"}
    assert others == {"DELIVERY", "ONCE"}


MOTO_ACCOUNT = "123456789012"
ONE = {"N": "1"}
SPOILT: dict[str, tuple[str, Callable[[Streamed], None]]] = {
    "a version that jumps": (
        "S5",
        lambda s: s.spoil("HEAD", "SET version = :v", v={"N": "99"}),
    ),
    "an epoch that goes back": (
        "S8",
        lambda s: s.spoil("HEAD", "SET epoch = :e", e={"N": "0"}),
    ),
    "a request that is gone": (
        "STATE",
        lambda s: s.spoil("HEAD", "REMOVE escalation SET version = version + :one", one=ONE),
    ),
    "a due that is gone": (
        "DUE",
        lambda s: s.spoil("HEAD", "REMOVE due_at SET version = version + :one", one=ONE),
    ),
    "a holder that nobody knows": (
        "STATE",
        lambda s: s.spoil("HEAD", "SET holder = :h", h={"S": "nobody"}),
    ),
    "a change that no event makes": (
        "WAY",
        lambda s: s.spoil(
            "HEAD", "SET version = version + :one, event = :e", one=ONE, e={"S": "resolve"}
        ),
    ),
    "a row that lost its offer": (
        "S1",
        lambda s: s.spoil("OUT#00000001", "SET way = :w", w={"S": "none"}),
    ),
    "a row that says something else": (
        "S8",
        lambda s: s.spoil("OUT#00000001", "SET epoch = :e", e={"N": "7"}),
    ),
    "a row that is undelivered again": (
        "S4",
        lambda s: s.spoil("OUT#00000001", "SET #state = :s", s={"S": "pending"}),
    ),
    "a message decided twice": (
        "S6",
        lambda s: s.spoil("IN#e1", "SET entry = :e", e={"N": "9"}),
    ),
    "a message of no kind": (
        "S3",
        lambda s: s.spoil("IN#e1", "SET kind = :k", k={"S": "telegram"}),
    ),
}


@pytest.mark.parametrize("what", SPOILT)
def test_an_item_that_somebody_spoilt_is_a_finding(streamed: Streamed, what: str) -> None:
    answer(streamed.stores, message("e1", 1))
    ask(streamed.stores, message("e2", 2))
    deliver(streamed.stores)
    assert streamed.rules() == []
    rule, spoil = SPOILT[what]
    spoil(streamed)
    assert rule in streamed.rules()


def test_a_request_ends_once(streamed: Streamed) -> None:
    whole_request(streamed.stores)
    streamed.spoil("ESC#000001", "SET ending = :e", e={"S": "unreachable"})
    assert streamed.rules() == []
    streamed.spoil("ESC#000001", "SET ending = :e", e={"S": "withdrawn"})
    assert streamed.rules() == ["S6"]


def test_a_delivered_message_that_cannot_be_read_had_no_offer(streamed: Streamed) -> None:
    answer(streamed.stores, message("e1", 1))
    streamed.spoil("OUT#00000001", "SET way = :w", w={"S": "none"})
    streamed.spoil("OUT#00000001", "SET #state = :s", s={"S": "delivered"})
    assert streamed.findings().offers == [False]


@pytest.mark.parametrize("sk", ["HEAD", "IN#e1", "OUT#00000001"])
def test_what_goes_before_its_time_is_a_finding(streamed: Streamed, sk: str) -> None:
    answer(streamed.stores, message("e1", 1))
    key = {"pk": {"S": f"C#{ID}"}, "sk": {"S": sk}}
    streamed.aws.dynamodb.delete_item(TableName=streamed.name, Key=key)
    assert streamed.rules() == ["S3"]
    gone = next(one for one in streamed.records() if one["eventName"] == "REMOVE")
    gone["userIdentity"] = {"type": "Service", "principalId": "dynamodb.amazonaws.com"}
    assert write_of(gone) == Removed(ID, sk, expired=True, at=NOW)


def test_nothing_that_a_customer_wrote_is_in_a_finding(streamed: Streamed) -> None:
    secret = "my secret is 4711"
    answer(streamed.stores, message("e1", 1, secret))
    for sk in ("HEAD", "IN#e1", "OUT#00000001"):
        streamed.spoil(sk, "SET kind = :k, speaker = :k, holder = :k", k={"S": secret})
    writes = [write_of(one) for one in streamed.records()]
    assert sum(isinstance(one, Unreadable) for one in writes) == 3
    assert secret not in str(streamed.findings())


def test_an_item_of_an_earlier_release_has_no_event(streamed: Streamed) -> None:
    answer(streamed.stores, message("e1", 1))
    streamed.spoil("HEAD", "REMOVE event SET version = version + :one", one=ONE)
    assert streamed.rules() == []


def test_the_event_is_stored_and_decides_nothing(streamed: Streamed) -> None:
    answer(streamed.stores, message("e1", 1))
    item = streamed.aws.dynamodb.get_item(
        TableName=streamed.name, Key={"pk": {"S": f"C#{ID}"}, "sk": {"S": "HEAD"}}
    )["Item"]
    assert item["event"] == {"S": "answer"}
    loaded = streamed.stores.conversations.load(ID)
    assert loaded is not None
    assert not hasattr(loaded, "event")
