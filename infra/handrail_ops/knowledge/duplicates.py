"""Finds articles that say the same: when one changes, the other will not.

Two texts are compared by the runs of four words that they share. Runs that many articles have,
such as a closing line, tell nothing; so each article is held against the few that share its rarer
ones, and twenty thousand articles take seconds. `docs/decisions/0042-checking-articles.md` says
what else was weighed.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from handrail.domain.reading import words
from handrail_ops.knowledge.articles import Article

NEAR: Final = 0.6
"""The share of the smaller article's runs that stand in the other too."""
_RUN_WORDS: Final = 4
_SHARED_BY_MAX: Final = 20
_RUNS_MIN: Final = 8
"""An article with fewer is too short to be called like another unless it is the same."""


@dataclass(frozen=True, slots=True)
class Alike:
    """Two articles of one language, the later one and the one that it is like."""

    article: Article
    other: Article
    share: float
    """1 when they say the same."""


def alike(articles: Sequence[Article]) -> Iterator[Alike]:
    """Yield the pairs of articles of one language that say the same, or nearly so."""
    by_language: defaultdict[str, list[Article]] = defaultdict(list)
    for article in articles:
        by_language[article.language].append(article)
    for several in by_language.values():
        yield from _alike(several)


def _alike(articles: Sequence[Article]) -> Iterator[Alike]:
    said = [words(_text(article)) for article in articles]
    first: dict[tuple[str, ...], int] = {}
    runs: list[frozenset[int]] = []
    having: defaultdict[int, list[int]] = defaultdict(list)
    for number, own in enumerate(said):
        same = first.setdefault(tuple(own), number)
        if same != number:
            yield Alike(articles[number], articles[same], 1.0)
            runs.append(frozenset())
            continue
        runs.append(frozenset(_runs(own)))
        for run in runs[-1]:
            having[run].append(number)
    for number, own_runs in enumerate(runs):
        shared: Counter[int] = Counter()
        for run in own_runs:
            if len(having[run]) <= _SHARED_BY_MAX:
                shared.update(other for other in having[run] if other < number)
        for other, count in sorted(shared.items()):
            size = min(len(own_runs), len(runs[other]))
            if size >= _RUNS_MIN and count >= NEAR * size:
                yield Alike(articles[number], articles[other], min(count / size, 0.99))


def _runs(own: Sequence[str]) -> Iterator[int]:
    for start in range(len(own) - _RUN_WORDS + 1):
        yield hash(tuple(own[start : start + _RUN_WORDS]))


def _text(article: Article) -> str:
    return "\n".join(
        line
        for section in article.sections
        for line in (section.heading, *(block.text for block in section.blocks))
    )
