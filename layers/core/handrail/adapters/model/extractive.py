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
_WIDE_SCRIPTS: Final = "\u2e80"
"""Where the scripts of China and Japan, and their punctuation, begin."""
_GRAM_SHARE: Final = 0.35
_NEIGHBOUR_SHARE: Final = 0.3
_WORTH_ADDING: Final = 0.12
"""What share of the question's weight a further sentence must cover to be quoted too."""
_TELLS_ENOUGH: Final = 140
"""Letters that stand alone as an answer; a shorter quotation takes its neighbour along."""
_EARLIER_BONUS: Final = 0.05

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
            place = max(grown, key=lambda at: (round(grown[at], 2), at))
            chosen = units[first : last + 1]
            enough = any(unit.is_list for unit in (*chosen, units[place])) or (
                sum(_size(unit.text) for unit in chosen) >= _TELLS_ENOUGH
            )
            if enough and grown[place] < _WORTH_ADDING:
                break
            have = _together(have, covered[place])
            first, last = min(first, place), max(last, place)
        return _fit([unit.text for unit in units[first : last + 1]])


def _units(text: str) -> list[_Unit]:
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
        elif _ENDS_SENTENCE.search(line):
            units.extend(_Unit(sentence) for sentence in sentences(line))
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
        joint = "\n" if "\n" in text or "\n" in kept or _ITEM.match(text) else _space(kept, text)
        grown = f"{kept}{joint}{text}" if kept else text
        if len(grown) > ANSWER_CHARS_MAX:
            break
        kept = grown
    return kept


def _space(before: str, after: str) -> str:
    """Return what stands between two sentences: nothing in scripts without spaces."""
    return "" if before[-1:] >= _WIDE_SCRIPTS and after[:1] >= _WIDE_SCRIPTS else " "


def _all_alike(word: str, language: str) -> float:  # noqa: ARG001 - the shape of Weigh
    return 1.0
