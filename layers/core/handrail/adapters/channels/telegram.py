"""Telegram, by the Bot API: what leaves, and how it is sent.

Texts are sent without a parse mode: nothing in them is taken for formatting, and nothing has to be
escaped.
"""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from handrail.adapters.channels.kit.accounts import Account
from handrail.adapters.channels.kit.fetching import Located
from handrail.adapters.channels.kit.hmac_signature import check_shared
from handrail.adapters.channels.kit.measures import utf16_units
from handrail.adapters.channels.kit.messenger_base import Messenger, account_named
from handrail.adapters.channels.kit.pacing import Pace, Rate
from handrail.adapters.channels.kit.plain import directed
from handrail.adapters.channels.kit.reading import an_id, an_object, json_object
from handrail.adapters.channels.kit.sending import (
    RETRY_SECONDS_MAX,
    Answer,
    answered_json,
    judge,
    post_json,
    told_of,
    verdicts,
)
from handrail.adapters.channels.kit.splitting import shorten, split
from handrail.adapters.channels.telegram_events import BUSINESS, read_update
from handrail.application.ports import Address, Request, Response
from handrail.domain.delivery import Delivered, Delivery, OutboundMessage, Retry, Unknown
from handrail.domain.errors import FileGoneError, HandrailError
from handrail.domain.media import File
from handrail.domain.message import InboundMessage

API_URL: Final = "https://api.telegram.org"
PACE: Final = Pace(pair=Rate(1.0, burst=3), account=Rate(1 / 30, burst=30))
"""About one a second to one chat, thirty to all; a short burst is let through."""
_FILE_PATH: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_./-]{0,255}")
SECRET_HEADER: Final = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - a header's name
TEXT_UNITS_MAX: Final = 4_096
LABEL_UNITS_MAX: Final = 64
"""Not a limit of Telegram's: about what a button shows on a narrow screen in two lines."""

_OK: Final = range(200, 300)

ERRORS: Final = verdicts(
    retry={429: 5.0, 500: 5.0, 409: 5.0},
    # The bot's token is part of the address: a wrong one is "not found".
    misconfigured=[401, 404],
    # Blocked, deactivated, never started, or a chat that is not there.
    permanent=[400, 403],
)
"""What the API's `error_code` means."""


class Telegram(Messenger):
    """A bot. An account is a bot, by any name."""

    name = "telegram"
    pace = PACE

    def check(self, account: Account, request: Request, now: float) -> None:
        """Check the secret that `setWebhook` was given. It has no time in it, nor the body."""
        del now
        offered = request.headers.get(SECRET_HEADER.lower())
        check_shared(account.keys("secret_token"), offered, header=SECRET_HEADER)

    def to_messages(self, request: Request, received_at: float) -> Sequence[InboundMessage]:
        """Read an update."""
        account = account_named(request) or ""
        return read_update(request.body, self.name, account, received_at)

    def reply(self, request: Request, accepted: int) -> Response | None:
        """Answer a pressed button in the same breath: until then it shows that it is at work."""
        del accepted
        query = an_object(json_object(request.body).get("callback_query"))
        query_id = an_id(query.get("id"))
        if query_id is None:
            return None
        body = {"method": "answerCallbackQuery", "callback_query_id": query_id}
        return Response(200, json.dumps(body), {"content-type": "application/json"})

    def deliver(self, account: Account, address: Address, message: OutboundMessage) -> Delivery:
        """Send one message, in as many parts as it takes."""
        to = recipient(address.sender_ids)

        def send_one(_index: int, part: Mapping[str, Any]) -> Delivery:
            return self._call(account, "sendMessage", {**to, **part})

        return self.send_parts(address, message, render(message), send_one)

    def typing(self, address: Address, event_id: str) -> None:
        """Show for five seconds that somebody is writing."""
        del event_id
        try:
            account = self.tools.accounts(self.name, address.account)
        except HandrailError:
            return
        if account is not None:
            action = {**recipient(address.sender_ids), "action": "typing"}
            self._call(account, "sendChatAction", action)

    def where(self, account: Account, file: File) -> Located:
        """Ask where a file is; the answer is good for an hour, and for files up to 20 MB."""
        base, token = account.get("api_url", API_URL), account.get("bot_token")
        payload = {"file_id": file.id}
        told = told_of(post_json(self.tools.http, f"{base}/bot{token}/getFile", payload))
        path = an_object(an_object(told).get("result")).get("file_path")
        if not isinstance(path, str) or not _FILE_PATH.fullmatch(path) or ".." in path:
            message = "Telegram gives this file to no bot: it is gone, or has more than 20 MB"
            raise FileGoneError(message)
        return Located(f"{base}/file/bot{token}/{path}")

    def _call(self, account: Account, method: str, payload: Mapping[str, Any]) -> Delivery:
        url = f"{account.get('api_url', API_URL)}/bot{account.get('bot_token')}/{method}"
        answer = post_json(self.tools.http, url, payload)
        if not isinstance(answer, Answer):
            return answer
        told = an_object(answered_json(answer))
        if told.get("ok") is True:
            message_id = an_id(an_object(told.get("result")).get("message_id"))
            return Delivered((message_id,) if message_id else ())
        if answer.status in _OK and "ok" not in told:
            # Somebody between us answered; whether the message went through, nobody says.
            return Unknown()
        wait = an_object(told.get("parameters")).get("retry_after")
        if isinstance(wait, int) and not isinstance(wait, bool):
            return Retry(min(max(float(wait), 1.0), RETRY_SECONDS_MAX))
        code = told.get("error_code")
        known = code if isinstance(code, int) and not isinstance(code, bool) else answer.status
        return judge(answer, [known], ERRORS, self.tools.clock.now())


def recipient(sender_ids: Sequence[str]) -> Mapping[str, str]:
    """Return the chat to write to, and for whom where a business account is answered for."""
    newest = sender_ids[0]
    if newest.startswith(BUSINESS):
        connection, _, chat_id = newest.removeprefix(BUSINESS).rpartition(":")
        return {"business_connection_id": connection, "chat_id": chat_id}
    return {"chat_id": newest}


def render(message: OutboundMessage) -> tuple[Mapping[str, Any], ...]:
    """Return the payloads of a message: texts, and the last one with the buttons under it."""
    text = directed(message.text, message.direction)
    parts: list[dict[str, Any]] = [
        {"text": part, "link_preview_options": {"is_disabled": True}}
        for part in split(text, utf16_units, TEXT_UNITS_MAX)
    ]
    if message.buttons:
        # A row each: labels have the whole width, in every language.
        rows = [
            [
                {
                    "text": shorten(button.label, utf16_units, LABEL_UNITS_MAX),
                    "callback_data": str(button.action),
                }
            ]
            for button in message.buttons
        ]
        parts[-1]["reply_markup"] = {"inline_keyboard": rows}
    return tuple(parts)
