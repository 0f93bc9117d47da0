"""Whose message it may be: how many of its words each language uses, counted for all at once.

Counting language by language would cost more than everything else. So what a word counts is one
long integer with a field per language, made once and kept with the word; adding words up is adding
integers.
"""

import struct
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Final

# A word that few languages use says more about whose message it is.
_RARE_MAX: Final = 3
_UNCOMMON_MAX: Final = 12
_RARE_COUNTS: Final = 4
_UNCOMMON_COUNTS: Final = 2

_FIELD_BITS: Final = 16
WORDS_COUNTED_MAX: Final = (1 << _FIELD_BITS - 1) // _RARE_COUNTS
"""What many more words count would carry into the next field, or into the bit that tells them
apart."""
_AT_ONCE_BITS: Final = 8
_FIELDS: Final = tuple(
    sum(1 << _FIELD_BITS * bit for bit in range(_AT_ONCE_BITS) if bits >> bit & 1)
    for bits in range(1 << _AT_ONCE_BITS)
)
"""Eight languages' bits -> one in the field of each."""


def weight(languages: int) -> int:
    """Return how much a word counts that these languages (bits) use."""
    users = languages.bit_count()
    if users <= _RARE_MAX:
        return _RARE_COUNTS
    return _UNCOMMON_COUNTS if users <= _UNCOMMON_MAX else 1


def evidence(native: int, listed: int) -> int:
    """Return what a word counts, by language.

    `native` has the bits of the languages whose everyday word it is, `listed` those of the others
    that have it in their lists. A foreign word in a list says little where somebody's own is.
    """
    if native:
        return _spread(native) * weight(native) + _spread(listed)
    return _spread(listed) * weight(listed)


def _spread(languages: int) -> int:
    fields = place = 0
    while languages:
        fields |= _FIELDS[languages & ((1 << _AT_ONCE_BITS) - 1)] << place
        languages >>= _AT_ONCE_BITS
        place += _AT_ONCE_BITS * _FIELD_BITS
    return fields


def in_other_letters(counted: int, languages: int) -> int:
    """Return what a word counts that is not in Latin letters: it is added up apart."""
    return counted << languages * _FIELD_BITS


def by_letters(total: int, languages: int) -> tuple[int, int]:
    """Return the sum of what words in Latin letters count, and that of the others."""
    other = total >> languages * _FIELD_BITS
    return total - in_other_letters(other, languages), other


def counts(total: int, languages: int) -> Sequence[int]:
    """Return every language's count in the sum of what words count."""
    return struct.unpack(f"<{languages}H", total.to_bytes(languages * _FIELD_BITS // 8, "little"))


def at_least(total: int, least: int, languages: int) -> Iterator[int]:
    """Yield the languages that count so much or more in the sum of what words count."""
    each = _ones(languages)
    top = each << _FIELD_BITS - 1
    # The top bit of a field is set where the count reaches `least`.
    reached = (total + top - each * least) & top
    while reached:
        first = reached & -reached
        reached ^= first
        yield first.bit_length() // _FIELD_BITS - 1


@cache
def _ones(languages: int) -> int:
    return _spread((1 << languages) - 1)
