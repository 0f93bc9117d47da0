"""Reads a company's approved wording, `knowledge/approved.toml`, and puts it beside the index.

Promises, and what binds the company by law or with money, are only said as an article says them or
in these very sentences, whatever a model would like to offer.

[[wording]]
en = "We match the price of any shop for 14 days."
de = "Wir gleichen 14 Tage lang den Preis jedes Geschäfts an."
"""

from __future__ import annotations

import json
import tomllib
from typing import TYPE_CHECKING

from handrail.domain.reading import sentences
from handrail_ops.knowledge.articles import ArticleError, Fault

if TYPE_CHECKING:
    from pathlib import Path

SOURCE = "approved.toml"
COMPILED = "approved.json"
SOURCE_BYTES_MAX = 1_000_000
WORDING_CHARS_MAX = 500


def read_wording(articles: Path) -> list[str]:
    """Return the sentences of a folder's approved wording; none when there is no such file.

    Raises:
        ArticleError: the file cannot be used; every fault is named.

    """
    path = articles / SOURCE
    if not path.exists():
        return []
    try:
        if path.stat().st_size > SOURCE_BYTES_MAX:
            raise ArticleError([Fault(SOURCE, 1, f"is larger than {SOURCE_BYTES_MAX} bytes")])
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ArticleError([Fault(SOURCE, 1, f"is not TOML in UTF-8: {error}")]) from None
    wordings = data.pop("wording", [])
    faults = [f"has {name!r}; it says [[wording]]" for name in data]
    said: dict[str, None] = {}
    for number, wording in enumerate(wordings if isinstance(wordings, list) else [wordings], 1):
        texts = list(wording.values()) if isinstance(wording, dict) else []
        if not texts or not all(_is_wording(text) for text in texts):
            faults.append(
                f'wording {number} must say en = "…" in up to {WORDING_CHARS_MAX} characters, '
                "and the same for other languages"
            )
            continue
        said |= dict.fromkeys(sentence for text in texts for sentence in sentences(text))
    if faults:
        raise ArticleError([Fault(SOURCE, 1, what) for what in faults])
    return list(said)


def write_approved(articles: Path, directory: Path) -> Path:
    """Write the approved wording beside the index.

    Raises:
        ArticleError: the wording cannot be used.

    """
    path = directory / COMPILED
    data = json.dumps({"sentences": read_wording(articles)}, ensure_ascii=False)
    directory.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{data}\n", encoding="utf-8")
    return path


def _is_wording(text: object) -> bool:
    return isinstance(text, str) and 0 < len(text.strip()) <= WORDING_CHARS_MAX
