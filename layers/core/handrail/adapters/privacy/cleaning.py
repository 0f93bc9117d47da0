"""One way of writing for every text, so that one pattern finds a number in any script.

Digits of all scripts become ASCII, dashes and spaces one of a kind, invisible characters go. Each
character remembers where it came from, so that what is found is cut out of the original.
"""

import unicodedata
from dataclasses import dataclass
from typing import Final

# ruff: noqa: RUF001 - the wide forms of East Asian keyboards are meant

_SAME: Final = {
    "＠": "@",
    "﹫": "@",
    "．": ".",
    "＋": "+",
    "（": "(",
    "）": ")",
    "／": "/",
    "＃": "#",
}
_STRIKING: Final = frozenset(map(chr, (*range(0x0300, 0x0370), *range(0x20D0, 0x2100))))
"""Marks that can be put over a digit; the vowel signs of other scripts are letters."""
_SPACES: Final = frozenset({"Zs", "Zl", "Zp"})


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A cleaned text; its character `i` stood at `begins[i]` to `ends[i]` of the original."""

    text: str
    begins: list[int]
    ends: list[int]


def clean(text: str) -> Cleaned:
    """Return the text as patterns read it."""
    characters: list[str] = []
    begins: list[int] = []
    ends: list[int] = []
    for place, character in enumerate(text):
        if character < "\x7f":
            # A control character would pass for what the search itself marks as decided.
            characters.append(character if character >= " " or character in "\n\t" else " ")
        else:
            simple = _simple(character)
            if not simple:
                if ends:
                    ends[-1] = place + 1
                continue
            characters.append(simple)
        begins.append(place)
        ends.append(place + 1)
    return Cleaned("".join(characters), begins, ends)


def _simple(character: str) -> str:
    if character in _SAME:
        return _SAME[character]
    match unicodedata.category(character):
        case "Nd":
            return str(unicodedata.decimal(character))
        case "Pd":
            return "-"
        case "Cf" | "Me":
            return ""
        case "Mn" if character in _STRIKING:
            return ""
        case "Cc" | "Cs" | "Co" | "Cn":
            return " "
        case category if category in _SPACES:
            return " "
        case _:
            return character
