"""Where two sentences differ, found in a time that no sentence can stretch.

`difflib` alone takes minutes for a few hundred words that repeat. Here what the sentences begin
and end with alike is taken off first, which leaves little of what is nearly a quotation; and where
much is left, they are no quotation of each other.
"""

from collections import Counter
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Final, NamedTuple

_COMPARED_MAX: Final = 12_000
"""How many pairs of words are compared at most: tens of milliseconds, whatever they are."""


class Place(NamedTuple):
    """Where one has `start:end` and the other `other_start:other_end` instead."""

    start: int
    end: int
    other_start: int
    other_end: int


def differences(
    one: Sequence[str], other: Sequence[str], alike_min: float
) -> Sequence[Place] | None:
    """Return where two sequences of words differ.

    None when fewer than `alike_min` words of the shorter are the other's too, or too much is left
    to be compared.
    """
    common = (Counter(one) & Counter(other)).total()
    if common < alike_min * min(len(one), len(other)):
        return None
    begin = 0
    while begin < min(len(one), len(other)) and one[begin] == other[begin]:
        begin += 1
    end = 0
    while end < min(len(one), len(other)) - begin and one[-1 - end] == other[-1 - end]:
        end += 1
    left, right = one[begin : len(one) - end], other[begin : len(other) - end]
    if not left and not right:
        return []
    if len(left) * len(right) > _COMPARED_MAX:
        return None
    matcher = SequenceMatcher(a=left, b=right, autojunk=False)
    return [
        Place(begin + start, begin + stop, begin + other_start, begin + other_stop)
        for kind, start, stop, other_start, other_stop in matcher.get_opcodes()
        if kind != "equal"
    ]
