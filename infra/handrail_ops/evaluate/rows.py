"""Rows of text with a label, as evaluation data has them, and how their language codes compare.

Two codes are one language where a customer would notice no difference: `zh-CN` and `zh-Hans`,
`tl` and `fil`, `nn` and `nb`. Croatian, Serbian and Bosnian, and Indonesian and Malay, are each
one in the grouped figure: nobody tells them apart by one message, and nobody minds.
"""

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from handrail.domain.errors import HandrailError

_SAME = {
    "zh": "zh-Hans",
    "zh-CN": "zh-Hans",
    "zh-SG": "zh-Hans",
    "zh-TW": "zh-Hant",
    "zh-HK": "zh-Hant",
    "zh-MO": "zh-Hant",
    "tl": "fil",
    "no": "nb",
    "nn": "nb",
    "sr-Latn": "sr",
    "de-CH": "de",
    "iw": "he",
    "in": "id",
}
_GROUPS = {
    "hr": "hr",
    "sr": "hr",
    "bs": "hr",
    "id": "id",
    "ms": "id",
    "zh-Hans": "zh",
    "zh-Hant": "zh",
    "pt": "pt",
    "pt-BR": "pt",
    "pt-PT": "pt",
}


class RowsUnreadableError(HandrailError):
    """A file of rows cannot be used; the message says which line and what it should hold."""


@dataclass(frozen=True, slots=True)
class Row:
    """One text and what is true of it."""

    language: str
    text: str
    wants_human: bool | None = None
    kind: str = ""
    set: str = ""


def read_rows(path: Path, *needed: str) -> Sequence[Row]:
    """Read a JSONL file of rows that have a language, a text and what else is needed.

    Raises:
        RowsUnreadableError: a line is no such row.

    """
    rows = []
    for number, line in enumerate(_lines(path), start=1):
        if not line.strip():
            continue
        try:
            data: Any = json.loads(line)
            rows.append(_row(data, needed))
        except (ValueError, KeyError, TypeError) as error:
            wanted = ", ".join(("language", "text", *needed))
            message = f"{path}:{number} is no row: it needs {wanted} as JSON ({error!r})"
            raise RowsUnreadableError(message) from error
    return rows


def _lines(path: Path) -> Sequence[str]:
    try:
        return path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        message = f"{path} cannot be read: {error}"
        raise RowsUnreadableError(message) from error


def _row(data: Any, needed: Collection[str]) -> Row:
    for name in needed:
        data[name]  # a KeyError names what is missing
    wants_human = data.get("wants_human")
    if wants_human not in {None, True, False}:
        raise TypeError(wants_human)
    return Row(
        str(data["language"]),
        str(data["text"]),
        wants_human,
        str(data.get("kind", "")),
        str(data.get("set", "")),
    )


def same(code: str) -> str:
    """Return the code that stands for all that a customer would not tell from this one."""
    return _SAME.get(code, code)


def group(code: str) -> str:
    """Return the group a language is told apart in: its own, or that of its nearest relatives."""
    return _GROUPS.get(same(code), same(code))


def spoken(code: str, supported: Collection[str]) -> bool:
    """Say whether a code is one of the supported languages, or one they stand for."""
    return group(code) in {group(one) for one in supported}


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which a share of the values lies; 0 where there are none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0


def ratio(part: int, whole: int) -> float | None:
    """Return a share, or None of nothing."""
    return part / whole if whole else None


def by_language(rows: Sequence[Row]) -> Iterator[tuple[str, Sequence[Row]]]:
    """Yield the rows of each language, in the languages' order."""
    codes = sorted({same(row.language) for row in rows})
    for code in codes:
        yield code, [row for row in rows if same(row.language) == code]
