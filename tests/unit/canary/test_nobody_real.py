"""What makes a conversation synthetic is proof, and nothing that a customer can write."""

import base64
import hashlib
import hmac
import json
from dataclasses import replace
from typing import Any
from unittest.mock import MagicMock

import pytest

from handrail.adapters.aws.items import escalation_item
from handrail.adapters.aws.secret_values import SecretValues
from handrail.adapters.channels.callbacks import CallbackPolicy, HttpCallbacks
from handrail.adapters.channels.direct import DirectChannel
from handrail.adapters.channels.signing import SharedSecret, signature_headers
from handrail.adapters.channels.web import WebChannel
from handrail.adapters.channels.web_session import SessionTokens
from handrail.application.ports import Request
from handrail.application.web_ports import SITE_ACCOUNT
from handrail.bootstrap.direct import direct_secrets
from handrail.domain.conversation import Conversation
from handrail.domain.decision import Decision
from handrail.domain.errors import ForgedRequestError
from handrail.domain.escalation import ask_for_person
from handrail.domain.message import InboundMessage, Kind, Sender
from handrail.domain.promises import Promises
from handrail.domain.synthetic import CANARY_ACCOUNT, is_synthetic
from handrail.domain.turn import Reason
from handrail.observability import committed, metrics
from handrail_ops.memory.clock import ManualClock
from support.channel_samples import NOW as WEB_NOW
from support.fakes_web import FakeConnections, FakeMailbox, FakePush
from support.web_world import World as WebWorld
from support.world import World

NOW = 1_800_000_000.0
APPLICATION, CANARY = SharedSecret("the application's"), SharedSecret("the canary's")


def direct() -> DirectChannel:
    secrets = MagicMock(spec=SecretValues)
    secrets.shared.side_effect = lambda arn: {"direct": APPLICATION, "canary": CANARY}[arn]
    return DirectChannel(
        secrets=direct_secrets(secrets, "direct", "canary"),
        callback_url=lambda _account: None,
        callbacks=HttpCallbacks(CallbackPolicy()),
        clock=ManualClock(NOW),
    )


def posted(to: str, secret: SharedSecret, **fields: Any) -> Request:
    body = json.dumps({"id": "m1", "customer": "c1", "text": "human", **fields}).encode()
    headers = signature_headers(secret, int(NOW), body)
    return Request(
        "POST",
        f"/v1/channels/direct/{to}",
        {name.lower(): value for name, value in headers.items()},
        body=body,
    )


def test_an_application_cannot_write_under_the_canarys_account() -> None:
    with pytest.raises(ForgedRequestError):
        direct().verify(posted(CANARY_ACCOUNT, APPLICATION), NOW)


def test_the_canary_cannot_write_under_an_applications_account() -> None:
    with pytest.raises(ForgedRequestError):
        direct().verify(posted("shop", CANARY), NOW)


def test_each_opens_its_own() -> None:
    direct().verify(posted("shop", APPLICATION), NOW)
    direct().verify(posted(CANARY_ACCOUNT, CANARY), NOW)


@pytest.mark.parametrize(
    "account", ["Canary", "CANARY", "canary.", "canary-1", "canary2", "canary%00"]
)
def test_a_name_that_looks_like_it_is_not_it(account: str) -> None:
    assert not is_synthetic("direct", account)


def test_what_a_customer_writes_makes_nobody_synthetic() -> None:
    channel = direct()
    request = posted(
        "shop",
        APPLICATION,
        account=CANARY_ACCOUNT,
        channel="canary",
        synthetic=True,
        customer="canary-0001",
        name="canary",
        details={"synthetic": "true", "account": CANARY_ACCOUNT},
    )
    channel.verify(request, NOW)
    (message,) = channel.to_messages(request, NOW)
    assert message.account == "shop"
    assert not is_synthetic(message.channel, message.account)


def test_a_channel_that_does_not_prove_its_account_has_nobody_synthetic() -> None:
    assert not is_synthetic("whatsapp", CANARY_ACCOUNT)
    assert is_synthetic("direct", CANARY_ACCOUNT)
    assert is_synthetic("web", CANARY_ACCOUNT)


# ------------------------------------------------------------------ the web chat


def tokens() -> SessionTokens:
    return SessionTokens(lambda: SharedSecret("s1"))


def account_of(token: str) -> str:
    channel = WebChannel(tokens(), FakeMailbox(), FakeConnections(), FakePush())
    body = json.dumps({"id": "m1", "text": "human", "account": CANARY_ACCOUNT, "a": "canary"})
    request = Request(
        "POST", "/v1/web/messages", {"authorization": f"Bearer {token}"}, body=body.encode()
    )
    (message,) = channel.to_messages(request, NOW)
    return message.account


def test_a_session_keeps_the_account_it_was_signed_with() -> None:
    assert account_of(tokens().issue(NOW).token) == SITE_ACCOUNT
    session = tokens().issue(NOW, account=CANARY_ACCOUNT)
    assert account_of(session.token) == CANARY_ACCOUNT
    assert tokens().read(session.token, NOW) == session


def test_a_renewed_session_keeps_its_account() -> None:
    web = WebWorld()
    for account in (SITE_ACCOUNT, CANARY_ACCOUNT):
        old = web.sessions.issue(WEB_NOW, account=account)
        request = Request("POST", "/v1/web/session", {"authorization": f"Bearer {old.token}"})
        assert web.chat.start_session(request, WEB_NOW).account == account
    assert web.chat.start_session(Request("POST", "/v1/web/session"), NOW).account == SITE_ACCOUNT


def test_an_account_cannot_be_written_into_a_session() -> None:
    session = tokens().issue(NOW)
    _, payload, signature = session.token.split(".")
    claims = json.loads(base64.urlsafe_b64decode(payload + "=="))
    forged = base64.urlsafe_b64encode(json.dumps({**claims, "a": "canary"}).encode()).decode()
    for token in (f"v1.{forged.rstrip('=')}.{signature}", f"v1.{forged.rstrip('=')}.{'A' * 43}"):
        with pytest.raises(ForgedRequestError):
            tokens().read(token, NOW)


@pytest.mark.parametrize("account", ["shop", "", 1, None, ["canary"], {"canary": 1}])
def test_a_session_of_an_account_that_is_not_is_none(account: Any) -> None:
    session = tokens().issue(NOW)
    claims = {"s": session.id, "t": int(NOW), "a": account}
    payload = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    signed = f"v1.{payload}"
    digest = hmac.new(b"s1", b"handrail web session\n" + signed.encode(), hashlib.sha256).digest()
    signature = base64.urlsafe_b64encode(digest).decode().rstrip("=")
    with pytest.raises(ForgedRequestError):
        tokens().read(f"{signed}.{signature}", NOW)


# ------------------------------------------------------------------ what follows from it


def opened(account: str) -> Decision:
    message = InboundMessage(
        "direct", account, "e1", 1, Sender(("c",)), Kind.TEXT, NOW, NOW, text="human"
    )
    conversation = Conversation("c1", "direct", account, ("c",), "en")
    return ask_for_person(conversation, [message], Reason.ASKED, NOW, Promises())


def test_the_record_of_a_request_says_that_it_is_synthetic_and_only_then() -> None:
    assert escalation_item(opened(CANARY_ACCOUNT))["synthetic"] == {"BOOL": True}
    assert "synthetic" not in escalation_item(opened("shop"))


def test_the_counts_of_requests_leave_it_out() -> None:
    metrics.clear_metrics()
    committed(opened(CANARY_ACCOUNT))
    assert not metrics.metric_set
    committed(opened("shop"))
    assert "escalations_opened" in metrics.metric_set
    metrics.clear_metrics()


def test_a_real_request_never_says_that_it_is_synthetic() -> None:
    world = World()
    world.ask_person(details={"synthetic": "true"})
    world.ask_agents.ask(world.id)
    (message,) = world.agents.waiting
    assert "synthetic" not in message
    assert world.desk.read(world.escalation)["synthetic"] is False
    for _ in range(30):
        world.later(60)
    assert world.pager.pages
    assert not any(page.synthetic for page in world.pager.pages)


@pytest.mark.parametrize(("account", "synthetic"), [(CANARY_ACCOUNT, True), ("shop", False)])
def test_a_page_about_one_who_cannot_be_reached_says_whose_it_is(
    account: str, synthetic: bool
) -> None:
    world = World()
    missed = Conversation("c1", "direct", account, ("c",), "en", missed=1)
    world.ask_agents._page_missed(missed, 1)
    (page,) = world.pager.pages
    assert (page.what, page.synthetic) == ("unreachable", synthetic)


def test_where_a_request_stands_is_told_by_the_desk() -> None:
    world = World()
    world.ask_person()
    escalation = world.escalation
    assert world.desk.read(escalation)["stage"] == "asked"
    assert world.desk.read(escalation)["agents_asked"] is False
    world.ask_agents.ask(world.id)
    assert world.desk.read(escalation)["agents_asked"] is True
    epoch = world.claim()
    world.answer(epoch)
    world.desk.resolve(escalation, "ana", epoch)
    stands = world.desk.read(escalation)
    assert (stands["open"], stands["stage"], stands["agents_asked"]) == (False, None, False)


def test_a_decision_of_another_account_is_anothers() -> None:
    synthetic = opened(CANARY_ACCOUNT).after
    assert not is_synthetic(replace(synthetic, account="shop").channel, "shop")
