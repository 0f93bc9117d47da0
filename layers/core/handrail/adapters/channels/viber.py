"""Viber, by the bots' REST API: what leaves, and how it is sent."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from handrail.adapters.channels.kit.accounts import Account
from handrail.adapters.channels.kit.hmac_signature import check
from handrail.adapters.channels.kit.measures import utf16_units
from handrail.adapters.channels.kit.messenger_base import Messenger, account_named
from handrail.adapters.channels.kit.plain import directed, unformatted
from handrail.adapters.channels.kit.reading import an_id, an_object
from handrail.adapters.channels.kit.sending import (
    Answer,
    answered_json,
    judge,
    judge_status,
    post_json,
    verdicts,
)
from handrail.adapters.channels.kit.splitting import shorten, split
from handrail.adapters.channels.viber_events import read_event
from handrail.application.ports import Address, Request
from handrail.domain.delivery import Delivered, Delivery, OutboundMessage, Retry, Unknown
from handrail.domain.message import InboundMessage

API_URL: Final = "https://chatapi.viber.com"
SIGNATURE_HEADER: Final = "X-Viber-Content-Signature"
TOKEN_HEADER: Final = "X-Viber-Auth-Token"  # noqa: S105 - a header's name
TEXT_UNITS_MAX: Final = 7_000
REQUEST_BYTES_MAX: Final = 30_000
_TEXT_BYTES_MAX: Final = 27_000
"""What the text may take of a request; the rest is for the keyboard."""
SENDER_NAME_UNITS_MAX: Final = 28
LABEL_UNITS_MAX: Final = 60
_API_VERSION: Final = 6
"""The first in which a button can be pressed without its id being shown."""
_GENERAL_RETRY_SECONDS: Final = 30.0
_OK: Final = range(200, 300)

ERRORS: Final = verdicts(
    retry={12: 5.0},  # too many requests
    # The token, the account blocked, gone or suspended, no webhook, no balance.
    misconfigured=[2, 7, 8, 9, 10, 15, 23, 24],
    # Bad or missing data, nobody there, not subscribed, no device for it, not allowed.
    permanent=[1, 3, 4, 5, 6, 11, 13, 14, 16, 17, 18, 19, 20, 21, 22],
)
"""What the `status` of an answer means. Whatever else comes is Viber's 'general error'."""


class Viber(Messenger):
    """A bot. An account is a bot, by any name."""

    name = "viber"

    def check(self, account: Account, request: Request, now: float) -> None:
        """Check the signature over the raw body. The scheme has no time in it: ids do that."""
        del now
        offered = request.headers.get(SIGNATURE_HEADER.lower())
        check(account.keys("auth_token"), [request.body], offered, header=SIGNATURE_HEADER)

    def to_messages(self, request: Request, received_at: float) -> Sequence[InboundMessage]:
        """Read an event."""
        account = account_named(request) or ""
        return read_event(request.body, self.name, account, received_at)

    def deliver(self, account: Account, address: Address, message: OutboundMessage) -> Delivery:
        """Send one message, in as many parts as it takes."""
        name = shorten(account.get("sender_name", account.id), utf16_units, SENDER_NAME_UNITS_MAX)
        url = f"{account.get('api_url', API_URL)}/pa/send_message"
        headers = {TOKEN_HEADER: account.get("auth_token")}

        def send_one(_index: int, part: Mapping[str, Any]) -> Delivery:
            payload = {
                "receiver": address.sender_ids[0],
                "min_api_version": _API_VERSION,
                "sender": {"name": name},
                **part,
            }
            answer = post_json(self.tools.http, url, payload, headers)
            return self._outcome(answer) if isinstance(answer, Answer) else answer

        return self.send_parts(address, message, render(message), send_one)

    def _outcome(self, answer: Answer) -> Delivery:
        """Return what an answer means: nearly all have the status 200, and their own inside."""
        now = self.tools.clock.now()
        if answer.status not in _OK:
            return judge_status(answer, now)
        told = an_object(answered_json(answer))
        status = told.get("status")
        if not isinstance(status, int) or isinstance(status, bool):
            return Unknown()
        if status == 0:
            token = an_id(told.get("message_token"))
            return Delivered((token,) if token else ())
        if status not in ERRORS:
            return Retry(_GENERAL_RETRY_SECONDS)
        return judge(answer, [status], ERRORS, now)


def render(message: OutboundMessage) -> tuple[Mapping[str, Any], ...]:
    """Return the payloads of a message: texts, and the last one with the keyboard under it."""
    text = directed(unformatted(message.text), message.direction)
    parts: list[dict[str, Any]] = [
        {"type": "text", "text": part}
        for part in split(text, _measure, TEXT_UNITS_MAX * _TEXT_BYTES_MAX)
    ]
    if message.buttons:
        parts[-1]["keyboard"] = {
            "Type": "keyboard",
            "DefaultHeight": False,
            "Buttons": [
                {
                    "Columns": 6,
                    "Rows": 1,
                    "ActionType": "reply",
                    "ActionBody": str(button.action),
                    "Text": shorten(button.label, utf16_units, LABEL_UNITS_MAX),
                    "TextSize": "regular",
                    "Silent": True,
                }
                for button in message.buttons
            ],
        }
    return tuple(parts)


def _measure(text: str) -> int:
    """Return how much a text takes of either limit: its length, and its bytes in the request."""
    in_request = len(json.dumps(text)) - 2
    return max(utf16_units(text) * _TEXT_BYTES_MAX, in_request * TEXT_UNITS_MAX)
