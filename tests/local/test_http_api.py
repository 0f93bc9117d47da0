"""The HTTP API: what a handler is given, what a client gets, and who is let in."""

from __future__ import annotations

import base64
import json
import os
from typing import Any

import boto3
import pytest
import requests
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from handrail_ops.local.stack import LocalStack


def _event(answer: requests.Response) -> dict[str, Any]:
    """The fixture's handler answers with the event itself, which makes it a body of a 200."""
    assert answer.status_code == 200, answer.text
    event: dict[str, Any] = answer.json()
    return event


def test_the_stack_says_that_it_is_ready(stack: LocalStack) -> None:
    assert requests.get(f"{stack.url}/healthz", timeout=5).json() == {"status": "ready"}


def test_a_request_becomes_an_event_of_format_two(stack: LocalStack) -> None:
    event = _event(
        requests.post(
            f"{stack.url}/do/show%20me?a=1&a=2&b=%C3%A9",
            data='{"text": "日本"}'.encode(),
            headers={"Content-Type": "application/json", "X-Many": "one", "Cookie": "a=b; c=d"},
            timeout=10,
        )
    )
    assert (event["version"], event["routeKey"]) == ("2.0", "ANY /do/{action}")
    assert event["pathParameters"] == {"action": "show me"}
    assert event["queryStringParameters"] == {"a": "1,2", "b": "é"}
    assert event["rawQueryString"] == "a=1&a=2&b=%C3%A9"
    assert event["cookies"] == ["a=b", "c=d"]
    assert event["headers"]["x-many"] == "one"
    assert "cookie" not in event["headers"]
    assert (event["body"], event["isBase64Encoded"]) == ('{"text": "日本"}', False)
    assert event["requestContext"]["http"]["method"] == "POST"
    assert event["requestContext"]["stage"] == "$default"


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/octet-stream", b"\x00\xff\x01"),
        ("application/json", b'{"text": "\xff"}'),
        ("application/x-www-form-urlencoded", b"a=1"),
    ],
)
def test_a_body_that_is_no_text_is_base64(stack: LocalStack, kind: str, body: bytes) -> None:
    answer = requests.post(
        f"{stack.url}/do/show", data=body, headers={"Content-Type": kind}, timeout=10
    )
    event = _event(answer)
    assert event["isBase64Encoded"] is True
    assert base64.b64decode(event["body"]) == body


def test_bytes_and_cookies_come_back(stack: LocalStack) -> None:
    body = os.urandom(1000)
    answer = requests.post(
        f"{stack.url}/do/bytes",
        data=body,
        headers={"Content-Type": "application/octet-stream"},
        timeout=10,
    )
    assert answer.content == body[::-1]
    assert answer.raw.headers.getlist("Set-Cookie") == ["a=1; Secure", "b=2"]


def test_greedy_parameters_missing_routes_and_failures(stack: LocalStack) -> None:
    event = _event(requests.get(f"{stack.url}/files/a/b/c.txt", timeout=10))
    assert event["pathParameters"] == {"path": "a/b/c.txt"}
    missing = requests.get(f"{stack.url}/nowhere", timeout=10)
    assert (missing.status_code, missing.json()) == (404, {"message": "Not Found"})
    wrong_method = requests.post(f"{stack.url}/files/a", timeout=10)
    assert wrong_method.status_code == 404
    failed = requests.get(f"{stack.url}/do/raise", timeout=10)
    assert (failed.status_code, failed.json()) == (500, {"message": "Internal Server Error"})


def test_a_body_above_the_limit_is_refused(stack: LocalStack) -> None:
    answer = requests.post(f"{stack.url}/do/show", data=b"x" * 10_500_000, timeout=20)
    assert answer.status_code == 413


def _sign(stack: LocalStack, key: str, body: bytes, secret: str | None = None) -> dict[str, str]:
    secret = secret or stack.environment["AWS_SECRET_ACCESS_KEY"]
    request = AWSRequest("POST", f"{stack.url}/signed?b=2&a=%201", data=body)
    SigV4Auth(Credentials(key, secret), "execute-api", "us-east-1").add_auth(request)
    return dict(request.headers)


def test_a_signed_request_says_who_signed_it(stack: LocalStack) -> None:
    headers = _sign(stack, "agent-one", b"{}")
    event = _event(
        requests.post(f"{stack.url}/signed?b=2&a=%201", data=b"{}", headers=headers, timeout=10)
    )
    identity = event["requestContext"]["authorizer"]["iam"]
    assert identity["accessKey"] == "agent-one"
    assert identity["userArn"].endswith(":user/agent-one")


def test_an_unsigned_wrongly_signed_or_changed_request_is_refused(stack: LocalStack) -> None:
    url = f"{stack.url}/signed?b=2&a=%201"
    headers = _sign(stack, "agent-one", b"{}")
    assert requests.post(url, data=b"{}", timeout=10).status_code == 403
    assert requests.post(url, data=b"[]", headers=headers, timeout=10).status_code == 403
    forged = _sign(stack, "agent-one", b"{}", secret="another")
    assert requests.post(url, data=b"{}", headers=forged, timeout=10).status_code == 403
    other = f"{stack.url}/signed?b=3&a=%201"
    assert requests.post(other, data=b"{}", headers=headers, timeout=10).status_code == 403


def test_a_lambda_authorizer_lets_in_or_not(stack: LocalStack) -> None:
    url = f"{stack.url}/asked"
    assert requests.get(url, timeout=10).status_code == 401
    assert requests.get(url, headers={"x-pass": "shut"}, timeout=10).status_code == 403
    event = _event(requests.get(url, headers={"x-pass": "open"}, timeout=10))
    assert event["requestContext"]["authorizer"] == {"lambda": {"who": "guest"}}


def test_cors_is_answered_for_the_configured_origin_only(stack: LocalStack) -> None:
    url = f"{stack.url}/do/show"
    ours = requests.options(url, headers={"Origin": "https://shop.example"}, timeout=10)
    assert ours.status_code == 204
    assert ours.headers["Access-Control-Allow-Origin"] == "https://shop.example"
    assert ours.headers["Access-Control-Allow-Methods"] == "GET,POST"
    theirs = requests.get(url, headers={"Origin": "https://other.example"}, timeout=10)
    assert "Access-Control-Allow-Origin" not in theirs.headers
    allowed = requests.get(url, headers={"Origin": "https://shop.example"}, timeout=10)
    assert allowed.headers["Access-Control-Allow-Origin"] == "https://shop.example"


def test_the_environment_makes_boto3_speak_to_the_stack(
    stack: LocalStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in stack.environment.items():
        monkeypatch.setenv(name, value)
    session = boto3.Session()
    tables = session.client("dynamodb").list_tables()["TableNames"]
    assert stack.physical("Table") in tables
    answer = session.client("stepfunctions").start_sync_execution(
        stateMachineArn=stack.physical("Quick"), input='{"a": 1}'
    )
    assert json.loads(answer["output"]) == {"a": 1}
