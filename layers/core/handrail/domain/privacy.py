"""Placeholders: what stands in a text where personal data was, and how it comes back.

A placeholder is `[kind-xxxxxx]`: what kind of thing it was, and six consonants. Without digits it
is never taken for a number of the answer, without vowels it is never a word, and it is easy to
copy for a model, a translator and a person. The same value has the same placeholder throughout
a conversation, and two values practically never share one, so messages' maps can be joined.
"""

import hmac
import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Final

_LETTERS: Final = "bcdfghjkmnpqrstvwxz"
_LETTERS_MIN: Final = 6
_LETTERS_MAX: Final = 12


class PersonalData(StrEnum):
    """What a placeholder stands for."""

    CARD = "card"
    IBAN = "iban"
    EMAIL = "email"
    PHONE = "phone"
    ID = "id"
    NUMBER = "number"
    """A long number of unknown meaning: a phone, an account, an identifier."""


PLACEHOLDER: Final = re.compile(
    rf"\[(?:{'|'.join(PersonalData)})-[{_LETTERS}]{{{_LETTERS_MIN},{_LETTERS_MAX}}}\]"
)
_RESEMBLING: Final = re.compile(
    rf"\[\s*(?:{'|'.join(PersonalData)})\s*[-\u2010-\u2015_]", re.IGNORECASE
)


def placeholder(kind: PersonalData, value: str, key: bytes, letters: int = _LETTERS_MIN) -> str:
    """Return the placeholder of a value, which says nothing about it to who lacks the key."""
    digest = hmac.digest(key, f"{kind}\0{value}".encode(errors="replace"), "sha256")
    number = int.from_bytes(digest, "big")
    name = ""
    for _ in range(min(letters, _LETTERS_MAX)):
        number, place = divmod(number, len(_LETTERS))
        name += _LETTERS[place]
    return f"[{kind}-{name}]"


def placeholders_in(text: str) -> set[str]:
    """Return the placeholders that stand in a text."""
    return set(PLACEHOLDER.findall(text))


def has_broken_placeholder(text: str) -> bool:
    """Say whether something in a text was a placeholder before somebody altered it."""
    return _RESEMBLING.search(PLACEHOLDER.sub("", text)) is not None


def restore(text: str, placeholders: Mapping[str, str]) -> str:
    """Put the originals back, of this conversation's own placeholders only.

    An unknown placeholder stays as it is: nothing is looked up anywhere else. An original is never
    searched for placeholders again.
    """
    return PLACEHOLDER.sub(lambda found: placeholders.get(found.group(), found.group()), text)
