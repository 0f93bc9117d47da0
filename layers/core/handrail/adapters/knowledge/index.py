"""Finds what the company's articles say, in the customer's language first, with no network.

BM25 over the beginnings of words, and, counting half, over four-character pieces of words, which
find inflected and compound words in any language; scripts without spaces are read in pairs of
characters. `docs/decisions/0006-retrieval.md` has what this was measured against.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from heapq import nlargest
from operator import itemgetter
from pathlib import Path
from typing import Any, Final

from handrail.adapters.knowledge.confidence import GRAM_MARK, Confidence, rarity
from handrail.adapters.knowledge.index_file import FILE_NAME, IndexFile, LanguageIndex
from handrail.domain.knowledge import CONFIDENCE_MIN, Found, Passage
from handrail.domain.reading import grams, stem, words

DEFAULT_DIRECTORY: Final = Path("/opt/knowledge")

GRAM_WEIGHT: Final = 0.5
QUESTION_WEIGHT: Final = 0.8
"""How much the best fitting of an article's own questions adds to its passages."""
LEAD_WEIGHT: Final = 0.2
"""What it adds to the first of them besides: articles say what matters most first."""

_COMMON_GRAM_SHARE: Final = 0.1
_COMMON_WORD_SHARE: Final = 0.5
"""Terms that more of the documents have are not looked at: twice as fast, and found as well."""
_COMMON_DOCUMENTS_MIN: Final = 100
_QUESTION_WORDS_MAX: Final = 64
"""Words of a customer's message that are looked up: a long message repeats itself."""
_CANDIDATES_MIN: Final = 12
_COURTESY_LIKENESS_MIN: Final = 0.65
"""A greeting with a question after it is a question: courtesies answer hardly anything else."""
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
        elsewhere: list[Found] = []
        for other, index in self._file.languages.items():
            if other != language:
                for foreign in _search(index, other, asked, limit, now):
                    passage = _in(own, language, foreign.passage, now)
                    confidence = foreign.confidence * _FOREIGN_FACTOR
                    elsewhere.append(Found(passage, foreign.score, confidence))
        return _together(found, elsewhere, limit)

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
        return rarity(index.documents, len(postings.documents) if postings else 0)


def _search(
    index: LanguageIndex, language: str, asked: Sequence[str], limit: int, now: float
) -> list[Found]:
    scores = [0.0] * index.documents
    # A word said twice asks for nothing more, and a word said often would ask for nothing else.
    looked_up = {term: index.postings(term) for term in terms_of(asked)}
    for term, postings in looked_up.items():
        if postings is None or _says_little(term, len(postings.documents), index.documents):
            continue
        weight = index.impact_scale * rarity(index.documents, len(postings.documents))
        weight *= GRAM_WEIGHT if term.startswith(GRAM_MARK) else 1
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
    confidence = Confidence(index, asked, looked_up)
    fitting: list[tuple[bool, Found]] = []
    for number in ranked:
        if scores[number] <= 0:
            break
        record = index.record(number)
        fit = confidence.of(index.article_of(number))
        is_courtesy = not record["link"]
        if _valid(record, now) and not (is_courtesy and fit.likeness < _COURTESY_LIKENESS_MIN):
            found = Found(_passage(record, language), scores[number], fit.confidence)
            fitting.append((not fit.is_own_question, found))
    fitting.sort(key=itemgetter(0))  # stable: what an article says it answers, it answers first
    return [found for _, found in fitting[:limit]]


def _says_little(term: str, having: int, documents: int) -> bool:
    """Say whether so many documents have a term that reading them all would tell nothing."""
    share = _COMMON_GRAM_SHARE if term.startswith(GRAM_MARK) else _COMMON_WORD_SHARE
    return having > max(_COMMON_DOCUMENTS_MIN, share * documents)


def _best_questions(index: LanguageIndex, scores: Sequence[float]) -> Mapping[int, float]:
    """Return the score of each article's best fitting question."""
    best: dict[int, float] = {}
    for document in range(index.passages, index.documents):
        if scores[document] > 0:
            article = index.article_of(document)
            best[article] = max(best.get(article, 0.0), scores[document])
    return best


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


def _together(own: list[Found], elsewhere: list[Found], limit: int) -> Sequence[Found]:
    """Put the surer of both first; scores of different languages are not comparable."""
    elsewhere.sort(key=lambda found: (-found.confidence, -found.score, found.passage.id))
    own_first = own and (not elsewhere or own[0].confidence >= elsewhere[0].confidence)
    ordered = [*own, *elsewhere] if own_first else [*elsewhere, *own]
    unique = {found.passage.id: found for found in reversed(ordered)}
    return list(reversed(unique.values()))[:limit]


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
