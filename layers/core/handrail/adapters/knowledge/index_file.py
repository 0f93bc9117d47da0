"""The index as a file that is mapped, not loaded: opening it costs the same at any size.

A JSON header says where each section lies; sections are arrays of little-endian numbers. Nothing
is decoded before it is asked for, and several workers on one machine share the pages.

    magic, header length, header (JSON) | sections, each at a multiple of 8 bytes

Per language: `terms` (their hashes, sorted), where each stands among passages and, apart, among
the articles' questions, and how much it counts there; `order`, two bytes for each of a passage's
words as they stand, so that neighbours are looked for in the few passages that fit; `texts`; and
what each article is. Passages and questions are numbered apart, which keeps either in two bytes.
`docs/decisions/0040-the-index-file.md` has what each part costs.
"""

import json
import mmap
import sys
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final, NamedTuple

from handrail.adapters.knowledge.texts import Texts
from handrail.domain.errors import SettingsError
from handrail.domain.reading import READING

MAGIC: Final = b"HANDRAIL-INDEX-3\n"
ALIGNMENT: Final = 8
APART_MARK: Final = 0
"""Stands in the order of words where what follows is no neighbour of what came before."""
FILE_NAME: Final = "knowledge.index"
IMPACT_STEPS: Final = 255
_HASH_BYTES: Final = 8
_ORDER_MARKS: Final = 0xFFFF
_MARK_BYTES: Final = 2
_NOWHERE: Final[tuple[Sequence[int], memoryview]] = ((), memoryview(b""))
_LISTED_MAX: Final = 500
"""Places that are read at once: looking things up in a list costs a third."""


class Postings(NamedTuple):
    """Where a term stands, and how much it counts in each place, in `IMPACT_STEPS`."""

    having: int
    """How many passages and questions have it; none when it stands in too many to tell."""
    passages: Sequence[int]
    passage_impacts: memoryview
    questions: Sequence[int]
    question_impacts: memoryview


def term_hash(term: str) -> int:
    """Return what an index knows a term by: 64 bits, so that two hardly ever meet."""
    return int.from_bytes(blake2b(term.encode(), digest_size=_HASH_BYTES).digest(), "little")


def order_mark(term: str) -> int:
    """Return what stands for a term in the order of words, in two bytes and never `APART_MARK`.

    One in 65,535 terms has the same; two neighbours that both have others' are never met.
    """
    return 1 + term_hash(term) % _ORDER_MARKS


class LanguageIndex:
    """The part of the index that belongs to one language."""

    def __init__(self, data: memoryview, header: Mapping[str, Any]) -> None:
        self.passages: Final[int] = header["passages"]
        self.questions: Final[int] = header["questions"]
        self.impact_scale: Final[float] = header["impact_scale"]
        sections = {
            name: data[start : start + length].cast(kind)
            for name, (kind, start, length) in header["sections"].items()
        }
        self._terms = sections["terms"]
        self._passage_places = (
            sections["passage_term_ends"],
            sections["passage_numbers"],
            sections["passage_impacts"],
        )
        self._question_places = (
            sections["question_term_ends"],
            sections["question_numbers"],
            sections["question_impacts"],
        )
        self._order = sections["order"]
        self._order_ends = sections["order_ends"]
        self._texts = Texts(
            sections["texts"], sections["text_ends"], sections["tokens"], sections["token_ends"]
        )
        self._articles = sections["articles"]
        self._article_ends = sections["article_ends"]
        self._passage_articles = sections["passage_articles"]
        self._question_articles = sections["question_articles"]
        self._passage_ends = sections["article_passage_ends"]
        self._question_ends = sections["article_question_ends"]
        self._valid_from = sections["valid_from"]
        self._valid_until = sections["valid_until"]
        self._courtesies = sections["courtesies"]
        self._question_weights = sections["question_weights"]

    @property
    def articles(self) -> int:
        """How many articles there are; they are ordered by their ids."""
        return len(self._passage_ends)

    @property
    def documents(self) -> int:
        """How many passages and questions there are."""
        return self.passages + self.questions

    def postings(self, term: str) -> Postings | None:
        """Return where a term stands, or None when it stands nowhere."""
        wanted = term_hash(term)
        number = bisect_left(self._terms, wanted)
        if number == len(self._terms) or self._terms[number] != wanted:
            return None
        passages, passage_impacts = _places(number, *self._passage_places)
        questions, question_impacts = _places(number, *self._question_places)
        having = len(passages) + len(questions)
        return Postings(having, passages, passage_impacts, questions, question_impacts)

    def order(self, passage: int) -> bytes:
        """Return the `order_mark`s of a passage's words as they stand, two bytes each."""
        start = self._order_ends[passage - 1] if passage else 0
        return self._order[start : self._order_ends[passage]].tobytes()

    def text(self, passage: int) -> str:
        """Return a passage's text."""
        return self._texts.text(passage)

    def question(self, question: int) -> str:
        """Return one of the articles' questions."""
        return self._texts.text(self.passages + question)

    def article(self, article: int) -> dict[str, Any]:
        """Return what all passages of an article share: `id`, `title`, `link`, `sensitive`."""
        start = self._article_ends[article - 1] if article else 0
        end = self._article_ends[article]
        record: dict[str, Any] = json.loads(bytes(self._articles[start:end]))
        return record

    def is_valid(self, article: int, now: float) -> bool:
        """Say whether an article answers at a time, in seconds since the epoch."""
        return bool(self._valid_from[article] <= now < self._valid_until[article])

    def validity(self, article: int) -> tuple[float, float]:
        """Return from when until when an article answers, the latter perhaps infinite."""
        return self._valid_from[article], self._valid_until[article]

    def is_courtesy(self, article: int) -> bool:
        """Say whether an article has no page to open: it greets, or thanks."""
        return bool(self._courtesies[article])

    def article_of(self, passage: int) -> int:
        """Return the article that a passage belongs to."""
        article: int = self._passage_articles[passage]
        return article

    def article_of_question(self, question: int) -> int:
        """Return the article that a question belongs to."""
        article: int = self._question_articles[question]
        return article

    def passages_of(self, article: int) -> range:
        """Return an article's passages."""
        start = self._passage_ends[article - 1] if article else 0
        return range(start, self._passage_ends[article])

    def questions_of(self, article: int) -> range:
        """Return an article's questions."""
        start = self._question_ends[article - 1] if article else 0
        return range(start, self._question_ends[article])

    def question_weight(self, question: int) -> float:
        """Return how much the words of a question tell, all together."""
        weight: float = self._question_weights[question]
        return weight

    def find(self, article_id: str) -> int | None:
        """Return an article's number, or None."""
        low, high = 0, self.articles
        while low < high:
            middle = (low + high) // 2
            found = self.article(middle)["id"]
            if found == article_id:
                return middle
            if found < article_id:
                low = middle + 1
            else:
                high = middle
        return None


def stands_in_order(pair: bytes, order: bytes) -> bool:
    """Say whether two words' marks are neighbours in the order of a passage's words."""
    place = order.find(pair)
    while place % _MARK_BYTES and place >= 0:
        place = order.find(pair, place + 1)
    return place >= 0


def _places(
    number: int, ends: memoryview, numbers: memoryview, impacts: memoryview
) -> tuple[Sequence[int], memoryview]:
    start = ends[number - 1] if number else 0
    end = ends[number]
    if start == end:
        return _NOWHERE
    found = numbers[start:end]
    return found.tolist() if end - start <= _LISTED_MAX else found, impacts[start:end]


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
