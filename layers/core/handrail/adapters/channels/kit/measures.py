"""How long a text is as each platform counts: bytes, UTF-16 units, characters, SMS segments."""

from collections.abc import Callable

Measure = Callable[[str], int]
"""Returns how much of a limit a text takes; a longer text never takes less."""

_SEGMENT_GSM, _SEGMENT_GSM_JOINED = 160, 153
_SEGMENT_UCS2, _SEGMENT_UCS2_JOINED = 70, 67

# 3GPP TS 23.038, default alphabet; the extension table's characters take two places.
_GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_EXTENSION = frozenset("^{}\\[~]|€\f")


def utf8_bytes(text: str) -> int:
    """Count bytes of UTF-8."""
    return len(text.encode("utf-8", "replace"))


def utf16_units(text: str) -> int:
    """Count UTF-16 units: what messengers written in Java or JavaScript call characters."""
    return len(text) + sum(character > "\uffff" for character in text)


def code_points(text: str) -> int:
    """Count Unicode code points."""
    return len(text)


def is_gsm(text: str) -> bool:
    """Tell whether an SMS can carry the text in its 7-bit alphabet."""
    return all(character in _GSM or character in _GSM_EXTENSION for character in text)


def sms_segments(text: str) -> int:
    """Count the SMS a text is sent in; one character outside the alphabet halves what fits."""
    if is_gsm(text):
        places = len(text) + sum(character in _GSM_EXTENSION for character in text)
        if places <= _SEGMENT_GSM:
            return 1
        return _packed([1 + (c in _GSM_EXTENSION) for c in text], _SEGMENT_GSM_JOINED)
    if utf16_units(text) <= _SEGMENT_UCS2:
        return 1
    return _packed([1 + (c > "\uffff") for c in text], _SEGMENT_UCS2_JOINED)


def _packed(widths: list[int], room: int) -> int:
    """Count segments when a character of two places is never torn in two."""
    segments, used = 1, 0
    for width in widths:
        if used + width > room:
            segments, used = segments + 1, 0
        used += width
    return segments
