"""The schema of the messages in the agents queue."""

from __future__ import annotations

from handrail.application.ask_agents import MESSAGE_VERSION
from handrail_ops.contracts.shapes import (
    DIALECT,
    ESCALATION_ID,
    REPLY_UNTIL,
    STOPPED,
    Schema,
    citation,
    escalation_fields,
    flag,
    language,
    line,
    many,
    moment,
    stages,
    text,
    thing,
)


def schema() -> Schema:
    """Return the schema of every message in the agents queue."""
    return {
        "$schema": DIALECT,
        "$id": f"https://handrail.example/schemas/agents-queue/{MESSAGE_VERSION}",
        "title": "A message in the agents queue",
        "description": (
            "A customer waits for a person. The same request may come several times: each stage "
            "asks again, and a queue may repeat. Claim it through the desk API before anything "
            "else, ignore properties that are not named here, and refuse a version that you do "
            "not know by leaving the message in the queue."
        ),
        "oneOf": [{"$ref": "#/$defs/request"}, {"$ref": "#/$defs/ids"}],
        "$defs": {
            "request": _request(),
            "ids": _ids(),
            "line": line("#/$defs/citation"),
            "citation": citation(),
        },
    }


def _request() -> Schema:
    fields = escalation_fields()
    return thing(
        "The request with all that an agent needs to begin. Nothing in it is personal data.",
        {
            "version": {"const": MESSAGE_VERSION, "description": "The version of this message."},
            **fields,
            "priority": text(
                "`front` lost an agent and goes before all others; `high` has waited long.",
                enum=["front", "high", "normal"],
            ),
            "pool": stages(),
            "promised_at": moment("By when the customer was promised to hear something."),
            "summary": text("The customer's last words.", maxLength=500),
            "transcript": many({"$ref": "#/$defs/line"}, "The newest lines; the desk has all."),
            "citations": many({"$ref": "#/$defs/citation"}, "All that the bot has cited."),
            "reply_until": moment(f"{REPLY_UNTIL}. Absent where the channel has no such end."),
            "stopped": {"const": True, "description": f"There only where {STOPPED}."},
            "synthetic": {
                "const": True,
                "description": (
                    "There only where the customer is the canary's, a program: delete the "
                    "message and show it to nobody. Without it the customer is real."
                ),
            },
            "suggested_answer": thing(
                "What the bot would have said. Nobody has checked it: never send it unread.",
                {
                    "text": text("The draft."),
                    "language": language("The draft's language."),
                    "verified": flag("Always false."),
                    "citations": many({"$ref": "#/$defs/citation"}, "Where the draft stands."),
                },
            ),
        },
        optional=("suggested_answer", "synthetic", "reply_until", "stopped"),
    )


def _ids() -> Schema:
    """Return the schema of what the escalation workflow sends when no code of ours runs."""
    return {
        **thing(
            "The ids alone, sent by the workflow itself when Handrail's own code failed. Read the "
            "rest from the desk API.",
            {
                "conversation": text("The conversation's id."),
                "escalation": text(
                    "The request's id; claim it under this.", pattern=ESCALATION_ID
                ),
            },
        ),
        "not": {"required": ["version"]},
    }
