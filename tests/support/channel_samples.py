"""Small makers of requests and messages that the channel tests share."""

import json
from typing import Any

from handrail.adapters.channels.signing import SharedSecret, signature_headers
from handrail.application.ports import Address, Request
from handrail.domain.delivery import Action, Button, OutboundMessage, Speaker
from handrail.domain.phrases import Direction

NOW = 1_800_000_000.0
SECRET = SharedSecret("a secret of the example shop")


def direct_request(
    body: object,
    *,
    at: float = NOW,
    secret: SharedSecret = SECRET,
    account: str = "shop",
) -> Request:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = signature_headers(secret, int(at), raw)
    return Request(
        method="POST",
        path=f"/v1/channels/direct/{account}",
        headers={name.lower(): value for name, value in headers.items()},
        body=raw,
    )


def web_request(token: str, body: object = None, **query: str) -> Request:
    raw = body if isinstance(body, bytes) else json.dumps(body or {}).encode()
    return Request(
        method="POST",
        path="/v1/web/messages",
        headers={"authorization": f"Bearer {token}"},
        query=query,
        body=raw,
    )


def outbound(**changes: Any) -> OutboundMessage:
    values: dict[str, Any] = {
        "conversation": "c" * 26,
        "sequence": 7,
        "key": "key-7",
        "speaker": Speaker.BOT,
        "text": "You have 14 days to send it back.",
        "language": "en",
        "direction": Direction.LEFT_TO_RIGHT,
        "buttons": (Button(Action.PERSON, "Talk to a person"),),
        "hint": "To talk to a person, write human at any time.",
        "sent_at": NOW,
    }
    return OutboundMessage(**(values | changes))


def address(channel: str = "direct", *sender_ids: str) -> Address:
    return Address(channel, "shop", sender_ids or ("customer-1",))
