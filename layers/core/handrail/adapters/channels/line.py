"""LINE, by the Messaging API: what leaves, and how it is sent.

Everything is pushed. A reply token costs nothing, but is good for one attempt within a minute and
has no retry key: an answer that was lost on its way could be neither repeated nor known.
"""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import quote, urlsplit

from handrail.adapters.channels.kit.accounts import Account
from handrail.adapters.channels.kit.fetching import Located, hosts_of
from handrail.adapters.channels.kit.hmac_signature import as_base64, check
from handrail.adapters.channels.kit.measures import code_points, utf16_units
from handrail.adapters.channels.kit.messenger_base import Messenger, Tools, account_named
from handrail.adapters.channels.kit.plain import directed
from handrail.adapters.channels.kit.reading import an_id, an_object, objects
from handrail.adapters.channels.kit.sending import (
    Answer,
    answered_json,
    judge,
    post_json,
    verdicts,
)
from handrail.adapters.channels.kit.splitting import shorten, split
from handrail.adapters.channels.line_events import read_events
from handrail.adapters.channels.line_menus import Menus, alias
from handrail.application.ports import Address, Request
from handrail.domain.delivery import Delivered, Delivery, OutboundMessage
from handrail.domain.errors import HandrailError
from handrail.domain.media import File
from handrail.domain.message import InboundMessage

API_URL: Final = "https://api.line.me"
DATA_URL: Final = "https://api-data.line.me"
_STICKER: Final = "sticker"
SIGNATURE_HEADER: Final = "X-Line-Signature"
RETRY_KEY_HEADER: Final = "X-Line-Retry-Key"
TEXT_UNITS_MAX: Final = 5_000
PUSH_MESSAGES_MAX: Final = 5
BUTTONS_MAX: Final = 13
LABEL_CHARS_MAX: Final = 20
"""LINE counts graphemes here; there are never more of them than code points."""
_TYPING_SECONDS: Final = 20
_RETRY_KEYS: Final = uuid.UUID("6f5d6f0e-8f2c-5a55-9d0b-6f1f3c1c7a11")
_QUOTA: Final = "quota"
_QUOTA_WORDS: Final = "monthly limit"
_QUOTA_SECONDS: Final = 600.0
_TAKEN: Final = frozenset({*range(200, 300), 409})
"""409 says that the retry key was taken before, and with it the message."""

ERRORS: Final = verdicts(
    retry={_QUOTA: _QUOTA_SECONDS, 429: 5.0, 500: 5.0},
    misconfigured=[401, 403],
    permanent=[400, 404, 410, 413, 415],
)
"""What the API's statuses mean; it has no codes besides them."""


class Line(Messenger):
    """An official account. An account is one, by any name."""

    name = "line"

    def __init__(self, tools: Tools) -> None:
        """Take the tools."""
        super().__init__(tools)
        self._menus = Menus(tools.http, tools.clock)

    def check(self, account: Account, request: Request, now: float) -> None:
        """Check the signature over the raw body. The scheme has no time in it: ids do that."""
        del now
        offered = request.headers.get(SIGNATURE_HEADER.lower())
        keys = account.keys("channel_secret")
        check(keys, [request.body], offered, encode=as_base64, header=SIGNATURE_HEADER)

    def to_messages(self, request: Request, received_at: float) -> Sequence[InboundMessage]:
        """Read a webhook."""
        account = account_named(request) or ""
        return read_events(request.body, self.name, account, received_at)

    def deliver(self, account: Account, address: Address, message: OutboundMessage) -> Delivery:
        """Push one message; the same key at every attempt keeps it from coming twice."""

        def send_one(index: int, part: Mapping[str, Any]) -> Delivery:
            key = str(uuid.uuid5(_RETRY_KEYS, f"{message.key}/{index}"))
            payload = {"to": address.sender_ids[0], **part}
            return self._post(account, "message/push", payload, {RETRY_KEY_HEADER: key})

        outcome = self.send_parts(address, message, render(message), send_one)
        menus = account.get("menus")
        if menus and isinstance(outcome, Delivered):
            # Behind the words, which do not wait for it.
            base = f"{account.get('api_url', API_URL)}/v2/bot"
            name = alias(menus, message.language)
            self._menus.show(base, _bearer(account), account.id, address.sender_ids[0], name)
        return outcome

    def typing(self, address: Address, event_id: str) -> None:
        """Show that somebody is at it, until the next message or for a while."""
        del event_id
        try:
            account = self.tools.accounts(self.name, address.account)
        except HandrailError:
            return
        if account is not None:
            payload = {"chatId": address.sender_ids[0], "loadingSeconds": _TYPING_SECONDS}
            self._post(account, "chat/loading/start", payload, {})

    def where(self, account: Account, file: File) -> Located:
        """Return where LINE keeps what a message holds, for as long as it does."""
        if file.url or not file.id or file.kind == _STICKER:
            return Located(file.url)
        url = (
            f"{account.get('api_url', DATA_URL)}/v2/bot/message/{quote(file.id, safe='')}/content"
        )
        return Located(url, _bearer(account), hosts_of(account, urlsplit(DATA_URL).hostname or ""))

    def _post(
        self,
        account: Account,
        path: str,
        payload: Mapping[str, Any],
        headers: Mapping[str, str],
    ) -> Delivery:
        url = f"{account.get('api_url', API_URL)}/v2/bot/{path}"
        answer = post_json(self.tools.http, url, payload, {**_bearer(account), **headers})
        if not isinstance(answer, Answer):
            return answer
        told = an_object(answered_json(answer))
        if answer.status in _TAKEN:
            ids = (an_id(one.get("id")) for one in objects(told.get("sentMessages")))
            return Delivered(tuple(one for one in ids if one))
        quota = answer.status == 429 and _QUOTA_WORDS in str(told.get("message")).lower()  # noqa: PLR2004
        code = _QUOTA if quota else answer.status
        return judge(answer, [code], ERRORS, self.tools.clock.now())


def _bearer(account: Account) -> Mapping[str, str]:
    return {"Authorization": f"Bearer {account.get('access_token')}"}


def render(message: OutboundMessage) -> tuple[Mapping[str, Any], ...]:
    """Return the pushes of a message: texts, and the last one with the quick replies under it.

    Quick replies and the rich menu are on telephones alone: the hint says it in words, too.
    """
    text = f"{message.text}\n\n{message.hint}" if message.hint else message.text
    texts: list[dict[str, Any]] = [
        {"type": "text", "text": part}
        for part in split(directed(text, message.direction), utf16_units, TEXT_UNITS_MAX)
    ]
    buttons = message.buttons[:BUTTONS_MAX]
    if buttons:
        labels = [shorten(button.label, code_points, LABEL_CHARS_MAX) for button in buttons]
        texts[-1]["quickReply"] = {
            "items": [
                {
                    "type": "action",
                    "action": {
                        "type": "postback",
                        "label": label,
                        "data": str(button.action),
                        "displayText": button.label,
                    },
                }
                for label, button in zip(labels, buttons, strict=True)
            ]
        }
    return tuple(
        {"messages": texts[first : first + PUSH_MESSAGES_MAX]}
        for first in range(0, len(texts), PUSH_MESSAGES_MAX)
    )
