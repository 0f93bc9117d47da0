"""LINE on the bench."""

import json
from dataclasses import replace
from typing import Any

from handrail.adapters.channels.kit.accounts import Account
from handrail.adapters.channels.kit.hmac_signature import as_base64, sign
from handrail.application.ports import Address, Request
from support.channel_bench import Arrived, Case, Provider, answered, built
from support.channel_samples import NOW

LINE_SECRET = "the channel's secret"
CUSTOMER = "U7001"


def line_account(**values: str) -> Account:
    return Account("shop", {"channel_secret": LINE_SECRET, "access_token": "token", **values})


def line_request(body: object, secret: str = LINE_SECRET) -> Request:
    raw = (
        body
        if isinstance(body, bytes)
        else json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
    )
    return Request(
        method="POST",
        path="/v1/channels/line/shop",
        headers={"x-line-signature": sign(secret.encode(), raw, encode=as_base64)},
        body=raw,
    )


def line_event(event_id: str = "01A", **content: Any) -> dict[str, Any]:
    return {
        "mode": "active",
        "timestamp": int(NOW * 1000) - 2_000,
        "source": {"type": "user", "userId": CUSTOMER},
        "webhookEventId": event_id,
        "deliveryContext": {"isRedelivery": False},
        "replyToken": "r",
        **content,
    }


def line_webhook(*events: object) -> dict[str, Any]:
    return {"destination": "U1", "events": list(events)}


def line() -> Case:
    provider = Provider(answered(200, {"sentMessages": [{"id": "461"}]}))

    def event(event_id: str, **content: Any) -> Request:
        return line_request(line_webhook(line_event(event_id, **content)))

    def arrived(body: Any) -> Arrived:
        text = "".join(one["text"] for one in body["messages"])
        items = body["messages"][-1].get("quickReply", {}).get("items", ())
        return Arrived(text, tuple(item["action"]["data"] for item in items), body)

    def forged(request: Request) -> list[Request]:
        other = sign(b"another secret", request.body, encode=as_base64)
        in_hex = sign(LINE_SECRET.encode(), request.body)
        return [
            replace(request, headers={}),
            replace(request, body=request.body + b" "),
            replace(request, path=request.path + "2"),
            replace(request, headers={"x-line-signature": other}),
            replace(request, headers={"x-line-signature": in_hex}),
            replace(request, headers={"x-line-signature": "\u00e9"}),
        ]

    return Case(
        channel=built("line", provider, line_account()),
        text=lambda i, text: event(
            i, type="message", message={"id": "1", "type": "text", "text": text}
        ),
        action=lambda i, action: event(i, type="postback", postback={"data": action}),
        forged=forged,
        raw=line_request,
        address=Address("line", "shop", (CUSTOMER,)),
        arrived=lambda: [arrived(body) for body in provider.bodies],
        break_down=lambda: setattr(provider, "broken", True),
    )
