"""Throw bytes at a channel's reader for a while, led by what of its code they reach.

    uv run --with atheris python -m handrail_ops.channels.fuzz whatsapp_cloud 600

Atheris is no dependency: it is fetched for this alone. It stops at the first input that makes the
reader raise anything but a refusal, or that gives a message which cannot travel, and keeps it.
"""

from __future__ import annotations

import json
import random
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from handrail.application.ports import Request
from handrail.domain.errors import ForgedRequestError, MalformedRequestError
from handrail.domain.message import InboundMessage

NOW = 1_800_000_000.0
_BODY_BYTES_MAX = 4_096
_BYTES_ALONE = 0.2


class FuzzError(Exception):
    """A message came out that cannot travel."""


def one_input(channel: Any, sample: Request, body: bytes) -> None:
    """Let a channel read one body as if it were signed, and refuse it as it is not."""
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


def _check(message: InboundMessage) -> None:
    wire = json.dumps(message.to_dict(), ensure_ascii=False).encode()
    fits = InboundMessage.from_dict(json.loads(wire)) == message
    late = message.occurred_at > message.received_at
    if not fits or late or not message.event_id or (message.is_news and not message.sender.ids):
        what = f"a {message.kind} that cannot travel"
        raise FuzzError(what)


def mutated(body: bytes, rng: random.Random) -> bytes:
    """Return a body with something else in one place of it; of a form, one field changed."""
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        fields = body.split(b"&")
        fields[rng.randrange(len(fields))] = rng.choice(_FIELDS)
        return b"&".join(fields)
    places = list(_places(data))
    if not places:
        return json.dumps(_value(rng)).encode()
    parent, key = rng.choice(places)
    if isinstance(parent, dict) and rng.random() < _RENAMED:
        parent[rng.choice(_WORDS)] = parent.pop(key)
    else:
        parent[key] = _value(rng)
    return json.dumps(data).encode()


_RENAMED = 0.4
_WORDS = (
    *("type", "text", "body", "image", "audio", "voice", "interactive", "button_reply", "payload"),
    *("message", "mid", "attachments", "postback", "quick_reply", "is_echo", "is_deleted", "edit"),
    *("revoke", "contacts", "location", "system", "wa_id", "user_id", "from_user_id", "statuses"),
    *("message_echoes", "standby", "reaction", "read", "delivery", "message_edit", "errors"),
)
_FIELDS = (
    *(b"Body=", b"NumMedia=3", b"Latitude=1", b"Longitude=x", b"From=whatsapp%3AUS.1", b"From="),
    *(b"MessageStatus=failed", b"ErrorCode=30003", b"OptOutType=STOP", b"ButtonPayload=%00"),
    *(b"Body=" + b"QUJD" * 20, b"MessageSid=", b"WaId=1", b"=", b"MediaUrl0=%FF", b"ListId=a"),
)


def _value(rng: random.Random) -> Any:
    word = rng.choice(_WORDS)
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
        return mutated(body, rng)[:most]

    arguments = [
        sys.argv[0],
        str(corpus),
        f"-max_total_time={seconds}",
        f"-max_len={_BODY_BYTES_MAX}",
        f"-artifact_prefix={corpus}/",
    ]
    atheris.Setup(
        arguments, lambda body: one_input(door, webhooks[0], body), custom_mutator=mutator
    )
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
