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
from typing import Final

from handrail.adapters.knowledge.confidence import Confidence, rarity
from handrail.adapters.knowledge.index_file import (
    FILE_NAME,
    IndexFile,
    LanguageIndex,
    Postings,
    order_mark,
    stands_in_order,
)
from handrail.adapters.knowledge.terms import (
    APART,
    PIECE_MARK,
    in_order,
    telling_words,
    terms,
    writes_syllables,
)
from handrail.domain.knowledge import CONFIDENCE_MIN, Found, Passage
from handrail.domain.reading import stem, words

DEFAULT_DIRECTORY: Final = Path("/opt/knowledge")

PART_WEIGHT: Final = 0.5
"""What a piece of a word counts against a word, and what two words count for being neighbours."""
QUESTION_WEIGHT: Final = 0.8
"""How much the best fitting of an article's own questions adds to its passages."""
LEAD_WEIGHT: Final = 0.2
"""What it adds to the first of them besides: articles say what matters most first."""

_COMMON_PART_SHARE: Final = 0.15
_COMMON_WORD_SHARE: Final = 0.5
"""Terms that more of the documents have are not looked at, and pieces of words not even kept."""
_COMMON_DOCUMENTS_MIN: Final = 100
_QUESTION_WORDS_MAX: Final = 64
"""Words of a customer's message that are looked up: a long message repeats itself."""
_CANDIDATES_MIN: Final = 16
_POSTINGS_READ_MAX: Final = 4_000
"""Places of terms that choose: half a millisecond, however large the index is."""
_PIECE_COST: Final = 30
"""How much sooner a word is read than a piece of one that stands in as many documents."""
_WEIGHED_PASSAGES_MAX: Final = 32
_WEIGHED_QUESTIONS_MAX: Final = 16
"""What the terms beyond it are looked up in."""
_NEAR_THE_BEST: Final = 0.4
"""The share of the best score without which a document is not looked at any further."""
_FEW: Final = 200
"""Places that are sooner gone through than searched for each of what is weighed."""
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
        name, _, rest = passage_id.rpartition("/")
        language, _, number = rest.partition("#")
        index = self._file.languages.get(language)
        article = index.find(name) if index and number.isdecimal() else None
        if index is None or article is None:
            return None
        place = int(number) - 1
        inside = 0 <= place < len(index.passages_of(article))
        return _passage(index, language, article, place) if inside else None

    @property
    def languages(self) -> Sequence[str]:
        """The languages that articles are in, the one with most passages first."""
        indexes = self._file.languages
        return sorted(indexes, key=lambda language: (-indexes[language].passages, language))

    def valid(self, passage_id: str, language: str, now: float) -> Passage | None:
        """Return a passage if it answers at `now`, in a customer's language where it has one."""
        passage = self.passage(passage_id)
        if passage is None:
            return None
        own = self._file.languages.get(language)
        passage = _in(own, language, passage, now)
        index = self._file.languages[passage.language]
        article = index.find(passage.article)
        return passage if article is not None and index.is_valid(article, now) else None

    def weight(self, word: str, language: str) -> float:
        """Return how much a word tells in a language's articles: rare words tell more.

        So does a piece of letters without spaces, after `PIECE_MARK`.
        """
        index = self._file.languages.get(language)
        if index is None:
            return 1.0
        postings = index.postings(word if word.startswith(PIECE_MARK) else stem(word))
        if postings and not postings.having:
            return 0.0  # it stands nearly everywhere
        return rarity(index.documents, postings.having if postings else 0)


def _search(
    index: LanguageIndex, language: str, question: str, limit: int, now: float
) -> list[Found]:
    asked = words(question)[:_QUESTION_WORDS_MAX]
    # A word said twice asks for nothing more, and a word said often would ask for nothing else.
    looked_up = {
        term: index.postings(term) for term in terms(question, language, _QUESTION_WORDS_MAX)
    }
    scores, question_scores = _scores(index, looked_up)
    questions = _best_questions(index, question_scores)
    for article, score in questions.items():
        passages = index.passages_of(article)
        for passage in passages:
            scores[passage] = scores.get(passage, 0.0) + QUESTION_WEIGHT * score
        scores[passages.start] += LEAD_WEIGHT * score
    ranked = nlargest(max(_CANDIDATES_MIN, limit * 2), scores, key=scores.__getitem__)
    # Where pairs are terms, they counted already.
    together = {} if writes_syllables(language) else _neighbours(index, asked, looked_up)
    for number in ranked if together else ():
        order = index.order(number)
        scores[number] += sum(
            weight for pair, weight in together.items() if stands_in_order(pair, order)
        )
    ranked.sort(key=lambda number: (-scores[number], number))
    compared = telling_words(question, language, _QUESTION_WORDS_MAX)
    confidence = Confidence(index, compared, looked_up)
    asked_alike = set(nlargest(_ALIKE_MAX, questions, key=questions.__getitem__))
    first: list[Found] = []  # what an article says that it answers, it answers first
    then: list[Found] = []
    for number in ranked:
        article = index.article_of(number)
        if len(first) + len(then) >= limit and article not in asked_alike:
            continue
        if not index.is_valid(article, now):
            continue
        fit = confidence.of(article)
        if index.is_courtesy(article) and fit.likeness < _COURTESY_LIKENESS_MIN:
            continue
        place = number - index.passages_of(article).start
        quotable = _passage(index, language, article, place)
        found = Found(quotable, scores[number], fit.confidence)
        (first if fit.is_own_question else then).append(found)
    return [*first, *then][:limit]


def _scores(
    index: LanguageIndex, looked_up: Mapping[str, Postings | None]
) -> tuple[dict[int, float], dict[int, float]]:
    """Return the scores of the passages and of the questions that are worth looking at.

    The terms that tell most choose; what more of them could be read in time only weighs the
    chosen.
    """
    telling = [
        (postings.having, term, postings)
        for term, postings in looked_up.items()
        if postings and postings.having and not says_little(term, postings.having, index.documents)
    ]
    telling.sort(key=_reading_cost)
    passages: dict[int, float] = {}
    questions: dict[int, float] = {}
    read = place = 0
    for having, term, postings in telling:
        read += having
        if read > _POSTINGS_READ_MAX and (passages or questions):
            break
        weight = _weight(index, term, having)
        _add(passages, weight, postings.passages, postings.passage_impacts)
        _add(questions, weight, postings.questions, postings.question_impacts)
        place += 1
    if place == len(telling):
        return passages, questions
    passages_chosen = _best(passages, _WEIGHED_PASSAGES_MAX)
    questions_chosen = _best(questions, _WEIGHED_QUESTIONS_MAX)
    for having, term, postings in telling[place:]:
        weight = _weight(index, term, having)
        _weigh(passages_chosen, weight, postings.passages, postings.passage_impacts)
        _weigh(questions_chosen, weight, postings.questions, postings.question_impacts)
    return passages_chosen, questions_chosen


def _reading_cost(one: tuple[int, str, Postings]) -> int:
    """Return what reading a term costs for what it tells.

    Rare terms tell most. The pieces of a word stand where it stands: they mostly weigh.
    """
    having, term, _ = one
    return having * _PIECE_COST if term.startswith(PIECE_MARK) else having


def _add(
    scores: dict[int, float], weight: float, numbers: Sequence[int], impacts: memoryview
) -> None:
    get = scores.get  # a third faster than a defaultdict
    for number, impact in zip(numbers, impacts.tolist(), strict=True):
        scores[number] = get(number, 0.0) + weight * impact


def _best(scores: Mapping[int, float], several: int) -> dict[int, float]:
    """Return the best scores; not those that are nowhere near, which are most."""
    least = _NEAR_THE_BEST * max(scores.values(), default=0.0)
    near = {number: score for number, score in scores.items() if score >= least}
    if len(near) <= several:
        return near
    return {number: near[number] for number in nlargest(several, near, key=near.__getitem__)}


def _weigh(
    scores: dict[int, float], weight: float, numbers: Sequence[int], impacts: memoryview
) -> None:
    end = len(numbers)
    few = scores.keys() & numbers if end < _FEW else scores
    for number in few:
        at = bisect_left(numbers, number)
        if at < end and numbers[at] == number:
            scores[number] += weight * impacts[at]


def _neighbours(
    index: LanguageIndex, asked: Sequence[str], looked_up: Mapping[str, Postings | None]
) -> Mapping[bytes, float]:
    """Return what it counts that neighbours in the question are neighbours in a passage.

    Two words together are at least as rare as the rarer of them.
    """
    counts: dict[bytes, float] = {}
    for pair in pairwise(in_order(asked)):
        one, other = (looked_up.get(term) for term in pair)
        if one and other and APART not in pair:
            having = min(one.having, other.having)
            marks = b"".join(order_mark(term).to_bytes(2, "little") for term in pair)
            counts[marks] = PART_WEIGHT * rarity(index.documents, having)
    return counts


def _weight(index: LanguageIndex, term: str, having: int) -> float:
    weight = index.impact_scale * rarity(index.documents, having)
    return weight * PART_WEIGHT if term.startswith(PIECE_MARK) else weight


def says_little(term: str, having: int, documents: int) -> bool:
    """Say whether so many documents have a term that reading them all would tell nothing."""
    share = _COMMON_PART_SHARE if term.startswith(PIECE_MARK) else _COMMON_WORD_SHARE
    return having > max(_COMMON_DOCUMENTS_MIN, share * documents)


def _best_questions(index: LanguageIndex, scores: Mapping[int, float]) -> Mapping[int, float]:
    """Return the score of each article's best fitting question."""
    best: dict[int, float] = {}
    for question, score in scores.items():
        article = index.article_of_question(question)
        best[article] = max(best.get(article, 0.0), score)
    return best


def _in(own: LanguageIndex | None, language: str, passage: Passage, now: float) -> Passage:
    """Return the same passage of the article in the customer's language, when there is one."""
    article = own.find(passage.article) if own else None
    if own is None or article is None or not own.is_valid(article, now):
        return passage
    place = int(passage.id.rpartition("#")[2]) - 1
    inside = place < len(own.passages_of(article))
    return _passage(own, language, article, place if inside else 0)


def _together(own: list[Found], elsewhere: list[Found], limit: int) -> Sequence[Found]:
    """Put the surer of both first; scores of different languages are not comparable."""
    elsewhere.sort(key=lambda found: (-found.confidence, -found.score, found.passage.id))
    own_first = own and (not elsewhere or own[0].confidence >= elsewhere[0].confidence)
    ordered = [*own, *elsewhere] if own_first else [*elsewhere, *own]
    unique: dict[str, Found] = {}
    for found in ordered:
        unique.setdefault(found.passage.id, found)  # found twice, it keeps its better place
    return list(unique.values())[:limit]


def _passage(index: LanguageIndex, language: str, article: int, place: int) -> Passage:
    """Return an article's passage, counted from 0."""
    record = index.article(article)
    return Passage(
        id=f"{record['id']}/{language}#{place + 1}",
        article=record["id"],
        title=record["title"],
        language=language,
        text=index.text(index.passages_of(article)[place]),
        link=record["link"],
        sensitive=tuple(record["sensitive"]),
    )
