"""Telegram on the bench."""

import json
from dataclasses import replace
from typing import Any

from handrail.adapters.channels.kit.accounts import Account
from handrail.application.ports import Address, Request
from support.channel_bench import Arrived, Case, Provider, answered, built
from support.channel_samples import NOW

TELEGRAM_SECRET = "the_secret_token"
CUSTOMER = {"id": 7001, "is_bot": False, "first_name": "Ada", "language_code": "de"}
CHAT = {"id": 7001, "type": "private", "first_name": "Ada"}


def telegram_account(**values: str) -> Account:
    secrets = {"bot_token": "1:token", "secret_token": TELEGRAM_SECRET}
    return Account("shop_bot", {**secrets, **values})


def telegram_request(update: object, secret: str = TELEGRAM_SECRET) -> Request:
    raw = update if isinstance(update, bytes) else json.dumps(update).encode()
    return Request(
        method="POST",
        path="/v1/channels/telegram/shop_bot",
        headers={"x-telegram-bot-api-secret-token": secret},
        body=raw,
    )


def message(**content: Any) -> dict[str, Any]:
    return {"message_id": 5, "from": CUSTOMER, "chat": CHAT, "date": int(NOW) - 2, **content}


def telegram() -> Case:
    provider = Provider(answered(200, {"ok": True, "result": {"message_id": 9}}))

    def update(event_id: str, **content: object) -> Request:
        return telegram_request({"update_id": int.from_bytes(event_id.encode()), **content})

    def arrived(body: Any) -> Arrived:
        rows = body.get("reply_markup", {}).get("inline_keyboard", ())
        actions = tuple(button["callback_data"] for row in rows for button in row)
        return Arrived(body["text"], actions, body)

    def forged(request: Request) -> list[Request]:
        secret = "x-telegram-bot-api-secret-token"
        return [
            replace(request, headers={}),
            replace(request, path=request.path + "2"),
            replace(request, headers={secret: TELEGRAM_SECRET[:-1]}),
            replace(request, headers={secret: TELEGRAM_SECRET + "x"}),
            replace(request, headers={secret: ""}),
            replace(request, headers={secret: "\u00e9"}),
        ]

    def pressed(event_id: str, action: str) -> Request:
        query = {"id": "44", "from": CUSTOMER, "message": message(text="…"), "data": action}
        return update(event_id, callback_query=query)

    return Case(
        channel=built("telegram", provider, telegram_account()),
        text=lambda i, text: update(i, message=message(text=text)),
        action=pressed,
        forged=forged,
        raw=telegram_request,
        address=Address("telegram", "shop_bot", ("7001",)),
        arrived=lambda: [arrived(body) for body in provider.bodies],
        break_down=lambda: setattr(provider, "broken", True),
    )
