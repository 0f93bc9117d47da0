"""Every term of every language in one packed table, of which a message unpacks a few entries.

Some hundred thousand terms cannot be made into objects at each start of a function. So they are
packed when a language changes: the terms that begin with one word are one line of text, the lines
lie in buckets by the word's checksum, and a line is read when its word first occurs. Besides its
terms a line says which languages use the word at all, which tells whose message it may be.
"""

import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from handrail.domain.recognising.words import STEM_MARK

BUCKETS: Final = 1 << 14

STEM_LETTERS_MIN: Final = 2

# A line: word, the languages whose own it is and those that list it (hexadecimal), then per term
# the words that follow, "=", and its owners: "talk<TAB>1/3f<TAB>=3.4<TAB>to=3.4,5.2". An owner is
# a language's number and a class.
FIELD: Final = "\t"
LINE: Final = "\n"


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The packed terms of every language."""

    buckets: Sequence[str]
    stems: Mapping[str, str]
    """What begins with a stem, as in a line, by the stem."""
    proclitics: Mapping[str, int]
    """Short words written together with the next one -> the bits of the languages that do so."""
    abbreviations: frozenset[str] = frozenset()
    """Words whose full stop ends no sentence."""
    not_names: Mapping[str, int] = field(default_factory=dict)
    """Names of languages that mean something else -> the bits of the languages where they do."""
    people: Sequence[str] = ()
    """The words that may be a whole request in some language, as they may be misspelt."""


@dataclass(slots=True)
class _Line:
    """One word's line while it is written."""

    native: int = 0
    listed: int = 0
    terms: dict[str, dict[int, set[int]]] = field(default_factory=dict)

    def __str__(self) -> str:
        """Return what stands behind the word."""
        terms = []
        for rest, by in sorted(self.terms.items()):
            owners = [f"{number}.{one}" for number in sorted(by) for one in sorted(by[number])]
            terms.append(f"{rest}={','.join(owners)}")
        return FIELD.join((f"{self.native:x}/{self.listed & ~self.native:x}", *terms))


class Packing:
    """A lexicon in the making."""

    def __init__(self) -> None:
        """Begin with no terms."""
        self._lines: dict[str, _Line] = {}
        self._proclitics: dict[str, int] = {}
        self._abbreviations: set[str] = set()
        self._not_names: dict[str, int] = {}
        self._people: set[str] = set()

    def _line(self, word: str) -> _Line:
        if word.endswith(STEM_MARK) and len(word) <= STEM_LETTERS_MIN:
            message = f"the stem {word!r} is too short: write {STEM_LETTERS_MIN} letters or more"
            raise ValueError(message)
        return self._lines.setdefault(word, _Line())

    def add(self, number: int, terms: Iterable[str], class_id: int, *, used: bool = True) -> None:
        """Add folded terms of one language's class.

        `used` says that they are the language's words: what it calls other languages tells little.

        Raises:
            ValueError: a stem is too short.

        """
        for term in terms:
            first, _, rest = term.partition(" ")
            owners = self._line(first).terms.setdefault(rest, {})
            owners.setdefault(number, set()).add(class_id)
            if used:
                for word in term.split(" "):
                    self._line(word).listed |= 1 << number

    def add_everyday(self, number: int, words: Iterable[str]) -> None:
        """Note that these words are a language's own."""
        for word in words:
            self._line(word).native |= 1 << number

    def add_proclitics(self, number: int, proclitics: Iterable[str]) -> None:
        """Take these off the front of words as well, in one language."""
        for proclitic in proclitics:
            self._proclitics[proclitic] = self._proclitics.get(proclitic, 0) | 1 << number

    def add_abbreviations(self, abbreviations: Iterable[str]) -> None:
        """Let the full stop after these words end no sentence."""
        self._abbreviations.update(abbreviations)

    def add_not_names(self, number: int, words: Iterable[str]) -> None:
        """Let these words name no language in messages of this one."""
        for word in words:
            self._not_names[word] = self._not_names.get(word, 0) | 1 << number

    def add_people(self, terms: Iterable[str]) -> None:
        """Let these terms, where they are one word, be known by themselves even if misspelt."""
        self._people.update(term for term in terms if " " not in term)

    def packed(self, buckets: int = BUCKETS) -> Lexicon:
        """Return the lexicon."""
        lines: list[list[str]] = [[] for _ in range(buckets)]
        stems: dict[str, str] = {}
        for word, line in sorted(self._lines.items()):
            if word.endswith(STEM_MARK):
                stems[word[:-1]] = str(line)
            else:
                lines[bucket_of(word, buckets)].append(f"{word}{FIELD}{line}")
        proclitics = dict(sorted(self._proclitics.items()))
        return Lexicon(
            [LINE.join(one) for one in lines],
            stems,
            proclitics,
            frozenset(self._abbreviations),
            dict(sorted(self._not_names.items())),
            sorted(self._people),
        )


def bucket_of(word: str, buckets: int) -> int:
    """Return in which of the buckets a word's line lies."""
    return zlib.crc32(word.encode("utf-8", "replace")) % buckets
