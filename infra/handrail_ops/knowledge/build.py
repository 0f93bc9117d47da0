"""Compiles articles into the index that the functions map: the same articles, the same bytes.

Nothing in the file depends on the clock, on the machine or on the order in which a directory is
listed, so that two builds can be compared and a deployment that changes nothing uploads nothing.
"""

import json
import os
import sys
import tempfile
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any, Final

from handrail.adapters.knowledge.confidence import GRAM_MARK, rarity
from handrail.adapters.knowledge.index import terms
from handrail.adapters.knowledge.index_file import ALIGNMENT, FILE_NAME, IMPACT_STEPS, MAGIC
from handrail.domain.reading import READING, stem, words
from handrail_ops.knowledge.articles import Article
from handrail_ops.knowledge.passages import passages_of

# BM25's usual constants: how soon repetition stops counting, and how much length is held against
# a document. Others were tried on six languages and were no better.
_SATURATION: Final = 1.2
_LENGTH: Final = 0.75


@dataclass(frozen=True, slots=True)
class Built:
    """What an index holds, for whoever built it."""

    path: Path
    articles: int
    passages: int
    languages: Mapping[str, int]
    """Passages of each language."""
    bytes_written: int


@dataclass(slots=True)
class _Document:
    record: Mapping[str, Any]
    article: int
    terms: Counter[str]


@dataclass(slots=True)
class _Language:
    passages: list[_Document] = field(default_factory=list)
    questions: list[_Document] = field(default_factory=list)
    article_ends: list[int] = field(default_factory=list)
    question_ends: list[int] = field(default_factory=list)
    """Counted from the first question; in the file, from the first passage."""


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
        passages=sum(len(language.passages) for language in languages.values()),
        languages={code: len(language.passages) for code, language in languages.items()},
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
            found_by = terms(f"{passage.title}\n{passage.text}")
            language.passages.append(_Document(record, number, found_by))
        language.article_ends.append(len(language.passages))
        for question in (article.title, *article.questions):
            language.questions.append(_Document({"text": question}, number, terms(question)))
        language.question_ends.append(len(language.questions))
    return language


def _write_language(body: bytearray, language: _Language) -> Mapping[str, Any]:
    documents = [*language.passages, *language.questions]
    impacts = [*_impacts(language.passages), *_impacts(language.questions)]
    scale = max((max(own.values(), default=0.0) for own in impacts), default=0.0) / IMPACT_STEPS
    postings: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
    for document, own in enumerate(impacts):
        for term, impact in own.items():
            postings[term].append((document, max(1, round(impact / scale))))
    ordered = sorted((term.encode(), found) for term, found in postings.items())
    document_type = "H" if len(documents) <= 0x10000 else "I"  # noqa: PLR2004 - two bytes' worth
    sections = {
        "terms": b"".join(term for term, _ in ordered),
        "term_ends": _ends(len(term) for term, _ in ordered),
        "posting_ends": _ends(len(found) for _, found in ordered),
        "documents": _numbers(document_type, (d for _, found in ordered for d, _ in found)),
        "impacts": bytes(impact for _, found in ordered for _, impact in found),
        "records": b"".join(_json(document.record) for document in documents),
        "record_ends": _ends(len(_json(document.record)) for document in documents),
        "articles": _numbers("I", (document.article for document in documents)),
        "article_ends": _numbers("I", language.article_ends),
        "question_weights": _numbers("f", _question_weights(language, postings)),
        "question_ends": _numbers(
            "I", (len(language.passages) + n for n in language.question_ends)
        ),
    }
    return {
        "passages": len(language.passages),
        "documents": len(documents),
        "impact_scale": scale,
        "document_type": document_type,
        "sections": {name: _append(body, data) for name, data in sections.items()},
    }


def _impacts(documents: Sequence[_Document]) -> list[Mapping[str, float]]:
    """Return what each term of each document counts, before its rarity: BM25's other half."""
    lengths = [_lengths(document.terms) for document in documents]
    averages = [max(1.0, sum(kind) / len(documents)) for kind in zip(*lengths, strict=True)]
    impacts: list[Mapping[str, float]] = []
    for document, own in zip(documents, lengths, strict=True):
        longer = [
            _SATURATION * (1 - _LENGTH + _LENGTH * length / average)
            for length, average in zip(own, averages, strict=True)
        ]
        impacts.append(
            {
                term: count * (_SATURATION + 1) / (count + longer[term.startswith(GRAM_MARK)])
                for term, count in document.terms.items()
            }
        )
    return impacts


def _question_weights(
    language: _Language, postings: Mapping[str, Sequence[tuple[int, int]]]
) -> Iterator[float]:
    documents = len(language.passages) + len(language.questions)
    for question in language.questions:
        different = dict.fromkeys(words(question.record["text"]))
        yield sum(rarity(documents, len(postings.get(stem(word), ()))) for word in different)


def _lengths(counted: Counter[str]) -> tuple[int, int]:
    pieces = sum(count for term, count in counted.items() if term.startswith(GRAM_MARK))
    return counted.total() - pieces, pieces


def _append(body: bytearray, data: bytes) -> tuple[int, int]:
    start = len(body)
    body += data
    body += bytes(-len(body) % ALIGNMENT)
    return start, len(data)


def _ends(lengths: Iterable[int]) -> bytes:
    end = 0
    ends: list[int] = []
    for length in lengths:
        end += length
        ends.append(end)
    return _numbers("I", ends)


def _numbers(kind: str, values: Iterable[float]) -> bytes:
    numbers = array(kind, values)
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
