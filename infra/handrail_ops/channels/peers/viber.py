"""Viber's REST API for bots: every answer is a 200, with a status inside."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from handrail.adapters.channels.kit.hmac_signature import sign
from handrail.adapters.channels.kit.measures import utf16_units
from handrail.application.ports import Request
from handrail_ops.channels.peers.base import Got, Peer, PeerRefusalError

AUTH_TOKEN: Final = "a token of the local bot"  # noqa: S105 - of this machine's peer alone
_TEXT_UNITS_MAX: Final = 7_000
_REQUEST_BYTES_MAX: Final = 30_000
_NAME_UNITS_MAX: Final = 28
_LABEL_UNITS_MAX: Final = 250
_COLUMNS: Final = 6
_FIRST_TOKEN: Final = 5_741_311_803_571_720_000
"""Tokens are larger than what a double can tell apart."""


class ViberPeer(Peer):
    """One bot; who never wrote to it is not subscribed."""

    channel = "viber"
    account = "shop"

    @classmethod
    def usual_values(cls, webhook_url: str = "") -> dict[str, str]:
        """Return what an account here has."""
        del webhook_url
        return {"auth_token": AUTH_TOKEN, "sender_name": "Shop"}

    def too_many(self) -> PeerRefusalError:
        """Refuse by the rate."""
        return _error(12, "tooManyRequests")

    def answer(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[int, Mapping[str, Any]]:
        """Check the token, then send."""
        given = {name.lower(): value for name, value in headers.items()}
        if given.get("x-viber-auth-token") != self.values["auth_token"]:
            raise _error(2, "invalidAuthToken")
        if method != "POST" or urlsplit(url).path != "/pa/send_message":
            raise _error(1, "invalidUrl")
        if len(body) > _REQUEST_BYTES_MAX:
            raise _error(3, "badData")
        payload = json.loads(body)
        name = str(payload.get("receiver", ""))
        if self.customer(name).wrote_at is None or self.customer(name).has_stopped:
            raise _error(6, "receiverNotSubscribed")
        token = self.take(name, self._got(payload))
        return 200, {"status": 0, "status_message": "ok", "message_token": int(token)}

    def _got(self, payload: Mapping[str, Any]) -> Got:
        text, sender = payload.get("text", ""), payload.get("sender", {}).get("name", "")
        if not sender or not text.strip():
            raise _error(4, "missingData")
        if utf16_units(text) > _TEXT_UNITS_MAX or utf16_units(sender) > _NAME_UNITS_MAX:
            raise _error(3, "badData")
        keys = payload.get("keyboard", {}).get("Buttons", [])
        fits = all(
            key["Columns"] <= _COLUMNS
            and 0 < utf16_units(key["Text"]) <= _LABEL_UNITS_MAX
            and key["ActionBody"]
            for key in keys
        )
        if not fits or ("keyboard" in payload and not keys):
            raise _error(3, "badData")
        buttons = tuple((key["ActionBody"], key["Text"]) for key in keys)
        return Got(self._token(), text, buttons)

    def _token(self) -> str:
        return str(_FIRST_TOKEN + int(self.next_id("")))

    def text_webhook(self, name: str, text: str) -> Request:
        """Make the webhook of a text."""
        return self._webhook(name, text, silent=False)

    def button_webhook(self, name: str, action: str) -> Request:
        """Make the webhook of a pressed button: its id, as if it had been written."""
        return self._webhook(name, action, silent=True)

    def _webhook(self, name: str, text: str, *, silent: bool) -> Request:
        event = {
            "event": "message",
            "timestamp": int(self.clock.now() * 1000),
            "message_token": int(self._token()),
            "sender": {"id": name, "name": "Customer", "language": "en", "country": "GB"},
            "message": {"type": "text", "text": text},
            "silent": silent,
        }
        raw = json.dumps(event, ensure_ascii=False).encode("utf-8", "replace")
        path = f"/v1/channels/{self.channel}/{self.account}"
        key = self.values["auth_token"].encode()
        return Request(
            method="POST",
            path=path,
            headers={
                "content-type": "application/json",
                "x-viber-content-signature": sign(key, raw),
            },
            body=raw,
            url=f"https://handrail.example{path}",
        )


def _error(status: int, message: str) -> PeerRefusalError:
    return PeerRefusalError(200, {"status": status, "status_message": message})
