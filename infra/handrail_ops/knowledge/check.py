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
from handrail_ops.knowledge.duplicates import alike
from handrail_ops.knowledge.links import folder_of, links_of, page_of, unreachable

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


def check_articles(
    articles: Sequence[Article], now: float, outside_seconds: float | None = None
) -> Sequence[Finding]:
    """Return what is wrong with readable articles, ordered by file.

    With `outside_seconds` every page that is linked to is asked for, each for so long at most.
    """
    findings = [
        *_out_of_date(articles, now),
        *_say_the_same(articles),
        *_lead_nowhere(articles, now),
        *(_do_not_answer(articles, outside_seconds) if outside_seconds is not None else ()),
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


def _say_the_same(articles: Sequence[Article]) -> Iterator[Finding]:
    for pair in alike(articles):
        if pair.share == 1:
            what = f"says the same as {pair.other.file}; keep one of them"
            yield Finding(pair.article.file, what, is_fault=True)
        else:
            what = (
                f"{pair.share:.0%} of it stands in {pair.other.file} too, or the other way round"
            )
            yield Finding(pair.article.file, what, is_fault=False)


def _lead_nowhere(articles: Sequence[Article], now: float) -> Iterator[Finding]:
    """Find links to pages that would be an article's, and are nobody's, or an expired one's."""
    owners: defaultdict[str, list[Article]] = defaultdict(list)
    for article in articles:
        owners[page_of(article.source)].append(article)
    folders = {folder_of(page) for page in owners}
    for article in articles:
        for link in sorted(links_of(article)):
            own = owners.get(link, [])
            if own and not any(_is_valid(one, now) for one in own):
                what = f"links to {link}, the page of {own[0].file}, which does not answer now"
                yield Finding(article.file, what, is_fault=True)
            elif not own and folder_of(link) in folders:
                what = f"links to {link}, where articles' pages are, but it is none's"
                yield Finding(article.file, what, is_fault=False)


def _do_not_answer(articles: Sequence[Article], seconds: float) -> Iterator[Finding]:
    links = {article.file: {page_of(article.source), *links_of(article)} for article in articles}
    wrong = unreachable({link for several in links.values() for link in several}, seconds)
    for file, several in links.items():
        for link in sorted(several & wrong.keys()):
            what, is_sure = wrong[link]
            yield Finding(file, f"{link} {what}", is_fault=is_sure)


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
            if not _is_valid(article, now):
                continue
            for question in article.questions:
                found = index.search(question, article.language, 3, now)
                if not any(one.passage.article == article.id for one in found):
                    what = f"its own question {question!r} does not find it"
                    yield Finding(article.file, what, is_fault=True)
                elif found[0].confidence < CONFIDENCE_MIN:
                    what = f"its own question {question!r} finds it with little confidence"
                    yield Finding(article.file, what, is_fault=False)


def _is_valid(article: Article, now: float) -> bool:
    until = article.valid_until
    return article.valid_from <= now and (until is None or now < until)
