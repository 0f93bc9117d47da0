"""Where a text may be cut without breaking what a reader sees as one character.

The standard library does not know Unicode's grapheme clusters, and the libraries that do weigh
megabytes for every function that loads them. Cutting needs less than they offer: a place that is
surely a boundary. So this follows the rules of Unicode Standard Annex 29 and joins where a table
would be needed to tell; a test holds every boundary it gives against a full implementation.
"""

import unicodedata
from collections.abc import Iterator
from functools import lru_cache

_ZERO_WIDTH_JOINER = "\u200d"
# What continues a character although its category does not say so: the non-joiner, halfwidth
# sound marks, the vowels AM of Thai and Lao, skin tones, and the tags that flags are made of.
_EXTENDING = frozenset(
    "\u200c\u200d\uff9e\uff9f\u0e33\u0eb3\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff"
)
_TAGS = range(0xE0020, 0xE0080)
# Signs that stand before the number or letter they belong to.
_PREPENDED = frozenset(
    "\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\u0d4e\U000110bd\U000110cd"
)
_REGIONAL = range(0x1F1E6, 0x1F200)
_VIRAMA = 9
"""The combining class of the signs that tie two consonants of an Indic script together."""
_SYLLABLES = range(0xAC00, 0xD7A4)
_SYLLABLE_FINALS = 28
_LETTERS = {
    "L": (range(0x1100, 0x1160), range(0xA960, 0xA97D)),
    "V": (range(0x1160, 0x11A8), range(0xD7B0, 0xD7C7)),
    "T": (range(0x11A8, 0x1200), range(0xD7CB, 0xD7FC)),
}
"""Korean letters that are written one by one: leading consonants, vowels, final consonants."""


def boundaries(text: str) -> Iterator[int]:
    """Yield every index at which a character surely begins, the text's end included."""
    flags = 0
    before = ""
    for index, character in enumerate(text):
        is_regional = ord(character) in _REGIONAL
        if before and not _joined(before, character) and not (is_regional and flags % 2):
            yield index
        flags = flags + 1 if is_regional else 0
        before = character
    if text:
        yield len(text)


def graphemes(text: str) -> int:
    """Count what a reader sees as characters; never more of them than there are."""
    return sum(1 for _ in boundaries(text))


@lru_cache(maxsize=4096)
def _joined(before: str, after: str) -> bool:
    if before < "\u0300" and after < "\u0300":
        return before == "\r" and after == "\n"
    if before in "\r\n" or after in "\r\n":
        return False
    return (
        unicodedata.category(after)[0] == "M"
        or after in _EXTENDING
        or ord(after) in _TAGS
        or before == _ZERO_WIDTH_JOINER
        or before in _PREPENDED
        or unicodedata.combining(before) == _VIRAMA
        or _one_syllable(before, after)
    )


def _one_syllable(before: str, after: str) -> bool:
    """Tell whether two Korean letters are parts of one syllable."""
    first, second = _hangul(before), _hangul(after)
    match first:
        case "L":
            return second in ("L", "V", "LV", "LVT")
        case "V" | "LV":
            return second in ("V", "T")
        case "T" | "LVT":
            return second == "T"
        case _:
            return False


def _hangul(character: str) -> str:
    code = ord(character)
    if code in _SYLLABLES:
        return "LVT" if (code - _SYLLABLES.start) % _SYLLABLE_FINALS else "LV"
    return next((name for name, ranges in _LETTERS.items() if any(code in r for r in ranges)), "")
