"""Throw bytes at a channel's reader for a while, led by what of its code they reach.

    uv run --with atheris python -m handrail_ops.channels.fuzz whatsapp_cloud 600

Where a provider sends forms beside JSON, a body is read as what it looks like.

Atheris is no dependency: it is fetched for this alone. It stops at the first input that makes the
reader raise anything but a refusal, or that gives a message which cannot travel, and keeps it.
"""

from __future__ import annotations

import json
import random
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs, urlencode

from handrail.application.ports import Request
from handrail.domain.errors import ForgedRequestError, MalformedRequestError
from handrail.domain.message import InboundMessage

NOW = 1_800_000_000.0
_BODY_BYTES_MAX = 4_096
_BYTES_ALONE = 0.2


class FuzzError(Exception):
    """A message came out that cannot travel."""


def one_input(channel: Any, samples: Sequence[Request], body: bytes) -> None:
    """Let a channel read one body as if it were signed, and refuse it as it is not."""
    sample = _like(samples, body)
    request = Request(
        sample.method, sample.path, dict(sample.headers), dict(sample.query), body, sample.url
    )
    if body != sample.body:
        try:
            channel.verify(request, NOW)
        except ForgedRequestError:
            pass
        else:
            message = "a body was let in whose signature is another's"
            raise FuzzError(message)
    try:
        found = channel.to_messages(request, NOW)
    except (MalformedRequestError, ForgedRequestError):
        return
    for message in found:
        _check(message)


def _like(samples: Sequence[Request], body: bytes) -> Request:
    """Return the genuine request whose body looks most like this one: JSON, or a form."""
    is_json = body.lstrip()[:1] == b"{"
    return next((one for one in samples if (one.body[:1] == b"{") is is_json), samples[0])


def _check(message: InboundMessage) -> None:
    wire = json.dumps(message.to_dict(), ensure_ascii=False).encode()
    fits = InboundMessage.from_dict(json.loads(wire)) == message
    late = message.occurred_at > message.received_at
    if not fits or late or not message.event_id or (message.is_news and not message.sender.ids):
        what = f"a {message.kind} that cannot travel"
        raise FuzzError(what)


def mutated(body: bytes, rng: random.Random, words: Sequence[str] = ()) -> bytes:
    """Return a body with something else in one place of it; of a form, one field changed."""
    words = words or WORDS["whatsapp_cloud"]
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        return _mutated_form(body, rng, words)
    places = list(_places(data))
    if not places:
        return json.dumps(_value(rng, words)).encode()
    parent, key = rng.choice(places)
    if isinstance(parent, dict) and rng.random() < _RENAMED:
        parent[rng.choice(words)] = parent.pop(key)
    elif isinstance(parent, dict) and rng.random() < _ADDED:
        parent[rng.choice(words)] = _value(rng, words)
    else:
        parent[key] = _value(rng, words)
    return json.dumps(data).encode()


def _mutated_form(body: bytes, rng: random.Random, words: Sequence[str]) -> bytes:
    """Change one field; where one field is JSON, mostly something in that."""
    try:
        (payload,) = parse_qs(body.decode("ascii"), max_num_fields=100).get("payload", [""])
    except ValueError:
        payload = ""
    if payload.startswith("{") and rng.random() < _INSIDE:
        inside = mutated(payload.encode("utf-8", "replace"), rng, words)
        return urlencode({"payload": inside}).encode("ascii")
    fields = body.split(b"&")
    fields[rng.randrange(len(fields))] = rng.choice(_FIELDS)
    return b"&".join(fields)


_RENAMED = 0.4
_ADDED = 0.3
_INSIDE = 0.8
_META: Final = (
    *("type", "text", "body", "image", "audio", "voice", "interactive", "button_reply", "payload"),
    *("message", "mid", "attachments", "postback", "quick_reply", "is_echo", "is_deleted", "edit"),
    *("revoke", "contacts", "location", "system", "wa_id", "user_id", "from_user_id", "statuses"),
    *("message_echoes", "standby", "reaction", "read", "delivery", "message_edit", "errors"),
)
WORDS: Final[Mapping[str, Sequence[str]]] = {
    "whatsapp_cloud": _META,
    "messenger": _META,
    "instagram": _META,
    "telegram": (
        *("message", "edited_message", "business_message", "edited_business_message", "poll"),
        *("channel_post", "callback_query", "my_chat_member", "message_reaction", "chat_member"),
        *("deleted_business_messages", "inline_query", "update_id", "message_id", "message_ids"),
        *("from", "chat", "user", "id", "type", "private", "group", "is_bot", "first_name"),
        *("last_name", "language_code", "date", "edit_date", "text", "/start", "caption"),
        *("/human", "phone_number", "web_app_data"),
        *("photo", "document", "voice", "video_note", "sticker", "animation"),
        *("file_id", "file_name", "file_size", "mime_type", "emoji", "media_group_id"),
        *("location", "venue", "latitude", "longitude", "title", "address", "contact"),
        *("data", "question", "pinned_message", "reply_to_message", "forward_origin"),
        *("business_connection_id", "sender_business_bot", "reply_markup", "inline_keyboard"),
        *("callback_data", "new_chat_member", "status", "kicked", "new_reaction", "old_reaction"),
    ),
    "line": (
        *("events", "type", "mode", "standby", "active", "source", "userId", "groupId", "user"),
        *("group", "webhookEventId", "timestamp", "deliveryContext", "replyToken", "message"),
        *("messageEdited", "unsend", "postback", "follow", "unfollow", "isUnblocked", "join"),
        *("memberJoined", "beacon", "accountLink", "videoPlayComplete", "id", "text", "image"),
        *("video", "audio", "file", "sticker", "location", "latitude", "longitude", "title"),
        *("address", "contentProvider", "originalContentUrl", "imageSet", "fileName", "fileSize"),
        *("stickerId", "quotedMessageId", "messageId", "data", "params", "date", "datetime"),
    ),
    "viber": (
        *("event", "message", "delivered", "seen", "failed", "subscribed", "unsubscribed"),
        *("conversation_started", "webhook", "client_status", "timestamp", "message_token"),
        *("sender", "user", "user_id", "id", "name", "language", "silent", "type", "text"),
        *("picture", "video", "file", "sticker", "audio", "url", "location", "lat", "lon"),
        *("contact", "phone_number", "media", "file_name", "file_size", "size", "sticker_id"),
        *("desc", "context", "person:v1", "welcome:v1", "tracking_data", "rich_media"),
    ),
    "slack": (
        *("type", "event_callback", "url_verification", "challenge", "event", "event_id"),
        *("message", "app_mention", "reaction_added", "reaction_removed", "app_home_opened"),
        *("subtype", "message_changed", "message_deleted", "file_share", "me_message", "bot_id"),
        *("bot_message", "thread_broadcast", "text", "<@U1|a>", "<!here>", "user", "channel"),
        *("ts", "event_ts", "thread_ts", "deleted_ts", "previous_message", "files", "mimetype"),
        *("url_private_download", "name", "size", "slack_audio", "item", "reaction", "payload"),
        *("block_actions", "view_submission", "shortcut", "actions", "action_id", "value"),
        *("selected_option", "callback_id", "container", "channel_id", "message_ts", "action_ts"),
        *("original_message", "trigger_id", "command", "/human", "user_id", "user_name"),
    ),
}
"""The names of fields and the values that a provider's requests are read by."""
_FIELDS = (
    *(b"Body=", b"NumMedia=3", b"Latitude=1", b"Longitude=x", b"From=whatsapp%3AUS.1", b"From="),
    *(b"MessageStatus=failed", b"ErrorCode=30003", b"OptOutType=STOP", b"ButtonPayload=%00"),
    *(b"Body=" + b"QUJD" * 20, b"MessageSid=", b"WaId=1", b"=", b"MediaUrl0=%FF", b"ListId=a"),
    *(b"command=%2Fhuman", b"command=", b"text=%FF", b"user_id=U1", b"trigger_id=1.2"),
    *(b"payload=", b"payload=%5B%5D", b"payload=%7B%22type%22%3A1%7D", b"user_name=%E2%80%AE"),
)


def _value(rng: random.Random, words: Sequence[str]) -> Any:
    word = rng.choice(words)
    return rng.choice(
        [None, True, -1, 1e300, 2**80, "", "\x00", "\u202e", word, [word], {word: word}, {}]
    )


def _places(data: Any) -> Iterator[tuple[Any, Any]]:
    """Yield every place in some JSON: what it is in, and under which key."""
    items = (
        data.items()
        if isinstance(data, dict)
        else enumerate(data)
        if isinstance(data, list)
        else ()
    )
    for key, value in list(items):
        yield data, key
        yield from _places(value)


def main(channel: str, seconds: int) -> None:
    """Fuzz one channel; does not return."""
    import atheris  # noqa: PLC0415 - there only where somebody fuzzes

    with atheris.instrument_imports(include=["handrail.adapters.channels"]):
        from handrail.adapters.channels import CHANNELS  # noqa: PLC0415 - to be instrumented
        from handrail.adapters.clock import SystemClock  # noqa: PLC0415 - the same
        from handrail_ops.channels.peers.table import PEERS  # noqa: PLC0415 - the same
        from handrail_ops.channels.vectors import bench, secret_names  # noqa: PLC0415 - the same

        door = bench(channel, dict.fromkeys(secret_names(CHANNELS[channel]), "a secret"))
    words = WORDS.get(channel, _META)
    entry = PEERS[channel]
    peer = entry.kind(SystemClock(), random.Random(0))  # noqa: S311 - no secrets
    webhooks = [
        peer.writes(entry.customer, "Hello, مرحبا 👋"),
        peer.presses(entry.customer, "person:v1"),
    ]
    corpus = Path(tempfile.mkdtemp(prefix="handrail-fuzz-"))
    for number, webhook in enumerate(webhooks):
        (corpus / f"seed-{number}").write_bytes(webhook.body)

    def mutator(body: bytes, most: int, seed: int) -> bytes:
        rng = random.Random(seed)  # noqa: S311 - no secrets
        if rng.random() < _BYTES_ALONE:
            changed: bytes = atheris.Mutate(body, most)
            return changed
        return mutated(body, rng, words)[:most]

    arguments = [
        sys.argv[0],
        str(corpus),
        f"-max_total_time={seconds}",
        f"-max_len={_BODY_BYTES_MAX}",
        f"-artifact_prefix={corpus}/",
    ]
    atheris.Setup(arguments, lambda body: one_input(door, webhooks, body), custom_mutator=mutator)
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
