"""What articles are found by: words, and, counting half, their pieces and their neighbours.

The beginning of a word finds its inflections; pieces of it find compounds and prefixes. Words that
are neighbours in a question and in a passage tell "credit card" from a page that has "credit" here
and "card" there. Vietnamese writes a space after every syllable: there two neighbours are what
other languages call a word, so pairs of them are terms, and a syllable has no pieces. Scripts
without spaces are read in pairs of characters, which are neighbours already. Where those are
letters, not syllables or ideas (Thai, Lao, Khmer, Myanmar, Tibetan), two say little, so pieces of
four are added as in any alphabet.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice, pairwise
from typing import Final

from handrail.domain.reading import grams, letter_pieces, stem, words

PIECE_MARK: Final = "~"
"""Begins terms that are pieces of words, so that they never meet a whole word."""
APART: Final = ""
"""Stands in `in_order` where what follows is no neighbour of what came before."""

_IN_SYLLABLES: Final = frozenset({"vi"})
_SYLLABLE_CHARS_MAX: Final = 7
"""Letters of the longest syllable; what is longer is a foreign word, which has pieces."""
_LETTERS_WITHOUT_SPACES: Final = re.compile("[\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff]")
_HAN_OR_KANA: Final = re.compile(
    "[\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)


def terms(text: str, language: str, words_max: int | None = None) -> Counter[str]:
    """Return the terms of a text, or of its first words, and how often each stands in it."""
    counted: Counter[str] = Counter()
    in_syllables = writes_syllables(language)
    last = APART
    for word in words(text)[:words_max]:
        own = stem(word)
        counted[own] += 1
        is_spaced = _is_spaced(word)
        if is_spaced and not (in_syllables and len(word) <= _SYLLABLE_CHARS_MAX):
            counted.update(PIECE_MARK + piece for piece in grams(word))
        if in_syllables and is_spaced and last != APART:
            counted[f"{last} {own}"] += 1
        last = own if is_spaced else APART
    counted.update(PIECE_MARK + piece for piece in islice(letter_pieces(text), words_max))
    return counted


def telling_words(text: str, language: str, words_max: int | None = None) -> list[str]:
    """Return what questions are compared by: words, and what syllables are words of."""
    own = words(text)[:words_max]
    if not writes_syllables(language):
        return own
    return [*own, *(f"{stem(one)} {stem(other)}" for one, other in pairwise(own))]


def term_of(word: str) -> str:
    """Return the term that a word, or a pair of syllables, is found by."""
    return word if " " in word else stem(word)


def writes_syllables(language: str) -> bool:
    """Say whether a language writes a space after every syllable, so that pairs are its words."""
    return language.partition("-")[0] in _IN_SYLLABLES


def in_order(text_words: Iterable[str]) -> Iterator[str]:
    """Yield the terms of the words in their order, `APART` for words of scripts without spaces."""
    for word in text_words:
        yield stem(word) if _is_spaced(word) else APART


def _is_spaced(word: str) -> bool:
    """Say whether a word comes of a script with spaces, and not of pairs of characters."""
    return not (_LETTERS_WITHOUT_SPACES.match(word) or _HAN_OR_KANA.match(word))
