"""How well requests for a person are recognised, measured on rows that anybody can bring.

Asking a customer back counts neither as found nor as a false alarm: it has figures of its own.
Borderline kinds stay apart: `contact-support` (how does one reach you: asking back is right) and
`neg-console-ui` (an agent's screen, which no customer types).
"""

import random
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from handrail.domain.recognition import Intent, Recogniser
from handrail_ops.evaluate.rows import Row, by_language, percentile, ratio, spoken

APART = ("contact-support", "neg-console-ui")
MANY_ROWS = 20
"""Languages of so many requests have a figure of their own; the rest share one."""
TYPO_SEED = 7

Progress = Callable[[Sequence[Row]], Iterable[Row]]


@dataclass(frozen=True, slots=True)
class Judged:
    """A row and what was made of it."""

    row: Row
    intent: Intent
    rule: str
    microseconds: float


@dataclass(frozen=True, slots=True)
class RequestsMeasured:
    """The figures, as data, and the rows that went wrong."""

    figures: dict[str, Any]
    errors: Sequence[dict[str, Any]]


def spoilt(text: str, chance: random.Random) -> str:
    """Return a text with one letter of one word wrong: dropped, doubled, changed or swapped."""
    places = [index for index, letter in enumerate(text) if letter.isalpha()]
    if not places:
        return text
    at = chance.choice(places)
    match chance.randrange(4):
        case 0:
            return text[:at] + text[at + 1 :]
        case 1:
            return text[:at] + text[at] + text[at:]
        case 2:
            other = text[chance.choice(places)]
            return text[:at] + other + text[at + 1 :]
        case _:
            return text[:at] + text[at : at + 2][::-1] + text[at + 2 :]


def measure_requests(
    rows: Sequence[Row],
    recogniser: Recogniser,
    languages: Sequence[str],
    progress: Progress = iter,
    *,
    known: bool = False,
) -> RequestsMeasured:
    """Recognise every row; `known` tells the recogniser each row's language.

    Then every row is recognised again with its language known, as a conversation's later messages
    are: the first time in a process, rules are also read.
    """
    own = [row for row in rows if spoken(row.language, languages)]
    judged = [_judge(row, recogniser, known=known) for row in progress(own)]
    scored = [one for one in judged if one.row.kind not in APART]
    later = [_judge(row, recogniser, known=True).microseconds for row in own]
    chance = random.Random(TYPO_SEED)  # noqa: S311 - a measurement that can be repeated
    misspelt = [
        recogniser.recognise(spoilt(one.row.text, chance)).intent
        for one in scored
        if one.row.wants_human
    ]
    figures = _figures(scored) | {
        "with_one_typo": ratio(misspelt.count(Intent.PERSON), len(misspelt)),
        "by_language": _by_language(scored),
        "by_kind": {
            kind: _figures([one for one in judged if one.row.kind == kind])
            for kind in sorted({one.row.kind for one in judged})
        },
        "outside": len(rows) - len(own),
        "microseconds_per_message": percentile([one.microseconds for one in judged], 0.5),
        "microseconds_at_95_percent": percentile([one.microseconds for one in judged], 0.95),
        "microseconds_per_later_message": percentile(later, 0.5),
    }
    return RequestsMeasured(figures, [_error(one) for one in scored if _is_wrong(one)])


def _judge(row: Row, recogniser: Recogniser, *, known: bool) -> Judged:
    began = time.perf_counter()
    found = recogniser.recognise(row.text, row.language if known else None)
    spent = (time.perf_counter() - began) * 1e6
    return Judged(row, found.intent, found.rule, spent)


def _figures(judged: Sequence[Judged]) -> dict[str, Any]:
    requests = [one.intent for one in judged if one.row.wants_human]
    others = [one.intent for one in judged if not one.row.wants_human]
    return {
        "requests": len(requests),
        "others": len(others),
        "recall": ratio(requests.count(Intent.PERSON), len(requests)),
        "asked_back_of_requests": ratio(requests.count(Intent.MAYBE_PERSON), len(requests)),
        "false_alarm_rate": ratio(others.count(Intent.PERSON), len(others)),
        "asked_back_of_others": ratio(others.count(Intent.MAYBE_PERSON), len(others)),
    }


def _by_language(judged: Sequence[Judged]) -> dict[str, Any]:
    of = {id(one.row): one for one in judged}
    found: dict[str, Any] = {}
    rest: list[Judged] = []
    for code, rows in by_language([one.row for one in judged]):
        own = [of[id(row)] for row in rows]
        found[code] = _figures(own)
        if found[code]["requests"] < MANY_ROWS:
            rest += own
    return found | {"rest": _figures(rest)}


def _is_wrong(one: Judged) -> bool:
    return one.row.wants_human is not None and (one.intent is Intent.PERSON) != one.row.wants_human


def _error(one: Judged) -> dict[str, Any]:
    return {
        "language": one.row.language,
        "kind": one.row.kind,
        "wants_human": one.row.wants_human,
        "found": str(one.intent),
        "rule": one.rule,
        "text": one.row.text,
    }
