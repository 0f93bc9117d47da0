"""What a webhook of LINE's says. One request may carry events of several customers."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from handrail.adapters.channels.cleaning import clean_line
from handrail.adapters.channels.kit.reading import (
    Json,
    a_time,
    an_id,
    an_object,
    inbound,
    json_object,
    objects,
    said,
    stand_in_id,
)
from handrail.domain.errors import MalformedRequestError
from handrail.domain.message import InboundMessage, Kind, Sender

_STANDBY: Final = "standby"
_MEDIA: Final = frozenset({"image", "video", "audio", "file", "sticker"})
_WRITTEN: Final = frozenset(
    {Kind.TEXT, Kind.ACTION, Kind.MEDIA, Kind.LOCATION, Kind.EDIT, Kind.UNSUPPORTED}
)
_LIFECYCLE: Final[Mapping[str, str]] = {"unfollow": "blocked"}
"""What our name for an event is where LINE's could be misread."""

_Content = tuple[Kind, object, str | None, dict[str, str]]


@dataclass(frozen=True, slots=True)
class _Envelope:
    """What all events of one request have in common."""

    channel: str
    account: str
    received_at: float


def read_events(
    body: bytes, channel: str, account: str, received_at: float
) -> Sequence[InboundMessage]:
    """Read a webhook. An empty list of events is how LINE tries an address.

    Raises:
        MalformedRequestError: it is no webhook of LINE's.

    """
    data = json_object(body)
    if not isinstance(data.get("events"), list):
        message = "the body is no webhook of LINE's: it has no 'events' list"
        raise MalformedRequestError(message)
    envelope = _Envelope(channel, account, received_at)
    return [_event(envelope, event) for event in objects(data["events"])]


def _event(envelope: _Envelope, event: Json) -> InboundMessage:
    source = an_object(event.get("source"))
    user_id = an_id(source.get("userId"))
    event_id = an_id(event.get("webhookEventId")) or stand_in_id(_lasting(event))
    named = str(event.get("type") or "unknown")
    kind, text, action, details = _READERS.get(named, _lifecycle)(event)
    if source.get("type", "user") != "user":
        # Of many people, none of whom is our customer.
        kind, details = Kind.LIFECYCLE, said(event="group", type=named)
        text = action = None
    elif user_id is None and kind is not Kind.LIFECYCLE:
        kind, details = Kind.LIFECYCLE, said(event="no_sender")
    elif event.get("mode") == _STANDBY and kind in _WRITTEN:
        # Another module of the account has this customer: it answers, and we keep silent.
        kind, details = Kind.ECHO, said(message_id=event_id) | details | said(console=_STANDBY)
    return inbound(
        channel=envelope.channel,
        account=envelope.account,
        event_id=event_id,
        sender=Sender((user_id,) if user_id else ()),
        kind=kind,
        received_at=envelope.received_at,
        occurred_at=a_time(event.get("timestamp")),
        text=text,
        action=action,
        details=details,
    )


def _lasting(event: Json) -> Json:
    """Return what of an event is the same when it is brought again."""
    return {name: value for name, value in event.items() if name not in _CHANGING}


_CHANGING: Final = frozenset({"deliveryContext", "replyToken"})


def _lifecycle(event: Json) -> _Content:
    named = str(event.get("type") or "unknown")
    unblocked = an_object(event.get("follow")).get("isUnblocked") is True
    details = said(event=_LIFECYCLE.get(named, named), unblocked=unblocked or "")
    return Kind.LIFECYCLE, None, None, details


def _message(event: Json) -> _Content:
    message = an_object(event.get("message"))
    kind, text, details = _content(message)
    details |= said(
        # By this id later edits, deletions and quotations name the message.
        message_id=an_id(message.get("id")) or "",
        reply_to=an_id(message.get("quotedMessageId")) or "",
    )
    return kind, text, None, details


def _content(message: Json) -> tuple[Kind, object, dict[str, str]]:
    named = message.get("type")
    match named:
        case "text" if isinstance(message.get("text"), str) and message["text"].strip():
            return Kind.TEXT, message["text"], {}
        case str() if named in _MEDIA:
            words = message.get("text") if named == "sticker" else None
            return Kind.MEDIA, words, _file(named, message)
        case "location":
            details = said(
                latitude=message.get("latitude"),
                longitude=message.get("longitude"),
                name=message.get("title") or "",
                address=message.get("address") or "",
            )
            return Kind.LOCATION, None, details
        case _:
            shown = named if isinstance(named, str) and named else "unknown"
            return Kind.UNSUPPORTED, message.get("text"), said(type=shown)


def _file(named: str, message: Json) -> dict[str, str]:
    provider = an_object(message.get("contentProvider"))
    album = an_object(message.get("imageSet"))
    return said(
        media="document" if named == "file" else named,
        # The bytes are fetched by the message's own id, while LINE keeps them.
        media_id=an_id(message.get("id")) or "",
        media_url=provider.get("originalContentUrl") or "",
        media_name=message.get("fileName") or "",
        media_bytes=message.get("fileSize") or "",
        sticker=an_id(message.get("stickerId")) or "",
        album=an_id(album.get("id")) or "",
        voice=named == "audio" or "",
    )


def _edited(event: Json) -> _Content:
    message = an_object(event.get("message"))
    kind, text, details = _content(message)
    edited = "" if kind is Kind.TEXT else str(kind)
    details |= said(message_id=an_id(message.get("id")) or "", edited=edited)
    return Kind.EDIT, text, None, details


def _unsent(event: Json) -> _Content:
    unsend = an_object(event.get("unsend"))
    return Kind.DELETE, None, None, said(message_id=an_id(unsend.get("messageId")) or "")


def _postback(event: Json) -> _Content:
    postback = an_object(event.get("postback"))
    data = postback.get("data")
    action = clean_line(data) if isinstance(data, str) else ""
    params = an_object(postback.get("params"))
    picked = {name: params.get(name) or "" for name in ("date", "time", "datetime")}
    if not action:
        return Kind.UNSUPPORTED, None, None, said(type="postback", **picked)
    return Kind.ACTION, None, action, said(**picked)


def _delivered(event: Json) -> _Content:
    """Return that a message to a telephone number has come to the customer it belongs to."""
    data = an_object(event.get("delivery")).get("data")
    return Kind.RECEIPT, None, None, said(status="delivered", key=data)


_READERS: Final[Mapping[str, Callable[[Json], _Content]]] = {
    "message": _message,
    "messageEdited": _edited,
    "unsend": _unsent,
    "postback": _postback,
    "delivery": _delivered,
}
"""How each type of event is read in which a customer says something."""
