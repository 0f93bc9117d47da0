"""Twilio's interface for SMS and WhatsApp."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode, urlsplit

from handrail.adapters.channels.kit.measures import sms_segments, utf16_units
from handrail.adapters.channels.twilio_signature import signature
from handrail.application.ports import Request
from handrail.domain.stopping import START_WORDS, STOP_ON_SMS
from handrail_ops.channels.peers.base import Got, Peer, PeerRefusalError

ACCOUNT_SID: Final = "AC00000000000000000000000000000000"
AUTH_TOKEN: Final = "a token of the local account"  # noqa: S105 - of this machine's peer alone
_CONTENTS: Final = {"HX1": 1, "HX2": 2}
_REPLY_CONTENT: Final = "HX0"
_SEGMENTS_MAX: Final = 10
_BODY_CHARS_MAX: Final = 1_600
_CREATED: Final = 201


class TwilioSmsPeer(Peer):
    """SMS: no window, no buttons, and a block list that the carriers keep."""

    channel = "twilio_sms"
    account = "15550001111"
    prefix = ""
    origin = "https://handrail.example"

    @classmethod
    def usual_values(cls, webhook_url: str = "") -> dict[str, str]:
        """Return what an account here has."""
        return {
            "account_sid": ACCOUNT_SID,
            "auth_token": AUTH_TOKEN,
            "webhook_url": webhook_url,
            "content_sid_1": "HX1",
            "content_sid_2": "HX2",
            "reply_content_sid": _REPLY_CONTENT,
        }

    def too_many(self) -> PeerRefusalError:
        """Refuse by the account's rate."""
        return _error(429, 20429)

    def answer(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[int, Mapping[str, Any]]:
        """Check who asks, then send."""
        given = {name.lower(): value for name, value in headers.items()}
        pair = base64.b64encode(
            f"{self.values['account_sid']}:{self.values['auth_token']}".encode()
        ).decode("ascii")
        if given.get("authorization") != f"Basic {pair}":
            raise _error(401, 20003)
        form = dict(parse_qsl(body.decode(), keep_blank_values=True))
        path = urlsplit(url).path
        if path.endswith("/Indicators/Typing.json"):
            for customer in self.customers.values():
                customer.typing += 1
            return 200, {"success": True}
        if method != "POST" or not path.endswith(
            f"/Accounts/{self.values['account_sid']}/Messages.json"
        ):
            raise _error(404, 20404)
        return _CREATED, self.send(form)

    def send(self, form: Mapping[str, str]) -> Mapping[str, Any]:
        """Send one message."""
        to = form.get("To", "")
        if not to.startswith(f"{self.prefix}+"):
            raise _error(400, 21211)
        name = to.removeprefix(self.prefix)
        if self.customer(name).has_stopped:
            raise _error(400, 21610)
        got = self.got(form)
        if not got.template and not self.is_open(self.customer(name)):
            raise _error(400, 63016)
        return {"sid": self.take(name, got), "status": "queued"}

    def got(self, form: Mapping[str, str]) -> Got:
        """Return what arrives of a form."""
        body = form.get("Body", "")
        if not body.strip() or len(body) > _BODY_CHARS_MAX or sms_segments(body) > _SEGMENTS_MAX:
            raise _error(400, 21617)
        return Got(self.next_id("SM-peer-"), body)

    def text_webhook(self, name: str, text: str) -> Request:
        """Make the webhook of a text; the carrier notes who wants no more."""
        form = {"Body": text}
        word = text.strip().casefold()
        if not self.prefix and word in STOP_ON_SMS | START_WORDS:
            self.customer(name).has_stopped = word in STOP_ON_SMS
            form["OptOutType"] = "STOP" if word in STOP_ON_SMS else "START"
        return self.webhook(name, form)

    def button_webhook(self, name: str, action: str) -> Request:
        """Make the webhook of the word that stands for a button."""
        return self.text_webhook(name, "human" if action == "person:v1" else "never mind")

    def webhook(self, name: str, form: Mapping[str, str]) -> Request:
        """Sign a form."""
        fields = {
            "MessageSid": self.next_id("SM-customer-"),
            "AccountSid": self.values["account_sid"],
            "SmsStatus": "received",
            "NumMedia": "0",
            "From": f"{self.prefix}{name}",
            "To": f"{self.prefix}+{self.account}",
            **form,
        }
        path = f"/v1/channels/{self.channel}/{self.account}"
        url = self.values.get("webhook_url") or f"{self.origin}{path}"
        return Request(
            method="POST",
            path=path,
            headers={
                "content-type": "application/x-www-form-urlencoded",
                "x-twilio-signature": signature(
                    self.values["auth_token"].encode(), url, list(fields.items())
                ),
            },
            body=urlencode(fields).encode("ascii"),
            url=url,
        )


class TwilioWhatsAppPeer(TwilioSmsPeer):
    """WhatsApp: a day's window, and content templates."""

    channel = "twilio_whatsapp"
    burst = 45
    pair_seconds = 6.0
    prefix = "whatsapp:"
    window_seconds = 24 * 3600.0

    def got(self, form: Mapping[str, str]) -> Got:
        """Return what arrives of a form."""
        content = form.get("ContentSid")
        if content is None:
            body = form.get("Body", "")
            if not body.strip() or len(body) > _BODY_CHARS_MAX:
                raise _error(400, 21617)
            return Got(self.next_id("SM-peer-"), body)
        if content == _REPLY_CONTENT:
            return Got(self.next_id("SM-peer-"), "reply", template=True)
        if content not in _CONTENTS:
            raise _error(400, 21655)
        values = json.loads(form.get("ContentVariables", "{}"))
        if utf16_units(values["1"]) > 1_024:  # noqa: PLR2004
            raise _error(400, 21617)
        buttons = tuple(
            (values[str(3 + 2 * number)], values[str(2 + 2 * number)])
            for number in range(_CONTENTS[content])
        )
        return Got(self.next_id("SM-peer-"), values["1"], buttons)

    def button_webhook(self, name: str, action: str) -> Request:
        """Make the webhook of a pressed button."""
        return self.webhook(name, {"Body": "…", "ButtonText": "…", "ButtonPayload": action})


def _error(status: int, code: int) -> PeerRefusalError:
    return PeerRefusalError(status, {"code": code, "message": "…", "status": status})
