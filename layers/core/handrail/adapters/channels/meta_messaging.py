"""Messenger and Instagram: one family of webhooks, and one way of sending."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from handrail.adapters.channels.kit.accounts import Account
from handrail.adapters.channels.kit.measures import Measure, utf16_units
from handrail.adapters.channels.kit.pacing import Pace, Rate
from handrail.adapters.channels.kit.plain import directed
from handrail.adapters.channels.kit.reading import json_object, objects
from handrail.adapters.channels.kit.sending import Answer, verdicts
from handrail.adapters.channels.kit.splitting import shorten, split
from handrail.adapters.channels.meta import MetaMessenger, taken
from handrail.adapters.channels.meta_messaging_events import OWN_METADATA, USER_REF, EventReader
from handrail.application.ports import Address, Request
from handrail.domain.delivery import Delivery, OutboundMessage, Speaker, WindowClosed
from handrail.domain.errors import HandrailError, MalformedRequestError
from handrail.domain.message import InboundMessage
from handrail.domain.windows import reply_until

QUICK_REPLIES_MAX: Final = 13
TITLE_UNITS_MAX: Final = 20
_METADATA_CHARS_MAX: Final = 900

ERRORS: Final = verdicts(
    retry={
        1: 5.0,
        2: 5.0,
        4: 60.0,  # the app's rate
        32: 60.0,  # the page's rate
        613: 60.0,
        1200: 5.0,
        80002: 60.0,
        80006: 60.0,
        2018344: 5.0,
    },
    # 10 alone is a missing permission; with this subcode it says that the time is over.
    window=[2018278, 2534022],
    permanent=[100, 551, 1545041, 2018001, 2018027, 2018108, 2018109, 1893063],
    misconfigured=[3, 10, 190, *range(200, 300), 368, 459, 460, 463, 464, 467],
)
"""What the Send API's codes mean, subcodes included."""


@dataclass(frozen=True, slots=True)
class TextLimits:
    """How long a text may be, and what stands in it."""

    measure: Measure
    most: int
    hints: bool
    """Whether the hint in words is sent beside the buttons: where some devices show none."""


class MetaMessaging(MetaMessenger):
    """Messenger and Instagram as channels. An account is a page, or an Instagram account."""

    pace = Pace(account=Rate(1 / 300, burst=300))
    limits: TextLimits

    def to_messages(self, request: Request, received_at: float) -> Sequence[InboundMessage]:
        """Read a webhook; `standby` carries what another app answers."""
        data = json_object(request.body)
        if "entry" not in data and "field" in data and "value" in data:
            # One change alone, as the app's dashboard shows and tries it.
            data = {"entry": [data]}
        if not isinstance(data.get("entry"), list):
            message = f"the body is no webhook of {self.name}'s: it has no 'entry' list"
            raise MalformedRequestError(message)
        path = self.account(request)
        reader = EventReader(
            self.name, _Ours(self, request, {}), received_at, path.get("app_id") if path else ""
        )
        found: list[InboundMessage] = []
        for entry in objects(data["entry"]):
            found.extend(reader.entry(entry))
        return found

    def deliver(self, account: Account, address: Address, message: OutboundMessage) -> Delivery:
        """Send one message, in as many parts as it takes."""
        kind = messaging_type(self.name, message, self.tools.clock.now())
        if kind is None:
            return WindowClosed()

        def send_one(_index: int, part: Mapping[str, Any]) -> Delivery:
            payload = {"recipient": recipient(address.sender_ids), **kind, "message": part}
            answer = self.graph(account, "me/messages", payload, ERRORS)
            return taken(answer, "message_id") if isinstance(answer, Answer) else answer

        return self.send_parts(address, message, render(message, self.limits), send_one)

    def typing(self, address: Address, event_id: str) -> None:
        """Show that an answer is being written."""
        del event_id
        try:
            account = self.tools.accounts(self.name, address.account)
        except HandrailError:
            return
        if account is not None:
            payload = {"recipient": recipient(address.sender_ids), "sender_action": "typing_on"}
            self.graph(account, "me/messages", payload, ERRORS)


@dataclass(frozen=True, slots=True)
class _Ours:
    """Looks up once which account of ours an id names."""

    channel: MetaMessenger
    request: Request
    known: dict[str | None, str]

    def __call__(self, named: str | None) -> str:
        if named not in self.known:
            self.known[named] = self.channel.ours(self.request, named)
        return self.known[named]


def recipient(sender_ids: Sequence[str]) -> Mapping[str, str]:
    """Return whom to send to: the newest id, or the reference of somebody who has none yet."""
    newest = sender_ids[0]
    if newest.startswith(USER_REF):
        return {"user_ref": newest.removeprefix(USER_REF)}
    return {"id": newest}


def messaging_type(channel: str, message: OutboundMessage, now: float) -> Mapping[str, str] | None:
    """Return how a message is declared; None when nothing may be sent any more.

    After the window a person may write for some days more, and only a person: the tag is never
    put on what the bot says.
    """
    wrote_at = message.customer_wrote_at
    until = reply_until(channel, wrote_at, agent=False)
    if until is None or now < until:
        return {"messaging_type": "RESPONSE"}
    until = reply_until(channel, wrote_at, agent=True)
    if message.speaker is Speaker.AGENT and until is not None and now < until:
        return {"messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"}
    return None


def render(message: OutboundMessage, limits: TextLimits) -> tuple[Mapping[str, Any], ...]:
    """Return the messages of a message: texts, the last one with the quick replies."""
    text = directed(message.text, message.direction)
    if limits.hints and message.hint:
        text = f"{text}\n\n{directed(message.hint, message.direction)}"
    # Comes back with our own echo, which is known by it before the receipt is written.
    metadata = f"{OWN_METADATA}{message.key}"[:_METADATA_CHARS_MAX]
    texts = split(text, limits.measure, limits.most)
    parts = [{"text": part, "metadata": metadata} for part in texts]
    replies = [
        {
            "content_type": "text",
            "title": shorten(button.label, utf16_units, TITLE_UNITS_MAX),
            "payload": str(button.action),
        }
        for button in message.buttons[:QUICK_REPLIES_MAX]
    ]
    if not replies:
        return tuple(parts)
    return (*parts[:-1], {**parts[-1], "quick_replies": replies})
