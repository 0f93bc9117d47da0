"""What a customer gets to see, and what came of sending it."""

from dataclasses import dataclass, field
from enum import StrEnum

from handrail.domain.phrases import Direction


class Speaker(StrEnum):
    """Who speaks in an outbox row."""

    BOT = "bot"
    STATUS = "status"
    AGENT = "agent"


class Action(StrEnum):
    """The buttons of Handrail's own messages, matched by id and never by label."""

    PERSON = "person:v1"
    WITHDRAW = "withdraw:v1"
    FOLLOW_UP = "follow-up:v1"
    BOT = "bot:v1"
    """The customer would rather go on with the bot: No to "would you like a person?"."""


WELCOME = "welcome:v1"
"""What a channel's own start button sends: nobody has said anything yet."""


@dataclass(frozen=True, slots=True)
class Button:
    """A native affordance: what comes back when it is pressed, and what it says."""

    action: Action
    label: str


@dataclass(frozen=True, slots=True)
class OutboundMessage:
    """A message as a channel sends it: rendered in the customer's language, offer and all.

    `hint` says in words what the buttons do, for channels without buttons; a channel that shows
    buttons leaves it out.
    """

    conversation: str
    sequence: int
    key: str
    """The idempotency key: the same message has the same key at every attempt."""
    speaker: Speaker
    text: str
    language: str
    direction: Direction
    buttons: tuple[Button, ...]
    hint: str
    sent_at: float
    """When it was decided, in seconds since the epoch."""
    agent: str | None = None
    """The agent's display name, for an agent's message."""
    phrase: str | None = field(default=None, compare=False)
    """What it says, where that is a phrase of ours."""
    taken: tuple[str, ...] = field(default=(), compare=False)
    """The channel's ids of the parts that earlier attempts brought through."""
    customer_wrote_at: float = field(default=0.0, compare=False)
    """When the customer last wrote, for channels with a window; 0 when that is not known."""


@dataclass(frozen=True, slots=True)
class Delivered:
    """The channel took the message; `ids` are the channel's own."""

    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Retry:
    """Not taken now; try again after so many seconds."""

    after_seconds: float
    taken: tuple[str, ...] = ()
    """The ids of the parts that were taken, of a message in several."""


@dataclass(frozen=True, slots=True)
class Permanent:
    """This message will never be taken."""

    reason: str


@dataclass(frozen=True, slots=True)
class WindowClosed:
    """The channel's window for free messages is over; another way is needed."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """No answer came back: it may or may not have been taken, and is sent again."""

    taken: tuple[str, ...] = ()
    """The ids of the parts that were surely taken, of a message in several."""


Delivery = Delivered | Retry | Permanent | WindowClosed | Unknown
