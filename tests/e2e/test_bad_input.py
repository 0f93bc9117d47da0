"""Whatever is sent: a clear error or a person, never a stack trace, a loss or another's words."""

import json
import time
from collections.abc import Mapping
from typing import Any

import pytest
import urllib3

from handrail.adapters.channels.signing import SharedSecret, signature_headers
from support.stack import ACCOUNT, World

WEBHOOK = f"/v1/channels/direct/{ACCOUNT}"
TRACES = ("Traceback", 'File "', "stackTrace", "Error:")
HTTP = urllib3.PoolManager(retries=False, timeout=30.0)


def send(
    world: World,
    method: str,
    path: str,
    body: bytes = b"",
    headers: Mapping[str, str] | None = None,
) -> tuple[int, Any]:
    """Send a request; no answer may show how we are made, and every error says what is wrong."""
    answer = HTTP.request(
        method, f"{world.stack.url}{path}", body=body or None, headers=dict(headers or {})
    )
    text = answer.data.decode()
    assert not any(trace in text for trace in TRACES), text
    data = json.loads(text)
    if answer.status >= 400:
        assert data["message"]
    return answer.status, data


def signed(world: World, body: bytes, at: float | None = None) -> dict[str, str]:
    moment = int(at if at is not None else time.time())
    headers = signature_headers(SharedSecret(world.secret), moment, body)
    return {"Content-Type": "application/json", **headers}


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"not json", 400),
        (b"[]", 400),
        (b"7", 400),
        (b'{"messages": 7}', 400),
        (b'{"id": "x", "customer": "c", "text": "\xff\xfe"}', 400),
        (b'{"id": "x", "text": "nobody wrote this"}', 400),
        (b'{"id": "x", "customer": "c", "sequence": -1, "text": "a"}', 400),
        (b'{"a":' * 50_000, 400),
        (b'{"id": "x", "customer": "c", "text": "' + b"a" * 4_000_000 + b'"}', 413),
    ],
    ids=[
        "empty",
        "not-json",
        "list",
        "number",
        "no-list",
        "not-utf-8",
        "no-customer",
        "negative-sequence",
        "deep",
        "four-megabytes",
    ],
)
def test_what_cannot_be_read_is_refused_clearly(world: World, body: bytes, status: int) -> None:
    assert send(world, "POST", WEBHOOK, body, signed(world, body))[0] == status


@pytest.mark.parametrize(
    "content",
    [
        {"text": ""},
        {"text": "   \n\t "},
        {"text": "a" * 1_000_000},
        {"text": "🙂🙃🙂"},
        {"text": "\x00hello\x00\x00"},
        {"text": "\u202ereversed\u202c \u2066isolated\u2069 \u200f\u200e"},
        {"text": "\ud800 half a character"},
        {"text": ["not", "a", "text"]},
        {"kind": "hologram", "text": "beam"},
        {"kind": 7},
        {"media": {"type": "image/png", "url": "https://example.com/a.png"}},
        {"action": "made-up:v9"},
        {"text": "I need help", "language": "x" * 500, "time_zone": "Moon/Crater", "name": 5},
    ],
    ids=[
        "empty",
        "spaces",
        "one-megabyte",
        "emoji",
        "nulls",
        "right-to-left-override",
        "half-surrogate",
        "list",
        "unknown-kind",
        "kind-number",
        "media",
        "unknown-action",
        "nonsense-hints",
    ],
)
def test_whatever_a_customer_sends_is_answered_or_a_persons(
    world: World, content: dict[str, Any]
) -> None:
    customer = world.customer()
    message = {"id": customer.event_id(), "customer": customer.name, **content}
    body = json.dumps(message).encode()

    assert send(world, "POST", WEBHOOK, body, signed(world, body)) == (200, {"accepted": 1})

    reply = world.callbacks.wait(customer.name, lambda _: True)
    assert {"person:v1", "withdraw:v1"} & set(reply.actions)
    assert not any(trace in reply.text for trace in TRACES)
    assert len(customer.ledger()) == 1


def test_one_broken_message_does_not_cost_the_others_of_its_batch(world: World) -> None:
    whole, broken = world.customer(), world.customer()
    batch = [
        {"id": broken.event_id(), "customer": broken.name, "text": {"no": "text"}},
        {"id": whole.event_id(), "customer": whole.name, "text": "How long does a refund take?"},
    ]
    body = json.dumps({"messages": batch}).encode()

    assert send(world, "POST", WEBHOOK, body, signed(world, body)) == (200, {"accepted": 2})

    world.callbacks.wait(whole.name, lambda m: m.speaker == "bot")
    world.callbacks.wait(broken.name, lambda m: m.waiting)


def test_a_forged_signature_changes_nothing(world: World) -> None:
    customer = world.customer()
    message = {"id": customer.event_id(), "customer": customer.name, "text": "Hello"}
    body = json.dumps(message).encode()
    genuine = signed(world, body)
    forgeries: list[dict[str, str]] = [
        {},
        {**genuine, "Handrail-Signature": "v1=" + "0" * 64},
        {**genuine, "Handrail-Signature": "é"},
        {**genuine, "Handrail-Timestamp": "yesterday"},
        {**genuine, "Handrail-Timestamp": str(int(time.time()) - 1)},
        signed(world, body, time.time() - 3600),
        signature_headers(SharedSecret("guessed"), int(time.time()), body),
        signed(world, body + b" "),
    ]
    for headers in forgeries:
        status, _ = send(world, "POST", WEBHOOK, body, headers)
        assert status == 401, headers
    assert customer.conversation is None
    status, _ = send(world, "POST", "/v1/channels/carrier-pigeon/tests", body, genuine)
    assert status == 404


def test_a_replayed_webhook_changes_nothing(world: World) -> None:
    customer = world.customer()
    question = {
        "id": customer.event_id(),
        "customer": customer.name,
        "text": "How long does a refund take?",
    }
    body = json.dumps(question).encode()
    headers = signed(world, body)
    for _ in range(3):
        assert send(world, "POST", WEBHOOK, body, headers)[0] == 200
    first = world.callbacks.wait(customer.name, lambda _: True)
    assert send(world, "POST", WEBHOOK, body, headers)[0] == 200

    # What comes after it in the same queue group shows that the copies have been dealt with.
    customer.writes("I want to talk to a human")
    asked = world.callbacks.wait(customer.name, lambda _: True, after=first.sequence)
    customer.writes("How do I return something?")
    world.callbacks.wait(customer.name, lambda m: m.speaker == "bot", after=asked.sequence)

    assert customer.ledger().count("How long does a refund take?") == 1
    keys = [message.key for message in world.callbacks.of(customer.name)]
    assert len(keys) == len(set(keys))
    # How often waiting is spoken of depends on how long it takes.
    assert len([key for key in keys if "/promise/" not in key]) == 3


def test_nobody_reads_anothers_session(world: World) -> None:
    mine = send(world, "POST", "/v1/web/session")[1]["token"]
    theirs = send(world, "POST", "/v1/web/session")[1]["token"]

    def read(token: str) -> tuple[int, Any]:
        return send(world, "GET", "/v1/web/messages", headers={"Authorization": f"Bearer {token}"})

    body = json.dumps({"id": "1", "text": "How long does a refund take?"}).encode()
    headers = {"Authorization": f"Bearer {theirs}", "Content-Type": "application/json"}
    assert send(world, "POST", "/v1/web/messages", body, headers)[0] == 200
    deadline = time.monotonic() + 20
    while not (messages := read(theirs)[1]["messages"]):
        assert time.monotonic() < deadline, "no answer to the web chat"
    assert messages[0]["text"]

    assert read(mine) == (200, {**read(mine)[1], "messages": []})
    version, payload, _ = theirs.split(".")
    signature = mine.split(".")[2]
    for forged in (f"{version}.{payload}.{signature}", theirs[:-1] + "x", "v1..", "", "null"):
        assert read(forged)[0] == 401


@pytest.mark.parametrize(
    ("path", "fields", "status"),
    [
        ("claim", {}, 400),
        ("claim", {"agent": 7}, 400),
        ("claim", {"agent": "a"}, 409),
        ("heartbeat", {"agent": "a", "epoch": "one"}, 400),
        ("seen", {"agent": "a", "epoch": 1, "entry": -1}, 400),
        ("messages", {"agent": "a", "epoch": 1, "id": "1", "text": "\x00"}, 409),
        ("explode", {"agent": "a"}, 404),
    ],
)
def test_the_desk_refuses_clearly(
    world: World, path: str, fields: dict[str, Any], status: int
) -> None:
    answer = world.desk.post(f"/v1/desk/escalations/nobody-1/{path}", fields)
    assert answer.status == status
    assert answer.body["message"]


def test_the_desk_is_closed_to_those_who_do_not_sign(world: World) -> None:
    body = b'{"agent": "a"}'
    assert send(world, "POST", "/v1/desk/escalations/nobody-1/claim", body)[0] == 403
