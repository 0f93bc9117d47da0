"""How well languages are told, measured on rows that anybody can bring.

The macro accuracy is the mean over languages, so that a rare one counts as much as English.
Croatian and its kin, Indonesian and Malay, the scripts of Chinese and the two Portuguese count as
one; how well these are told apart is a figure of its own.
"""

import random
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from handrail.application.ports import LanguageIdentifier
from handrail_ops.evaluate.rows import Row, group, percentile, same, spoken

PAIR_SETS = ("commands",)
"""Sets whose name holds one of these are also measured two messages at a time."""
PAIR_SEED = 7

Progress = Callable[[Sequence[Row]], Iterable[Row]]


@dataclass(frozen=True, slots=True)
class IdentificationMeasured:
    """The figures, as data, and the rows that went wrong."""

    figures: dict[str, Any]
    errors: Sequence[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class _Told:
    row: Row
    language: str | None
    confidence: float
    microseconds: float

    @property
    def is_right(self) -> bool:
        return self.language is not None and group(self.language) == group(self.row.language)


def measure_identification(
    rows: Sequence[Row],
    identifier: LanguageIdentifier,
    languages: Sequence[str],
    progress: Progress = iter,
) -> IdentificationMeasured:
    """Identify every row's language."""
    own = [row for row in rows if spoken(row.language, languages)]
    outside = [row for row in rows if not spoken(row.language, languages)]
    told = [_tell(row, identifier) for row in progress(own)]
    strange = [_tell(row, identifier) for row in outside]
    sets = sorted({row.set for row in own})
    figures = {
        "by_set": {
            name: _figures([one for one in told if one.row.set == name])
            | _pairs([row for row in own if row.set == name], identifier, name)
            for name in sets
        },
        "by_language": {
            code: _share([one for one in told if group(one.row.language) == code])
            for code in sorted({group(row.language) for row in own})
        },
        "apart": {
            code: _share_strictly([one for one in told if same(one.row.language) == code])
            for code in sorted({same(row.language) for row in own})
            if group(code) != code or code in {group(other) for other in languages}
        },
        "outside": {
            "rows": len(outside),
            "confident": sum(one.confidence >= CONFIDENT for one in strange),
        },
        "microseconds_per_message": percentile([one.microseconds for one in told], 0.5),
        "microseconds_at_95_percent": percentile([one.microseconds for one in told], 0.95),
    }
    return IdentificationMeasured(figures, [_error(one) for one in told if not one.is_right])


CONFIDENT = 0.5
"""From here on an identification may change a conversation's language."""


def _tell(row: Row, identifier: LanguageIdentifier) -> _Told:
    began = time.perf_counter()
    found = identifier.identify(row.text)
    spent = (time.perf_counter() - began) * 1e6
    if found is None:
        return _Told(row, None, 0.0, spent)
    return _Told(row, found.language, found.confidence, spent)


def _share(told: Sequence[_Told]) -> float:
    return sum(one.is_right for one in told) / len(told)


def _share_strictly(told: Sequence[_Told]) -> float:
    return sum(one.language == same(one.row.language) for one in told) / len(told)


def _macro(told: Sequence[_Told]) -> float:
    codes = {group(one.row.language) for one in told}
    shares = [_share([one for one in told if group(one.row.language) == code]) for code in codes]
    return sum(shares) / len(shares)


def _figures(told: Sequence[_Told]) -> dict[str, Any]:
    sure = [one for one in told if one.confidence >= CONFIDENT]
    return {
        "rows": len(told),
        "macro_accuracy": _macro(told),
        "confident": len(sure) / len(told),
        "wrong_of_confident": sum(not one.is_right for one in sure) / len(sure) if sure else None,
    }


def _pairs(rows: Sequence[Row], identifier: LanguageIdentifier, name: str) -> dict[str, Any]:
    """Measure two messages of one conversation: pairs of one language's rows, by a fixed seed."""
    if not any(part in name for part in PAIR_SETS):
        return {}
    chance = random.Random(PAIR_SEED)  # noqa: S311 - a measurement that can be repeated
    told = []
    for code in sorted({row.language for row in rows}):
        own = [row for row in rows if row.language == code]
        chance.shuffle(own)
        for first, second in zip(own, own[1:] + own[:1], strict=True):
            told.append(_tell_both(first, second, identifier))
    return {"pair_accuracy": _macro(told)}


def _tell_both(first: Row, second: Row, identifier: LanguageIdentifier) -> _Told:
    """Tell the language of two messages from both, each weighing by its confidence."""
    both = Row(first.language, f"{first.text}\n{second.text}", set=first.set)
    return _tell(both, identifier)


def _error(one: _Told) -> dict[str, Any]:
    return {
        "language": one.row.language,
        "set": one.row.set,
        "found": one.language,
        "confidence": round(one.confidence, 2),
        "text": one.row.text,
    }
