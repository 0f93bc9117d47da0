"""The recorded messages that a replay plays, and which of them are played."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from pathlib import Path


class RowsError(Exception):
    """The file of recorded messages cannot be read; the message names file, line and remedy."""


@dataclass(frozen=True, slots=True)
class Row:
    """One recorded message; each becomes a customer of its own."""

    index: int
    """Its place in the file, from 0; it names the row in reports."""
    text: str
    language: str | None = None
    wants_human: bool = False


def read_rows(path: Path) -> list[Row]:
    """Read a JSON Lines file of objects with `text` and, where known, `language`, `wants_human`.

    Raises:
        RowsError: a line is something else, or there is none.

    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        message = f"{path} cannot be read as UTF-8 text: {error}"
        raise RowsError(message) from error
    rows = [_row(path, number, line) for number, line in enumerate(lines) if line.strip()]
    if not rows:
        message = f"{path} holds no rows; one JSON object a line was expected"
        raise RowsError(message)
    return rows


def _row(path: Path, number: int, line: str) -> Row:
    where = f"{path}, line {number + 1}"
    try:
        data = json.loads(line)
    except ValueError as error:
        message = f"{where} is not JSON: {error}"
        raise RowsError(message) from error
    if not isinstance(data, dict) or not isinstance(data.get("text"), str):
        message = f"{where} must be an object with a string 'text'"
        raise RowsError(message)
    language = data.get("language")
    if language is not None and not isinstance(language, str):
        message = f"{where}: 'language' must be a string such as 'pt-BR'"
        raise RowsError(message)
    return Row(number, data["text"], language, wants_human=data.get("wants_human") is True)


def choose_rows(rows: list[Row], limit: int | None, seed: int) -> list[Row]:
    """Return the rows to play, in a seeded order.

    Under a limit every row that wants a person comes first, then a seeded sample of the others:
    a short replay must not skip what it is there for.
    """
    draw = random.Random(f"rows/{seed}")  # noqa: S311 - repeatable, not secret
    shuffled = draw.sample(rows, len(rows))
    if limit is None or limit >= len(rows):
        return shuffled
    wanting = [row for row in shuffled if row.wants_human]
    others = [row for row in shuffled if not row.wants_human]
    chosen = (wanting + others)[:limit]
    return draw.sample(chosen, len(chosen))
