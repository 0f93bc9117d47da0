"""Handrail's own words in one language. Loading them is an adapter's work; choosing is not."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Direction(StrEnum):
    """Which way a language is written."""

    LEFT_TO_RIGHT = "ltr"
    RIGHT_TO_LEFT = "rtl"


@dataclass(frozen=True, slots=True)
class Phrases:
    """Every phrase of one language, ready to be filled in.

    `texts` maps a phrase id to its text with `{name}` fields, or, for a phrase that counts, to a
    text per CLDR plural category, chosen by its `count` field. `plural` is the language's CLDR
    cardinal rule for whole numbers.
    """

    language: str
    name: str
    english_name: str
    direction: Direction
    texts: Mapping[str, str | Mapping[str, str]]
    plural: Callable[[int], str]
    units: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """`minute`, `hour`, `day` -> CLDR plural category -> pattern with `{0}`."""
    times: Mapping[str, str] = field(default_factory=dict)
    """CLDR patterns by name: see `handrail.adapters.language.catalogue`."""
    digits: str = "0123456789"

    def say(self, phrase: str, **fields: object) -> str:
        """Fill in a phrase.

        Raises:
            KeyError: no such phrase, or a field it needs is missing.

        """
        text = self.texts[phrase]
        if not isinstance(text, str):
            count = fields["count"]
            if not isinstance(count, int):
                raise KeyError(phrase)
            category = self.plural(count)
            text = text[category] if category in text else text["other"]
        return text.format_map(fields)
