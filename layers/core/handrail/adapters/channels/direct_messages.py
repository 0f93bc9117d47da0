"""What a company's own application sends over the direct channel, read strictly where it counts.

A message has three parts that are treated apart. The *envelope* (`id`, `customer`, `sequence`)
decides whether the message is a duplicate, whose it is and where it stands: if it cannot be read,
the whole request is refused before anything is stored, so that the sender can mend and repeat it.
The *content* belongs to a customer: if it cannot be read the message becomes `unsupported`, which
brings a person, and never costs the other messages of the batch. *Hints* (`name`, `language`,
`time_zone`, `sent_at`) are left out when they make no sense.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NoReturn

from handrail.adapters.channels.cleaning import (
    NAME_CHARS_MAX,
    clean_line,
    clean_text,
    is_identifier,
    language_tag,
    time_zone_name,
)
from handrail.domain.errors import MalformedRequestError
from handrail.domain.limits import REQUEST_BYTES_MAX
from handrail.domain.message import InboundMessage, Kind, Sender, clamp_position

ID_CHARS_MAX = 200
SEQUENCE_MAX = 2**53 - 1
"""The largest whole number that every JSON library carries unharmed."""

_MEDIA_MAX = 10
_DETAILS_MAX = 20
_DETAIL_NAME_CHARS_MAX = 64
_MILLISECONDS_FROM = 1e11
"""A time above this is in milliseconds: as seconds it would lie past the year 5000."""
_TIME_MAX = 1e15


class _UnreadableContentError(Exception):
    """The content of one message cannot be read; its envelope can."""


def read_messages(
    body: bytes, *, channel: str, account: str, received_at: float
) -> list[InboundMessage]:
    """Read the body of a verified request: one message, or `{"messages": [...]}`.

    Raises:
        MalformedRequestError: not JSON, or a message whose envelope cannot be read.

    """
    data = parse_json(body)
    if not isinstance(data, dict):
        _refuse("the body must be a JSON object: a message, or {'messages': [...]}")
    rows = data.get("messages", [data])
    if not isinstance(rows, list):
        _refuse("'messages' must be a list of messages")
    where = "messages[{}]" if "messages" in data else "the message"
    return [
        _message(row, where.format(index), channel, account, received_at)
        for index, row in enumerate(rows)
    ]


def parse_json(body: bytes) -> Any:
    """Parse JSON that a stranger wrote.

    Raises:
        MalformedRequestError: too large, not UTF-8, not JSON, nested too deeply.

    """
    if len(body) > REQUEST_BYTES_MAX:
        _refuse(f"the body is larger than {REQUEST_BYTES_MAX} bytes; send fewer messages at once")
    try:
        return json.loads(body.decode("utf-8"), parse_constant=_refuse_constant)
    except UnicodeDecodeError as error:
        _refuse(f"the body is not UTF-8 (at byte {error.start})")
    except json.JSONDecodeError as error:
        _refuse(f"the body is not JSON: {error.msg} (line {error.lineno}, column {error.colno})")
    except RecursionError:
        _refuse("the body is nested too deeply")
    except ValueError:
        _refuse("the body holds a number that is too long")


def _refuse(message: str) -> NoReturn:
    raise MalformedRequestError(message)


def _refuse_constant(name: str) -> NoReturn:
    _refuse(f"the body holds {name}, which is not JSON")


def _message(
    row: object, where: str, channel: str, account: str, received_at: float
) -> InboundMessage:
    if not isinstance(row, dict):
        _refuse(f"{where} must be a JSON object")
    if "speaker" in row:
        # A callback of ours carries the same signature: it must not pass for a customer's words.
        _refuse(f"{where} is one of Handrail's own messages ('speaker'); it was sent back to us")
    for name in ("id", "customer"):
        if not is_identifier(row.get(name), ID_CHARS_MAX):
            _refuse(
                f"{where}: '{name}' must be a string of 1 to {ID_CHARS_MAX} characters without"
                " spaces or control characters"
            )
    sequence = _sequence(row, where)
    details: dict[str, str] = {}
    ignored: list[str] = []
    occurred_at = min(_sent_at(row, received_at, ignored), received_at)
    try:
        kind, text, action = _content(row, details)
    except _UnreadableContentError as error:
        kind, text, action = Kind.UNSUPPORTED, _readable_text(row), None
        details = {"unreadable": str(error)}
    sender = _sender(row, ignored)
    if ignored:
        details["ignored"] = ", ".join(ignored)
    position = clamp_position(occurred_at, received_at) if sequence is None else sequence
    return InboundMessage(
        channel=channel,
        account=account,
        event_id=row["id"],
        position=position,
        sender=sender,
        kind=kind,
        occurred_at=occurred_at,
        received_at=received_at,
        text=text,
        action=action,
        details=details,
    )


def _sequence(row: Mapping[str, Any], where: str) -> int | None:
    sequence = row.get("sequence")
    if sequence is None:
        return None
    if type(sequence) is not int or not 0 <= sequence <= SEQUENCE_MAX:
        _refuse(f"{where}: 'sequence' must be a whole number from 0 to {SEQUENCE_MAX}")
    return sequence


def _sent_at(row: Mapping[str, Any], received_at: float, ignored: list[str]) -> float:
    match row.get("sent_at"):
        case None:
            return received_at
        case bool():
            pass
        case int() | float() as number if 0 <= number < _TIME_MAX:
            return number / 1000 if number > _MILLISECONDS_FROM else float(number)
        case str() as written:
            try:
                moment = datetime.fromisoformat(written)
            except ValueError:
                pass
            else:
                # Without an offset it names no moment at all.
                if moment.tzinfo is not None:
                    return max(moment.timestamp(), 0.0)
    ignored.append("sent_at")
    return received_at


def _sender(row: Mapping[str, Any], ignored: list[str]) -> Sender:
    name = row.get("name")
    locale = language_tag(row.get("language"))
    time_zone = time_zone_name(row.get("time_zone"))
    if name is not None and not isinstance(name, str):
        ignored.append("name")
        name = None
    if locale is None and row.get("language") is not None:
        ignored.append("language")
    if time_zone is None and row.get("time_zone") is not None:
        ignored.append("time_zone")
    return Sender(
        ids=(row["customer"],),
        name=clean_line(name, NAME_CHARS_MAX) or None if name else None,
        locale=locale,
        time_zone=time_zone,
    )


def _content(
    row: Mapping[str, Any], details: dict[str, str]
) -> tuple[Kind, str | None, str | None]:
    kind = _kind(row)
    raw = row.get("text")
    if raw is not None and not isinstance(raw, str):
        message = "'text' is not a string"
        raise _UnreadableContentError(message)
    text = clean_text(raw) if raw else None
    if text and raw and len(text) < len(raw.strip()):
        details["original_chars"] = str(len(raw))
    action = row.get("action")
    if action is not None and not is_identifier(action, ID_CHARS_MAX):
        message = "'action' is not the id of a button"
        raise _UnreadableContentError(message)
    if kind is Kind.TEXT and not text:
        message = "there is no text in it"
        raise _UnreadableContentError(message)
    if kind is Kind.ACTION and not action:
        message = "'kind' is 'action' but there is no 'action'"
        raise _UnreadableContentError(message)
    details.update(_media(row.get("media")))
    details.update(_location(row.get("location")))
    details.update(_extra(row.get("details")))
    if kind is Kind.UNSUPPORTED and isinstance(row["kind"], str):
        details["kind"] = clean_line(row["kind"], _DETAIL_NAME_CHARS_MAX)
    return kind, text or None, action


def _kind(row: Mapping[str, Any]) -> Kind:
    named = row.get("kind")
    if named is not None:
        known = isinstance(named, str) and named in set(Kind)
        return Kind(named) if known else Kind.UNSUPPORTED
    for kind in (Kind.ACTION, Kind.MEDIA, Kind.LOCATION, Kind.TEXT):
        if row.get(kind) is not None:
            return kind
    message = "it has neither 'text' nor 'action', 'media', 'location' or 'kind'"
    raise _UnreadableContentError(message)


def _readable_text(row: Mapping[str, Any]) -> str | None:
    raw = row.get("text")
    return clean_text(raw) or None if isinstance(raw, str) else None


def _media(raw: object) -> dict[str, str]:
    if raw is None:
        return {}
    files: Sequence[object] = raw if isinstance(raw, list) else [raw]
    details: dict[str, str] = {}
    for number, file in enumerate(files[:_MEDIA_MAX], start=1):
        if not isinstance(file, dict):
            message = "'media' is not an object with 'type', 'url', 'name' and 'bytes'"
            raise _UnreadableContentError(message)
        suffix = "" if number == 1 else f"_{number}"
        for name in ("type", "name", "url", "bytes"):
            value = file.get(name)
            if isinstance(value, str | int) and not isinstance(value, bool):
                details[f"media_{name}{suffix}"] = clean_line(str(value))
    if len(files) > _MEDIA_MAX:
        details["media_left_out"] = str(len(files) - _MEDIA_MAX)
    return details


def _location(raw: object) -> dict[str, str]:
    if raw is None:
        return {}
    if not isinstance(raw, dict):
        message = "'location' is not an object with 'latitude', 'longitude' and 'name'"
        raise _UnreadableContentError(message)
    return {
        name: clean_line(str(raw[name]))
        for name in ("latitude", "longitude", "name")
        if isinstance(raw.get(name), str | int | float) and not isinstance(raw[name], bool)
    }


def _extra(raw: object) -> dict[str, str]:
    """Return what the application wants agents to see: up to twenty short strings."""
    if not isinstance(raw, dict):
        return {}
    return {
        clean_line(name, _DETAIL_NAME_CHARS_MAX): clean_line(value)
        for name, value in list(raw.items())[:_DETAILS_MAX]
        if isinstance(value, str)
    }
