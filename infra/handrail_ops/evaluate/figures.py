"""What was measured: figures by name, of each set of questions and of all together.

Every measure is a module of its own that returns `Tally`s by name; it is added to `MEASURES` in
`command.py` and needs nothing else to be in the report, the JSON and the plots.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tally:
    """So much over so many: a share when each counts 0 or 1, else a mean."""

    total: float
    count: int

    @property
    def mean(self) -> float | None:
        """The mean; None of nothing."""
        return self.total / self.count if self.count else None


@dataclass(frozen=True, slots=True)
class Measured:
    """The figures of one set of questions."""

    name: str
    questions: int
    tallies: Mapping[str, Tally]


class Adding:
    """Adds up by name, a case at a time."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._totals: dict[str, float] = {}
        self._counts: Counter[str] = Counter()

    def add(self, name: str, value: float) -> None:
        """Count one case."""
        self._totals[name] = self._totals.get(name, 0.0) + value
        self._counts[name] += 1

    def result(self) -> dict[str, Tally]:
        """Return what came together."""
        return {name: Tally(self._totals[name], self._counts[name]) for name in self._counts}


def f1(said: Sequence[str], expected: Sequence[str]) -> float:
    """Return how far two texts, given as words, are the same words: 2PR / (P + R)."""
    shared = (Counter(said) & Counter(expected)).total()
    return 2 * shared / (len(said) + len(expected)) if shared else 0.0


def together(measured: Iterable[Measured]) -> Measured:
    """Return the figures over all sets: every question counts the same."""
    questions = 0
    tallies: dict[str, Tally] = {}
    for one in measured:
        questions += one.questions
        for name, tally in one.tallies.items():
            had = tallies.get(name, Tally(0.0, 0))
            tallies[name] = Tally(had.total + tally.total, had.count + tally.count)
    return Measured("all", questions, tallies)


def as_json(measured: Measured) -> dict[str, float | int | str]:
    """Return one set's figures; what could not be measured on it is left out."""
    means = {name: tally.mean for name, tally in measured.tallies.items()}
    known = {name: round(mean, 6) for name, mean in means.items() if mean is not None}
    return {"name": measured.name, "questions": measured.questions, **known}
