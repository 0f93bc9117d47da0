"""LINE's Messaging API."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from handrail.adapters.channels.kit.hmac_signature import as_base64, sign
from handrail.adapters.channels.kit.measures import utf8_bytes, utf16_units
from handrail.application.ports import Request
from handrail_ops.channels.peers.base import Got, Peer, PeerRefusalError

CHANNEL_SECRET: Final = "a secret of the local channel"  # noqa: S105 - of this machine's peer
ACCESS_TOKEN: Final = "a token of the local channel"  # noqa: S105 - the same
_TEXT_UNITS_MAX: Final = 5_000
_MESSAGES_MAX: Final = 5
_ITEMS_MAX: Final = 13
_LABEL_CHARS_MAX: Final = 20
_DATA_BYTES_MAX: Final = 300


class LinePeer(Peer):
    """One official account; a retry key is taken once."""

    channel = "line"
    account = "shop"

    def __init__(self, *given: Any, **named: Any) -> None:
        """Start without any retry key taken."""
        super().__init__(*given, **named)
        self._taken: dict[str, list[dict[str, str]]] = {}
        self.aliases: dict[str, str] = {}
        """The rich menus by their aliases."""
        self.linked: list[tuple[str, str]] = []
        """Who was linked to which."""

    @classmethod
    def usual_values(cls, webhook_url: str = "") -> dict[str, str]:
        """Return what an account here has."""
        del webhook_url
        return {"channel_secret": CHANNEL_SECRET, "access_token": ACCESS_TOKEN}

    def too_many(self) -> PeerRefusalError:
        """Refuse by the account's rate."""
        return _error(429, "The API rate limit has been exceeded. Try again later.")

    def answer(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[int, Mapping[str, Any]]:
        """Check the token, then do as asked."""
        given = {name.lower(): value for name, value in headers.items()}
        if given.get("authorization") != f"Bearer {self.values['access_token']}":
            raise _error(401, "Authentication failed due to the following reason: invalid token")
        path, payload = urlsplit(url).path, json.loads(body or b"{}")
        menu = self._menu(method, path)
        if menu is not None:
            return 200, menu
        if method == "POST" and path == "/v2/bot/chat/loading/start":
            if payload.get("loadingSeconds") not in range(5, 61, 5):
                raise _error(400, "The property, 'loadingSeconds', is invalid")
            self.customer(payload["chatId"]).typing += 1
            return 202, {}
        if method != "POST" or path != "/v2/bot/message/push":
            raise _error(404, "Not found")
        try:
            key = str(uuid.UUID(given.get("x-line-retry-key", "")))
        except ValueError:
            raise _error(400, "The retry key is invalid") from None
        before = self._taken.get(key)
        if before is not None:
            return 409, {
                "message": "The retry key is already accepted",
                "sentMessages": before,
            }
        sent = self._push(payload)
        self._taken[key] = sent
        return 200, {"sentMessages": sent}

    def _menu(self, method: str, path: str) -> Mapping[str, Any] | None:
        """Tell which menu an alias means, or link a customer to one; None for anything else."""
        steps = path.removeprefix("/v2/bot/").split("/")
        match method, steps:
            case "GET", ["richmenu", "alias", name]:
                if name not in self.aliases:
                    raise _error(404, "richmenu alias not found")
                return {"richMenuAliasId": name, "richMenuId": self.aliases[name]}
            case "POST", ["user", customer, "richmenu", menu_id]:
                if menu_id not in self.aliases.values():
                    raise _error(404, "richmenu not found")
                self.linked.append((customer, menu_id))
                return {}
        return None

    def _push(self, payload: Mapping[str, Any]) -> list[dict[str, str]]:
        name = str(payload.get("to", ""))
        if self.customer(name).wrote_at is None:
            raise _error(400, "Failed to send messages")
        messages = payload.get("messages", [])
        if not 1 <= len(messages) <= _MESSAGES_MAX:
            raise _error(400, "Size must be between 1 and 5")
        shown = [self._got(message) for message in messages]
        self.take(name, shown[0])
        self.customer(name).got.extend(shown[1:])
        return [{"id": got.id} for got in shown]

    def _got(self, message: Mapping[str, Any]) -> Got:
        text = message.get("text", "")
        if not text.strip() or utf16_units(text) > _TEXT_UNITS_MAX:
            raise _error(400, "Length must be between 0 and 5000")
        items = message.get("quickReply", {}).get("items", [])
        actions = [item["action"] for item in items]
        fits = all(
            len(action["label"]) <= _LABEL_CHARS_MAX
            and utf8_bytes(action["data"]) <= _DATA_BYTES_MAX
            for action in actions
        )
        if len(items) > _ITEMS_MAX or not fits:
            raise _error(400, "The request body has an error in 'quickReply'")
        buttons = tuple((action["data"], action["label"]) for action in actions)
        return Got(self.next_id("4"), text, buttons)

    def text_webhook(self, name: str, text: str) -> Request:
        """Make the webhook of a text."""
        message = {"id": self.next_id("3"), "type": "text", "text": text, "quoteToken": "q"}
        return self._webhook(name, {"type": "message", "message": message})

    def button_webhook(self, name: str, action: str) -> Request:
        """Make the webhook of a pressed quick reply."""
        return self._webhook(name, {"type": "postback", "postback": {"data": action}})

    def _webhook(self, name: str, content: Mapping[str, Any]) -> Request:
        event = {
            "mode": "active",
            "timestamp": int(self.clock.now() * 1000),
            "source": {"type": "user", "userId": name},
            "webhookEventId": self.next_id("01PEER"),
            "deliveryContext": {"isRedelivery": False},
            "replyToken": "r",
            **content,
        }
        # LINE writes letters of every script as they are.
        body = {"destination": "Ushop", "events": [event]}
        raw = json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
        path = f"/v1/channels/{self.channel}/{self.account}"
        key = self.values["channel_secret"].encode()
        return Request(
            method="POST",
            path=path,
            headers={
                "content-type": "application/json; charset=utf-8",
                "x-line-signature": sign(key, raw, encode=as_base64),
            },
            body=raw,
            url=f"https://handrail.example{path}",
        )


def _error(status: int, message: str) -> PeerRefusalError:
    return PeerRefusalError(status, {"message": message})
