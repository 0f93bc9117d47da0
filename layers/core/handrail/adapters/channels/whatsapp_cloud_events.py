"""What Meta's webhook for WhatsApp says, message by message.

One request may carry hundreds of messages of as many customers. Nothing in it is ever refused by
itself: what cannot be read of a customer's becomes `unsupported`, everything else is a `lifecycle`
event that is counted.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from handrail.adapters.channels.kit.reading import (
    Json,
    a_name,
    a_time,
    an_id,
    an_object,
    inbound,
    json_object,
    objects,
    said,
    stand_in_id,
)
from handrail.adapters.channels.whatsapp_cloud_content import content
from handrail.domain.errors import MalformedRequestError
from handrail.domain.message import FAILED, SAME_CUSTOMER, InboundMessage, Kind, Sender

CONSOLE = "whatsapp_business_app"
"""Where a person writes who answers beside us."""
_BODY_CHARS_MAX = 2_000
_OF_NO_MESSAGE = ("call", "payment")
"""Types of a status that tells how something else fares than a message of ours."""
_HISTORY = "history"
"""The field of what was said before the number came here: nobody waits for an answer to it."""
_MOVED = re.compile(r".* changed from (\S+) to (\S+?)\.?", re.DOTALL)
"""How WhatsApp says it; a name stands before it, so that only the end of the line counts."""


@dataclass(frozen=True, slots=True)
class _Envelope:
    """What all messages of one change have in common."""

    channel: str
    account: str
    received_at: float
    contacts: Mapping[str, Json]
    """By phone number and by user id."""
    number: str
    """The digits of our own number."""
    code: object
    """What WhatsApp says is wrong with all of it."""
    at: float | None
    """When WhatsApp sent it; only what is about the account says so."""

    def alone(self) -> Sender:
        """Return the customer whom the change is about, where it names just one."""
        about = {id(contact): contact for contact in self.contacts.values()}
        contact = next(iter(about.values())) if len(about) == 1 else {}
        return _sender(self, contact.get("user_id"), contact.get("wa_id"))

    def message(self, event_id: str, sender: Sender, kind: Kind, **rest: Any) -> InboundMessage:
        return inbound(
            channel=self.channel,
            account=self.account,
            event_id=event_id,
            sender=sender,
            kind=kind,
            received_at=self.received_at,
            **rest,
        )


def read_events(
    body: bytes, channel: str, ours: Callable[[str | None], str], received_at: float
) -> Sequence[InboundMessage]:
    """Read a webhook; `ours` returns our account for the number it names.

    Raises:
        MalformedRequestError: it is no webhook of WhatsApp's.

    """
    data = json_object(body)
    if "entry" not in data and "field" in data and "value" in data:
        # One change alone, as the app's dashboard shows and tries it.
        data = {"entry": [{"changes": [data]}]}
    if not isinstance(data.get("entry"), list):
        message = "the body is no webhook of WhatsApp's: it has no 'entry' list"
        raise MalformedRequestError(message)
    accounts: dict[str | None, str] = {}
    found: list[InboundMessage] = []
    for entry in objects(data["entry"]):
        for change in objects(entry.get("changes")):
            value = an_object(change.get("value"))
            # A handover has our number as whom it was sent to.
            number = an_object(value.get("metadata")) or an_object(value.get("recipient"))
            named = an_id(number.get("phone_number_id"))
            if named not in accounts:
                accounts[named] = ours(named)
            envelope = _Envelope(
                channel,
                accounts[named],
                received_at,
                _contacts(value),
                _digits(number.get("display_phone_number")),
                next(objects(value.get("errors")), {}).get("code", ""),
                a_time(value.get("timestamp")) or a_time(entry.get("time")),
            )
            found.extend(_change(envelope, str(change.get("field") or ""), value))
    return found


def _change(envelope: _Envelope, field: str, value: Json) -> Iterator[InboundMessage]:
    known = False
    for update in objects(value.get("user_id_update")):
        known = True
        yield _moved(envelope, update)
    for message in objects(value.get("messages")) if field != _HISTORY else ():
        known = True
        yield (
            _echo(envelope, message, field) if field == "standby" else _message(envelope, message)
        )
    for message in objects(value.get("message_echoes")):
        known = True
        yield _echo(envelope, message, CONSOLE)
    for status in objects(value.get("statuses")):
        known = True
        yield _receipt(envelope, status)
    if not known and value:
        preference: Json = next(objects(value.get("user_preferences")), {})
        details = said(
            event=field or "unknown",
            status=value.get("event") or preference.get("value") or value.get("type") or "",
            code=envelope.code,
        )
        writer = an_object(value.get("sender"))
        sender = _sender(envelope, writer.get("user_id"), writer.get("phone_number"))
        yield envelope.message(
            stand_in_id(value),
            sender if sender.ids else envelope.alone(),
            Kind.LIFECYCLE,
            occurred_at=envelope.at,
            details=details,
        )


def _digits(number: object) -> str:
    return "".join(filter(str.isdigit, number)) if isinstance(number, str) else ""


def _contacts(value: Json) -> Mapping[str, Json]:
    found: dict[str, Json] = {}
    for contact in objects(value.get("contacts")):
        for name in ("wa_id", "user_id"):
            contact_id = an_id(contact.get(name))
            if contact_id:
                found[contact_id] = contact
    return found


def _sender(envelope: _Envelope, user_id: object, phone: object) -> Sender:
    """Return a sender by every id there is: the user id, which outlives hiding the number, first.

    A number or a user id that only the contacts name counts when the other one fits.
    """
    known = [one for one in (an_id(user_id), an_id(phone)) if one]
    contact = next((envelope.contacts[one] for one in known if one in envelope.contacts), {})
    ids = (an_id(user_id) or an_id(contact.get("user_id")), an_id(phone))
    ids = (ids[0], ids[1] or an_id(contact.get("wa_id")))
    profile = an_object(contact.get("profile"))
    name = a_name(profile.get("name")) or a_name(profile.get("username"))
    return Sender(tuple(dict.fromkeys(one for one in ids if one)), name=name)


def _moved(envelope: _Envelope, update: Json) -> InboundMessage:
    """Return that a customer's user id is another now, which is still the same customer."""
    user = an_object(update.get("user_id"))
    named = (user.get("current"), update.get("wa_id"), user.get("previous"))
    ids = dict.fromkeys(one for one in map(an_id, named) if one)
    return envelope.message(
        stand_in_id(update),
        Sender(tuple(ids)),
        Kind.LIFECYCLE,
        occurred_at=a_time(update.get("timestamp")),
        details=said(event="user_id_update", **{SAME_CUSTOMER: len(ids) > 1 or ""}),
    )


def _joined(system: Json, sender: Sender) -> tuple[str, ...]:
    """Return the ids of who has a new number or user id: the new ones, then the old."""
    new = [an_id(system.get(name)) for name in ("user_id", "wa_id", "new_wa_id")]
    if not any(new):
        return ()
    old = [an_id(system.get("previous_user_id")), an_id(system.get("customer"))]
    body = system.get("body")
    said_so = _MOVED.fullmatch(body[-_BODY_CHARS_MAX:]) if isinstance(body, str) else None
    if said_so is not None and said_so.group(2) in new:
        old.append(an_id(said_so.group(1)))
    return tuple(dict.fromkeys(one for one in (*new, *sender.ids, *old) if one))


def _message(envelope: _Envelope, message: Json) -> InboundMessage:
    sender = _sender(envelope, message.get("from_user_id"), message.get("from"))
    sender = sender if sender.ids else envelope.alone()
    event_id = an_id(message.get("id")) or stand_in_id(message)
    occurred_at = a_time(message.get("timestamp"))
    kind, text, action, details = content(message)
    if kind is Kind.UNSUPPORTED:
        details = said(code=envelope.code) | details
    if kind is Kind.LIFECYCLE:
        joined = _joined(an_object(message.get("system")), sender)
        if len(joined) > 1:
            # A changed number: one customer, under the new ids as under the old.
            sender = Sender(joined, name=sender.name)
            details[SAME_CUSTOMER] = "true"
    if not sender.ids or message.get("group_id"):
        # Nobody to answer: an event of the account, or a group that we are no party to.
        details = said(event="group" if message.get("group_id") else "no_sender")
        return envelope.message(
            event_id, sender, Kind.LIFECYCLE, occurred_at=occurred_at, details=details
        )
    details |= _context(message)
    return envelope.message(
        event_id,
        sender,
        kind,
        occurred_at=occurred_at,
        text=text,
        action=action,
        details=details,
    )


def _context(message: Json) -> dict[str, str]:
    """Return what a message refers to: another one, a product, the advertisement it began at."""
    context = an_object(message.get("context"))
    product = an_object(context.get("referred_product"))
    referral = an_object(message.get("referral"))
    return said(
        reply_to=an_id(context.get("id")) or an_id(context.get("message_id")) or "",
        forwarded=context.get("forwarded") or context.get("frequently_forwarded") or "",
        product=product.get("product_retailer_id") or "",
        referral=referral.get("source_url") or referral.get("source_id") or "",
        referral_title=referral.get("headline") or "",
    )


def _echo(envelope: _Envelope, message: Json, console: str) -> InboundMessage:
    """Return what a person wrote elsewhere, or that another app is at it."""
    to_us = bool(envelope.number) and _digits(message.get("to")) == envelope.number
    who = ("from_user_id", "from") if console == "standby" or to_us else ("to_user_id", "to")
    sender = _sender(envelope, message.get(who[0]), message.get(who[1]))
    event_id = an_id(message.get("id")) or stand_in_id(message)
    _, text, _, details = content(message)
    about = details.pop("message_id", "")
    if about:
        # An edit, a deletion, a reaction: of the message that it names, and an echo like any.
        details |= said(refers_to=about, type=message.get("type"))
    kind = Kind.ECHO if sender.ids else Kind.LIFECYCLE
    return envelope.message(
        event_id,
        sender,
        kind,
        occurred_at=a_time(message.get("timestamp")),
        text=text,
        details=details | said(console=console, message_id=event_id),
    )


def _receipt(envelope: _Envelope, status: Json) -> InboundMessage:
    message_id = an_id(status.get("id")) or stand_in_id(status)
    named = an_id(status.get("status")) or "unknown"
    group = status.get("recipient_type") == "group"
    phone = None if group else status.get("recipient_id")
    if status.get("type") in _OF_NO_MESSAGE:
        return envelope.message(
            f"{message_id}/{named}",
            _sender(envelope, status.get("recipient_user_id"), phone),
            Kind.LIFECYCLE,
            occurred_at=a_time(status.get("timestamp")),
            details=said(event=status["type"], status=named),
        )
    error: Json = next(objects(status.get("errors")), {})
    code = error.get("code") or ""
    failed = {FAILED: f"code_{code}"} if named == "failed" else {}
    return envelope.message(
        f"{message_id}/{named}",
        _sender(envelope, status.get("recipient_user_id"), phone),
        Kind.RECEIPT,
        occurred_at=a_time(status.get("timestamp")),
        details=said(
            status=named,
            message_id=message_id,
            code=code,
            key=status.get("biz_opaque_callback_data") or "",
            **failed,
        ),
    )
