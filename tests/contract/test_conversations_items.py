"""The authority on DynamoDB: what only the items and the calls themselves show."""

import json
from dataclasses import replace
from typing import Any

from handrail.domain.limits import LEDGER_DAYS
from handrail_ops.bench.operations import item_bytes
from support.aws import Aws, calls
from support.stores import (
    ID,
    NOW,
    Stores,
    answer,
    answered,
    ask,
    claimed,
    commit,
    dynamo_stores,
    fresh,
    keep,
    message,
    says,
    seen,
)

DAY_SECONDS = 24 * 3600


def test_a_waiting_conversation_is_less_than_a_kilobyte(
    aws: Aws, dynamo: Stores, table_name: str
) -> None:
    ask(dynamo, message())
    item = aws.dynamodb.get_item(
        TableName=table_name, Key={"pk": {"S": f"C#{ID}"}, "sk": {"S": "HEAD"}}
    )["Item"]
    assert item_bytes(item) < 1_024
    assert {"pk", "sk", "version", "epoch", "holder", "due_shard", "due_at"} <= item.keys()
    assert "expires_at" not in item


def test_a_decision_on_the_conversation_alone_is_one_plain_write(aws: Aws, dynamo: Stores) -> None:
    ask(dynamo, message())
    commit(dynamo, claimed)
    with calls(aws.dynamodb) as made:
        commit(dynamo, seen)
    assert [name for name, _ in made] == ["GetItem", "PutItem"]


def test_a_turn_is_one_transaction(aws: Aws, dynamo: Stores) -> None:
    keep(dynamo, message())
    with calls(aws.dynamodb) as made:
        commit(dynamo, answered, [message()])
    assert [name for name, _ in made] == ["GetItem", "TransactWriteItems"]
    writes = made[1][1]["TransactItems"]
    assert [next(iter(write)) for write in writes] == ["Put", "Update", "Put"]


def test_a_transaction_that_the_client_itself_repeats_is_written_once(
    aws: Aws, dynamo: Stores
) -> None:
    keep(dynamo, message())
    tokens: list[str] = []

    def note(params: Any, **_: Any) -> None:
        tokens.append(json.loads(params["body"])["ClientRequestToken"])

    event = "before-call.dynamodb.TransactWriteItems"
    aws.dynamodb.meta.events.register(event, note)
    commit(dynamo, answered, [message()])
    answer(dynamo, message("e2", 2))
    aws.dynamodb.meta.events.unregister(event, note)
    assert len(set(tokens)) == 2


def test_what_is_at_rest_is_not_in_the_index_and_expires(
    aws: Aws, dynamo: Stores, table_name: str
) -> None:
    answer(dynamo, message())
    dynamo.deliveries.delivered(ID, 1, ["r"])
    items = aws.dynamodb.scan(TableName=table_name)["Items"]
    assert not any("due_at" in item for item in items)
    expiring = {item["sk"]["S"] for item in items if "expires_at" in item}
    assert expiring == {"IN#e1", "OUT#00000001"}


def test_a_used_key_is_remembered_as_long_as_a_message(
    aws: Aws, dynamo: Stores, table_name: str
) -> None:
    ask(dynamo, message())
    commit(dynamo, claimed)
    commit(dynamo, says, "m1")
    items = aws.dynamodb.scan(TableName=table_name)["Items"]
    (used,) = [item for item in items if item["sk"]["S"].startswith("ONCE#")]
    assert int(used["expires_at"]["N"]) == NOW + LEDGER_DAYS * DAY_SECONDS


def test_a_ledger_larger_than_a_page_is_read_whole(aws: Aws, dynamo: Stores) -> None:
    words = "x" * 16_000
    for burst in range(8):
        numbers = range(10 * burst, 10 * burst + 10)
        answer(dynamo, *(message(f"e{n}", n, words) for n in numbers))
    with calls(aws.dynamodb) as made:
        entries = dynamo.conversations.entries(ID)
    assert [e.entry for e in entries] == list(range(1, 81))
    assert len(made) > 1


def test_the_messages_of_a_request_that_stays_open_for_long_do_not_vanish(
    aws: Aws, dynamo: Stores, table_name: str
) -> None:
    def expires_at() -> int:
        key = {"pk": {"S": f"C#{ID}"}, "sk": {"S": "IN#e1"}}
        item = aws.dynamodb.get_item(TableName=table_name, Key=key)["Item"]
        return int(item["expires_at"]["N"])

    ask(dynamo, message())
    assert expires_at() == NOW + LEDGER_DAYS * DAY_SECONDS
    late = NOW + LEDGER_DAYS * DAY_SECONDS - 3 * DAY_SECONDS
    commit(dynamo, claimed, "agent-1", NOW + DAY_SECONDS)
    assert expires_at() == NOW + LEDGER_DAYS * DAY_SECONDS
    commit(dynamo, says, "m1", late)
    assert expires_at() > late + LEDGER_DAYS * DAY_SECONDS


def test_half_a_surrogate_pair_is_stored_as_what_it_is(dynamo: Stores) -> None:
    keep(dynamo, message(text="half \ud83d"))
    (body,) = dynamo.conversations.bodies(ID, ["e1"])
    assert body.text == "half \ufffd"


def test_an_item_of_an_older_release_reads_with_todays_defaults(aws: Aws, table_name: str) -> None:
    aws.dynamodb.put_item(
        TableName=table_name,
        Item={
            "pk": {"S": f"C#{ID}"},
            "sk": {"S": "HEAD"},
            "version": {"N": "4"},
            "channel": {"S": "direct"},
            "account": {"S": "shop"},
            "sender_ids": {"L": [{"S": "customer-1"}]},
            "language": {"S": "en"},
            "a_field_of_a_newer_release": {"BOOL": True},
        },
    )
    loaded = dynamo_stores(aws.dynamodb, table_name).conversations.load(ID)
    assert loaded == replace(fresh(), version=4, opened_at=0.0)
