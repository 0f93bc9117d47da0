"""Answers without any model: the sentences of the best passage that answer, word for word.

It can't invent, only quote the wrong thing; so it quotes little, names its source, and below a
measured confidence asks for a person instead.
"""

# ruff: noqa: RUF001 - letters and marks of other scripts are meant

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from handrail.application.ports import Exchange
from handrail.domain.knowledge import CONFIDENCE_MIN, Found, person_instead
from handrail.domain.limits import ANSWER_CHARS_MAX
from handrail.domain.reading import grams, sentences, stem, words
from handrail.domain.turn import Answered, NeedsPerson, Outcome, Reason

UNITS_MAX: Final = 3
"""Sentences that are quoted at most; a list counts as one, since half of it would mislead."""

_ITEM: Final = re.compile(r"(?:[-*•·]|\d{1,2}[.)]) ")
_INTRODUCES: Final = re.compile(r"[:：]$")
_ENDS_SENTENCE: Final = re.compile(r"[.!?…。！？｡؟۔।॥։།༎:：][\"'”’»)\]」』）]*$")
_QUESTION_WORDS_MAX: Final = 64
_GRAM_SHARE: Final = 0.35
_NEIGHBOUR_SHARE: Final = 0.3
_WORTH_ADDING: Final = 0.12
"""What share of the question's weight a further sentence must cover to be quoted too."""
_EARLIER_BONUS: Final = 0.02

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
        text = self.quote(question, passage.text, passage.language)
        if not text:
            return NeedsPerson(Reason.NO_ANSWER)
        return Answered(text, (passage.citation(),), passage.language)

    def quote(self, question: str, text: str, language: str, units_max: int = UNITS_MAX) -> str:
        """Return the consecutive sentences of a passage that answer a question best."""
        units = _units(text)
        asked = {
            word: self._weigh(word, language)
            for word in dict.fromkeys(words(question)[:_QUESTION_WORDS_MAX])
        }
        total = sum(asked.values())
        if not units or not total:
            return _fit([unit.text for unit in units[:1]])
        covered = [_covered(asked, unit.text) for unit in units]
        scores = [
            sum(own.values()) / total - place * _EARLIER_BONUS / len(units)
            for place, own in enumerate(covered)
        ]
        first = _best(scores)
        last = first
        have = dict(covered[first])
        while last - first + 1 < min(units_max, len(units)):
            grown = {
                place: _gain(have, covered[place]) / total
                for place in (first - 1, last + 1)
                if 0 <= place < len(units)
            }
            place = max(grown, key=lambda at: (grown[at], at))
            if grown[place] < _WORTH_ADDING and not _INTRODUCES.search(units[last].text):
                break
            have = _together(have, covered[place])
            first, last = min(first, place), max(last, place)
        return _fit([unit.text for unit in units[first : last + 1]])


def _units(text: str) -> list[_Unit]:
    units: list[_Unit] = []
    for line in text.splitlines():
        if _ITEM.match(line):
            if units and (units[-1].is_list or _INTRODUCES.search(units[-1].text)):
                units[-1] = _Unit(f"{units[-1].text}\n{line}", is_list=True)
            else:
                units.append(_Unit(line, is_list=True))
            continue
        units.extend(_Unit(sentence) for sentence in sentences(line))
    # A line that ends as no sentence does is a heading, which answers nothing.
    told = [unit for unit in units if unit.is_list or _ENDS_SENTENCE.search(unit.text)]
    return told or units


def _covered(asked: Mapping[str, float], text: str) -> dict[str, float]:
    """Return how much of each word's weight a sentence covers."""
    said = set(words(text))
    stems = {stem(word) for word in said}
    pieces = {gram for word in said for gram in grams(word)}
    covered: dict[str, float] = {}
    for word, weight in asked.items():
        if stem(word) in stems:
            covered[word] = weight
        elif not word.isdigit():
            own = list(grams(word))
            covered[word] = _GRAM_SHARE * weight * sum(g in pieces for g in own) / len(own)
    return covered


def _best(scores: Sequence[float]) -> int:
    def with_neighbours(place: int) -> float:
        around = [scores[at] for at in (place - 1, place + 1) if 0 <= at < len(scores)]
        return scores[place] + _NEIGHBOUR_SHARE * max(around, default=0.0)

    return max(range(len(scores)), key=with_neighbours)


def _gain(have: Mapping[str, float], more: Mapping[str, float]) -> float:
    return sum(max(0.0, weight - have.get(word, 0.0)) for word, weight in more.items())


def _together(have: Mapping[str, float], more: Mapping[str, float]) -> dict[str, float]:
    return {word: max(have.get(word, 0.0), more.get(word, 0.0)) for word in {**have, **more}}


def _fit(texts: Sequence[str]) -> str:
    """Join what is quoted, whole sentences only, within what an answer may have."""
    kept = ""
    for text in texts:
        joint = "\n" if "\n" in text or "\n" in kept or _ITEM.match(text) else " "
        grown = f"{kept}{joint}{text}" if kept else text
        if len(grown) > ANSWER_CHARS_MAX:
            break
        kept = grown
    return kept


def _all_alike(word: str, language: str) -> float:  # noqa: ARG001 - the shape of Weigh
    return 1.0
