"""WhatsApp, by Meta's own Cloud API: what leaves, and how it is sent."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import quote

from handrail.adapters.channels.kit.accounts import Account
from handrail.adapters.channels.kit.fetching import Located, hosts_of
from handrail.adapters.channels.kit.measures import utf16_units
from handrail.adapters.channels.kit.pacing import Pace, Rate
from handrail.adapters.channels.kit.plain import directed, unformatted
from handrail.adapters.channels.kit.sending import (
    RETRY_SECONDS,
    Answer,
    verdicts,
)
from handrail.adapters.channels.kit.splitting import shorten, split
from handrail.adapters.channels.meta import MetaMessenger, bearer, taken
from handrail.adapters.channels.whatsapp_cloud_events import read_events
from handrail.application.ports import Address, Request
from handrail.domain.delivery import Delivery, OutboundMessage, Retry, WindowClosed
from handrail.domain.errors import FileGoneError, HandrailError
from handrail.domain.media import File
from handrail.domain.message import InboundMessage
from handrail.domain.windows import is_over

TEXT_UNITS_MAX: Final = 4_096
BUTTONS_TEXT_UNITS_MAX: Final = 1_024
BUTTONS_MAX: Final = 3
TITLE_UNITS_MAX: Final = 20
_FILE_HOSTS: Final = (".fbsbx.com", ".facebook.com", ".whatsapp.net")
_TRACKER_CHARS_MAX: Final = 256

_PAIR_SECONDS: Final = 6.0
"""One message in six seconds to one customer is what lasts; bursts borrow from it."""
PACE: Final = Pace(pair=Rate(_PAIR_SECONDS, burst=45), account=Rate(1 / 80, burst=80))
"""What Meta publishes: to one customer, and of one number before it is raised."""
_SLOW_SECONDS: Final = 60.0

ERRORS: Final = verdicts(
    retry={
        1: 5.0,
        2: 5.0,
        4: _SLOW_SECONDS,  # the app's rate
        80007: _SLOW_SECONDS,  # the business account's rate
        130429: 5.0,  # the number's throughput
        131000: 30.0,
        131016: 30.0,
        131048: 300.0,  # held back for its quality
        131056: _PAIR_SECONDS,  # too much to one customer
        131053: 30.0,
        131057: _SLOW_SECONDS,  # the number is under maintenance
        133016: _SLOW_SECONDS,
    },
    window=[131047],
    misconfigured=[190, 3, 10, *range(200, 300), 131005, 131031, 131042, 131045, 133010, 368],
    permanent=[
        *(33, 100, 130472, 131008, 131009, 131021, 131026, 131030, 131049, 131050, 131051, 131062),
        *(132000, 132001, 132005, 132007, 132012, 132015, 132016, 132068, 132069),
    ],
)
"""What the API's error codes mean. `misconfigured` is what its owner can mend, and nobody else."""


class WhatsAppCloud(MetaMessenger):
    """WhatsApp through the Cloud API. An account is a phone number, by its id."""

    name = "whatsapp_cloud"
    pace = PACE

    def to_messages(self, request: Request, received_at: float) -> Sequence[InboundMessage]:
        """Read a webhook, which may carry many messages of many customers."""
        return read_events(
            request.body, self.name, lambda named: self.ours(request, named), received_at
        )

    def deliver(self, account: Account, address: Address, message: OutboundMessage) -> Delivery:
        """Send one message, in as many parts as it takes."""
        if is_over(self.name, message.customer_wrote_at, self.tools.clock.now(), agent=True):
            # It would be taken, and reported as lost later.
            return WindowClosed()
        to = recipient(address.sender_ids)

        def send_one(_index: int, part: Mapping[str, Any]) -> Delivery:
            payload = {
                "messaging_product": "whatsapp",
                "recipient_type": "individual",
                **to,
                # Comes back with what becomes of the message.
                "biz_opaque_callback_data": message.key[-_TRACKER_CHARS_MAX:],
                **part,
            }
            answer = self.graph(account, f"{account.id}/messages", payload, ERRORS)
            return taken(answer, "messages", 0, "id") if isinstance(answer, Answer) else answer

        return self.send_parts(address, message, render(message), send_one)

    def knock(self, address: Address, message: OutboundMessage) -> Delivery:
        """Send the approved template that says that there is a reply."""
        try:
            account = self.tools.accounts(self.name, address.account)
        except HandrailError:
            return Retry(RETRY_SECONDS)
        template = account.get("reply_template") if account else ""
        if account is None or not template:
            return WindowClosed()
        payload = {
            "messaging_product": "whatsapp",
            "recipient_type": "individual",
            **recipient(address.sender_ids),
            "type": "template",
            "template": {
                "name": template,
                "language": {"code": template_language(message.language)},
            },
        }
        answer = self.graph(account, f"{account.id}/messages", payload, ERRORS)
        return taken(answer, "messages", 0, "id") if isinstance(answer, Answer) else answer

    def where(self, account: Account, file: File) -> Located:
        """Ask where a file is; the answer is good for five minutes, the file for thirty days."""
        told = self.asked(account, quote(file.id, safe="")) if file.id else {}
        url = told.get("url")
        if not isinstance(url, str):
            message = "WhatsApp keeps this file no longer"
            raise FileGoneError(message)
        return Located(url, bearer(account), hosts_of(account, *_FILE_HOSTS))

    def typing(self, address: Address, event_id: str) -> None:
        """Show the typing indicator, which also marks the message as read."""
        try:
            account = self.tools.accounts(self.name, address.account)
        except HandrailError:
            return
        if account is not None:
            payload = {
                "messaging_product": "whatsapp",
                "status": "read",
                "message_id": event_id,
                "typing_indicator": {"type": "text"},
            }
            self.graph(account, f"{account.id}/messages", payload, ERRORS)


def template_language(language: str) -> str:
    """Return how WhatsApp writes a language for templates."""
    return _TEMPLATE_LANGUAGES.get(language, language.replace("-", "_"))


_TEMPLATE_LANGUAGES: Final = {
    "zh-Hans": "zh_CN",
    "zh-Hant": "zh_TW",
    "pt-BR": "pt_BR",
    "pt-PT": "pt_PT",
    "rw": "rw_RW",
    "ka": "ka",
    "ky": "ky_KG",
}
"""Where WhatsApp's code is not simply ours."""


def recipient(sender_ids: Sequence[str]) -> Mapping[str, str]:
    """Return whom to send to: the newest id. Phone numbers and user ids have fields of their own.

    Not simply the phone number where one is known: somebody who changed theirs gets a new user
    id, and the old number may be another person's by then.
    """
    newest = sender_ids[0]
    return {"to": newest} if newest.isdigit() else {"recipient": newest}


def render(message: OutboundMessage) -> tuple[Mapping[str, Any], ...]:
    """Return the payloads of a message: texts, and the last one with the buttons under it."""
    text = directed(unformatted(message.text), message.direction)
    buttons = message.buttons[:BUTTONS_MAX]
    last_max = BUTTONS_TEXT_UNITS_MAX if buttons else TEXT_UNITS_MAX
    *before, last = split(text, utf16_units, TEXT_UNITS_MAX, last_max)
    parts: list[Mapping[str, Any]] = [_text(part) for part in before]
    if not buttons:
        return (*parts, _text(last))
    replies = [
        {
            "type": "reply",
            "reply": {
                "id": str(button.action),
                "title": shorten(button.label, utf16_units, TITLE_UNITS_MAX),
            },
        }
        for button in buttons
    ]
    interactive = {"type": "button", "body": {"text": last}, "action": {"buttons": replies}}
    return (*parts, {"type": "interactive", "interactive": interactive})


def _text(body: str) -> Mapping[str, Any]:
    return {"type": "text", "text": {"body": body, "preview_url": False}}
