"""The table by which languages are told: built from what the languages' keepers wrote, and CLDR.

Nothing else is read: a language's phrases, its request list, its everyday words, and the names
that CLDR has in it (countries, languages, currencies, months, units ...), whose letters are as
typical as any. What CLDR leaves in English is left out.
"""

import hashlib
import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import babel
from babel import Locale

from handrail.adapters.language.ngrams import WEIGHT_STEP, pack, runs, whole, words
from handrail_ops.languages.source import LanguageSource

WRITTEN_WEIGHT = 1.0
CLDR_WEIGHT = 0.2
EVERYDAY_WEIGHT = 3.0
"""What a word counts for by where it stands; names are less typical than words."""

BACKGROUND = 0.05
"""Which part of a run's likelihood comes from all languages together: what smooths rare runs."""

WEIGHT_MIN = 0.5
"""Runs that hardly speak for a language are left out."""

RARE_RUN_LETTERS = 4
RARE_COUNT = 0.5
"""Runs of so many letters that stand in one name only are left out."""

MAKING = 2
"""Raised whenever the same words would make another table."""

LATIN_END = "\u0250"
"""The letters below this one are Latin."""

_FIELDS = re.compile(r"\{[^{}]*\}")
_SIGNS = re.compile(r"\{[^}]*\}\??|\.\.\d*|[~^$|_*?]")
_CLDR_PARTS = (
    "languages",
    "territories",
    "scripts",
    "variants",
    "currency_names",
    "currency_names_plural",
    "months",
    "days",
    "quarters",
    "eras",
    "day_periods",
    "unit_patterns",
    "compound_unit_patterns",
    "date_fields",
    "time_zones",
    "meta_zones",
    "list_patterns",
)
_ENGLISH = Locale("en")


def _written(source: LanguageSource) -> Iterator[str]:
    """Yield what a language's keeper wrote."""
    for text in source.phrases.values():
        yield _FIELDS.sub(" ", text)
    for name, table in source.requests.items():
        if isinstance(table, dict) and name != "names":
            for texts in table.values():
                for text in texts:
                    yield _SIGNS.sub(" ", text)


def _named(data: Any, english: Any) -> Iterator[str]:
    """Yield what CLDR says in a language and not as in English."""
    for key, value in data.items():
        other = english.get(key) if hasattr(english, "get") else None
        if isinstance(value, str):
            if value != other:
                yield _FIELDS.sub(" ", value)
        elif hasattr(value, "items"):
            yield from _named(value, other or {})


def _in_cldr(source: LanguageSource) -> Iterator[str]:
    locale = source.facts.locale
    others = [Locale.parse(f"{locale.language}_{one}") for one in source.facts.also_scripts]
    for one in (locale, *others):
        for part in _CLDR_PARTS:
            data = one._data.get(part)  # noqa: SLF001 - Babel has no other way to all of it
            english = {} if one.language == "en" else _ENGLISH._data.get(part)  # noqa: SLF001
            if hasattr(data, "items"):
                yield from _named(data, english or {})


def _counted(source: LanguageSource) -> Mapping[str, float]:
    """Count the runs of letters of a language's words, and the words."""
    counts: dict[str, float] = {}
    for texts, weight in (
        (_written(source), WRITTEN_WEIGHT),
        (_in_cldr(source), CLDR_WEIGHT),
        (source.everyday, EVERYDAY_WEIGHT),
    ):
        for word, number in Counter(word for text in texts for word in words(text)).items():
            counted = weight * (1 + math.log(number))
            for run in (*runs(word), whole(word)):
                counts[run] = counts.get(run, 0.0) + counted
    return counts


def _likelihoods(counts: Mapping[str, float]) -> dict[str, float]:
    """Return how likely each run is among those of its length, in Latin letters or in others.

    Serbian is written in two scripts, and many languages are also romanised: how much of each a
    language's words happen to hold says nothing about a text in one of them.
    """
    totals: dict[tuple[int, bool], float] = {}
    for run, count in counts.items():
        kind = _kind(run)
        totals[kind] = totals.get(kind, 0.0) + count
    return {
        run: count / totals[_kind(run)]
        for run, count in counts.items()
        if count >= RARE_COUNT or len(run) < RARE_RUN_LETTERS
    }


def _kind(run: str) -> tuple[int, bool]:
    """Return a run's length, nought for a whole word, and whether its letters are Latin."""
    return 0 if run.startswith("#") else len(run), all(letter < LATIN_END for letter in run)


def compile_ngrams(sources: Sequence[LanguageSource]) -> bytes:
    """Return the table for languages, numbered as they come."""
    table: dict[str, dict[int, float]] = {}
    for number, source in enumerate(sources):
        for run, likelihood in _likelihoods(_counted(source)).items():
            table.setdefault(run, {})[number] = likelihood
    ratio = (1 - BACKGROUND) / BACKGROUND * len(sources)
    weighed: dict[str, list[tuple[int, int]]] = {}
    for run, by_language in table.items():
        everywhere = sum(by_language.values())
        pairs = [
            (number, min(255, round(weight / WEIGHT_STEP)))
            for number, likelihood in by_language.items()
            if (weight := math.log(1 + ratio * likelihood / everywhere)) >= WEIGHT_MIN
        ]
        if pairs:
            weighed[run] = pairs
    return pack(weighed, origin(sources))


def origin(sources: Sequence[LanguageSource]) -> bytes:
    """Return a digest of all that the table is made from: text, CLDR, and how it is weighed."""
    made_from = [
        *((repr(source.facts), *_written(source), *source.everyday) for source in sources),
        (MAKING, babel.__version__, WEIGHT_STEP, WRITTEN_WEIGHT, CLDR_WEIGHT, EVERYDAY_WEIGHT),
        (BACKGROUND, WEIGHT_MIN, RARE_RUN_LETTERS, RARE_COUNT, *_CLDR_PARTS),
    ]
    return hashlib.sha256(repr(made_from).encode()).digest()
