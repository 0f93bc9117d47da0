"""What comes in over the direct channel: read, cleaned, or refused whole, and never a trace."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handrail.adapters.channels.direct_messages import read_messages
from handrail.domain.errors import MalformedRequestError
from handrail.domain.limits import REQUEST_BYTES_MAX, TEXT_CHARS_MAX
from handrail.domain.message import InboundMessage, Kind

NOW = 1_800_000_000.0


def read(body: object) -> list[InboundMessage]:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return read_messages(raw, channel="direct", account="shop", received_at=NOW)


def message(**changes: Any) -> dict[str, Any]:
    return {"id": "m1", "customer": "c1", "text": "Where is my order?"} | changes


def only(**changes: Any) -> InboundMessage:
    (found,) = read(message(**changes))
    return found


def test_a_message_carries_everything_the_application_knows() -> None:
    found = only(
        name="Sam  Example",
        language="pt_BR",
        time_zone="America/Sao_Paulo",
        sent_at="2027-01-15T07:59:58Z",
        sequence=12,
        details={"order": "A-1001"},
    )
    assert found.event_id == "m1"
    assert found.sender.ids == ("c1",)
    assert found.sender.name == "Sam Example"
    assert found.sender.locale == "pt-BR"
    assert found.sender.time_zone == "America/Sao_Paulo"
    assert found.position == 12
    assert found.occurred_at == NOW - 2
    assert found.received_at == NOW
    assert (found.kind, found.text) == (Kind.TEXT, "Where is my order?")
    assert found.details == {"order": "A-1001"}
    assert InboundMessage.from_dict(json.loads(json.dumps(found.to_dict()))) == found


def test_a_batch_is_split_and_a_single_message_needs_no_list() -> None:
    batch = read({"messages": [message(id="a"), message(id="b", customer="c2")]})
    assert [(m.event_id, m.sender.ids[0]) for m in batch] == [("a", "c1"), ("b", "c2")]
    assert read({"messages": []}) == []


@pytest.mark.parametrize(
    ("sent_at", "expected"),
    [
        (NOW - 10, NOW - 10),
        (int(NOW - 10) * 1000, NOW - 10),
        ("2027-01-15T09:00:00+01:00", NOW),
        (NOW + 3600, NOW),  # a clock that runs ahead
    ],
)
def test_when_it_was_sent(sent_at: object, expected: float) -> None:
    found = only(sent_at=sent_at)
    assert found.occurred_at == expected
    assert found.position == int(expected * 1000)
    assert "ignored" not in found.details


@pytest.mark.parametrize(
    "sent_at", ["yesterday", "2027-01-15T08:00:00", True, -1, 1e400, [], 10**400, {}]
)
def test_a_time_that_makes_no_sense_is_left_out(sent_at: object) -> None:
    raw = json.dumps(message(sent_at="@")).replace('"@"', json.dumps(sent_at))
    (found,) = read(raw.replace("Infinity", "1e400").encode())
    assert found.occurred_at == NOW
    assert found.details["ignored"] == "sent_at"
    assert found.kind is Kind.TEXT


def test_hints_that_make_no_sense_are_left_out() -> None:
    found = only(name=5, language="klingon!", time_zone=["UTC"])
    assert (found.sender.name, found.sender.locale, found.sender.time_zone) == (None, None, None)
    assert found.details["ignored"] == "name, language, time_zone"


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        ({"action": "person:v1", "text": "Talk to a person"}, Kind.ACTION),
        ({"text": None, "media": {"type": "image/png", "url": "https://a.example/1"}}, Kind.MEDIA),
        ({"text": None, "location": {"latitude": 1.5, "longitude": -3}}, Kind.LOCATION),
        ({"kind": "receipt"}, Kind.RECEIPT),
        ({"kind": "edit"}, Kind.EDIT),
        ({"kind": "unsupported"}, Kind.UNSUPPORTED),
        ({"kind": "hologram"}, Kind.UNSUPPORTED),
        ({"kind": 7}, Kind.UNSUPPORTED),
        ({"kind": ["text"]}, Kind.UNSUPPORTED),
        ({"text": None}, Kind.UNSUPPORTED),
        ({"text": ""}, Kind.UNSUPPORTED),
        ({"text": " \u0000\u202e\n"}, Kind.UNSUPPORTED),
        ({"text": 42}, Kind.UNSUPPORTED),
        ({"action": {"id": "x"}}, Kind.UNSUPPORTED),
        ({"kind": "action"}, Kind.UNSUPPORTED),
        ({"media": "a photo"}, Kind.UNSUPPORTED),
        ({"location": [1, 2]}, Kind.UNSUPPORTED),
        ({"text": "🙂🙂🙂"}, Kind.TEXT),
    ],
)
def test_every_kind_and_whatever_is_unknown_goes_to_a_person(
    content: dict[str, Any], kind: Kind
) -> None:
    assert only(**content).kind is kind


def test_media_and_places_are_there_for_the_agent() -> None:
    files = [{"type": "image/png", "name": "a.png", "bytes": 12}, {"url": "https://a.example/2"}]
    assert only(text=None, media=files).details == {
        "media_type": "image/png",
        "media_name": "a.png",
        "media_bytes": "12",
        "media_url_2": "https://a.example/2",
    }
    assert only(location={"latitude": 1.5, "name": "Dock 4"}).details == {
        "latitude": "1.5",
        "name": "Dock 4",
    }


def test_one_broken_message_does_not_cost_the_others() -> None:
    batch = read(
        {"messages": [message(id="a"), message(id="b", text={}), message(id="c", text="c")]}
    )
    assert [(m.event_id, m.kind) for m in batch] == [
        ("a", Kind.TEXT),
        ("b", Kind.UNSUPPORTED),
        ("c", Kind.TEXT),
    ]
    assert batch[1].details == {"unreadable": "'text' is not a string"}


def test_a_broken_message_keeps_the_words_that_can_be_read() -> None:
    assert only(media="?", text="see the photo").text == "see the photo"


@pytest.mark.parametrize(
    ("broken", "says"),
    [
        ({"id": None}, "'id'"),
        ({"id": ""}, "'id'"),
        ({"id": 5}, "'id'"),
        ({"id": "a b"}, "'id'"),
        ({"id": "x" * 201}, "'id'"),
        ({"id": "a\u0000"}, "'id'"),
        ({"customer": None}, "'customer'"),
        ({"customer": "\ud800"}, "'customer'"),
        ({"customer": {"id": 1}}, "'customer'"),
        ({"sequence": "1"}, "'sequence'"),
        ({"sequence": -1}, "'sequence'"),
        ({"sequence": 2**53}, "'sequence'"),
        ({"sequence": True}, "'sequence'"),
        ({"sequence": 1.5}, "'sequence'"),
        ({"speaker": "bot"}, "'speaker'"),
    ],
)
def test_an_unreadable_envelope_refuses_the_whole_request(
    broken: dict[str, Any], says: str
) -> None:
    with pytest.raises(MalformedRequestError, match=says) as refusal:
        read({"messages": [message(id="a"), message(**broken)]})
    assert "messages[1]" in str(refusal.value)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b'"text"',
        b"\xff\xfe{}",
        b'{"id": "a", "customer": "b", "text": "\xc3\x28"}',
        b'{"messages": {}}',
        b'{"messages": [1]}',
        b'{"messages": null}',
        b'{"id": "a", "customer": "b", "sent_at": NaN}',
        b'{"id": "a", "customer": "b", "sequence": ' + b"9" * 5000 + b"}",
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b" " * (REQUEST_BYTES_MAX + 1),
    ],
)
def test_what_is_not_a_message_is_refused_with_a_reason(body: bytes) -> None:
    with pytest.raises(MalformedRequestError) as refusal:
        read(body)
    assert 10 < len(str(refusal.value)) < 300


def test_text_is_cleaned_and_cut() -> None:
    assert only(text=" a\u0000b\u202ec\r\nd\ud800e\u2067 ").text == "abc\nd\ufffde"
    long = only(text="x" * 1_000_000)
    assert len(long.text or "") == TEXT_CHARS_MAX
    assert long.details == {"original_chars": "1000000"}


_TEXT = st.text("aé 😀\u0000\ud800\u202e\n\u0301\u200d", max_size=6)
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | _TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXT, inner, max_size=3),
    max_leaves=8,
)
_NAMES = st.sampled_from(
    ["text", "action", "kind", "name", "language", "time_zone", "sent_at", "media", "location"]
)


@given(st.dictionaries(_NAMES, _JSON))
def test_whatever_a_message_holds_it_is_read_and_can_be_queued(content: dict[str, Any]) -> None:
    raw = json.dumps(content | {"id": "m1", "customer": "c1"}, allow_nan=True)
    for name in ("NaN", "-Infinity", "Infinity"):
        raw = raw.replace(name, "0")
    (found,) = read(raw.encode())
    wire = json.dumps(found.to_dict(), ensure_ascii=False).encode()
    assert InboundMessage.from_dict(json.loads(wire)) == found
    assert found.kind is not Kind.TEXT or found.text


@given(st.binary(max_size=200))
def test_whatever_bytes_come_nothing_but_a_clear_refusal_is_raised(body: bytes) -> None:
    try:
        read(body)
    except MalformedRequestError:
        return
