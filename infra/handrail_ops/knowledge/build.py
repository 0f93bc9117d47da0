"""Compiles articles into the index that the functions map: the same articles, the same bytes.

Nothing in the file depends on the clock, on the machine or on the order in which a directory is
listed, so that two builds can be compared and a deployment that changes nothing uploads nothing.
"""

import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from handrail.adapters.knowledge.index_file import FILE_NAME
from handrail_ops.knowledge.articles import Article
from handrail_ops.knowledge.compiling import compile_index, gather


@dataclass(frozen=True, slots=True)
class Built:
    """What an index holds, for whoever built it."""

    path: Path
    articles: int
    passages: int
    languages: Mapping[str, int]
    """Passages of each language."""
    bytes_written: int


def build_index(articles: Sequence[Article], directory: Path) -> Built:
    """Write the index of the articles into a directory, whole or not at all."""
    by_language = sorted(articles, key=lambda article: (article.language, article.id))
    languages = {
        language: gather(group)
        for language, group in groupby(by_language, key=lambda article: article.language)
    }
    data = compile_index(languages)
    path = directory / FILE_NAME
    directory.mkdir(parents=True, exist_ok=True)
    replace_file(path, data)
    return Built(
        path=path,
        articles=len(articles),
        passages=sum(language.passages.count for language in languages.values()),
        languages={code: language.passages.count for code, language in languages.items()},
        bytes_written=len(data),
    )


def replace_file(path: Path, data: bytes) -> None:
    """Put the new file in the old one's place at once, so that no reader sees half of it."""
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
        try:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
            Path(file.name).chmod(0o644)
            Path(file.name).replace(path)
        except BaseException:
            Path(file.name).unlink(missing_ok=True)
            raise
