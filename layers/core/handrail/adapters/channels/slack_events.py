"""What Slack's requests say: events, pressed buttons and commands. One request brings one."""

import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import parse_qsl

from handrail.adapters.channels.cleaning import clean_line
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
from handrail.adapters.channels.slack_elements import label_of, pressed_id, submitted
from handrail.application.ports import Request
from handrail.domain.delivery import Action
from handrail.domain.errors import MalformedRequestError
from handrail.domain.message import InboundMessage, Kind, Sender

FORM: Final = "application/x-www-form-urlencoded"
COMMAND: Final = "/human"
_FIELDS_MAX: Final = 100
_SERVICE: Final = frozenset({
    "assistant_app_thread", "bot_add", "bot_disable", "bot_enable", "bot_message", "bot_remove",
    "channel_archive", "channel_canvas_updated", "channel_convert_to_private",
    "channel_convert_to_public", "channel_join", "channel_leave", "channel_name",
    "channel_posting_permissions", "channel_purpose", "channel_topic", "channel_unarchive",
    "document_mention", "ekm_access_denied", "emoji_changed", "file_comment", "file_mention",
    "group_archive", "group_join", "group_leave", "group_name", "group_purpose", "group_topic",
    "group_unarchive", "huddle_thread", "joiner_notification", "message_replied", "pinned_item",
    "reminder_add", "reply_broadcast", "sh_room_created", "sh_room_shared", "slackbot_response",
    "tabbed_canvas_updated", "tombstone", "unpinned_item",
})  # fmt: skip
"""Subtypes of a message that nobody wrote: what Slack itself notes, and what machines say."""
_WRITTEN: Final = frozenset({"file_share", "thread_broadcast", "me_message"})
"""Subtypes of a message that somebody wrote as they write any other."""
_SLACKBOT: Final = "USLACKBOT"
_FILES_MAX: Final = 10
_INTERACTIVE: Final = frozenset({
    "block_actions", "interactive_message", "shortcut", "message_action", "view_submission",
    "view_closed", "block_suggestion", "dialog_submission",
})  # fmt: skip
_CERTIFICATE: Final = "ssl_check"
"""The field of a form in which Slack only tries the certificate."""
_DIRECT: Final = "D"
"""What the id of a direct conversation begins with."""
_MENTIONS_FIRST: Final = re.compile(r"(?:\s*<@[A-Z0-9]+(?:\|[^>]*)?>[\s,:]*)+")
_TAG: Final = re.compile(r"<([@#!]?)([^<>|]*)(?:\|([^<>]*))?>")


@dataclass(frozen=True, slots=True)
class _Envelope:
    """What everything in one request has in common."""

    channel: str
    account: str
    received_at: float
    at: float | None = None
    """When Slack noted the event, for what has no time of its own."""

    def message(
        self, event_id: str, sender: Sender, kind: Kind, **rest: Any
    ) -> list[InboundMessage]:
        if not sender.ids and kind is not Kind.LIFECYCLE:
            kind, rest = Kind.LIFECYCLE, {"details": said(event="no_sender")}
        rest["occurred_at"] = rest.get("occurred_at") or self.at
        return [
            inbound(
                channel=self.channel,
                account=self.account,
                event_id=event_id,
                sender=sender,
                kind=kind,
                received_at=self.received_at,
                **rest,
            )
        ]

    def lifecycle(self, event_id: str, event: object) -> list[InboundMessage]:
        details = said(event=event or "unknown")
        return self.message(event_id, Sender(()), Kind.LIFECYCLE, details=details)


def read_request(
    request: Request, channel: str, account: str, received_at: float
) -> Sequence[InboundMessage]:
    """Read one request: JSON is an event, a form a pressed button or a command.

    Raises:
        MalformedRequestError: it is no request of Slack's.

    """
    envelope = _Envelope(channel, account, received_at)
    is_form = request.headers.get("content-type", "").startswith(FORM)
    data = _form(request.body) if is_form else json_object(request.body)
    if isinstance(data.get("payload"), str):
        data = json_object(data["payload"].encode("utf-8", "replace"))
    named = data.get("type")
    if isinstance(data.get("command"), str):
        return _command(envelope, data)
    if is_form and _CERTIFICATE in data:
        return envelope.lifecycle(stand_in_id(data), _CERTIFICATE)
    if not isinstance(named, str) or not named:
        message = "the body is no request of Slack's: it has no 'type'"
        raise MalformedRequestError(message)
    if named in _INTERACTIVE:
        return _interaction(envelope, named, data)
    if named != "event_callback":
        return envelope.lifecycle(stand_in_id(data), named)
    envelope = replace(envelope, at=a_time(data.get("event_time")))
    return _event(envelope, data, an_object(data.get("event")))


def _form(body: bytes) -> Json:
    text = body.decode("utf-8", "replace")
    try:
        return dict(parse_qsl(text, keep_blank_values=True, max_num_fields=_FIELDS_MAX))
    except ValueError as error:
        message = f"the form has more than {_FIELDS_MAX} fields"
        raise MalformedRequestError(message) from error


def _sender(user: object, channel: object, thread: object, name: object = None) -> Sender:
    """Return who is answered: a person in a direct conversation, elsewhere a thread."""
    user_id, channel_id, thread_id = an_id(user), an_id(channel), an_id(thread)
    direct = channel_id is None or channel_id.startswith(_DIRECT)
    if direct or thread_id is None:
        ids = (user_id,) if user_id else ()
    else:
        ids = (f"{channel_id}:{thread_id}",) if user_id else ()
    return Sender(ids, name=a_name(name))


def _writer(sender: Sender, user: object) -> dict[str, str]:
    """Name who wrote in a thread, which has one id for all who write in it."""
    user_id = an_id(user) or ""
    return {} if user_id in sender.ids else said(user=user_id)


# ------------------------------------------------------------------- events


def _event(envelope: _Envelope, data: Json, event: Json) -> list[InboundMessage]:
    event_id = an_id(data.get("event_id")) or stand_in_id(event)
    match event.get("type"):
        case "message" | "app_mention":
            return _message(envelope, event_id, event)
        case "reaction_added" | "reaction_removed":
            item = an_object(event.get("item"))
            removed = event.get("type") == "reaction_removed"
            sender = _sender(event.get("user"), item.get("channel"), item.get("ts"))
            return envelope.message(
                event_id,
                sender,
                Kind.REACTION,
                occurred_at=a_time(event.get("event_ts")),
                details=said(
                    emoji=event.get("reaction") or "",
                    removed=removed or "",
                    message_id=an_id(item.get("ts")) or "",
                )
                | _writer(sender, event.get("user")),
            )
        case named:
            return envelope.lifecycle(event_id, named)


def _message(envelope: _Envelope, event_id: str, event: Json) -> list[InboundMessage]:
    subtype = event.get("subtype")
    if subtype == "message_changed":
        return _changed(envelope, event_id, event)
    if subtype == "message_deleted":
        return _deleted(envelope, event_id, event)
    if _is_bot(event) or (isinstance(subtype, str) and subtype in _SERVICE):
        # Our own answers come back like those of any other app; nobody wrote them.
        return envelope.lifecycle(event_id, "bot_message" if _is_bot(event) else subtype)
    ts, channel = an_id(event.get("ts")), an_id(event.get("channel"))
    kind, text, details = _content(event)
    thread = an_id(event.get("thread_ts"))
    sender = _sender(event.get("user"), channel, thread or ts)
    details |= _writer(sender, event.get("user"))
    return envelope.message(
        # A mention comes twice, as a message and as a mention, with two ids of events.
        f"{channel}/{ts}" if channel and ts else event_id,
        sender,
        kind,
        occurred_at=a_time(ts),
        text=text,
        details=details | said(reply_to=thread if thread != ts and thread else ""),
    )


def _is_bot(message: Json) -> bool:
    named = message.get("bot_id") or message.get("subtype") == "bot_message"
    return bool(named) or message.get("user") == _SLACKBOT


def _content(message: Json) -> tuple[Kind, object, dict[str, str]]:
    raw = message.get("text")
    text = plain(raw) if isinstance(raw, str) else ""
    if next(objects(message.get("files")), None) is not None:
        return Kind.MEDIA, text, _files(message)
    subtype = message.get("subtype")
    known = subtype is None or (isinstance(subtype, str) and subtype in _WRITTEN)
    if text.strip() and known:
        return Kind.TEXT, text, {}
    # What was passed on from elsewhere has its words in another place.
    shared = [
        one.get("text") or one.get("fallback") for one in objects(message.get("attachments"))
    ]
    words = [text, *(plain(one) for one in shared[:_FILES_MAX] if isinstance(one, str))]
    shown = "\n".join(one for one in words if one.strip())
    return Kind.UNSUPPORTED, shown, said(type=subtype or "message")


def _changed(envelope: _Envelope, event_id: str, event: Json) -> list[InboundMessage]:
    message, before = an_object(event.get("message")), an_object(event.get("previous_message"))
    if message.get("subtype") == "tombstone" and not _is_bot(before):
        # The first message of a thread leaves a mark behind when it is deleted.
        ts = message.get("ts") or before.get("ts")
        return _deleted(envelope, event_id, {"deleted_ts": ts, **event})
    is_service = message.get("subtype") == "assistant_app_thread"
    if is_service or _is_bot(message) or (before and message.get("text") == before.get("text")):
        # Slack shows what a link leads to, counts the answers in a thread, or names it anew.
        return envelope.lifecycle(event_id, "message_changed")
    kind, text, details = _content(message)
    ts = an_id(message.get("ts")) or an_id(before.get("ts"))
    edited = "" if kind is Kind.TEXT else str(kind)
    thread = message.get("thread_ts") or before.get("thread_ts") or ts
    sender = _sender(message.get("user"), event.get("channel"), thread)
    details |= said(message_id=ts or "", edited=edited) | _writer(sender, message.get("user"))
    return envelope.message(
        event_id,
        sender,
        Kind.EDIT,
        occurred_at=a_time(event.get("event_ts")),
        text=text,
        details=details,
    )


def _deleted(envelope: _Envelope, event_id: str, event: Json) -> list[InboundMessage]:
    before = an_object(event.get("previous_message"))
    if _is_bot(before):
        return envelope.lifecycle(event_id, "message_deleted")
    ts = an_id(event.get("deleted_ts")) or an_id(before.get("ts"))
    sender = _sender(before.get("user"), event.get("channel"), before.get("thread_ts") or ts)
    return envelope.message(
        event_id,
        sender,
        Kind.DELETE,
        occurred_at=a_time(event.get("event_ts")),
        details=said(message_id=ts or "") | _writer(sender, before.get("user")),
    )


def _files(message: Json) -> dict[str, str]:
    details: dict[str, object] = {}
    for number, file in enumerate(list(objects(message["files"]))[:_FILES_MAX], start=1):
        suffix = "" if number == 1 else f"_{number}"
        media_type = str(file.get("mimetype") or "")
        family = media_type.partition("/")[0]
        known = family in ("image", "video", "audio")
        details[f"media{suffix}"] = family if known else "document"
        details[f"media_type{suffix}"] = media_type
        details[f"media_id{suffix}"] = an_id(file.get("id")) or ""
        details[f"media_url{suffix}"] = (
            file.get("url_private_download") or file.get("url_private") or ""
        )
        details[f"media_name{suffix}"] = file.get("name") or ""
        details[f"media_bytes{suffix}"] = file.get("size") or ""
        if file.get("subtype") == "slack_audio":
            details["voice"] = True
    return said(**details)


def plain(text: str) -> str:
    """Return a text as its writer saw it: without the mention in front, tags as their words."""
    return html.unescape(_TAG.sub(_tag, _MENTIONS_FIRST.sub("", text, count=1)
                                  if _MENTIONS_FIRST.match(text) else text))  # fmt: skip


def _tag(found: re.Match[str]) -> str:
    sign, target, label = found.group(1), found.group(2), found.group(3) or ""
    match sign:
        case "@" | "#":
            return f"{sign}{label or target}"
        case "!":
            return label or f"@{target.partition('^')[0]}"
        case _:
            address = target.removeprefix("mailto:").removeprefix("tel:")
            same = not label or label == address or address.endswith(f"//{label}")
            return address if same else f"{label} ({address})"


# ------------------------------------------------------------------- buttons and commands


def _interaction(envelope: _Envelope, named: str, data: Json) -> list[InboundMessage]:
    user, container = an_object(data.get("user")), an_object(data.get("container"))
    message = an_object(data.get("message")) or an_object(data.get("original_message"))
    channel = an_object(data.get("channel")).get("id") or container.get("channel_id")
    named_by = (container.get("message_ts"), data.get("message_ts"), message.get("ts"))
    ts = next(filter(None, map(an_id, named_by)), None)
    thread = container.get("thread_ts") or message.get("thread_ts") or ts
    sender = _sender(user.get("id"), channel, thread, user.get("name") or user.get("username"))
    pressed = next(objects(data.get("actions")), {})
    shortcut = data.get("callback_id") if named in ("shortcut", "message_action") else None
    action = pressed_id(pressed) or (clean_line(shortcut) if isinstance(shortcut, str) else "")
    event_id = stand_in_id([an_id(channel), ts, _lasting(pressed), data.get("trigger_id")])
    at = a_time(pressed.get("action_ts")) or a_time(data.get("action_ts"))
    filled_in = submitted(named, data)
    if filled_in:
        return envelope.message(
            stand_in_id([named, user.get("id"), data.get("action_ts"), data.get("view")]),
            sender,
            Kind.UNSUPPORTED,
            occurred_at=at,
            text=filled_in,
            details=said(type=named),
        )
    if not action:
        return envelope.lifecycle(event_id, named)
    return envelope.message(
        event_id,
        sender,
        Kind.ACTION,
        occurred_at=at,
        text=label_of(pressed),
        action=action,
        details=said(message_id=ts or "") | _writer(sender, user.get("id")),
    )


def _lasting(pressed: Mapping[str, Any]) -> list[object]:
    return [pressed.get(name) for name in ("action_id", "value", "action_ts")]


def _command(envelope: _Envelope, data: Json) -> list[InboundMessage]:
    command, text = str(data["command"]).strip(), str(data.get("text") or "").strip()
    # What is typed behind a command nobody else sees: it is answered directly.
    sender = _sender(data.get("user_id"), None, None, data.get("user_name"))
    event_id = an_id(data.get("trigger_id")) or stand_in_id(data)
    if text:
        details = said(command=command)
        return envelope.message(event_id, sender, Kind.TEXT, text=plain(text), details=details)
    action = str(Action.PERSON) if command == COMMAND else command
    return envelope.message(event_id, sender, Kind.ACTION, text=command, action=action)
