"""What goes out over the direct channel, and what each answer of the application means."""

import json
from collections.abc import Mapping
from email.utils import formatdate

import pytest

from handrail.adapters.channels.direct import (
    MISCONFIGURED_RETRY_SECONDS,
    RETRY_SECONDS,
    RETRY_SECONDS_MAX,
    CallbackAnswer,
    CallbackNotSentError,
    CallbackRefusedError,
    CallbackUnansweredError,
    DirectChannel,
)
from handrail.adapters.channels.signing import SharedSecret, verify_signature
from handrail.domain.delivery import Delivered, Delivery, Permanent, Retry, Speaker, Unknown
from handrail.domain.errors import ForgedRequestError, MalformedRequestError, UnavailableError
from support.channel_samples import NOW, SECRET, address, direct_request, outbound


class Application:
    """A company's application that answers as it is told, and remembers what it got."""

    def __init__(self, answer: CallbackAnswer | Exception) -> None:
        self.answer = answer
        self.posts: list[tuple[str, Mapping[str, str], bytes]] = []

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> CallbackAnswer:
        self.posts.append((url, headers, body))
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


class FixedClock:
    def now(self) -> float:
        return NOW


def answers(status: int, body: bytes = b"", **headers: str) -> CallbackAnswer:
    return CallbackAnswer(status, {k.replace("_", "-"): v for k, v in headers.items()}, body)


def channel(
    application: Application,
    secret: SharedSecret | None = SECRET,
    url: str | None = "https://a.example/in",
) -> DirectChannel:
    return DirectChannel(
        secrets=lambda account: secret if account == "shop" else None,
        callback_url=lambda _account: url,
        callbacks=application,
        clock=FixedClock(),
    )


def sent(answer: CallbackAnswer | Exception) -> Delivery:
    return channel(Application(answer)).send(address(), outbound())


def test_the_callback_is_signed_keyed_and_complete() -> None:
    application = Application(answers(200))
    channel(application).send(address(), outbound(speaker=Speaker.AGENT, agent="Ana"))
    ((url, headers, body),) = application.posts
    assert url == "https://a.example/in"
    assert headers["Idempotency-Key"] == "key-7"
    verify_signature(
        SECRET, headers["Handrail-Timestamp"], headers["Handrail-Signature"], body, NOW
    )
    assert json.loads(body) == {
        "id": "key-7",
        "sequence": 7,
        "conversation": "c" * 26,
        "account": "shop",
        "customer": "customer-1",
        "speaker": "agent",
        "agent": "Ana",
        "text": "You have 14 days to send it back.",
        "language": "en",
        "direction": "ltr",
        "actions": [{"id": "person:v1", "label": "Talk to a person"}],
        "hint": "To talk to a person, write human at any time.",
        "sent_at": NOW,
    }


def test_every_attempt_carries_the_same_key() -> None:
    application = Application(answers(500))
    for _ in range(2):
        channel(application).send(address(), outbound())
    assert [headers["Idempotency-Key"] for _, headers, _ in application.posts] == ["key-7"] * 2


@pytest.mark.parametrize(
    ("answer", "delivery"),
    [
        (answers(200), Delivered(())),
        (answers(204), Delivered(())),
        (answers(201, b'{"id": "their-9"}'), Delivered(("their-9",))),
        (answers(200, b'{"id": 9}'), Delivered(())),
        (answers(200, b"<html>"), Delivered(())),
        (answers(200, b"[" * 60_000), Delivered(())),
        (answers(200, b"\xff"), Delivered(())),
        (answers(429, retry_after="17"), Retry(17.0)),
        (answers(503, retry_after=formatdate(NOW + 30, usegmt=True)), Retry(30.0)),
        (answers(429, retry_after=formatdate(NOW - 30, usegmt=True)), Retry(1.0)),
        (answers(429, retry_after="999999"), Retry(RETRY_SECONDS_MAX)),
        (answers(429, retry_after="soon"), Retry(RETRY_SECONDS)),
        (answers(429, retry_after="-5"), Retry(RETRY_SECONDS)),
        (answers(503), Retry(RETRY_SECONDS)),
        (answers(500), Retry(RETRY_SECONDS)),
        (answers(599), Retry(RETRY_SECONDS)),
        (answers(408), Retry(RETRY_SECONDS)),
        (answers(409), Retry(RETRY_SECONDS)),
        (answers(401), Retry(MISCONFIGURED_RETRY_SECONDS)),
        (answers(502), Unknown()),
        (answers(504), Unknown()),
        (answers(400), Permanent("bad_request")),
        (answers(403), Permanent("forbidden")),
        (answers(404), Permanent("not_found")),
        (answers(410), Permanent("gone")),
        (answers(422), Permanent("status_422")),
        (answers(302, location="http://169.254.169.254/"), Permanent("status_302")),
        (CallbackNotSentError("no connection"), Retry(RETRY_SECONDS)),
        (CallbackUnansweredError("timeout"), Unknown()),
        (CallbackRefusedError("private"), Permanent("callback_url_refused")),
    ],
)
def test_what_an_answer_means(answer: CallbackAnswer | Exception, delivery: Delivery) -> None:
    assert sent(answer) == delivery


def test_without_a_callback_url_nobody_waits_for_ever() -> None:
    application = Application(answers(200))
    assert channel(application, url=None).send(address(), outbound()) == Permanent(
        "no_callback_url"
    )
    assert application.posts == []


@pytest.mark.parametrize("secret", [None, SharedSecret("")])
def test_without_a_secret_nothing_leaves_unsigned(secret: SharedSecret | None) -> None:
    application = Application(answers(200))
    delivery = channel(application, secret).send(address(), outbound())
    assert delivery == Retry(MISCONFIGURED_RETRY_SECONDS)
    assert application.posts == []


def test_secrets_that_cannot_be_read_only_delay() -> None:
    def unavailable(_account: str) -> SharedSecret:
        message = "the secret cannot be read"
        raise UnavailableError(message)

    direct = DirectChannel(
        unavailable, lambda _account: "https://a.example/", Application(answers(200)), FixedClock()
    )
    assert direct.send(address(), outbound()) == Retry(RETRY_SECONDS)
    with pytest.raises(UnavailableError):
        direct.verify(direct_request({}), NOW)


def test_the_account_of_the_path_decides_whose_secret_counts() -> None:
    direct = channel(Application(answers(200)))
    direct.verify(direct_request({}, account="shop"), NOW)
    for account in ("other", "", "shop/..", "a b", "shop%2f", "x" * 65):
        with pytest.raises(ForgedRequestError):
            direct.verify(direct_request({}, account=account), NOW)


def test_messages_belong_to_the_account_of_the_path() -> None:
    direct = channel(Application(answers(200)))
    request = direct_request({"id": "1", "customer": "c", "text": "hi"})
    (message,) = direct.to_messages(request, NOW)
    assert (message.channel, message.account) == ("direct", "shop")
    with pytest.raises(MalformedRequestError):
        direct.to_messages(direct_request({}, account="a b"), NOW)


def test_our_own_callback_sent_back_is_no_message_of_a_customer() -> None:
    application = Application(answers(200))
    direct = channel(application)
    direct.send(address(), outbound())
    (_, _, body) = application.posts[0]
    direct.verify(direct_request(body), NOW)
    with pytest.raises(MalformedRequestError, match="Handrail's own"):
        direct.to_messages(direct_request(body), NOW)
