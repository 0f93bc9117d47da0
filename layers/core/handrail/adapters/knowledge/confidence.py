"""How sure it is that an article speaks about a question: what decides between answer and person.

Half of it is how much of the question the article has words for, anywhere; half how alike the
question is to one that the article says it answers. Either alone is fooled more often: by a
question that shares its small words, or by one asked at length. Words weigh by their rarity.
"""

import math
from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from handrail.adapters.knowledge.index_file import LanguageIndex, Postings
from handrail.adapters.knowledge.terms import PIECE_MARK, term_of
from handrail.domain.reading import grams

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


@dataclass(frozen=True, slots=True)
class _Word:
    """A word of the question: where it stands, and where each of its pieces does."""

    weight: float
    whole: Postings | None
    pieces: tuple[Postings | None, ...]


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
        self._words: Final = [
            _word(index.documents, word, postings) for word in dict.fromkeys(asked)
        ]
        self._total: Final = sum(word.weight for word in self._words)
        self._known: Final[dict[int, Fit]] = {}

    def of(self, article: int) -> Fit:
        """Return how an article fits the question."""
        if article not in self._known:
            self._known[article] = self._work_out(article)
        return self._known[article]

    def _work_out(self, article: int) -> Fit:
        passages = self._index.passages_of(article)
        every = self._index.questions_of(article)
        questions = [one for one in every if self._index.question_weight(one) > 0]
        covered = 0.0
        shared = dict.fromkeys(questions, 0.0)
        for word in self._words:
            having = _standing(word.whole, every)
            whole = bool(having) or _stands(word.whole, passages)
            covered += word.weight * whole
            for question in having:
                shared[question] += word.weight
            lacking = [one for one in questions if one not in having]
            if word.pieces and (lacking or not whole):
                anywhere, own = _pieces(word.pieces, passages, every)
                covered += 0.0 if whole else word.weight * _credit(anywhere, word)
                for question in lacking:
                    shared[question] += word.weight * _credit(own[question], word)
        # Alike as two sets are: what they share against what either has.
        likenesses = (
            2 * same / (self._total + self._index.question_weight(question))
            for question, same in shared.items()
        )
        likeness = max(likenesses, default=0.0)
        return Fit(min(1.0, (covered / self._total + likeness) / 2), likeness)


def _word(documents: int, word: str, postings: Mapping[str, Postings | None]) -> _Word:
    whole = postings.get(term_of(word))
    is_whole_only = len(word) <= _SHORT or word.isdigit() or " " in word
    pieces = () if is_whole_only else (postings.get(PIECE_MARK + piece) for piece in grams(word))
    return _Word(
        weight=rarity(documents, whole.having if whole else 0),
        whole=whole,
        # A piece that stands nearly everywhere says nothing of where it does.
        pieces=tuple(piece for piece in pieces if piece is None or piece.having),
    )


def _stands(postings: Postings | None, passages: range) -> bool:
    if postings is None:
        return False
    having = postings.passages
    place = bisect_left(having, passages.start)
    return place < len(having) and having[place] < passages.stop


def _standing(postings: Postings | None, questions: range) -> Sequence[int]:
    """Return which of some questions have a term."""
    if postings is None or not postings.questions:
        return ()
    having = postings.questions
    place = bisect_left(having, questions.start)
    found: list[int] = []
    while place < len(having) and having[place] < questions.stop:
        found.append(having[place])
        place += 1
    return found


def _pieces(
    pieces: Sequence[Postings | None], passages: range, questions: range
) -> tuple[int, Counter[int]]:
    """Count how many of a word's pieces an article has, and each of its questions."""
    anywhere = 0
    own: Counter[int] = Counter()
    for piece in pieces:
        if piece is None:
            continue
        having = _standing(piece, questions)
        own.update(having)
        anywhere += bool(having) or _stands(piece, passages)
    return anywhere, own


def _credit(pieces: int, word: _Word) -> float:
    share = pieces / len(word.pieces)
    return _PIECES_CREDIT * share if share >= _PIECES_MIN else 0.0
