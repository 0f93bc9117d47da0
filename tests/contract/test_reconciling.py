"""What reconciling reads: whole conversations, what was touched, and the doors' logs."""

import json
import time
import uuid
from typing import Any

import pytest

from handrail.adapters.aws.stories import DynamoStories
from handrail.adapters.aws.touched import DynamoTouched
from handrail.adapters.aws.witness import LogWitness
from handrail.application.ports import Address
from handrail.application.reconcile import Acknowledged, Cursor, Story
from handrail.domain.decision import Ending
from handrail.domain.errors import UnavailableError
from handrail.domain.ledger import Handling
from handrail.domain.message import conversation_id
from handrail.observability import ACKNOWLEDGED
from support.aws import Aws, client, refusal
from support.stores import (
    ID,
    NOW,
    Stores,
    answer,
    ask,
    claimed,
    commit,
    keep,
    message,
    resolved,
    says,
    seen,
)


@pytest.fixture
def stories(aws: Aws, table_name: str) -> DynamoStories:
    return DynamoStories(aws.dynamodb, table_name)


@pytest.fixture
def touched(aws: Aws, table_name: str) -> DynamoTouched:
    return DynamoTouched(aws.dynamodb, table_name)


def test_a_story_is_everything_of_a_conversation(dynamo: Stores, stories: DynamoStories) -> None:
    answer(dynamo, message("e1", 1))
    ask(dynamo, message("e2", 2))
    commit(dynamo, claimed)
    commit(dynamo, seen)
    commit(dynamo, says)
    commit(dynamo, resolved)
    keep(dynamo, message("e3", 3))
    (story,) = stories.read([ID])
    assert story.conversation == dynamo.conversations.load(ID)
    assert [(one.body.event_id, one.entry, one.handling) for one in story.messages] == [
        ("e1", 1, Handling.ANSWERED),
        ("e2", 2, Handling.FOR_PERSON),
        ("e3", None, None),
    ]
    assert story.rows == tuple(dynamo.conversations.rows(ID))
    (request,) = story.requests
    assert (request.number, request.ending, request.claimed_at) == (1, Ending.ANSWERED, NOW)
    assert (request.asked_at, request.ended_at) == (NOW, NOW + 60)
    assert (request.language, request.channel, request.reason) == ("en", "direct", "asked")
    assert len(request.reference) == 9


def test_an_open_request_has_no_ending(dynamo: Stores, stories: DynamoStories) -> None:
    ask(dynamo, message())
    (request,) = stories.read([ID])[0].requests
    assert (request.ending, request.ended_at, request.claimed_at) == (None, None, None)


@pytest.mark.parametrize("sk", ["HEAD", "IN#e1", "OUT#00000001", "ESC#000001"])
def test_a_spoilt_item_is_named_and_hides_no_other(
    aws: Aws, table_name: str, dynamo: Stores, stories: DynamoStories, sk: str
) -> None:
    ask(dynamo, message())
    (whole,) = stories.read([ID])
    aws.dynamodb.update_item(
        TableName=table_name,
        Key={"pk": {"S": f"C#{ID}"}, "sk": {"S": sk}},
        UpdateExpression="SET holder = :x, kind = :x, way = :x, ending = :x",
        ExpressionAttributeValues={":x": {"S": "spoilt"}},
    )
    (spoilt,) = stories.read([ID])
    assert spoilt.unreadable == (sk,)
    parts = ("conversation", "messages", "rows", "requests")
    changed = [one for one in parts if getattr(spoilt, one) != getattr(whole, one)]
    assert len(changed) == 1


def test_stories_come_in_the_order_asked(dynamo: Stores, stories: DynamoStories) -> None:
    names = [f"{letter * 26}" for letter in "zya"]
    for name in names[:2]:
        answer(dynamo, message(), of=name)
    found = stories.read(names)
    assert [one.id for one in found] == names
    assert found[2] == Story(names[2], None)
    assert stories.read([]) == []


def test_a_message_is_found_under_whatever_id_its_sender_is_known(
    dynamo: Stores, stories: DynamoStories
) -> None:
    own = conversation_id("direct", "shop", "alias-1")
    answer(dynamo, message("e1"))
    dynamo.conversations.link(Address("direct", "shop", ("alias-1",)), ID)
    here = Acknowledged("direct", "shop", ID, "e1")
    there = Acknowledged("direct", "shop", own, "e1")
    gone = Acknowledged("direct", "shop", own, "e2")
    stranger = Acknowledged("direct", "shop", "x" * 26, "e1")
    assert stories.missing([here, there, gone, stranger]) == [gone, stranger]
    assert stories.missing([]) == []


def test_an_id_longer_than_a_key_is_found(dynamo: Stores, stories: DynamoStories) -> None:
    long = "e" * 5_000
    answer(dynamo, message(long))
    assert stories.missing([Acknowledged("direct", "shop", ID, long)]) == []


def test_what_was_touched_is_read_in_order_and_behind_a_key(touched: DynamoTouched) -> None:
    touched.note(600, "20", ["b", "a", "b"])
    touched.note(600, "10", ["c"])
    touched.note(1200, "30", ["d"])
    assert list(touched.rows(600, "")) == [("10", ["c"]), ("20", ["a", "b"])]
    assert list(touched.rows(600, "10")) == [("20", ["a", "b"])]
    assert list(touched.rows(600, "20")) == []


def test_noting_a_batch_again_replaces_it(touched: DynamoTouched) -> None:
    touched.note(600, "1", ["a"])
    touched.note(600, "1", ["a", "b"])
    assert list(touched.rows(600, "")) == [("1", ["a", "b"])]


def test_what_was_touched_is_forgotten_in_a_week(
    aws: Aws, table_name: str, touched: DynamoTouched
) -> None:
    touched.note(600, "1", ["a"])
    touched.move(Cursor(600, "1"))
    items = aws.dynamodb.scan(TableName=table_name)["Items"]
    expiry = {one["sk"]["S"]: one.get("expires_at") for one in items}
    assert expiry == {"1": {"N": str(600 + 7 * 86_400)}, "CURSOR": None}


def test_the_cursor_stays_where_it_was_put(touched: DynamoTouched) -> None:
    assert touched.cursor() is None
    touched.move(Cursor(600, "17"))
    assert touched.cursor() == Cursor(600, "17")
    touched.move(Cursor(1200))
    assert touched.cursor() == Cursor(1200, "")


# ---------------------------------------------------------------- the doors' logs


@pytest.fixture
def logs(aws: Aws) -> Any:
    assert aws is not None, "its client must not reach for the real one"
    return client("logs")


def log(logs: Any, lines: list[tuple[float, str]]) -> str:
    group = f"door-{uuid.uuid4().hex}"
    logs.create_log_group(logGroupName=group)
    logs.create_log_stream(logGroupName=group, logStreamName="one")
    logs.put_log_events(
        logGroupName=group,
        logStreamName="one",
        logEvents=[{"timestamp": int(at * 1000), "message": text} for at, text in lines],
    )
    return group


def line(*events: str) -> str:
    said = [["direct", "shop", ID, event] for event in events]
    return json.dumps({"level": "INFO", "message": ACKNOWLEDGED, "acknowledged": said})


def test_the_doors_say_what_they_acknowledged(logs: Any) -> None:
    # CloudWatch takes no events that are older than a fortnight, so these are of now.

    now = time.time() // 1
    first = log(logs, [(now - 60, line("e0")), (now, line("e1", "e2")), (now + 9, line("e3"))])
    second = log(logs, [(now + 5, line("e4")), (now + 6, f'"{ACKNOWLEDGED}", not as JSON')])
    witness = LogWitness(logs, (first, second))
    found = [one.event_id for one in witness.acknowledged(now, now + 9)]
    assert found == ["e1", "e2", "e4"]
    assert next(witness.acknowledged(now, now + 1)) == Acknowledged("direct", "shop", ID, "e1")


@pytest.mark.parametrize(
    "text",
    [
        f'{{"message": "{ACKNOWLEDGED}"}}',
        f'{{"message": "{ACKNOWLEDGED}", "acknowledged": [["a"]]}}',
        f'{{"message": "not {ACKNOWLEDGED}", "acknowledged": [["a", "b", "c", "d"]]}}',
        f'["{ACKNOWLEDGED}"]',
    ],
)
def test_a_line_that_only_mentions_the_words_is_passed_over(logs: Any, text: str) -> None:

    now = time.time() // 1
    witness = LogWitness(logs, (log(logs, [(now, text)]),))
    assert list(witness.acknowledged(now - 5, now + 5)) == []


def test_a_log_that_does_not_answer_is_not_an_empty_one(logs: Any) -> None:
    witness = LogWitness(logs, ("nothing",))
    with refusal(logs, "ThrottlingException"), pytest.raises(UnavailableError):
        list(witness.acknowledged(NOW, NOW + 1))
