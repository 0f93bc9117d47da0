"""Finds what the company's articles say, in the customer's language first, with no network.

BM25 over the beginnings of words and, counting half, over pieces of words; words that are
neighbours in question and passage add to it (`terms.py`). However large the index is, a bounded
number of postings is read: the rarest terms choose the documents, and the others only weigh what
was chosen. `docs/decisions/0006-retrieval.md` has what this was measured against.
"""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from functools import cached_property
from heapq import nlargest
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from handrail.adapters.knowledge.confidence import Confidence, rarity
from handrail.adapters.knowledge.index_file import (
    FILE_NAME,
    IndexFile,
    LanguageIndex,
    Postings,
)
from handrail.adapters.knowledge.terms import APART, PIECE_MARK, in_order, terms
from handrail.domain.knowledge import CONFIDENCE_MIN, Found, Passage
from handrail.domain.reading import stem, words

DEFAULT_DIRECTORY: Final = Path("/opt/knowledge")

PART_WEIGHT: Final = 0.5
"""What a piece of a word counts against a word, and what two words count for being neighbours."""
QUESTION_WEIGHT: Final = 0.8
"""How much the best fitting of an article's own questions adds to its passages."""
LEAD_WEIGHT: Final = 0.2
"""What it adds to the first of them besides: articles say what matters most first."""

_COMMON_PART_SHARE: Final = 0.1
_COMMON_WORD_SHARE: Final = 0.5
"""Terms that more of the documents have are not looked at: twice as fast, and found as well."""
_COMMON_DOCUMENTS_MIN: Final = 100
_QUESTION_WORDS_MAX: Final = 64
"""Words of a customer's message that are looked up: a long message repeats itself."""
_CANDIDATES_MIN: Final = 16
_POSTINGS_READ_MAX: Final = 4_000
"""Places of terms that choose: half a millisecond, however large the index is."""
_WEIGHED_MAX: Final = 64
"""Documents that the terms beyond it are looked up in."""
_ALIKE_MAX: Final = 3
"""Articles whose own questions are compared although enough passages fit better."""
_COURTESY_LIKENESS_MIN: Final = 0.65
"""A greeting with a question after it is a question: courtesies answer hardly anything else."""
_FOREIGN_FACTOR: Final = 0.9
"""What a find in another language than the customer's counts, against one in it."""


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
        if limit < 1 or not words(question):
            return ()
        own = self._file.languages.get(language)
        found = _search(own, language, question, limit, now) if own else []
        if found and found[0].confidence >= CONFIDENCE_MIN:
            return found
        elsewhere: list[Found] = []
        for other, index in self._file.languages.items():
            if other != language:
                for foreign in _search(index, other, question, limit, now):
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
    index: LanguageIndex, language: str, question: str, limit: int, now: float
) -> list[Found]:
    asked = words(question)[:_QUESTION_WORDS_MAX]
    # A word said twice asks for nothing more, and a word said often would ask for nothing else.
    looked_up = {term: index.postings(term) for term in terms(question, _QUESTION_WORDS_MAX)}
    scores = _scores(index, looked_up)
    questions = _best_questions(index, scores)
    for article, score in questions.items():
        passages = index.passages_of(article)
        for passage in passages:
            scores[passage] = scores.get(passage, 0.0) + QUESTION_WEIGHT * score
        scores[passages.start] += LEAD_WEIGHT * score
    ranked = nlargest(
        max(_CANDIDATES_MIN, limit * 2),
        (number for number in scores if number < index.passages),
        key=scores.__getitem__,
    )
    together = _neighbours(index, asked)
    for number in ranked if together else ():
        order = index.order(number)
        met = together.keys() & set(pairwise(order))
        scores[number] += sum(together[pair] for pair in sorted(met))
    ranked.sort(key=lambda number: (-scores[number], number))
    confidence = Confidence(index, asked, looked_up)
    asked_alike = set(nlargest(_ALIKE_MAX, questions, key=questions.__getitem__))
    first: list[Found] = []  # what an article says that it answers, it answers first
    then: list[Found] = []
    for number in ranked:
        article = index.article_of(number)
        if len(first) + len(then) >= limit and article not in asked_alike:
            continue
        record = index.record(number)
        fit = confidence.of(article)
        is_courtesy = not record["link"]
        if _valid(record, now) and not (is_courtesy and fit.likeness < _COURTESY_LIKENESS_MIN):
            found = Found(_passage(record, language), scores[number], fit.confidence)
            (first if fit.is_own_question else then).append(found)
    return [*first, *then][:limit]


def _scores(index: LanguageIndex, looked_up: Mapping[str, Postings | None]) -> dict[int, float]:
    """Return the score of every document that is worth looking at.

    The rarest terms choose; what more of them could be read in time only weighs the chosen.
    """
    telling = [
        (term, postings)
        for term, postings in looked_up.items()
        if postings and not _says_little(term, len(postings.documents), index.documents)
    ]
    telling.sort(key=lambda one: len(one[1].documents))
    scores: dict[int, float] = {}
    get = scores.get
    read = place = 0
    for term, postings in telling:
        read += len(postings.documents)
        if read > _POSTINGS_READ_MAX and scores:
            break
        weight = _weight(index, term, postings)
        for document, impact in zip(postings.documents, postings.impacts, strict=True):
            scores[document] = get(document, 0.0) + weight * impact
        place += 1
    if place == len(telling):
        return scores
    chosen = nlargest(_WEIGHED_MAX, scores, key=scores.__getitem__)
    weighed = {document: scores[document] for document in chosen}
    for term, postings in telling[place:]:
        weight = _weight(index, term, postings)
        having = postings.documents
        for document in chosen:
            at = bisect_left(having, document)
            if at < len(having) and having[at] == document:
                weighed[document] += weight * postings.impacts[at]
    return weighed


def _neighbours(index: LanguageIndex, asked: Sequence[str]) -> Mapping[tuple[int, int], float]:
    """Return what it counts that neighbours in the question are neighbours in a passage.

    Two words together are at least as rare as the rarer of them.
    """
    counts: dict[tuple[int, int], float] = {}
    for pair in pairwise(in_order(asked)):
        if APART in pair:
            continue
        one, other = (index.number(term) for term in pair)
        if one is not None and other is not None:
            having = min(index.having(one), index.having(other))
            counts[one, other] = PART_WEIGHT * rarity(index.documents, having)
    return counts


def _weight(index: LanguageIndex, term: str, postings: Postings) -> float:
    weight = index.impact_scale * rarity(index.documents, len(postings.documents))
    return weight * PART_WEIGHT if term.startswith(PIECE_MARK) else weight


def _says_little(term: str, having: int, documents: int) -> bool:
    """Say whether so many documents have a term that reading them all would tell nothing."""
    share = _COMMON_PART_SHARE if term.startswith(PIECE_MARK) else _COMMON_WORD_SHARE
    return having > max(_COMMON_DOCUMENTS_MIN, share * documents)


def _best_questions(index: LanguageIndex, scores: Mapping[int, float]) -> Mapping[int, float]:
    """Return the score of each article's best fitting question."""
    best: dict[int, float] = {}
    for document, score in scores.items():
        if document >= index.passages:
            article = index.article_of(document)
            best[article] = max(best.get(article, 0.0), score)
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
