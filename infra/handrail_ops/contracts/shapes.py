"""JSON Schema for what the agents queue and the desk API have in common, and a stricter reading.

The published schemas allow more properties than they name, because consumers must ignore what
they do not know: that is how a message can grow. `closed` returns a schema that allows no more, by
which tests notice that the code has grown something that nobody published.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

from handrail.application.transcript import Line
from handrail.domain.conversation import Stage
from handrail.domain.delivery import Speaker
from handrail.domain.media import Refusal
from handrail.domain.outbox import State
from handrail.domain.turn import Reason

Schema = dict[str, Any]

DIALECT = "https://json-schema.org/draft/2020-12/schema"
ESCALATION_ID = r"^[a-z0-9]{1,40}-[0-9]{1,9}$"


def text(description: str, **more: Any) -> Schema:
    """Return the schema of a text."""
    return {"type": "string", "description": description, **more}


def moment(description: str) -> Schema:
    """Return the schema of a moment."""
    return {"type": "number", "description": f"{description} In seconds since 1970, UTC."}


def count(description: str) -> Schema:
    """Return the schema of a whole number."""
    return {"type": "integer", "minimum": 0, "description": description}


def flag(description: str) -> Schema:
    """Return the schema of a boolean."""
    return {"type": "boolean", "description": description}


def one_of(kind: type[StrEnum], description: str, *more: str) -> Schema:
    """Return the schema of one of an enumeration's words."""
    return text(description, enum=[*(word.value for word in kind), *more])


def language(description: str) -> Schema:
    """Return the schema of a language."""
    return text(f"{description} A BCP 47 tag.", examples=["en", "pt-BR", "zh-Hans"])


def thing(
    description: str, properties: Mapping[str, Schema], optional: Iterable[str] = ()
) -> Schema:
    """Return the schema of an object; every property is required that is not optional."""
    left_out = set(optional)
    return {
        "type": "object",
        "description": description,
        "required": [name for name in properties if name not in left_out],
        "properties": dict(properties),
    }


def many(items: Schema, description: str) -> Schema:
    """Return the schema of a list."""
    return {"type": "array", "items": items, "description": description}


def nullable(schema: Schema) -> Schema:
    """Return the schema of something that may be null."""
    enum = {"enum": [*schema["enum"], None]} if "enum" in schema else {}
    return {**schema, **enum, "type": [schema["type"], "null"]}


def citation() -> Schema:
    """Return the schema of a citation."""
    return thing(
        "Where an answer stands.",
        {
            "passage": text("The passage of the article.", examples=["refund-status/en#1"]),
            "title": text("The article's title."),
            "link": text("Where a customer can read it; empty when the article has no address."),
        },
    )


def line(reference: str) -> Schema:
    """Return the schema of a transcript's line; `reference` leads to a citation's."""
    speakers = [speaker.value for speaker in Speaker]
    return thing(
        "One line of a transcript.",
        {
            "speaker": text(
                "Who said it. A `notice` is Handrail's own word to the agent.",
                enum=["customer", *speakers, "notice"],
            ),
            "text": text("What was said, redacted: a placeholder stands for personal data."),
            "at": moment("When."),
            "entry": count("The ledger entry, of what came in; name it in `seen`."),
            "sequence": count("The outbox sequence, of what went out."),
            "kind": text("What came in: `text`, `media` …; or which of our own phrases went out."),
            "event_id": text("The message's id on its channel; name it in `reveal`."),
            "state": one_of(State, "What became of what went out."),
            "citations": many({"$ref": reference}, "Where the bot's answer stands."),
            "files": many(_file(), "What came along; `file` opens it."),
        },
        optional=("entry", "sequence", "kind", "event_id", "state", "citations", "files"),
    )


def _file() -> Schema:
    return thing(
        "A file of the customer's, as its provider tells of it.",
        {
            "file": count("Its number in the message; name it in `file`."),
            "media": text("`image`, `audio`, `video`, `document` …"),
            "type": text("Its media type. Nothing vouches for it."),
            "bytes": count("Its size."),
            "refused": one_of(Refusal, "Why nobody can open it; absent where agents can."),
        },
        optional=("media", "type", "bytes", "refused"),
    )


LINE_FIELDS = frozenset(Line.__dataclass_fields__)
"""What a line can have; the schema above names every one."""


def escalation_fields() -> dict[str, Schema]:
    """Return what the queue's message and the claim's answer both say about a request."""
    return {
        "escalation": text("The request's id; claim it under this.", pattern=ESCALATION_ID),
        "conversation": text("The conversation's id."),
        "channel": text("The channel on which the customer writes.", examples=["direct", "web"]),
        "reference": text("What the customer was told to refer to."),
        "language": language("The customer's language."),
        "reason": one_of(Reason, "Why a person is needed."),
        "asked_at": moment("When a person was first asked for: the place in the queue."),
    }


REPLY_UNTIL = (
    "Until when the channel takes what a person writes to this customer, unless the customer "
    "writes again"
)
STOPPED = (
    "the customer has told us to stop: nothing that is written arrives. Another way, such as a "
    "telephone call, may be known"
)


def reach() -> dict[str, Schema]:
    """Return what the desk says about writing to a customer."""
    return {
        "reply_until": nullable(moment(f"{REPLY_UNTIL}; null where the channel has no such end.")),
        "stopped": flag(f"Whether {STOPPED}."),
    }


def stages() -> Schema:
    """Return the schema of the stage that a request has come to."""
    return one_of(Stage, "How far the request has come; from `wider` on, ask more agents.")


def closed(schema: Any) -> Any:
    """Return a schema under which no object has more than it names."""
    if isinstance(schema, list):
        return [closed(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    inner = {name: closed(one) for name, one in schema.items()}
    if "properties" in inner and isinstance(inner["properties"], dict) and "type" in inner:
        inner.setdefault("additionalProperties", False)
    return inner
