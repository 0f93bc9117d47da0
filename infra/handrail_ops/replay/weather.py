"""What a replay may do to the world while it plays: nothing, or every fault there is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from handrail_ops.local.chaos import Calm, Chaos
from handrail_ops.replay.agents import Conduct, Temper
from handrail_ops.replay.customers import Habit
from handrail_ops.replay.receiver import GOOD_MOOD, Mood
from handrail_ops.replay.target import Target


class Weather(Protocol):
    """Where faults come from; each part of a replay asks it what to do next."""

    @property
    def chaos(self) -> Chaos:
        """Faults between the processes of the stack."""
        ...

    @property
    def environment(self) -> Mapping[str, str]:
        """Variables for the workers."""
        ...

    @property
    def python_path(self) -> tuple[Path, ...]:
        """Where workers find `preload`."""
        ...

    @property
    def preload(self) -> str:
        """The module that workers import first; empty for none."""
        ...

    def begin(self, target: Target) -> None:
        """Start: the stack is up and the first customer is about to write."""
        ...

    def end(self) -> None:
        """Stop every fault, for good: from now on the system must come to rest."""
        ...

    def close(self) -> None:
        """Leave nothing behind."""
        ...

    def mood(self) -> Mood:
        """How the customers' application treats the next callback."""
        ...

    def temper(self) -> Temper:
        """What an agent does with the next chat."""
        ...

    def habit(self) -> Habit:
        """What a customer's application does besides posting once."""
        ...

    def counts(self) -> dict[str, int]:
        """How often each kind of fault happened."""
        ...


@dataclass(slots=True)
class FairWeather:
    """No faults. One chat in five is handed back instead of resolved."""

    chaos: Chaos = field(default_factory=Calm)
    environment: Mapping[str, str] = field(default_factory=dict)
    python_path: tuple[Path, ...] = ()
    preload: str = ""
    _chats: int = 0

    def begin(self, target: Target) -> None:
        """Do nothing."""

    def end(self) -> None:
        """Do nothing."""

    def close(self) -> None:
        """Do nothing."""

    def mood(self) -> Mood:
        """Take every callback at once."""
        return GOOD_MOOD

    def temper(self) -> Temper:
        """Resolve, or hand back every fifth time."""
        self._chats += 1
        return Temper(Conduct.RESOLVE if self._chats % 5 else Conduct.HAND_BACK)

    def habit(self) -> Habit:
        """Post once."""
        return Habit()

    def counts(self) -> dict[str, int]:
        """Return nothing."""
        return {}
