"""Slack's Web API: nearly every answer is a 200, with `ok` inside."""

from __future__ import annotations

import html
import json
from collections.abc import Mapping
from typing import Any, Final, NoReturn
from urllib.parse import urlencode, urlsplit

from handrail.adapters.channels.kit.hmac_signature import sign
from handrail.adapters.channels.kit.measures import utf16_units
from handrail.adapters.channels.slack import as_v0
from handrail.adapters.channels.slack_events import FORM
from handrail.application.ports import Request
from handrail_ops.channels.peers.base import Got, Peer, PeerRefusalError

SIGNING_SECRET: Final = "a secret of the local app"  # noqa: S105 - of this machine's peer alone
BOT_TOKEN: Final = "a token of the local bot"  # noqa: S105 - the same
_SECTION_UNITS_MAX: Final = 3_000
_LABEL_UNITS_MAX: Final = 75
_VALUE_UNITS_MAX: Final = 2_000
_ELEMENTS_MAX: Final = 25


class SlackPeer(Peer):
    """One app in one workspace; customers write to it directly."""

    channel = "slack"
    account = "shop"
    burst = 3

    @classmethod
    def usual_values(cls, webhook_url: str = "") -> dict[str, str]:
        """Return what an account here has."""
        del webhook_url
        return {"signing_secret": SIGNING_SECRET, "bot_token": BOT_TOKEN}

    def too_many(self) -> PeerRefusalError:
        """Refuse by the channel's rate."""
        return PeerRefusalError(429, {"ok": False, "error": "ratelimited"})

    def answer(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[int, Mapping[str, Any]]:
        """Check the token, then post."""
        given = {name.lower(): value for name, value in headers.items()}
        if given.get("authorization") != f"Bearer {self.values['bot_token']}":
            _refuse("invalid_auth")
        if method != "POST" or urlsplit(url).path != "/api/chat.postMessage":
            _refuse("unknown_method")
        payload = json.loads(body)
        name = str(payload.get("channel", ""))
        if self.customer(name).wrote_at is None:
            _refuse("channel_not_found")
        ts = self.take(name, self._got(payload))
        return 200, {"ok": True, "channel": name, "ts": ts}

    def _got(self, payload: Mapping[str, Any]) -> Got:
        text, blocks = payload.get("text", ""), payload.get("blocks", [])
        if not text.strip():
            _refuse("no_text")
        shown, buttons = text, []
        for block in blocks:
            match block["type"]:
                case "section":
                    shown = block["text"]["text"]
                case "actions":
                    buttons = block["elements"]
        fits = all(
            utf16_units(one["text"]["text"]) <= _LABEL_UNITS_MAX
            and utf16_units(one["value"]) <= _VALUE_UNITS_MAX
            for one in buttons
        )
        names = {one["action_id"] for one in buttons}
        unique = len(names) == len(buttons) <= _ELEMENTS_MAX
        if not fits or not unique or utf16_units(shown) > _SECTION_UNITS_MAX:
            _refuse("invalid_blocks")
        pressable = tuple((one["value"], one["text"]["text"]) for one in buttons)
        return Got(self._ts(), html.unescape(shown), pressable)

    def _ts(self) -> str:
        return f"{int(self.clock.now())}.{int(self.next_id('')) % 1_000_000:06}"

    def text_webhook(self, name: str, text: str) -> Request:
        """Make the request of a text, escaped as Slack does."""
        ts = self._ts()
        event = {
            "type": "message",
            "channel": f"D{name}",
            "channel_type": "im",
            "user": name,
            "text": html.escape(text, quote=False),
            "ts": ts,
            "event_ts": ts,
        }
        callback = {
            "type": "event_callback",
            "team_id": "T1",
            "event": event,
            "event_id": self.next_id("Ev"),
            "event_time": int(self.clock.now()),
        }
        return self._signed(json.dumps(callback).encode("ascii"), "application/json")

    def button_webhook(self, name: str, action: str) -> Request:
        """Make the request of a pressed button."""
        payload = {
            "type": "block_actions",
            "user": {"id": name, "username": "customer"},
            "channel": {"id": f"D{name}"},
            "container": {"type": "message", "message_ts": self._ts()},
            "actions": [{"action_id": action, "value": action, "action_ts": self._ts()}],
            "trigger_id": self.next_id("1."),
        }
        return self._signed(urlencode({"payload": json.dumps(payload)}).encode("ascii"), FORM)

    def again(self, webhook: Request) -> Request:
        """Sign it anew: Slack's signature has the time in it."""
        return self._signed(webhook.body, webhook.headers["content-type"])

    def _signed(self, raw: bytes, content_type: str) -> Request:
        path = f"/v1/channels/{self.channel}/{self.account}"
        timestamp = str(int(self.clock.now()))
        signed = b"v0:" + timestamp.encode() + b":" + raw
        key = self.values["signing_secret"].encode()
        return Request(
            method="POST",
            path=path,
            headers={
                "content-type": content_type,
                "x-slack-request-timestamp": timestamp,
                "x-slack-signature": sign(key, signed, encode=as_v0),
            },
            body=raw,
            url=f"https://handrail.example{path}",
        )


def _refuse(code: str) -> NoReturn:
    raise PeerRefusalError(200, {"ok": False, "error": code})
