"""What goes wrong in one simulation, and when: drawn from the seed, written down, and replayable.

Each seed draws its own climate: some kinds of trouble are absent, some rare, some heavy, because a
system that always meets a little of everything never meets a lot of one thing (swarm testing,
Groce et al., ISSTA 2012). Every fault that strikes has a name; a run may be told which names
still strike, which is how a failing run is shrunk to the faults that matter.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from zlib import crc32

from handrail_ops.simulate.kernel import START


class Trouble(StrEnum):
    """Everything that can go wrong."""

    THROTTLED = "a call is refused before it does anything"
    ANSWER_LOST = "a call does its work and its answer is lost"
    CRASH_BEFORE = "a process dies before a call"
    CRASH_AFTER = "a process dies after a call has done its work"
    STALL = "a process stalls before a call"
    HINT_LOST = "a hint is taken and never heard of again"
    QUEUE_REFUSES = "the queue refuses some messages of a batch"
    REDELIVERED = "a message is delivered again though it was done"
    REDRIVEN = "a dead letter is put back into its queue, beside being taken"
    WEBHOOK_AGAIN = "a provider sends again what was acknowledged"
    WEBHOOK_LATE = "a provider sends something late, behind newer messages"
    WORKFLOW_NOT_STARTED = "a workflow is accepted and never starts"
    WORKFLOW_DIES = "a workflow ends in the middle, as nothing in it could prevent"
    POISON = "a message kills whatever reads it"
    MODEL_DOWN = "the model does not answer"
    MODEL_SLOW = "the model answers after everybody has left"
    MODEL_GARBAGE = "the model says what no article says"
    TRANSLATOR_DOWN = "the translator does not answer"
    CHANNEL_BUSY = "a channel asks to be tried again later"
    CHANNEL_SILENT = "a channel does not say whether it took a message"
    CHANNEL_REFUSES = "a channel refuses a message for good"
    CHANNEL_KILLS = "a message kills the process that sends it, every time"
    CHANNEL_LOSES = "a channel takes a message, loses it, and says so later"
    AGENT_VANISHES = "an agent is never heard of again"
    AGENT_RETURNS = "an agent is away for longer than the lease, and goes on as if nothing were"
    AGENT_SILENT = "an agent is signed in and does not answer"
    AGENT_DROPS = "an agent takes a request off the queue and does not claim it"
    AGENTS_TWICE = "the agents queue delivers a request twice"


_RATES = (0.0, 0.0, 0.02, 0.08, 0.25)
_HEAVY = {
    Trouble.POISON: 0.2,
    Trouble.CHANNEL_KILLS: 0.1,
    Trouble.CHANNEL_REFUSES: 0.3,
    Trouble.CHANNEL_LOSES: 0.3,
    Trouble.CRASH_BEFORE: 0.3,
    Trouble.CRASH_AFTER: 0.3,
    Trouble.WORKFLOW_DIES: 0.3,
}
"""What strikes at many places, or for good, is drawn milder: the others have to matter too."""


_LASTS_SECONDS = (120.0, 600.0, 1800.0)
"""How long trouble lasts."""
_FOR_DAYS_SECONDS = 500_000.0
"""How long it lasts where windows close."""
_OF_OUR_OWN = frozenset(
    {Trouble.THROTTLED, Trouble.ANSWER_LOST, Trouble.STALL}
    | {Trouble.CRASH_BEFORE, Trouble.CRASH_AFTER, Trouble.CHANNEL_KILLS, Trouble.POISON}
)
_FOR_DAYS_RATE_MAX = 0.005
"""What strikes at every step of ours for days strikes seldom: else nothing is ever done."""
_BITS = 2**64 - 1
_GOLDEN = 0x9E3779B97F4A7C15
_STEP = 0xBF58476D1CE4E5B9

Dangers = tuple[tuple[int, Trouble], ...]
"""Troubles with the sum of their rates up to and with each, in parts of what is drawn from."""


@dataclass(slots=True)
class Struck:
    """A fault that struck."""

    name: str
    """Its kind, its place, and how often that kind could have struck there before."""
    at: float
    trouble: Trouble
    where: str


@dataclass(slots=True)
class Weather:
    """The trouble of one run.

    Whether a fault strikes depends on the seed, its kind, its place and how often it could have
    struck there, and on nothing else: to leave one out moves none of the others.
    """

    seed: int
    rates: Mapping[Trouble, float]
    ends_at: float
    """From here on nothing goes wrong any more: what is owed must then come to pass."""
    only: Collection[str] | None = None
    """The names of the faults that still strike; None lets all of them."""
    struck: list[Struck] = field(default_factory=list)
    _drawn: dict[str, list[int]] = field(default_factory=dict)
    """How often was drawn at each place, and where its sequence of numbers is."""
    _limits: dict[Trouble, int] = field(init=False)
    """What is drawn below strikes."""

    def __post_init__(self) -> None:
        """Compare whole numbers from here on: it happens hundreds of times in a world."""
        self._limits = {trouble: int(rate * _BITS) for trouble, rate in self.rates.items()}

    @classmethod
    def of(
        cls, seed: int, only: Collection[str] | None = None, *, for_days: bool = False
    ) -> Weather:
        """Draw the climate of a seed."""
        rng = random.Random(seed ^ 0x0FA1)  # noqa: S311 - repeatable on purpose
        rates = {
            trouble: rng.choice(_RATES) * _HEAVY.get(trouble, 1.0) if rng.random() < 0.7 else 0.0
            for trouble in Trouble
        }
        lasts_seconds = rng.choice(_LASTS_SECONDS)
        if for_days:
            lasts_seconds = _FOR_DAYS_SECONDS
            for trouble in _OF_OUR_OWN:
                rates[trouble] = min(rates[trouble], _FOR_DAYS_RATE_MAX)
        return cls(seed, rates, START + lasts_seconds, only)

    def strikes(self, trouble: Trouble, where: str, now: float) -> bool:
        """Tell whether something goes wrong here and now."""
        limit = self._limits[trouble]
        if not limit or now >= self.ends_at:
            return False
        drawn, times = self._draw(f"{trouble.name} {where}")
        return drawn < limit and self._lets(trouble, where, times, now)

    def dangers(self, *troubles: Trouble) -> Dangers:
        """Return what may happen at one place, for `befalls`: at most one of them at a time."""
        dangers, sum_of_rates = [], 0.0
        for trouble in troubles:
            if self.rates[trouble]:
                sum_of_rates += self.rates[trouble]
                dangers.append((int(sum_of_rates * _BITS), trouble))
        return tuple(dangers)

    def befalls(self, dangers: Dangers, where: str, now: float) -> Trouble | None:
        """Return which of several dangers strikes here and now, if one does: one draw for all."""
        if not dangers or now >= self.ends_at:
            return None
        drawn, times = self._draw(where)
        if drawn >= dangers[-1][0]:
            return None
        trouble = next(trouble for limit, trouble in dangers if drawn < limit)
        return trouble if self._lets(trouble, where, times, now) else None

    def _lets(self, trouble: Trouble, where: str, times: int, now: float) -> bool:
        """Let a fault strike, unless only others shall."""
        name = f"{trouble.name} {where} {times}"
        if self.only is not None and name not in self.only:
            return False
        self.struck.append(Struck(name, now, trouble, where))
        return True

    def _draw(self, place: str) -> tuple[int, int]:
        """Return a number of 64 bits for a place, and how often one was drawn there.

        splitmix64 (Steele, Lea and Flood, OOPSLA 2014).
        """
        at = self._drawn.get(place)
        if at is None:
            base = crc32(f"{self.seed} {place}".encode()) * _GOLDEN
            at = self._drawn[place] = [0, base & _BITS]
        at[0] += 1
        mixed = at[1] = at[1] + _STEP & _BITS
        mixed = (mixed ^ mixed >> 31) * 0x94D049BB133111EB & _BITS
        return mixed ^ mixed >> 29, at[0]
