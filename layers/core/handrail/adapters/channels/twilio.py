"""Twilio: SMS, and WhatsApp where a company has its number there."""

import base64
import json
from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode, urlsplit

from handrail.adapters.channels.kit.accounts import Account
from handrail.adapters.channels.kit.fetching import Located, hosts_of
from handrail.adapters.channels.kit.measures import is_gsm, sms_segments, utf16_units
from handrail.adapters.channels.kit.messenger_base import Messenger
from handrail.adapters.channels.kit.pacing import Pace, Rate
from handrail.adapters.channels.kit.plain import directed, unformatted
from handrail.adapters.channels.kit.reading import an_object, json_object
from handrail.adapters.channels.kit.sending import (
    RETRY_SECONDS,
    Answer,
    answered_json,
    exchange,
    judge,
    verdicts,
)
from handrail.adapters.channels.kit.splitting import numbered, shorten, split
from handrail.adapters.channels.twilio_events import (
    account_id,
    is_status,
    read_event,
)
from handrail.adapters.channels.twilio_signature import form_of, verify
from handrail.application.ports import Address, Request, Response
from handrail.domain.delivery import Delivered, Delivery, OutboundMessage, Retry, WindowClosed
from handrail.domain.errors import HandrailError
from handrail.domain.media import File
from handrail.domain.message import InboundMessage
from handrail.domain.windows import is_over

API_URL: Final = "https://api.twilio.com"
TYPING_URL: Final = "https://messaging.twilio.com"
BODY_CHARS_MAX: Final = 1_600
WHATSAPP_BUTTONS_TEXT_UNITS_MAX: Final = 1_024
TITLE_UNITS_MAX: Final = 20
SEGMENTS_MAX: Final = 10
"""More than this in one message is what carriers cut or refuse."""
_NUMBER: Final = "(99/99) "
_BUTTONS_MAX: Final = 2

ERRORS: Final = verdicts(
    retry={
        20429: 5.0,
        14107: 5.0,  # the rate of sending
        30001: 30.0,  # the queue is full
        30008: 30.0,
        30022: 60.0,  # the campaign's rate
        63018: 10.0,  # the channel's rate
        63038: 3_600.0,  # the account's limit of a day
    },
    window=[63016],
    permanent=[
        *(21211, 21214, 21217, 21408, 21610, 21612, 21614, 21617, 21635),
        *(30003, 30004, 30005, 30006, 30007, 63001, 63003, 63024, 63033),
    ],
    misconfigured=[20003, 20005, 20006, 20404, 21606, 21659, 21660, 63007, 63015, 63032],
)
"""What Twilio's codes mean. 21610: the customer has told the carrier to stop."""

# Typographic signs that would turn a whole SMS into one of half the room.
_PLAINER = str.maketrans({
    "\u2018": "'", "\u2019": "'", "\u201a": ",", "\u201c": '"', "\u201d": '"', "\u201e": '"',
    "\u2010": "-", "\u2011": "-", "\u2013": "-", "\u2014": "-", "\u2026": "...", "\u00a0": " ",
    "\u202f": " ", "\u2022": "-", "\u200b": None, "\u200e": None, "\u2060": None, "\t": " ",
})  # fmt: skip


class _Twilio(Messenger):
    """An account is one of the company's numbers, by its digits."""

    prefix = ""
    """What stands before addresses of this kind."""

    def check(self, account: Account, request: Request, now: float) -> None:
        """Check the signature over the public address and the form. It has no time in it."""
        del now
        verify(account.keys("auth_token"), request, public_url(account, request))

    def to_messages(self, request: Request, received_at: float) -> Sequence[InboundMessage]:
        """Read the one message, or the news of one of ours."""
        form = _form(request)
        path = self.account(request)
        named = account_id(form.get("From" if is_status(form) else "To", ""))
        # Several numbers may share one account's settings; one with its own goes by those.
        own = named and self.tools.accounts(self.name, named) is not None
        account = named if own or path is None else path.id
        return [read_event(form, self.name, account, received_at)]

    def reply(self, request: Request, accepted: int) -> Response | None:
        """Answer in TwiML: nothing to say here, what is to be said is sent."""
        del request, accepted
        return Response(200, "<Response/>", {"content-type": "text/xml"})

    def deliver(self, account: Account, address: Address, message: OutboundMessage) -> Delivery:
        """Send one message, in as many parts as it takes. There is no idempotency key.

        A part whose fate is unknown is sent again: the customer may read it twice, never not at
        all.
        """
        if is_over(self.name, message.customer_wrote_at, self.tools.clock.now(), agent=True):
            # It would be taken, and reported as lost later.
            return WindowClosed()
        form = self.envelope(account, address)

        def send_one(_index: int, part: Mapping[str, str]) -> Delivery:
            return self._post(account, {**form, **part})

        return self.send_parts(address, message, self.parts(account, message), send_one)

    def envelope(self, account: Account, address: Address) -> dict[str, str]:
        """Return from whom a message goes to whom, and where to tell what becomes of it."""
        form = {"To": f"{self.prefix}{recipient(address.sender_ids)}"}
        service = account.get("messaging_service_sid")
        if service:
            form["MessagingServiceSid"] = service
        if not service or self.prefix:
            form["From"] = f"{self.prefix}{_sender(account)}"
        callback = account.get("webhook_url")
        if callback:
            form["StatusCallback"] = callback
        return form

    def where(self, account: Account, file: File) -> Located:
        """Return where a file is; Twilio leads from there to a host that wants nothing."""
        token = {"Authorization": authorization(account)}
        return Located(file.url, token, hosts_of(account, urlsplit(API_URL).hostname or ""))

    def parts(self, account: Account, message: OutboundMessage) -> Sequence[Mapping[str, str]]:
        """Return the fields of a message's parts."""
        raise NotImplementedError

    def _post(self, account: Account, form: Mapping[str, str]) -> Delivery:
        base = account.get("api_url", API_URL)
        sid = account.get("account_sid")
        url = f"{base}/2010-04-01/Accounts/{sid}/Messages.json"
        body = urlencode(form).encode("ascii")
        answer = exchange(self.tools.http, "POST", url, _headers(account), body)
        if not isinstance(answer, Answer):
            return answer
        data = an_object(answered_json(answer))
        if 200 <= answer.status < 300:  # noqa: PLR2004
            taken = data.get("sid")
            return Delivered((taken,)) if isinstance(taken, str) and taken else Delivered(())
        code = data.get("code")
        codes = [code] if isinstance(code, int) else []
        return judge(answer, codes, ERRORS, self.tools.clock.now())


class TwilioSms(_Twilio):
    """SMS. There are no buttons: the way to a person is a word that can be sent back."""

    name = "twilio_sms"

    def parts(self, account: Account, message: OutboundMessage) -> Sequence[Mapping[str, str]]:
        """Return the texts, the hint in words at their end."""
        del account
        return [{"Body": text} for text in render_sms(message)]


class TwilioWhatsApp(_Twilio):
    """WhatsApp through Twilio. Buttons need a content template, which `channels setup` makes."""

    name = "twilio_whatsapp"
    pace = Pace(pair=Rate(6.0, burst=45))
    prefix = "whatsapp:"

    def parts(self, account: Account, message: OutboundMessage) -> Sequence[Mapping[str, str]]:
        """Return the texts, with buttons where their templates are configured."""
        contents = {
            count: account.get(f"content_sid_{count}") for count in range(1, _BUTTONS_MAX + 1)
        }
        return render_whatsapp(message, contents)

    def knock(self, address: Address, message: OutboundMessage) -> Delivery:
        """Send the approved template that says that there is a reply."""
        try:
            account = self.tools.accounts(self.name, address.account)
        except HandrailError:
            return Retry(RETRY_SECONDS)
        content = account.get(f"reply_content_sid_{message.language}") if account else ""
        content = content or (account.get("reply_content_sid") if account else "")
        if account is None or not content:
            return WindowClosed()
        return self._post(account, {**self.envelope(account, address), "ContentSid": content})

    def typing(self, address: Address, event_id: str) -> None:
        """Show the typing indicator, which also marks the message as read."""
        try:
            account = self.tools.accounts(self.name, address.account)
        except HandrailError:
            return
        if account is not None:
            url = f"{account.get('api_url', TYPING_URL)}/v2/Indicators/Typing.json"
            body = urlencode({"messageId": event_id, "channel": "whatsapp"}).encode("ascii")
            exchange(self.tools.http, "POST", url, _headers(account), body)


def render_sms(message: OutboundMessage) -> list[str]:
    """Return the SMS of a message, numbered if there are several: they may come out of order."""
    text = message.text if not message.hint else f"{message.text}\n\n{message.hint}"
    text = directed(text, message.direction)
    plainer = text.translate(_PLAINER)
    if is_gsm(plainer):
        text = plainer
    if _fits_one_sms(text):
        return [text]
    return numbered(split(text, lambda part: sms_segments(_NUMBER + part), SEGMENTS_MAX))


def _fits_one_sms(text: str) -> bool:
    return sms_segments(text) <= SEGMENTS_MAX and len(text) <= BODY_CHARS_MAX


def render_whatsapp(
    message: OutboundMessage, contents: Mapping[int, str]
) -> tuple[Mapping[str, str], ...]:
    """Return the fields of each part; `contents` are the templates by their number of buttons."""
    buttons = message.buttons[:_BUTTONS_MAX]
    content = contents.get(len(buttons), "") if buttons else ""
    text = directed(unformatted(message.text), message.direction)
    if not content:
        if message.hint:
            text = f"{text}\n\n{directed(message.hint, message.direction)}"
        return tuple({"Body": part} for part in split(text, utf16_units, BODY_CHARS_MAX))
    *before, last = split(text, utf16_units, BODY_CHARS_MAX, WHATSAPP_BUTTONS_TEXT_UNITS_MAX)
    variables: dict[str, Any] = {"1": last}
    for number, button in enumerate(buttons):
        variables[str(2 + 2 * number)] = shorten(button.label, utf16_units, TITLE_UNITS_MAX)
        variables[str(3 + 2 * number)] = str(button.action)
    with_buttons = {"ContentSid": content, "ContentVariables": json.dumps(variables)}
    return (*({"Body": part} for part in before), with_buttons)


def recipient(sender_ids: Sequence[str]) -> str:
    """Return whom to send to: the newest id, as Twilio writes it."""
    return sender_ids[0]


def public_url(account: Account, request: Request) -> str:
    """Return the webhook's address as Twilio knows it, and therefore signs it."""
    configured = account.get("webhook_url")
    query = urlsplit(request.url).query
    if not configured:
        return request.url
    return configured if "?" in configured or not query else f"{configured}?{query}"


def _sender(account: Account) -> str:
    return f"+{account.id}" if account.id.isdigit() else account.id


def authorization(account: Account) -> str:
    """Return what opens Twilio's interfaces."""
    pair = f"{account.get('account_sid')}:{account.get('auth_token')}".encode()
    return f"Basic {base64.b64encode(pair).decode('ascii')}"


def _headers(account: Account) -> Mapping[str, str]:
    return {
        "Authorization": authorization(account),
        "Content-Type": "application/x-www-form-urlencoded",
    }


def _form(request: Request) -> Mapping[str, str]:
    if request.headers.get("content-type", "").startswith("application/json"):
        return {k: v for k, v in json_object(request.body).items() if isinstance(v, str)}
    if request.method == "GET":
        return dict(parse_qsl(urlsplit(request.url).query, keep_blank_values=True))
    # The first of a repeated field counts; nobody appends a second sender.
    return dict(reversed(list(form_of(request))))
