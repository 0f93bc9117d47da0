"""The small parts: terminal lines, schedules, event patterns, routes, the queue's shelf."""

from __future__ import annotations

import json
from typing import Any

import pytest

from handrail_ops.local.apis import Route
from handrail_ops.local.event_bus import matches, rule_of
from handrail_ops.local.loopback_http import LoopbackServer, Request, Response
from handrail_ops.local.schedules import schedules_of
from handrail_ops.local.template import TemplateError
from handrail_ops.local.terminal import show

LAMBDA = "arn:aws:lambda:us-east-1:123456789012:function:f"


def _log(**fields: Any) -> bytes:
    return json.dumps(fields).encode()


@pytest.mark.parametrize(
    ("raw", "verbose", "shown"),
    [
        (b"a print\n", False, "f | a print"),
        (b"\n", True, None),
        (_log(level="INFO", message="quiet"), False, None),
        (_log(level="INFO", message="quiet", turn="t1"), True, 'f | INFO quiet  turn="t1"'),
        (_log(level="ERROR", message="loud"), False, "f | ERROR loud"),
        (b"[INFO]\t2026-01-01T00:00:00Z\tid\tquiet", False, None),
        (b"[WARNING]\tloud", False, "f | [WARNING]\tloud"),
        (_log(_aws={}, Turns=1), False, None),
        (
            _log(level="ERROR", message="m", exception="Traceback:\n  line\nValueError: x"),
            False,
            "f | ERROR m\n      Traceback:\n        line\n      ValueError: x",
        ),
        (
            "[ERROR] ValueError: x\rTraceback:\r\u00a0\u00a0line".encode(),
            False,
            "f | [ERROR] ValueError: x\n      Traceback:\n        line",
        ),
        (
            _log(level="ERROR", errorType="E", errorMessage="m", stackTrace=["  File a\n    b\n"]),
            False,
            "f | ERROR E: m\n        File a\n          b",
        ),
        (b"[1, 2]", False, "f | [1, 2]"),
        (b"{not json", False, "f | {not json"),
        (b"\xff", False, "f | \ufffd"),
    ],
)
def test_a_line_of_a_worker(raw: bytes, verbose: bool, shown: str | None) -> None:
    assert show("f", raw, verbose=verbose) == shown


@pytest.mark.parametrize(
    ("expression", "period_seconds", "first"),
    [
        ("rate(1 minute)", 60.0, 1060.0),
        ("rate(2 hours)", 7200.0, 8200.0),
        ("rate(5 seconds)", 5.0, 1005.0),
        ("at(1970-01-01T01:00:00)", None, 3600.0),
    ],
)
def test_a_schedule_has_its_times(
    expression: str, period_seconds: float | None, first: float
) -> None:
    properties = {"ScheduleExpression": expression, "Target": {"Arn": LAMBDA}}
    (schedule,) = schedules_of("S", "arn", properties, now=1000.0)
    assert (schedule.period_seconds, schedule.first) == (period_seconds, first)


def test_a_disabled_or_weekly_schedule_does_not_fire_and_nonsense_is_refused() -> None:
    target = {"Target": {"Arn": LAMBDA}}
    disabled = {"ScheduleExpression": "rate(1 minute)", "State": "DISABLED", **target}
    assert schedules_of("S", "arn", disabled, 0.0) == []
    assert (
        schedules_of("S", "arn", {"ScheduleExpression": "cron(0 9 ? * 2 *)", **target}, 0.0) == []
    )
    with pytest.raises(TemplateError, match="'rate 1 minute' is no schedule"):
        schedules_of("S", "arn", {"ScheduleExpression": "rate 1 minute", **target}, 0.0)


@pytest.mark.parametrize(
    ("pattern", "matched"),
    [
        ({"source": ["aws.states"]}, True),
        ({"source": ["other"]}, False),
        ({"detail": {"status": ["FAILED", "TIMED_OUT"]}}, True),
        ({"detail": {"status": [{"anything-but": "FAILED"}]}}, False),
        ({"detail": {"name": [{"prefix": "esc"}]}}, True),
        ({"detail": {"name": [{"suffix": "esc"}]}}, False),
        ({"detail": {"absent": [{"exists": False}]}}, True),
        ({"resources": ["b"]}, True),
        ({"detail": {"deeper": {"x": [1]}}}, False),
    ],
)
def test_an_event_matches_a_pattern(pattern: dict[str, Any], matched: bool) -> None:
    event = {
        "source": "aws.states",
        "resources": ["a", "b"],
        "detail": {"status": "FAILED", "name": "escalation"},
    }
    assert matches(pattern, event) is matched


def test_an_unknown_pattern_or_target_is_refused() -> None:
    rule = {"EventPattern": {"a": [{"numeric": [">", 1]}]}, "Targets": [{"Arn": LAMBDA}]}
    with pytest.raises(TemplateError, match="numeric"):
        rule_of("R", rule)
    elsewhere = {
        "EventPattern": {"a": ["b"]},
        "Targets": [{"Arn": "arn:aws:kinesis:x:y:stream/s"}],
    }
    with pytest.raises(TemplateError, match="kinesis"):
        rule_of("R", elsewhere)


def test_the_most_specific_route_serves() -> None:
    routes = [
        Route("ANY", "$default", "f"),
        Route("GET", "/{all+}", "f"),
        Route("GET", "/a/{id}", "f"),
        Route("ANY", "/a/b", "f"),
        Route("GET", "/a/b", "f"),
    ]
    ordered = sorted(routes, key=lambda route: route.rank)
    served = [
        next(route.key for route in ordered if route.match(*request) is not None)
        for request in (("GET", "/a/b"), ("PUT", "/a/b"), ("GET", "/a/x"), ("GET", "/q/r"))
    ]
    assert served == ["GET /a/b", "ANY /a/b", "GET /a/{id}", "GET /{all+}"]
    assert next(r for r in ordered if r.match("POST", "/q") is not None).key == "$default"


def test_the_loopback_server_survives_what_is_no_http() -> None:
    import socket

    server = LoopbackServer(lambda request: Response(200, request.body), name="echo")
    try:
        for nonsense in (
            b"",
            b"\x00\xff\r\n\r\n",
            b"GET\r\n\r\n",
            b"POST / HTTP/1.1\r\nContent-L",
        ):
            with socket.create_connection(("127.0.0.1", server.port)) as connection:
                connection.sendall(nonsense)
        with socket.create_connection(("127.0.0.1", server.port)) as connection:
            connection.sendall(
                b"POST /x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
                b"3\r\nabc\r\n2;ext=1\r\nde\r\n0\r\n\r\n"
            )
            assert connection.recv(1000).endswith(b"\r\n\r\nabcde")
    finally:
        server.close()


@pytest.mark.parametrize(
    "cut_short",
    [
        b"POST /x HTTP/1.1\r\nContent-Length: 9\r\n\r\nhalf",
        b"POST /x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nhalf",
        b"POST /x HTTP/1.1\r\nContent-Le",
    ],
)
def test_a_request_whose_sender_died_in_the_middle_of_it_is_none(cut_short: bytes) -> None:
    import socket

    handled: list[Request] = []

    def handle(request: Request) -> Response:
        handled.append(request)
        return Response(200)

    server = LoopbackServer(handle, name="counting")
    try:
        with socket.create_connection(("127.0.0.1", server.port)) as connection:
            connection.sendall(cut_short)
            connection.shutdown(socket.SHUT_WR)
            assert connection.recv(1000) == b""
    finally:
        server.close()
    assert not handled


def test_a_handler_that_raises_answers_500_and_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    def fail(request: Request) -> Response:
        raise KeyError(request.path)

    server = LoopbackServer(fail, name="failing")
    try:
        import requests

        answer = requests.get(f"{server.url}/where", timeout=5)
    finally:
        server.close()
    assert (answer.status_code, answer.text) == (500, "KeyError: '/where'")
    assert "failing could not answer GET /where" in caplog.text
