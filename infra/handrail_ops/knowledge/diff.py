"""What another index would answer differently: read before it is deployed."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from difflib import unified_diff
from pathlib import Path

from handrail.adapters.knowledge.index_file import FILE_NAME, IndexFile, LanguageIndex

Key = tuple[str, str]
"""Language and article."""


@dataclass(frozen=True, slots=True)
class _Said:
    """All that an index has of an article, as lines that people compare."""

    title: tuple[str, ...]
    link: tuple[str, ...]
    sensitive: tuple[str, ...]
    validity: tuple[str, ...]
    questions: tuple[str, ...]
    text: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """One article that is not the same in both."""

    language: str
    article: str
    kind: str
    """`added`, `removed` or `changed`."""
    changes: tuple[str, ...] = ()
    """Lines as `diff -u` has them, each part under its name."""

    def __str__(self) -> str:
        """Return it as lines of the command's output."""
        return "\n".join((f"{self.kind} {self.language}/{self.article}", *self.changes))


def differences(old: Path, new: Path) -> Sequence[Difference]:
    """Compare two indexes, each a file or the folder of one; ordered by language and article.

    Raises:
        SettingsError: one of them is not an index that this version reads.

    """
    before, after = _articles(old), _articles(new)
    return [
        difference
        for key in sorted({*before, *after})
        if (difference := _difference(key, before.get(key), after.get(key))) is not None
    ]


def _difference(key: Key, before: _Said | None, after: _Said | None) -> Difference | None:
    if before == after:
        return None
    if before is None:
        return Difference(*key, "added")
    if after is None:
        return Difference(*key, "removed")
    return Difference(*key, "changed", tuple(_changes(before, after)))


def _changes(before: _Said, after: _Said) -> Iterator[str]:
    for part in fields(_Said):
        one, other = getattr(before, part.name), getattr(after, part.name)
        if one != other:
            yield f"  {part.name}:"
            lines = list(unified_diff(one, other, lineterm="", n=0))[2:]
            yield from (f"    {line}" for line in lines if not line.startswith("@@"))


def _articles(path: Path) -> Mapping[Key, _Said]:
    index = IndexFile(path / FILE_NAME if path.is_dir() else path)
    return {
        (language, own.article(number)["id"]): _said(own, number)
        for language, own in index.languages.items()
        for number in range(own.articles)
    }


def _said(index: LanguageIndex, number: int) -> _Said:
    article = index.article(number)
    questions = [index.question(question) for question in index.questions_of(number)]
    first, last = index.validity(number)
    until = "without end" if last == math.inf else f"until {_moment(last)}"
    return _Said(
        title=(article["title"],),
        link=(article["link"],),
        sensitive=tuple(article["sensitive"]),
        validity=(f"from {_moment(first)} {until}",),
        questions=tuple(one for one in questions if one != article["title"]),
        text=tuple(
            line
            for passage in index.passages_of(number)
            for line in index.text(passage).splitlines()
        ),
    )


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="minutes")
