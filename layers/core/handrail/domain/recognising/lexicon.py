"""Every term of every language in one packed table, of which a message unpacks a few entries.

Some hundred thousand terms cannot be made into objects at each start of a function. So they are
packed when a language changes: the terms that begin with one word are one line of text, the lines
lie in buckets by the word's checksum, and a line is read when its word first occurs. Besides its
terms a line says which languages use the word at all, which tells whose message it may be.
"""

import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple, Self

from handrail.domain.recognising.evidence import evidence
from handrail.domain.recognising.words import HARD, STEM_MARK, elongations, undoubled

BUCKETS: Final = 1 << 14
REMEMBERED_WORDS_MAX: Final = 20_000
"""How many words are kept unpacked; a function that lives long would keep every name otherwise."""

STEM_LETTERS_MIN: Final = 2
HOST_LETTERS_MIN: Final = 2
"""What must be left of a word when a proclitic is taken off."""

ClassHits = dict[int, dict[int, int]]
"""Class -> length of the term in words -> bits of the places where they start."""

# A line: word, the languages whose own it is and those that list it (hexadecimal), then per term
# the words that follow, "=", and its owners: "talk<TAB>1/3f<TAB>=3.4<TAB>to=3.4,5.2". An owner is
# a language's number and a class.
_FIELD = "\t"
_LINE = "\n"


class Node:
    """One step into the table: which word may come next, and whose term is complete here."""

    __slots__ = ("languages", "owners", "stem_lengths", "stems", "words")

    def __init__(self) -> None:
        """Begin with nothing."""
        self.languages = 0  # the bits of the languages that have a term here or behind
        self.owners: dict[int, tuple[int, ...]] = {}
        self.words: dict[str, Node] | None = None
        self.stems: dict[str, Node] | None = None
        self.stem_lengths: tuple[int, ...] = ()

    def child(self, word: str) -> "Node":
        """Return the node after a word of a term, made if need be."""
        if not word.endswith(STEM_MARK):
            if self.words is None:
                self.words = {}
            return self.words.setdefault(word, Node())
        stem = word[:-1]
        if self.stems is None:
            self.stems = {}
        if stem not in self.stems:
            self.stems[stem] = Node()
            self.stem_lengths = tuple(sorted({*self.stem_lengths, len(stem)}))
        return self.stems[stem]

    def after(self, form: str) -> Iterator["Node"]:
        """Yield the nodes a form of a word leads to."""
        if self.words is not None and (node := self.words.get(form)) is not None:
            yield node
        if self.stems is not None:
            for length in self.stem_lengths:
                if length > len(form):
                    return
                if (node := self.stems.get(form[:length])) is not None:
                    yield node


class Found(NamedTuple):
    """What the table has for one word of a message."""

    native: int
    """The bits of the languages whose everyday word it is."""
    listed: int
    """The bits of the other languages in whose lists it stands, often as a foreign word."""
    forms: tuple[str, ...]
    """What the word may stand for: itself first."""
    nodes: tuple[tuple[Node, int], ...]
    """Where terms begin with it, and the bits of the languages for which that holds."""
    beginning: int
    """The bits of all languages in which a term begins with it."""
    evidence: int
    """What it counts for each language."""

    @classmethod
    def of(
        cls,
        native: int,
        listed: int,
        forms: tuple[str, ...],
        nodes: tuple[tuple[Node, int], ...],
        spoken: int,
    ) -> Self:
        """Put together what was found; `spoken` has the bits of all languages."""
        beginning = 0
        for _, languages in nodes:
            beginning |= languages
        listed &= ~native
        counts = evidence(native & spoken, listed & spoken)
        return cls(native, listed, forms, nodes, beginning, counts)


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
        return _FIELD.join((f"{self.native:x}/{self.listed & ~self.native:x}", *terms))


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
                lines[_bucket(word, buckets)].append(f"{word}{_FIELD}{line}")
        proclitics = dict(sorted(self._proclitics.items()))
        return Lexicon(
            [_LINE.join(one) for one in lines],
            stems,
            proclitics,
            frozenset(self._abbreviations),
            dict(sorted(self._not_names.items())),
            sorted(self._people),
        )


def _bucket(word: str, buckets: int) -> int:
    return zlib.crc32(word.encode("utf-8", "replace")) % buckets


class Vocabulary:
    """A lexicon being looked up, with an operator's own terms, which hold in every language."""

    def __init__(self, lexicon: Lexicon, shared: int, own: Mapping[int, Iterable[str]]) -> None:
        """Look up in `lexicon`; `shared` is the number of what holds in every language."""
        self._buckets = lexicon.buckets
        self._stems = lexicon.stems
        self._stem_lengths = sorted({len(stem) for stem in lexicon.stems})
        self._abbreviations = lexicon.abbreviations
        self.not_names = lexicon.not_names
        self._proclitics = tuple(lexicon.proclitics.items())
        self._proclitic_letters = {proclitic[0] for proclitic in lexicon.proclitics}
        self._own = Node()
        self._shared = shared
        self._spoken = (1 << shared) - 1
        for class_id, terms in own.items():
            for term in terms:
                node = self._own
                for word in term.split(" "):
                    node = node.child(word)
                    node.languages = 1 << shared
                node.owners[shared] = (*node.owners.get(shared, ()), class_id)
        self._remembered: dict[str, tuple[int, int, tuple[Node, ...]]] = {}
        self._found: dict[str, Found] = {}

    def without_abbreviations(self, words: list[str]) -> list[str]:
        """Return the words of a message without the stops that only end an abbreviation."""
        if self._abbreviations.isdisjoint(words):
            return words
        return [
            word
            for index, word in enumerate(words)
            if word != HARD or words[index - 1] not in self._abbreviations
        ]

    def find(self, word: str) -> Found:
        """Return what the table has for a word of a message, in every form it may have."""
        found = self._found.get(word)
        if found is None:
            if len(self._found) >= REMEMBERED_WORDS_MAX:
                self._found.clear()
                self._remembered.clear()
            found = self._found[word] = self._find(word)
        return found

    def _find(self, word: str) -> Found:
        native, listed, nodes = self._entry(word)
        forms = [word, *elongations(word)]
        held = [(node, node.languages) for node in nodes]
        for form in forms[1:]:
            more, others, nodes = self._entry(form)
            native |= more
            listed |= others
            held += ((node, node.languages) for node in nodes)
        if not native and not listed and (single := undoubled(word)) != word:
            native, listed, nodes = self._entry(single)
            forms.append(single)
            held += ((node, node.languages) for node in nodes)
        if word[0] in self._proclitic_letters:
            for proclitic, speakers in self._proclitics:
                if not word.startswith(proclitic) or len(word) < len(proclitic) + HOST_LETTERS_MIN:
                    continue
                more, others, nodes = self._entry(word[len(proclitic) :])
                if (more | others) & speakers or nodes:
                    forms.append(word[len(proclitic) :])
                    listed |= (more | others) & speakers
                    allowed = speakers | 1 << self._shared
                    held += ((node, node.languages & allowed) for node in nodes)
        return Found.of(native, listed, tuple(forms), tuple(held), self._spoken)

    def _entry(self, word: str) -> tuple[int, int, tuple[Node, ...]]:
        entry = self._remembered.get(word)
        if entry is None:
            entry = self._remembered[word] = self._read(word)
        return entry

    def _read(self, word: str) -> tuple[int, int, tuple[Node, ...]]:
        nodes: list[Node] = []
        native = listed = 0
        bucket = self._buckets[_bucket(word, len(self._buckets))]
        start = f"{word}{_FIELD}"
        lines = [line[len(start) :] for line in bucket.split(_LINE) if line.startswith(start)]
        for length in self._stem_lengths:
            if length > len(word):
                break
            if (line := self._stems.get(word[:length])) is not None:
                lines.append(line)
        for line in lines:
            used_by, *terms = line.split(_FIELD)
            own, _, others = used_by.partition("/")
            native |= int(own, 16)
            listed |= int(others, 16)
            if terms:
                nodes.append(_node(terms))
        nodes.extend(self._own.after(word))
        return native, listed, tuple(nodes)


def _node(terms: Iterable[str]) -> Node:
    """Return the node of a word from the fields of its line."""
    root = Node()
    for term in terms:
        rest, _, owners = term.rpartition("=")
        node = root
        if rest:
            for word in rest.split(" "):
                node = node.child(word)
        by: dict[int, tuple[int, ...]] = {}
        for owner in owners.split(","):
            language, _, class_id = owner.partition(".")
            number = int(language)
            by[number] = (*by.get(number, ()), int(class_id))
            root.languages |= 1 << number
        node.owners = by
    return root


def hits(message: Sequence[Found], number: int, allowed: int, inside: int) -> ClassHits:
    """Find one language's terms in the allowed words (bits) of a message.

    No term begins or ends at a place that is `inside` a letter as it is written.
    """
    allowed &= ~inside
    bit = 1 << number
    count = len(message)
    complete: dict[tuple[tuple[int, ...], int], int] = {}
    for start, one in enumerate(message):
        if not one.beginning & bit or not allowed >> start & 1:
            continue
        pending = [(node, start + 1) for node, languages in one.nodes if languages & bit]
        while pending:
            node, index = pending.pop()
            if (classes := node.owners.get(number)) and not inside >> index & 1:
                key = classes, index - start
                complete[key] = complete.get(key, 0) | 1 << start
            if index < count and (node.words is not None or node.stems is not None):
                for form in message[index].forms:
                    pending.extend((child, index + 1) for child in node.after(form))
    found: ClassHits = {}
    for (classes, length), starts in complete.items():
        for class_id in classes:
            lengths = found.setdefault(class_id, {})
            lengths[length] = lengths.get(length, 0) | starts
    return found
