"""Every channel on the bench: the channel itself, and what is known of its other end."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qsl, urlencode

from handrail.adapters.channels import CHANNELS
from handrail.adapters.channels.direct import (
    CallbackAnswer,
    CallbackUnansweredError,
    DirectChannel,
)
from handrail.adapters.channels.kit.accounts import Account
from handrail.adapters.channels.kit.hmac_signature import sign
from handrail.adapters.channels.kit.messenger_base import Messenger, Tools
from handrail.adapters.channels.registry import messenger
from handrail.adapters.channels.signing import SharedSecret
from handrail.adapters.channels.twilio_signature import signature as twilio_signature
from handrail.adapters.channels.web import WebChannel
from handrail.adapters.channels.web_session import SessionTokens
from handrail.application.ports import Address, Channel, Request
from support.channel_samples import NOW, SECRET, direct_request, web_request
from support.fakes_web import FakeConnections, FakeMailbox, FakePush


@dataclass(frozen=True, slots=True)
class Arrived:
    """A message as it reached the customer's side."""

    text: str
    actions: tuple[str, ...]
    """The ids of the buttons that can be pressed."""
    whole: Any
    """Everything that was sent, to be compared."""


@dataclass
class Case:
    """A channel on the bench, with what the suite needs to know about its other end."""

    channel: Channel
    text: Callable[[str, str], Request]
    """Makes the genuine request of a text message: id, text."""
    action: Callable[[str, str], Request] | None
    """Makes the genuine request of a pressed button: id, action. None where nothing is pressed."""
    forged: Callable[[Request], list[Request]]
    """Makes requests that must not verify of one that does."""
    raw: Callable[[bytes], Request]
    """Makes a genuine request with any body."""
    address: Address
    arrived: Callable[[], list[Arrived]]
    """Returns what reached the customer's side."""
    break_down: Callable[[], None]
    """Has the customer's side fail from now on."""
    any_body_is_one: bool = False
    """Whether every body can be read: a form."""


class FixedClock:
    """It is always now."""

    def now(self) -> float:
        return NOW


@dataclass
class Provider:
    """The interface of a provider: keeps what was asked of it and answers by a script.

    `answers` are given in their order, then `usual` for ever.
    """

    usual: CallbackAnswer
    answers: list[CallbackAnswer | Exception] = field(default_factory=list)
    asked: list[tuple[str, str, Mapping[str, str], Any]] = field(default_factory=list)
    broken: bool = False

    def request(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes
    ) -> CallbackAnswer:
        if self.broken:
            raise CallbackUnansweredError
        self.asked.append((method, url, headers, _read(body)))
        answer = self.answers.pop(0) if self.answers else self.usual
        if isinstance(answer, Exception):
            raise answer
        return answer

    @property
    def bodies(self) -> list[Any]:
        return [body for _, _, _, body in self.asked]


def _read(body: bytes) -> Any:
    try:
        return json.loads(body) if body else None
    except ValueError:
        return body.decode()


def answered(status: int, data: object, **headers: str) -> CallbackAnswer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return CallbackAnswer(status, named, json.dumps(data).encode())


def built(name: str, provider: Provider, *accounts: Account) -> Messenger:
    """Return a messenger of the table with its accounts and a provider of ours."""
    known = {account.id: account for account in accounts}

    def look_up(channel: str, account: str, /) -> Account | None:
        return known.get(account) if channel == name else None

    return messenger(name, CHANNELS[name], Tools(look_up, provider, FixedClock()))


# ---------------------------------------------------------------- channels of our own


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


def _own(content: Mapping[str, Any]) -> Arrived:
    return Arrived(content["text"], tuple(one["id"] for one in content["actions"]), content)


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
        arrived=lambda: [_own(each) for each in arrived],
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
        arrived=lambda: [_own(each.content) for each in mailbox.letters(session.id, 0, 100)],
        break_down=lambda: setattr(mailbox, "broken", True),
    )


# ---------------------------------------------------------------- Meta

META_SECRET = "the app's secret"


def meta_account(account: str, **values: str) -> Account:
    secrets = {"app_secret": META_SECRET, "verify_token": "sesame", "access_token": "token"}
    return Account(account, {**secrets, **values})


def meta_request(channel: str, account: str, body: object, secret: str = META_SECRET) -> Request:
    # Meta escapes what is not ASCII; the signature is over what is sent.
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Request(
        method="POST",
        path=f"/v1/channels/{channel}/{account}",
        headers={"x-hub-signature-256": f"sha256={sign(secret.encode(), raw)}"},
        body=raw,
    )


def whatsapp_webhook(*messages: object, number: str = "1065", **value: object) -> dict[str, Any]:
    content = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "15550001111", "phone_number_id": number},
        **({"messages": list(messages)} if messages else {}),
        **value,
    }
    change = {"field": "messages", "value": content}
    return {"object": "whatsapp_business_account", "entry": [{"id": "9", "changes": [change]}]}


def messaging_webhook(*events: object, account: str = "1065", **entry: object) -> dict[str, Any]:
    content = {"id": account, "time": int(NOW * 1000), "messaging": list(events), **entry}
    return {"object": "page", "entry": [content]}


def messaging_event(customer: str, account: str = "1065", **event: object) -> dict[str, Any]:
    return {
        "sender": {"id": customer},
        "recipient": {"id": account},
        "timestamp": int(NOW * 1000) - 2_000,
        **event,
    }


def _hub_forged(request: Request) -> list[Request]:
    signature = request.headers["x-hub-signature-256"]
    other = sign(b"another secret", request.body)
    return [
        replace(request, headers={}),
        replace(request, body=request.body + b" "),
        replace(request, path=request.path + "9"),
        replace(request, headers={"x-hub-signature-256": signature[7:]}),
        replace(request, headers={"x-hub-signature-256": f"sha256={other}"}),
        replace(request, headers={"x-hub-signature": f"sha1={signature[7:]}"}),
        replace(request, headers={"x-hub-signature-256": "sha256=\u00e9\u0661"}),
    ]


def whatsapp_cloud() -> Case:
    name = "whatsapp_cloud"
    provider = Provider(answered(200, {"messages": [{"id": "wamid.out"}]}))

    def written(event_id: str, **content: object) -> Request:
        message = {"from": "15557770001", "id": event_id, "timestamp": str(int(NOW) - 2)}
        return meta_request(name, "1065", whatsapp_webhook({**message, **content}))

    def arrived(body: Any) -> Arrived:
        interactive = body.get("interactive", {})
        buttons = interactive.get("action", {}).get("buttons", ())
        text = interactive["body"]["text"] if interactive else body["text"]["body"]
        return Arrived(text, tuple(one["reply"]["id"] for one in buttons), body)

    return Case(
        channel=built(name, provider, meta_account("1065")),
        text=lambda i, text: written(i, type="text", text={"body": text}),
        action=lambda i, action: written(
            i,
            type="interactive",
            interactive={"type": "button_reply", "button_reply": {"id": action, "title": "x"}},
        ),
        forged=_hub_forged,
        raw=lambda body: meta_request(name, "1065", body),
        address=Address(name, "1065", ("15557770001",)),
        arrived=lambda: [arrived(body) for body in provider.bodies],
        break_down=lambda: setattr(provider, "broken", True),
    )


def _messaging(name: str) -> Case:
    provider = Provider(answered(200, {"recipient_id": "77", "message_id": "m_out"}))

    def written(event_id: str, **content: object) -> Request:
        event = messaging_event("77", message={"mid": event_id, **content})
        return meta_request(name, "1065", messaging_webhook(event))

    def arrived(body: Any) -> Arrived:
        message = body["message"]
        replies = tuple(one["payload"] for one in message.get("quick_replies", ()))
        return Arrived(message["text"], replies, body)

    return Case(
        channel=built(name, provider, meta_account("1065")),
        text=lambda i, text: written(i, text=text),
        action=lambda i, action: written(i, text="x", quick_reply={"payload": action}),
        forged=_hub_forged,
        raw=lambda body: meta_request(name, "1065", body),
        address=Address(name, "1065", ("77",)),
        arrived=lambda: [arrived(body) for body in provider.bodies],
        break_down=lambda: setattr(provider, "broken", True),
    )


def facebook_messenger() -> Case:
    return _messaging("messenger")


def instagram() -> Case:
    return _messaging("instagram")


# ---------------------------------------------------------------- Twilio

TWILIO_TOKEN = "a token"
TWILIO_URL = "https://shop.example/v1/channels/{}/15550001111"


def twilio_account(**values: str) -> Account:
    return Account("15550001111", {"account_sid": "AC1", "auth_token": TWILIO_TOKEN, **values})


def twilio_request(
    channel: str, form: Mapping[str, str] | bytes, token: str = TWILIO_TOKEN
) -> Request:
    body = form if isinstance(form, bytes) else urlencode(form).encode()
    url = TWILIO_URL.format(channel)
    fields = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)
    return Request(
        method="POST",
        path=url.removeprefix("https://shop.example"),
        headers={
            "content-type": "application/x-www-form-urlencoded",
            "x-twilio-signature": twilio_signature(token.encode(), url, fields),
        },
        body=body,
        url=url,
    )


def _twilio(name: str, prefix: str, **values: str) -> Case:
    provider = Provider(answered(201, {"sid": "SM9", "status": "queued"}))

    def written(event_id: str, **form: str) -> Request:
        whole = {"MessageSid": event_id, "SmsStatus": "received", "NumMedia": "0"}
        parties = {"From": f"{prefix}+15557770001", "To": f"{prefix}+15550001111"}
        return twilio_request(name, {**whole, **parties, **form})

    def arrived(form: str) -> Arrived:
        sent = dict(parse_qsl(form))
        if "Body" in sent:
            return Arrived(sent["Body"], (), sent)
        variables = json.loads(sent["ContentVariables"])
        actions = tuple(variables[number] for number in ("3", "5") if number in variables)
        return Arrived(variables["1"], actions, sent)

    def forged(request: Request) -> list[Request]:
        other = {**request.headers, "x-twilio-signature": "AAAAAAAAAAAAAAAAAAAAAAAAAAA="}
        return [
            replace(request, headers={}),
            replace(request, body=request.body + b"&Body=x"),
            replace(request, url=request.url + "?a=1"),
            replace(request, path=request.path + "2"),
            replace(request, headers=other),
            replace(request, headers={**request.headers, "x-twilio-signature": "\u00e9"}),
        ]

    return Case(
        channel=built(name, provider, twilio_account(**values)),
        text=lambda i, text: written(i, Body=text.encode("utf-8", "replace").decode()),
        action=(lambda i, action: written(i, Body="x", ButtonText="x", ButtonPayload=action))
        if prefix
        else None,
        forged=forged,
        raw=lambda body: twilio_request(name, body),
        address=Address(name, "15550001111", ("+15557770001",)),
        arrived=lambda: [arrived(body) for body in provider.bodies],
        break_down=lambda: setattr(provider, "broken", True),
    )


def twilio_sms() -> Case:
    return _twilio("twilio_sms", "")


def twilio_whatsapp() -> Case:
    return _twilio("twilio_whatsapp", "whatsapp:", content_sid_1="HX1", content_sid_2="HX2")


BENCHES: dict[str, Callable[[], Case]] = {
    "direct": direct,
    "web": web,
    "whatsapp_cloud": whatsapp_cloud,
    "messenger": facebook_messenger,
    "instagram": instagram,
    "twilio_sms": twilio_sms,
    "twilio_whatsapp": twilio_whatsapp,
}
