"""Finds what the company's articles say, in the customer's language first, with no network.

BM25 over the beginnings of words, and, counting half, over four-character pieces of words, which
find inflected and compound words in any language; scripts without spaces are read in pairs of
characters. `docs/decisions/0006-retrieval.md` has what this was measured against.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from heapq import nlargest
from itertools import chain
from pathlib import Path
from typing import Any, Final

from handrail.adapters.knowledge.index_file import FILE_NAME, IndexFile, LanguageIndex
from handrail.domain.knowledge import CONFIDENCE_MIN, Found, Passage
from handrail.domain.reading import grams, stem, words

DEFAULT_DIRECTORY: Final = Path("/opt/knowledge")

GRAM_MARK: Final = "~"
"""Begins the terms that are pieces of words, so that they never meet a whole word."""
GRAM_WEIGHT: Final = 0.5
QUESTION_WEIGHT: Final = 0.8
"""How much the best fitting of an article's own questions adds to its passages."""
LEAD_WEIGHT: Final = 0.2
"""What it adds to the first of them besides: articles say what matters most first."""

_QUESTION_WORDS_MAX: Final = 64
"""Words of a customer's message that are looked up: a long message repeats itself."""
_CANDIDATES_MIN: Final = 12
_SHORT: Final = 3
_PIECE_CREDIT_MIN: Final = 0.5
_PIECE_CREDIT: Final = 0.8
_FOREIGN_FACTOR: Final = 0.9
"""What a find in another language than the customer's counts, against one in it."""


def terms(text: str) -> Counter[str]:
    """Return the terms of a text and how often each stands in it."""
    return terms_of(words(text))


def terms_of(text_words: Iterable[str]) -> Counter[str]:
    """Return the terms of words already read."""
    counted: Counter[str] = Counter()
    for word in text_words:
        counted[stem(word)] += 1
        if word.isascii() or len(word) > 2:  # noqa: PLR2004 - a pair of characters has no pieces
            for gram in grams(word):
                counted[GRAM_MARK + gram] += 1
    return counted


class KnowledgeIndex:
    """The `Retriever` over a compiled index, opened when first used."""

    def __init__(self, directory: Path = DEFAULT_DIRECTORY) -> None:
        self._path: Final = directory / FILE_NAME

    @cached_property
    def _file(self) -> IndexFile:
        return IndexFile(self._path)

    def search(self, question: str, language: str, limit: int, now: float) -> Sequence[Found]:
        """Return the passages that fit best, best first; only articles valid at `now`.

        An article's passage in the customer's language stands for what was found in another.

        Raises:
            SettingsError: there is no index where it was said to be.

        """
        asked = words(question)[:_QUESTION_WORDS_MAX]
        if not asked or limit < 1:
            return ()
        own = self._file.languages.get(language)
        found = _search(own, language, asked, limit, now) if own else []
        if found and found[0].confidence >= CONFIDENCE_MIN:
            return found
        for other, index in self._file.languages.items():
            if other != language:
                for foreign in _search(index, other, asked, limit, now):
                    score, confidence = foreign.score, foreign.confidence * _FOREIGN_FACTOR
                    passage = _in(own, language, foreign.passage, now)
                    found.append(Found(passage, score, confidence))
        return _best(found, limit)

    def passage(self, passage_id: str) -> Passage | None:
        """Return one passage of the index, or None."""
        article, _, rest = passage_id.rpartition("/")
        language, _, number = rest.partition("#")
        index = self._file.languages.get(language)
        if index is None or not number.isdecimal():
            return None
        record = index.find(article, int(number))
        return _passage(record, language) if record else None

    def weight(self, word: str, language: str) -> float:
        """Return how much a word tells in a language's articles: rare words tell more."""
        index = self._file.languages.get(language)
        if index is None:
            return 1.0
        postings = index.postings(stem(word))
        return _rarity(index.documents, len(postings.documents) if postings else 0)


def _search(
    index: LanguageIndex, language: str, asked: Sequence[str], limit: int, now: float
) -> list[Found]:
    scores = [0.0] * index.documents
    for term, count in terms_of(asked).items():
        postings = index.postings(term)
        if postings is None:
            continue
        weight = count * index.impact_scale * _rarity(index.documents, len(postings.documents))
        if term.startswith(GRAM_MARK):
            weight *= GRAM_WEIGHT
        for document, impact in zip(postings.documents, postings.impacts, strict=True):
            scores[document] += weight * impact
    questions = _best_questions(index, scores)
    for article, score in questions.items():
        passages = index.passages_of(article)
        for passage in passages:
            scores[passage] += QUESTION_WEIGHT * score
        scores[passages.start] += LEAD_WEIGHT * score
    ranked = nlargest(
        max(_CANDIDATES_MIN, limit * 2), range(index.passages), key=scores.__getitem__
    )
    coverage = _Coverage(index, asked)
    found: list[Found] = []
    for number in ranked:
        record = index.record(number)
        if scores[number] <= 0 or len(found) == limit:
            break
        if not _valid(record, now):
            continue
        confidence = coverage.confidence(index.article_of(number))
        found.append(Found(_passage(record, language), scores[number], confidence))
    return found


def _best_questions(index: LanguageIndex, scores: Sequence[float]) -> Mapping[int, float]:
    """Return the score of each article's best fitting question."""
    best: dict[int, float] = {}
    for document in range(index.passages, index.documents):
        if scores[document] > 0:
            article = index.article_of(document)
            best[article] = max(best.get(article, 0.0), scores[document])
    return best


class _Coverage:
    """How sure it is that an article speaks about a question, weighted by what words tell.

    Half of it is how much of the question the article has words for, anywhere; half how alike the
    question is to one that the article says it answers. Either alone is fooled more often: by a
    question that shares its small words, or by one asked at length.
    """

    def __init__(self, index: LanguageIndex, asked: Sequence[str]) -> None:
        self._index = index
        self._asked = {word: self._weight(word) for word in asked}
        self._total = sum(self._asked.values())
        self._known: dict[int, float] = {}

    def confidence(self, article: int) -> float:
        """Return 0 to 1."""
        if article not in self._known:
            self._known[article] = self._work_out(article)
        return self._known[article]

    def _work_out(self, article: int) -> float:
        index = self._index
        questions = [words(index.record(q)["text"]) for q in index.questions_of(article)]
        said = list(chain.from_iterable(questions))
        for number in index.passages_of(article):
            said += words(index.record(number)["text"])
        covered = self._covered(said) / self._total
        likeness = max((self._likeness(question) for question in questions), default=0.0)
        return min(1.0, (covered + likeness) / 2)

    def _covered(self, said: Sequence[str]) -> float:
        different = set(said)
        stems = {stem(word) for word in different}
        pieces = {gram for word in different if len(word) > _SHORT for gram in grams(word)}
        return sum(weight * _credit(word, stems, pieces) for word, weight in self._asked.items())

    def _likeness(self, question: Sequence[str]) -> float:
        own = sum(self._weight(word) for word in set(question))
        return 2 * self._covered(question) / (self._total + own) if own else 0.0

    def _weight(self, word: str) -> float:
        postings = self._index.postings(stem(word))
        return _rarity(self._index.documents, len(postings.documents) if postings else 0)


def _credit(word: str, stems: set[str], pieces: set[str]) -> float:
    if stem(word) in stems:
        return 1.0
    if len(word) <= _SHORT or word.isdigit():
        return 0.0
    own = list(grams(word))
    share = sum(gram in pieces for gram in own) / len(own)
    return _PIECE_CREDIT * share if share >= _PIECE_CREDIT_MIN else 0.0


def _rarity(documents: int, having: int) -> float:
    return math.log(1 + (documents - having + 0.5) / (having + 0.5))


def _valid(record: Mapping[str, Any], now: float) -> bool:
    until = record["until"]
    return bool(record["from"] <= now and (until is None or now < until))


def _in(own: LanguageIndex | None, language: str, passage: Passage, now: float) -> Passage:
    """Return the same passage of the article in the customer's language, when there is one."""
    if own is None:
        return passage
    number = int(passage.id.rpartition("#")[2])
    record = own.find(passage.article, number) or own.find(passage.article, 1)
    return _passage(record, language) if record and _valid(record, now) else passage


def _best(found: Iterable[Found], limit: int) -> Sequence[Found]:
    """Return the surest of each passage; scores of different languages are not comparable."""
    best: dict[str, Found] = {}
    for one in found:
        other = best.setdefault(one.passage.id, one)
        if other.confidence < one.confidence:
            best[one.passage.id] = one
    return sorted(best.values(), key=lambda f: (-f.confidence, -f.score, f.passage.id))[:limit]


def _passage(record: Mapping[str, Any], language: str) -> Passage:
    return Passage(
        id=record["id"],
        article=record["article"],
        title=record["title"],
        language=language,
        text=record["text"],
        link=record["link"],
        sensitive=tuple(record["sensitive"]),
    )
