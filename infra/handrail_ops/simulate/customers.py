"""Customers and the providers that bring their messages: what they write, and how it comes in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any, Final

from handrail.domain.delivery import Action
from handrail.domain.errors import (
    HandrailError,
)
from handrail.domain.message import FAILED, InboundMessage, Kind, Sender
from handrail_ops.simulate.functions import Functions
from handrail_ops.simulate.kernel import Crash
from handrail_ops.simulate.monitor import Monitor
from handrail_ops.simulate.texts import BUTTONS, LINES, Line, Says
from handrail_ops.simulate.weather import Trouble

PAUSES_SECONDS: Final = (0.0, 0.0, 0.05, 2.0, 8.0, 40.0, 200.0)
IMPATIENT_SECONDS: Final = (45.0,)
"""How long people pause between messages; who is impatient writes on and on."""
_AGAIN_AFTER_SECONDS: Final = (0.0, 0.5, 2.0, 30.0, 400.0, 100_000.0)
_LATE_SECONDS: Final = (0.5, 5.0, 60.0)
_RETRY_FIRST_SECONDS: Final = 2.0
_RETRY_SECONDS_MAX: Final = 60.0
_RETURNS_MAX: Final = 2
_OF_OUR_OWN: Final = ("direct", "web")
"""Where nobody has to say STOP: who is there has come to us."""
_CONSENTS: Final = {Says.STOP: True, Says.RESUME: False, Says.YES: False}
"""What tells us to stop writing or to begin again; a Yes too, from who told us to stop."""
_OTHER_KINDS: Final = (Kind.MEDIA, Kind.LOCATION, Kind.UNSUPPORTED, Kind.REACTION, Kind.DELETE)
_UNREADABLE: Final = frozenset({Kind.MEDIA, Kind.LOCATION, Kind.UNSUPPORTED})


class _Whose(Enum):
    """Who has to have a message in the end."""

    ANYBODYS = "anybody's"
    PERSONS = "a person's, because nothing else can read it"
    ASKS = "a person's, because it asks for one"


_SURE: Final = {
    Says.PERSON: _Whose.ASKS,
    Says.SENSITIVE: _Whose.PERSONS,
    Says.POISON: _Whose.PERSONS,
}
_START: Final = next(line for line in LINES if line.says is Says.RESUME)
_STOP: Final = next(line for line in LINES if line.says is Says.STOP)
_HARMFUL: Final = [line for line in LINES if line.says in (Says.POISON, Says.DEADLY)]
_HARMLESS: Final = [line for line in LINES if line not in _HARMFUL]


@dataclass(slots=True)
class Customer:
    """Somebody who writes a few messages, through a provider that does not give up."""

    functions: Functions
    monitor: Monitor
    channel: str
    number: int
    messages: int
    pauses_seconds: tuple[float, ...]
    clocked: bool
    """Whether positions are seconds of a clock, with ties, instead of the provider's sequence."""
    consoles: bool
    """Whether the company also answers from another console."""
    wrote: Callable[[InboundMessage], None] = lambda _message: None
    """Told of every message as it is written: the channel knows before we do."""
    returns: int = 0
    """How often they wrote because they were asked to."""
    written: int = 0
    stopped: bool = False
    """Whether the customer has said not to be written to, and may think better of it."""

    @property
    def ids(self) -> tuple[str, ...]:
        """Their ids on their channel."""
        own = f"customer-{self.number}"
        return (own, f"alias-{self.number}") if self.number % 3 == 0 else (own,)

    def live(self) -> None:
        """Write, wait, write again; then stay away."""
        kernel = self.functions.kernel
        rng = kernel.rng
        for _ in range(self.messages):
            message, whose = self._next()
            self._bring(message, whose)
            pause = rng.choice(self.pauses_seconds)
            kernel.sleep(pause * (0.5 + rng.random()))

    def come_back(self, seconds: float) -> None:
        """Write once more after a while; who was asked often enough does not."""
        if self.returns >= _RETURNS_MAX:
            return
        self.returns += 1
        self.functions.to_come += 1

        def write() -> None:
            message, whose = self._next()
            self._bring(message, whose)
            self.functions.to_come -= 1

        kernel = self.functions.kernel
        kernel.at(kernel.time + seconds, write)

    def receipt_of_loss(self, message_id: str, seconds: float) -> None:
        """Have the provider report after a while that a message was lost."""
        functions = self.functions
        functions.to_come += 1

        def report() -> None:
            details = {"message_id": message_id, FAILED: "131026"}
            receipt = replace(
                self._message(Kind.RECEIPT, details=details), event_id=f"lost/{message_id}"
            )
            self._send(receipt)
            if functions.weather.strikes(
                Trouble.WEBHOOK_AGAIN, receipt.event_id, functions.kernel.time
            ):
                self._acknowledged(receipt)
            functions.to_come -= 1

        functions.kernel.start(f"receipt for {message_id}", report, after=seconds)

    def _next(self) -> tuple[InboundMessage, _Whose]:
        rng = self.functions.kernel.rng
        draw = rng.random()
        if draw < 0.6:
            return self._line(self._pick())
        if draw < 0.86:
            button = rng.choice(BUTTONS)
            whose = _Whose.ASKS if button is Action.PERSON else _Whose.ANYBODYS
            return self._message(Kind.ACTION, action=str(button)), whose
        if draw < 0.92 or not self.consoles:
            kind = rng.choice(_OTHER_KINDS)
            return self._message(kind), _Whose.PERSONS if kind in _UNREADABLE else _Whose.ANYBODYS
        details = {"console": "inbox", "message_id": f"elsewhere-{self.number}-{self.written}"}
        return self._message(Kind.ECHO, text="I am on it.", details=details), _Whose.ANYBODYS

    def _pick(self) -> Line:
        """Return a line; one that does harm only where such weather is."""
        rng, weather = self.functions.kernel.rng, self.functions.weather
        struck = weather.strikes(
            Trouble.POISON, f"customer {self.number}", self.functions.kernel.time
        )
        if self.stopped and not struck:
            # Who has told us to stop says so again, or thinks better of it.
            drawn = rng.random()
            if drawn < 0.6:
                return _START if drawn < 0.4 else _STOP
        return rng.choice(_HARMFUL if struck else _HARMLESS)

    def _line(self, line: Line) -> tuple[InboundMessage, _Whose]:
        message = self._message(Kind.TEXT, text=line.text, locale=line.language)
        if line.says in _CONSENTS and self.channel not in _OF_OUR_OWN:
            self.stopped = _CONSENTS[line.says]
            self.monitor.consents(message, stops=self.stopped)
        return message, _SURE.get(line.says, _Whose.ANYBODYS)

    def _message(self, kind: Kind, *, locale: str = "en", **parts: Any) -> InboundMessage:
        self.written += 1
        now = self.functions.kernel.time
        return InboundMessage(
            channel=self.channel,
            account="shop",
            event_id=f"{self.number}.{self.written}",
            position=int(now) * 1000 if self.clocked else self.written,
            sender=Sender(self.ids, locale=locale),
            kind=kind,
            occurred_at=now,
            received_at=now,
            **parts,
        )

    def _bring(self, message: InboundMessage, whose: _Whose) -> None:
        self.wrote(message)
        provider = self._provider(message, whose)
        self.functions.kernel.start(f"provider of {message.event_id}", provider)

    def _provider(self, message: InboundMessage, whose: _Whose) -> Callable[[], None]:
        """Send until it is acknowledged; at times late, at times once more."""
        functions, rng = self.functions, self.functions.kernel.rng
        kernel, weather = functions.kernel, functions.weather
        functions.to_come += 1

        def deliver() -> None:
            if weather.strikes(Trouble.WEBHOOK_LATE, message.event_id, kernel.time):
                kernel.sleep(rng.choice(_LATE_SECONDS))
            self._send(message)
            self.monitor.takes(
                message, is_for_person=whose is not _Whose.ANYBODYS, asks=whose is _Whose.ASKS
            )
            if weather.strikes(Trouble.WEBHOOK_AGAIN, message.event_id, kernel.time):
                kernel.sleep(rng.choice(_AGAIN_AFTER_SECONDS))
                self._acknowledged(_by_another_id(message))
            functions.to_come -= 1

        return deliver

    def _send(self, message: InboundMessage) -> None:
        pause = _RETRY_FIRST_SECONDS
        while not self._acknowledged(message):
            self.functions.kernel.sleep(pause)
            pause = min(2 * pause, _RETRY_SECONDS_MAX)

    def _acknowledged(self, message: InboundMessage) -> bool:
        try:
            self.functions.call("receive", lambda: self.functions.receive.accept([message]))
        except (HandrailError, Crash):
            return False
        return True


def _by_another_id(message: InboundMessage) -> InboundMessage:
    """Return a message as a provider may repeat it: with the sender's ids in another order.

    So it comes into another group of the queue, beside the first, and is no newer for that.
    """
    sender = message.sender
    return replace(message, sender=replace(sender, ids=sender.ids[::-1]))
