"""The published schema says what the channel does, in both directions."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from handrail.adapters.channels.direct import render
from handrail.adapters.channels.direct_messages import read_messages
from handrail.domain.delivery import Speaker
from handrail.domain.errors import MalformedRequestError
from handrail.domain.message import Kind
from support.channel_samples import NOW, address, outbound

SCHEMA = json.loads((Path(__file__).parents[3] / "docs" / "direct.schema.json").read_text())
REQUEST = Draft202012Validator({**SCHEMA, "oneOf": [{"$ref": "#/$defs/request"}]})
CALLBACK = Draft202012Validator({**SCHEMA, "oneOf": [{"$ref": "#/$defs/callback"}]})


def understood(body: dict[str, Any]) -> bool:
    """Whether the channel reads a body without refusing it or calling a person."""
    raw = json.dumps(body).encode()
    try:
        messages = read_messages(raw, channel="direct", account="shop", received_at=NOW)
    except MalformedRequestError:
        return False
    return all(message.kind is not Kind.UNSUPPORTED for message in messages)


FULL = {
    "id": "m1",
    "customer": "c1",
    "sequence": 3,
    "text": "hello",
    "name": "Sam",
    "language": "pt-BR",
    "time_zone": "Africa/Nairobi",
    "sent_at": "2027-01-15T08:00:00Z",
    "details": {"order": "A-1"},
}


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize(
    "body",
    [
        FULL,
        {"messages": [FULL, FULL | {"id": "m2"}]},
        {"messages": []},
        {"id": "m", "customer": "c", "action": "person:v1"},
        {"id": "m", "customer": "c", "media": {"type": "image/png"}},
        {"id": "m", "customer": "c", "media": [{"url": "https://a.example/1"}]},
        {"id": "m", "customer": "c", "location": {"latitude": 1.5}},
        {"id": "m", "customer": "c", "kind": "receipt"},
        {"id": "m", "customer": "c", "text": "x", "sent_at": 1_800_000_000},
        {"id": "m", "customer": "c", "text": "x", "something": "new"},
    ],
)
def test_what_the_schema_allows_is_understood(body: dict[str, Any]) -> None:
    REQUEST.validate(body)
    assert understood(body)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"messages": {}},
        FULL | {"id": 5},
        FULL | {"id": ""},
        FULL | {"id": "a b"},
        FULL | {"customer": "x" * 201},
        FULL | {"sequence": -1},
        FULL | {"sequence": "1"},
        FULL | {"text": 5},
        FULL | {"action": {}},
        FULL | {"media": "x"},
        FULL | {"location": []},
        FULL | {"speaker": "bot"},
        {"id": "m", "customer": "c"},
    ],
)
def test_what_the_schema_forbids_is_refused_or_brings_a_person(body: dict[str, Any]) -> None:
    assert not REQUEST.is_valid(body)
    assert not understood(body)


@pytest.mark.parametrize("speaker", list(Speaker))
@pytest.mark.parametrize("agent", [None, "Ana"])
def test_callbacks_are_as_published(speaker: Speaker, agent: str | None) -> None:
    callback = render(address(), outbound(speaker=speaker, agent=agent))
    CALLBACK.validate(callback)
    assert not REQUEST.is_valid(callback)
