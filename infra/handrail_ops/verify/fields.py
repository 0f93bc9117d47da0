"""The fields of one JSON object, each read as the type that it must have, or refused by name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

SECONDS_MAX = 99_999_999
"""The longest time that Step Functions takes."""

_REFERENCE = re.compile(r"\$(?:\.[A-Za-z_][A-Za-z0-9_]*)*")


class UnreadableError(ValueError):
    """Nothing can be proved of this; the message says what stands in the way."""


class NotModelledError(UnreadableError):
    """It may be a good workflow, but it uses what the prover does not know."""


@dataclass(frozen=True, slots=True)
class Fields:
    """One object, and how to say where it stands."""

    where: str
    """The quoted name of its state; empty for the workflow itself."""
    raw: Any

    def __post_init__(self) -> None:
        if not isinstance(self.raw, dict):
            self.refuse("must be a JSON object")

    def refuse(self, what: str) -> NoReturn:
        """Raise: this is no Amazon States Language."""
        message = f"is no workflow in Amazon States Language: {self.where or 'it'} {what}"
        raise UnreadableError(message)

    def not_modelled(self, what: str) -> NoReturn:
        """Raise: this is not modelled."""
        message = f"{self.where or 'it'} {what}, which is not modelled; nothing is proved"
        raise NotModelledError(message)

    def only(self, known: frozenset[str]) -> None:
        """Refuse fields that are not known: each could change what everything else means."""
        for key in self.raw:
            if key not in known:
                self.not_modelled(f"has the field {key!r}")

    def text(self, key: str, default: str | None = None) -> str:
        """Return a string; without a default it must be there."""
        value = self.raw.get(key, default)
        if not isinstance(value, str):
            self.refuse(
                f"needs a string as its {key}" if value is None else _wrong(key, "a string")
            )
        return value

    def optional_text(self, key: str) -> str | None:
        """Return a string, or None when it is not there."""
        return self.text(key) if key in self.raw else None

    def texts(self, key: str) -> tuple[str, ...]:
        """Return strings, at least one."""
        value = self.raw.get(key)
        if not isinstance(value, list) or not value or not all(isinstance(v, str) for v in value):
            self.refuse(_wrong(key, "a list of strings"))
        return tuple(value)

    def flag(self, key: str) -> bool:
        """Return a boolean; False when it is not there."""
        value = self.raw.get(key, False)
        if not isinstance(value, bool):
            self.refuse(_wrong(key, "true or false"))
        return value

    def seconds(self, key: str, least: int = 1) -> int | None:
        """Return a whole number, or None when it is not there."""
        if key not in self.raw:
            return None
        value = self.raw[key]
        if isinstance(value, bool) or not isinstance(value, int):
            self.refuse(_wrong(key, "a whole number"))
        if not least <= value <= SECONDS_MAX:
            self.refuse(
                f"has {str(value)[:20]} as its {key}; {least} to {SECONDS_MAX:,} is possible"
            )
        return value

    def number(self, key: str, default: float, least: float) -> float:
        """Return a number."""
        value = self.raw.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int | float) or value < least:
            self.refuse(_wrong(key, f"a number from {least} on"))
        return min(float(value), 1e9) if value < SECONDS_MAX else 1e9

    def path(self, key: str) -> str | None:
        """Return where something is read or put: a plain path, or None for `null`."""
        value = self.raw.get(key, "$")
        if value is None:
            return None
        if not isinstance(value, str):
            self.refuse(_wrong(key, "a path or null"))
        if value.startswith("$$") and key != "ResultPath":
            return value
        if not _REFERENCE.fullmatch(value):
            self.not_modelled(f"has {value[:60]!r} as its {key}")
        return value

    def mapping(self, key: str) -> Mapping[str, Any]:
        """Return an object."""
        value = self.raw.get(key)
        if not isinstance(value, dict):
            self.refuse(_wrong(key, "an object"))
        return value

    def objects(self, key: str, least: int = 0) -> tuple[Fields, ...]:
        """Return the objects of a list."""
        value = self.raw.get(key, [])
        if not isinstance(value, list) or len(value) < least:
            self.refuse(_wrong(key, "a list of objects"))
        return tuple(Fields(self.where, one) for one in value)


def _wrong(key: str, expected: str) -> str:
    return f"has a {key} that is not {expected}"
