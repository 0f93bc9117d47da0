"""One suite for every channel: customers prove who they are, and the offer always arrives."""

import importlib
import json

import pytest

from handrail.adapters.channels import CHANNELS
from handrail.application.ports import Request
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
from support.channel_bench import Case
from support.channel_benches import BENCHES
from support.channel_samples import NOW, outbound


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
    module, _, kind = CHANNELS[name].where.partition(":")
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
    if case.action is None:
        pytest.skip("nothing can be pressed here")
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
    if case.any_body_is_one:
        pytest.skip("a form can be read whatever it is")
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
    assert "¿Qué tal? مرحبا 👋" in arrived.text
    assert Action.PERSON in arrived.actions or message.hint in arrived.text


def test_a_second_attempt_carries_the_same_identity(case: Case) -> None:
    first = case.channel.send(case.address, outbound())
    again = case.channel.send(case.address, outbound())
    assert first == again
    assert len({json.dumps(each.whole, sort_keys=True) for each in case.arrived()}) == 1


def test_a_customers_side_that_fails_is_an_outcome_and_no_exception(case: Case) -> None:
    case.break_down()
    outcome: Delivery = case.channel.send(case.address, outbound())
    assert isinstance(outcome, Retry | Unknown | Permanent | WindowClosed)
