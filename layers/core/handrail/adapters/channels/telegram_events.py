"""What a Telegram update says. One request brings one update, and an update is one thing."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

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
    objects,
    said,
    stand_in_id,
)
from handrail.domain.delivery import WELCOME, Action
from handrail.domain.errors import MalformedRequestError
from handrail.domain.message import OWN, InboundMessage, Kind, Sender

BUSINESS: Final = "business:"
"""What the id of somebody begins with who writes to a business account that a bot answers for."""
CONSOLE: Final = "telegram_business"
"""Where that account's owner writes beside us."""
PRIVATE: Final = "private"
_COMMANDS: Final[Mapping[str, str]] = {"/start": WELCOME, "/human": Action.PERSON}
_FILES: Final = ("animation", "document", "audio", "voice", "video", "video_note", "sticker")
_VOICE: Final = frozenset({"voice", "video_note"})
_SERVICE: Final = frozenset({
    "pinned_message", "message_auto_delete_timer_changed", "chat_background_set",
    "write_access_allowed", "connected_website", "boost_added", "new_chat_members",
    "left_chat_member", "new_chat_title", "new_chat_photo", "delete_chat_photo",
    "group_chat_created", "supergroup_chat_created", "channel_chat_created",
    "migrate_to_chat_id", "migrate_from_chat_id", "chat_owner_left", "chat_owner_changed",
    "forum_topic_created", "forum_topic_edited", "forum_topic_closed", "forum_topic_reopened",
    "general_forum_topic_hidden", "general_forum_topic_unhidden", "video_chat_scheduled",
    "video_chat_started", "video_chat_ended", "video_chat_participants_invited",
    "giveaway_created", "giveaway", "giveaway_winners", "giveaway_completed",
    "direct_message_price_changed", "paid_message_price_changed", "proximity_alert_triggered",
    "checklist_tasks_done", "checklist_tasks_added", "suggested_post_approved",
    "suggested_post_approval_failed", "suggested_post_declined", "suggested_post_paid",
    "suggested_post_refunded",
})  # fmt: skip
"""What Telegram itself notes in a chat: nobody has written anything."""
_MESSAGES: Final = (
    *("message", "edited_message", "business_message", "edited_business_message"),
    *("channel_post", "edited_channel_post"),
)
_OTHERS: Final = frozenset({
    "inline_query", "chosen_inline_result", "shipping_query", "pre_checkout_query", "poll",
    "poll_answer", "chat_member", "chat_join_request", "chat_boost", "removed_chat_boost",
    "message_reaction_count", "business_connection", "purchased_paid_media", "guest_message",
})  # fmt: skip
_REACTION_CUSTOM: Final = "custom"
_LISTED_MAX: Final = 20


@dataclass(frozen=True, slots=True)
class _Update:
    """What everything in one update has in common."""

    channel: str
    account: str
    id: str
    received_at: float

    def message(self, sender: Sender, kind: Kind, part: str = "", **rest: Any) -> InboundMessage:
        return inbound(
            channel=self.channel,
            account=self.account,
            event_id=f"{self.id}{part}",
            sender=sender,
            kind=kind,
            received_at=self.received_at,
            **rest,
        )


def read_update(
    body: bytes, channel: str, account: str, received_at: float
) -> Sequence[InboundMessage]:
    """Read one update.

    Raises:
        MalformedRequestError: it is no update of Telegram's.

    """
    data = json_object(body)
    name = next((one for one in data if one in _READERS or one in _OTHERS), None)
    update_id = an_id(data.get("update_id"))
    if name is None and update_id is None:
        message = "the body is no update of Telegram's: it has no 'update_id'"
        raise MalformedRequestError(message)
    update = _Update(channel, account, update_id or stand_in_id(data), received_at)
    if name is None or name in _OTHERS:
        # Kinds that no bot had asked for when this was written are counted like those.
        event = name or next((one for one in data if one != "update_id"), "unknown")
        return [update.message(Sender(()), Kind.LIFECYCLE, details=said(event=event))]
    return list(_READERS[name](update, name, an_object(data[name])))


# ------------------------------------------------------------------- who


def _sender(user: Json, chat: Json, connection: str | None = None) -> Sender:
    """Return a customer by the chat that is written to; in a private chat its id is theirs."""
    chat_id, user_id = an_id(chat.get("id")), an_id(user.get("id"))
    ids: tuple[str, ...]
    if connection:
        ids = (f"{BUSINESS}{connection}:{chat_id}",) if chat_id else ()
        user = user if chat_id == user_id else chat
    else:
        ids = tuple(dict.fromkeys(one for one in (user_id, chat_id) if one))
    names = (user.get("first_name"), user.get("last_name"))
    name = " ".join(one for one in names if isinstance(one, str) and one)
    return Sender(ids, name=a_name(name), locale=a_locale(user.get("language_code")))


def _is_private(chat: Json) -> bool:
    return bool(chat.get("type", PRIVATE) == PRIVATE)


# ------------------------------------------------------------------- messages


def _written(update: _Update, name: str, message: Json) -> Iterator[InboundMessage]:
    chat, user = an_object(message.get("chat")), an_object(message.get("from"))
    connection = an_id(message.get("business_connection_id"))
    sender = _sender(user, chat, connection)
    message_id = an_id(message.get("message_id")) or ""
    at = a_time(message.get("edit_date")) or a_time(message.get("date"))
    if "channel_post" in name or not _is_private(chat):
        details = said(event="channel" if "channel_post" in name else "group")
        yield update.message(sender, Kind.LIFECYCLE, occurred_at=at, details=details)
        return
    kind, text, action, details = _content(message)
    if not sender.ids or (user.get("is_bot") is True and not connection):
        kind, details = Kind.LIFECYCLE, said(event="bot" if sender.ids else "no_sender")
    elif connection and an_id(user.get("id")) not in (None, an_id(chat.get("id"))):
        own = bool(an_object(message.get("sender_business_bot")))
        kind = Kind.ECHO
        details |= said(console=CONSOLE, **{OWN: own or ""})
    elif name.startswith("edited"):
        if kind is Kind.LOCATION:
            # A shared live location, which says so every few seconds.
            kind, details = Kind.LIFECYCLE, said(event="live_location")
        elif kind is not Kind.LIFECYCLE:
            edited = "" if kind is Kind.TEXT else str(kind)
            kind, details = Kind.EDIT, details | said(edited=edited)
            action = None
    if kind is not Kind.LIFECYCLE:
        # By this id later edits, deletions and replies name the message.
        details |= said(message_id=message_id) | _context(message)
    yield update.message(sender, kind, occurred_at=at, text=text, action=action, details=details)


_Content = tuple[Kind, object, str | None, dict[str, str]]


def _content(message: Json) -> _Content:
    """Return a message's kind, its words, the command it gives, and what else there is to see."""
    text = message.get("text")
    if isinstance(text, str) and text.strip():
        return _text(text)
    if message.get("photo") or any(message.get(name) for name in _FILES):
        return Kind.MEDIA, message.get("caption"), None, _file(message)
    if _place(message):
        return Kind.LOCATION, None, None, _location(message)
    contact = message.get("contact")
    if isinstance(contact, dict):
        names = (contact.get("first_name"), contact.get("last_name"), contact.get("phone_number"))
        shared = ", ".join(one for one in names if isinstance(one, str) and one)
        return Kind.UNSUPPORTED, shared, None, said(type="contact")
    service = next((name for name in message if name in _SERVICE), None)
    if service is not None:
        return Kind.LIFECYCLE, None, None, said(event=service)
    kind = next((name for name in message if name not in _ENVELOPE), "unknown")
    caption = message.get("caption")
    if kind == "unknown" and isinstance(caption, str) and caption.strip():
        # What it stood under is nowhere: the words are there all the same.
        return Kind.TEXT, caption, None, {}
    return Kind.UNSUPPORTED, _words(message), None, said(type=kind)


def _words(message: Json) -> str:
    """Return what there is to read in something that is no text: a poll, a list, a form."""
    form, poll = an_object(message.get("web_app_data")), an_object(message.get("poll"))
    steps, dice = an_object(message.get("checklist")), an_object(message.get("dice"))
    game = an_object(message.get("game"))
    titles = (form.get("data"), poll.get("question"), steps.get("title"), game.get("title"))
    listed = [
        one.get("text") for of in (poll.get("options"), steps.get("tasks")) for one in objects(of)
    ]
    lines = (*titles, *listed[:_LISTED_MAX], dice.get("emoji"), message.get("caption"))
    return "\n".join(line for line in lines if isinstance(line, str) and line)


_ENVELOPE: Final = frozenset({
    "message_id", "from", "chat", "date", "edit_date", "text", "caption", "reply_to_message",
    "via_bot", "author_signature", "media_group_id", "entities", "caption_entities",
    "business_connection_id", "sender_chat", "has_protected_content", "message_thread_id",
    "is_topic_message", "forward_origin", "reply_markup", "link_preview_options", "quote",
    "effect_id", "has_media_spoiler", "show_caption_above_media", "sender_business_bot",
    "is_from_offline", "external_reply", "reply_to_story", "is_automatic_forward",
    "forward_date", "forward_from", "forward_from_chat", "forward_from_message_id",
    "forward_sender_name", "forward_signature", "sender_boost_count", "sender_tag",
    "direct_messages_topic", "is_paid_post", "paid_star_count", "suggested_post_info",
    "reply_to_checklist_task_id", "reply_to_poll_option_id",
})  # fmt: skip


def _text(text: str) -> _Content:
    """Return a text, or the command that it is: `/start`, also with a link's word behind it."""
    first, _, rest = text.strip().partition(" ")
    command = _COMMANDS.get(first.partition("@")[0].lower())
    if command is None or (command != WELCOME and rest.strip()):
        # "/human my parcel is lost" has something to say; the words in it are recognised.
        return Kind.TEXT, text, None, {}
    return Kind.ACTION, text, str(command), said(referral=rest.strip())


def _file(message: Json) -> dict[str, str]:
    name = next((one for one in _FILES if isinstance(message.get(one), dict)), "photo")
    file = an_object(message.get(name))
    if name == "photo":
        # The same picture in several sizes; the last is the largest.
        sizes = list(objects(message.get("photo")))
        file = sizes[-1] if sizes else {}
    shown = {"photo": "image", "video_note": "video", "voice": "audio", "animation": "video"}
    media_type = {"photo": "image/jpeg", "video_note": "video/mp4"}.get(name, "")
    return said(
        media=shown.get(name, name),
        media_type=file.get("mime_type") or media_type,
        media_id=an_id(file.get("file_id")) or "",
        media_name=file.get("file_name") or "",
        media_bytes=file.get("file_size") or "",
        emoji=file.get("emoji") or "",
        album=an_id(message.get("media_group_id")) or "",
        voice=name in _VOICE or "",
    )


def _place(message: Json) -> Json:
    """Return where somebody is: beside the name of the place, or inside it."""
    venue = an_object(message.get("venue"))
    return an_object(message.get("location")) or an_object(venue.get("location"))


def _location(message: Json) -> dict[str, str]:
    place, venue = _place(message), an_object(message.get("venue"))
    return said(
        latitude=place.get("latitude"),
        longitude=place.get("longitude"),
        name=venue.get("title") or "",
        address=venue.get("address") or "",
    )


def _context(message: Json) -> dict[str, str]:
    replied = an_object(message.get("reply_to_message"))
    forwarded = bool(message.get("forward_origin") or message.get("forward_date"))
    return said(reply_to=an_id(replied.get("message_id")) or "", forwarded=forwarded or "")


# ------------------------------------------------------------------- everything else


def _pressed(update: _Update, _name: str, query: Json) -> Iterator[InboundMessage]:
    message = an_object(query.get("message"))
    chat = an_object(message.get("chat"))
    sender = _sender(
        an_object(query.get("from")), chat, an_id(message.get("business_connection_id"))
    )
    if not sender.ids or not _is_private(chat):
        event = "group" if sender.ids else "no_sender"
        yield update.message(sender, Kind.LIFECYCLE, details=said(event=event))
        return
    data = query.get("data")
    action = clean_line(data) if isinstance(data, str) else ""
    label = _label(message, data)
    if not action:
        yield update.message(
            sender, Kind.UNSUPPORTED, text=label, details=said(type="callback_query")
        )
        return
    details = said(message_id=an_id(message.get("message_id")) or "")
    yield update.message(sender, Kind.ACTION, text=label, action=action, details=details)


def _label(message: Json, data: object) -> object:
    """Return what the pressed button says."""
    rows = an_object(message.get("reply_markup")).get("inline_keyboard")
    for row in rows if isinstance(rows, list) else ():
        for button in objects(row):
            if button.get("callback_data") == data:
                return button.get("text")
    return None


def _member(update: _Update, _name: str, change: Json) -> Iterator[InboundMessage]:
    """Tell of who blocked the bot, or has it again: what is sent meanwhile is refused."""
    chat = an_object(change.get("chat"))
    status = str(an_object(change.get("new_chat_member")).get("status") or "unknown")
    event = {"kicked": "blocked", "member": "unblocked"}.get(status, status)
    yield update.message(
        _sender(an_object(change.get("from")), chat),
        Kind.LIFECYCLE,
        occurred_at=a_time(change.get("date")),
        details=said(event=event if _is_private(chat) else "group"),
    )


def _reacted(update: _Update, _name: str, change: Json) -> Iterator[InboundMessage]:
    chat = an_object(change.get("chat"))
    sender = _sender(an_object(change.get("user")), chat)
    private = _is_private(chat) and bool(sender.ids)
    new, old = _emoji(change.get("new_reaction")), _emoji(change.get("old_reaction"))
    details = said(
        emoji=new or old,
        removed="" if new else "true",
        message_id=an_id(change.get("message_id")) or "",
    )
    yield update.message(
        sender,
        Kind.REACTION if private else Kind.LIFECYCLE,
        occurred_at=a_time(change.get("date")),
        details=details if private else said(event="group"),
    )


def _emoji(reactions: object) -> str:
    found = next(objects(reactions), None)
    if found is None:
        return ""
    emoji = found.get("emoji")
    return emoji if isinstance(emoji, str) and emoji else _REACTION_CUSTOM


def _deleted(update: _Update, _name: str, change: Json) -> Iterator[InboundMessage]:
    chat = an_object(change.get("chat"))
    sender = _sender(chat, chat, an_id(change.get("business_connection_id")))
    ids = change.get("message_ids")
    named = [an_id(one) for one in ids] if isinstance(ids, list) else []
    for message_id in filter(None, named):
        kind = Kind.DELETE if sender.ids else Kind.LIFECYCLE
        yield update.message(sender, kind, f"/{message_id}", details=said(message_id=message_id))


_READERS: Final[Mapping[str, Callable[[_Update, str, Json], Iterator[InboundMessage]]]] = {
    **dict.fromkeys(_MESSAGES, _written),
    "callback_query": _pressed,
    "my_chat_member": _member,
    "message_reaction": _reacted,
    "deleted_business_messages": _deleted,
}
"""How each kind of update is read in which a customer may be."""
