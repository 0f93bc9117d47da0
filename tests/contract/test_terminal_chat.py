"""`handrail chat` against the real web channel over loopback."""

import io
import os
import pty
import select
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest
from click.testing import CliRunner

from handrail.adapters.language.catalogue import PackagedCatalogue
from handrail.domain.delivery import Action, Speaker
from handrail_ops.chat.client import ChatError, WebCustomer
from handrail_ops.chat.command import chat, own_language
from handrail_ops.chat.terminal import Terminal
from support.chat_server import ChatServer

pytestmark = pytest.mark.enable_socket


@pytest.fixture(scope="module")
def running() -> Iterator[ChatServer]:
    catalogue = PackagedCatalogue()
    names = {language.code: language.name for language in catalogue.languages}
    with ChatServer(catalogue, names).running() as server:
        yield server


@pytest.fixture
def company(running: ChatServer) -> ChatServer:
    running.said.clear()
    running.broken = False
    running.answer = lambda c, m: c.say(f"You wrote: {m.text}")
    return running


def piped(company: ChatServer, typed: str, *options: str) -> tuple[int, str]:
    result = CliRunner().invoke(chat, ["--url", company.url, *options], input=typed)
    return result.exit_code, result.output


def test_a_question_through_a_pipe_gets_its_answer(company: ChatServer) -> None:
    code, seen = piped(company, "Where is my order?\n", "--language", "sw")
    assert code == 0
    assert seen == (
        "You\n  Where is my order?\n\n"
        "Automated assistant\n  You wrote: Where is my order?\n  [1] Talk to a person\n\n"
    )
    assert company.said[0].sender.locale == "sw"
    assert company.said[0].details == {}


def test_a_number_presses_the_button_of_the_last_message(company: ChatServer) -> None:
    company.answer = lambda c, m: c.say(
        str(m.action or m.text),
        speaker=Speaker.STATUS,
        buttons=[(Action.FOLLOW_UP, "Reply to me later"), (Action.WITHDRAW, "Cancel request")],
    )
    code, seen = piped(company, "hi\n2\n3\n")
    assert code == 0
    assert "  [2] Cancel request" in seen
    assert [(m.action, m.text) for m in company.said] == [
        (None, "hi"),
        ("withdraw:v1", "Cancel request"),
        (None, "3"),
    ]


def test_person_presses_the_offer_at_any_time(company: ChatServer) -> None:
    piped(company, "/person\n")
    assert [m.action for m in company.said] == ["person:v1"]


def test_a_language_chosen_goes_along(company: ChatServer) -> None:
    code, seen = piped(company, "/language\n/language ar\nmarhaban\n")
    assert code == 0
    assert "Say which language" in seen
    assert company.said[0].sender.locale == "ar"
    assert company.said[0].details == {"language_chosen": "ar"}


def test_quit_and_help_and_empty_lines_send_nothing(company: ChatServer) -> None:
    code, seen = piped(company, "\n/help\n  \n/quit\nafterwards\n")
    assert code == 0
    assert "/person asks for a person" in seen
    assert company.said == []


def test_right_to_left_text_has_its_lines_to_itself(company: ChatServer) -> None:
    company.answer = lambda c, _m: c.say("طلبك في الطريق.", language="ar")
    _, seen = piped(company, "أين طلبي؟\n", "--language", "ar")
    assert "\n  طلبك في الطريق.\n" in seen


def test_no_answer_is_an_error_that_says_so(company: ChatServer) -> None:
    company.answer = lambda _c, _m: None
    code, seen = piped(company, "hello?\n", "--answer-seconds", "0.5")
    assert code == 1
    assert "no answer came within 0.5 seconds" in seen


def test_where_nothing_runs_it_says_what_to_look_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("handrail_ops.chat.client._BACKOFF_SECONDS", 0)
    result = CliRunner().invoke(chat, ["--url", "http://127.0.0.1:9"], input="hi\n")
    assert result.exit_code == 1
    assert "no web chat answers at http://127.0.0.1:9 (no answer); is it running?" in result.output


def test_a_message_is_tried_again_under_its_id(
    company: ChatServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handrail_ops.chat.client._BACKOFF_SECONDS", 0)
    customer = WebCustomer(company.url)
    customer.start()
    company.broken = True
    before = company.requests.count("POST /v1/web/messages")
    with pytest.raises(ChatError, match="not sent"):
        customer.write("hi")
    assert company.requests.count("POST /v1/web/messages") - before == 5
    company.broken = False
    customer.write("hi")
    assert [m.text for m in company.said] == ["hi"]


def test_an_ended_session_is_said(company: ChatServer) -> None:
    customer = WebCustomer(company.url)
    customer.start()
    customer._token = "v1.a.b"
    with pytest.raises(ChatError, match="can no longer be read"):
        customer.read()


class Tty:
    """`handrail chat` in a terminal of its own."""

    def __init__(self, url: str) -> None:
        self._mine, theirs = pty.openpty()
        code = "from handrail_ops.cli import main; main(prog_name='handrail')"
        command = [sys.executable, "-c", code, "chat", "--url", url]
        self.process = subprocess.Popen(  # noqa: S603 - our own command
            command, stdin=theirs, stdout=theirs, stderr=theirs
        )
        os.close(theirs)
        self.seen = ""

    def wait_for(self, text: str) -> None:
        while text not in self.seen:
            ready, _, _ = select.select([self._mine], [], [], 20)
            assert ready, self.seen
            self.seen += os.read(self._mine, 65_536).decode()

    def type(self, text: str) -> None:
        os.write(self._mine, text.encode())

    def close(self) -> int:
        self.type("/quit\n")
        code = self.process.wait(20)
        os.close(self._mine)
        return code


def test_what_comes_in_does_not_tear_apart_what_is_being_typed(company: ChatServer) -> None:
    arrived = threading.Event()
    company.answer = lambda _c, _m: arrived.set()
    terminal = Tty(company.url)
    terminal.wait_for("you> ")
    terminal.type("hello\n")
    terminal.wait_for("hello\r\nyou> ")
    terminal.type("half ty")
    terminal.wait_for("half ty")
    assert arrived.wait(20)
    terminal.seen = ""
    company.say("Meanwhile, an answer.")
    terminal.wait_for("[1] Talk to a person")
    terminal.wait_for("\r\nyou> half ty")
    terminal.type("ped\n")
    terminal.wait_for("ped\r\n")
    assert terminal.close() == 0
    assert [m.text for m in company.said] == ["hello", "half typed"]


@pytest.mark.parametrize(
    ("told", "language"), [("pt_BR.UTF-8", "pt-BR"), ("de", "de"), ("C.UTF-8", "en"), ("", "en")]
)
def test_the_terminals_own_language(
    monkeypatch: pytest.MonkeyPatch, told: str, language: str
) -> None:
    monkeypatch.setenv("LC_ALL", told)
    monkeypatch.setenv("LANG", told)
    monkeypatch.setattr("locale.getlocale", lambda: (None, None))
    assert own_language() == language


def test_nothing_in_a_message_moves_the_cursor() -> None:
    sink = io.StringIO()
    Terminal(io.StringIO(), sink).message("A\x1b[2J", "x\x07\x1b]0;title\x07[red]y[/red]", "green")
    assert sink.getvalue() == "A[2J\n  x]0;title[red]y[/red]\n\n"
