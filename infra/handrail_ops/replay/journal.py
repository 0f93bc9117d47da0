"""What the customers of a replay sent and got, as it happened on the wire."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from handrail.domain.delivery import Action, Speaker
from handrail.domain.message import conversation_id
from handrail_ops.replay.rows import Row

_WAITING = str(Action.WITHDRAW)
_PERSON = str(Action.PERSON)
_BOT = str(Action.BOT)


@dataclass(frozen=True, slots=True)
class Received:
    """One message that a customer's application took."""

    key: str
    sequence: int
    conversation: str
    speaker: str
    text: str
    actions: tuple[str, ...]
    at: float

    @classmethod
    def of(cls, body: Mapping[str, Any], at: float) -> Received:
        """Read a callback's body.

        Raises:
            KeyError, TypeError, ValueError: it is not one of Handrail's messages.

        """
        return cls(
            key=str(body["id"]),
            sequence=int(body["sequence"]),
            conversation=str(body["conversation"]),
            speaker=str(body["speaker"]),
            text=str(body["text"]),
            actions=tuple(str(action["id"]) for action in body["actions"]),
            at=at,
        )

    @property
    def from_bot(self) -> bool:
        """Whether the bot answered or asked back."""
        return self.speaker == Speaker.BOT

    @property
    def from_agent(self) -> bool:
        """Whether a person wrote it."""
        return self.speaker == Speaker.AGENT

    @property
    def asks_back(self) -> bool:
        """Whether the bot asks if a person is wanted."""
        return self.from_bot and _PERSON in self.actions and _BOT in self.actions

    @property
    def says_waiting(self) -> bool:
        """Whether it tells the customer that a person has been asked for."""
        return self.speaker == Speaker.STATUS and _WAITING in self.actions

    @property
    def offers(self) -> bool:
        """Whether it carries a way to a person, or, while one waits, a way out."""
        return self.from_agent or _PERSON in self.actions or _WAITING in self.actions


@dataclass(slots=True)
class Customer:
    """One customer of the replay: a row, and everything that happened with it."""

    row: Row
    name: str
    """The customer's id on the direct channel."""
    event_id: str
    conversation: str
    acked_at: float | None = None
    received: list[Received] = field(default_factory=list)
    settled: threading.Event = field(default_factory=threading.Event)
    """Set when the bot answered or the person who did has let go: the customer needs no more."""


class Journal:
    """Every customer by name; safe to use from any thread."""

    def __init__(self, rows: Sequence[Row], account: str, run: str) -> None:
        """Make a customer of each row; `run` keeps two replays of one stack apart."""
        self._lock = threading.Lock()
        self.customers = [_customer(row, account, run) for row in rows]
        self._by_name = {customer.name: customer for customer in self.customers}
        self.unsigned = 0
        """Callbacks whose signature did not verify or whose body could not be read."""
        self.strangers = 0
        """Callbacks for customers that this replay does not have."""

    def acked(self, customer: Customer) -> None:
        """Note that the webhook has acknowledged a customer's message."""
        with self._lock:
            if customer.acked_at is None:
                customer.acked_at = time.time()

    def received(self, name: str, message: Received) -> None:
        """Note a message that a customer's application took."""
        with self._lock:
            customer = self._by_name.get(name)
            if customer is None:
                self.strangers += 1
                return
            settles = _settles(message, customer.received)
            customer.received.append(message)
        if settles:
            customer.settled.set()

    def refused(self) -> None:
        """Note a callback that nobody can trust."""
        with self._lock:
            self.unsigned += 1

    def tally(self) -> Tally:
        """Count where the customers stand now, for the progress bar."""
        with self._lock:
            return Tally(
                sent=sum(customer.acked_at is not None for customer in self.customers),
                heard=sum(bool(customer.received) for customer in self.customers),
                settled=sum(customer.settled.is_set() for customer in self.customers),
            )


@dataclass(frozen=True, slots=True)
class Tally:
    """How many customers have come how far."""

    sent: int
    heard: int
    settled: int


def _settles(message: Received, earlier: Sequence[Received]) -> bool:
    """Tell whether a customer needs no more once this has come after the earlier messages."""
    if message.from_agent or message.says_waiting:
        return False
    had_agent = any(before.from_agent for before in earlier)
    waited = any(before.says_waiting for before in earlier)
    return message.from_bot or had_agent or not waited


def _customer(row: Row, account: str, run: str) -> Customer:
    name = f"replay-{run}-{row.index}"
    return Customer(
        row=row,
        name=name,
        event_id=f"{run}-{row.index}",
        conversation=conversation_id("direct", account, name),
    )
