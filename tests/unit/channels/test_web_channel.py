"""The web channel: in by a session's token, out through its mailbox."""

import json

import pytest

from handrail.adapters.channels.signing import SharedSecret
from handrail.adapters.channels.web import WebChannel
from handrail.adapters.channels.web_session import SessionTokens
from handrail.application.conduct import SHOWS_TYPING
from handrail.application.ports import Request, Typing
from handrail.application.web_ports import Letter, Session
from handrail.domain.delivery import Delivered, Unknown
from handrail.domain.errors import ForgedRequestError, MalformedRequestError
from handrail.domain.message import InboundMessage, Kind
from support.channel_samples import NOW, address, outbound, web_request
from support.fakes_web import FakeConnections, FakeMailbox, FakePush


class World:
    """A web channel with everything around it in memory."""

    def __init__(self) -> None:
        self.sessions = SessionTokens(lambda: SharedSecret("the session secret"))
        self.mailbox = FakeMailbox()
        self.connections = FakeConnections()
        self.push = FakePush()
        self.channel = WebChannel(self.sessions, self.mailbox, self.connections, self.push)
        self.session: Session = self.sessions.issue(NOW)

    def read(self, body: object) -> InboundMessage:
        (message,) = self.channel.to_messages(web_request(self.session.token, body), NOW)
        return message


@pytest.fixture
def world() -> World:
    return World()


def test_a_message_belongs_to_the_session_of_its_token(world: World) -> None:
    message = world.read(
        {"id": "m-1", "text": "hallo", "language": "de-AT", "time_zone": "Europe/Vienna"}
    )
    assert message.sender.ids == (world.session.id,)
    assert message.event_id == f"{world.session.id}.m-1"
    assert (message.sender.locale, message.sender.time_zone) == ("de-AT", "Europe/Vienna")
    assert (message.kind, message.text, message.position) == (Kind.TEXT, "hallo", int(NOW * 1000))


def test_two_sessions_may_use_the_same_message_id(world: World) -> None:
    first = world.read({"id": "m-1", "text": "a"})
    world.session = world.sessions.issue(NOW)
    assert world.read({"id": "m-1", "text": "b"}).event_id != first.event_id


def test_a_button_is_an_action_by_its_id(world: World) -> None:
    message = world.read({"id": "m-1", "action": "person:v1", "text": "Talk to a person"})
    assert (message.kind, message.action) == (Kind.ACTION, "person:v1")


def test_a_language_chosen_by_hand_is_told_apart_from_the_browsers(world: World) -> None:
    assert world.read({"id": "1", "text": "a", "language": "sw"}).details == {}
    chosen = world.read({"id": "1", "text": "a", "language": "sw", "language_chosen": True})
    assert chosen.details == {"language_chosen": "sw"}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff",
        b"[]",
        {},
        {"id": "1"},
        {"text": "no id"},
        {"id": "a.b", "text": "x"},
        {"id": 5, "text": "x"},
        {"id": "x" * 65, "text": "x"},
        {"id": "1", "text": ""},
        {"id": "1", "text": " \u0000 "},
        {"id": "1", "text": 5},
        {"id": "1", "action": 5},
        {"id": "1", "action": "<script>"},
    ],
)
def test_what_the_page_would_not_send_is_refused_with_a_reason(world: World, body: object) -> None:
    with pytest.raises(MalformedRequestError):
        world.read(body)


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer  ", "Basic abc", "Bearer v1.a.b"])
def test_without_a_session_there_is_nothing_to_read(world: World, header: str | None) -> None:
    headers = {} if header is None else {"authorization": header}
    request = Request("POST", "/v1/web/messages", headers, body=b'{"id":"1","text":"x"}')
    with pytest.raises(ForgedRequestError):
        world.channel.verify(request, NOW)
    with pytest.raises(ForgedRequestError):
        world.channel.to_messages(request, NOW)


def test_long_text_is_cut_and_said_so(world: World) -> None:
    assert world.read({"id": "1", "text": "y" * 20_000}).details == {"original_chars": "20000"}


def test_a_message_in_the_mailbox_is_delivered_and_pushed(world: World) -> None:
    world.connections.add("session-1", "connection-1")
    world.connections.add("session-2", "connection-2")
    delivery = world.channel.send(address("web", "session-1"), outbound())
    assert delivery == Delivered(("session-1.7",))
    (letter,) = world.mailbox.letters("session-1", 0, 10)
    assert letter.sequence == 7
    assert letter.content["actions"] == [{"id": "person:v1", "label": "Talk to a person"}]
    ((connection, data),) = world.push.pushed
    assert connection == "connection-1"
    assert json.loads(data) == {"type": "messages", "messages": [dict(letter.content)]}


def test_sending_again_changes_nothing(world: World) -> None:
    world.channel.send(address("web", "s"), outbound())
    world.channel.send(address("web", "s"), outbound())
    assert len(world.mailbox.letters("s", 0, 10)) == 1


def test_a_connection_that_is_gone_is_forgotten(world: World) -> None:
    world.connections.add("s", "c1")
    world.connections.add("s", "c2")
    world.push.gone.add("c1")
    assert isinstance(world.channel.send(address("web", "s"), outbound()), Delivered)
    assert list(world.connections.open_for("s")) == ["c2"]


def test_pushing_is_a_favour_only(world: World) -> None:
    world.connections.add("s", "c1")
    world.push.broken = True
    assert isinstance(world.channel.send(address("web", "s"), outbound()), Delivered)
    world.connections.broken = True
    assert isinstance(world.channel.send(address("web", "s"), outbound(sequence=8)), Delivered)
    assert len(world.mailbox.letters("s", 0, 10)) == 2


def test_that_somebody_writes_is_pushed_and_kept_nowhere(world: World) -> None:
    assert isinstance(world.channel, Typing)
    assert world.channel.name in SHOWS_TYPING
    world.connections.add("s", "c1")
    world.connections.add("another", "c2")
    world.channel.typing(address("web", "s"), "s.1")
    assert world.push.pushed == [("c1", '{"type": "typing", "speaker": "bot"}')]
    assert world.mailbox.letters("s", 0, 10) == []
    world.push.broken = True
    world.channel.typing(address("web", "s"), "s.1")


def test_a_mailbox_that_fails_leaves_it_unknown_and_nothing_is_pushed(world: World) -> None:
    world.connections.add("s", "c1")
    world.mailbox.broken = True
    assert world.channel.send(address("web", "s"), outbound()) == Unknown()
    assert world.push.pushed == []


def test_a_customer_of_several_sessions_finds_it_in_each(world: World) -> None:
    world.channel.send(address("web", "s1", "s2"), outbound())
    assert [len(world.mailbox.letters(s, 0, 10)) for s in ("s1", "s2")] == [1, 1]


def test_letters_keep_their_order(world: World) -> None:
    for sequence in (10, 9, 100):
        world.mailbox.put("s", Letter(sequence, {"sequence": sequence}))
    assert [letter.sequence for letter in world.mailbox.letters("s", 9, 10)] == [10, 100]


def test_an_agent_who_writes_is_told_apart(world: World) -> None:
    world.connections.add("s", "c1")
    world.channel.agent_types(address("web", "s"))
    assert world.push.pushed == [("c1", '{"type": "typing", "speaker": "agent"}')]
