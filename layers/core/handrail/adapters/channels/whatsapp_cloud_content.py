"""What a message of WhatsApp's says: its kind, its words, and what else there is to see."""

from collections.abc import Callable, Mapping

from handrail.adapters.channels.kit.reading import (
    Json,
    an_action,
    an_id,
    an_object,
    objects,
    said,
)
from handrail.domain.message import Kind

_MEDIA = ("image", "video", "audio", "document", "sticker")
_PERSONAL_LINES_MAX = 20

Content = tuple[Kind, object, str | None, dict[str, str]]


def content(message: Json) -> Content:
    """Return a message's kind, its words, the button it presses, and what else there is to see."""
    named = message.get("type")
    part = an_object(message.get(named)) if isinstance(named, str) else {}
    match named:
        case "text" if isinstance(part.get("body"), str) and part["body"].strip():
            return Kind.TEXT, part["body"], None, {}
        case str() if named in _MEDIA:
            return Kind.MEDIA, part.get("caption"), None, _media(named, part)
        case "contacts":
            return Kind.UNSUPPORTED, _shared_contacts(message), None, said(type="contacts")
        case str() if named in _READERS:
            return _READERS[named](part)
        case _:
            return Kind.UNSUPPORTED, _words(message, part), None, _unknown(message, named)


def _pressed(payload: object, label: object, kind: str) -> Content:
    action = an_action(payload)
    if action is None:
        return Kind.UNSUPPORTED, label, None, said(type=kind)
    return Kind.ACTION, label, action, {}


def _interactive(part: Json) -> Content:
    for name in ("button_reply", "list_reply"):
        reply = an_object(part.get(name))
        if reply:
            kind, label, action, details = _pressed(reply.get("id"), reply.get("title"), name)
            details |= said(description=reply.get("description") or "")
            return kind, label, action, details
    form, call = an_object(part.get("nfm_reply")), an_object(part.get("call_permission_reply"))
    details = said(
        type=part.get("type") or "interactive",
        # Whether a person may call them back.
        response=call.get("response") or "",
    )
    # What was filled in is the customer's, and may be personal: as text it is redacted.
    return Kind.UNSUPPORTED, form.get("response_json"), None, details


def _edit(part: Json) -> Content:
    message = an_object(part.get("message"))
    if message.get("type") == "edit":
        # An edit of an edit of an edit: nobody writes that by hand.
        return Kind.UNSUPPORTED, None, None, said(type="edit")
    kind, text, _, details = content(message)
    details |= said(message_id=part.get("original_message_id") or "")
    if kind is Kind.TEXT:
        return Kind.EDIT, text, None, details
    return Kind.EDIT, text, None, details | said(edited=str(kind))


def _button(part: Json) -> Content:
    # A template's button whose owner gave it no payload is known by its words.
    return _pressed(part.get("payload") or part.get("text"), part.get("text"), "button")


def _revoke(part: Json) -> Content:
    return Kind.DELETE, None, None, said(message_id=part.get("original_message_id") or "")


def _system(part: Json) -> Content:
    return Kind.LIFECYCLE, None, None, said(event=part.get("type") or "system")


def _media(named: str, part: Json) -> dict[str, str]:
    voice = named == "audio" and part.get("voice") is True
    return said(
        media=named,
        media_type=part.get("mime_type") or "",
        media_id=an_id(part.get("id")) or "",
        media_name=part.get("filename") or "",
        media_bytes=part.get("file_size") or "",
        voice=voice or "",
    )


def _location(part: Json) -> Content:
    details = said(
        latitude=part.get("latitude"),
        longitude=part.get("longitude"),
        name=part.get("name") or "",
        address=part.get("address") or "",
        url=part.get("url") or "",
    )
    return Kind.LOCATION, None, None, details


def _reaction(part: Json) -> Content:
    emoji = part.get("emoji") or ""
    removed = "" if emoji else "true"
    details = said(emoji=emoji, removed=removed, message_id=part.get("message_id") or "")
    return Kind.REACTION, None, None, details


def _shared_contacts(message: Json) -> str:
    lines = []
    for contact in objects(message.get("contacts")):
        name = an_object(contact.get("name")).get("formatted_name")
        phones = [phone.get("phone") for phone in objects(contact.get("phones"))]
        emails = [email.get("email") for email in objects(contact.get("emails"))]
        lines.append(", ".join(str(one) for one in (name, *phones, *emails) if one))
    return "\n".join(lines[:_PERSONAL_LINES_MAX])


def _item(item: Json) -> str:
    what = f"{item.get('quantity')} × {item.get('product_retailer_id')}"  # noqa: RUF001
    price, currency = item.get("item_price"), item.get("currency")
    priced = isinstance(price, int | float | str) and isinstance(currency, str)
    return f"{what}, {price} {currency}" if priced else what


def _order(part: Json) -> Content:
    items = [_item(item) for item in objects(part.get("product_items"))]
    text = "\n".join([str(part.get("text") or ""), *items[:_PERSONAL_LINES_MAX]])
    return Kind.UNSUPPORTED, text, None, said(type="order")


_READERS: Mapping[str, Callable[[Json], Content]] = {
    "button": _button,
    "interactive": _interactive,
    "location": _location,
    "reaction": _reaction,
    "edit": _edit,
    "revoke": _revoke,
    "order": _order,
    "system": _system,
    "request_welcome": lambda _: (Kind.LIFECYCLE, None, None, said(event="request_welcome")),
}
"""How each type is read that is no text and no file."""


def _words(message: Json, part: Json) -> object:
    """Return the words in something that nobody knows, wherever such words usually stand."""
    found = (part.get("body"), part.get("caption"), part.get("text"))
    written = an_object(message.get("text")).get("body")
    return next((one for one in (*found, written) if isinstance(one, str) and one), None)


def _unknown(message: Json, named: object) -> dict[str, str]:
    errors = next(objects(message.get("errors")), {})
    inner = an_object(message.get("unsupported")).get("type")
    return said(type=inner or named or "unknown", code=errors.get("code") or "")
