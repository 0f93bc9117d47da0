"""The records of the table's stream, as writes that the audit understands."""

from collections.abc import Callable, Mapping
from typing import Any

from handrail.adapters.aws.codec import Attribute
from handrail.adapters.aws.items import conversation_of, entry_of, event_of, sent_row_of
from handrail.adapters.aws.table import HEAD, escalation_sk, outbox_sk
from handrail.application.audit import (
    ConversationWritten,
    MessageWritten,
    Removed,
    RequestWritten,
    RowWritten,
    Unreadable,
    Write,
)
from handrail.domain.decision import Ending
from handrail.domain.delivery import Speaker
from handrail.domain.outbox import State

_CONVERSATION = "C#"
_MESSAGES = ("IN#", "IN!")
_ROW = outbox_sk(0)[:4]
_REQUEST = escalation_sk(0)[:4]
_EXPIRED_BY = "dynamodb.amazonaws.com"
_Image = Mapping[str, Attribute]


def write_of(record: Mapping[str, Any]) -> Write | None:
    """Return the write that a record shows; None for an item that the audit does not look at.

    An item that cannot be read as what it was written as is a finding, not a failure.
    """
    change = record["dynamodb"]
    pk, sk = change["Keys"]["pk"]["S"], change["Keys"]["sk"]["S"]
    read = _reader(sk)
    if not pk.startswith(_CONVERSATION) or read is None:
        return None
    conversation = pk.removeprefix(_CONVERSATION)
    old, new = change.get("OldImage"), change.get("NewImage")
    at = float(change.get("ApproximateCreationDateTime", 0))
    if new is None:
        by = (record.get("userIdentity") or {}).get("principalId")
        return Removed(conversation, sk, by == _EXPIRED_BY, at)
    try:
        return read(conversation, old, new, at)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        return _unreadable(conversation, sk, new, at, type(error).__name__)


def _reader(sk: str) -> Callable[[str, _Image | None, _Image, float], Write] | None:
    if sk == HEAD:
        return _conversation
    if sk.startswith(_MESSAGES):
        return _message
    if sk.startswith(_ROW):
        return _row
    return _request if sk.startswith(_REQUEST) else None


def _conversation(conversation: str, old: _Image | None, new: _Image, at: float) -> Write:
    return ConversationWritten(
        before=conversation_of(conversation, old) if old else None,
        after=conversation_of(conversation, new),
        event=event_of(new),
        at=at,
    )


def _message(conversation: str, old: _Image | None, new: _Image, at: float) -> Write:
    return MessageWritten(
        conversation=conversation,
        event_id=new["event_id"]["S"],
        before=entry_of(old) if old else None,
        after=entry_of(new),
        at=at,
    )


def _row(conversation: str, old: _Image | None, new: _Image, at: float) -> Write:
    return RowWritten(conversation, sent_row_of(old) if old else None, sent_row_of(new), at)


def _request(conversation: str, old: _Image | None, new: _Image, at: float) -> Write:
    number = int(new["sk"]["S"].removeprefix(_REQUEST))
    return RequestWritten(conversation, number, _ending(old), _ending(new), at)


def _ending(image: _Image | None) -> Ending | None:
    return Ending(image["ending"]["S"]) if image and "ending" in image else None


def _unreadable(conversation: str, sk: str, new: _Image, at: float, why: str) -> Unreadable:
    """Say which rule an unreadable item breaks: what it was there to keep is not kept."""
    if sk == HEAD:
        rule = "STATE"
    elif sk.startswith(_ROW):
        # A message without a way to a person cannot be built, so it cannot be read either.
        rule = "S1"
    else:
        rule = "S3"
    state = new.get("state", {}).get("S")
    by_agent = new.get("speaker", {}).get("S") == Speaker.AGENT
    delivered = sk.startswith(_ROW) and state == State.DELIVERED and not by_agent
    return Unreadable(conversation, sk, rule, why, delivered, at)
