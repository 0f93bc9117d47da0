"""Recognising what a customer asks of us, without any model: a person, or not after all."""

from dataclasses import dataclass
from enum import StrEnum


class Intent(StrEnum):
    """What a message asks of Handrail itself, besides its content."""

    PERSON = "person"
    """The customer wants a person: this escalates."""
    MAYBE_PERSON = "maybe_person"
    """A weak sign: the customer is asked whether a person is wanted."""
    WITHDRAW = "withdraw"
    """Never mind: the customer no longer waits for a person."""
    LANGUAGE = "language"
    """The customer asks for another language."""
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Recognised:
    """The verdict on one message and what it rests on."""

    intent: Intent
    language: str | None = None
    """The language whose list spoke; for `LANGUAGE` the one asked for."""
    rule: str = ""
    """The rule that decided, for logs and tests; never the customer's words."""


NOTHING = Recognised(Intent.NONE)
