"""The index as a file that is mapped, not loaded: opening it costs the same at any size.

A JSON header says where each section lies; sections are arrays of little-endian numbers, and
texts behind arrays of offsets. Nothing is decoded before it is asked for, and several workers on
one machine share the pages.

    magic, header length, header (JSON) | sections, each at a multiple of 8 bytes

Per language: `terms` (sorted), `postings` of each term (`documents`, `impacts`), `records` (JSON,
one per document), and `order`: the numbers of a passage's words as they stand, so that neighbours
are looked for in the few passages that fit. Documents are numbered passages first, then the
questions of articles.
"""

import json
import mmap
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from handrail.domain.errors import SettingsError
from handrail.domain.reading import READING

MAGIC: Final = b"HANDRAIL-INDEX-2\n"
ALIGNMENT: Final = 8
NO_TERM: Final = 0xFFFFFFFF
"""Stands in the order of words where what follows is no neighbour of what came before."""
FILE_NAME: Final = "knowledge.index"
IMPACT_STEPS: Final = 255
_REMEMBERED_TERMS_MAX: Final = 20_000
"""Terms a language remembers the places of: customers ask with the same words."""


@dataclass(frozen=True, slots=True)
class Postings:
    """The documents of a term and how much the term counts in each, in `IMPACT_STEPS`."""

    documents: memoryview
    impacts: memoryview


class LanguageIndex:
    """The part of the index that belongs to one language."""

    def __init__(self, data: memoryview, header: Mapping[str, Any]) -> None:
        self.passages: Final[int] = header["passages"]
        self.documents: Final[int] = header["documents"]
        self.impact_scale: Final[float] = header["impact_scale"]
        sections = {
            name: data[start : start + length]
            for name, (start, length) in header["sections"].items()
        }
        self._terms = sections["terms"]
        self._term_ends = sections["term_ends"].cast("I")
        self._records = sections["records"]
        self._record_ends = sections["record_ends"].cast("I")
        self._posting_ends = sections["posting_ends"].cast("I")
        self._posting_documents = sections["documents"].cast(header["document_type"])
        self._posting_impacts = sections["impacts"]
        self._order = sections["order"].cast("I")
        self._order_ends = sections["order_ends"].cast("I")
        self._articles = sections["articles"].cast("I")
        self._article_ends = sections["article_ends"].cast("I")
        self._question_ends = sections["question_ends"].cast("I")
        self._question_weights = sections["question_weights"].cast("f")
        self._found: dict[bytes, int | None] = {}

    def postings(self, term: str) -> Postings | None:
        """Return where a term stands, or None when no document has it."""
        number = self._find(term.encode())
        if number is None:
            return None
        start = self._posting_ends[number - 1] if number else 0
        end = self._posting_ends[number]
        return Postings(self._posting_documents[start:end], self._posting_impacts[start:end])

    def number(self, term: str) -> int | None:
        """Return what stands for a term in the order of a passage's words, or None."""
        return self._find(term.encode())

    def having(self, number: int) -> int:
        """Return how many documents have a term, by its number."""
        return self._posting_ends[number] - (self._posting_ends[number - 1] if number else 0)

    def order(self, passage: int) -> list[int]:
        """Return the numbers of a passage's words as they stand."""
        start = self._order_ends[passage - 1] if passage else 0
        return self._order[start : self._order_ends[passage]].tolist()

    def record(self, document: int) -> dict[str, Any]:
        """Return what is kept of a document."""
        start = self._record_ends[document - 1] if document else 0
        record: dict[str, Any] = json.loads(
            bytes(self._records[start : self._record_ends[document]])
        )
        return record

    def article_of(self, document: int) -> int:
        """Return the number of the article that a passage or a question belongs to."""
        return self._articles[document]

    def passages_of(self, article: int) -> range:
        """Return the documents that are an article's passages."""
        return range(
            self._article_ends[article - 1] if article else 0, self._article_ends[article]
        )

    def questions_of(self, article: int) -> range:
        """Return the documents that are an article's questions."""
        start = self._question_ends[article - 1] if article else self.passages
        return range(start, self._question_ends[article])

    def question_weight(self, document: int) -> float:
        """Return how much the words of a question tell, all together."""
        return self._question_weights[document - self.passages]

    def find(self, article: str, number: int) -> dict[str, Any] | None:
        """Return the record of an article's passage, counted from 1, or None."""
        low, high = 0, len(self._article_ends)
        while low < high:
            middle = (low + high) // 2
            documents = self.passages_of(middle)
            record = self.record(documents.start)
            if record["article"] == article:
                inside = 1 <= number <= len(documents)
                return self.record(documents[number - 1]) if inside else None
            if record["article"] < article:
                low = middle + 1
            else:
                high = middle
        return None

    def _find(self, term: bytes) -> int | None:
        if term not in self._found:
            if len(self._found) >= _REMEMBERED_TERMS_MAX:
                self._found.clear()
            self._found[term] = self._search(term)
        return self._found[term]

    def _search(self, term: bytes) -> int | None:
        terms, ends = self._terms, self._term_ends
        low, high = 0, len(ends)
        while low < high:
            middle = (low + high) // 2
            found = bytes(terms[ends[middle - 1] if middle else 0 : ends[middle]])
            if found == term:
                return middle
            if found < term:
                low = middle + 1
            else:
                high = middle
        return None


class IndexFile:
    """An open index."""

    def __init__(self, path: Path) -> None:
        """Map the file.

        Raises:
            SettingsError: there is no index, or it is not one that this version reads.

        """
        self._path = path
        if sys.byteorder != "little":
            message = "the knowledge index is read on little-endian machines only"
            raise SettingsError(message)
        try:
            with path.open("rb") as file:
                self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except (OSError, ValueError) as error:
            message = (
                f"no knowledge index at {path} ({error}); build one with"
                " `handrail knowledge build` and set KNOWLEDGE_DIRECTORY to its folder"
            )
            raise SettingsError(message) from None
        header, start = self._read_header()
        data = memoryview(self._map)[start:]
        self.languages: Final[Mapping[str, LanguageIndex]] = {
            language: LanguageIndex(data, section)
            for language, section in header["languages"].items()
        }

    def _read_header(self) -> tuple[dict[str, Any], int]:
        data = self._map
        begin = len(MAGIC) + 4
        fault = "it does not begin as an index does"
        if data[: len(MAGIC)] == MAGIC:
            end = begin + int.from_bytes(data[len(MAGIC) : begin], "little")
            start = -(-end // ALIGNMENT) * ALIGNMENT
            try:
                header: dict[str, Any] = json.loads(data[begin:end])
                size, reading = start + header["bytes"], header["reading"]
            except (ValueError, KeyError, TypeError) as error:
                fault = f"its header cannot be read ({error!r})"
            else:
                if reading == READING and len(data) == size:
                    return header, start
                fault = (
                    f"it has {len(data)} bytes of {size}, and was built for reading {reading}"
                    f" (here: {READING})"
                )
        message = (
            f"{self._path} is not a knowledge index this version reads: {fault};"
            " build it again with `handrail knowledge build`"
        )
        raise SettingsError(message)
