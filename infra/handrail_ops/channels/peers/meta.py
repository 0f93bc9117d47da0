"""Meta's Graph API as WhatsApp, Messenger and Instagram show it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from handrail.adapters.channels.kit.hmac_signature import sign
from handrail.adapters.channels.kit.measures import utf8_bytes, utf16_units
from handrail.application.ports import Request
from handrail_ops.channels.peers.base import Got, Peer, PeerRefusalError

APP_SECRET: Final = "a secret of the local app"  # noqa: S105 - of this machine's peer alone
ACCESS_TOKEN: Final = "a token of the local app"  # noqa: S105 - the same
VERIFY_TOKEN: Final = "a word of the local app"  # noqa: S105 - the same
_DAY_SECONDS: Final = 24 * 3600.0
_OK: Final = 200
_TITLE_UNITS_MAX: Final = 20
_REPLIES_MAX: Final = 13


class GraphPeer(Peer):
    """The part of the Graph API that all three share."""

    channel = ""
    account = "1065"

    @classmethod
    def usual_values(cls, webhook_url: str = "") -> dict[str, str]:
        """Return what an account here has."""
        del webhook_url
        return {
            "app_secret": APP_SECRET,
            "verify_token": VERIFY_TOKEN,
            "access_token": ACCESS_TOKEN,
            "reply_template": "reply",
        }

    def too_many(self) -> PeerRefusalError:
        """Refuse by the pair's rate."""
        return _error(400, 131056 if self.channel == "whatsapp_cloud" else 613)

    def answer(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[int, Mapping[str, Any]]:
        """Check the token, then send."""
        given = {name.lower(): value for name, value in headers.items()}
        if given.get("authorization") != f"Bearer {self.values['access_token']}":
            raise _error(401, 190)
        if method != "POST" or not urlsplit(url).path.endswith("/messages"):
            raise _error(400, 100, 33)
        return _OK, self.send(json.loads(body))

    def send(self, payload: Mapping[str, Any]) -> Mapping[str, Any]:
        """Send one payload."""
        raise NotImplementedError

    def signed(self, body: Mapping[str, Any]) -> Request:
        """Return a webhook, escaped and signed as Meta does."""
        raw = json.dumps(body).encode("ascii")
        path = f"/v1/channels/{self.channel}/{self.account}"
        return Request(
            method="POST",
            path=path,
            headers={
                "content-type": "application/json",
                "x-hub-signature-256": f"sha256={sign(self.values['app_secret'].encode(), raw)}",
            },
            body=raw,
            url=f"https://handrail.example{path}",
        )


class WhatsAppPeer(GraphPeer):
    """WhatsApp Cloud: a day's window, then templates alone."""

    channel = "whatsapp_cloud"
    burst = 45
    pair_seconds = 6.0
    window_seconds = _DAY_SECONDS
    templates = frozenset({"reply"})

    def send(self, payload: Mapping[str, Any]) -> Mapping[str, Any]:
        """Send one message, or show the typing indicator."""
        if payload.get("messaging_product") != "whatsapp":
            raise _error(400, 100)
        if payload.get("status") == "read":
            for customer in self.customers.values():
                customer.typing += 1
            return {"success": True}
        name = payload.get("to") or payload.get("recipient")
        if not isinstance(name, str):
            raise _error(400, 131008)
        got = self._got(payload)
        if not got.template and not self.is_open(self.customer(name)):
            raise _error(400, 131047)
        message_id = self.take(name, got)
        return {"messaging_product": "whatsapp", "messages": [{"id": message_id}]}

    def _got(self, payload: Mapping[str, Any]) -> Got:
        message_id = self.next_id("wamid.peer-")
        match payload.get("type"):
            case "text":
                return Got(message_id, _fits(payload["text"]["body"], 4_096))
            case "interactive":
                part = payload["interactive"]
                replies = [one["reply"] for one in part["action"]["buttons"]]
                titles = {reply["title"] for reply in replies}
                fits = all(utf16_units(title) <= _TITLE_UNITS_MAX for title in titles)
                if not 1 <= len(replies) <= 3 or len(titles) < len(replies) or not fits:  # noqa: PLR2004
                    raise _error(400, 131009)
                buttons = tuple((reply["id"], reply["title"]) for reply in replies)
                return Got(message_id, _fits(part["body"]["text"], 1_024), buttons)
            case "template":
                if payload["template"]["name"] not in self.templates:
                    raise _error(400, 132001)
                return Got(message_id, payload["template"]["name"], template=True)
            case _:
                raise _error(400, 131051)

    def text_webhook(self, name: str, text: str) -> Request:
        """Make the webhook of a text."""
        return self._webhook(name, {"type": "text", "text": {"body": text}})

    def button_webhook(self, name: str, action: str) -> Request:
        """Make the webhook of a pressed button."""
        reply = {"type": "button_reply", "button_reply": {"id": action, "title": "…"}}
        return self._webhook(name, {"type": "interactive", "interactive": reply})

    def _webhook(self, name: str, content: Mapping[str, Any]) -> Request:
        message = {
            "from": name,
            "id": self.next_id("wamid.customer-"),
            "timestamp": str(int(self.clock.now())),
            **content,
        }
        value = {
            "messaging_product": "whatsapp",
            "metadata": {"phone_number_id": self.account},
            "contacts": [{"wa_id": name, "profile": {"name": "Customer"}}],
            "messages": [message],
        }
        entry = {"id": "1", "changes": [{"field": "messages", "value": value}]}
        return self.signed({"object": "whatsapp_business_account", "entry": [entry]})


class MessengerPeer(GraphPeer):
    """Messenger: a day's window, and six days more for people."""

    channel = "messenger"
    window_seconds = _DAY_SECONDS
    people_seconds = 7 * _DAY_SECONDS
    object_name = "page"

    def send(self, payload: Mapping[str, Any]) -> Mapping[str, Any]:
        """Send one message, or show the typing indicator."""
        name = payload.get("recipient", {}).get("id")
        if not isinstance(name, str):
            raise _error(400, 100)
        customer = self.customer(name)
        if payload.get("sender_action"):
            customer.typing += 1
            return {"recipient_id": name}
        if customer.wrote_at is None:
            raise _error(400, 551, 1545041)
        since = self.clock.now() - customer.wrote_at
        extended = payload.get("tag") == "HUMAN_AGENT"
        if since >= (self.people_seconds if extended else self.window_seconds or 0):
            raise _error(400, 10, 2018278)
        message = payload["message"]
        replies = message.get("quick_replies", [])
        titles = [one["title"] for one in replies]
        if len(replies) > _REPLIES_MAX or any(utf16_units(t) > _TITLE_UNITS_MAX for t in titles):
            raise _error(400, 100)
        buttons = tuple((one["payload"], one["title"]) for one in replies)
        got = Got(self.next_id("m_peer-"), self.fits(message["text"]), buttons)
        return {"recipient_id": name, "message_id": self.take(name, got)}

    def fits(self, text: str) -> str:
        """Return the text if it is short enough."""
        return _fits(text, 2_000, 100)

    def text_webhook(self, name: str, text: str) -> Request:
        """Make the webhook of a text."""
        return self._webhook(name, {"text": text})

    def button_webhook(self, name: str, action: str) -> Request:
        """Make the webhook of a pressed quick reply."""
        return self._webhook(name, {"text": "…", "quick_reply": {"payload": action}})

    def echo(self, name: str, text: str) -> Request:
        """Return the webhook of what a person wrote to a customer from another console."""
        message = {"mid": self.next_id("m_echo-"), "text": text, "is_echo": True}
        return self._event(self.account, name, {"message": message})

    def _webhook(self, name: str, content: Mapping[str, Any]) -> Request:
        message = {"mid": self.next_id("m_customer-"), **content}
        return self._event(name, self.account, {"message": message})

    def _event(self, sender: str, recipient: str, content: Mapping[str, Any]) -> Request:
        event = {
            "sender": {"id": sender},
            "recipient": {"id": recipient},
            "timestamp": int(self.clock.now() * 1000),
            **content,
        }
        entry = {"id": self.account, "time": event["timestamp"], "messaging": [event]}
        return self.signed({"object": self.object_name, "entry": [entry]})


class InstagramPeer(MessengerPeer):
    """Instagram: a thousand bytes."""

    channel = "instagram"
    object_name = "instagram"

    def fits(self, text: str) -> str:
        """Return the text if it is short enough."""
        if utf8_bytes(text) > 1_000:  # noqa: PLR2004
            raise _error(400, 100)
        return text


def _fits(text: str, units_max: int, code: int = 131009) -> str:
    if not text.strip() or utf16_units(text) > units_max:
        raise _error(400, code)
    return text


def _error(status: int, code: int, subcode: int | None = None) -> PeerRefusalError:
    return PeerRefusalError(
        status, {"error": {"code": code, "error_subcode": subcode, "message": "…"}}
    )
