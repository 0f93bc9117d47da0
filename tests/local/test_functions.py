"""Invoking functions: the real runtime client, its environment, its limits and its failures."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from botocore.exceptions import ClientError
from local.helpers import FIXTURES, eventually, result

from handrail_ops.local.stack import LocalStack


def test_a_function_has_the_templates_environment_and_lambdas(stack: LocalStack) -> None:
    environment = result(stack, "Gate", {"do": "environment"})
    assert environment["GREETING"] == "hello"
    assert environment["TABLE"] == stack.physical("Table")
    assert environment["PUSH"] == stack.url + "/live"
    assert environment["AWS_LAMBDA_FUNCTION_NAME"] == stack.physical("Gate")
    assert environment["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"] == "256"
    assert environment["AWS_REGION"] == "us-east-1"
    assert environment["_X_AMZN_TRACE_ID"].startswith("Root=1-")


def test_a_function_imports_its_code_and_layers_and_no_developers_packages(
    stack: LocalStack,
) -> None:
    answer = result(stack, "Gate", {"do": "path"})
    assert answer["word"] == "from the layer"
    assert answer["path"][:2] == [str(FIXTURES / "gate"), str(FIXTURES / "layer")]
    assert not [entry for entry in answer["path"] if entry.endswith(("/infra", "/layers/core"))]
    assert 0 < answer["remaining"] <= 10_000


def test_a_worker_is_kept_and_a_killed_one_is_replaced(stack: LocalStack) -> None:
    first = result(stack, "Gate", {"do": "remember", "what": "a"})
    second = result(stack, "Gate", {"do": "remember", "what": "b"})
    assert second["pid"] == first["pid"]
    assert second["seen"][-2:] == ["a", "b"]
    assert stack.kill_worker("Gate") >= 1
    third = result(stack, "Gate", {"do": "remember", "what": "c"})
    assert third["pid"] != first["pid"]
    assert third["seen"] == ["c"]


def test_a_handlers_error_is_its_answer_and_is_shown(stack: LocalStack, lines: list[str]) -> None:
    outcome = stack.invoke("Gate", {"do": "raise", "message": "boom with reason"})
    assert outcome.error == "Unhandled"
    assert json.loads(outcome.payload)["errorType"] == "ValueError"
    shown = eventually(
        lambda: next((line for line in lines if "boom with reason" in line), None), "the error"
    )
    assert "handrail-Gate" in shown
    assert 'raise ValueError(event.get("message", "told to"))' in shown


@pytest.mark.parametrize(
    ("event", "error_type", "text"),
    [
        ({"do": "exit"}, "Runtime.ExitError", "exit status 3"),
        ({"do": "large", "bytes": 7_000_000}, "Function.ResponseSizeTooLarge", "6291456"),
    ],
)
def test_what_lambda_itself_refuses(
    stack: LocalStack, event: dict[str, Any], error_type: str, text: str
) -> None:
    outcome = stack.invoke("Gate", event)
    body = json.loads(outcome.payload)
    assert (outcome.error, body["errorType"]) == ("Unhandled", error_type)
    assert text in body["errorMessage"]


def test_a_handler_above_its_time_is_killed(stack: LocalStack) -> None:
    before = result(stack, "Hasty", {"do": "remember", "what": "x"})["pid"]
    outcome = stack.invoke("Hasty", {"do": "sleep", "seconds": 30})
    body = json.loads(outcome.payload)
    assert (outcome.error, body["errorType"]) == ("Unhandled", "Sandbox.Timedout")
    assert body["errorMessage"].endswith("Task timed out after 1.00 seconds")
    assert result(stack, "Hasty", {"do": "remember", "what": "x"})["pid"] != before


def test_a_handler_that_cannot_be_imported_says_why_each_time(
    stack: LocalStack, lines: list[str]
) -> None:
    for _ in range(2):
        outcome = stack.invoke("Broken", {})
        body = json.loads(outcome.payload)
        assert (outcome.error, body["errorType"]) == ("Unhandled", "Runtime.ImportModuleError")
        assert "no_such_module" in body["errorMessage"]
    eventually(lambda: any("no_such_module" in line for line in lines), "the reason")


def test_a_replay_can_put_its_own_into_the_workers(stack: LocalStack) -> None:
    environment = result(stack, "Gate", {"do": "environment"})
    assert environment["EXTRA"] == "for every function"
    assert environment["PRELOADED"] == "before the handler"


def test_reserved_concurrency_throttles(stack: LocalStack) -> None:
    client = stack.client("lambda", attempts=1)

    def sleep(_: int) -> str:
        payload = json.dumps({"do": "sleep", "seconds": 0.7}).encode()
        try:
            client.invoke(FunctionName=stack.physical("Gate"), Payload=payload)
        except ClientError as error:
            return str(error.response["Error"]["Code"])
        return "ran"

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(sleep, range(8)))
    assert "TooManyRequestsException" in answers
    assert "ran" in answers


def test_the_invoke_api_answers_like_lambda(stack: LocalStack) -> None:
    client = stack.client("lambda")
    name = stack.physical("Gate")
    answer = client.invoke(FunctionName=name, Payload=b'{"do": "raise"}')
    assert (answer["StatusCode"], answer["FunctionError"]) == (200, "Unhandled")
    arn = stack.attribute("Gate", "Arn")
    assert json.loads(client.invoke(FunctionName=arn, Payload=b'{"x": 1}')["Payload"].read()) == {
        "x": 1
    }
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.invoke(FunctionName="nobody", Payload=b"{}")
    with pytest.raises(client.exceptions.RequestTooLargeException):
        client.invoke(FunctionName=name, Payload=b"1" * 6_300_000)


def test_a_failed_event_goes_to_its_destination(stack: LocalStack) -> None:
    client, sqs = stack.client("lambda"), stack.client("sqs")
    answer = client.invoke(
        FunctionName=stack.physical("Gate"),
        InvocationType="Event",
        Payload=b'{"do": "raise", "message": "for the destination"}',
    )
    assert answer["StatusCode"] == 202

    def look() -> dict[str, Any] | None:
        received = sqs.receive_message(QueueUrl=stack.physical("Lost"), WaitTimeSeconds=1)
        for message in received.get("Messages", []):
            body: dict[str, Any] = json.loads(message["Body"])
            if "for the destination" in message["Body"]:
                return body
        return None

    record = eventually(look, "the record of the failure")
    assert record["requestContext"]["condition"] == "RetriesExhausted"
    assert record["responsePayload"]["errorType"] == "ValueError"


def test_a_warning_is_shown_and_info_is_not(stack: LocalStack, lines: list[str]) -> None:
    result(stack, "Gate", {"do": "log", "what": "substance"})
    eventually(lambda: any("a warning with substance" in line for line in lines), "the warning")
    eventually(lambda: any("a plain line" in line for line in lines), "the print")
