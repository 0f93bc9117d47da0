"""What a found number is, by its check digits: python-stdnum and phonenumbers know.

Both are imported when the first candidate of a process comes by, not with the module: they cost a
cold start tens of milliseconds, and most messages hold nothing that could be personal.
"""

import re
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import Final

_CARD_DIGITS: Final = range(13, 20)
_CARD_BEGINS: Final = re.compile("[2-6]|1800|2131")
_PHONE_DIGITS: Final = range(7, 16)

_IDENTIFIERS: Final = (
    (r"\d{8}-?[A-Z]", "es.dni"),
    (r"[XYZ]-?\d{7}-?[A-Z]", "es.nie"),
    (r"[A-Z]{6}\d{2}[A-Z]\d{2}[A-Z]\d{3}[A-Z]", "it.codicefiscale"),
    (r"[A-Z]{4}\d{6}[HM][A-Z]{5}[A-Z0-9]\d", "mx.curp"),
    (r"[A-Z]{5}\d{4}[A-Z]", "in_.pan"),
    (r"\d{4} ?\d{4} ?\d{4}", "in_.aadhaar"),
    (r"\d{3}-\d{2}-\d{4}", "us.ssn"),
    (r"\d{3}\.?\d{3}\.?\d{3}-?\d{2}", "br.cpf"),
    (r"[12] ?\d{2} ?\d{2} ?\d[\dAB] ?\d{3} ?\d{3} ?\d{2}", "fr.nir"),
    (r"\d{17}[\dX]", "cn.ric"),
    (r"\d{6}-\d{7}", "kr.rrn"),
    (r"\d{6}(?:\d{2})?[-+]\d{4}", "se.personnummer"),
    (r"\d{6}[-+A-Y]\d{3}[0-9A-Y]", "fi.hetu"),
    (r"\d{2}\.\d{2}\.\d{2}-?\d{3}[.-]\d{2}", "be.nn"),
    (r"\d{11}", "de.idnr"),
)
"""Forms of national identifiers and the stdnum module that checks each."""

_BY_FORM_ALONE: Final = re.compile(
    r"[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D]"
)
"""The British insurance number has no check digit."""

_FORMS: Final = tuple((re.compile(form), module) for form, module in _IDENTIFIERS)


def is_card(digits: str) -> bool:
    """Say whether digits are a payment card's number."""
    return (
        len(digits) in _CARD_DIGITS
        and len(set(digits)) > 1
        and _CARD_BEGINS.match(digits) is not None
        and bool(_stdnum("luhn").is_valid(digits))
    )


def is_iban(text: str) -> bool:
    """Say whether letters and digits are a bank account's number."""
    # Banks' own check digits within it would import every country's module for nothing.
    return bool(_stdnum("iban").is_valid(text, check_country=False))


def is_identifier(text: str) -> bool:
    """Say whether a word is a person's national identifier."""
    word = text.upper()
    if _BY_FORM_ALONE.fullmatch(word):
        return True
    return any(
        form.fullmatch(word) and bool(_stdnum(module).is_valid(word)) for form, module in _FORMS
    )


def is_phone(text: str, region: str | None) -> bool:
    """Say whether a number is somebody's phone, in its region when it has no country code."""
    digits = sum(character.isdigit() for character in text)
    if digits not in _PHONE_DIGITS:
        return False
    if text.startswith(("+", "00")):
        return True
    if region is None:
        return False
    phonenumbers = _module("phonenumbers")
    try:
        return bool(phonenumbers.is_valid_number(phonenumbers.parse(text, region.upper())))
    except phonenumbers.NumberParseException:
        return False


def _stdnum(name: str) -> ModuleType:
    return _module(f"stdnum.{name}")


@cache
def _module(name: str) -> ModuleType:
    return import_module(name)
