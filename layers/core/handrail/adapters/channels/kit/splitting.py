"""Long texts in parts that fit, and labels that fit: never cut inside a character.

A cut is made at the end of a paragraph if there is one far enough on, else of a line, a sentence,
a word, and only then between two characters.
"""

import re
from bisect import bisect_right
from collections.abc import Sequence

from handrail.adapters.channels.kit.graphemes import boundaries
from handrail.adapters.channels.kit.measures import Measure

_ENDS = (
    re.compile(r"\n\s*\n"),
    re.compile(r"\n"),
    re.compile(r"[.!?…؟۔।॥։።]+[\"'”’»)\]]*\s|[。！？｡]+[」』”’）]*"),  # noqa: RUF001 - of other scripts
    re.compile(r"\s"),
)
_END_CHARS_MAX = 8
"""An end may begin before the earliest place: a full stop, quotation marks, a space."""
_FAR_ENOUGH = 2
"""A nicer cut is taken if it leaves at least this fraction of the room used: one half."""


def split(text: str, measure: Measure, limit: int, last_limit: int | None = None) -> list[str]:
    """Return a text in as many parts as it takes, each within the limit.

    `last_limit` is what the last part has, if less: where buttons stand under it.
    """
    rest = text.strip()
    parts: list[str] = []
    last = limit if last_limit is None else last_limit
    while measure(rest) > last:
        fits = limit if measure(rest) > limit else last
        part, rest = _cut(rest, measure, fits)
        parts.append(part)
    if rest or not parts:
        parts.append(rest)
    return parts


def shorten(text: str, measure: Measure, limit: int) -> str:
    """Return as much of a text as fits, with an ellipsis where something was left out."""
    if measure(text) <= limit:
        return text
    room = limit - measure("…")
    if room <= 0:
        return text[: _largest(text, list(boundaries(text)), measure, limit)]
    return text[: _largest(text, list(boundaries(text)), measure, room)].rstrip() + "…"


def numbered(parts: Sequence[str]) -> list[str]:
    """Return parts that say which they are, for platforms that may show them out of order."""
    if len(parts) == 1:
        return list(parts)
    return [f"({number}/{len(parts)}) {part}" for number, part in enumerate(parts, start=1)]


def _cut(text: str, measure: Measure, limit: int) -> tuple[str, str]:
    """Return what fits, and the rest; always at least one character."""
    end = _largest(text, _starts(text), measure, limit)
    if end == 0:
        # One character alone is too long: a base letter under hundreds of marks.
        end = max(1, _largest(text, list(range(1, len(text) + 1)), measure, limit))
    else:
        end = _nicer(text, end)
    return text[:end].rstrip(), text[end:].lstrip()


def _starts(text: str) -> list[int]:
    return list(boundaries(text))


def _largest(text: str, ends: Sequence[int], measure: Measure, limit: int) -> int:
    """Return the largest end at which the text still fits, 0 when there is none."""
    found = bisect_right(ends, limit, key=lambda end: measure(text[:end]))
    return ends[found - 1] if found else 0


def _nicer(text: str, end: int) -> int:
    """Return the best place to cut that is no later than `end` and not much earlier."""
    if end == len(text):
        return end
    earliest = end // _FAR_ENOUGH
    begin = max(0, earliest - _END_CHARS_MAX)
    for pattern in _ENDS:
        # One character further: the space after the last word that fits is a fine place.
        places = [m.end() for m in pattern.finditer(text, begin, end + 1) if m.start() <= end]
        places = [min(place, end) if text[end : end + 1].isspace() else place for place in places]
        fitting = [place for place in places if earliest <= place <= end]
        if fitting:
            return max(fitting)
    return end
