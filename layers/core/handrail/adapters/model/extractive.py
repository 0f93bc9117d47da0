"""Answers without any model: the sentences of the best passage that answer, word for word.

It can't invent, only quote the wrong thing; so it quotes little, names its source, and below a
measured confidence asks for a person instead.
"""

# ruff: noqa: RUF001 - letters and marks of other scripts are meant

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, islice
from typing import Final

from handrail.adapters.knowledge.terms import PIECE_MARK
from handrail.application.ports import Exchange
from handrail.domain.knowledge import CONFIDENCE_MIN, Found, person_instead
from handrail.domain.limits import ANSWER_CHARS_MAX
from handrail.domain.reading import grams, letter_pieces, sentences, stem, words
from handrail.domain.sentences import ends_as_sentences_do
from handrail.domain.turn import Answered, NeedsPerson, Outcome, Reason

UNITS_MAX: Final = 3
"""Sentences that are quoted at most; a list counts as one, since half of it would mislead."""

_ITEM: Final = re.compile(r"(?:[-*•·]|\d{1,2}[.)]) ")
_INTRODUCES: Final = re.compile(r"[:：]$")
_QUESTION_WORDS_MAX: Final = 64
_PIECES_MAX: Final = 2_000
_WIDE_SCRIPTS: Final = "\u2e80"
"""Where the scripts of China and Japan, and their punctuation, begin."""
_GRAM_SHARE: Final = 0.35
_EITHER_WEIGHT: Final = 0.3
"""What each of two sentences counts alone, against what they say of the question together."""
_NEIGHBOUR_BONUS: Final = 0.05
_LATER_MALUS: Final = 0.05
"""What standing at a passage's end counts against a sentence: what matters most is said first."""
_SECOND_SHARE: Final = 0.5
"""How well a second sentence must fit, against the first, where that tells enough alone."""
_TELLS_ENOUGH: Final = 140
"""Letters that stand alone as an answer."""
_WORTH_ADDING: Final = 0.12
"""What share of the question's weight a third sentence must cover that the two do not."""

Weigh = Callable[[str, str], float]
"""How much a word tells in a language's articles: `KnowledgeIndex.weight`."""


@dataclass(frozen=True, slots=True)
class _Unit:
    """What is quoted whole: a sentence, or a list with the line that introduces it."""

    text: str
    is_list: bool = False


class ExtractiveDrafter:
    """A `Drafter` that quotes."""

    def __init__(self, weigh: Weigh | None = None, confidence_min: float = CONFIDENCE_MIN) -> None:
        self._weigh: Final = weigh or _all_alike
        self._confidence_min: Final = confidence_min

    def draft(
        self,
        question: str,
        language: str,  # noqa: ARG002 - a quotation is in its article's language, whoever asks
        passages: Sequence[Found],
        history: Sequence[Exchange],  # noqa: ARG002 - nothing here understands a conversation
        deadline: float,  # noqa: ARG002 - milliseconds
    ) -> Outcome:
        """Return a quotation of the best passage, or that a person is needed."""
        person = person_instead(passages, self._confidence_min)
        if person is not None:
            return person
        passage = passages[0].passage
        text = self.quote(passages[0].asked or question, passage.text, passage.language)
        if not text:
            return NeedsPerson(Reason.NO_ANSWER)
        return Answered(text, (passage.citation(),), passage.language)

    def quote(self, question: str, text: str, language: str, units_max: int = UNITS_MAX) -> str:
        """Return the sentences of a passage that answer a question best, in their order."""
        units = _units(text, language)
        said = (*words(question)[:_QUESTION_WORDS_MAX], *_pieces(question))
        asked = {word: self._weigh(word, language) for word in dict.fromkeys(said)}
        total = sum(asked.values())
        if not units or not total:
            return _fit(units, range(min(1, len(units))))
        covered = [_covered(asked, unit.text) for unit in units]
        chosen = _first_two(units, covered, total) if units_max > 1 else [_best(covered)]
        if _one_is_enough([(units[place], sum(covered[place].values())) for place in chosen]):
            del chosen[1:]
        while len(chosen) < min(units_max, len(units)) and not any(
            units[place].is_list for place in chosen
        ):
            have = _together(covered[place] for place in chosen)
            gains = {
                place: _gain(have, covered[place]) / total
                for place in range(len(units))
                if place not in chosen
            }
            place = max(gains, key=lambda at: (gains[at], -at))
            if gains[place] < _WORTH_ADDING:
                break
            chosen.append(place)
        return _fit(units, sorted(chosen))


def _first_two(
    units: Sequence[_Unit], covered: Sequence[Mapping[str, float]], total: float
) -> list[int]:
    """Return the two sentences that answer best together, the better one first.

    What either says of the question counts besides what they say together, and that they are
    neighbours counts a little, since those were written to be read together.
    """
    alone = [sum(own.values()) / total for own in covered]
    best = (-1.0, [_best(covered)])
    for one, other in combinations(range(len(covered)), 2):
        worse, better = sorted((one, other), key=lambda place: (alone[place], -place))
        if units[worse].is_list and alone[worse] < _SECOND_SHARE * alone[better]:
            continue  # a list is long
        together = sum(_together((covered[one], covered[other])).values()) / total
        score = together + _EITHER_WEIGHT * (alone[one] + alone[other])
        score += _NEIGHBOUR_BONUS if other == one + 1 else 0.0
        score -= _LATER_MALUS * (one + other) / len(covered)
        if score > best[0]:
            best = score, [better, worse]
    return best[1]


def _one_is_enough(chosen: Sequence[tuple[_Unit, float]]) -> bool:
    """Say whether the second sentence fits so much worse that it is not worth reading."""
    if len(chosen) == 1:
        return True
    (first, score), (_, other) = chosen
    tells = first.is_list or _size(first.text) >= _TELLS_ENOUGH
    return tells and other < _SECOND_SHARE * score


def _units(text: str, language: str) -> list[_Unit]:
    """Cut a passage into what may be quoted; headings only where a list needs one."""
    units: list[_Unit] = []
    heading = ""
    for line in text.splitlines():
        if _ITEM.match(line):
            if heading:
                units.append(_Unit(f"{heading}\n{line}", is_list=True))
            elif units and (units[-1].is_list or _INTRODUCES.search(units[-1].text)):
                units[-1] = _Unit(f"{units[-1].text}\n{line}", is_list=True)
            else:
                units.append(_Unit(line, is_list=True))
            heading = ""
        elif ends_as_sentences_do(line):
            units.extend(_Unit(sentence) for sentence in sentences(line, language))
            heading = ""
        else:
            heading = line
    # An article whose sentences end as headings do is quoted line by line.
    return units or [_Unit(line) for line in text.splitlines()]


def _size(text: str) -> int:
    """Return roughly how many letters of a spaced script would say the same."""
    return sum(1 if character < _WIDE_SCRIPTS else 3 for character in text)


def _covered(asked: Mapping[str, float], text: str) -> dict[str, float]:
    """Return how much of each word's weight a sentence covers."""
    said = set(words(text))
    stems = {stem(word) for word in said}
    pieces = {gram for word in said for gram in grams(word)}
    letters = set(_pieces(text))
    covered: dict[str, float] = {}
    for word, weight in asked.items():
        if word in letters or stem(word) in stems:
            covered[word] = weight
        elif not word.startswith(PIECE_MARK) and not word.isdigit():
            own = list(grams(word))
            covered[word] = _GRAM_SHARE * weight * sum(g in pieces for g in own) / len(own)
    return covered


def _pieces(text: str) -> Iterator[str]:
    return (PIECE_MARK + piece for piece in islice(letter_pieces(text), _PIECES_MAX))


def _best(covered: Sequence[Mapping[str, float]]) -> int:
    return max(range(len(covered)), key=lambda place: (sum(covered[place].values()), -place))


def _gain(have: Mapping[str, float], more: Mapping[str, float]) -> float:
    return sum(max(0.0, weight - have.get(word, 0.0)) for word, weight in more.items())


def _together(several: Iterable[Mapping[str, float]]) -> dict[str, float]:
    have: dict[str, float] = {}
    for one in several:
        for word, weight in one.items():
            have[word] = max(have.get(word, 0.0), weight)
    return have


def _fit(units: Sequence[_Unit], places: Sequence[int]) -> str:
    """Join what is quoted, whole sentences only, within what an answer may have.

    What did not stand together stands on lines of its own.
    """
    kept = ""
    last = -1
    for place in places:
        text = units[place].text
        apart = place != last + 1 or "\n" in text or "\n" in kept or _ITEM.match(text)
        joint = "\n" if apart else _space(kept, text)
        grown = f"{kept}{joint}{text}" if kept else text
        if len(grown) > ANSWER_CHARS_MAX:
            break
        kept = grown
        last = place
    return kept


def _space(before: str, after: str) -> str:
    """Return what stands between two sentences: nothing in scripts without spaces."""
    return "" if before[-1:] >= _WIDE_SCRIPTS and after[:1] >= _WIDE_SCRIPTS else " "


def _all_alike(word: str, language: str) -> float:  # noqa: ARG001 - the shape of Weigh
    return 1.0
