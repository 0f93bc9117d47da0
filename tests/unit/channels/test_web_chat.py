"""The web chat's use cases: whose messages they are, and what a connection is told."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handrail.adapters.channels.web_session import SESSION_SECONDS
from handrail.application.ports import Request
from handrail.application.web_chat import FRAME_BYTES_MAX, PAGE_MESSAGES
from handrail.domain.errors import ForgedRequestError, MalformedRequestError, UnavailableError
from handrail.domain.message import Kind
from support.channel_samples import NOW, web_request
from support.web_world import World


@pytest.fixture
def world() -> World:
    return World()


class TestSession:
    def test_a_new_customer_gets_a_session(self, world: World) -> None:
        session = world.chat.start_session(Request("POST", "/v1/web/session"), NOW)
        assert world.sessions.read(session.token, NOW).id == session.id

    def test_a_known_customer_keeps_the_session_with_a_fresh_token(self, world: World) -> None:
        renewed = world.chat.start_session(web_request(world.token), NOW + 10)
        assert renewed.id == world.session.id
        assert renewed.expires_at == world.session.expires_at + 10

    @pytest.mark.parametrize("later", [SESSION_SECONDS, SESSION_SECONDS * 3])
    def test_an_ended_session_is_not_quietly_replaced(self, world: World, later: float) -> None:
        with pytest.raises(ForgedRequestError):
            world.chat.start_session(web_request(world.token), NOW + later)


class TestPost:
    def test_a_message_is_acknowledged_once_it_is_accepted(self, world: World) -> None:
        answer = world.chat.post_message(web_request(world.token, {"id": "m", "text": "hi"}), NOW)
        assert answer == "m"
        assert [(m.text, m.kind) for m in world.accepted] == [("hi", Kind.TEXT)]

    def test_what_could_not_be_stored_is_not_acknowledged(self, world: World) -> None:
        world.refusing = True
        with pytest.raises(UnavailableError):
            world.chat.post_message(web_request(world.token, {"id": "m", "text": "hi"}), NOW)

    def test_nobody_writes_without_a_session(self, world: World) -> None:
        with pytest.raises(ForgedRequestError):
            world.chat.post_message(web_request("v1.x.y", {"id": "m", "text": "hi"}), NOW)
        assert world.accepted == []


class TestRead:
    def test_a_session_reads_its_own_mailbox_only(self, world: World) -> None:
        world.put(1, 2)
        other = world.sessions.issue(NOW)
        world.put(1, text="not yours", session=other.id)
        reading = world.chat.read_messages(web_request(world.token, after="1"), NOW)
        assert [entry.content for entry in reading.letters] == [{"sequence": 2, "text": "x"}]
        assert not reading.more

    def test_a_long_mailbox_is_read_page_by_page(self, world: World) -> None:
        world.put(*range(1, PAGE_MESSAGES + 2))
        first = world.chat.read_messages(web_request(world.token), NOW)
        assert (len(first.letters), first.more) == (PAGE_MESSAGES, True)
        last = first.letters[-1].sequence
        rest = world.chat.read_messages(web_request(world.token, after=str(last)), NOW)
        assert ([entry.sequence for entry in rest.letters], rest.more) == ([101], False)

    @pytest.mark.parametrize("after", ["", "-1", "1.5", "x", "٣", "9" * 17, " 1"])
    def test_a_place_that_is_none_is_refused(self, world: World, after: str) -> None:
        with pytest.raises(MalformedRequestError):
            world.chat.read_messages(web_request(world.token, after=after), NOW)


class TestConnection:
    def test_hello_binds_the_connection_and_brings_what_was_missed(self, world: World) -> None:
        world.put(1, 2, 3)
        (answer,) = world.frame({"type": "hello", "token": world.token, "after": 1})
        assert answer["after"] == 1
        assert [message["sequence"] for message in answer["messages"]] == [2, 3]
        assert list(world.connections.open_for(world.session.id)) == ["c1"]

    def test_ping_is_answered_even_if_there_is_nothing(self, world: World) -> None:
        answers = world.frame({"type": "ping", "token": world.token, "after": 0})
        assert answers == [{"type": "messages", "messages": [], "after": 0}]
        assert list(world.connections.open_for(world.session.id)) == []

    def test_much_comes_in_frames_that_follow_each_other(self, world: World) -> None:
        world.put(1, 2, 3, 4, 5, text="é" * (FRAME_BYTES_MAX // 15))
        answers = world.frame({"type": "hello", "token": world.token, "after": 0})
        assert len(answers) == 3
        assert [answer["after"] for answer in answers] == [0, 2, 4]
        sequences = [m["sequence"] for answer in answers for m in answer["messages"]]
        assert sequences == [1, 2, 3, 4, 5]
        assert max(len(json.dumps(answer)) for answer in answers) < 32_768

    def test_a_message_over_the_connection_is_accepted_like_any_other(self, world: World) -> None:
        frame = {"type": "message", "token": world.token, "id": "m", "action": "person:v1"}
        assert world.frame(frame) == [{"type": "accepted", "id": "m"}]
        (message,) = world.accepted
        assert (message.action, message.sender.ids) == ("person:v1", (world.session.id,))

    @pytest.mark.parametrize("kind", ["hello", "ping", "message"])
    def test_a_connection_proves_nothing_by_itself(self, world: World, kind: str) -> None:
        world.frame({"type": "hello", "token": world.token, "after": 0})
        world.put(1, text="a secret")
        for token in ("", None, "v1.a.b", 5, {"s": world.session.id}):
            frame = {"type": kind, "token": token, "id": "m", "text": "hi", "after": 0}
            (answer,) = world.frame(frame)
            assert answer["error"] == "session"
            assert answer["id"] == "m"
        assert world.accepted == []

    @pytest.mark.parametrize(
        "data",
        [
            "",
            "{",
            "[]",
            "5",
            "null",
            "[" * 50_000,
            {},
            {"type": "shout"},
            {"type": None},
            {"type": {}},
        ],
    )
    def test_a_frame_that_is_none_is_answered(self, world: World, data: object) -> None:
        (answer,) = world.frame(data)
        assert (answer["type"], answer["error"]) == ("refused", "malformed")

    def test_a_message_that_could_not_be_stored_is_refused_by_its_id(self, world: World) -> None:
        world.refusing = True
        frame = {"type": "message", "token": world.token, "id": "m", "text": "hi"}
        (answer,) = world.frame(frame)
        assert (answer["error"], answer["id"]) == ("unavailable", "m")
        assert "queue" not in answer["message"]

    def test_a_connection_that_is_gone_is_forgotten(self, world: World) -> None:
        world.push.gone.add("c1")
        assert world.frame({"type": "hello", "token": world.token, "after": 0}) == []
        assert list(world.connections.open_for(world.session.id)) == []

    def test_disconnecting_forgets_and_never_fails(self, world: World) -> None:
        world.frame({"type": "hello", "token": world.token, "after": 0})
        world.chat.disconnect("c1")
        assert list(world.connections.open_for(world.session.id)) == []
        world.connections.broken = True
        world.chat.disconnect("c1")

    def test_when_nothing_can_be_said_nothing_is(self, world: World) -> None:
        world.push.broken = True
        assert world.frame({"type": "hello", "token": world.token, "after": 0}) == []

    @given(
        st.fixed_dictionaries(
            {"type": st.sampled_from(["hello", "ping", "message", "x"])},
            optional={
                "token": st.none() | st.text("v1.a\ud800", max_size=8),
                "after": st.none() | st.integers() | st.text("0-9.", max_size=4) | st.booleans(),
                "id": st.none() | st.integers() | st.text("a \ud800", max_size=3),
            },
        ),
        st.booleans(),
    )
    def test_whatever_a_frame_holds_there_is_one_answer(
        self, frame: dict[str, Any], genuine: bool
    ) -> None:
        world = World()
        answers = world.frame(frame | ({"token": world.token} if genuine else {}))
        assert len(answers) == 1
