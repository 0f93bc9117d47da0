"""Whether figures stand in the sentence that an answer's sentence is about, not further off.

That the passage has the same number elsewhere excuses nothing where the nearest sentence has
another of its unit, which the answer leaves out: the price of express delivery is not that of the
standard one.
"""

import re
from collections.abc import Sequence
from typing import Final

from handrail.domain.clauses import clauses
from handrail.domain.figures import Figure, figures, without_long_numbers
from handrail.domain.support import Said, met, said
from handrail.domain.units import SPANS

LISTED: Final = re.compile(r"^\s*(?:[-*•·–]|\d{1,2}[.)])\s+")  # noqa: RUF001 - a dash is meant
"""What stands before an item of a list; its number is no figure."""
_CLOSEST: Final = 0.9
"""How much of what the nearest sentence has of an answer another must have, to be as near."""
_CLOSEST_MIN: Final = 0.5
"""A sentence that has less of it is near to nothing."""


def are_of_something_else(sentence: str, rest: Sequence[Said], language: str) -> bool:
    """Say whether a figure is said only further off, where the nearest has another of its unit."""
    meant = figures(without_long_numbers(sentence), language)
    of_whole = _closest(sentence, rest)
    for clause in clauses(sentence, language):
        own = [one for one in figures(without_long_numbers(clause), language) if one.unit]
        closest = (*of_whole, *_closest(clause, rest))
        if not own or not closest:
            continue
        known = [one for near in closest for one in _figures_in(near, language)]
        for figure in own:
            if not any(figure.stands_for(one) for one in known) and all(
                _has_another(figure, near, meant, language) for near in closest
            ):
                return True
    return False


def _closest(text: str, rest: Sequence[Said]) -> Sequence[Said]:
    """Return the sentences that have most of a text's words, its numbers aside."""
    words = said(text)
    overlaps = [met(words, (source,)) for source in rest]
    enough = max(_CLOSEST * max(overlaps, default=0.0), _CLOSEST_MIN)
    return [source for source, overlap in zip(rest, overlaps, strict=True) if overlap >= enough]


def _figures_in(source: Said, language: str) -> Sequence[Figure]:
    return figures(without_long_numbers(LISTED.sub("", source.text)), language)


def _has_another(figure: Figure, source: Said, meant: Sequence[Figure], language: str) -> bool:
    """Say whether a sentence has a figure of the same unit that the answer does not say."""
    return any(
        one.unit == figure.unit or {one.unit, figure.unit} <= set(SPANS)
        for one in _figures_in(source, language)
        if not any(said_one.stands_for(one) for said_one in meant)
    )
