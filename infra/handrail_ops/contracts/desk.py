"""The OpenAPI document of the desk API."""

from __future__ import annotations

from typing import Any

from handrail.application.ask_agents import MESSAGE_VERSION
from handrail.domain.conversation import Holder
from handrail.domain.limits import TEXT_CHARS_MAX
from handrail_ops.contracts.shapes import (
    ESCALATION_ID,
    Schema,
    citation,
    count,
    escalation_fields,
    flag,
    language,
    line,
    many,
    nullable,
    one_of,
    reach,
    stages,
    text,
    thing,
)

READ = "/v1/desk/escalations/{escalation}"
_LINES = {"$ref": "#/components/schemas/Line"}

REFUSALS = {
    400: ("invalid",),
    404: ("not_found",),
    409: (
        "fenced",
        "unseen",
        "unanswered",
        "nothing_to_claim",
        "translation_failed",
        "file_refused",
        "file_gone",
    ),
    503: ("busy", "unavailable"),
}
"""What each status may say in `error`."""


def document() -> dict[str, Any]:
    """Return the OpenAPI document."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Handrail's desk API",
            "version": MESSAGE_VERSION,
            "description": (
                "What agents do, for any application that agents work in. Every action is checked "
                "in the write that does it: a 409 is final for the attempt, a 503 may be tried "
                "again. Requests are signed with AWS credentials (Signature Version 4, service "
                "`execute-api`)."
            ),
        },
        "security": [{"iam": []}],
        "paths": {READ: {"get": _read()}} | {f"{READ}/{a}": {"post": b} for a, b in _posts()},
        "components": {
            "securitySchemes": {
                "iam": {
                    "type": "apiKey",
                    "name": "Authorization",
                    "in": "header",
                    "description": "Signature Version 4.",
                    "x-amazon-apigateway-authtype": "awsSigv4",
                }
            },
            "parameters": {
                "escalation": {
                    "name": "escalation",
                    "in": "path",
                    "required": True,
                    "description": "The request's id, from the agents queue.",
                    "schema": {"type": "string", "pattern": ESCALATION_ID},
                }
            },
            "schemas": {
                "Line": line("#/components/schemas/Citation"),
                "Citation": citation(),
                "Refusal": _refusal(),
            },
        },
    }


def _read() -> dict[str, Any]:
    answer = thing(
        "Where the request stands.",
        {
            "escalation": text("The request's id."),
            "conversation": text("The conversation's id."),
            "open": flag("Whether this very request is open."),
            "stage": nullable(stages()),
            "agents_asked": flag(
                "Whether what this stage asks of people has a receipt: the agents queue's and, "
                "from `supervisor` on, the page's."
            ),
            "synthetic": flag("Whether the customer is the canary's, a program."),
            "holder": _holder(),
            "agent": nullable(text("Who holds it.")),
            "language": language("The customer's language."),
            **reach(),
            "transcript": many(_LINES, "Everything that was said."),
        },
    )
    return _operation("read", "Read where a request stands, and its transcript", answer)


def _posts() -> list[tuple[str, dict[str, Any]]]:
    return [
        ("claim", _claim()),
        ("heartbeat", _heartbeat()),
        ("typing", _typing()),
        ("seen", _seen()),
        ("messages", _messages()),
        ("handback", _ending("handback", "Give the customer back to the bot")),
        ("resolve", _ending("resolve", "Close the conversation")),
        ("reveal", _reveal()),
        ("file", _file()),
    ]


def _claim() -> dict[str, Any]:
    body = thing(
        "Who claims.",
        {"agent": _agent(), "name": text("What the customer is told the agent is called.")},
        optional=("name",),
    )
    answer = thing(
        "The claim. Name its `epoch` in everything that follows.",
        {
            **escalation_fields(),
            "epoch": count("The epoch that this claim began."),
            "lease_seconds": count("How long the agent counts as present without a heartbeat."),
            **reach(),
            "entries": many(_LINES, "What the customer wrote, by ledger entry."),
            "transcript": many(_LINES, "Everything that was said."),
        },
    )
    return _operation("claim", "Take a waiting customer; claiming again is harmless", answer, body)


def _heartbeat() -> dict[str, Any]:
    answer = thing(
        "The renewed lease.",
        {
            "lease_seconds": count("How long the agent counts as present from now on."),
            "seen": count("The last entry that was marked as seen."),
            "nudge": flag("Whether the customer has waited long for a word of this agent's."),
            **reach(),
            "news": many(_LINES, "What the customer wrote that is not seen yet."),
        },
    )
    return _operation("heartbeat", "Stay present, and hear what is new", answer, _held("Who."))


def _typing() -> dict[str, Any]:
    answer = thing("Nothing: that it is shown is best effort.", {})
    told = "Show the customer that you are writing; again every ten seconds or so"
    return _operation("typing", told, answer, _held("Who."))


def _seen() -> dict[str, Any]:
    body = _held("What was shown.", entry=count("The last entry that the agent was shown."))
    answer = thing("What is seen now.", {"seen": count("The last entry marked as seen.")})
    return _operation("seen", "Say what the agent has been shown", answer, body)


def _messages() -> dict[str, Any]:
    body = _held(
        "What to say.",
        id=text("Your own id of the message: the same one is sent once, however often tried."),
        text=text("What the agent wrote.", minLength=1, maxLength=TEXT_CHARS_MAX),
        language=language("What the agent wrote in; it is translated if the customer's differs."),
        untranslated=flag("Send the original, with a notice in the customer's language."),
    )
    body["required"] = ["agent", "epoch", "id", "text"]
    answer = thing(
        "What was committed.",
        {
            "sequence": nullable(
                count("Its place on the wire; null when it had been sent before.")
            ),
            "text": text("The text that the customer gets."),
            "repeated": flag("Whether this id had been sent before."),
        },
    )
    return _operation("messages", "Write to the customer", answer, body)


def _ending(name: str, summary: str) -> dict[str, Any]:
    answer = thing(
        "Who has the conversation now.", {"holder": _holder(), "epoch": count("The new epoch.")}
    )
    told = f"{summary}; refused while an entry is unseen or nothing was written"
    return _operation(name, told, answer, _held("Who."))


def _reveal() -> dict[str, Any]:
    body = _held(
        "What to show, and why.",
        event_id=text("The message's id, from its line."),
        reason=text("Why the original is needed. It is kept."),
    )
    answer = thing(
        "The original.",
        {"text": nullable(text("What the customer wrote; null when nothing was taken out."))},
    )
    return _operation("reveal", "See the original of a redacted message", answer, body)


def _file() -> dict[str, Any]:
    body = _held(
        "Which file, and from where on.",
        event_id=text("The message's id, from its line."),
        file=count("The file's number in the message, from its line."),
        start=count("From which byte on: 0, then where the last piece ended."),
    )
    answer = thing(
        "A piece of the file. Keep it, or show it as an attachment and never as a page.",
        {
            "name": text("A name to keep it under."),
            "type": text("Its media type where that only shows something, else bytes."),
            "bytes": nullable(count("How many it has in all; null when nobody says.")),
            "start": count("From which byte on this is."),
            "data": text("The bytes.", contentEncoding="base64"),
            "more": flag("Whether there is more behind it."),
        },
    )
    return _operation("file", "Open a customer's file; every piece is noted", answer, body)


# ---------------------------------------------------------------- parts


def _agent() -> Schema:
    return text("The agent's id in your application.", minLength=1)


def _holder() -> Schema:
    return one_of(Holder, "Who has the conversation.")


def _held(description: str, **more: Schema) -> Schema:
    """Return the schema of what the holder of a conversation sends."""
    epoch = count("The epoch that the claim returned.")
    return thing(description, {"agent": _agent(), "epoch": epoch, **more})


def _refusal() -> Schema:
    return thing(
        "Why not.",
        {
            "error": text(
                "What it is called.", enum=[word for words in REFUSALS.values() for word in words]
            ),
            "message": text("What happened and what to do, for the agent."),
        },
    )


def _operation(
    name: str, summary: str, answer: Schema, body: Schema | None = None
) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": name,
        "summary": summary,
        "parameters": [{"$ref": "#/components/parameters/escalation"}],
    }
    if body is not None:
        operation["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": body}},
        }
    refusal = {"application/json": {"schema": {"$ref": "#/components/schemas/Refusal"}}}
    operation["responses"] = {
        "200": {"description": "Done.", "content": {"application/json": {"schema": answer}}},
        **{
            str(status): {
                "description": ", ".join(f"`{word}`" for word in words),
                "content": refusal,
            }
            for status, words in REFUSALS.items()
        },
        "403": {"description": "The signature is missing or wrong. The gateway says so."},
    }
    return operation
