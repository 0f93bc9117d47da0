"""What is to be said, in order: the rows of the outbox, decided but not yet rendered."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from handrail.domain.delivery import Speaker
from handrail.domain.turn import Citation


class Way(StrEnum):
    """The way to a person that a row carries."""

    PERSON = "person"
    """A button and a word that ask for one."""
    WITHDRAW = "withdraw"
    """The customer waits: that the place is kept, and how to withdraw."""
    ASK = "ask"
    """The customer is asked whether a person is wanted: yes or no."""
    NONE = "none"
    """An agent's own message needs none."""


class PromiseKind(StrEnum):
    """How a promised moment is said."""

    WITHIN = "within"
    BY = "by"
    OPENING = "opening"


@dataclass(frozen=True, slots=True)
class Promise:
    """A moment a customer was told; it is stored in the transaction that says it."""

    kind: PromiseKind
    at: float


class State(StrEnum):
    """What became of a row."""

    PENDING = "pending"
    DELIVERED = "delivered"
    UNDELIVERABLE = "undeliverable"


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """One message to a customer, as it was decided.

    Exactly one of `phrase` and `text` is set: Handrail's own words are phrases, an answer or an
    agent's message is text. `key` is unique in the conversation and the same at every attempt.
    """

    sequence: int
    epoch: int
    speaker: Speaker
    key: str
    language: str
    created_at: float
    way: Way
    phrase: str | None = None
    fields: Mapping[str, str] = field(default_factory=dict)
    text: str | None = None
    citations: tuple[Citation, ...] = ()
    text_language: str | None = None
    """The language of `text` when it is not the customer's."""
    promise: Promise | None = None
    until: float | None = None
    """A moment that the phrase names and that is no promise: when the channel's window closes."""
    reference: str | None = None
    follow_up: bool = False
    """Whether a follow-up can be chosen instead of waiting."""
    disclose: bool = False
    """Whether the message begins by saying that this is a machine."""
    agent: str | None = None
    escalation: int | None = None
    zone: str | None = None
    state: State = State.PENDING

    def __post_init__(self) -> None:
        if (self.phrase is None) == (self.text is None):
            message = "an outbox row says either a phrase or a text"
            raise ValueError(message)
        if self.speaker is not Speaker.AGENT and self.way is Way.NONE:
            message = "only an agent's message goes without a way to a person"
            raise ValueError(message)
