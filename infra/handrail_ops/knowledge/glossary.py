"""Reads a company's glossary, `knowledge/glossary.toml`, and puts it beside the index.

keep = ["Click & Collect"]        # written alike in every language

[[term]]                          # what one thing is called
en = "late fee"
de = ["Mahngebühr", "Verzugsgebühr"]   # the first is written, the others are understood
"""

from __future__ import annotations

import json
import tomllib
from typing import TYPE_CHECKING, Any

from handrail.domain.glossary import TERM_CHARS_MAX, TERMS_MAX
from handrail_ops.knowledge.articles import ArticleError, Fault

if TYPE_CHECKING:
    from pathlib import Path

SOURCE = "glossary.toml"
COMPILED = "glossary.json"
SOURCE_BYTES_MAX = 1_000_000


def read_glossary(articles: Path) -> dict[str, Any]:
    """Return the glossary of a folder of articles as it is compiled; empty when there is none.

    Raises:
        ArticleError: the file cannot be used; every fault is named.

    """
    path = articles / SOURCE
    if not path.exists():
        return {"keep": [], "terms": []}
    try:
        if path.stat().st_size > SOURCE_BYTES_MAX:
            raise ArticleError([Fault(SOURCE, 1, f"is larger than {SOURCE_BYTES_MAX} bytes")])
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ArticleError([Fault(SOURCE, 1, f"is not TOML in UTF-8: {error}")]) from None
    keep, terms = data.pop("keep", []), data.pop("term", [])
    faults = [f"has {name!r}; it says keep and [[term]]" for name in data]
    if not _are_texts(keep):
        faults.append('keep must be a list of texts: keep = ["Click & Collect"]')
        keep = []
    compiled = []
    for number, term in enumerate(terms if isinstance(terms, list) else [terms], 1):
        forms = {
            language: [form] if isinstance(form, str) else form
            for language, form in (term.items() if isinstance(term, dict) else ())
        }
        if not forms or not all(form and _are_texts(form) for form in forms.values()):
            faults.append(f'term {number} must say en = "late fee" or en = ["late fee", "fine"]')
        compiled.append(forms)
    if len(compiled) + len(keep) > TERMS_MAX:
        faults.append(f"has more than {TERMS_MAX} terms")
    if faults:
        raise ArticleError([Fault(SOURCE, 1, what) for what in faults])
    return {"keep": keep, "terms": compiled}


def write_glossary(articles: Path, directory: Path) -> Path:
    """Write the compiled glossary beside the index.

    Raises:
        ArticleError: the glossary cannot be used.

    """
    path = directory / COMPILED
    data = json.dumps(read_glossary(articles), ensure_ascii=False, sort_keys=True)
    directory.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{data}\n", encoding="utf-8")
    return path


def _are_texts(value: object) -> bool:
    return isinstance(value, list) and all(
        isinstance(one, str) and one.strip() == one and 0 < len(one) <= TERM_CHARS_MAX
        for one in value
    )
