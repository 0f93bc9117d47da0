"""The guarantee in figures: counts, not adjectives, and what each of them is a share of."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from handrail_ops.report.cases import OPEN, Case, Delivered

_WITHDRAWN: Final = "withdrawn"
_PERCENTILES: Final = (0.50, 0.95, 0.99)


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many."""

    part: int
    whole: int

    @property
    def percent(self) -> float | None:
        """The share in percent; None of nothing."""
        return 100 * self.part / self.whole if self.whole else None


@dataclass(frozen=True, slots=True)
class Group:
    """The requests of one language and channel, or all."""

    requests: int
    reached: Share
    """Reached in time, of all whose time came: who withdrew before it, or asked just now, is
    not in it."""
    promises: Share
    percentiles: tuple[float | None, ...]
    """Seconds until a person's words, of those who were reached: p50, p95, p99."""
    longest: float | None
    """The longest that anybody waited, reached or not."""


@dataclass(frozen=True, slots=True)
class Report:
    """What the table says."""

    within_seconds: float
    all: Group
    groups: Mapping[tuple[str, str], Group]
    """By language and channel."""
    endings: Mapping[str, int]
    offers: Share
    longest: Case | None
    late: tuple[Case, ...]
    """The cases in which a promise was not kept."""
    synthetic: int = 0
    """How many requests of the canary were left out."""
    unreadable: tuple[str, ...] = ()
    """Items that are no longer what was written, as `conversation key`."""


def report_of(
    cases: Sequence[Case],
    offers: Delivered,
    now: float,
    within_seconds: float,
    *,
    synthetic: int = 0,
    unreadable: Sequence[str] = (),
) -> Report:
    """Count."""
    by: dict[tuple[str, str], list[Case]] = {}
    for case in cases:
        by.setdefault((case.language, case.channel), []).append(case)
    return Report(
        within_seconds=within_seconds,
        all=_group(cases, now, within_seconds),
        groups={key: _group(by[key], now, within_seconds) for key in sorted(by)},
        endings=dict(Counter(case.ending for case in cases)),
        offers=Share(offers.offers, offers.messages),
        longest=max(cases, key=lambda case: case.waited_seconds(now), default=None),
        late=tuple(case for case in cases if _broke(case, now)),
        synthetic=synthetic,
        unreadable=tuple(unreadable),
    )


def _group(cases: Sequence[Case], now: float, within: float) -> Group:
    counted = [case for case in cases if _had_its_time(case, now, within)]
    in_time = sum(_in_time(case, within) for case in counted)
    verdicts = [promise.is_kept(now) for case in cases for promise in case.promises]
    decided = [verdict for verdict in verdicts if verdict is not None]
    waits = sorted(case.reached_seconds for case in cases if case.reached_seconds is not None)
    return Group(
        requests=len(cases),
        reached=Share(in_time, len(counted)),
        promises=Share(sum(decided), len(decided)),
        percentiles=tuple(percentile(waits, share) for share in _PERCENTILES),
        longest=max((case.waited_seconds(now) for case in cases), default=None),
    )


def _in_time(case: Case, within: float) -> bool:
    return case.reached_seconds is not None and case.reached_seconds <= within


def _had_its_time(case: Case, now: float, within: float) -> bool:
    """Tell whether a person came, or could have come in time: it was open for so long."""
    if case.reached_at is not None:
        return True
    withdrawn = case.ended_at if case.ending == _WITHDRAWN else None
    return (withdrawn or now) - case.asked_at >= within


def _broke(case: Case, now: float) -> bool:
    return any(promise.is_kept(now) is False for promise in case.promises)


def percentile(ordered: Sequence[float], share: float) -> float | None:
    """Return the value below or at which a share of the ordered values lies."""
    if not ordered:
        return None
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def endings(report: Report, known: Iterable[str]) -> list[tuple[str, int]]:
    """Return how many ended how, every known way named, what is open last."""
    names = [*known, *sorted(set(report.endings) - set(known) - {OPEN}), OPEN]
    return [(name, report.endings.get(name, 0)) for name in names]
