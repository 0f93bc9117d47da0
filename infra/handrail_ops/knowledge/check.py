"""What is wrong with a set of articles though each can be read: what would mislead a customer."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from handrail.adapters.knowledge.index import KnowledgeIndex
from handrail.domain.knowledge import CONFIDENCE_MIN
from handrail.domain.reading import fold
from handrail_ops.knowledge.articles import Article
from handrail_ops.knowledge.build import build_index

_SECONDS_BEFORE_EXPIRY: Final = 30 * 86_400


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing an author should look at."""

    file: str
    what: str
    is_fault: bool
    """Whether a customer would be misled; else it is a remark."""

    def __str__(self) -> str:
        """Return it as a line of the command's output."""
        return f"{self.file}: {'' if self.is_fault else 'remark: '}{self.what}"


def check_articles(articles: Sequence[Article], now: float) -> Sequence[Finding]:
    """Return what is wrong with readable articles, ordered by file."""
    findings = [
        *_out_of_date(articles, now),
        *_same_question_twice(articles),
        *_without_original(articles),
        *_not_found(articles, now),
    ]
    return sorted(findings, key=lambda finding: (finding.file, finding.what))


def _out_of_date(articles: Sequence[Article], now: float) -> Iterator[Finding]:
    for article in articles:
        if article.valid_from > now:
            yield Finding(article.file, "not valid yet, so it never answers", is_fault=False)
        if article.valid_until is None:
            continue
        if article.valid_until <= now:
            yield Finding(article.file, "expired, so it never answers; remove it", is_fault=True)
        elif article.valid_until < now + _SECONDS_BEFORE_EXPIRY:
            yield Finding(article.file, "expires within 30 days", is_fault=False)


def _same_question_twice(articles: Sequence[Article]) -> Iterator[Finding]:
    asked: defaultdict[tuple[str, str], list[Article]] = defaultdict(list)
    for article in articles:
        for question in {fold(question) for question in article.questions}:
            asked[article.language, " ".join(question.split())].append(article)
    for (_, question), claimed in asked.items():
        for article in claimed[1:]:
            what = f"the question {question!r} is also that of {claimed[0].file}"
            yield Finding(article.file, what, is_fault=True)


def _without_original(articles: Sequence[Article]) -> Iterator[Finding]:
    """Find translations of nothing: most articles' language is taken for the original's."""
    by_language: defaultdict[str, set[str]] = defaultdict(set)
    for article in articles:
        by_language[article.language].add(article.id)
    if not by_language:
        return
    main = max(sorted(by_language), key=lambda language: len(by_language[language]))
    for article in articles:
        if article.id not in by_language[main]:
            what = f"no article {article.id!r} in {main}, so only {article.language} has it"
            yield Finding(article.file, what, is_fault=False)


def _not_found(articles: Sequence[Article], now: float) -> Iterator[Finding]:
    """Find what its own questions do not find: customers' will not either."""
    with TemporaryDirectory() as directory:
        build_index(articles, Path(directory))
        index = KnowledgeIndex(Path(directory))
        for article in articles:
            if article.valid_from > now or (article.valid_until or now + 1) <= now:
                continue
            for question in article.questions:
                found = index.search(question, article.language, 3, now)
                if not any(one.passage.article == article.id for one in found):
                    what = f"its own question {question!r} does not find it"
                    yield Finding(article.file, what, is_fault=True)
                elif found[0].confidence < CONFIDENCE_MIN:
                    what = f"its own question {question!r} finds it with little confidence"
                    yield Finding(article.file, what, is_fault=False)
