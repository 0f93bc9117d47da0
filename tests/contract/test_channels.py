"""One suite for every channel: customers prove who they are, and the offer always arrives."""

import importlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pytest

from handrail.adapters.channels import CHANNELS
from handrail.adapters.channels.direct import (
    CallbackAnswer,
    CallbackUnansweredError,
    DirectChannel,
)
from handrail.adapters.channels.signing import SharedSecret
from handrail.adapters.channels.web import WebChannel
from handrail.adapters.channels.web_session import SessionTokens
from handrail.application.ports import Address, Channel, Request
from handrail.domain.delivery import (
    Action,
    Delivered,
    Delivery,
    Permanent,
    Retry,
    Speaker,
    Unknown,
    WindowClosed,
)
from handrail.domain.errors import ForgedRequestError, MalformedRequestError
from handrail.domain.message import InboundMessage, Kind
from support.channel_samples import NOW, SECRET, direct_request, outbound, web_request
from support.fakes_web import FakeConnections, FakeMailbox, FakePush


@dataclass
class Case:
    """A channel on the bench, with what the suite needs to know about its other end."""

    channel: Channel
    text: Callable[[str, str], Request]
    """Makes the genuine request of a text message: id, text."""
    action: Callable[[str, str], Request]
    """Makes the genuine request of a pressed button: id, action."""
    forged: Callable[[Request], list[Request]]
    """Makes requests that must not verify of one that does."""
    raw: Callable[[bytes], Request]
    """Makes a genuine request with any body."""
    address: Address
    arrived: Callable[[], list[Any]]
    """Returns what reached the customer's side."""
    break_down: Callable[[], None]
    """Has the customer's side fail from now on."""


class Application:
    def __init__(self, arrived: list[Any]) -> None:
        self.arrived = arrived
        self.broken = False

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> CallbackAnswer:
        assert url
        assert headers
        if self.broken:
            raise CallbackUnansweredError
        self.arrived.append(json.loads(body))
        return CallbackAnswer(200, {}, b"")


class FixedClock:
    def now(self) -> float:
        return NOW


def direct() -> Case:
    arrived: list[Any] = []
    application = Application(arrived)

    def forged(request: Request) -> list[Request]:
        signature = request.headers["handrail-signature"]
        return [
            replace(request, headers={}),
            replace(request, body=request.body + b" "),
            replace(request, path="/v1/channels/direct/other"),
            replace(request, headers={**request.headers, "handrail-signature": "v1=" + "0" * 64}),
            replace(request, headers={**request.headers, "handrail-timestamp": str(int(NOW - 1))}),
            replace(request, headers={**request.headers, "handrail-signature": signature[3:]}),
        ]

    return Case(
        channel=DirectChannel(
            lambda account: SECRET if account == "shop" else None,
            lambda _account: "https://a.example/",
            application,
            FixedClock(),
        ),
        text=lambda i, text: direct_request({"id": i, "customer": "c1", "text": text}),
        action=lambda i, action: direct_request({"id": i, "customer": "c1", "action": action}),
        forged=forged,
        raw=direct_request,
        address=Address("direct", "shop", ("c1",)),
        arrived=lambda: arrived,
        break_down=lambda: setattr(application, "broken", True),
    )


def web() -> Case:
    sessions = SessionTokens(lambda: SharedSecret("s"))
    others = SessionTokens(lambda: SharedSecret("another"))
    mailbox, connections, push = FakeMailbox(), FakeConnections(), FakePush()
    session = sessions.issue(NOW)
    connections.add(session.id, "c1")
    return Case(
        channel=WebChannel(sessions, mailbox, connections, push),
        text=lambda i, text: web_request(session.token, {"id": i, "text": text}),
        action=lambda i, action: web_request(session.token, {"id": i, "action": action}),
        forged=lambda request: [
            replace(request, headers={}),
            replace(request, headers={"authorization": "Bearer x"}),
            replace(request, headers={"authorization": f"Bearer {others.issue(NOW).token}"}),
            replace(request, headers={"authorization": f"Bearer {session.token}x"}),
        ],
        raw=lambda body: web_request(session.token, body),
        address=Address("web", "site", (session.id,)),
        arrived=lambda: [dict(each.content) for each in mailbox.letters(session.id, 0, 100)],
        break_down=lambda: setattr(mailbox, "broken", True),
    )


BENCHES: dict[str, Callable[[], Case]] = {"direct": direct, "web": web}


def test_every_channel_of_the_table_is_on_the_bench() -> None:
    assert set(BENCHES) == set(CHANNELS)


@pytest.fixture(params=sorted(CHANNELS))
def case(request: pytest.FixtureRequest) -> Case:
    return BENCHES[request.param]()


def read(case: Case, request: Request) -> InboundMessage:
    case.channel.verify(request, NOW)
    (message,) = case.channel.to_messages(request, NOW)
    return message


@pytest.mark.parametrize("name", sorted(CHANNELS))
def test_the_table_names_the_class_that_calls_itself_so(name: str) -> None:
    module, _, kind = CHANNELS[name].partition(":")
    assert getattr(importlib.import_module(module), kind).name == name
    assert isinstance(BENCHES[name]().channel, getattr(importlib.import_module(module), kind))


def test_an_ordinary_request_is_no_handshake(case: Case) -> None:
    assert case.channel.handshake(case.text("m1", "hi")) is None


def test_a_genuine_message_becomes_one_that_can_travel(case: Case) -> None:
    message = read(case, case.text("m1", "Where is my order?"))
    assert message.channel == case.channel.name == case.address.channel
    assert message.account == case.address.account
    assert message.sender.ids == case.address.sender_ids
    assert (message.kind, message.text) == (Kind.TEXT, "Where is my order?")
    assert message.received_at == NOW
    assert message.occurred_at <= message.received_at
    assert InboundMessage.from_dict(json.loads(json.dumps(message.to_dict()))) == message


def test_a_repeated_message_has_the_same_id_and_another_a_different_one(case: Case) -> None:
    first = read(case, case.text("m1", "a"))
    assert read(case, case.text("m1", "a")).event_id == first.event_id
    assert read(case, case.text("m2", "a")).event_id != first.event_id


def test_whatever_is_forged_is_refused_before_it_is_read(case: Case) -> None:
    genuine = case.text("m1", "hi")
    case.channel.verify(genuine, NOW)
    forgeries = case.forged(genuine)
    assert len(forgeries) >= 3
    for forged in forgeries:
        with pytest.raises(ForgedRequestError):
            case.channel.verify(forged, NOW)


@pytest.mark.parametrize("action", list(Action))
def test_a_button_comes_back_by_its_id(case: Case, action: Action) -> None:
    message = read(case, case.action("m1", action))
    assert (message.kind, message.action) == (Kind.ACTION, action)


HOSTILE = [
    "",
    "   ",
    "\u0000",
    "x" * 1_000_000,
    "🙂",
    "👩‍👩‍👧‍👦" * 5_000,
    "\u202eevil\u202c",
    "\u2066\u2067" * 100,
    "a\u0301" * 20_000,
    "\ud800",
    "\ufeff\ufffe\uffff",
    '"}],"id":"x',
    "<script>alert(1)</script>",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_refused_clearly_or_can_travel_and_mislead_nobody(
    case: Case, text: str
) -> None:
    request = case.text("m1", text)
    case.channel.verify(request, NOW)
    try:
        (message,) = case.channel.to_messages(request, NOW)
    except MalformedRequestError:
        return
    wire = json.dumps(message.to_dict(), ensure_ascii=False).encode()
    assert len(wire) < 200_000
    for unwanted in "\u0000\u202e\u2066\u2067\ud800":
        assert unwanted not in (message.text or "")
    assert message.text or message.kind is Kind.UNSUPPORTED


@pytest.mark.parametrize(
    "body", [b"", b"\xff\xfe", b"null", b"[]", b"{", b"5", b'{"a":1}', b"[" * 100_000, b"\x00"]
)
def test_a_genuine_request_with_rubbish_in_it_is_refused_clearly(case: Case, body: bytes) -> None:
    request = case.raw(body)
    case.channel.verify(request, NOW)
    with pytest.raises(MalformedRequestError) as refusal:
        case.channel.to_messages(request, NOW)
    assert str(refusal.value)


@pytest.mark.parametrize("speaker", list(Speaker))
def test_a_message_arrives_whole_with_its_way_to_a_person(case: Case, speaker: Speaker) -> None:
    message = outbound(speaker=speaker, text="¿Qué tal? مرحبا 👋")
    assert isinstance(case.channel.send(case.address, message), Delivered)
    (arrived,) = case.arrived()
    assert arrived["text"] == "¿Qué tal? مرحبا 👋"
    assert arrived["speaker"] == speaker
    offered = [action["id"] for action in arrived["actions"]]
    assert Action.PERSON in offered or message.hint in json.dumps(arrived)


def test_a_second_attempt_carries_the_same_identity(case: Case) -> None:
    first = case.channel.send(case.address, outbound())
    again = case.channel.send(case.address, outbound())
    assert first == again
    assert len({json.dumps(message, sort_keys=True) for message in case.arrived()}) == 1


def test_a_customers_side_that_fails_is_an_outcome_and_no_exception(case: Case) -> None:
    case.break_down()
    outcome: Delivery = case.channel.send(case.address, outbound())
    assert isinstance(outcome, Retry | Unknown | Permanent | WindowClosed)
