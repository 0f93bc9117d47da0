"""The reference consumer against the real desk: what is shown is seen, nobody is lost."""

import io
import json
import os
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from handrail.application.desk_api import DeskApi
from handrail.application.ports import Address, Piece, Redacted, Request
from handrail.domain.conversation import Holder
from handrail.domain.media import File
from handrail.domain.message import Kind
from handrail_ops.agent.client import DeskClient, DeskRefusedError, DeskUnavailableError
from handrail_ops.agent.command import Workplace, describe
from handrail_ops.agent.console import AgentConsole, Chat
from handrail_ops.agent.requests import Requests, Waiting
from handrail_ops.agent.target import LOCAL_NOTE, TargetError, find_target, noted
from handrail_ops.chat.terminal import Terminal
from handrail_ops.replay.http import NO_ANSWER, Answer
from support.aws import Aws
from support.world import Plain, World

NEVER = 1_000.0
SOON = 0.01


class Desk:
    """The real desk API without the network; `down` and `deaf_to` have it answer nothing."""

    def __init__(self, world: World) -> None:
        self.serve(world)
        self.down = False
        self.deaf_to = ""
        self.posted: list[tuple[str, dict[str, Any]]] = []

    def serve(self, world: World) -> None:
        self._api = DeskApi(world.desk)

    def post(self, path: str, fields: Mapping[str, Any]) -> Answer:
        self.posted.append((path.rpartition("/")[2], dict(fields)))
        return self._answer(Request("POST", path, body=json.dumps(fields).encode()))

    def get(self, path: str) -> Answer:
        return self._answer(Request("GET", path))

    def _answer(self, request: Request) -> Answer:
        if self.down or request.path.endswith(self.deaf_to or "?"):
            return Answer(NO_ANSWER, {})
        response = self._api.respond(request)
        return Answer(response.status, json.loads(response.body))


class Shelf:
    """A file in memory."""

    def fetch(self, _address: Address, _file: File, start: int, most: int) -> Piece:
        return Piece(b"abc"[start : start + most], 3)


class Screen:
    """Remembers what was shown, and lets a test wait for it."""

    def __init__(self) -> None:
        self.shown: list[str] = []
        self.told: list[str] = []
        self.broken = False
        self.typed = ""
        self._news = threading.Condition()

    def lines(self, lines: Sequence[Mapping[str, Any]]) -> None:
        if self.broken:
            message = "the screen is broken"
            raise OSError(message)
        with self._news:
            self.shown += [str(line["text"]) for line in lines]
            self._news.notify_all()

    def nudged(self) -> None:
        self._tell("nudged")

    def reach(self, message: str) -> None:
        self._tell(f"reach: {message}")

    def draft(self) -> str:
        return self.typed

    def trouble(self, message: str) -> None:
        self._tell(f"trouble: {message}")

    def lost(self, message: str) -> None:
        self._tell(f"lost: {message}")

    def _tell(self, what: str) -> None:
        with self._news:
            self.told.append(what)
            self._news.notify_all()

    def wait_for(self, condition: Callable[[], bool]) -> None:
        with self._news:
            assert self._news.wait_for(condition, timeout=5)


@pytest.fixture
def redacting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have card numbers taken out; it must come before the world it concerns."""

    def redact(_self: Plain, text: str, _region: str | None = None) -> Redacted:
        return Redacted(text.replace("4111", "[card-1]"), {"[card-1]": "4111"})

    monkeypatch.setattr(Plain, "redact", redact)


@pytest.fixture
def world(request: pytest.FixtureRequest) -> World:
    secretive = "redacting" in request.fixturenames
    if secretive:
        request.getfixturevalue("redacting")
    made = World()
    made.say("Where is my refund to 4111?" if secretive else "Where is my refund?")
    made.ask_person()
    return made


@pytest.fixture
def desk(world: World) -> Desk:
    return Desk(world)


@pytest.fixture
def screen() -> Screen:
    return Screen()


@pytest.fixture
def chat(world: World, desk: Desk, screen: Screen) -> Iterator[Chat]:
    client = DeskClient(desk, "ana")
    made = Chat(client, client.claim(world.escalation, "Ana"), screen, NEVER)
    yield made
    made.leave()


class TestChat:
    def test_the_transcript_is_shown_and_then_seen(
        self, world: World, chat: Chat, screen: Screen
    ) -> None:
        assert world.now.held_lease.seen == 0
        chat.start()
        assert "Where is my refund?" in screen.shown
        assert world.now.held_lease.seen == world.now.entries

    def test_what_could_not_be_shown_is_not_seen(
        self, world: World, chat: Chat, screen: Screen
    ) -> None:
        screen.broken = True
        with pytest.raises(OSError, match="broken"):
            chat.start()
        assert world.now.held_lease.seen == 0

    def test_one_more_thing_is_read_before_the_chat_can_be_resolved(
        self, world: World, chat: Chat, screen: Screen
    ) -> None:
        chat.start()
        chat.say("It is on its way.")
        world.say("one more thing")
        with pytest.raises(DeskRefusedError) as refusal:
            chat.resolve()
        assert refusal.value.code == "unseen"
        assert not chat.over
        chat.catch_up()
        assert screen.shown[-1] == "one more thing"
        chat.resolve()
        assert chat.over
        assert world.now.holder is Holder.CLOSED

    def test_news_are_shown_once_as_they_come(
        self, world: World, desk: Desk, screen: Screen
    ) -> None:
        client = DeskClient(desk, "ana")
        chat = Chat(client, client.claim(world.escalation), screen, SOON)
        chat.start()
        world.say("are you there?")
        screen.wait_for(lambda: "are you there?" in screen.shown)
        chat.catch_up()
        chat.leave()
        assert screen.shown.count("are you there?") == 1
        assert world.now.held_lease.seen == world.now.entries

    def test_the_customer_sees_that_the_agent_is_writing_and_not_too_often(
        self, world: World, desk: Desk, screen: Screen
    ) -> None:
        now = [0.0]
        client = DeskClient(desk, "ana")
        chat = Chat(client, client.claim(world.escalation), screen, NEVER, lambda: now[0])
        for at, typed, times in (
            (10, "", 0),
            (13, "Yo", 1),
            (16, "Your par", 1),
            (24, "Your parcel", 2),
            (90, "Your parcel", 2),
            (93, "Your parcel is", 3),
            (120, " ", 3),
        ):
            now[0], screen.typed = float(at), typed
            chat.catch_up()
            assert [action for action, _ in desk.posted].count("typing") == times, at

    def test_that_it_cannot_be_told_costs_nothing(
        self, desk: Desk, chat: Chat, screen: Screen
    ) -> None:
        desk.deaf_to, screen.typed = "/typing", "Your par"
        chat.catch_up()
        assert desk.posted[-1][0] == "typing"
        assert not chat.over

    def test_what_was_shown_is_not_shown_again_when_seen_got_lost(
        self, world: World, desk: Desk, chat: Chat, screen: Screen
    ) -> None:
        chat.start()
        world.say("one more thing")
        desk.deaf_to = "/seen"
        with pytest.raises(DeskUnavailableError):
            chat.catch_up()
        assert world.now.held_lease.seen < world.now.entries
        desk.deaf_to = ""
        chat.catch_up()
        assert world.now.held_lease.seen == world.now.entries
        assert screen.shown.count("one more thing") == 1

    def test_a_message_tried_twice_is_sent_once(self, world: World, chat: Chat) -> None:
        chat.start()
        assert chat.say("Hello", message_id="m1") == "Hello"
        assert chat.say("Hello", message_id="m1") == "Hello"
        world.deliver()
        assert [m.text for m in world.wire.got].count("Hello") == 1

    def test_whoever_lost_the_customer_hears_it_and_says_nothing_more(
        self, world: World, chat: Chat
    ) -> None:
        chat.start()
        world.later(world.promises.lease_seconds + 1)
        with pytest.raises(DeskRefusedError) as refusal:
            chat.say("Sorry, I was away.")
        assert refusal.value.code == "fenced"
        assert chat.over

    def test_the_loss_is_noticed_without_a_word(
        self, world: World, desk: Desk, screen: Screen
    ) -> None:
        client = DeskClient(desk, "ana")
        chat = Chat(client, client.claim(world.escalation), screen, SOON)
        world.later(world.promises.lease_seconds + 1)
        with pytest.raises(DeskRefusedError):
            chat.start()
        chat.leave()

        claimed = client.claim(world.escalation)
        again = Chat(client, claimed, screen, SOON)
        again.start()
        world.later(world.promises.lease_seconds + 1)
        screen.wait_for(lambda: any(told.startswith("lost") for told in screen.told))
        assert again.over
        again.leave()

    def test_a_desk_that_is_down_is_said_once_and_waited_for(
        self, world: World, desk: Desk, screen: Screen
    ) -> None:
        client = DeskClient(desk, "ana")
        chat = Chat(client, client.claim(world.escalation), screen, SOON)
        chat.start()
        desk.down = True
        screen.wait_for(lambda: bool(screen.told))
        beats = len(desk.posted)
        threading.Event().wait(SOON * 5)
        assert len(desk.posted) > beats
        assert len(screen.told) == 1
        desk.down = False
        world.say("still here")
        screen.wait_for(lambda: "still here" in screen.shown)
        chat.leave()

    @pytest.mark.usefixtures("redacting")
    def test_the_original_is_shown_to_whoever_holds_and_says_why(self, chat: Chat) -> None:
        chat.start()
        line = next(line for line in chat.transcript if "event_id" in line)
        assert line["text"] == "Where is my refund to [card-1]?"
        revealed = chat.reveal(str(line["event_id"]), "to find the order")
        assert revealed == "Where is my refund to 4111?"
        with pytest.raises(DeskRefusedError):
            chat.reveal(str(line["event_id"]), " ")

    def test_a_failed_translation_is_the_agents_choice(self, chat: Chat) -> None:
        chat.start()
        with pytest.raises(DeskRefusedError) as refusal:
            chat.say("Guten Tag", language="de")
        assert refusal.value.code == "translation_failed"
        assert chat.say("Guten Tag", untranslated=True).endswith("Guten Tag")

    def test_handing_back_leaves_the_customer_with_the_bot(self, world: World, chat: Chat) -> None:
        chat.start()
        chat.say("Our assistant can help with the rest.")
        chat.hand_back()
        assert world.now.holder is Holder.BOT


@pytest.fixture
def requests(aws: Aws) -> Requests:
    return Requests(aws.sqs, aws.queue(), hold_every_seconds=SOON)


def push(requests: Requests, world: World | None, body: str | None = None) -> None:
    if body is None:
        assert world is not None
        message = world.ask_agents.message(world.now, world.now.open_escalation)
        body = json.dumps(message)
    requests._sqs.send_message(QueueUrl=requests._queue_url, MessageBody=body)


def left(requests: Requests) -> int:
    answer = requests._sqs.get_queue_attributes(
        QueueUrl=requests._queue_url,
        AttributeNames=[
            "ApproximateNumberOfMessages",
            "ApproximateNumberOfMessagesNotVisible",
        ],
    )
    return sum(map(int, answer["Attributes"].values()))


def taken(requests: Requests) -> Waiting:
    waiting = requests.take(wait_seconds=0)
    assert waiting is not None
    return waiting


class TestRequests:
    def test_a_request_is_taken_with_everything_it_says(
        self, world: World, requests: Requests
    ) -> None:
        push(requests, world)
        waiting = taken(requests)
        assert waiting.escalation == world.escalation
        told = describe(waiting.content)
        assert world.now.open_escalation.reference in told
        assert "Where is my refund?" in told
        assert requests.take(wait_seconds=0) is None

    def test_a_synthetic_customer_is_shown_to_nobody(
        self, world: World, requests: Requests
    ) -> None:
        message = dict(world.ask_agents.message(world.now, world.now.open_escalation))
        push(requests, None, json.dumps({**message, "synthetic": True}))
        assert requests.take(wait_seconds=0) is None
        assert left(requests) == 0

    @pytest.mark.parametrize("said", [False, None, 1, "true", "yes"])
    def test_who_is_not_said_to_be_synthetic_is_real(
        self, world: World, requests: Requests, said: object
    ) -> None:
        message = dict(world.ask_agents.message(world.now, world.now.open_escalation))
        push(requests, None, json.dumps({**message, "synthetic": said}))
        assert taken(requests).escalation == world.escalation

    def test_a_request_put_back_is_there_for_the_next(
        self, world: World, requests: Requests
    ) -> None:
        push(requests, world)
        requests.put_back(taken(requests))
        assert taken(requests).escalation == world.escalation

    def test_a_request_being_decided_on_is_held(
        self, world: World, requests: Requests, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        push(requests, world)
        waiting = taken(requests)
        held = threading.Event()
        monkeypatch.setattr(requests, "_hide", lambda _waiting, _seconds: held.set())
        with requests.held(waiting):
            assert held.wait(5)

    @pytest.mark.parametrize("body", ["", "{", "[]", "null", '{"version": "1"}'])
    def test_a_message_of_nobody_is_left_for_the_dead_letter_queue(
        self, requests: Requests, body: str
    ) -> None:
        push(requests, None, body or " ")
        assert requests.take(wait_seconds=0) is None
        assert left(requests) == 1

    def test_a_queue_that_does_not_answer_is_said(self, aws: Aws) -> None:
        with pytest.raises(DeskUnavailableError, match="agents queue"):
            Requests(aws.sqs, "https://sqs.eu-west-1.amazonaws.com/1/none").take(0)


class TestConsole:
    def test_a_claim_takes_the_message_out_of_the_queue(
        self, world: World, desk: Desk, requests: Requests, screen: Screen
    ) -> None:
        push(requests, world)
        chat = AgentConsole(DeskClient(desk, "ana"), requests).claim(taken(requests), screen)
        assert chat is not None
        assert world.now.holder is Holder.AGENT
        assert left(requests) == 0

    def test_the_second_agent_gets_nothing_and_the_message_goes_too(
        self, world: World, desk: Desk, requests: Requests, screen: Screen
    ) -> None:
        push(requests, world)
        push(requests, world)
        first, second = taken(requests), taken(requests)
        assert AgentConsole(DeskClient(desk, "ana"), requests).claim(first, screen) is not None
        assert AgentConsole(DeskClient(desk, "ben"), requests).claim(second, screen) is None
        assert left(requests) == 0

    def test_while_the_desk_is_down_the_request_stays_in_the_queue(
        self, world: World, desk: Desk, requests: Requests, screen: Screen
    ) -> None:
        push(requests, world)
        desk.down = True
        with pytest.raises(DeskUnavailableError):
            AgentConsole(DeskClient(desk, "ana"), requests).claim(taken(requests), screen)
        assert left(requests) == 1


class Typed(io.StringIO):
    """What an agent types; before a line, something may happen elsewhere."""

    def __init__(self, lines: str, before: Mapping[str, Callable[[], object]]) -> None:
        super().__init__(lines)
        self._before = dict(before)

    def readline(self, size: int | None = -1, /) -> str:  # type: ignore[override]
        line = super().readline(-1 if size is None else size)
        self._before.pop(line.strip(), lambda: None)()
        return line


def at_work(
    desk: Desk,
    requests: Requests,
    typed: str,
    language: str | None = None,
    before: Mapping[str, Callable[[], object]] | None = None,
    folder: Path = Path(),
) -> str:
    """Return what an agent sees who types this."""
    sink = io.StringIO()
    console = AgentConsole(DeskClient(desk, "ana"), requests, "Ana", NEVER)
    terminal = Terminal(Typed(typed, before or {}), sink)
    Workplace(console, terminal, language, folder).work(once=True)
    return sink.getvalue()


class TestTerminal:
    def test_a_customer_is_taken_answered_and_resolved(
        self, world: World, desk: Desk, requests: Requests
    ) -> None:
        push(requests, world)
        seen = at_work(desk, requests, "y\nIt is on its way.\n/resolve\n")
        world.deliver()
        assert "customer #1" in seen
        assert "Where is my refund?" in seen
        assert "Resolved." in seen
        assert world.now.holder is Holder.CLOSED
        assert "It is on its way." in [m.text for m in world.wire.got]

    def test_a_customer_not_taken_stays_in_the_queue(
        self, world: World, desk: Desk, requests: Requests
    ) -> None:
        push(requests, world)
        at_work(desk, requests, "n\n")
        assert taken(requests).escalation == world.escalation
        assert world.now.holder is Holder.WAITING

    def test_what_is_refused_is_said_and_can_be_mended(
        self, world: World, desk: Desk, requests: Requests
    ) -> None:
        push(requests, world)
        seen = at_work(desk, requests, "\n/resolve\n/nonsense\n/back\nHello\n/back\n")
        assert seen.count("write a message first") == 2
        assert "/reveal N REASON" in seen
        assert "The assistant answers again." in seen
        assert world.now.holder is Holder.BOT

    def test_one_more_thing_is_shown_instead_of_closing_over_it(
        self, world: World, desk: Desk, requests: Requests
    ) -> None:
        push(requests, world)
        one_more = {"/resolve": lambda: world.say("one more thing")}
        seen = at_work(desk, requests, "y\nHello\n/resolve\n/back\n", before=one_more)
        assert seen.index("read it first") < seen.index("one more thing")
        assert "The assistant answers again." in seen

    def test_the_original_is_asked_for_by_number(
        self, world: World, desk: Desk, requests: Requests
    ) -> None:
        push(requests, world)
        seen = at_work(desk, requests, "y\n/reveal 1\n/reveal 9 why\n/reveal 1 to find it\n")
        assert seen.count("Say which message, and why") == 2
        assert "Nothing was taken out of it" in seen

    @pytest.mark.usefixtures("redacting")
    def test_the_original_is_shown_only_when_it_is_asked_for(
        self, world: World, desk: Desk, requests: Requests
    ) -> None:
        push(requests, world)
        seen = at_work(desk, requests, "y\n/reveal 1 to find it\n")
        assert seen.index("refund to [card-1]?") < seen.index("#1, as it was written")
        assert seen.count("4111") == 1

    def test_files_are_shown_and_kept_when_the_agent_says_so(
        self, world: World, desk: Desk, requests: Requests, tmp_path: Path
    ) -> None:
        push(requests, world)
        world.desk = replace(world.desk, files=Shelf())
        desk.serve(world)
        for name in ("photo.jpg", "photo.exe"):
            sent = {"media": "image", "media_type": "image/jpeg", "media_id": "7"}
            details = {**sent, "media_name": name, "media_bytes": "3"}
            world.take(world.message(None, kind=Kind.MEDIA, details=details))
        typed = "y\n/save\n/save 1\n/save 4\n/save 3\n"
        seen = at_work(desk, requests, typed, folder=tmp_path)
        assert "[image, image/jpeg, 3 bytes: /save 3 keeps it]" in seen
        assert "not to be opened, refused]" in seen
        assert seen.count("Say which message's files") == 3
        assert (tmp_path / "photo.jpg").read_bytes() == b"abc"
        assert len(list(tmp_path.iterdir())) == 1

    def test_an_agent_is_told_when_the_customer_says_stop(
        self, world: World, desk: Desk, requests: Requests
    ) -> None:
        push(requests, world)
        world.say("STOP")
        assert "told us to stop" in at_work(desk, requests, "y\n")

    def test_untranslated_only_when_the_agent_says_so(
        self, world: World, desk: Desk, requests: Requests
    ) -> None:
        push(requests, world)
        seen = at_work(desk, requests, "y\nGuten Tag\nn\nGuten Morgen\ny\n", language="de")
        assert "Not sent." in seen
        world.deliver()
        got = [m.text for m in world.wire.got]
        assert not [text for text in got if "Guten Tag" in text]
        assert [text for text in got if text.endswith("Guten Morgen")]

    def test_what_is_typed_to_the_customer_is_a_draft_and_nothing_else(
        self, monkeypatch: pytest.MonkeyPatch, desk: Desk, tmp_path: Path
    ) -> None:
        on_the_line, drafts = [""], []
        terminal = Terminal(io.StringIO(), io.StringIO(), prompt="agent> ")
        terminal.interactive = True
        console = AgentConsole(DeskClient(desk, "ana"), cast("Requests", None))
        place = Workplace(console, terminal, None, tmp_path)

        def typing(_prompt: str) -> str:
            drafts.append(place.draft())
            return ""

        monkeypatch.setattr("builtins.input", typing)
        monkeypatch.setattr("handrail_ops.chat.terminal._typed", lambda: on_the_line[0])
        for typed, prompt in (("Hel", None), (" /reveal 3", None), ("y", "Take them? ")):
            on_the_line[0] = typed
            terminal.read(prompt)
        assert [*drafts, place.draft()] == ["Hel", "", "", ""]


class TestTarget:
    def test_a_local_stack_leaves_a_note_while_it_runs(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        below = tmp_path / "a" / "b"
        below.mkdir(parents=True)
        monkeypatch.chdir(below)
        settings = {"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "y", "AWS_REGION": "z-1"}
        with noted("http://127.0.0.1:1", "http://q", settings | {"PATH": "/"}, tmp_path) as path:
            assert path.stat().st_mode & 0o777 == 0o600
            target = find_target()
            assert (target.url, target.queue_url) == ("http://127.0.0.1:1", "http://q")
            assert dict(target.environment) == settings
            assert target.http() is not None
        with pytest.raises(TargetError, match="make run"):
            find_target()

    def test_the_note_of_a_stack_that_was_killed_misleads_nobody(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        child = os.fork()
        if not child:
            os._exit(0)
        os.waitpid(child, 0)
        with noted("http://127.0.0.1:1", "http://q", {}, tmp_path):
            note = tmp_path / LOCAL_NOTE
            note.write_text(json.dumps(json.loads(note.read_text()) | {"process": child}))
            with pytest.raises(TargetError):
                find_target()

    def test_both_addresses_by_hand_are_enough(self) -> None:
        target = find_target(url="https://api.example.com", queue_url="https://q")
        assert (target.url, target.queue_url) == ("https://api.example.com", "https://q")
