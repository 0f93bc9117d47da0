"""What is nearly a quotation must be one: a figure, a month or a name in it may not be another.

An answer's own words may say a passage otherwise. But where a sentence follows one of a passage
word for word, what differs in a place or two was put there, and is held to that one sentence:
that the passage has the same number elsewhere excuses nothing.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from handrail.domain.alignment import Place, differences
from handrail.domain.figures import Figure, figures, month_named, weekdays
from handrail.domain.naming import has_case, pieces
from handrail.domain.number_words import with_digits
from handrail.domain.polarity import denies
from handrail.domain.reading import fold
from handrail.domain.support import Said, said, stands_in
from handrail.domain.units import SPANS

_NEARLY: Final = 0.75
"""How much of a sentence must follow one of a passage, in the same order."""
_HALF: Final = 0.5
"""Of what has less in common nothing is a quotation, whatever was put into it."""
_PIECES_MIN: Final = 5
_FOR_NAMES_MIN: Final = 14
_LETTERS_FOR_NAMES_MIN: Final = 40
"""Beside so many pieces of a quotation, another word is more often a name than another word for
the same."""
_SAYS_MIN: Final = 0.9
"""What weighs less than one full word names nothing."""
_SAYS_MIN_UNSPACED: Final = 0.45
_GONE_SAYS_MIN: Final = 0.3
"""More than a little word must have been there: a name may be short."""
_BETWEEN_MAX: Final = 2
_LETTERS_BETWEEN_MAX: Final = 5
"""Characters that happen to be alike in what was put and what is gone, in an unspaced script; a
syllable has several letters."""
_FIRST_UNSPACED: Final = "\u0e00"
_FIRST_WIDE: Final = "\u2e80"
"""From here on a character is a word or half of one; before, it is a letter."""


_NO_LETTERS_MAX: Final = 12
"""No word for no has more, with what is written before it."""
_SIGNS: Final = "".join(
    sign for sign in map(chr, range(0x0E00, 0x1800)) if unicodedata.category(sign)[0] == "M"
)
_NO_SIGN: Final = f"(?![{_SIGNS}])"
"""No sign of the letter before goes on behind what was found."""


class Misquoted(StrEnum):
    """What is another's in a sentence that is nearly a quotation."""

    FIGURE = "figure"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class _Change:
    start: int
    own: Sequence[str]
    their_start: int
    theirs: Sequence[str]


def misquoted(sentence: str, sources: Iterable[Said], language: str) -> Misquoted | None:
    """Return what a sentence has in the place of something else, if it is nearly a source's."""
    own = pieces(with_digits(sentence, language))
    for source in sources:
        theirs = pieces(with_digits(source.text, language))
        changes = _changes(own, theirs)
        if changes is None:
            continue
        kept = len(own) - sum(len(change.own) for change in changes)
        put = [change for change in changes if change.own]
        if len(put) == 1 and kept >= _enough(put[0]) and _names_another(put[0], source):
            return Misquoted.NAME
        middle = len(theirs) - _left_out_at_the_ends(changes, len(theirs))
        if kept < max(_PIECES_MIN, _NEARLY * len(own), _NEARLY * middle):
            continue
        if not _counts_alike(sentence, source.text, language) or any(
            _is_another_number(change) or _names_another_time(change, language)
            for change in changes
        ):
            return Misquoted.FIGURE
        return None
    return None


def quoted(sentence: str, sources: Iterable[Said]) -> Sequence[Said]:
    """Return the sentences in which a text stands as it is, case and marks aside."""
    wanted = _wanted(sentence)
    return [one for one in sources if wanted.search(_plain(one.text))]


def keeps_figures(sentence: str, sources: Iterable[Said], language: str) -> bool:
    """Say whether the figures of a quotation are one source's, whole and each of its unit.

    Marks also divide a number, so that a quotation may begin or end inside one.
    """
    whole = _wanted(sentence, before="(?<![0-9](?= [0-9]))", behind="(?<![0-9] (?=[0-9]))")
    return any(
        _counts_alike(sentence, one.text, language) and whole.search(_plain(one.text))
        for one in sources
    )


def follows_a_no(sentence: str, sources: Iterable[Said], language: str) -> bool:
    """Say whether a quotation begins right behind a no, where no space parts the two.

    A whole sentence may be two words there: what is left of "takes no pets" is "takes pets".
    """
    if not _is_letter_unspaced(_plain(sentence)[1:2]):
        return False
    wanted = _wanted(sentence)
    texts = (_plain(one.text) for one in sources)
    before = [text[: found.start()] for text in texts for found in wanted.finditer(text)]
    return any(
        denies(one[-_NO_LETTERS_MAX:], language) and not denies(one[-_NO_LETTERS_MAX:-1], language)
        for one in before
    )


def _wanted(sentence: str, before: str = "", behind: str = "") -> re.Pattern[str]:
    """Return what finds a text where it begins and ends as words do; some have no spaces."""
    text = _plain(sentence)
    first = "" if _is_letter_unspaced(text[1:2]) else " "
    last = _NO_SIGN if _is_letter_unspaced(text[-2:-1]) else " "
    return re.compile(f"{before}{first}{re.escape(text.strip())}{last}{behind}")


def _is_letter_unspaced(character: str) -> bool:
    return _FIRST_UNSPACED <= character < _FIRST_WIDE


def _plain(text: str) -> str:
    return f" {' '.join(fold(text).split())} "


def _changes(own: Sequence[str], theirs: Sequence[str]) -> Sequence[_Change] | None:
    """Return where a sentence differs from one that it may quote; None if it cannot quote it."""
    found = differences([fold(piece) for piece in own], [fold(piece) for piece in theirs], _HALF)
    if found is None:
        return None
    places: list[Place] = []
    for place in found:
        if places and _is_one_place(own, places[-1].end, place.start):
            first = places.pop()
            places.append(place._replace(start=first.start, other_start=first.other_start))
        else:
            places.append(place)
    return [_Change(start, own[start:end], b, theirs[b:c]) for start, end, b, c in places]


def _left_out_at_the_ends(changes: Sequence[_Change], length: int) -> int:
    """Return how much of a source a quotation of its middle leaves out."""
    first = [change for change in changes[:1] if change.their_start == 0]
    last = [change for change in changes[-1:] if change.their_start + len(change.theirs) == length]
    return sum(len(change.theirs) for change in (*first, *last))


def _is_one_place(own: Sequence[str], end: int, start: int) -> bool:
    between = own[end:start]
    letters = all(_is_letter_unspaced(one[0]) for one in between)
    most = _LETTERS_BETWEEN_MAX if letters else _BETWEEN_MAX
    return len(between) <= most and all(one[0] >= _FIRST_UNSPACED for one in between)


def _counts_alike(sentence: str, source: str, language: str) -> bool:
    """Say whether every figure is the source's, of its unit, and said no more often."""
    meant, known = figures(sentence, language), figures(source, language)
    return all(
        sum(one.values == other.values for other in meant)
        <= sum(_is_the_same(one, other) for other in known)
        for one in meant
    )


def _is_the_same(figure: Figure, source: Figure) -> bool:
    bare = figure.unit is None and source.unit is not None and source.unit not in SPANS
    return figure.stands_for(source) and not bare


def _is_another_number(change: _Change) -> bool:
    """Say whether one number stands in the place of another."""
    own = [piece for piece in change.own if piece.isdecimal()]
    theirs = [piece for piece in change.theirs if piece.isdecimal()]
    if len(own) != 1 or len(theirs) != 1:
        return False
    return fold(own[0]).lstrip("0") != fold(theirs[0]).lstrip("0")


def _names_another_time(change: _Change, language: str) -> bool:
    """Say whether a month or a day of the week stands where there is none, or another."""
    own, theirs = " ".join(change.own), " ".join(change.theirs)
    return not (
        set(_months(change.own, language)) <= set(_months(change.theirs, language))
        and weekdays(own, language) <= weekdays(theirs, language)
    )


def _months(words: Iterable[str], language: str) -> Iterator[int]:
    for word in words:
        month = month_named(word, language)
        if month is not None:
            yield month


def _enough(change: _Change) -> int:
    """Return how much must be quoted around what is put in a place, to take it for a name."""
    if _is_letter_unspaced(change.own[0][0]):
        return max(_LETTERS_FOR_NAMES_MIN, len(change.own))
    return max(_FOR_NAMES_MIN, 2 * len(change.own))


def _names_another(change: _Change, source: Said) -> bool:
    """Say whether what stands in a place may be a name, and is none of the source's words there.

    Where names have capitals, one must show; the first word of a sentence has one anyway.
    """
    written = "".join((*change.own[change.start == 0 :], *change.theirs[change.start == 0 :]))
    if any(map(str.isdecimal, change.own)):
        return False
    if has_case(written or change.own[0]) and written == written.lower():
        return False
    unspaced = change.own[0][0] >= _FIRST_UNSPACED
    joint, least = ("", _SAYS_MIN_UNSPACED) if unspaced else (" ", _SAYS_MIN)
    gone = said(joint.join(change.theirs))
    new = [
        weight
        for word, weight in said(joint.join(change.own)).weights
        if not word.isdecimal() and not stands_in(word, source) and not stands_in(word, gone)
    ]
    return sum(new) >= least and gone.total >= _GONE_SAYS_MIN
