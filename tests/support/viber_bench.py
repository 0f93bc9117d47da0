"""Viber on the bench."""

import json
from dataclasses import replace
from typing import Any

from handrail.adapters.channels.kit.accounts import Account
from handrail.adapters.channels.kit.hmac_signature import sign
from handrail.application.ports import Address, Request
from support.channel_bench import Arrived, Case, Provider, answered, built
from support.channel_samples import NOW

VIBER_TOKEN = "4453b6-token"
CUSTOMER = "01234567890A="
TOKEN = 5_741_311_803_571_721_087
"""A double would make 5741311803571721216 of it."""


def viber_account(**values: str) -> Account:
    return Account("shop", {"auth_token": VIBER_TOKEN, "sender_name": "Shop", **values})


def viber_request(body: object, secret: str = VIBER_TOKEN) -> Request:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Request(
        method="POST",
        path="/v1/channels/viber/shop",
        headers={"x-viber-content-signature": sign(secret.encode(), raw)},
        body=raw,
    )


def viber_event(**content: Any) -> dict[str, Any]:
    return {
        "event": "message",
        "timestamp": int(NOW * 1000) - 2_000,
        "message_token": TOKEN,
        "sender": {"id": CUSTOMER, "name": "Ada", "language": "uk", "country": "UA"},
        **content,
    }


def viber() -> Case:
    provider = Provider(answered(200, {"status": 0, "message_token": TOKEN}))

    def written(event_id: str, text: str, *, silent: bool = False) -> Request:
        message = {"type": "text", "text": text}
        return viber_request(viber_event(message_token=event_id, message=message, silent=silent))

    def arrived(body: Any) -> Arrived:
        keys = body.get("keyboard", {}).get("Buttons", ())
        return Arrived(body["text"], tuple(key["ActionBody"] for key in keys), body)

    def forged(request: Request) -> list[Request]:
        other = sign(b"another token", request.body)
        sha1 = sign(VIBER_TOKEN.encode(), request.body, algorithm="sha1")
        return [
            replace(request, headers={}),
            replace(request, body=request.body + b" "),
            replace(request, path=request.path + "2"),
            replace(request, headers={"x-viber-content-signature": other}),
            replace(request, headers={"x-viber-content-signature": sha1}),
            replace(request, headers={"x-viber-content-signature": "\u00e9"}),
        ]

    return Case(
        channel=built("viber", provider, viber_account()),
        text=written,
        action=lambda i, action: written(i, action, silent=True),
        forged=forged,
        raw=viber_request,
        address=Address("viber", "shop", (CUSTOMER,)),
        arrived=lambda: [arrived(body) for body in provider.bodies],
        break_down=lambda: setattr(provider, "broken", True),
    )
