"""The words of a text in any script, folded so that what customers type meets what articles say.

Retrieval, quoting and grounding all rest on this one reading of a text: if two of them split
words differently, an answer could be found and then not be recognised as what was found.
"""

# ruff: noqa: RUF001 - letters and marks of other scripts are meant

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from handrail.domain.sentences import sentences

__all__ = ["READING", "fold", "grams", "letter_pieces", "sentences", "stem", "words"]

READING: Final = 2
"""Raised whenever the same text would give other terms: an index of another reading is refused."""

_WORD_PREFIX_CHARS: Final = 5
_GRAM_CHARS: Final = 4
_NUMBER_CHARS_MAX: Final = 16

# Scripts written without spaces: Thai, Lao, Tibetan, Myanmar, Khmer, kana and Han.
_UNSPACED: Final = (
    "\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
_RUNS: Final = re.compile(f"([{_UNSPACED}]+)|([^\\s{_UNSPACED}]+)")
_LETTERS_WITHOUT_SPACES: Final = re.compile("[\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff]+")
_HANGUL_START: Final = re.compile("[\u1100-\u11ff\uac00-\ud7af]")

# Marks that only accompany letters; the vowel signs of Indic and South-East Asian scripts stay.
_DROPPED_MARKS: Final = (
    (0x0300, 0x036F),  # Latin, Greek, Cyrillic
    (0x0483, 0x0489),
    (0x0591, 0x05C7),  # Hebrew points
    (0x0610, 0x061A),  # Arabic
    (0x064B, 0x065F),
    (0x0670, 0x0670),
    (0x06D6, 0x06ED),
    (0x1AB0, 0x1AFF),
    (0x1DC0, 0x1DFF),
    (0xFE00, 0xFE0F),  # emoji and text variants
    (0x1F3FB, 0x1F3FF),  # skin tones
)
# Letters that one keyboard or one habit of spelling puts for another.
_SAME_LETTER: Final = {
    "ى": "ي",
    "ی": "ي",
    "ک": "ك",
    "ة": "ه",
    "ہ": "ه",
    "ء": "",
    "ـ": "",
    "ı": "i",
    "ł": "l",
    "ø": "o",
    "đ": "d",
    "æ": "ae",
    "œ": "oe",
    "ς": "σ",
}
# Arabic writes "and", "with", "for" and "the" onto the word; what follows must still be a word.
_ARABIC_PARTICLES: Final = re.compile("^(?:[وف]?(?:ال|بال|كال|لل)|و)(?=\\w{3})")


class _Folding(dict[int, str]):
    """What each character becomes, worked out once per character."""

    def __missing__(self, code: int) -> str:
        folded = self[code] = _fold_character(code)
        return folded


def _fold_character(code: int) -> str:
    character = chr(code)
    if character in _SAME_LETTER:
        return _SAME_LETTER[character]
    category = unicodedata.category(character)
    if category == "Cf" or any(first <= code <= last for first, last in _DROPPED_MARKS):
        return ""
    if category == "Nd":
        return str(unicodedata.decimal(character))
    if category == "So":
        return f" {character} "  # an emoji is a word of its own
    return character if category[0] in "LNM" else " "


_FOLDING: Final = _Folding()


def fold(text: str) -> str:
    """Return the text without case, accents, punctuation and invisible characters."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return unicodedata.normalize("NFC", decomposed.translate(_FOLDING))


def words(text: str) -> list[str]:
    """Return the words of a text, folded; of a script without spaces, its pairs of characters."""
    found: list[str] = []
    for unspaced, spaced in _RUNS.findall(fold(text)):
        if spaced:
            found.append(spaced)
        elif len(unspaced) == 1:
            found.append(unspaced)
        else:
            found.extend(unspaced[i : i + 2] for i in range(len(unspaced) - 1))
    return found


def stem(word: str) -> str:
    """Return what is kept of a word: its beginning, since most languages inflect at the end."""
    if not word.isalpha() and any(character.isdigit() for character in word):
        return word[:_NUMBER_CHARS_MAX]
    return _ARABIC_PARTICLES.sub("", word)[:_WORD_PREFIX_CHARS]


def grams(word: str) -> Iterator[str]:
    """Yield a word's overlapping pieces, which find it within compounds and after prefixes."""
    size = 2 if _HANGUL_START.match(word) else _GRAM_CHARS
    padded = f"_{word}_"
    if len(padded) <= size:
        yield padded
        return
    for start in range(len(padded) - size + 1):
        yield padded[start : start + size]


def letter_pieces(text: str) -> Iterator[str]:
    """Yield the pieces of four of what is written in letters without spaces.

    There a pair of characters is two letters, which stand nearly everywhere: four are a word's.
    """
    if _LETTERS_WITHOUT_SPACES.search(text):
        for letters in _LETTERS_WITHOUT_SPACES.findall(fold(text)):
            for start in range(len(letters) - _GRAM_CHARS + 1):
                yield letters[start : start + _GRAM_CHARS]
