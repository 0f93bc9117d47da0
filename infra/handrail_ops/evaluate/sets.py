"""The sets of questions that answers are measured on, whatever form they come in.

Three forms: a file in SQuAD's form (`*.json`) brings the paragraphs that answer its questions, and
each becomes an article, cut and indexed as a company's are. A table of questions (`*.csv`) and
recorded messages (`*.jsonl`) are asked of the company's own index.
"""

import csv
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from handrail.domain.errors import InvalidInputError
from handrail_ops.knowledge.articles import Article
from handrail_ops.knowledge.courtesies import AUDIENCE
from handrail_ops.knowledge.markdown import Block, Section

_SEVERAL: Final = "|"
"""Between the articles of a table's cell, and between answers that are all right."""
_CUSTOMERS: Final = ("customer", "user")
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")


class SetUnreadableError(InvalidInputError):
    """A set of questions cannot be used; the message names file and line, and what to do."""


@dataclass(frozen=True, slots=True)
class Question:
    """What a customer asks, and what is known about the answer."""

    text: str
    language: str
    articles: tuple[str, ...] | None = None
    """The articles that answer it: none of them, when empty; not known, when None."""
    answers: tuple[str, ...] = ()
    """Words one of which a right answer contains; not known, when empty."""
    true: tuple[str, ...] = ()
    """Whole answers that are right, in other words than the articles'."""
    names: tuple[str, ...] = ()
    """Names in these, where letters do not show them."""
    passages_in: str = ""
    """The language of the articles, where it is not the question's."""
    translated: str = ""
    """The whole answer in that language, as a translator would put it."""


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """One file."""

    name: str
    questions: tuple[Question, ...]
    articles: tuple[Article, ...] = ()
    """What answers the questions; the company's own articles do, when empty."""


def read_set(path: Path, language: str | None = None) -> QuestionSet:
    """Read a file; `language` is that of questions whose file says none.

    Raises:
        SetUnreadableError: the file is in none of the three forms.

    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        message = f"{path} cannot be read as UTF-8 text: {error}"
        raise SetUnreadableError(message) from None
    match path.suffix.lower():
        case ".json":
            return _squad(path, text, language or _language_in(path) or "en")
        case ".csv":
            questions = tuple(_table(path, text, language or "en"))
        case ".jsonl":
            questions = tuple(_recorded(path, text, language or "en"))
        case _:
            message = f"{path}: expected *.json (SQuAD's form), *.csv or *.jsonl"
            raise SetUnreadableError(message)
    return _not_empty(QuestionSet(path.name, questions), path)


def _language_in(path: Path) -> str | None:
    """Return the language that a name such as `questions.pt-BR.json` says."""
    said = path.stem.rpartition(".")
    return said[2] if said[1] and _LANGUAGE.fullmatch(said[2]) else None


def _not_empty(read: QuestionSet, path: Path) -> QuestionSet:
    if not read.questions:
        message = f"{path} has no questions"
        raise SetUnreadableError(message)
    return read


def _squad(path: Path, text: str, language: str) -> QuestionSet:
    articles: list[Article] = []
    questions: list[Question] = []
    try:
        paragraphs = [one for entry in json.loads(text)["data"] for one in entry["paragraphs"]]
        for number, paragraph in enumerate(paragraphs):
            name = f"p{number:05}"
            articles.append(article_of(name, str(paragraph["context"]), language))
            for asked in paragraph["qas"]:
                answers = tuple(dict.fromkeys(str(one["text"]) for one in asked["answers"]))
                questions.append(Question(str(asked["question"]), language, (name,), answers))
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        message = f"{path} is not in SQuAD's form: {error!r}"
        raise SetUnreadableError(message) from None
    return _not_empty(QuestionSet(path.name, tuple(questions), tuple(articles)), path)


def article_of(name: str, text: str, language: str) -> Article:
    """Return a paragraph as an article: no title, no questions of its own."""
    return Article(
        id=name,
        title="",
        language=language,
        audience=AUDIENCE,
        valid_from=0.0,
        valid_until=None,
        source="https://help.example.com",
        questions=(),
        sections=(Section("", tuple(Block(line) for line in text.splitlines() if line)),),
        file=name,
    )


def _table(path: Path, text: str, language: str) -> Iterator[Question]:
    """Read columns `question`, and any of `expected`, `article`, `language`."""
    rows = csv.DictReader(text.splitlines(keepends=True), strict=True)
    try:
        if "question" not in (rows.fieldnames or ()):
            message = f"{path}:1: expected a column named 'question'"
            raise SetUnreadableError(message)
        for row in rows:
            asked = (row["question"] or "").strip()
            if not asked:
                message = f"{path}:{rows.line_num}: the question is empty"
                raise SetUnreadableError(message)
            articles = _cell(row, "article") if "article" in row else None
            own = (row.get("language") or "").strip() or language
            yield Question(asked, own, articles, _cell(row, "expected"))
    except csv.Error as error:
        message = f"{path}:{rows.reader.line_num}: not a table: {error}"
        raise SetUnreadableError(message) from None


def _cell(row: Mapping[str, str | None], name: str) -> tuple[str, ...]:
    parts = (row.get(name) or "").split(_SEVERAL)
    return tuple(part.strip() for part in parts if part.strip())


def _recorded(path: Path, text: str, language: str) -> Iterator[Question]:
    """Read recorded messages; who asked for a person was not asking the articles."""
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        where = f"{path}:{number}"
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            message = f"{where}: not JSON: {error}"
            raise SetUnreadableError(message) from None
        if isinstance(row, dict) and "messages" in row:
            yield from _conversation(row, language, where)
            continue
        asked = (row.get("question") or row.get("text")) if isinstance(row, dict) else None
        if not isinstance(asked, str) or not asked.strip():
            message = f"{where}: expected an object with a 'question' or a 'text'"
            raise SetUnreadableError(message)
        if row.get("wants_human") is True:
            continue
        said = row.get("language")
        own = said if isinstance(said, str) and said else language
        articles = _strings(row, "articles", where) if "articles" in row else None
        yield Question(
            asked,
            own,
            articles,
            _strings(row, "expected", where),
            true=_strings(row, "answer", where),
            names=_strings(row, "names", where),
            passages_in="".join(_strings(row, "passages_in", where)),
            translated="".join(_strings(row, "translated", where)),
        )


def _conversation(row: Mapping[str, Any], language: str, where: str) -> Iterator[Question]:
    """Read what the customer said in a whole conversation; nothing is known of the answers."""
    messages = row["messages"]
    if not isinstance(messages, list) or not all(isinstance(one, dict) for one in messages):
        message = f"{where}: 'messages' must be a list of objects with 'from' and 'text'"
        raise SetUnreadableError(message)
    said = row.get("language")
    for one in messages:
        if one.get("from", one.get("role")) not in _CUSTOMERS or one.get("wants_human") is True:
            continue
        asked = one.get("text", one.get("content"))
        if not isinstance(asked, str):
            message = f"{where}: a customer's message without a 'text'"
            raise SetUnreadableError(message)
        if asked.strip():
            own = one.get("language", said)
            yield Question(asked, own if isinstance(own, str) and own else language)


def _strings(row: Mapping[str, Any], name: str, where: str) -> tuple[str, ...]:
    value = row.get(name, ())
    several = (value,) if isinstance(value, str) else value
    if isinstance(several, (list, tuple)) and all(isinstance(one, str) for one in several):
        return tuple(several)
    message = f"{where}: {name!r} must be a text or a list of texts"
    raise SetUnreadableError(message)
