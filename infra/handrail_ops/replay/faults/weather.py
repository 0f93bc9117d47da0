"""Foul weather: every fault at once, seeded, until it is told to end."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import handrail_ops
from handrail_ops.local.chaos import Chaos
from handrail_ops.replay.agents import Conduct, Temper
from handrail_ops.replay.customers import Habit
from handrail_ops.replay.faults import plan
from handrail_ops.replay.faults.between import Between, Draws
from handrail_ops.replay.faults.plan import EDGES, Edges, Outage, outage_at
from handrail_ops.replay.receiver import GOOD_MOOD, Mood
from handrail_ops.replay.target import Target

_UNANSWERED_SECONDS = 9.0
"""Longer than `deliver` waits for an answer."""
_SLOW_SECONDS = (0.5, 3.0)
_RETURN_SECONDS = (5.0, 40.0)
_LATE_SECONDS = (5.0, 45.0)


class FoulWeather:
    """`handrail_ops.replay.weather.Weather` with every fault."""

    def __init__(self, seed: int, edges: Edges = EDGES) -> None:
        """Prepare a folder in which the workers find what they need."""
        self._seed = seed
        self._edges = edges
        self._directory = Path(tempfile.mkdtemp(prefix="handrail-faults-"))
        self._begun: float | None = None
        self._ended = False
        self._draws = Draws(seed, self._blowing)
        self._between = Between(self._draws, edges)

    @property
    def chaos(self) -> Chaos:
        """Faults between the processes of the stack."""
        return self._between

    @property
    def environment(self) -> Mapping[str, str]:
        """Variables for the workers."""
        return {
            plan.DIRECTORY_VARIABLE: str(self._directory),
            plan.SEED_VARIABLE: str(self._seed),
        }

    @property
    def python_path(self) -> tuple[Path, ...]:
        """Return where workers find this package; nothing of theirs imports it."""
        return (Path(handrail_ops.__file__).parent.parent,)

    @property
    def preload(self) -> str:
        """The module that workers import first."""
        return "handrail_ops.replay.faults.in_worker"

    def begin(self, target: Target) -> None:
        """Let it blow."""
        self._between.begin(target)
        self._begun = time.time()
        begun = self._directory / plan.BEGUN_FILE
        # Written aside and renamed, so that no worker reads half a number.
        aside = begun.with_suffix(".new")
        aside.write_text(repr(self._begun), encoding="ascii")
        aside.rename(begun)

    def end(self) -> None:
        """Stop every fault."""
        if not self._ended:
            self._ended = True
            (self._directory / plan.ENDED_FILE).touch()
            self._between.end()

    def close(self) -> None:
        """Remove the folder."""
        shutil.rmtree(self._directory, ignore_errors=True)

    def mood(self) -> Mood:
        """How the customers' application treats the next callback."""
        happens, edges = self._draws.happens, self._edges
        if self._away() is Outage.CALLBACKS:
            happens("callbacks_away", 1.0)
            return Mood(503, taken=False, retry_after="2")
        if happens("callback_500", edges.callback_500):
            return Mood(500, taken=False)
        if happens("callback_429", edges.callback_429):
            return Mood(429, taken=False, retry_after="1")
        if happens("callback_gateway", edges.callback_gateway):
            return Mood(502)
        if happens("callback_unanswered", edges.callback_unanswered):
            return Mood(wait_seconds=_UNANSWERED_SECONDS)
        if happens("callback_slow", edges.callback_slow):
            return Mood(wait_seconds=self._draws.seconds(*_SLOW_SECONDS))
        return GOOD_MOOD

    def temper(self) -> Temper:
        """What an agent does with the next chat."""
        happens, edges = self._draws.happens, self._edges
        if not happens("agent_vanishes", edges.agent_vanishes):
            back = happens("agent_hands_back", 0.2)
            return Temper(Conduct.HAND_BACK if back else Conduct.RESOLVE)
        silent = happens("agent_vanishes_silently", 0.5)
        returns = happens("agent_means_to_return", edges.agent_returns)
        return Temper(
            Conduct.VANISH_SILENT if silent else Conduct.VANISH_IN_CHAT,
            keeps_hint=happens("agent_keeps_hint", 0.5),
            returns_after_seconds=self._draws.seconds(*_RETURN_SECONDS) if returns else None,
        )

    def habit(self) -> Habit:
        """What a customer's application does besides posting once."""
        late = self._draws.happens("webhook_late", self._edges.webhook_late)
        return Habit(
            repeats_at_once=self._draws.happens("webhook_twice", self._edges.webhook_twice),
            repeats_after_seconds=self._draws.seconds(*_LATE_SECONDS) if late else None,
        )

    def counts(self) -> dict[str, int]:
        """How often each kind of fault happened, in the workers and outside."""
        counts = Counter(self._draws.counts)
        written = self._directory / plan.COUNTS_FILE
        if written.exists():
            counts.update(written.read_text(encoding="ascii").split())
        return dict(sorted(counts.items()))

    def _blowing(self) -> bool:
        return self._begun is not None and not self._ended

    def _away(self) -> Outage | None:
        if not self._blowing() or self._begun is None:
            return None
        return outage_at(self._seed, time.time() - self._begun)
