"""Whatever a signed body holds: no crash, nothing dropped, nothing that cannot travel."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handrail.adapters.channels import CHANNELS
from handrail.domain.errors import ForgedRequestError, MalformedRequestError
from handrail.domain.message import InboundMessage, Kind
from handrail_ops.channels.fuzz import WORDS
from support.channel_bench import Case
from support.channel_benches import BENCHES
from support.channel_samples import NOW, outbound
from support.line_bench import line_event, line_webhook
from support.meta_bench import messaging_event, messaging_webhook, whatsapp_webhook
from support.slack_bench import slack_event
from support.telegram_bench import message as telegram_message
from support.viber_bench import viber_event

MESSENGERS = sorted(name for name, entry in CHANNELS.items() if entry.is_messenger)
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=40),
    st.sampled_from(["\u202e", "\x00", "text", "messages", "1799999990", "image", "https://a"]),
)
JSON = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=12), inner, max_size=5)
    ),
    max_leaves=20,
)
RELAXED = settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])


def travels(message: InboundMessage) -> None:
    """Hold one message against what the queue and the table take."""
    wire = json.dumps(message.to_dict(), ensure_ascii=False)
    assert InboundMessage.from_dict(json.loads(wire)) == message
    for unwanted in "\x00\u202e\ufffe":
        assert unwanted not in (message.text or "")
        assert not any(unwanted in value for value in message.details.values())
    assert message.event_id
    assert message.occurred_at <= message.received_at
    assert not message.is_news or message.sender.ids


def read(case: Case, body: object) -> list[InboundMessage]:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    request = case.raw(raw)
    case.channel.verify(request, NOW)
    try:
        found = list(case.channel.to_messages(request, NOW))
    except MalformedRequestError:
        return []
    for message in found:
        travels(message)
    return found


@pytest.mark.parametrize("name", MESSENGERS)
class TestAnything:
    @given(body=st.one_of(JSON, st.binary(max_size=200)))
    @RELAXED
    def test_any_body_is_read_or_refused(self, name: str, body: Any) -> None:
        read(BENCHES[name](), body)

    @given(body=st.binary(max_size=200), signature=st.text(max_size=80))
    @RELAXED
    def test_no_unsigned_body_is_let_in(self, name: str, body: bytes, signature: str) -> None:
        case = BENCHES[name]()
        request = case.forged(case.raw(body))[0]
        with pytest.raises(ForgedRequestError):
            case.channel.verify(request, NOW)
        headers = dict.fromkeys(case.raw(body).headers, signature)
        with pytest.raises(ForgedRequestError):
            case.channel.verify(
                case.raw(body).__class__(**{**_fields(request), "headers": headers}), NOW
            )

    @given(text=st.text(min_size=1, max_size=3_000))
    @RELAXED
    def test_any_text_can_be_sent(self, name: str, text: str) -> None:
        case = BENCHES[name]()
        case.channel.send(case.address, outbound(text=text))
        assert case.arrived()


def _fields(request: Any) -> dict[str, Any]:
    return {name: getattr(request, name) for name in ("method", "path", "query", "body", "url")}


SHAPES: dict[str, Callable[[Any], Any]] = {
    "whatsapp_cloud": lambda part: whatsapp_webhook(
        {"from": "1", "id": "w", "timestamp": "1799999990", **part}
    ),
    "messenger": lambda part: messaging_webhook({**messaging_event("7"), **part}),
    "instagram": lambda part: messaging_webhook({**messaging_event("7"), **part}),
    "telegram": lambda part: {"update_id": 7, "message": telegram_message(**part)},
    "line": lambda part: line_webhook(line_event(**{"type": "message", **part})),
    "viber": lambda part: viber_event(message={"type": "text", "text": "Hi", **part}),
    "slack": lambda part: slack_event(**{"text": "Hi", **part}),
}
"""A webhook by channel, of one customer's message in which something else stands."""


def parts(channel: str) -> st.SearchStrategy[dict[str, Any]]:
    """Return something that a message may hold, in the words of its provider."""
    words = st.sampled_from(WORDS[channel])
    leaves = LEAVES | words
    inner = st.recursive(
        leaves,
        lambda inside: st.one_of(
            st.lists(inside, max_size=3), st.dictionaries(words, inside, max_size=4)
        ),
        max_leaves=12,
    )
    return st.dictionaries(words, inner, max_size=5)


@pytest.mark.parametrize("name", sorted(SHAPES))
@given(data=st.data())
@RELAXED
def test_a_customers_message_is_never_dropped(name: str, data: st.DataObject) -> None:
    part = data.draw(parts(name))
    (message,) = read(BENCHES[name](), SHAPES[name](part))
    assert message.kind


def test_every_messenger_that_sends_json_has_a_shape() -> None:
    forms = {"twilio_sms", "twilio_whatsapp"}
    assert set(SHAPES) == set(MESSENGERS) - forms == set(WORDS)


@pytest.mark.parametrize("subtype", [[], {}, 5, [None]])
def test_a_subtype_that_is_no_word_is_a_persons(subtype: object) -> None:
    (message,) = read(BENCHES["slack"](), slack_event(text="Hi", subtype=subtype))
    assert (message.kind, message.text) == (Kind.UNSUPPORTED, "Hi")
