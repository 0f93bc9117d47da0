"""How sure it is that an article speaks about a question: what decides between answer and person.

Half of it is how much of the question the article has words for, anywhere; half how alike the
question is to one that the article says it answers. Either alone is fooled more often: by a
question that shares its small words, or by one asked at length. Words weigh by their rarity.
"""

import math
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from handrail.adapters.knowledge.index_file import LanguageIndex, Postings
from handrail.domain.reading import grams, stem

GRAM_MARK: Final = "~"
"""Begins the terms that are pieces of words, so that they never meet a whole word."""

_SAME_QUESTION: Final = 0.999
_SHORT: Final = 3
"""Words up to here are met whole or not at all."""
_PIECES_MIN: Final = 0.5
_PIECES_CREDIT: Final = 0.8
"""What a word counts of which pieces stand there: a compound, a prefix, another spelling."""


def rarity(documents: int, having: int) -> float:
    """Return how much a term tells that so many of the documents have."""
    return math.log(1 + (documents - having + 0.5) / (having + 0.5))


@dataclass(frozen=True, slots=True)
class Fit:
    """How an article fits a question."""

    confidence: float
    likeness: float
    """How alike the question is to one of the article's own; 1 when it is one of them."""

    @property
    def is_own_question(self) -> bool:
        """Say whether the article says that it answers this very question."""
        return self.likeness > _SAME_QUESTION


class Confidence:
    """Works out 0 to 1 for articles, for one question."""

    def __init__(
        self,
        index: LanguageIndex,
        asked: Sequence[str],
        postings: Mapping[str, Postings | None],
    ) -> None:
        """`postings` are those of the question's terms, looked up already."""
        self._index: Final = index
        self._postings: Final = postings
        self._weights: Final = {
            word: rarity(index.documents, _having(postings.get(stem(word))))
            for word in dict.fromkeys(asked)
        }
        self._total: Final = sum(self._weights.values())
        self._known: Final[dict[int, Fit]] = {}

    def of(self, article: int) -> Fit:
        """Return how an article fits the question."""
        if article not in self._known:
            self._known[article] = self._work_out(article)
        return self._known[article]

    def _work_out(self, article: int) -> Fit:
        questions = self._index.questions_of(article)
        terms = self._terms_in((self._index.passages_of(article), questions))
        covered = self._covered(set().union(*terms.values()))
        likeness = 0.0
        for question in questions:
            # Alike as two sets are: what they share against what either has.
            shared = self._covered(terms.get(question, set()))
            both = self._total + self._index.question_weight(question)
            likeness = max(likeness, 2 * shared / both)
        return Fit(min(1.0, (covered / self._total + likeness) / 2), likeness)

    def _terms_in(self, ranges: Iterable[range]) -> dict[int, set[str]]:
        """Return which of the question's terms each of some documents has."""
        found: dict[int, set[str]] = {}
        for documents in ranges:
            for term, postings in self._postings.items():
                if postings is None:
                    continue
                having = postings.documents
                place = bisect_left(having, documents.start)
                while place < len(having) and having[place] < documents.stop:
                    found.setdefault(having[place], set()).add(term)
                    place += 1
        return found

    def _covered(self, terms: set[str]) -> float:
        return sum(weight * _credit(word, terms) for word, weight in self._weights.items())


def _credit(word: str, terms: set[str]) -> float:
    if stem(word) in terms:
        return 1.0
    if len(word) <= _SHORT or word.isdigit():
        return 0.0
    pieces = [GRAM_MARK + gram for gram in grams(word)]
    share = sum(piece in terms for piece in pieces) / len(pieces)
    return _PIECES_CREDIT * share if share >= _PIECES_MIN else 0.0


def _having(postings: Postings | None) -> int:
    return 0 if postings is None else len(postings.documents)
