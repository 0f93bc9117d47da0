"""The world outside as the simulation has it: slow, forgetful, and at times malicious.

The stores and queues are those of `handrail_ops.memory`, which pass the same contract suite as the
AWS adapters; here they get latency, faults and the noticing of what was put into them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from handrail.application.ports import (
    Address,
    Exchange,
    Identified,
    Redacted,
    Request,
    Response,
)
from handrail.domain.decision import Decision
from handrail.domain.delivery import (
    Delivered,
    Delivery,
    OutboundMessage,
    Permanent,
    Retry,
    Unknown,
    WindowClosed,
)
from handrail.domain.errors import UnavailableError
from handrail.domain.knowledge import Found, Passage
from handrail.domain.message import InboundMessage
from handrail.domain.recognition import Recognised, Recogniser
from handrail.domain.turn import Answered, NeedsPerson, Outcome, Reason
from handrail_ops.memory.table import MemoryTable
from handrail_ops.simulate.kernel import Crash, Kernel
from handrail_ops.simulate.texts import (
    DEADLY,
    GARBAGE,
    LANGUAGE_OF,
    PASSAGES,
    PLACEHOLDER,
    POISON,
    SAYS,
    SECRET,
    TOLD,
    Says,
)
from handrail_ops.simulate.weather import Trouble, Weather

STALL_SECONDS = (3.0, 20.0, 40.0)
"""How long a process stalls: shorter than its limit, near it, and beyond it."""


class Points:
    """Where latency and faults come in, before and after every call of a port."""

    def __init__(self, kernel: Kernel, weather: Weather, latency_seconds: float) -> None:
        """Take `latency_seconds` for a call, more or less."""
        self.kernel, self.weather, self.latency_seconds = kernel, weather, latency_seconds
        self._before = weather.dangers(*_BEFORE)
        self._after = weather.dangers(*_AFTER)

    def reach(self, moment: str) -> None:
        """Let time pass, and let something go wrong."""
        kernel = self.kernel
        if kernel.process is None:
            return  # somebody looks from outside
        if moment[0] == "b":
            dangers = self._before
            kernel.sleep(self.latency_seconds * (0.5 + kernel.random()))
        else:
            dangers = self._after
        trouble = self.weather.befalls(dangers, moment, kernel.time) if dangers else None
        if trouble is None:
            return
        if trouble is Trouble.STALL:
            kernel.sleep(kernel.rng.choice(STALL_SECONDS))
        elif trouble is Trouble.CRASH_BEFORE or trouble is Trouble.CRASH_AFTER:
            raise Crash
        else:
            raise UnavailableError(moment)


_BEFORE = (Trouble.STALL, Trouble.CRASH_BEFORE, Trouble.THROTTLED)
_AFTER = (Trouble.CRASH_AFTER, Trouble.ANSWER_LOST)
_COMMIT: Callable[[MemoryTable, Decision], None] = MemoryTable.commit.__wrapped__  # type: ignore[attr-defined]


class SimulatedTable(MemoryTable):
    """The table, which tells what is committed to it and when it is due."""

    def __init__(self, deliver_seconds: float, points: Points) -> None:
        """Start empty, with nobody listening."""
        super().__init__(deliver_seconds, points.reach)
        self.due_earlier: Callable[[float], None] = lambda _at: None
        self.committed: Callable[[Decision], None] = lambda _decision: None

    def commit(self, decision: Decision) -> None:
        """Apply a decision, and show it to whoever watches before anybody can act on it."""
        self.fault("before conversations.commit")
        _COMMIT(self, decision)
        self.committed(decision)
        self.fault("after conversations.commit")

    def link(self, address: Address, conversation: str) -> None:
        """Link one id after the other, as DynamoDB has it: others may come in between."""
        for one in address.sender_ids:
            super().link(replace(address, sender_ids=(one,)), conversation)

    def next_due(self) -> float | None:
        """Return when the next thing falls due."""
        return min(self._due.values(), default=None)

    def _set_due(self, key: Any, at: float | None) -> None:
        super()._set_due(key, at)
        if at is not None:
            self.due_earlier(at)


# ---------------------------------------------------------------- reading


_READ: dict[tuple[str, str | None, bool], Recognised] = {}


@dataclass(frozen=True, slots=True)
class RememberingRecogniser:
    """The real recogniser, asked once about each of the few texts of a simulation."""

    recogniser: Recogniser

    def recognise(
        self, text: str, language: str | None = None, *, answering: bool = False
    ) -> Recognised:
        """Return what a text asks for, unless it is poison."""
        if POISON in text:
            message = "the recogniser fails on this text"
            raise ValueError(message)
        key = (text, language, answering)
        if key not in _READ:
            _READ[key] = self.recogniser.recognise(text, language, answering=answering)
        return _READ[key]


class KnownLanguages:
    """Knows the language of every line there is."""

    def identify(self, text: str) -> Identified | None:
        """Return a line's language; a deadly one kills."""
        if DEADLY in text:
            raise Crash
        language = LANGUAGE_OF.get(text)
        return Identified(language, 0.95) if language else None


class OneSecret:
    """Takes out the one secret that simulated customers have."""

    def redact(self, text: str, _region: str | None = None) -> Redacted:
        """Put a placeholder where the secret is."""
        if SECRET not in text:
            return Redacted(text)
        return Redacted(text.replace(SECRET, PLACEHOLDER), {PLACEHOLDER: SECRET})


# ---------------------------------------------------------------- the model


@dataclass(frozen=True, slots=True)
class SimulatedAnswers:
    """The articles, the model and the translator."""

    kernel: Kernel
    weather: Weather

    def search(self, question: str, language: str, _limit: int, _now: float) -> list[Found]:
        """Find the one article for what it answers."""
        says = SAYS.get(question.replace(PLACEHOLDER, SECRET), Says.QUESTION)
        if says is Says.UNKNOWN:
            return []
        return [Found(PASSAGES.get(language, PASSAGES["en"]), 9.0, 0.9)]

    def passage(self, passage_id: str) -> Passage | None:
        """Return a passage by its id."""
        return next((one for one in PASSAGES.values() if one.id == passage_id), None)

    def draft(
        self,
        question: str,
        _language: str,
        passages: Sequence[Found],
        _history: Sequence[Exchange],
        _deadline: float,
    ) -> Outcome:
        """Quote, or be a model on a bad day."""
        kernel, weather = self.kernel, self.weather
        if SECRET in question:
            message = "the model was shown what redaction had to take out"
            raise AssertionError(message)
        kernel.sleep(kernel.rng.choice((0.5, 3.0, 11.0)))
        now = kernel.time
        if weather.strikes(Trouble.MODEL_DOWN, "model", now):
            message = "the model is away"
            raise UnavailableError(message)
        if weather.strikes(Trouble.MODEL_SLOW, "model", now):
            kernel.sleep(30.0)
        if not passages:
            return NeedsPerson(Reason.NO_ANSWER)
        citation = passages[0].passage.citation()
        if weather.strikes(Trouble.MODEL_GARBAGE, "model", now):
            return Answered(kernel.rng.choice((*GARBAGE, TOLD)), (citation,), "en")
        return Answered(passages[0].passage.text, (citation,), passages[0].passage.language)

    def translate(self, text: str, _source: str | None, target: str, _deadline: float) -> str:
        """Mark a text as translated."""
        self.kernel.sleep(self.kernel.rng.uniform(0.2, 2.0))
        if self.weather.strikes(Trouble.TRANSLATOR_DOWN, "translator", self.kernel.time):
            message = "the translator is away"
            raise UnavailableError(message)
        return f"[{target}] {text}"


# ---------------------------------------------------------------- channels


@dataclass(slots=True)
class SimulatedChannel:
    """A messenger. `keeps_keys`: whether it recognises a message that is sent twice."""

    name: str
    kernel: Kernel
    weather: Weather
    latency_seconds: float
    keeps_keys: bool
    took: Callable[[OutboundMessage], None]
    """Told of what customers get: the wire."""
    refused: set[str]
    """Gets the keys of messages that it will never take."""
    _keys: set[str] = field(default_factory=set)
    _deadly: set[str] = field(default_factory=set)
    _blocked: set[str] = field(default_factory=set)

    def handshake(self, _request: Request) -> Response | None:
        """Need no set-up."""
        return None

    def verify(self, _request: Request, _now: float) -> None:
        """Trust: what is simulated begins behind the signature."""

    def to_messages(self, _request: Request, _received_at: float) -> Sequence[InboundMessage]:
        """Read nothing: messages come as they are."""
        return ()

    def send(self, address: Address, message: OutboundMessage) -> Delivery:
        """Take a message, or not, or say nothing about it."""
        kernel, weather = self.kernel, self.weather
        kernel.sleep(self.latency_seconds * (0.5 + kernel.rng.random()))
        now = kernel.time
        if message.key in self._deadly:
            raise Crash
        if message.key in self._blocked:
            return Permanent("blocked")
        if weather.strikes(Trouble.CHANNEL_KILLS, message.key, now):
            self._deadly.add(message.key)
            self.refused.add(message.key)
            raise Crash
        if weather.strikes(Trouble.CHANNEL_BUSY, message.key, now):
            return Retry(kernel.rng.choice((0.0, 10.0, 120.0)))
        if weather.strikes(Trouble.CHANNEL_REFUSES, message.key, now):
            self.refused.add(message.key)
            self._blocked.add(message.key)
            return kernel.rng.choice((Permanent("blocked"), WindowClosed()))
        if weather.strikes(Trouble.CHANNEL_SILENT, message.key, now):
            if kernel.rng.random() < 0.5:
                self._take(message)
            return Unknown()
        lost = self._loses(address, message)
        if lost is not None:
            return Delivered((lost,))
        self._take(message)
        if weather.strikes(Trouble.CRASH_AFTER, f"send {message.key}", now):
            raise Crash
        return Delivered((f"{self.name}-{message.key}",))

    def _loses(self, _address: Address, _message: OutboundMessage) -> str | None:
        """Take a message and lose it, under an id; a channel without receipts could not tell."""
        return None

    def _take(self, message: OutboundMessage) -> None:
        if self.keeps_keys and message.key in self._keys:
            return
        self._keys.add(message.key)
        self.took(message)


def ids_only(message: Mapping[str, Any]) -> bool:
    """Tell whether a message of the agents queue is the one Step Functions sent by itself."""
    return "reference" not in message
