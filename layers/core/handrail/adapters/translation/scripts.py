"""Serbian is written in two alphabets, letter for letter; ours is the Latin one.

What shops write, and what Handrail says, is Latin; some services translate into Cyrillic and know
no other. Whoever reads one reads both, but one conversation should not change between them.
"""

from typing import Final

_LETTERS: Final = {
    **dict(zip("абвгдђежзијклмнопрстћуфхцчш", "abvgdđežzijklmnoprstćufhcčš", strict=True)),
    "љ": "lj",
    "њ": "nj",
    "џ": "dž",
}
_TABLE: Final = str.maketrans(
    _LETTERS | {letter.upper(): latin.capitalize() for letter, latin in _LETTERS.items()}
)
_LATIN_SERBIAN: Final = frozenset({"sr", "sr-Latn"})


def in_our_script(text: str, language: str) -> str:
    """Return a translation in the alphabet in which we write its language."""
    return text.translate(_TABLE) if language in _LATIN_SERBIAN else text
