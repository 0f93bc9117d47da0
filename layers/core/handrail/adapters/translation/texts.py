"""What is sent to a translator, and whether what comes back may be used.

Lines are translated one by one, since services lose line ends; placeholders travel as numbers in
brackets, which translators leave alone, and each must come back exactly once.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from handrail.domain.errors import UnavailableError
from handrail.domain.privacy import PLACEHOLDER, has_broken_placeholder
from handrail.domain.reading import sentences

# ruff: noqa: RUF001 - the brackets of other scripts are meant

PIECES_MAX: Final = 40
_MASK: Final = re.compile(r"[\[［【〔]\s*(\d{2,4})\s*[\]］】〕]")
_FIRST_MASK: Final = 71
_LONGER_MAX: Final = 8
_LONGER_CHARS: Final = 200
_CERTAIN_WORDS: Final = 4


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of a text a service takes at once."""

    chars: int
    encoded_bytes: int
    """As part of an address, where the service takes it there."""


@dataclass(frozen=True, slots=True)
class Masked:
    """A text whose placeholders are numbers in brackets."""

    text: str
    masks: Mapping[int, str]

    def unmask(self, translated: str) -> str:
        """Put the placeholders back.

        Raises:
            UnavailableError: one was lost, doubled or altered.

        """
        seen: list[int] = []

        def put_back(found: re.Match[str]) -> str:
            number = int("".join(str(unicodedata.decimal(digit)) for digit in found.group(1)))
            if number not in self.masks:
                return found.group()
            seen.append(number)
            return self.masks[number]

        text = _MASK.sub(put_back, translated)
        if sorted(seen) != sorted(self.masks) or has_broken_placeholder(text):
            message = "the translation lost or altered personal data's placeholders"
            raise UnavailableError(message)
        return text


def mask(text: str) -> Masked:
    """Return the text with each occurrence of a placeholder as a number of its own."""
    used = {int(number) for number in _MASK.findall(text)}
    free = (number for number in range(_FIRST_MASK, 10_000) if number not in used)
    masks: dict[int, str] = {}

    def number(found: re.Match[str]) -> str:
        masks[given := next(free)] = found.group()
        return f"[{given}]"

    return Masked(PLACEHOLDER.sub(number, text), masks)


def pieces(line: str, chars_max: int, encoded_bytes_max: int) -> Iterator[str]:
    """Cut a line between sentences, or within one, into what a service takes at once."""
    gathered = ""
    for part in _parts(line, chars_max, encoded_bytes_max):
        grown = f"{gathered} {part}" if gathered else part
        if _fits(grown, chars_max, encoded_bytes_max):
            gathered = grown
            continue
        yield gathered
        gathered = part
    if gathered:
        yield gathered


def says_something(text: str) -> bool:
    """Say whether a text has words: emoji and numbers are the same in every language."""
    return any(character.isalpha() for character in text)


def checked(text: str, translated: object, *, languages_differ: bool) -> str:
    """Return a service's translation of a text.

    Raises:
        UnavailableError: it is none, or cannot be one.

    """
    if not isinstance(translated, str) or not translated.strip():
        message = "the translator returned nothing"
        raise UnavailableError(message)
    if len(translated) > _LONGER_MAX * len(text) + _LONGER_CHARS:
        message = "the translator returned far more than it was given"
        raise UnavailableError(message)
    same = translated.split() == text.split()
    if same and languages_differ and len(text.split()) >= _CERTAIN_WORDS:
        message = "the translator returned what it was given"
        raise UnavailableError(message)
    return translated


def _parts(line: str, chars_max: int, encoded_bytes_max: int) -> Iterator[str]:
    for sentence in sentences(line) or [line]:
        rest = sentence
        while not _fits(rest, chars_max, encoded_bytes_max):
            # Twelve bytes is the most that a character takes in an address.
            cut = min(chars_max, encoded_bytes_max // 12)
            space = rest.rfind(" ", 1, cut)
            cut = space if space > 0 else cut
            yield rest[:cut]
            rest = rest[cut:].lstrip()
        yield rest


def _fits(text: str, chars_max: int, encoded_bytes_max: int) -> bool:
    return len(text) <= chars_max and len(quote(text, errors="replace")) <= encoded_bytes_max
