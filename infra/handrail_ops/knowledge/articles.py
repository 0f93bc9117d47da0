"""Reads articles: Markdown with front matter, written by a company's support team.

Whatever is wrong with a file is said with its name and line, all files' errors at once, so that
an author mends them in one go; and nothing of a faulty set is ever built.
"""

import re
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from handrail.domain.errors import InvalidInputError
from handrail_ops.knowledge.markdown import Section, read_sections

ARTICLE_BYTES_MAX = 256_000
"""An article is a page, not a book; a larger file is a mistake or an attack."""
QUESTIONS_MAX = 50
QUESTION_CHARS_MAX = 300
TITLE_CHARS_MAX = 200

_FENCE = "---"
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Z][a-z]{3})?(?:-(?:[A-Z]{2}|[0-9]{3}))?")
_LINK = re.compile(r"https?://[^\s<>\"']+")
_REQUIRED = ("id", "title", "language", "audience", "valid_from", "source", "questions")
_FIELDS = frozenset({*_REQUIRED, "valid_until", "sensitive"})
# Controls, direction overrides and invisible separators: none has a place in a help page, and
# all can make a page say something else than its author reads.
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufffe\uffff]"
)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with one file."""

    file: str
    line: int
    what: str

    def __str__(self) -> str:
        """Return it as compilers do: file, line, fault."""
        return f"{self.file}:{self.line}: {self.what}"


class ArticleError(InvalidInputError):
    """Articles cannot be used; every fault names its file and line."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in faults))


@dataclass(frozen=True, slots=True)
class Article:
    """One help page in one language."""

    id: str
    title: str
    language: str
    audience: str
    valid_from: float
    """Start of its first day in UTC, in seconds since the epoch."""
    valid_until: float | None
    """End of its last day in UTC, in seconds since the epoch; None when it has no end."""
    source: str
    questions: tuple[str, ...]
    sections: tuple[Section, ...]
    file: str
    sensitive: tuple[str, ...] = field(default=())


def read_articles(directory: Path) -> tuple[Article, ...]:
    """Read every article under a directory, ordered by language and id.

    Raises:
        ArticleError: any file is faulty, or there is none; it names every fault of every file.

    """
    articles: list[Article] = []
    faults: list[Fault] = []
    for path in _article_files(directory):
        try:
            articles.append(read_article(path, path.relative_to(directory).as_posix()))
        except ArticleError as error:
            faults.extend(error.faults)
    if not articles and not faults:
        faults.append(Fault(str(directory), 1, "no articles here; expected Markdown files (*.md)"))
    faults.extend(_clashes(articles))
    if faults:
        raise ArticleError(faults)
    return tuple(sorted(articles, key=lambda article: (article.language, article.id)))


def read_article(path: Path, name: str) -> Article:
    """Read one article; `name` is what errors call it.

    Raises:
        ArticleError: the file cannot be used.

    """
    text = _read_text(path, name)
    lines = text.splitlines()
    if not lines or lines[0].strip() != _FENCE:
        raise ArticleError([Fault(name, 1, f"expected front matter that begins with {_FENCE!r}")])
    try:
        end = next(n for n, line in enumerate(lines[1:], 1) if line.strip() == _FENCE)
    except StopIteration:
        raise ArticleError(
            [Fault(name, len(lines), f"the front matter never ends; expected a line {_FENCE!r}")]
        ) from None
    front = _FrontMatter(name, "\n".join(lines[1:end]))
    sections, problems = read_sections("\n".join(lines[end + 1 :]), first_line=end + 2)
    faults = [*front.faults, *(Fault(name, line, what) for line, what in problems)]
    if not faults and not any(section.blocks for section in sections):
        faults.append(Fault(name, end + 1, "the article is empty; expected text below the header"))
    article = front.article(sections)
    faults.extend(fault for fault in front.faults if fault not in faults)
    if faults or article is None:
        raise ArticleError(faults)
    return article


def _article_files(directory: Path) -> Iterator[Path]:
    for path in sorted(directory.rglob("*.md")):
        if path.name == "README.md" or any(
            part.startswith(".") for part in path.relative_to(directory).parts
        ):
            continue
        yield path


def _read_text(path: Path, name: str) -> str:
    if path.is_symlink() or not path.is_file():
        raise ArticleError([Fault(name, 1, "not a plain file; expected one, and no link to one")])
    size = path.stat().st_size
    if size > ARTICLE_BYTES_MAX:
        what = f"{size} bytes; an article may have {ARTICLE_BYTES_MAX}: split it"
        raise ArticleError([Fault(name, 1, what)])
    data = path.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ArticleError([Fault(name, line, "not UTF-8 here; save the file as UTF-8")]) from None
    faults = [
        Fault(name, text.count("\n", 0, found.start()) + 1, _forbidden(found.group()))
        for found in _FORBIDDEN.finditer(text)
    ]
    if faults:
        raise ArticleError(faults[:10])
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _forbidden(character: str) -> str:
    return f"the invisible character U+{ord(character):04X} has no place in an article; remove it"


def _clashes(articles: Sequence[Article]) -> Iterator[Fault]:
    first: dict[tuple[str, str], Article] = {}
    for article in articles:
        other = first.setdefault((article.language, article.id), article)
        if other is not article:
            what = f"id {article.id!r} in {article.language} is already that of {other.file}"
            yield Fault(article.file, 1, what)


class _PlainLoader(yaml.SafeLoader):
    """YAML without anchors and aliases, which can be made to multiply without end."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        event = self.peek_event()  # type: ignore[no-untyped-call]
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            problem = "anchors and aliases are not read here; write the value out"
            raise yaml.MarkedYAMLError(problem=problem, problem_mark=event.start_mark)
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[Any] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if not isinstance(key, str) or key in seen:
                named = isinstance(key, str)
                problem = f"{key!r} stands here twice" if named else "expected a field's name"
                raise yaml.MarkedYAMLError(problem=problem, problem_mark=key_node.start_mark)
            seen.add(key)
        return super().construct_mapping(node, deep)


class _FrontMatter:
    """The header of one file, read strictly; gathers faults instead of stopping at the first."""

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self.faults: list[Fault] = []
        self._lines: dict[str, int] = {}
        self._values: Mapping[str, Any] = self._parse(text)
        for missing in (key for key in _REQUIRED if self._lines and key not in self._values):
            self._fault(missing, f"{missing!r} is missing")
        for unknown in sorted(set(self._values) - _FIELDS):
            self._fault(
                unknown, f"{unknown!r} is not known; expected {', '.join(sorted(_FIELDS))}"
            )

    def article(self, sections: tuple[Section, ...]) -> Article | None:
        """Return the article, or None when there are faults."""
        if self.faults:
            return None
        article = Article(
            id=self._match("id", _ID, "lower-case words joined by '-'"),
            title=self._text("title", TITLE_CHARS_MAX),
            language=self._match("language", _LANGUAGE, "a tag such as 'en' or 'pt-BR'"),
            audience=self._text("audience", TITLE_CHARS_MAX),
            valid_from=_day_start(self._day("valid_from")),
            valid_until=self._valid_until(),
            source=self._match("source", _LINK, "a link, https://..."),
            sensitive=self._texts("sensitive", TITLE_CHARS_MAX, required=False),
            questions=self._texts("questions", QUESTION_CHARS_MAX, required=True),
            sections=sections,
            file=self.name,
        )
        if article.valid_until is not None and article.valid_until <= article.valid_from:
            self._fault("valid_until", "'valid_until' is before 'valid_from'")
        return None if self.faults else article

    def _parse(self, text: str) -> Mapping[str, Any]:
        loader = _PlainLoader(text)
        try:
            node = loader.get_single_node()
            if not isinstance(node, yaml.MappingNode):
                self._fault("", "expected fields such as 'id: refund-status' in the front matter")
                return {}
            constructed = loader.construct_mapping(node, deep=True)
            self._lines = {k.value: k.start_mark.line + 2 for k, _ in node.value}
            values = {str(key): value for key, value in constructed.items()}
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark
            line = 2 if mark is None else mark.line + 2
            self.faults.append(Fault(self.name, line, f"not YAML: {error.problem}"))
            return {}
        except (yaml.YAMLError, ValueError, RecursionError) as error:
            self.faults.append(Fault(self.name, 2, f"not YAML: {error}"))
            return {}
        else:
            return values
        finally:
            loader.dispose()

    def _fault(self, key: str, what: str) -> None:
        self.faults.append(Fault(self.name, self._lines.get(key, 2), what))

    def _text(self, key: str, chars_max: int) -> str:
        value = self._values.get(key)
        if not isinstance(value, str) or not value.strip() or len(value) > chars_max:
            self._fault(key, f"{key!r} must be a text of 1 to {chars_max} characters")
            return ""
        return " ".join(value.split())

    def _match(self, key: str, pattern: re.Pattern[str], expected: str) -> str:
        value = self._values.get(key)
        if not isinstance(value, str) or not pattern.fullmatch(value):
            self._fault(key, f"{key!r} is {value!r}; expected {expected}")
            return ""
        return value

    def _texts(self, key: str, chars_max: int, *, required: bool) -> tuple[str, ...]:
        value = self._values.get(key)
        if value is None and not required:
            return ()
        texts = value if isinstance(value, list) else []
        good = [" ".join(t.split()) for t in texts if isinstance(t, str) and t.strip()]
        if len(good) != len(texts) or not 1 <= len(texts) <= QUESTIONS_MAX:
            self._fault(key, f"{key!r} must be a list of 1 to {QUESTIONS_MAX} texts")
        elif any(len(text) > chars_max for text in good):
            self._fault(key, f"a text in {key!r} has more than {chars_max} characters")
        return tuple(good)

    def _day(self, key: str) -> date:
        value = self._values.get(key)
        if isinstance(value, date) and not isinstance(value, datetime):
            return value
        self._fault(key, f"{key!r} is {value!r}; expected a day such as 2026-01-31")
        return date(1970, 1, 1)

    def _valid_until(self) -> float | None:
        if self._values.get("valid_until") is None:
            return None
        day = self._day("valid_until")
        if day == date.max:
            return None
        return _day_start(day + timedelta(days=1))


def _day_start(day: date) -> float:
    return datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()
