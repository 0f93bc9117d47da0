"""What functions printed, asked for as one asks CloudWatch Logs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from handrail_ops.local import logs as local_logs
from handrail_ops.local.logs import Logs
from handrail_ops.local.loopback_http import LoopbackServer


@pytest.fixture
def logs() -> Logs:
    return Logs({"receive": "ReceiveLog", "site": "SiteLog"})


@pytest.fixture
def client(logs: Logs) -> Iterator[Any]:
    server = LoopbackServer(logs, name="logs")
    yield boto3.client(
        "logs",
        region_name="us-east-1",
        endpoint_url=server.url,
        aws_access_key_id="x",
        aws_secret_access_key="x",
    )
    server.close()


def lines(client: Any, group: str = "ReceiveLog", **wanted: Any) -> list[str]:
    pages = client.get_paginator("filter_log_events").paginate(logGroupName=group, **wanted)
    return [event["message"] for page in pages for event in page["events"]]


def test_a_line_is_in_the_group_of_its_function(logs: Logs, client: Any) -> None:
    logs.keep("receive", b"one\n")
    logs.keep("site", "zwei \xfc\n".encode())
    logs.keep("nobody", b"three\n")
    logs.keep("receive", b"\n")
    assert lines(client) == ["one"]
    assert lines(client, "SiteLog") == ["zwei \xfc"]


def test_a_phrase_is_looked_for(logs: Logs, client: Any) -> None:
    for text in (b"durable and acknowledged", b"durable", b"and acknowledged"):
        logs.keep("receive", text)
    assert lines(client, filterPattern='"durable and"') == ["durable and acknowledged"]


def test_a_time_is_looked_for(logs: Logs, client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for second in range(5):
        monkeypatch.setattr("time.time", lambda second=second: 1_000.0 + second)
        logs.keep("receive", str(second).encode())
    assert lines(client, startTime=1_001_000, endTime=1_003_000) == ["1", "2", "3"]


def test_a_long_answer_comes_in_pages(logs: Logs, client: Any) -> None:
    for number in range(7):
        logs.keep("receive", str(number).encode())
    first = client.filter_log_events(logGroupName="ReceiveLog", limit=3)
    assert len(first["events"]) == 3
    assert lines(client, PaginationConfig={"PageSize": 3}) == [str(n) for n in range(7)]


def test_the_newest_lines_are_kept(
    client: Any, logs: Logs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(local_logs, "_LINES_KEPT", 3)
    few = Logs({"receive": "ReceiveLog"})
    for number in range(5):
        few.keep("receive", str(number).encode())
        logs.keep("receive", str(number).encode())
    assert [text for _, text in few._matching("ReceiveLog", "", 0, None)] == ["2", "3", "4"]
    assert len(lines(client)) == 5


@pytest.mark.parametrize(
    ("group", "wanted", "code"),
    [
        ("NoLog", {}, "ResourceNotFoundException"),
        ("ReceiveLog", {"filterPattern": "{ $.a = 1 }"}, "InvalidParameterException"),
        ("ReceiveLog", {"filterPattern": '"a" "b"'}, "InvalidParameterException"),
    ],
)
def test_what_is_not_served_is_refused(
    client: Any, group: str, wanted: dict[str, str], code: str
) -> None:
    with pytest.raises(ClientError) as refused:
        lines(client, group, **wanted)
    assert refused.value.response["Error"]["Code"] == code
    with pytest.raises(ClientError, match="only FilterLogEvents"):
        client.describe_log_groups()
