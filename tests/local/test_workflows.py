"""Workflows run on real functions and queues, and die of what they would die of on AWS."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError
from local.helpers import eventually

from handrail_ops.local.stack import LocalStack


def _run(stack: LocalStack, event: dict[str, Any]) -> dict[str, Any]:
    answer: dict[str, Any] = stack.client("stepfunctions").start_sync_execution(
        stateMachineArn=stack.physical("Quick"), input=json.dumps(event)
    )
    return answer


def test_an_express_workflow_answers_synchronously(stack: LocalStack) -> None:
    answer = _run(stack, {"hello": "there"})
    assert answer["status"] == "SUCCEEDED"
    assert json.loads(answer["output"]) == {"hello": "there"}


def test_a_handlers_error_is_caught_by_its_name(stack: LocalStack) -> None:
    answer = _run(stack, {"do": "raise"})
    assert json.loads(answer["output"]) == {"rescued": "ValueError"}


def test_an_answer_too_large_for_a_state_ends_the_workflow(stack: LocalStack) -> None:
    answer = _run(stack, {"do": "large", "bytes": 300_000})
    assert (answer["status"], answer["error"]) == ("FAILED", "States.DataLimitExceeded")


def test_a_standard_workflow_cannot_be_run_synchronously(stack: LocalStack) -> None:
    with pytest.raises(ClientError, match="StateMachineTypeNotSupported"):
        stack.client("stepfunctions").start_sync_execution(
            stateMachineArn=stack.physical("Slow"), input="{}"
        )


def _asked(stack: LocalStack, who: str) -> str:
    sqs = stack.client("sqs")

    def look() -> str | None:
        received = sqs.receive_message(QueueUrl=stack.physical("Lost"), WaitTimeSeconds=1)
        for message in received.get("Messages", []):
            body = json.loads(message["Body"])
            if body.get("who") == who:
                return str(body["token"])
        return None

    token = eventually(look, "the question")
    assert token
    return token


def test_a_workflow_waits_for_its_token_and_goes_on(stack: LocalStack) -> None:
    states = stack.client("stepfunctions")
    started = states.start_execution(stateMachineArn=stack.physical("Slow"), input='{"who": "a"}')
    token = _asked(stack, "a")
    with pytest.raises(states.exceptions.InvalidOutput):
        states.send_task_success(taskToken=token, output="not json")
    states.send_task_success(taskToken=token, output='{"answer": "yes"}')
    ended = eventually(
        lambda: (
            found
            if (found := states.describe_execution(executionArn=started["executionArn"]))["status"]
            != "RUNNING"
            else None
        ),
        "the end",
    )
    assert ended["status"] == "SUCCEEDED"
    with pytest.raises(states.exceptions.TaskTimedOut):
        states.send_task_success(taskToken=token, output='{"answer": "yes"}')
    with pytest.raises(states.exceptions.InvalidToken):
        states.send_task_success(taskToken="nobody's", output="{}")


def test_a_choice_on_a_missing_variable_ends_the_workflow(
    stack: LocalStack, lines: list[str]
) -> None:
    states = stack.client("stepfunctions")
    started = states.start_execution(stateMachineArn=stack.physical("Slow"), input='{"who": "b"}')
    states.send_task_success(taskToken=_asked(stack, "b"), output='{"something": "else"}')
    ended = eventually(
        lambda: (
            found
            if (found := states.describe_execution(executionArn=started["executionArn"]))["status"]
            != "RUNNING"
            else None
        ),
        "the end",
    )
    assert (ended["status"], ended["error"]) == ("FAILED", "States.Runtime")
    name = started["executionArn"]
    eventually(
        lambda: any(f"{name} FAILED: States.Runtime" in line for line in lines), "the line of it"
    )
