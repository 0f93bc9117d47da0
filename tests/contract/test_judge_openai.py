"""The judge over real HTTP: one word, or no verdict."""

import threading
import time
from collections.abc import Iterator
from typing import Literal

import pytest

from handrail.adapters.clock import SystemClock
from handrail.adapters.model.openai_judge import OpenAIJudge
from handrail.domain.errors import UnavailableError
from handrail.domain.knowledge import Passage
from support.openai_server import OpenAIServer, Reply, openai_server

PASSAGE = Passage("a/en#1", "a", "Refunds", "en", "Refunds take 5 days.", "https://e.example.com")


@pytest.fixture(scope="module")
def server() -> Iterator[OpenAIServer]:
    with openai_server() as started:
        yield started


def ask(server: OpenAIServer, reply: Reply, api: Literal["responses", "chat"]) -> bool:
    server.replies[:] = [reply]
    judge = OpenAIJudge(SystemClock(), api_key="k", model="judge", base_url=server.url, api=api)
    try:
        return judge.agrees("Es dauert 5 Tage.", [PASSAGE], time.time() + 1.5)
    finally:
        judge.close()


@pytest.mark.parametrize("api", ["responses", "chat"])
@pytest.mark.parametrize("supported", [True, False])
def test_it_says_yes_or_no(
    server: OpenAIServer, api: Literal["responses", "chat"], *, supported: bool
) -> None:
    assert ask(server, Reply(draft={"supported": supported}), api) is supported
    asked = str(server.requests[-1])
    assert "Es dauert 5 Tage." in asked
    assert "Refunds take 5 days." in asked


@pytest.mark.parametrize(
    "reply",
    [
        Reply(draft={"supported": "yes"}),
        Reply(draft={"supported": True, "because": "…"}),
        Reply(draft={}),
        Reply(draft="true"),
        Reply(draft="not JSON"),
        Reply(raw=b"{"),
        Reply(raw=b"[]"),
        Reply(draft={"supported": True}, finish="length"),
        Reply(status=429, raw=b"{}"),
        Reply(status=500, raw=b"{}"),
    ],
)
@pytest.mark.parametrize("api", ["responses", "chat"])
def test_whatever_else_it_says_is_no_verdict(
    server: OpenAIServer, api: Literal["responses", "chat"], reply: Reply
) -> None:
    with pytest.raises(UnavailableError) as raised:
        ask(server, reply, api)
    assert "5 Tage" not in str(raised.value)


def test_a_judge_that_hangs_is_left_at_the_deadline(server: OpenAIServer) -> None:
    done = threading.Event()
    server.replies[:] = [Reply(draft={"supported": True}, hang_until=done)]
    judge = OpenAIJudge(SystemClock(), api_key="k", model="judge", base_url=server.url)
    started = time.monotonic()
    with pytest.raises(UnavailableError):
        judge.agrees("Es dauert 5 Tage.", [PASSAGE], time.time() + 0.4)
    assert time.monotonic() - started < 2
    done.set()
    judge.close()
