"""What a callback of Viber's says. One request brings one event."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from handrail.adapters.channels.cleaning import clean_line
from handrail.adapters.channels.kit.reading import (
    Json,
    a_locale,
    a_name,
    a_time,
    an_id,
    an_object,
    inbound,
    json_object,
    said,
    stand_in_id,
)
from handrail.domain.delivery import WELCOME, Action
from handrail.domain.errors import MalformedRequestError
from handrail.domain.message import FAILED, InboundMessage, Kind, Sender

_MEDIA: Final[Mapping[str, str]] = {
    "picture": "image",
    "video": "video",
    "file": "document",
    "sticker": "sticker",
    "audio": "audio",
}
"""Our name for each type of file."""
_OURS: Final = frozenset(str(action) for action in Action)

_Content = tuple[Kind, object, str | None, dict[str, str]]


def read_event(
    body: bytes, channel: str, account: str, received_at: float
) -> Sequence[InboundMessage]:
    """Read one event.

    Raises:
        MalformedRequestError: it is no callback of Viber's.

    """
    data = json_object(body)
    named = data.get("event")
    if not isinstance(named, str) or not named:
        message = "the body is no callback of Viber's: it has no 'event'"
        raise MalformedRequestError(message)
    kind, text, action, details = _READERS.get(named, _lifecycle)(data)
    sender = _sender(data)
    if not sender.ids and kind is not Kind.RECEIPT:
        kind, text, action = Kind.LIFECYCLE, None, None
        details = {**said(event="no_sender"), **_lifecycle(data)[3]}
    token = an_id(data.get("message_token"))
    # A receipt has the token of the message it is about.
    event_id = (token if named == "message" else f"{token}/{named}") if token else None
    found = inbound(
        channel=channel,
        account=account,
        event_id=event_id or stand_in_id(data),
        sender=sender,
        kind=kind,
        received_at=received_at,
        occurred_at=a_time(data.get("timestamp")),
        text=text,
        action=action,
        details=details,
    )
    return [found]


def _sender(data: Json) -> Sender:
    """Return the customer, who stands in one of three places."""
    person = an_object(data.get("sender")) or an_object(data.get("user"))
    person_id = an_id(person.get("id")) or an_id(data.get("user_id"))
    return Sender(
        (person_id,) if person_id else (),
        name=a_name(person.get("name")),
        locale=a_locale(person.get("language")),
    )


def _lifecycle(data: Json) -> _Content:
    return Kind.LIFECYCLE, None, None, said(event=data.get("event") or "unknown")


def _started(data: Json) -> _Content:
    """Greet who has subscribed; to everybody else Viber lets us write only when they wrote."""
    referral = said(referral=data.get("context") or "")
    if data.get("subscribed") is True:
        return Kind.ACTION, None, WELCOME, referral
    return Kind.LIFECYCLE, None, None, said(event="conversation_started") | referral


def _message(data: Json) -> _Content:
    message = an_object(data.get("message"))
    named, text = message.get("type"), message.get("text")
    match named:
        case "text" if isinstance(text, str) and text.strip():
            # A button sends its id as if it had been written, without showing it. What comes in
            # silence and is no id of ours is of another keyboard: words like any, to be answered.
            action = clean_line(text)
            if action in _OURS:
                return Kind.ACTION, None, action, {}
            return Kind.TEXT, text, None, said(silent=data.get("silent") is True or "")
        case str() if named in _MEDIA:
            return Kind.MEDIA, text, None, _file(named, message)
        case "location":
            place = an_object(message.get("location"))
            details = said(latitude=place.get("lat"), longitude=place.get("lon"))
            return Kind.LOCATION, text, None, details
        case "url":
            # A link that was shared; the address is what the customer has to say.
            return Kind.TEXT, message.get("media") or text, None, {}
        case "contact":
            contact = an_object(message.get("contact"))
            parts = (contact.get("name"), contact.get("phone_number"))
            shared = ", ".join(one for one in parts if isinstance(one, str) and one)
            return Kind.UNSUPPORTED, shared, None, said(type="contact")
        case _:
            shown = named if isinstance(named, str) and named else "unknown"
            return Kind.UNSUPPORTED, text, None, said(type=shown)


def _file(named: str, message: Json) -> dict[str, str]:
    return said(
        media=_MEDIA[named],
        media_url=message.get("media") or "",
        media_name=message.get("file_name") or "",
        media_bytes=message.get("file_size") or message.get("size") or "",
        sticker=an_id(message.get("sticker_id")) or "",
        voice=named == "audio" or "",
    )


def _receipt(data: Json) -> _Content:
    status = str(data.get("event"))
    failed = {FAILED: "failed"} if status == "failed" else {}
    details = said(
        status=status,
        message_id=an_id(data.get("message_token")) or "",
        reason=data.get("desc") or "",
        **failed,
    )
    return Kind.RECEIPT, None, None, details


_READERS: Final[Mapping[str, Callable[[Json], _Content]]] = {
    "message": _message,
    "conversation_started": _started,
    "delivered": _receipt,
    "seen": _receipt,
    "failed": _receipt,
}
"""How each event is read that is not simply counted."""
