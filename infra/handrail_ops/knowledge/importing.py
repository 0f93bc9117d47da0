"""Brings a company's help pages into a folder of articles: all of them, or none.

Articles are written to a folder beside the one that was asked for, read back as `build` will read
them, and only then given its name: whoever looks sees nothing, or everything.
"""

import csv
import hashlib
import io
import re
import tempfile
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Any, Final
from urllib.parse import quote, urljoin

import yaml

from handrail_ops.knowledge.articles import (
    QUESTION_CHARS_MAX,
    QUESTIONS_MAX,
    TITLE_CHARS_MAX,
    Article,
    ArticleError,
    Fault,
    read_articles,
)
from handrail_ops.knowledge.documents import DocumentError, decoded, in_markdown, page_of
from handrail_ops.knowledge.sources import Source, SourceFile

_SEVERAL: Final = "|"
_COLUMNS: Final = ("question", "answer")
_CELL_CHARS_MAX: Final = 200_000
_ID_CHARS_MAX: Final = 60
_FRONT_MATTER: Final = re.compile(r"\A---[ \t]*\n")


@dataclass(frozen=True, slots=True)
class Defaults:
    """What is said of an article whose file does not say it."""

    language: str
    source: str
    """Where the company's pages are; an article's own page is below it."""
    audience: str
    valid_from: date
    leave_out_active: bool = False


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of it."""

    articles: tuple[Article, ...]
    left_out: tuple[str, ...]
    """Files of a kind that holds no article."""


@dataclass(slots=True)
class _Written:
    """The articles so far, by the names of their files, and where each came from."""

    directory: Path
    origins: dict[str, tuple[str, int]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)


def import_articles(source_path: Path, to: Path, defaults: Defaults) -> Imported:
    """Write the articles of a source into a new folder.

    Raises:
        ArticleError: something cannot be used; every fault names its file and line, and nothing
            was written.

    """
    if to.is_symlink() or (to.exists() and not (to.is_dir() and not any(to.iterdir()))):
        what = "is there already; name a new folder, and move from it what you want"
        raise ArticleError([Fault(str(to), 1, what)])
    to.parent.mkdir(parents=True, exist_ok=True)
    source = Source(source_path)
    with tempfile.TemporaryDirectory(dir=to.parent, prefix=f".{to.name}-") as name:
        directory = Path(name) / "articles"
        directory.mkdir()
        written = _Written(directory)
        for file in source.files():
            try:
                for at, text in _articles_of(file, defaults):
                    _write(written, file, at, text, defaults)
            except DocumentError as error:
                written.faults.extend(error.faults)
        faults = [*source.faults, *written.faults]
        if not written.origins and not faults:
            faults.append(Fault(str(source_path), 1, "no articles here"))
        articles = _read_back(written, faults)
        directory.chmod(0o755)
        directory.rename(to)
    return Imported(articles, tuple(source.left_out))


def _read_back(written: _Written, faults: list[Fault]) -> tuple[Article, ...]:
    articles: tuple[Article, ...] = ()
    if written.origins:
        try:
            articles = read_articles(written.directory)
        except ArticleError as error:
            faults.extend(_at_its_origin(fault, written.origins) for fault in error.faults)
    if faults:
        raise ArticleError(faults)
    return articles


def _at_its_origin(fault: Fault, origins: Mapping[str, tuple[str, int]]) -> Fault:
    """Return a fault of what was written as one of what it was written from.

    What was taken over as it was has the same lines; else its beginning has to do.
    """
    name, line = origins.get(fault.file, (fault.file, 0))
    return Fault(name, line or fault.line, fault.what)


def _articles_of(
    file: SourceFile, defaults: Defaults
) -> Iterator[tuple[int, tuple[Mapping[str, Any], str] | str]]:
    """Yield the line where each article begins, and its front matter and body.

    An article that has its front matter already is taken over as it is, at line 0.
    """
    if file.kind == ".csv":
        yield from _rows(file, defaults)
        return
    if file.kind in {".md", ".markdown"}:
        text = decoded(file)
        if _FRONT_MATTER.match(text):
            yield 0, text
            return
    path = PurePosixPath(file.name)
    link = urljoin(defaults.source, quote(path.stem))
    page = page_of(file, leave_out_active=defaults.leave_out_active, link=defaults.source)
    title = (page.title or path.stem)[:TITLE_CHARS_MAX].strip()
    front = _front(title, [title], page.language, link, defaults)
    yield 1, ({"id": _id(path.stem, file.name), **front}, page.body)


def _rows(
    file: SourceFile, defaults: Defaults
) -> Iterator[tuple[int, tuple[Mapping[str, Any], str]]]:
    rows = csv.DictReader(io.StringIO(decoded(file), newline=""), strict=True)
    faults: list[Fault] = []
    stem = PurePosixPath(file.name).stem
    try:
        missing = [name for name in _COLUMNS if name not in (rows.fieldnames or ())]
        if missing:
            what = f"expected columns named {' and '.join(map(repr, missing))} in the first line"
            raise DocumentError([Fault(file.name, 1, what)])
        before = 1
        for row in rows:
            line, before = before + 1, rows.line_num
            cells = {name: (row.get(name) or "").strip() for name in rows.fieldnames or ()}
            questions = [one.strip() for one in cells["question"].split(_SEVERAL) if one.strip()]
            fault = _row_fault(row, cells, questions)
            if fault:
                faults.append(Fault(file.name, line, fault))
                continue
            title = (cells.get("title") or questions[0])[:TITLE_CHARS_MAX].strip()
            name = cells.get("id") or _id(title, f"{stem} {title}")
            link = cells.get("source") or urljoin(defaults.source, quote(name))
            front = _front(title, questions, cells.get("language"), link, defaults)
            for key in ("valid_from", "valid_until"):
                if cells.get(key):
                    front[key] = _day(cells[key])
            if cells.get("sensitive"):
                front["sensitive"] = [one.strip() for one in cells["sensitive"].split(_SEVERAL)]
            yield line, ({"id": name, **front}, in_markdown(cells["answer"]))
    except csv.Error as error:
        faults.append(Fault(file.name, rows.reader.line_num, f"not a table: {error}"))
    if faults:
        raise DocumentError(faults)


def _row_fault(
    row: Mapping[str | None, Any], cells: Mapping[str, str], questions: list[str]
) -> str | None:
    if None in row:
        return "more cells than the first line names; put quotation marks around commas"
    if not questions or not cells["answer"]:
        return "the question or the answer is empty"
    if len(questions) > QUESTIONS_MAX or any(len(q) > QUESTION_CHARS_MAX for q in questions):
        return f"at most {QUESTIONS_MAX} questions of {QUESTION_CHARS_MAX} characters each"
    if any(len(cell) > _CELL_CHARS_MAX for cell in cells.values()):
        return f"a cell with more than {_CELL_CHARS_MAX} characters"
    return None


def _front(
    title: str, questions: list[str], language: str | None, link: str, defaults: Defaults
) -> dict[str, Any]:
    return {
        "title": title,
        "language": language or defaults.language,
        "audience": defaults.audience,
        "valid_from": defaults.valid_from,
        "source": link,
        "questions": [question[:QUESTION_CHARS_MAX] for question in questions],
    }


def _day(text: str) -> date | str:
    """Return a day; what is none is left for the reader of articles to refuse by name."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return text


def _id(words: str, whole: str) -> str:
    """Return a name of lower-case words; of a script without those, one that stays the same."""
    ascii_only = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().lower()
    name = "-".join(re.findall(r"[a-z0-9]+", ascii_only))[:_ID_CHARS_MAX].strip("-")
    letters = sum(character.isalnum() for character in words)
    if len(name) * 2 > letters:
        return name
    return f"article-{hashlib.blake2b(whole.encode(), digest_size=5).hexdigest()}"


def _write(
    written: _Written,
    file: SourceFile,
    line: int,
    article: tuple[Mapping[str, Any], str] | str,
    defaults: Defaults,
) -> None:
    if isinstance(article, str):
        stem, language, text = PurePosixPath(file.name).stem, _said_language(article), article
    else:
        front, body = article
        stem, language = str(front["id"]), str(front["language"])
        said = yaml.safe_dump(dict(front), allow_unicode=True, sort_keys=False, width=10_000)
        text = f"---\n{said}---\n\n{body}\n"
    folder = re.sub(r"[^A-Za-z0-9-]", "", language or defaults.language) or "articles"
    name = f"{folder}/{_id(stem, stem)}.md"
    if name in written.origins:
        other, _ = written.origins[name]
        written.faults.append(Fault(file.name, max(line, 1), f"has the same name as {other}"))
        return
    path = written.directory / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")
    written.origins[name] = (file.name, line)


def _said_language(text: str) -> str:
    found = re.search(r"^language:\s*[\"']?([A-Za-z-]+)", text, re.MULTILINE)
    return found.group(1) if found else ""
