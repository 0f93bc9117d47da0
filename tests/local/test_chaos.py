"""The places where a replay puts faults between the processes of the stack."""

from __future__ import annotations

import json

from local.helpers import Mischief, eventually, kept, result

from handrail_ops.local.stack import LocalStack


def _order(stack: LocalStack, name: str, queue: str = "Orders") -> None:
    stack.client("sqs").send_message(
        QueueUrl=stack.physical(queue),
        MessageBody=json.dumps({"group": name, "id": name}),
        MessageGroupId=name,
        MessageDeduplicationId=name,
    )


def test_a_repeated_delivery_reaches_the_function_twice(
    stack: LocalStack, mischief: Mischief
) -> None:
    mischief.repeat.add("twice")
    _order(stack, "twice")
    items = eventually(
        lambda: found if len(found := kept(stack, "order#twice")) >= 2 else None, "both"
    )
    assert [item["receives"] for item in items] == ["1", "1"]


def test_a_repeated_delivery_that_failed_waits_for_its_visibility(
    stack: LocalStack, mischief: Mischief
) -> None:
    mischief.repeat.add("failed")
    mischief.forget.add("Keep")
    _order(stack, "failed", "Fragile")
    items = eventually(
        lambda: found if len(found := kept(stack, "order#failed")) >= 3 else None, "all three"
    )
    assert sorted(item["receives"] for item in items) == ["1", "2", "2"]


def test_a_lost_delivery_comes_back_after_its_visibility(
    stack: LocalStack, mischief: Mischief
) -> None:
    mischief.lose.add("late")
    _order(stack, "late", "Fragile")
    items = eventually(lambda: kept(stack, "order#late"), "the second delivery")
    assert items[0]["receives"] == "2"


def test_a_worker_is_killed_in_the_middle_of_its_work(
    stack: LocalStack, mischief: Mischief
) -> None:
    result(stack, "Hasty", {"do": "remember", "what": "warm"})
    mischief.kill["Hasty"] = 0.1
    outcome = stack.invoke("Hasty", {"do": "sleep", "seconds": 30})
    body = json.loads(outcome.payload)
    assert body["errorType"] == "Runtime.ExitError"
    assert body["errorMessage"].endswith("signal: SIGKILL")


def test_an_answer_is_lost_after_the_work_was_done(stack: LocalStack, mischief: Mischief) -> None:
    first = result(stack, "Hasty", {"do": "remember", "what": "one"})
    mischief.forget.add("Hasty")
    assert stack.invoke("Hasty", {"do": "remember", "what": "two"}).error == "Unhandled"
    third = result(stack, "Hasty", {"do": "remember", "what": "three"})
    assert third["pid"] == first["pid"]
    assert third["seen"][-3:] == ["one", "two", "three"]
