"""Customers with their providers, and agents: what people do, and what they do wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from handrail.domain.delivery import Action
from handrail.domain.errors import (
    ConflictError,
    FencedError,
    HandrailError,
    NothingToClaimError,
    RefusedError,
    UnansweredError,
    UnavailableError,
    UnseenError,
)
from handrail.domain.message import InboundMessage, Kind, Sender
from handrail.domain.promises import OpeningHours
from handrail_ops.simulate.functions import Functions
from handrail_ops.simulate.kernel import Crash
from handrail_ops.simulate.monitor import Monitor
from handrail_ops.simulate.texts import BUTTONS, LINES, Line, Says
from handrail_ops.simulate.weather import Trouble

_PAUSES_SECONDS: Final = (0.0, 0.05, 2.0, 8.0, 40.0, 200.0)
_AGAIN_AFTER_SECONDS: Final = (1.0, 30.0, 400.0, 100_000.0)
_LATE_SECONDS: Final = (0.5, 5.0, 60.0)
_RETRY_FIRST_SECONDS: Final = 2.0
_RETRY_SECONDS_MAX: Final = 60.0
_SURE: Final = frozenset({Says.PERSON, Says.DEADLY})
"""What must come to a person beyond doubt: asked for, or deadly to whatever reads it."""
_OTHER_KINDS: Final = (Kind.MEDIA, Kind.LOCATION, Kind.UNSUPPORTED, Kind.REACTION, Kind.DELETE)
_UNREADABLE: Final = frozenset({Kind.MEDIA, Kind.LOCATION, Kind.UNSUPPORTED})


@dataclass(slots=True)
class Customer:
    """Somebody who writes a few messages, through a provider that does not give up."""

    functions: Functions
    monitor: Monitor
    channel: str
    number: int
    messages: int
    clocked: bool
    """Whether positions are seconds of a clock, with ties, instead of the provider's sequence."""
    consoles: bool
    """Whether the company also answers from another console."""
    written: int = 0

    def live(self) -> None:
        """Write, wait, write again; then stay away."""
        kernel = self.functions.kernel
        rng = kernel.rng
        for _ in range(self.messages):
            message, sure = self._next()
            kernel.start(f"provider of {message.event_id}", self._provider(message, sure=sure))
            pause = rng.choice(_PAUSES_SECONDS)
            kernel.sleep(pause * (0.5 + rng.random()))

    def _next(self) -> tuple[InboundMessage, bool]:
        rng = self.functions.kernel.rng
        draw = rng.random()
        if draw < 0.62:
            return self._line(self._pick())
        if draw < 0.9:
            button = rng.choice(BUTTONS)
            return self._message(Kind.ACTION, action=str(button)), button is Action.PERSON
        if draw < 0.96 or not self.consoles:
            kind = rng.choice(_OTHER_KINDS)
            return self._message(kind), kind in _UNREADABLE
        details = {"console": "inbox", "message_id": f"elsewhere-{self.number}-{self.written}"}
        return self._message(Kind.ECHO, text="I am on it.", details=details), False

    def _pick(self) -> Line:
        """Return a line; a deadly one only where such weather is."""
        rng, weather = self.functions.kernel.rng, self.functions.weather
        if weather.strikes(Trouble.POISON, f"customer {self.number}", self.functions.kernel.now()):
            return next(line for line in LINES if line.says is Says.DEADLY)
        line = rng.choice(LINES)
        while line.says is Says.DEADLY:
            line = rng.choice(LINES)
        return line

    def _line(self, line: Line) -> tuple[InboundMessage, bool]:
        message = self._message(Kind.TEXT, text=line.text, locale=line.language)
        return message, line.says in _SURE

    def _message(self, kind: Kind, *, locale: str = "en", **parts: Any) -> InboundMessage:
        self.written += 1
        now = self.functions.kernel.now()
        ids = [f"customer-{self.number}"]
        if self.number % 3 == 0:
            ids.append(f"alias-{self.number}")
        return InboundMessage(
            channel=self.channel,
            account="shop",
            event_id=f"{self.number}.{self.written}",
            position=int(now) * 1000 if self.clocked else self.written,
            sender=Sender(tuple(ids), locale=locale),
            kind=kind,
            occurred_at=now,
            received_at=now,
            **parts,
        )

    def _provider(self, message: InboundMessage, *, sure: bool) -> Callable[[], None]:
        """Send until it is acknowledged; at times late, at times once more."""
        functions, rng = self.functions, self.functions.kernel.rng
        kernel, weather = functions.kernel, functions.weather
        functions.to_come += 1

        def deliver() -> None:
            if weather.strikes(Trouble.WEBHOOK_LATE, message.event_id, kernel.now()):
                kernel.sleep(rng.choice(_LATE_SECONDS))
            pause = _RETRY_FIRST_SECONDS
            while not self._acknowledged(message):
                kernel.sleep(pause)
                pause = min(2 * pause, _RETRY_SECONDS_MAX)
            self.monitor.takes(message, wants_person=sure)
            if weather.strikes(Trouble.WEBHOOK_AGAIN, message.event_id, kernel.now()):
                kernel.sleep(rng.choice(_AGAIN_AFTER_SECONDS))
                self._acknowledged(message)
            functions.to_come -= 1

        return deliver

    def _acknowledged(self, message: InboundMessage) -> bool:
        try:
            self.functions.call("receive", lambda: self.functions.receive.accept([message]))
        except (HandrailError, Crash):
            return False
        return True


# ---------------------------------------------------------------- agents

_POLL_SECONDS: Final = 4 * 3600.0
_HEARTBEAT_SECONDS: Final = 30.0
_THINKING_SECONDS: Final = (1.0, 15.0, 45.0, 80.0)
_TRIES_MAX: Final = 6
_ROUNDS_MAX: Final = 25
_AWAY_SECONDS: Final = (100.0, 400.0)


class _GoneError(Exception):
    """The agent is never heard of again."""


@dataclass(slots=True)
class Agent:
    """Takes requests off the queue, claims, answers, and lets go."""

    functions: Functions
    name: str
    hours: OpeningHours | None
    over: Callable[[], bool]
    said: int = 0

    def work(self) -> None:
        """Work until everything is over, or for as long as this agent lasts."""
        kernel = self.functions.kernel
        while not self.over():
            if self.hours is not None and not self.hours.is_open(kernel.now()):
                opening = self.hours.next_opening(kernel.now())
                kernel.sleep((opening or kernel.now()) - kernel.now() + 1.0)
                continue
            request = self.functions.agents.take(_POLL_SECONDS)
            if request is None or self._strikes(Trouble.AGENT_DROPS):
                continue
            kernel.sleep(kernel.rng.uniform(0.2, 8.0))
            try:
                self._serve(str(request["escalation"]))
            except (RefusedError, UnavailableError, ConflictError):
                continue  # the desk says that the conversation has moved on, or nothing at all
            except _GoneError:
                return

    def _serve(self, escalation: str) -> None:
        desk, kernel = self.functions.desk, self.functions.kernel
        claimed = self._api(lambda: desk.claim(escalation, self.name, None))
        epoch = int(claimed["epoch"])
        self._see(escalation, epoch, claimed["entries"])
        for _ in range(kernel.rng.randint(1, 3)):
            self._think(escalation, epoch)
            self._write(escalation, epoch)
        leave = desk.hand_back if kernel.rng.random() < 0.3 else desk.resolve
        for _ in range(_ROUNDS_MAX):
            try:
                self._api(lambda: leave(escalation, self.name, epoch), epoch)
            except UnseenError:
                self._catch_up(escalation, epoch)
            except UnansweredError:
                self._write(escalation, epoch)
            else:
                return

    def _think(self, escalation: str, epoch: int) -> None:
        """Take time over an answer, with a client that gives signs of life, or not."""
        kernel, desk = self.functions.kernel, self.functions.desk
        seconds = kernel.rng.choice(_THINKING_SECONDS) * kernel.rng.random()
        if self._strikes(Trouble.AGENT_VANISHES):
            raise _GoneError
        if self._strikes(Trouble.AGENT_RETURNS):
            kernel.sleep(kernel.rng.choice(_AWAY_SECONDS))
        if self._strikes(Trouble.AGENT_SILENT):
            seconds = kernel.rng.choice(_AWAY_SECONDS)
        while seconds > _HEARTBEAT_SECONDS:
            kernel.sleep(_HEARTBEAT_SECONDS)
            seconds -= _HEARTBEAT_SECONDS
            news = self._api(lambda: desk.heartbeat(escalation, self.name, epoch), epoch)["news"]
            self._see(escalation, epoch, news)
        kernel.sleep(seconds)

    def _catch_up(self, escalation: str, epoch: int) -> None:
        """Read what came meanwhile, and say something to it."""
        desk = self.functions.desk
        news = self._api(lambda: desk.heartbeat(escalation, self.name, epoch), epoch)["news"]
        self._see(escalation, epoch, news)
        self._write(escalation, epoch)

    def _see(self, escalation: str, epoch: int, entries: list[dict[str, Any]]) -> None:
        if entries:
            newest = max(int(entry["entry"]) for entry in entries)
            desk = self.functions.desk
            self._api(lambda: desk.seen(escalation, self.name, epoch, newest), epoch)

    def _write(self, escalation: str, epoch: int) -> None:
        """Write a message, under one id however often it has to be sent."""
        self.said += 1
        desk, key = self.functions.desk, f"{self.name}-{self.said}"
        text = f"Message {self.said}."
        write = partial(desk.message, escalation, self.name, epoch, key, text, language="en")
        for untranslated in (False, False, True):
            try:
                self._api(partial(write, untranslated=untranslated), epoch)
            except UnavailableError:
                continue  # no translation: once more, then as it is
            return

    def _api(self, action: Callable[[], Any], epoch: int | None = None) -> Any:
        """Call the desk, again when there was no answer.

        Raises:
            RefusedError: the desk refuses, and says why.
            UnavailableError, ConflictError: there was no answer, however often it was asked.

        """
        kernel = self.functions.kernel
        acting = None if epoch is None else (self.name, epoch)
        for tries in range(_TRIES_MAX):
            try:
                return self.functions.call("desk_api", action, acting)
            except (NothingToClaimError, FencedError, UnseenError, UnansweredError):
                raise
            except (UnavailableError, ConflictError, Crash):
                kernel.sleep(1.0 + tries)
        message = "the desk does not answer"
        raise UnavailableError(message)

    def _strikes(self, trouble: Trouble) -> bool:
        functions = self.functions
        return functions.weather.strikes(trouble, self.name, functions.kernel.now())
