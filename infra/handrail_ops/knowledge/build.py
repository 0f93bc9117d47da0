"""Compiles articles into the index that the functions map: the same articles, the same bytes.

Nothing in the file depends on the clock, on the machine or on the order in which a directory is
listed, so that two builds can be compared and a deployment that changes nothing uploads nothing.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any, Final

from handrail.adapters.knowledge.confidence import rarity
from handrail.adapters.knowledge.index_file import (
    ALIGNMENT,
    FILE_NAME,
    IMPACT_STEPS,
    MAGIC,
    NO_TERM,
)
from handrail.adapters.knowledge.terms import APART, PIECE_MARK, in_order, terms
from handrail.domain.reading import READING, stem, words
from handrail_ops.knowledge.articles import Article
from handrail_ops.knowledge.passages import passages_of

# BM25's usual constants: how soon repetition stops counting, and how much length is held against
# a document. Others were tried on six languages and were no better.
_SATURATION: Final = 1.2
_LENGTH: Final = 0.75
_IMPACT_MAX: Final = _SATURATION + 1
"""What no count can reach; the file has impacts in steps of it."""
_COUNT_MAX: Final = 0xFFFF


@dataclass(frozen=True, slots=True)
class Built:
    """What an index holds, for whoever built it."""

    path: Path
    articles: int
    passages: int
    languages: Mapping[str, int]
    """Passages of each language."""
    bytes_written: int


@dataclass(frozen=True, slots=True)
class _Places:
    """Where a term stands, and how often there; numbers, not objects: there are millions."""

    documents: array[int] = field(default_factory=lambda: array("I"))
    counts: array[int] = field(default_factory=lambda: array("H"))


@dataclass(slots=True)
class _Documents:
    """What is found: all of a language's passages, or all of its articles' questions."""

    records: list[bytes] = field(default_factory=list)
    articles: array[int] = field(default_factory=lambda: array("I"))
    ends: array[int] = field(default_factory=lambda: array("I"))
    """Where each article's end."""
    lengths: list[tuple[int, int]] = field(default_factory=list)
    """How many words and pieces each has."""
    places: dict[str, _Places] = field(default_factory=dict)

    def add(self, record: Mapping[str, Any], article: int, text: str) -> None:
        counted = terms(text)
        lengths = [0, 0]
        for term, count in counted.items():
            lengths[term.startswith(PIECE_MARK)] += count
            places = self.places.setdefault(term, _Places())
            places.documents.append(len(self.records))
            places.counts.append(min(count, _COUNT_MAX))
        self.lengths.append((lengths[0], lengths[1]))
        self.records.append(_json(record))
        self.articles.append(article)

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
class _Language:
    passages: _Documents = field(default_factory=_Documents)
    questions: _Documents = field(default_factory=_Documents)
    order: list[array[int]] = field(default_factory=list)
    """Each passage's words as they stand, by their places in `words`."""
    words: dict[str, int] = field(default_factory=dict)
    words_of_questions: list[frozenset[str]] = field(default_factory=list)


def build_index(articles: Sequence[Article], directory: Path) -> Built:
    """Write the index of the articles into a directory, whole or not at all."""
    by_language = sorted(articles, key=lambda article: (article.language, article.id))
    languages = {
        language: _gather(group)
        for language, group in groupby(by_language, key=lambda article: article.language)
    }
    data = compile_index(languages)
    path = directory / FILE_NAME
    directory.mkdir(parents=True, exist_ok=True)
    _replace(path, data)
    return Built(
        path=path,
        articles=len(articles),
        passages=sum(len(language.passages.records) for language in languages.values()),
        languages={code: len(language.passages.records) for code, language in languages.items()},
        bytes_written=len(data),
    )


def compile_index(languages: Mapping[str, _Language]) -> bytes:
    """Return the file's bytes."""
    body = bytearray()
    headers = {code: _write_language(body, languages[code]) for code in sorted(languages)}
    header = _json({"reading": READING, "bytes": len(body), "languages": headers})
    opening = MAGIC + len(header).to_bytes(4, "little") + header
    return opening + bytes(-len(opening) % ALIGNMENT) + bytes(body)


def _gather(articles: Iterable[Article]) -> _Language:
    language = _Language()
    passages, questions = language.passages, language.questions
    for number, article in enumerate(articles):
        for passage in passages_of(article):
            record = {
                "id": passage.id,
                "article": passage.article,
                "title": passage.title,
                "text": passage.text,
                "link": passage.link,
                "sensitive": list(passage.sensitive),
                "from": article.valid_from,
                "until": article.valid_until,
            }
            text = f"{passage.title}\n{passage.text}"
            passages.add(record, number, text)
            seen = language.words
            order = (seen.setdefault(term, len(seen)) for term in in_order(words(text)))
            language.order.append(array("I", order))
        passages.ends.append(len(passages.records))
        for question in (article.title, *article.questions):
            questions.add({"text": question}, number, question)
            language.words_of_questions.append(frozenset(words(question)))
        questions.ends.append(len(questions.records))
    return language


def _write_language(body: bytearray, language: _Language) -> Mapping[str, Any]:
    passages, questions = language.passages, language.questions
    before = len(passages.records)
    records = [*passages.records, *questions.records]
    encoded = {
        term.encode(): term for documents in (passages, questions) for term in documents.places
    }
    ordered = sorted(encoded)
    document_type = "H" if len(records) <= 0x10000 else "I"  # noqa: PLR2004 - two bytes' worth
    numbers, impacts, ends = array(document_type), bytearray(), array("I")
    parts = [(passages, 0, passages.norms()), (questions, before, questions.norms())]
    for term in ordered:
        for documents, first, norms in parts:
            places = documents.places.get(encoded[term])
            if places is not None:
                numbers.extend(first + document for document in places.documents)
                impacts += _impacts(places, norms[encoded[term].startswith(PIECE_MARK)])
        ends.append(len(numbers))
    place = {encoded[term]: number for number, term in enumerate(ordered)}
    number_of = [NO_TERM if term == APART else place[term] for term in language.words]
    sections = {
        "terms": b"".join(ordered),
        "term_ends": _ends(len(term) for term in ordered),
        "posting_ends": _bytes(ends),
        "documents": _bytes(numbers),
        "impacts": bytes(impacts),
        "records": b"".join(records),
        "order": b"".join(
            _bytes(array("I", (number_of[word] for word in order))) for order in language.order
        ),
        "order_ends": _ends(len(order) for order in language.order),
        "record_ends": _ends(len(record) for record in records),
        "articles": _bytes(passages.articles + questions.articles),
        "article_ends": _bytes(passages.ends),
        "question_weights": _bytes(array("f", _question_weights(language))),
        "question_ends": _bytes(array("I", (before + end for end in questions.ends))),
    }
    return {
        "passages": before,
        "documents": len(records),
        "impact_scale": _IMPACT_MAX / IMPACT_STEPS,
        "document_type": document_type,
        "sections": {name: _append(body, data) for name, data in sections.items()},
    }


def _impacts(places: _Places, norms: Sequence[float]) -> bytes:
    """Return what a term counts in each document, before its rarity: BM25's other half."""
    return bytes(
        max(1, round(IMPACT_STEPS * count / (count + norms[document])))
        for document, count in zip(places.documents, places.counts, strict=True)
    )


def _question_weights(language: _Language) -> Iterator[float]:
    """Yield how much the words of each question tell; in order, so that sums are the same."""
    passages, questions = language.passages, language.questions
    documents = len(passages.records) + len(questions.records)
    for different in language.words_of_questions:
        having = (
            sum(
                len(part.places[term].documents)
                for part in (passages, questions)
                if term in part.places
            )
            for term in map(stem, sorted(different))
        )
        yield sum(rarity(documents, count) for count in having)


def _append(body: bytearray, data: bytes) -> tuple[int, int]:
    start = len(body)
    body += data
    body += bytes(-len(body) % ALIGNMENT)
    return start, len(data)


def _ends(lengths: Iterable[int]) -> bytes:
    end = 0
    ends = array("I")
    for length in lengths:
        end += length
        ends.append(end)
    return _bytes(ends)


def _bytes(numbers: array[Any]) -> bytes:
    if sys.byteorder != "little":
        numbers.byteswap()
    return numbers.tobytes()


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _replace(path: Path, data: bytes) -> None:
    """Put the new file in the old one's place at once, so that no reader sees half of it."""
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
        try:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
            Path(file.name).chmod(0o644)
            Path(file.name).replace(path)
        except BaseException:
            Path(file.name).unlink(missing_ok=True)
            raise
