"""Reading what providers send: JSON whose every part may be missing, or something else.

A provider adds fields and types without notice. So nothing here raises for what a part of a
request looks like: what cannot be read is None or empty, and its message becomes `unsupported`.
Only a body that is no request of the provider's at all is refused.
"""

import hashlib
import json
import math
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from handrail.adapters.channels.cleaning import (
    NAME_CHARS_MAX,
    clean_line,
    clean_text,
    is_identifier,
    language_tag,
)
from handrail.adapters.channels.direct_messages import parse_json
from handrail.domain.errors import MalformedRequestError
from handrail.domain.message import InboundMessage, Kind, Sender, clamp_position

Json = Mapping[str, Any]

ID_CHARS_MAX = 512
"""Message ids of some platforms are base64 of a few hundred bytes."""
_MILLISECONDS_FROM = 1e11
"""A time above this is in milliseconds: as seconds it would lie past the year 5000."""
_TIME_MAX = 1e15
_DATE_CHARS_MAX = 40
_EMPTY: Json = {}


def json_object(body: bytes) -> Json:
    """Return the body as a JSON object.

    Raises:
        MalformedRequestError: it is none.

    """
    data = parse_json(body)
    if not isinstance(data, dict):
        message = "the body must be a JSON object"
        raise MalformedRequestError(message)
    return data


def an_object(value: object) -> Json:
    """Return a JSON object, an empty one for anything else."""
    return value if isinstance(value, dict) else _EMPTY


def objects(value: object) -> Iterator[Json]:
    """Yield the objects of a list, nothing for anything else."""
    if isinstance(value, list):
        yield from (one for one in value if isinstance(one, dict))


def an_id(value: object) -> str | None:
    """Return an id, which some providers write as a number."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    return value if isinstance(value, str) and is_identifier(value, ID_CHARS_MAX) else None


def an_action(value: object) -> str | None:
    """Return the id of a pressed button: whatever a company put there, as one clean line."""
    return clean_line(value) or None if isinstance(value, str) else None


def a_text(value: object) -> str | None:
    """Return a text as it may be stored and shown, None when nothing is left of it."""
    return clean_text(value) or None if isinstance(value, str) and value else None


def a_name(value: object) -> str | None:
    """Return a person's name as one clean line."""
    return clean_line(value, NAME_CHARS_MAX) or None if isinstance(value, str) else None


def a_locale(value: object) -> str | None:
    """Return a BCP 47 tag."""
    return language_tag(value)


def a_time(value: object) -> float | None:
    """Return a time in seconds; given in seconds or milliseconds, as a number, text or date."""
    if isinstance(value, str) and value.isascii() and len(value) <= _DATE_CHARS_MAX:
        try:
            value = datetime.fromisoformat(value).timestamp() if "-" in value else float(value)
        except (ValueError, OverflowError):
            return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if not math.isfinite(value) or not 0 < value < _TIME_MAX:
        return None
    return value / 1000 if value > _MILLISECONDS_FROM else float(value)


def said(**details: object) -> dict[str, str]:
    """Return details an agent should see, each as one clean line, without the empty ones."""
    lines = {
        name: clean_line(str(value).lower() if isinstance(value, bool) else str(value))
        for name, value in details.items()
        if isinstance(value, str | int | float) and value != ""
    }
    return {name: line for name, line in lines.items() if line}


def stand_in_id(part: object) -> str:
    """Return an id for something without one: the same for the same content."""
    try:
        text = json.dumps(part, sort_keys=True, separators=(",", ":"), default=str)
    except RecursionError:
        # It could just be read, and writing takes a little more; its outermost names must do.
        text = ",".join(sorted(map(str, part))) if isinstance(part, Mapping) else "deep"
    return f"sha256:{hashlib.sha256(text.encode('utf-8', 'replace')).hexdigest()[:40]}"


def inbound(
    *,
    channel: str,
    account: str,
    event_id: str,
    sender: Sender,
    kind: Kind,
    received_at: float,
    occurred_at: float | None = None,
    position: int | None = None,
    text: object = None,
    action: str | None = None,
    details: Mapping[str, str] | None = None,
) -> InboundMessage:
    """Return a message as it is queued: clean text, a time that is not later than its arrival.

    A text of which nothing is left becomes `unsupported`.
    """
    at = min(occurred_at or received_at, received_at)
    cleaned = a_text(text)
    noted = dict(details or {})
    if cleaned and isinstance(text, str) and len(cleaned) < len(text.strip()):
        noted["original_chars"] = str(len(text))
    if kind is Kind.TEXT and not cleaned:
        # Words of nothing but what is taken out: a person may make something of them.
        kind = Kind.UNSUPPORTED
    return InboundMessage(
        channel=channel,
        account=account,
        event_id=event_id,
        position=clamp_position(at, received_at) if position is None else position,
        sender=sender,
        kind=kind,
        occurred_at=at,
        received_at=received_at,
        text=cleaned,
        action=action,
        details=noted,
    )
