"""Replaces personal data by placeholders: cards, accounts, e-mail addresses, phones, identifiers.

Patterns find what could be personal, python-stdnum and phonenumbers say what it is. In doubt it is
taken out: whoever answers can ask, and an agent can reveal it. What is kept on purpose are dates,
amounts and the company's own order and reference numbers, since without them nobody can help.
Names and postal addresses have no pattern and stay.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from handrail.adapters.privacy import candidates
from handrail.adapters.privacy.checks import is_card, is_iban, is_identifier, is_phone
from handrail.adapters.privacy.cleaning import Cleaned, clean
from handrail.application.ports import Redacted
from handrail.domain.privacy import PLACEHOLDER, PersonalData, placeholder

_BLUNT: Final = re.compile(r"\S*@\S*|[^\W\d_]*\d[^\s]*")
_VALUE: Final = re.compile(r"[\W_]+")
_DECIDED: Final = "\0"
"""Stands, while searching, for a character that is decided already; a cleaned text has none."""


class PatternRedactor:
    """A `Redactor` by patterns and check digits; placeholders are made with a secret key."""

    def __init__(self, key: bytes) -> None:
        """Make a redactor; whoever knows the key could guess values from placeholders."""
        if not key:
            message = "the redactor needs a secret key; without one placeholders can be guessed"
            raise ValueError(message)
        self._key: Final = key

    def redact(self, text: str, region: str | None = None) -> Redacted:
        """Replace personal data; `region` (`DE`) tells which national phone numbers to know.

        Never raises: when recognising fails, every number and address is replaced.
        """
        result = _Result(self._key)
        try:
            cleaned = clean(text)
            return result.of(text, _find(cleaned, region))
        except Exception:  # noqa: BLE001 - a fault here must not let anything through
            return _Result(self._key).of(text, _find_bluntly(text))


@dataclass(frozen=True, slots=True)
class _Span:
    start: int
    end: int
    kind: PersonalData


@dataclass(slots=True)
class _Result:
    """Puts placeholders in, the same for the same value, another for another."""

    key: bytes
    placeholders: dict[str, str] = field(default_factory=dict)
    values: dict[str, str] = field(default_factory=dict)

    def of(self, text: str, spans: list[_Span]) -> Redacted:
        parts: list[str] = []
        done = 0
        for span in sorted(spans, key=lambda span: span.start):
            parts += text[done : span.start], self._placeholder(span, text[span.start : span.end])
            done = span.end
        return Redacted("".join((*parts, text[done:])), dict(self.placeholders))

    def _placeholder(self, span: _Span, original: str) -> str:
        value = _VALUE.sub("", clean(original).text).casefold() or original
        letters = 6
        name = placeholder(span.kind, value, self.key)
        while self.values.setdefault(name, value) != value:
            letters += 1
            name = placeholder(span.kind, value, self.key, letters)
        self.placeholders.setdefault(name, original)
        return name


def _find(cleaned: Cleaned, region: str | None) -> list[_Span]:
    """Return what is personal, the surest kinds first: what one finds, later ones don't see."""
    text = cleaned.text
    spans: list[_Span] = []

    def take(kind: PersonalData, found: Iterable[tuple[int, int]]) -> None:
        nonlocal text
        taken = list(found)
        spans.extend(
            _Span(cleaned.begins[start], cleaned.ends[end - 1], kind) for start, end in taken
        )
        text = _decided(text, taken)

    def keep(found: Iterable[tuple[int, int]]) -> None:
        nonlocal text
        text = _decided(text, found)

    keep(match.span() for match in PLACEHOLDER.finditer(text))
    take(PersonalData.EMAIL, candidates.emails(text))
    take(PersonalData.IBAN, candidates.ibans(text, is_iban))
    take(PersonalData.CARD, candidates.cards(text, is_card))
    keep(candidates.links(text))
    take(PersonalData.ID, candidates.identifiers(text, is_identifier))
    take(PersonalData.NUMBER, candidates.secrets(text))
    keep(candidates.dates_and_amounts(text))
    keep(candidates.references(text))
    take(PersonalData.PHONE, candidates.phones(text, region, is_phone))
    take(PersonalData.NUMBER, candidates.long_numbers(text))
    return spans


def _decided(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """Return the text with what is decided already out of later patterns' sight."""
    parts: list[str] = []
    done = 0
    for start, end in sorted(spans):
        if start >= done:
            parts += text[done:start], _DECIDED * (end - start)
            done = end
    return "".join((*parts, text[done:]))


def _find_bluntly(text: str) -> list[_Span]:
    return [_Span(*found.span(), PersonalData.NUMBER) for found in _BLUNT.finditer(text)]
