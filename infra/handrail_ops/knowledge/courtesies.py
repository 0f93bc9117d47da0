"""Articles that every company has: what is said to a customer who greets, thanks or leaves.

Nobody wants to wait for a person because of a "hello", and an answer without a citation can't be
built: so courtesies are articles like any other, found by how customers say them, without a page
of their own to open. A company's own article of the same id takes a courtesy's place.
"""

import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from handrail_ops.knowledge.articles import Article
from handrail_ops.knowledge.markdown import Block, Section

_FILE: Final = Path(__file__).with_suffix(".toml")
AUDIENCE: Final = "customers"


def with_courtesies(articles: Sequence[Article]) -> tuple[Article, ...]:
    """Return the articles and, in their languages, the courtesies that they do not replace."""
    own = {(article.language, article.id) for article in articles}
    languages = {article.language for article in articles}
    added = (
        courtesy
        for courtesy in courtesies()
        if courtesy.language in languages and (courtesy.language, courtesy.id) not in own
    )
    return (*articles, *added)


def courtesies() -> tuple[Article, ...]:
    """Return every courtesy in every language that has them."""
    with _FILE.open("rb") as file:
        languages = tomllib.load(file)
    return tuple(
        Article(
            id=name,
            title=entry["questions"][0],
            language=language,
            audience=AUDIENCE,
            valid_from=0.0,
            valid_until=None,
            source="",
            questions=tuple(entry["questions"][1:]),
            sections=(Section("", (Block(entry["answer"]),)),),
            file=_FILE.name,
        )
        for language, entries in languages.items()
        for name, entry in entries.items()
    )
