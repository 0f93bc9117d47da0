"""How well retrieval and quoting do on a set of questions whose answers are known.

The set is a file in SQuAD's form: paragraphs, each with questions and the words that answer them.
Every paragraph becomes an article, cut and indexed as a company's are.
"""

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from handrail.adapters.knowledge.index import KnowledgeIndex
from handrail.adapters.model.extractive import ExtractiveDrafter
from handrail.domain.errors import MalformedRequestError
from handrail_ops.knowledge.articles import Article
from handrail_ops.knowledge.build import build_index
from handrail_ops.knowledge.markdown import Block, Section

FOUND_AMONG: Final = 3
QUOTED_SENTENCES: Final = 2


@dataclass(frozen=True, slots=True)
class Question:
    """A question, the paragraph that answers it, and the words that do."""

    text: str
    article: str
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Measured:
    """Shares of the questions, 0 to 1, and the time a search took."""

    questions: int
    paragraphs: int
    r_at_1: float
    r_at_3: float
    answer_contains: float
    """An answer's words stand in two quoted sentences of the first passage."""
    microseconds_per_query: float
    """Processor time, with the index open."""


def measure(path: Path, language: str, copies: int = 1) -> Measured:
    """Measure on a file; `copies` of every paragraph show how time grows with the size.

    Raises:
        MalformedRequestError: the file is not in SQuAD's form.

    """
    articles, questions = _read(path, language, copies)
    with TemporaryDirectory() as directory:
        build_index(articles, Path(directory))
        index = KnowledgeIndex(Path(directory))
        drafter = ExtractiveDrafter(index.weight)
        index.search("open", language, 1, 0.0)
        first = among = contains = 0
        seconds = 0.0
        for question in questions:
            started = time.process_time()
            found = index.search(question.text, language, FOUND_AMONG * copies, 0.0)
            seconds += time.process_time() - started
            names = [_original(one.passage.article) for one in found]
            first += names[:1] == [question.article]
            among += question.article in list(dict.fromkeys(names))[:FOUND_AMONG]
            if found:
                text = found[0].passage.text
                quoted = drafter.quote(question.text, text, language, QUOTED_SENTENCES)
                contains += any(answer in quoted for answer in question.answers)
    asked = len(questions)
    return Measured(
        questions=asked,
        paragraphs=len(articles),
        r_at_1=first / asked,
        r_at_3=among / asked,
        answer_contains=contains / asked,
        microseconds_per_query=seconds / asked * 1e6,
    )


def _read(path: Path, language: str, copies: int) -> tuple[Sequence[Article], Sequence[Question]]:
    articles: list[Article] = []
    questions: list[Question] = []
    try:
        data = json.loads(path.read_bytes())["data"]
        paragraphs = [paragraph for entry in data for paragraph in entry["paragraphs"]]
        for number, paragraph in enumerate(paragraphs):
            name = f"p{number:05}"
            articles += (
                _article(f"{name}-{copy}", paragraph["context"], language)
                for copy in range(copies)
            )
            questions += (_question(asked, name) for asked in paragraph["qas"])
    except (ValueError, KeyError, TypeError) as error:
        message = f"{path} is not in SQuAD's form: {error!r}"
        raise MalformedRequestError(message) from None
    if not questions:
        message = f"{path} has no questions"
        raise MalformedRequestError(message)
    return articles, questions


def _question(asked: dict[str, Any], article: str) -> Question:
    answers = tuple(dict.fromkeys(str(answer["text"]) for answer in asked["answers"]))
    return Question(str(asked["question"]), article, answers)


def _article(name: str, text: str, language: str) -> Article:
    return Article(
        id=name,
        title="",
        language=language,
        audience="customers",
        valid_from=0.0,
        valid_until=None,
        source="https://help.example.com",
        questions=(),
        sections=(Section("", tuple(Block(line) for line in text.splitlines() if line)),),
        file=name,
    )


def _original(article: str) -> str:
    return article.partition("-")[0]
