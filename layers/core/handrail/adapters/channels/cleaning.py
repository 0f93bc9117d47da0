"""Customers' words as they come off the wire, made safe to store, queue and show.

Every channel passes text through here once, at the door, so that nothing behind it meets half a
surrogate pair, a null byte, or a control character that turns a line of the transcript around.
"""

import re
import unicodedata

from handrail.domain.limits import TEXT_CHARS_MAX

NAME_CHARS_MAX = 100
DETAIL_CHARS_MAX = 1_000

_SURROGATES = re.compile("[\ud800-\udfff]")
# C0 and C1 controls but tab and newline; embeddings, overrides and isolates, which reorder
# whatever stands after them; line separators that break logs; noncharacters that XML refuses.
_UNWANTED = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufffe\uffff]"
)
_NEWLINES = re.compile("\r\n?|\u2028|\u2029")
_SPACES = re.compile(r"\s+")
_ZERO_WIDTH_JOINER = "\u200d"
_SKIN_TONES = frozenset("\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff")
_SEQUENCE_CHARS_MAX = 32
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{1,8}){0,4}")
_TIME_ZONE = re.compile(r"[A-Za-z][A-Za-z0-9_+-]{0,31}(?:/[A-Za-z0-9_+-]{1,32}){0,2}")


def clean_text(raw: str, chars_max: int = TEXT_CHARS_MAX) -> str:
    """Return the text without what cannot be stored or would mislead, cut to the limit.

    Half a surrogate pair becomes U+FFFD, as a decoder would have made it. A cut never falls inside
    a combining sequence if it can be helped.
    """
    # Cut generously first: a megabyte of rubbish must not cost a megabyte of work.
    text = raw[: chars_max * 2]
    if not text.replace("\n", "").isprintable():
        # Whatever is unwanted is not printable; nearly all texts are, and are only looked at.
        text = _NEWLINES.sub("\n", text)
        text = _SURROGATES.sub("\ufffd", text)
        text = _UNWANTED.sub("", text)
    return _cut(text, chars_max).strip()


def clean_line(raw: str, chars_max: int = DETAIL_CHARS_MAX) -> str:
    """Return the text as one clean line: for names, file names and other details."""
    return _SPACES.sub(" ", clean_text(raw, chars_max)).strip()


def language_tag(raw: object) -> str | None:
    """Return a BCP 47 tag, or None when the value is not one."""
    if isinstance(raw, str) and _LANGUAGE.fullmatch(raw):
        return raw.replace("_", "-")
    return None


def time_zone_name(raw: object) -> str | None:
    """Return an IANA zone name by its shape, or None; whether it exists shows when it is used."""
    return raw if isinstance(raw, str) and _TIME_ZONE.fullmatch(raw) else None


def is_identifier(raw: object, chars_max: int) -> bool:
    """Tell whether a value can serve as an id: text without spaces or control characters."""
    return (
        isinstance(raw, str) and 0 < len(raw) <= chars_max and raw.isprintable() and " " not in raw
    )


def _cut(text: str, chars_max: int) -> str:
    if len(text) <= chars_max:
        return text
    # Step back over at most one long sequence; a text of nothing but marks is cut anyway.
    for end in range(chars_max, max(chars_max - _SEQUENCE_CHARS_MAX, 0), -1):
        if not _continues(text[end - 1], text[end]):
            return text[:end]
    return text[:chars_max]


def _continues(before: str, after: str) -> bool:
    """Tell whether a character belongs to the one before it."""
    return (
        _ZERO_WIDTH_JOINER in (before, after)
        or unicodedata.category(after).startswith("M")
        or after in _SKIN_TONES
    )
