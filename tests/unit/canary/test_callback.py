"""The canary's own small application: nothing is taken that is not proven, nothing half."""

import json
from typing import Any

import pytest

from handrail.adapters.canary.callback import CanaryCallback
from handrail.adapters.canary.doors import reply_of
from handrail.adapters.channels.signing import SharedSecret, signature_headers
from handrail.application.ports import Request
from handrail.domain.errors import UnavailableError
from handrail_ops.memory.clock import ManualClock
from support.fakes_web import FakeMailbox

NOW = 1_800_000_000.0
SECRET = SharedSecret("the canary's")
CALLBACK = {
    "id": "k1",
    "sequence": 3,
    "conversation": "c1",
    "account": "canary",
    "customer": "canary-abc",
    "speaker": "bot",
    "text": "A refund takes 5 days.",
    "language": "en",
    "actions": [{"id": "person:v1", "label": "Talk to a person"}],
    "sent_at": NOW,
}


def respond(
    content: Any, mailbox: FakeMailbox, secret: SharedSecret = SECRET, raw: bytes | None = None
) -> int:
    body = json.dumps(content).encode() if raw is None else raw
    signed = {n.lower(): v for n, v in signature_headers(secret, int(NOW), body).items()}
    callback = CanaryCallback(lambda: SECRET, mailbox, ManualClock(NOW))
    return callback.respond(Request("POST", "/v1/canary/callbacks", signed, body=body)).status


def test_a_callback_lies_in_the_mailbox_as_it_came() -> None:
    mailbox = FakeMailbox()
    assert respond(CALLBACK, mailbox) == 200
    (letter,) = mailbox.letters("canary-abc", 0, 10)
    reply = reply_of(letter.content)
    assert (reply.sequence, reply.speaker, reply.language) == (3, "bot", "en")
    assert reply.actions == ("person:v1",)


def test_it_comes_twice_and_is_there_once() -> None:
    mailbox = FakeMailbox()
    assert [respond(CALLBACK, mailbox) for _ in range(2)] == [200, 200]
    assert len(mailbox.letters("canary-abc", 0, 10)) == 1


def test_nothing_is_taken_without_the_canarys_signature() -> None:
    mailbox = FakeMailbox()
    assert respond(CALLBACK, mailbox, SharedSecret("the application's")) == 401
    unsigned = Request("POST", "/v1/canary/callbacks", body=json.dumps(CALLBACK).encode())
    callback = CanaryCallback(lambda: SECRET, mailbox, ManualClock(NOW))
    assert callback.respond(unsigned).status == 401
    assert mailbox.letters("canary-abc", 0, 10) == []


@pytest.mark.parametrize(
    "content",
    [
        [],
        {**CALLBACK, "account": "shop"},
        {**CALLBACK, "customer": "NOTEBOOK"},
        {**CALLBACK, "customer": 7},
        {**CALLBACK, "sequence": 0},
        {**CALLBACK, "sequence": True},
        {**CALLBACK, "sequence": "3"},
    ],
)
def test_what_is_no_message_to_the_canary_is_refused(content: Any) -> None:
    assert respond(content, FakeMailbox()) == 400
    assert respond(None, FakeMailbox(), raw=b"not JSON") == 400


def test_a_mailbox_that_is_away_is_tried_again() -> None:
    mailbox = FakeMailbox()
    mailbox.broken = True
    assert respond(CALLBACK, mailbox) == 503


def test_a_secret_that_cannot_be_read_is_tried_again() -> None:
    def away() -> SharedSecret:
        raise UnavailableError

    body = json.dumps(CALLBACK).encode()
    request = Request("POST", "/v1/canary/callbacks", body=body)
    assert CanaryCallback(away, FakeMailbox(), ManualClock(NOW)).respond(request).status == 503
