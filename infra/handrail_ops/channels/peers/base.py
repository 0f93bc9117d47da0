"""What all peers have in common: customers with their windows and limits, and bad days."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from handrail.adapters.channels.direct import (
    CallbackAnswer,
    CallbackNotSentError,
    CallbackUnansweredError,
)
from handrail.application.ports import Clock, Request

_JSON = {"content-type": "application/json"}
_HAIR = 1e-6
"""Clocks are floating-point numbers."""


@dataclass(frozen=True, slots=True)
class Weather:
    """How often what goes wrong, each from 0 to 1."""

    busy: float = 0.0
    """Refused by a rate limit."""
    failing: float = 0.0
    """Refused by a fault of the provider's."""
    unreachable: float = 0.0
    """No connection."""
    silent: float = 0.0
    """Taken, and never answered."""
    deaf: float = 0.0
    """Not taken, and never answered."""
    repeated: float = 0.0
    """A webhook comes again, at once or days later."""


@dataclass(frozen=True, slots=True)
class Got:
    """A message as the customer's device shows it."""

    id: str
    text: str
    buttons: tuple[tuple[str, str], ...] = ()
    """The id and label of each button."""
    template: bool = False


@dataclass(slots=True)
class Customer:
    """Somebody on the provider's side."""

    wrote_at: float | None = None
    got: list[Got] = field(default_factory=list)
    borrowed: float = 0.0
    """How many of the burst are used up, at `counted_at`."""
    counted_at: float = 0.0
    typing: int = 0
    has_stopped: bool = False


class PeerRefusalError(Exception):
    """The provider says no, in its own words."""

    def __init__(self, status: int, body: Mapping[str, Any]) -> None:
        """Take what the answer will be."""
        super().__init__(f"{status}: {body}")
        self.status = status
        self.body = body


class Peer:
    """One provider. It fulfils what channels ask of `Http`, so that tests need no sockets."""

    window_seconds: float | None = None
    """How long after a customer's message anything but a template is taken."""
    burst = 0
    """How many messages in a row one customer may get; 0 where the provider sets no limit."""
    pair_seconds = 1.0
    """How often, after that."""

    account = ""
    """The id of the company's account here."""

    def __init__(
        self,
        clock: Clock,
        rng: random.Random | None = None,
        weather: Weather | None = None,
        values: Mapping[str, str] | None = None,
        first_number: int = 0,
    ) -> None:
        """Start with customers who have never written; `values` are the account's secrets.

        Ids are numbered from `first_number`: they must not repeat those of an earlier peer.
        """
        self.values = values or self.usual_values()
        self.clock = clock
        self.rng = rng or random.Random(0)  # noqa: S311 - weather, no secrets
        self.weather = weather or Weather()
        self.customers: dict[str, Customer] = {}
        self.silent = 0
        """How many messages were taken and never answered: what may come twice."""
        self.files: dict[str, bytes] = {}
        """What customers sent, by its id; of a peer that keeps files."""
        self.refused: list[PeerRefusalError] = []
        self._numbers = first_number

    @classmethod
    def usual_values(cls, webhook_url: str = "") -> dict[str, str]:
        """Return what an account here has, given the address of its webhook."""
        raise NotImplementedError

    # ------------------------------------------------------------- what we send

    def request(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes
    ) -> CallbackAnswer:
        """Take one request, or have a bad day."""
        weather, rng = self.weather, self.rng
        if rng.random() < weather.unreachable:
            message = "no connection"
            raise CallbackNotSentError(message)
        if rng.random() < weather.deaf:
            raise CallbackUnansweredError
        if rng.random() < weather.busy:
            return self._refusal(self.too_many())
        if rng.random() < weather.failing:
            return self._refusal(PeerRefusalError(500, {"error": {"message": "try again"}}))
        try:
            status, data = self.answer(method, url, headers, body)
        except PeerRefusalError as refusal:
            self.refused.append(refusal)
            return self._refusal(refusal)
        if rng.random() < weather.silent:
            self.silent += 1
            raise CallbackUnansweredError
        if isinstance(data, bytes):
            return CallbackAnswer(status, {"content-type": "application/octet-stream"}, data)
        return CallbackAnswer(status, _JSON, dump(data))

    def answer(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[int, Mapping[str, Any] | bytes]:
        """Do what is asked and return the answer, or raise `PeerRefusalError`."""
        raise NotImplementedError

    def too_many(self) -> PeerRefusalError:
        """Return how the provider refuses what comes too fast."""
        raise NotImplementedError

    def customer(self, name: str) -> Customer:
        """Return somebody, who may never have written."""
        return self.customers.setdefault(name, Customer())

    def is_open(self, customer: Customer) -> bool:
        """Tell whether the window is open."""
        if self.window_seconds is None:
            return True
        wrote_at = customer.wrote_at
        return wrote_at is not None and self.clock.now() - wrote_at < self.window_seconds

    def take(self, name: str, message: Got) -> str:
        """Show a message to a customer, if not too many came just now."""
        customer, now = self.customer(name), self.clock.now()
        paid_back = (now - customer.counted_at) / self.pair_seconds
        customer.borrowed = max(0.0, customer.borrowed - paid_back)
        customer.counted_at = now
        if self.burst and customer.borrowed > self.burst - 1 + _HAIR:
            raise self.too_many()
        customer.borrowed += 1
        customer.got.append(message)
        return message.id

    def next_id(self, prefix: str) -> str:
        """Return a new id."""
        self._numbers += 1
        return f"{prefix}{self._numbers}"

    def _refusal(self, refusal: PeerRefusalError) -> CallbackAnswer:
        return CallbackAnswer(refusal.status, _JSON, dump(refusal.body))

    # ------------------------------------------------------------- what customers send

    def writes(self, name: str, text: str) -> Request:
        """Return the signed webhook of a text; the window is open from now on."""
        self.customer(name).wrote_at = self.clock.now()
        return self.text_webhook(name, text)

    def presses(self, name: str, action: str) -> Request:
        """Return the signed webhook of a pressed button."""
        self.customer(name).wrote_at = self.clock.now()
        return self.button_webhook(name, action)

    def text_webhook(self, name: str, text: str) -> Request:
        """Make the webhook of a text."""
        raise NotImplementedError

    def button_webhook(self, name: str, action: str) -> Request:
        """Make the webhook of a pressed button; where there are none, of its word."""
        raise NotImplementedError

    def again(self, webhook: Request) -> Request:
        """Return a webhook as the provider brings it once more, now."""
        return webhook

    def deliveries(self, webhook: Request, post: Callable[[Request], bool]) -> int:
        """Post a webhook until it is acknowledged, at times once more; return how often."""
        tries = 1
        while not post(webhook):
            tries += 1
        while self.rng.random() < self.weather.repeated:
            tries += 1
            post(webhook)
        return tries


def dump(data: Mapping[str, Any]) -> bytes:
    """Return JSON as these providers write it."""
    return json.dumps(data).encode("ascii")
