"""The texts of an index, written in two bytes for what a language says often.

A word with the space before it is one code, whatever its script: a passage takes a third of what
UTF-8 does in English and a seventh in Hindi. Compression by zlib would be as small, but other
bytes wherever another zlib is built in, so that two machines' indexes could not be compared.
"""

from collections.abc import Iterator, Sequence
from typing import Final

ESCAPE: Final = 0
"""Is followed by the two halves of a character that has no code of its own."""
CODES_MAX: Final = 0x10000
_HALF_BITS: Final = 16


class Texts:
    """The texts of one language, decoded one at a time."""

    def __init__(
        self, codes: memoryview, ends: memoryview, tokens: memoryview, token_ends: memoryview
    ) -> None:
        """`codes` and `token_ends` are numbers; `ends` has where each text's codes end."""
        self._codes: Final = codes
        self._ends: Final = ends
        self._tokens: Final = _Tokens(tokens, token_ends)

    def text(self, number: int) -> str:
        """Return one text."""
        start = self._ends[number - 1] if number else 0
        codes = self._codes[start : self._ends[number]].tolist()
        if ESCAPE in codes:
            return "".join(self._escaped(codes))
        return "".join(map(self._tokens.__getitem__, codes))

    def _escaped(self, codes: Sequence[int]) -> Iterator[str]:
        left = iter(codes)
        for code in left:
            if code == ESCAPE:
                yield chr(next(left) << _HALF_BITS | next(left))
            else:
                yield self._tokens[code]


class _Tokens(dict[int, str]):
    """What each code stands for, decoded once."""

    def __init__(self, tokens: memoryview, ends: memoryview) -> None:
        self._bytes = tokens
        self._ends = ends

    def __missing__(self, code: int) -> str:
        start = self._ends[code - 1] if code else 0
        token = self[code] = bytes(self._bytes[start : self._ends[code]]).decode(
            "utf-8", "surrogatepass"
        )
        return token


def escaped(character: str) -> tuple[int, int, int]:
    """Return the codes of a character that has none of its own."""
    point = ord(character)
    return ESCAPE, point >> _HALF_BITS, point & (CODES_MAX - 1)
