"""The stack watched by its own audit: what went well is clean, what somebody spoils is found."""

import json
import time
from typing import Any

import pytest

from handrail.adapters.aws.touched import DynamoTouched
from handrail.application.reconcile import SPAN_SECONDS, Cursor, span_of
from handrail.domain.message import conversation_id
from support.stack import ACCOUNT, World, eventually

pytestmark = pytest.mark.timeout(240)


def logged(world: World, phrase: str, since: float) -> list[dict[str, Any]]:
    """Return what the audit has logged since a moment, metrics included."""
    pages = world.stack.client("logs").get_paginator("filter_log_events")
    found = pages.paginate(
        logGroupName=world.stack.physical("AuditLog"),
        filterPattern=f'"{phrase}"',
        startTime=int(since * 1000),
    )
    lines = [event["message"] for page in found for event in page["events"]]
    return [json.loads(line) for line in lines if line.startswith("{")]


def measured(world: World, name: str, since: float) -> list[float]:
    """Return the values of a metric, without those under dimensions of their own."""
    values: list[float] = []
    for line in logged(world, name, since):
        for told in line.get("_aws", {}).get("CloudWatchMetrics", ()):
            if told["Dimensions"] == [["service"]] and name in line:
                values += line[name] if isinstance(line[name], list) else [line[name]]
    return values


def broken(world: World, since: float, of: str) -> list[dict[str, Any]]:
    found = logged(world, "the promise was broken", since)
    return [line for line in found if line["conversation"] == of]


def test_a_request_is_watched_and_clean_until_somebody_spoils_it(world: World) -> None:
    began = time.time()
    customer = world.customer()
    customer.writes("I want to talk to a human", language="en")
    request = world.waiting.wait(customer)
    chat = world.claim(request["escalation"])
    chat.sees_everything()
    assert chat.says("Hello, I am here.").done
    reached = eventually(
        lambda: measured(world, "time_to_human", began), "the audit sees a person's words"
    )
    assert all(0 <= seconds < 120 for seconds in reached)
    assert 1.0 in eventually(lambda: measured(world, "promise_kept", began), "a promise kept")
    chat.sees_everything()
    assert chat.ends("resolve").done
    eventually(
        lambda: len(measured(world, "offer_coverage", began)) >= 2, "messages with an offer"
    )
    assert set(measured(world, "offer_coverage", began)) == {1.0}
    assert broken(world, began, customer.conversation_id) == []

    world.stack.client("dynamodb").update_item(
        TableName=world.stack.physical("Table"),
        Key={"pk": {"S": f"C#{customer.conversation_id}"}, "sk": {"S": "HEAD"}},
        UpdateExpression="SET epoch = :e",
        ExpressionAttributeValues={":e": {"N": "99"}},
    )
    found = eventually(
        lambda: broken(world, began, customer.conversation_id), "the audit finds it"
    )
    assert {line["rule"] for line in found} >= {"S5", "S8"}
    assert measured(world, "invariant_violations", began) != []


def reconcile(world: World) -> dict[str, int]:
    outcome = world.stack.invoke("AuditFunction", {"audit": "reconcile"})
    assert outcome.error is None, outcome.payload
    told: dict[str, int] = json.loads(outcome.payload)
    return told


def test_what_is_stuck_is_counted_every_minute(world: World) -> None:
    began = time.time()
    outcome = world.stack.invoke("AuditFunction", {"audit": "stuck"})
    assert json.loads(outcome.payload) == {"stuck": 0}
    assert eventually(lambda: measured(world, "stuck", began), "a figure")[0] == 0


def test_everything_that_came_in_is_reconciled(world: World) -> None:
    """The lag is a quarter of an hour, so what was touched is noted as if it were older."""
    customer = world.customer()
    customer.writes("Where is my refund?", language="en")
    eventually(customer.ledger, "the message is decided")
    conversation = customer.conversation_id
    touched = DynamoTouched(world.stack.client("dynamodb"), world.stack.physical("Table"))
    now = span_of(time.time())
    noted = eventually(
        lambda: [
            names
            for span in (now, now + SPAN_SECONDS)
            for _, names in touched.rows(span, "")
            if conversation in names
        ],
        "the audit notes what came in",
    )
    assert noted
    long_ago = now - 10 * SPAN_SECONDS
    touched.move(Cursor(long_ago))
    touched.note(long_ago, "1", [conversation])
    told = reconcile(world)
    assert (told["conversations"], told["escalations_lost"], told["inbound_lost"]) == (1, 0, 0)

    touched.move(Cursor(long_ago))
    touched.note(long_ago, "1", [conversation, "nobody-has-this-one"])
    world.stack.client("dynamodb").put_item(
        TableName=world.stack.physical("Table"),
        Item={
            "pk": {"S": "C#nobody-has-this-one"},
            "sk": {"S": "IN#e1"},
            "event_id": {"S": "e1"},
            "position": {"N": "1"},
            "kind": {"S": "text"},
            "text": {"S": "a person please"},
            "received_at": {"N": "1"},
            "entry": {"N": "1"},
            "handling": {"S": "for_person"},
        },
    )
    assert reconcile(world)["escalations_lost"] == 1


def test_the_door_says_what_it_acknowledged(world: World) -> None:
    began = time.time()
    customer = world.customer()
    customer.writes("How long does a refund take?", language="en")
    pages = world.stack.client("logs").get_paginator("filter_log_events")
    found = pages.paginate(
        logGroupName=world.stack.physical("ReceiveLog"),
        filterPattern='"durable and acknowledged"',
        startTime=int(began * 1000) - 1000,
    )
    said = [
        one
        for page in found
        for event in page["events"]
        for one in json.loads(event["message"])["acknowledged"]
    ]
    conversation = conversation_id("direct", ACCOUNT, customer.name)
    assert ["direct", ACCOUNT, conversation, f"{customer.name}-1"] in said
