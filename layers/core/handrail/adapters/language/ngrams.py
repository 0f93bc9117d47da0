"""How much the letters and words of a text speak for each language.

A run of one to five letters, or a whole word, speaks for the languages in whose words it is more
common than elsewhere. The table of all runs is compiled from words that the languages' keepers
wrote and from CLDR's names (`handrail languages compile`) and read here as plain bytes, so that
loading it takes no longer than reading a file.
"""

import re
import sys
import unicodedata
import zlib
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

ORDERS: Final = (1, 2, 3, 4, 5)
BUCKETS: Final = 1 << 18
WEIGHT_STEP: Final = 1 / 24
"""What one step of a stored weight is worth, in units of log-probability."""
WORD_WEIGHT: Final = 3
"""A whole word counts as many times as a run of letters."""

WORDS_SEEN_MAX: Final = 40
WORDS_AT_ONCE: Final = 5
DECIDED: Final = 1_800
"""So far ahead of all others a language need not be looked at further; some ten words' worth."""

WORD_LETTERS_MAX: Final = 24

# A file: magic, what it was made from, offset of each bucket (and the end) as 32-bit little
# endian, then per run of letters: fingerprint, number of pairs, the pairs of language and weight.
MAGIC: Final = b"HANDRAIL NGRAMS 1\n"
ORIGIN_BYTES: Final = 32

_WORD = re.compile(
    r"(?:[^\W\d_]|[\u0300-\u036f\u0900-\u0963\u0970-\u0dff\u0e31-\u0e4e\u0eb1-\u0ece\u1000-\u109f"
    r"\u17b4-\u17d3])+(?:['\u2019\u02bb\u02bc](?:[^\W\d_])+)?"
)


def words(text: str) -> list[str]:
    """Return the words whose letters are looked at, in lower case."""
    return _WORD.findall(unicodedata.normalize("NFC", text.casefold()))


def runs(word: str) -> Iterator[str]:
    """Yield the runs of letters of a word, and the word itself; its ends count as letters."""
    framed = f" {word} "
    length = len(framed)
    for order in ORDERS:
        for start in range(length - order + 1):
            run = framed[start : start + order]
            if run != " ":
                yield run


def whole(word: str) -> str:
    """Return what stands for a whole word in the table."""
    return f"#{word}"


def place_of(run: str) -> tuple[int, int]:
    """Return the bucket and the fingerprint of a run."""
    checksum = zlib.crc32(run.encode("utf-8", "replace"))
    return checksum % BUCKETS, checksum >> 24


def pack(table: Mapping[str, Iterable[tuple[int, int]]], origin: bytes) -> bytes:
    """Return the file for runs and their pairs of language and weight (1 to 255).

    `origin` is a digest of what the table was made from, so that a stale one can be told.
    """
    buckets: dict[int, dict[int, dict[int, int]]] = {}
    for run, pairs in table.items():
        bucket, fingerprint = place_of(run)
        # Two runs of one fingerprint cannot be told apart: the stronger speaks for both.
        known = buckets.setdefault(bucket, {}).setdefault(fingerprint, {})
        for language, weight in pairs:
            known[language] = max(weight, known.get(language, 0))
    offsets = array("I", [0])
    body = bytearray()
    for bucket in range(BUCKETS):
        for fingerprint, by_language in sorted(buckets.get(bucket, {}).items()):
            body += bytes((fingerprint, len(by_language)))
            for language, weight in sorted(by_language.items()):
                body += bytes((language, weight))
        offsets.append(len(body))
    return MAGIC + origin + _little_endian(offsets).tobytes() + bytes(body)


def origin_of(path: Path) -> bytes:
    """Return the digest of what a table was made from; empty where there is no table."""
    try:
        with path.open("rb") as file:
            head = file.read(len(MAGIC) + ORIGIN_BYTES)
    except FileNotFoundError:
        return b""
    return head[len(MAGIC) :] if head.startswith(MAGIC) else b""


def _little_endian(numbers: "array[int]") -> "array[int]":
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers


class Spoken(NamedTuple):
    """What speaks for each language, by its number."""

    weights: Sequence[int]
    """In units of `WEIGHT_STEP`."""
    known: Sequence[int]
    """How many of the words stand in the table whole."""
    words: int
    """How many words were looked at."""


class Ngrams:
    """The table, being looked up."""

    def __init__(self, path: Path, languages: int) -> None:
        """Read the table of so many languages.

        Raises:
            ValueError: the file is no such table.

        """
        data = path.read_bytes()
        if not data.startswith(MAGIC):
            message = f"{path} is no table of letters; run `handrail languages compile`"
            raise ValueError(message)
        begin = len(MAGIC) + ORIGIN_BYTES
        offsets = array("I")
        end = begin + (BUCKETS + 1) * offsets.itemsize
        offsets.frombytes(data[begin:end])
        self._offsets = _little_endian(offsets)
        self._body = data[end:]
        self._languages = languages

    def speak(self, spoken: Sequence[str], candidates: Sequence[int]) -> "Spoken":
        """Return what speaks for each of the candidates.

        The first words are looked at, until one language is far ahead of the others.
        """
        weights = [0] * self._languages
        known = [0] * self._languages
        seen = 0
        for word in spoken[:WORDS_SEEN_MAX]:
            letters = word[:WORD_LETTERS_MAX]
            for checksum in _checksums(letters):
                pairs = self._pairs(checksum)
                for language, weight in zip(pairs[::2], pairs[1::2], strict=True):
                    weights[language] += weight
            pairs = self._pairs(zlib.crc32(whole(letters).encode("utf-8", "replace")))
            for language, weight in zip(pairs[::2], pairs[1::2], strict=True):
                weights[language] += WORD_WEIGHT * weight
                known[language] += 1
            seen += 1
            if seen % WORDS_AT_ONCE == 0:
                second, first = sorted(weights[one] for one in candidates)[-2:]
                if first - second > DECIDED:
                    break
        return Spoken(weights, known, seen)

    def _pairs(self, checksum: int) -> bytes:
        """Return language and weight, language and weight ... of the run with a checksum."""
        bucket, fingerprint = checksum % BUCKETS, checksum >> 24
        place, end = self._offsets[bucket], self._offsets[bucket + 1]
        body = self._body
        while place < end:
            after = place + 2 + 2 * body[place + 1]
            if body[place] == fingerprint:
                return body[place + 2 : after]
            place = after
        return b""


def _checksums(word: str) -> Iterator[int]:
    """Yield the checksums of a word's runs: those of `runs`, each made from the one before it."""
    letters = [letter.encode("utf-8", "replace") for letter in f" {word} "]
    longest = ORDERS[-1]
    for start, first in enumerate(letters):
        checksum = zlib.crc32(first)
        if first != b" ":
            yield checksum
        for letter in letters[start + 1 : start + longest]:
            checksum = zlib.crc32(letter, checksum)
            yield checksum
