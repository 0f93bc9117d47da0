"""The lexicon looked up: what it has for the words of a message, and whose terms stand in it.

What was read once is kept, since most words come again, and in few languages.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Self

from handrail.domain.recognising.evidence import evidence, in_other_letters
from handrail.domain.recognising.lexicon import FIELD, LINE, Lexicon, bucket_of
from handrail.domain.recognising.patterns import Hit
from handrail.domain.recognising.words import HARD, SOFT, STEM_MARK, elongations, undoubled

REMEMBERED_WORDS_MAX: Final = 20_000
"""How many words are kept unpacked; a function that lives long would keep every name otherwise."""

HOST_LETTERS_MIN: Final = 2
"""What must be left of a word when a proclitic is taken off."""


class Node:
    """One step into the table: which word may come next, and whose term is complete here."""

    __slots__ = ("languages", "owners", "stem_lengths", "stems", "words")

    def __init__(self) -> None:
        """Begin with nothing."""
        self.languages = 0  # the bits of the languages that have a term here or behind
        self.owners: dict[int, int] = {}  # language -> the bits of the term's classes
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


@dataclass(slots=True, eq=False)  # told apart by identity, which hashes at once
class Begun:
    """What begins with a word in one language."""

    whole: int
    """The bits of the classes of which the word is a term by itself."""
    further: Sequence[Node]
    """From where a next word may go on."""
    next_words: frozenset[str] | None
    """The words that do so; None where stems do, too."""

    @classmethod
    def at(cls, nodes: Sequence[Node], number: int) -> Self:
        """Return what begins at these nodes in one language."""
        bit = 1 << number
        whole = 0
        for node in nodes:
            whole |= node.owners.get(number, 0)
        words = [
            word
            for node in nodes
            for word, after in (node.words or {}).items()
            if after.languages & bit
        ]
        stems = any(
            after.languages & bit for node in nodes for after in (node.stems or {}).values()
        )
        return cls(whole, nodes, None if stems else frozenset(words))


@dataclass(slots=True)
class Found:
    """What the table has for one word of a message."""

    is_latin: bool
    """Whether it is written in Latin letters."""
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
    """What it counts for each language; in Latin letters and in others apart."""
    begun: dict[int, Begun] = field(init=False, default_factory=dict)
    """What begins with it, by language; kept once asked for, since most words come again."""
    _alone: int | None = field(init=False, default=None)

    @classmethod
    def of(
        cls,
        is_latin: bool,
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
        if not is_latin:
            counts = in_other_letters(counts, spoken.bit_length())
        return cls(is_latin, native, listed, forms, nodes, beginning, counts)

    def alone(self) -> int:
        """Return the classes (bits) of which it is a term by itself, in any language; kept."""
        if self._alone is None:
            self._alone = 0
            for node, languages in self.nodes:
                for number, classes in node.owners.items():
                    if languages >> number & 1:
                        self._alone |= classes
        return self._alone

    def begin(self, number: int) -> Begun:
        """Find what begins with the word in a language."""
        nodes = [node for node, languages in self.nodes if languages >> number & 1]
        begun = self.begun[number] = Begun.at(nodes, number)
        return begun


@dataclass(frozen=True, slots=True)
class Said:
    """What the table has for the words of a message."""

    found: Sequence[Found]
    """Word by word."""
    places: Sequence[tuple[Found, int]]
    """Each once, with the bits of the places where it stands."""
    hard: int
    """The places of full stops and their like."""
    soft: int
    """The places of commas and their like."""

    def with_others(self, others: Mapping[int, Found]) -> "Said":
        """Return the same with something else at some places."""
        found = list(self.found)
        changed = 0
        for index, other in others.items():
            found[index] = other
            changed |= 1 << index
        kept = [(one, left) for one, places in self.places if (left := places & ~changed)]
        places = [*kept, *((other, 1 << index) for index, other in others.items())]
        return replace(self, found=found, places=places)


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
                node.owners[shared] = node.owners.get(shared, 0) | 1 << class_id
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

    def find(self, words: Sequence[str]) -> Said:
        """Return what the table has for each word of a message, in every form it may have."""
        if len(self._found) >= REMEMBERED_WORDS_MAX:
            self._found.clear()
            self._remembered.clear()
        places: dict[str, int] = {}
        place = 1
        for word in words:
            places[word] = places.get(word, 0) | place
            place <<= 1
        known = self._found.get
        found = {word: known(word) or self._find(word) for word in places}
        each = [found[word] for word in words]
        where = list(zip(found.values(), places.values(), strict=True))
        return Said(each, where, places.get(HARD, 0), places.get(SOFT, 0))

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
        found = Found.of(word.isascii(), native, listed, tuple(forms), tuple(held), self._spoken)
        self._found[word] = found
        return found

    def _entry(self, word: str) -> tuple[int, int, tuple[Node, ...]]:
        entry = self._remembered.get(word)
        if entry is None:
            entry = self._remembered[word] = self._read(word)
        return entry

    def _read(self, word: str) -> tuple[int, int, tuple[Node, ...]]:
        nodes: list[Node] = []
        native = listed = 0
        bucket = self._buckets[bucket_of(word, len(self._buckets))]
        start = f"{word}{FIELD}"
        lines = [line[len(start) :] for line in bucket.split(LINE) if line.startswith(start)]
        for length in self._stem_lengths:
            if length > len(word):
                break
            if (line := self._stems.get(word[:length])) is not None:
                lines.append(line)
        for line in lines:
            used_by, *terms = line.split(FIELD)
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
        path = [root]
        if rest:
            for word in rest.split(" "):
                path.append(path[-1].child(word))
        by: dict[int, int] = {}
        languages = 0
        for owner in owners.split(","):
            language, _, class_id = owner.partition(".")
            number = int(language)
            by[number] = by.get(number, 0) | 1 << int(class_id)
            languages |= 1 << number
        for node in path:
            node.languages |= languages
        path[-1].owners = by
    return root


def hits(said: Said, number: int, allowed: int, inside: int) -> list[Hit]:
    """Find one language's terms in the allowed words (bits) of a message.

    No term begins or ends at a place that is `inside` a letter as it is written.
    """
    allowed &= ~inside
    bit = 1 << number
    complete: dict[tuple[int, int], int] = {}
    for one, places in said.places:
        if not one.beginning & bit or not (starts := places & allowed):
            continue
        begun = one.begun.get(number) or one.begin(number)
        if begun.whole and (ending := starts & ~(inside >> 1)):
            key = begun.whole, 1
            complete[key] = complete.get(key, 0) | ending
        if begun.next_words is None or begun.next_words:
            for classes, start, end in _longer(said.found, starts, begun, number):
                if not inside >> end & 1:
                    key = classes, end - start
                    complete[key] = complete.get(key, 0) | 1 << start
    return [Hit(classes, length, starts) for (classes, length), starts in complete.items()]


def _longer(
    found: Sequence[Found], starts: int, begun: Begun, number: int
) -> Iterator[tuple[int, int, int]]:
    """Yield the classes, start and end of one language's longer terms from these starts (bits)."""
    words = begun.next_words
    while starts:
        first = starts & -starts
        starts ^= first
        place = start = first.bit_length()
        if place == len(found):
            return
        if words is not None and words.isdisjoint(found[place].forms):
            continue
        nodes = begun.further
        while nodes and place < len(found):
            forms = found[place].forms
            nodes = [
                after
                for node in nodes
                for form in forms
                for after in node.after(form)
                if after.languages >> number & 1
            ]
            place += 1
            for node in nodes:
                if classes := node.owners.get(number):
                    yield classes, start - 1, place
