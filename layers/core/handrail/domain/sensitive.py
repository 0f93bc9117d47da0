"""What a machine must not answer, by its words: a person is asked for whatever the articles say.

Every language's words run on every message, since a customer in distress writes in whatever
language is nearest. The lists are short and say things at length ("my husband has died", not
"died"), so that what they find is what they mean.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Self

from handrail.domain.recognising.words import HARD, SOFT, STEM_MARK, split
from handrail.domain.turn import Reason

TOPICS: Final = (
    Reason.EMERGENCY,
    Reason.FRAUD,
    Reason.BEREAVEMENT,
    Reason.LEGAL,
    Reason.VULNERABILITY,
    Reason.SENSITIVE,
)
"""In the order of their weight. The last are an operator's own words."""

_HEAD_CHARS: Final = 3
"""Terms that begin with a stem are looked up by its first letters, so many at most."""
_HEAD_SIZES: Final = tuple(range(1, _HEAD_CHARS + 1))
"""Shorter stems are of alphabets whose letters say more, as Chinese."""
_HEAD_SIZES_ASCII: Final = (_HEAD_CHARS,)

_REMEMBERED_WORDS_MAX: Final = 20_000
"""Of how many words is kept what begins with them."""

_Term = tuple[int, Sequence[str]]
"""The place of its topic in `TOPICS`, and its words."""

_NOTHING: Final[tuple[Sequence[_Term], bool]] = ((), False)
"""What begins with most words."""

_BYTES_MIN: Final = 4
"""What a term of one word takes at least; letters of larger alphabets say more, and take more."""

WordIndex = Mapping[str, Sequence[str]]
"""How a term begins -> terms, each behind the digit of its topic in `TOPICS`.

A term begins with its first two words, or one where it has no more or the second is a stem; one
that begins with a stem, with the head of it: so a message asks for few terms that are not its.
"""


def index_terms(terms: Iterable[tuple[Reason, str]]) -> dict[str, list[str]]:
    """Return terms, folded as messages are, by how they begin.

    Raises:
        ValueError: a term is empty, crosses a sentence, or is a stem of too few letters.

    """
    index: dict[str, set[str]] = {}
    for topic, term in terms:
        words = _folded(term)
        beginning = _beginning(words)
        if " " in beginning:
            index.setdefault(words[0], set())  # says that a second word is worth looking at
        index.setdefault(beginning, set()).add(f"{TOPICS.index(topic)}{' '.join(words)}")
    return {key: sorted(found) for key, found in sorted(index.items())}


def _beginning(words: Sequence[str]) -> str:
    first, *others = words
    if first.endswith(STEM_MARK):
        return first[:-1][:_HEAD_CHARS] + STEM_MARK
    return f"{first} {others[0]}" if others and not others[0].endswith(STEM_MARK) else first


def _folded(term: str) -> list[str]:
    words: list[str] = []
    for word in term.split():
        stem = word.endswith(STEM_MARK)
        folded = split(word.rstrip(STEM_MARK))
        if not folded or HARD in folded or SOFT in folded:
            message = f"{term!r} has a word that no message can have: {word!r}"
            raise ValueError(message)
        words += [*folded[:-1], folded[-1] + STEM_MARK if stem else folded[-1]]
    if not words:
        message = "a term is empty"
        raise ValueError(message)
    if len(words) == 1 and len(words[0].rstrip(STEM_MARK).encode()) < _BYTES_MIN:
        message = f"{term!r} is too short to mean one thing in every language"
        raise ValueError(message)
    first = words[0]
    if first.endswith(STEM_MARK) and first.isascii() and len(first) <= _HEAD_CHARS:
        message = f"{term!r} begins with too short a stem: write {_HEAD_CHARS} letters or more"
        raise ValueError(message)
    return words


@dataclass(frozen=True, slots=True)
class SensitiveWords:
    """Says which topic a message speaks about."""

    index: WordIndex
    topics: frozenset[Reason]
    """Those that are a person's in this deployment."""
    _terms: dict[str, list[_Term]] = field(
        init=False, repr=False, compare=False, default_factory=dict
    )
    """What was read of the index."""
    _begun: dict[str, tuple[Sequence[_Term], bool]] = field(
        init=False, repr=False, compare=False, default_factory=dict
    )
    """Word -> the terms that may begin with it, and whether more may with the word after it."""

    @classmethod
    def none(cls) -> Self:
        """Return words that find nothing."""
        return cls({}, frozenset())

    def topic_of(self, text: str) -> Reason | None:
        """Return the weightiest topic of a message that is a person's, None when it has none."""
        words = split(text)
        best = len(TOPICS)
        for place, (topic, wanted) in self._possible(words):
            here = words[place : place + len(wanted)]
            if topic < best and len(here) == len(wanted) and all(map(_fits, here, wanted)):
                best = topic
        return TOPICS[best] if best < len(TOPICS) else None

    def _possible(self, words: Sequence[str]) -> Iterator[tuple[int, _Term]]:
        """Yield the terms that begin as a message goes on, with their places."""
        if len(self._begun) >= _REMEMBERED_WORDS_MAX:
            self._begun.clear()
        known = self._begun.get
        for place, word in enumerate(words):
            begun = known(word) or self._begin(word)
            if begun is _NOTHING:
                continue
            terms, goes_on = begun
            for term in terms:
                yield place, term
            if goes_on and place + 1 < len(words):
                for term in self._asked(f"{word} {words[place + 1]}"):
                    yield place, term

    def _begin(self, word: str) -> tuple[Sequence[_Term], bool]:
        """Find what begins with a word: of most, nothing does."""
        terms = [*self._asked(word)]
        for size in _HEAD_SIZES_ASCII if word.isascii() else _HEAD_SIZES:
            if size <= len(word):
                terms += self._asked(word[:size] + STEM_MARK)
        fitting = [term for term in terms if _fits(word, term[1][0])]
        goes_on = word in self.index
        found = self._begun[word] = (fitting, goes_on) if fitting or goes_on else _NOTHING
        return found

    def _asked(self, beginning: str) -> Sequence[_Term]:
        """Return the terms that begin so, of the topics that are a person's here."""
        if beginning not in self.index:
            return ()
        if beginning not in self._terms:
            self._terms[beginning] = [
                (int(term[0]), term[1:].split(" "))
                for term in self.index[beginning]
                if TOPICS[int(term[0])] in self.topics
            ]
        return self._terms[beginning]


def _fits(word: str, wanted: str) -> bool:
    return word.startswith(wanted[:-1]) if wanted.endswith(STEM_MARK) else word == wanted
