"""WhatsApp Cloud, Messenger and Instagram on the bench."""

import json
from dataclasses import replace
from typing import Any

from handrail.adapters.channels.kit.accounts import Account
from handrail.adapters.channels.kit.hmac_signature import sign
from handrail.application.ports import Address, Request
from support.channel_bench import Arrived, Case, Provider, answered, built
from support.channel_samples import NOW

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
