"""Telegram's Bot API."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from handrail.adapters.channels.kit.measures import utf8_bytes, utf16_units
from handrail.application.ports import Request
from handrail_ops.channels.peers.base import Got, Peer, PeerRefusalError

BOT_TOKEN: Final = "7000000001:a-token-of-the-local-bot"  # noqa: S105 - of this machine's peer
SECRET_TOKEN: Final = "a-secret-of-the-local-bot"  # noqa: S105 - the same
_TEXT_UNITS_MAX: Final = 4_096
_DATA_BYTES_MAX: Final = 64
_WAIT_SECONDS: Final = 3
_FOLDER: Final = "photos"


class TelegramPeer(Peer):
    """One bot; who never wrote to it cannot be written to."""

    channel = "telegram"
    account = "shop_bot"
    burst = 3

    @classmethod
    def usual_values(cls, webhook_url: str = "") -> dict[str, str]:
        """Return what an account here has."""
        del webhook_url
        return {"bot_token": BOT_TOKEN, "secret_token": SECRET_TOKEN}

    def too_many(self) -> PeerRefusalError:
        """Refuse, and say in the body how long."""
        return _error(429, "Too Many Requests: retry after 3", retry_after=_WAIT_SECONDS)

    def answer(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[int, Mapping[str, Any] | bytes]:
        """Check the token in the address, then do as asked."""
        del headers
        path = urlsplit(url).path
        kept = path.removeprefix(f"/file/bot{self.values['bot_token']}/{_FOLDER}/")
        if method == "GET" and kept in self.files:
            return 200, self.files[kept]
        token, _, called = path.removeprefix("/bot").rpartition("/")
        if method != "POST" or token != self.values["bot_token"]:
            raise _error(404, "Not Found")
        payload = json.loads(body)
        if called == "getFile":
            file_id = str(payload.get("file_id"))
            if file_id not in self.files:
                raise _error(400, "Bad Request: invalid file_id")
            return 200, {"ok": True, "result": {"file_path": f"{_FOLDER}/{file_id}"}}
        name = str(payload.get("chat_id", ""))
        customer = self.customer(name)
        if customer.wrote_at is None:
            raise _error(400, "Bad Request: chat not found")
        if customer.has_stopped:
            raise _error(403, "Forbidden: bot was blocked by the user")
        match called:
            case "sendChatAction":
                customer.typing += 1
                return 200, {"ok": True, "result": True}
            case "sendMessage":
                message_id = self.take(name, self._got(payload))
                return 200, {"ok": True, "result": {"message_id": int(message_id)}}
            case _:
                raise _error(404, "Not Found")

    def _got(self, payload: Mapping[str, Any]) -> Got:
        text = payload.get("text", "")
        if not text.strip():
            raise _error(400, "Bad Request: message text is empty")
        if utf16_units(text) > _TEXT_UNITS_MAX:
            raise _error(400, "Bad Request: message is too long")
        rows = payload.get("reply_markup", {}).get("inline_keyboard", [])
        buttons = tuple((one["callback_data"], one["text"]) for row in rows for one in row)
        if any(not 1 <= utf8_bytes(data) <= _DATA_BYTES_MAX for data, _ in buttons):
            raise _error(400, "Bad Request: BUTTON_DATA_INVALID")
        return Got(self.next_id(""), text, buttons)

    def text_webhook(self, name: str, text: str) -> Request:
        """Make the webhook of a text."""
        return self._webhook({"message": {**self._message(name), "text": text}})

    def photo_webhook(self, name: str, data: bytes) -> Request:
        """Make the webhook of a picture, and keep it to be fetched."""
        file_id = self.next_id("AgAC")
        self.files[file_id] = data
        self.customer(name).wrote_at = self.clock.now()
        sizes = [{"file_id": file_id, "width": 90, "height": 90, "file_size": len(data)}]
        return self._webhook({"message": {**self._message(name), "photo": sizes}})

    def button_webhook(self, name: str, action: str) -> Request:
        """Make the webhook of a pressed button."""
        query = {
            "id": self.next_id("1"),
            "from": _user(name),
            "message": {**self._message(name), "text": "…"},
            "chat_instance": "1",
            "data": action,
        }
        return self._webhook({"callback_query": query})

    def _message(self, name: str) -> dict[str, Any]:
        return {
            "message_id": int(self.next_id("")),
            "from": _user(name),
            "chat": {"id": int(name), "type": "private", "first_name": "Customer"},
            "date": int(self.clock.now()),
        }

    def _webhook(self, content: Mapping[str, Any]) -> Request:
        path = f"/v1/channels/{self.channel}/{self.account}"
        update = {"update_id": int(self.next_id("")), **content}
        return Request(
            method="POST",
            path=path,
            headers={
                "content-type": "application/json",
                "x-telegram-bot-api-secret-token": self.values["secret_token"],
            },
            body=json.dumps(update, ensure_ascii=False).encode("utf-8", "replace"),
            url=f"https://handrail.example{path}",
        )


def _user(name: str) -> dict[str, Any]:
    return {"id": int(name), "is_bot": False, "first_name": "Customer", "language_code": "en"}


def _error(status: int, description: str, **parameters: int) -> PeerRefusalError:
    body = {"ok": False, "error_code": status, "description": description}
    return PeerRefusalError(status, {**body, **({"parameters": parameters} if parameters else {})})
