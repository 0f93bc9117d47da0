"""Every term of every language in one index, so that one pass over a message finds them all."""

from collections.abc import Iterable, Iterator, Sequence

from handrail.domain.recognising.words import STEM_MARK, elongations

SHARED = -1
"""The number of the list that holds in every language."""

STEM_LETTERS_MIN = 2
HOST_LETTERS_MIN = 2
"""What must be left of a word when a proclitic is taken off."""

Forms = tuple[str, ...]
"""What a word may stand for: itself first."""

ClassHits = dict[int, dict[int, int]]
"""Class -> length of the term in words -> bits of the places where they start."""

Hits = dict[int, ClassHits]
"""The number of a list -> what it finds."""


class _Node:
    """One step of the index: which word may come next, and whose term is complete here."""

    __slots__ = ("owners", "stem_lengths", "stems", "words")

    def __init__(self) -> None:
        # Most nodes end a term of one word: what few need is made when it is needed.
        self.words: dict[str, _Node] | None = None
        self.stems: dict[str, _Node] | None = None
        self.stem_lengths: tuple[int, ...] = ()
        self.owners: list[tuple[int, int]] = []

    def child(self, word: str) -> "_Node":
        """Return the node after a word of a term, made if need be."""
        if not word.endswith(STEM_MARK):
            if self.words is None:
                self.words = {}
            node = self.words.get(word)
            if node is None:
                node = self.words[word] = _Node()
            return node
        stem = word[:-1]
        if len(stem) < STEM_LETTERS_MIN:
            message = f"the stem {word!r} is too short: write {STEM_LETTERS_MIN} letters or more"
            raise ValueError(message)
        if self.stems is None:
            self.stems = {}
        if stem not in self.stems:
            self.stems[stem] = _Node()
            self.stem_lengths = tuple(sorted({*self.stem_lengths, len(stem)}))
        return self.stems[stem]

    def after(self, form: str) -> Iterator["_Node"]:
        """Yield the nodes a form of a word leads to."""
        if self.words is not None and (node := self.words.get(form)) is not None:
            yield node
        if self.stems is not None:
            for length in self.stem_lengths:
                if length > len(form):
                    return
                if (node := self.stems.get(form[:length])) is not None:
                    yield node


class Vocabulary:
    """The terms of all languages, by their words."""

    def __init__(self) -> None:
        """Begin with no terms."""
        self._root = _Node()
        self._proclitics: list[str] = []
        self._proclitic_letters: set[str] = set()

    def add(self, number: int, terms: Iterable[str], *class_ids: int) -> None:
        """Index folded terms of one list under its classes."""
        owners = [(number, class_id) for class_id in class_ids]
        root = self._root
        for term in terms:
            node = root
            for word in term.split(" "):
                node = node.child(word)
            node.owners += owners

    def add_proclitics(self, proclitics: Sequence[str]) -> None:
        """Take these off the front of words as well."""
        for proclitic in proclitics:
            if proclitic not in self._proclitics:
                self._proclitics.append(proclitic)
                self._proclitic_letters.add(proclitic[0])

    def forms(self, word: str) -> Forms:
        """Return what a word may stand for: as it is, no letter held down, without proclitics."""
        found = [word, *elongations(word)]
        if word[0] in self._proclitic_letters:
            found += (
                word[len(proclitic) :]
                for proclitic in self._proclitics
                if word.startswith(proclitic) and len(word) >= len(proclitic) + HOST_LETTERS_MIN
            )
        return tuple(found)

    def hits(self, forms: Sequence[Forms]) -> tuple[Hits, dict[int, int]]:
        """Find every term in the words of a message, and which words each list knows, as bits."""
        found: Hits = {}
        known: dict[int, int] = {}
        count = len(forms)
        for start in range(count):
            pending = [(self._root, start)]
            while pending:
                node, index = pending.pop()
                length = index - start
                for number, class_id in node.owners:
                    lengths = found.setdefault(number, {}).setdefault(class_id, {})
                    lengths[length] = lengths.get(length, 0) | 1 << start
                    known[number] = known.get(number, 0) | ((1 << length) - 1) << start
                if index < count and (node.words is not None or node.stems is not None):
                    for form in forms[index]:
                        pending.extend((child, index + 1) for child in node.after(form))
        return found, known
