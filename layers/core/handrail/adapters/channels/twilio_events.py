"""What Twilio's webhooks say: one message, or what became of one of ours."""

import base64
import binascii
import codecs
import re
from collections.abc import Mapping
from typing import Final

from handrail.adapters.channels.kit.reading import a_name, a_text, an_action, an_id, inbound, said
from handrail.domain.errors import MalformedRequestError
from handrail.domain.message import FAILED, InboundMessage, Kind, Sender
from handrail.domain.stopping import OPT_OUT

_WHATSAPP: Final = "whatsapp:"
_FILES_MAX: Final = 10
_BASE64 = re.compile(r"[A-Za-z0-9+/]{60,}={0,2}")
_FAILED = ("failed", "undelivered")
_utf8 = codecs.getincrementaldecoder("utf-8")
_COUNT = re.compile(r"[0-9]{1,4}")
_VOICE = ("audio/ogg", "audio/opus", "audio/amr")

Form = Mapping[str, str]


def read_event(form: Form, channel: str, account: str, received_at: float) -> InboundMessage:
    """Read the form of a webhook. It carries no time, so that messages count as they come.

    Raises:
        MalformedRequestError: it is no webhook about a message.

    """
    message_id = next(filter(None, map(an_id, _named(form, "MessageSid", "SmsSid"))), None)
    if message_id is None:
        message = "the form is no webhook of Twilio's about a message: it has no 'MessageSid'"
        raise MalformedRequestError(message)
    status = (form.get("MessageStatus") or form.get("SmsStatus") or "").lower()
    common = {"channel": channel, "account": account, "received_at": received_at}
    if is_status(form):
        code = form.get("ErrorCode") or ""
        failed = {FAILED: f"code_{code}"} if status in _FAILED else {}
        return inbound(
            **common,  # type: ignore[arg-type]
            event_id=f"{message_id}/{status}",
            sender=_sender(form, "To"),
            kind=Kind.RECEIPT,
            details=said(status=status, message_id=message_id, code=code, **failed),
        )
    kind, text, action, details = _content(form)
    sender = _sender(form, "From")
    if not sender.ids:
        kind, details = Kind.LIFECYCLE, said(event="no_sender")
    return inbound(
        **common,  # type: ignore[arg-type]
        event_id=message_id,
        sender=sender,
        kind=kind,
        text=text,
        action=action,
        details=details,
    )


def is_status(form: Form) -> bool:
    """Tell whether a form is about a message that we sent."""
    status = (form.get("MessageStatus") or form.get("SmsStatus") or "").lower()
    return status not in ("", "received", "receiving")


def account_id(address: str) -> str:
    """Return the name of a number as an account: its digits, or a sender's name."""
    return address.removeprefix(_WHATSAPP).removeprefix("+")


def _named(form: Form, *names: str) -> list[str]:
    return [form[name] for name in names if form.get(name)]


def _sender(form: Form, field: str) -> Sender:
    """Return the customer by the id that outlives a hidden number, then by the number."""
    address = form.get(field, "").strip().removeprefix(_WHATSAPP)
    number = address if address.startswith("+") else ""
    scoped = form.get("ExternalUserId", "").strip().removeprefix(_WHATSAPP)
    hidden = form.get("WaId", "").strip()
    given = (
        scoped,
        "" if number else address,
        number or (f"+{hidden}" if hidden.isdigit() and field == "From" else ""),
    )
    ids = tuple(dict.fromkeys(one for one in map(an_id, given) if one))
    return Sender(ids, name=a_name(form.get("ProfileName")))


def _content(form: Form) -> tuple[Kind, str | None, str | None, dict[str, str]]:
    body = _body(form)
    details = said(
        reply_to=form.get("OriginalRepliedMessageSid") or "",
        forwarded="true"
        if "true" in (form.get("Forwarded"), form.get("FrequentlyForwarded"))
        else "",
        referral=form.get("ReferralSourceUrl") or form.get("ReferralSourceId") or "",
        referral_title=form.get("ReferralHeadline") or "",
    )
    opted = form.get("OptOutType", "").upper()
    if opted:
        # Twilio has taken the word already, in whatever language it is configured for.
        details[OPT_OUT] = opted.lower()
    action = an_action(form.get("ButtonPayload") or form.get("ListId"))
    if action:
        return (
            Kind.ACTION,
            form.get("ButtonText") or form.get("ListTitle") or body,
            action,
            details,
        )
    files = _files(form)
    if files:
        return Kind.MEDIA, body, None, details | files
    if form.get("Latitude") and form.get("Longitude"):
        place = said(
            latitude=form["Latitude"],
            longitude=form["Longitude"],
            name=form.get("Label") or "",
            address=form.get("Address") or "",
        )
        return Kind.LOCATION, body, None, details | place
    if a_text(body) is None:
        return (
            Kind.UNSUPPORTED,
            # What was filled into a form of WhatsApp's.
            form.get("FlowData") or form.get("InteractiveData"),
            None,
            details | said(type=form.get("MessageType") or "empty"),
        )
    return Kind.TEXT, body, None, details


def _body(form: Form) -> str:
    """Return the words; long SMS of some networks come as base64."""
    body = form.get("Body", "")
    if len(body) % 4 or not _BASE64.fullmatch(body):
        return body
    try:
        # A long message is cut anywhere, also inside a character.
        text = _utf8().decode(base64.b64decode(body, validate=True))
    except (binascii.Error, UnicodeDecodeError):
        return body
    readable = sum(one.isalnum() or one.isspace() for one in text)
    return text if text.isprintable() or readable * 2 > len(text) else body


def _files(form: Form) -> dict[str, str]:
    told = form.get("NumMedia", "0")
    many = int(told) if _COUNT.fullmatch(told) else 0
    details: dict[str, object] = {}
    for index in range(min(many, _FILES_MAX)):
        suffix = "" if index == 0 else f"_{index + 1}"
        media_type = form.get(f"MediaContentType{index}") or ""
        family = media_type.partition("/")[0].lower()
        known = family in ("image", "video", "audio", "")
        details[f"media{suffix}"] = family if known else "document"
        details[f"media_type{suffix}"] = media_type
        details[f"media_url{suffix}"] = form.get(f"MediaUrl{index}") or ""
    if many > _FILES_MAX:
        details["media_left_out"] = many - _FILES_MAX
    if any(form.get(f"MediaContentType{n}", "").startswith(_VOICE) for n in range(_FILES_MAX)):
        details["voice"] = True
    return said(**details)
