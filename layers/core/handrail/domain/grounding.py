"""Whether an answer may be given: everything in it that could mislead stands in a cited passage.

Conservative on purpose: what cannot be shown to stand there goes to a person, with the draft. An
answer that only quotes, sentence for sentence, is the company's own words and passes.
"""

import re
from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Final

from handrail.domain.claims import claims_to_be_human, promises
from handrail.domain.figures import figures, long_numbers, months, without_long_numbers
from handrail.domain.knowledge import Passage
from handrail.domain.privacy import PLACEHOLDER, has_broken_placeholder, placeholders_in
from handrail.domain.reading import sentences
from handrail.domain.turn import Answered

# ruff: noqa: RUF001 - letters and marks of other scripts are meant


class Ungrounded(StrEnum):
    """Why an answer cannot be shown to stand in the articles."""

    CITATION = "citation"
    """It cites what was not found."""
    LANGUAGE = "language"
    """It is not in the customer's language, and no quotation either."""
    FIGURE = "figure"
    """A number, amount, share, span of time or date that no cited passage has."""
    LINK = "link"
    """A link, an e-mail address or a phone number that no cited passage has."""
    PLACEHOLDER = "placeholder"
    """A placeholder of personal data that the customer did not write, or a broken one."""
    HUMAN = "human"
    """It says or implies that a human is writing."""
    PROMISE = "promise"
    """It says that something was done or will be done, which only committed state may say."""


_LINK: Final = re.compile(
    r"(?:https?://|www\.)[^\s<>\"'）」』】]+"
    r"|(?<![\w@.])[A-Za-z0-9][\w-]*(?:\.[A-Za-z0-9][\w-]*)*\.[a-z]{2,24}"
    r"(?:/[^\s<>\"']*)?(?![\w@])",
)
_SCHEME: Final = re.compile(r"^(?:https?://)?(?:www\.)?", re.IGNORECASE)
_EMAIL: Final = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_TRAILING: Final = ".,;:!?)]}>'\"。、，！？）"


def check(
    answer: Answered,
    passages: Sequence[Passage],
    *,
    question: str = "",
    language: str | None = None,
    written_in: str | None = None,
) -> Ungrounded | None:
    """Return why an answer must not be given, or None when it may.

    `passages` are those the draft was made from; `question` is the customer's, redacted;
    `language` is the customer's; `written_in` is what the answer was identified as, given only
    when that is certain.
    """
    by_id = {passage.id: passage for passage in passages}
    cited = [by_id.get(citation.passage) for citation in answer.citations]
    sources = [passage for passage in cited if passage is not None]
    if len(sources) != len(cited) or not sources:
        return Ungrounded.CITATION
    if is_quotation(answer.text, sources):
        return None
    if language is not None and {language, answer.language, written_in or language} != {language}:
        return Ungrounded.LANGUAGE
    return (
        _placeholders(answer.text, sources, question)
        or _links(answer.text, sources)
        or _figures(answer.text, sources)
        or _claims(answer.text, sources)
    )


def is_quotation(text: str, passages: Iterable[Passage]) -> bool:
    """Say whether every sentence of a text stands, word for word, in one of the passages."""
    quoted = {"".join(sentence.split()) for sentence in sentences(text)}
    return bool(quoted) and any(
        quoted <= {"".join(sentence.split()) for sentence in sentences(passage.text)}
        for passage in passages
    )


def _placeholders(text: str, sources: Sequence[Passage], question: str) -> Ungrounded | None:
    known = placeholders_in(question).union(*(placeholders_in(p.text) for p in sources))
    if has_broken_placeholder(text) or not placeholders_in(text) <= known:
        return Ungrounded.PLACEHOLDER
    return None


def _links(text: str, sources: Sequence[Passage]) -> Ungrounded | None:
    said = "\n".join(f"{passage.text} {passage.link}" for passage in sources)
    emails = {found.casefold() for found in _EMAIL.findall(text)}
    if not emails <= {found.casefold() for found in _EMAIL.findall(said)}:
        return Ungrounded.LINK
    known = _targets(said)
    hosts = {target.partition("/")[0] for target in known}
    if not _targets(text) <= known | hosts:
        return Ungrounded.LINK
    return None


def _targets(text: str) -> set[str]:
    found = _LINK.findall(_EMAIL.sub(" ", text))
    return {_SCHEME.sub("", link.rstrip(_TRAILING)).rstrip("/").casefold() for link in found}


def _figures(text: str, sources: Sequence[Passage]) -> Ungrounded | None:
    own = _LINK.sub(" ", PLACEHOLDER.sub(" ", text))
    said = "\n".join(f"{passage.title}\n{passage.text}" for passage in sources)
    if not long_numbers(own) <= long_numbers(said):
        return Ungrounded.LINK
    known = figures(without_long_numbers(said))
    meant = figures(without_long_numbers(own))
    if not all(any(figure.stands_for(source) for source in known) for figure in meant):
        return Ungrounded.FIGURE
    if not months(own) <= months(said):
        return Ungrounded.FIGURE
    return None


def _claims(text: str, sources: Sequence[Passage]) -> Ungrounded | None:
    if claims_to_be_human(text):
        return Ungrounded.HUMAN
    # Where the article itself says what will be done, saying so is no promise of the model's.
    if promises(text) and not any(promises(passage.text) for passage in sources):
        return Ungrounded.PROMISE
    return None
