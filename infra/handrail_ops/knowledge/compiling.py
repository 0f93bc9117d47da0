"""The sections of an index, made of articles: what stands where, and how much it counts there."""

from __future__ import annotations

import json
import math
import sys
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any, Final

from handrail.adapters.knowledge.confidence import rarity
from handrail.adapters.knowledge.index import says_little
from handrail.adapters.knowledge.index_file import (
    ALIGNMENT,
    APART_MARK,
    IMPACT_STEPS,
    MAGIC,
    order_mark,
    term_hash,
)
from handrail.adapters.knowledge.terms import (
    APART,
    PIECE_MARK,
    in_order,
    telling_words,
    term_of,
    terms,
)
from handrail.domain.reading import READING, words
from handrail_ops.knowledge.articles import Article
from handrail_ops.knowledge.passages import passages_of
from handrail_ops.knowledge.texts import code_texts

# BM25's usual constants: how soon repetition stops counting, and how much length is held against
# a document. Others were tried on six languages and were no better.
_SATURATION: Final = 1.2
_LENGTH: Final = 0.75
_IMPACT_MAX: Final = _SATURATION + 1
"""What no count can reach; the file has impacts in steps of it."""
_COUNT_MAX: Final = 0xFFFF
_TWO_BYTES: Final = 0x10000


@dataclass(frozen=True, slots=True)
class _Places:
    """Where a term stands, and how often there; numbers, not objects: there are millions."""

    numbers: array[int] = field(default_factory=lambda: array("I"))
    counts: array[int] = field(default_factory=lambda: array("H"))


_NOWHERE: Final = _Places()


@dataclass(slots=True)
class _Documents:
    """What is found: all of a language's passages, or all of its articles' questions."""

    texts: list[str] = field(default_factory=list)
    articles: array[int] = field(default_factory=lambda: array("I"))
    ends: array[int] = field(default_factory=lambda: array("I"))
    """Where each article's end."""
    lengths: list[tuple[int, int]] = field(default_factory=list)
    """How many words and pieces each has."""
    places: dict[str, _Places] = field(default_factory=dict)

    @property
    def count(self) -> int:
        return len(self.texts)

    def add(self, text: str, article: int, found_by: str, language: str) -> None:
        counted = terms(found_by, language)
        lengths = [0, 0]
        for term, count in counted.items():
            lengths[term.startswith(PIECE_MARK)] += count
            places = self.places.get(term)
            if places is None:
                places = self.places[term] = _Places()
            places.numbers.append(len(self.texts))
            places.counts.append(min(count, _COUNT_MAX))
        self.lengths.append((lengths[0], lengths[1]))
        self.texts.append(text)
        self.articles.append(article)

    def having(self, term: str) -> int:
        return len(self.places.get(term, _NOWHERE).numbers)

    def norms(self) -> Sequence[array[float]]:
        """Return, of each kind of term, what each document's length is held against it."""
        kinds = tuple(zip(*self.lengths, strict=True)) or ((), ())
        norms: list[array[float]] = []
        for lengths in kinds:
            average = max(1.0, sum(lengths) / max(1, len(lengths)))
            longer = (_LENGTH * length / average for length in lengths)
            norms.append(array("d", (_SATURATION * (1 - _LENGTH + more) for more in longer)))
        return norms


@dataclass(slots=True)
class GatheredLanguage:
    """What the articles of one language say, before it is written."""

    passages: _Documents = field(default_factory=_Documents)
    questions: _Documents = field(default_factory=_Documents)
    articles: list[Article] = field(default_factory=list)
    order: array[int] = field(default_factory=lambda: array("H"))
    """The marks of each passage's words as they stand."""
    order_ends: array[int] = field(default_factory=lambda: array("I"))
    words_of_questions: list[frozenset[str]] = field(default_factory=list)

    def having(self, term: str) -> int:
        """Return how many passages and questions have a term."""
        return self.passages.having(term) + self.questions.having(term)


def gather(articles: Iterable[Article]) -> GatheredLanguage:
    """Read the articles of one language, ordered by their ids."""
    language = GatheredLanguage()
    passages, questions = language.passages, language.questions
    marks: dict[str, int] = {APART: APART_MARK}
    for number, article in enumerate(articles):
        language.articles.append(article)
        for passage in passages_of(article):
            text = f"{passage.title}\n{passage.text}"
            passages.add(passage.text, number, text, article.language)
            for term in in_order(words(text)):
                if term not in marks:
                    marks[term] = order_mark(term)
                language.order.append(marks[term])
            language.order_ends.append(len(language.order))
        passages.ends.append(passages.count)
        for question in (article.title, *article.questions):
            different = frozenset(telling_words(question, article.language))
            if different:
                questions.add(question, number, question, article.language)
                language.words_of_questions.append(different)
        questions.ends.append(questions.count)
    return language


def compile_index(languages: Mapping[str, GatheredLanguage]) -> bytes:
    """Return the file's bytes."""
    body = bytearray()
    headers = {code: _write_language(body, languages[code]) for code in sorted(languages)}
    header = _json({"reading": READING, "bytes": len(body), "languages": headers}).encode()
    opening = MAGIC + len(header).to_bytes(4, "little") + header
    return opening + bytes(-len(opening) % ALIGNMENT) + bytes(body)


def _write_language(body: bytearray, language: GatheredLanguage) -> Mapping[str, Any]:
    passages, questions = language.passages, language.questions
    hashes = {term_hash(term): term for part in (passages, questions) for term in part.places}
    ordered = sorted(hashes)
    found_by = [hashes[number] for number in ordered]
    articles = [_article(article) for article in language.articles]
    texts = code_texts([*passages.texts, *questions.texts])
    until = (article.valid_until for article in language.articles)
    sections: dict[str, array[Any]] = {
        "terms": array("Q", ordered),
        **_places("passage", passages, found_by, language),
        **_places("question", questions, found_by, language),
        "order": language.order,
        "order_ends": language.order_ends,
        "texts": texts.codes,
        "text_ends": texts.ends,
        "tokens": array("B", texts.tokens),
        "token_ends": texts.token_ends,
        "articles": array("B", b"".join(articles)),
        "article_ends": array("I", accumulate(map(len, articles))),
        "passage_articles": passages.articles,
        "question_articles": questions.articles,
        "article_passage_ends": passages.ends,
        "article_question_ends": questions.ends,
        "question_weights": array("f", _question_weights(language)),
        "valid_from": array("d", (article.valid_from for article in language.articles)),
        "valid_until": array("d", (math.inf if day is None else day for day in until)),
        "courtesies": array("B", (not article.source for article in language.articles)),
    }
    return {
        "passages": passages.count,
        "questions": questions.count,
        "impact_scale": _IMPACT_MAX / IMPACT_STEPS,
        "sections": {name: _append(body, numbers) for name, numbers in sections.items()},
    }


def _places(
    kind: str, documents: _Documents, found_by: Sequence[str], language: GatheredLanguage
) -> Mapping[str, array[int]]:
    """Return where the terms stand; of pieces that no search would read, that they are known."""
    every = language.passages.count + language.questions.count
    numbers = array("H" if documents.count <= _TWO_BYTES else "I")
    impacts, ends = array("B"), array("I")
    norms = documents.norms()
    for term in found_by:
        is_piece = term.startswith(PIECE_MARK)
        if not (is_piece and says_little(term, language.having(term), every)):
            places = documents.places.get(term, _NOWHERE)
            numbers.extend(iter(places.numbers))  # of another type, perhaps
            impacts.extend(_impacts(places, norms[is_piece]))
        ends.append(len(numbers))
    return {f"{kind}_term_ends": ends, f"{kind}_numbers": numbers, f"{kind}_impacts": impacts}


def _impacts(places: _Places, norms: Sequence[float]) -> Iterator[int]:
    """Yield what a term counts in each document, before its rarity: BM25's other half."""
    for number, count in zip(places.numbers, places.counts, strict=True):
        yield max(1, round(IMPACT_STEPS * count / (count + norms[number])))


def _question_weights(language: GatheredLanguage) -> Iterator[float]:
    """Yield how much the words of each question tell; in order, so that sums are the same."""
    documents = language.passages.count + language.questions.count
    for different in language.words_of_questions:
        yield sum(rarity(documents, language.having(term_of(word))) for word in sorted(different))


def _article(article: Article) -> bytes:
    return _json(
        {
            "id": article.id,
            "title": article.title,
            "link": article.source,
            "sensitive": list(article.sensitive),
        }
    ).encode()


def _append(body: bytearray, numbers: array[Any]) -> tuple[str, int, int]:
    start = len(body)
    if sys.byteorder != "little":
        numbers.byteswap()
    body += numbers.tobytes()
    length = len(body) - start
    body += bytes(-len(body) % ALIGNMENT)
    return numbers.typecode, start, length


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
