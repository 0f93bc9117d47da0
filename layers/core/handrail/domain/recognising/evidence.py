"""Whose message it may be: how many of its words each language uses, counted for all at once.

A word is one integer with a bit per language that uses it. Counting them language by language
would cost more than everything else, so the counts are kept as binary digits: digit k of every
language's count is one bit of the k-th integer, and adding a word is a few carries.
"""

from collections.abc import Iterable
from typing import Final

# A word that few languages use says more about whose message it is.
_RARE_MAX: Final = 3
_UNCOMMON_MAX: Final = 12


def weight(languages: int) -> int:
    """Return which digit a word counts at: 2 (counts four), 1 (two) or 0 (one)."""
    users = languages.bit_count()
    return 2 if users <= _RARE_MAX else 1 if users <= _UNCOMMON_MAX else 0


class Tally:
    """Every language's count."""

    __slots__ = ("digits",)

    def __init__(self) -> None:
        """Begin at nothing."""
        self.digits: list[int] = []

    def add(self, languages: int, digit: int) -> None:
        """Add two to the power of `digit` to the count of each of these languages."""
        digits = self.digits
        while languages:
            while len(digits) <= digit:
                digits.append(0)
            carry = digits[digit] & languages
            digits[digit] ^= languages
            languages, digit = carry, digit + 1

    def add_all(self, other: "Tally") -> None:
        """Add another tally's counts to these."""
        for digit, languages in enumerate(other.digits):
            self.add(languages, digit)

    def most(self) -> int:
        """Return the highest count."""
        leaders, highest = -1, 0
        for digit in reversed(self.digits):
            ahead = leaders & digit
            if ahead:
                leaders = ahead
            highest = highest << 1 | bool(ahead)
        return highest

    def at_least(self, count: int) -> int:
        """Return the bits of the languages whose count is `count` or more; it is more than 0."""
        ahead, level = 0, -1
        for place in range(max(len(self.digits), count.bit_length()) - 1, -1, -1):
            digit = self.digits[place] if place < len(self.digits) else 0
            if count >> place & 1:
                level &= digit
            else:
                ahead |= level & digit
                level &= ~digit
        return ahead | level

    def of(self, number: int) -> int:
        """Return one language's count."""
        return sum((digit >> number & 1) << place for place, digit in enumerate(self.digits))


def numbers(languages: int) -> Iterable[int]:
    """Yield the numbers of the languages whose bits are set."""
    while languages:
        lowest = languages & -languages
        yield lowest.bit_length() - 1
        languages ^= lowest
