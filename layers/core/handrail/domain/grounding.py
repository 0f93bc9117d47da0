"""Whether an answer may be given: everything in it that could mislead stands in a cited passage.

Conservative on purpose: what cannot be shown to stand there goes to a person, with the draft. An
answer that only quotes, sentence for sentence, is the company's own words and passes. One in
another language than its passages is checked on its translation back, and passes only with one.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from enum import StrEnum
from typing import Final

from handrail.domain.claims import claims_to_be_human, commits, leaks, promises
from handrail.domain.clauses import clauses
from handrail.domain.denial import is_denied
from handrail.domain.figures import (
    Figure,
    figures,
    long_numbers,
    months,
    stand_among,
    weekdays,
    without_long_numbers,
)
from handrail.domain.figures_at_home import LISTED, are_of_something_else
from handrail.domain.knowledge import Passage
from handrail.domain.naming import exchanged, misplaced, strays
from handrail.domain.near_quotation import (
    Misquoted,
    follows_a_no,
    keeps_figures,
    misquoted,
    quoted,
)
from handrail.domain.number_words import with_digits
from handrail.domain.privacy import PLACEHOLDER, has_broken_placeholder, placeholders_in
from handrail.domain.reading import sentences
from handrail.domain.support import (
    NEAREST_MIN,
    SUPPORT_MIN,
    Said,
    adds_a_clause,
    is_approved,
    is_connecting,
    read,
    said,
    support,
)
from handrail.domain.turn import Answered
from handrail.domain.units import bare_spans, lasts

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
    SUPPORT = "support"
    """A sentence of which too little stands in any cited passage of its language."""
    NAME = "name"
    """A name that the cited passages do not have, or not there."""
    NEGATION = "negation"
    """It says no where the passage says yes, or the reverse."""
    PROMISE = "promise"
    """It says that something was done or will be done, which only committed state may say."""
    COMMITMENT = "commitment"
    """It binds the company to what neither its articles say nor its approved wording."""
    LEAK = "leak"
    """It tells what the model was told."""


_LINK: Final = re.compile(
    r"(?:https?://|www\.)[^\s<>\"'）」』】]+"
    r"|(?<![\w@.])[A-Za-z0-9][\w-]*(?:\.[A-Za-z0-9][\w-]*)*\.[a-z]{2,24}"
    r"(?:/[^\s<>\"']*)?(?![\w@])",
)
_SCHEME: Final = re.compile(r"^(?:https?://)?(?:www\.)?", re.IGNORECASE)
_EMAIL: Final = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_COMMITTED_MIN: Final = 0.4
"""How much of a commitment must stand in the commitments of a passage."""
_PART_CLAIMS_MIN: Final = 2.1
"""A word or two out of a passage claim nothing that a no could be missing of."""
_AS_MISQUOTED: Final = {
    Misquoted.FIGURE: Ungrounded.FIGURE,
    Misquoted.NAME: Ungrounded.NAME,
}
_TELLING_SPANS: Final = frozenset({"day", "week", "month", "year"})
"""Seconds are also what comes after the first; minutes and hours are said in passing."""
_MARKUP: Final = re.compile(r"[*_`#]+")
_TRAILING: Final = ".,;:!?)]}>'\"。、，！？）"


def check(
    answer: Answered,
    passages: Sequence[Passage],
    *,
    question: str = "",
    language: str | None = None,
    written_in: str | None = None,
    translated: str | None = None,
    judged: bool = False,
    approved: Sequence[str] = (),
    instructions: str = "",
    support_min: float = SUPPORT_MIN,
) -> Ungrounded | None:
    """Return why an answer must not be given, or None when it may.

    `passages` are those the draft was made from; `question` is the customer's, redacted;
    `language` is the customer's; `written_in` is what the answer was identified as, given only
    when that is certain; `translated` is the answer in the language of its passages, where that is
    another; `judged` says that a judge found it to stand there, for want of a translation;
    `approved` are sentences that the company lets its bot say of its own; `instructions` are what
    the model was told, and nobody else shall be.
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
        or _figures(answer.text, sources, answer.language)
        or _claims(answer, sources, approved)
        or _claims_back(answer, sources, translated, approved)
        or (Ungrounded.LEAK if leaks(answer.text, instructions) else None)
        or _unsupported(answer, sources, translated, approved, support_min, judged=judged)
    )


def is_across(answer: Answered, passages: Iterable[Passage]) -> bool:
    """Say whether an answer is in another language than all the passages it cites."""
    cited = {citation.passage for citation in answer.citations}
    return all(one.language != answer.language for one in passages if one.id in cited)


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


def _figures(
    text: str, sources: Sequence[Passage], language: str | None = None
) -> Ungrounded | None:
    own = "\n".join(LISTED.sub("", line) for line in text.splitlines())
    own = _LINK.sub(" ", PLACEHOLDER.sub(" ", own))
    whole = "\n".join(f"{passage.title}\n{passage.text}" for passage in sources)
    if not long_numbers(own) <= long_numbers(whole):
        return Ungrounded.LINK
    known = [figure for passage in sources for figure in _figures_of(passage)]
    meant = figures(without_long_numbers(own), language)
    if not all(any(figure.stands_for(source) for source in known) for figure in meant):
        return Ungrounded.FIGURE
    if not months(own) <= months(whole):
        return Ungrounded.FIGURE
    return None


def _figures_of(passage: Passage) -> list[Figure]:
    return figures(without_long_numbers(f"{passage.title}\n{passage.text}"), passage.language)


def _unsupported(
    answer: Answered,
    sources: Sequence[Passage],
    translated: str | None,
    approved: Sequence[str],
    support_min: float,
    *,
    judged: bool,
) -> Ungrounded | None:
    """Return what is wrong with a sentence, of the answer or of its translation back."""
    text, language = answer.text, answer.language
    near = [passage for passage in sources if passage.language == language]
    if not near:
        if translated is None:
            return None if judged else Ungrounded.SUPPORT
        text, language, near = translated, sources[0].language, [sources[0]]
        near += [passage for passage in sources[1:] if passage.language == language]
        if fault := _links(text, near) or _figures(text, near, language):
            return fault
    rest = read(
        (f"{passage.title}\n{_MARKUP.sub('', passage.text)}" for passage in near), language
    )
    for sentence in sentences(_MARKUP.sub("", text)):
        bare = LISTED.sub("", sentence)
        if is_connecting(bare, approved):
            continue
        if fault := _sentence(bare, rest, language, support_min):
            return fault
    return None


def _sentence(
    sentence: str, rest: Sequence[Said], language: str, support_min: float
) -> Ungrounded | None:
    plain = _LINK.sub(" ", PLACEHOLDER.sub(" ", _EMAIL.sub(" ", sentence)))
    if sources := quoted(plain, rest):
        if not keeps_figures(plain, sources, language):
            return Ungrounded.FIGURE
        # Word for word: all that may be missing is a no in front of it.
        claims = said(plain).full_words >= _PART_CLAIMS_MIN or follows_a_no(
            plain, sources, language
        )
        return Ungrounded.NEGATION if claims and is_denied(plain, rest, language) else None
    meant = figures(without_long_numbers(plain), language)
    found = support(said(with_digits(sentence, language), numbers=True), rest)
    if (
        found.share < support_min
        or found.by_one < NEAREST_MIN
        or adds_a_clause(plain, rest, language)
    ):
        return Ungrounded.SUPPORT
    near = _near(plain, rest, language)
    if not stand_among(meant, figures(near, language)) or not weekdays(
        plain, language
    ) <= weekdays(near, language):
        return Ungrounded.FIGURE
    if are_of_something_else(plain, rest, language):
        return Ungrounded.FIGURE
    if not _lasts_as_said(plain, near, language) or not _on_its_day(plain, near, language):
        return Ungrounded.FIGURE
    if wrong := misquoted(plain, (*found.nearest, *found.also), language):
        return _AS_MISQUOTED[wrong]
    if (
        misplaced(plain, rest, language)
        or strays(plain, rest)
        or any(exchanged(plain, source.text, language) for source in found.nearest[:1])
    ):
        return Ungrounded.NAME
    return Ungrounded.NEGATION if is_denied(plain, rest, language) else None


def _near(sentence: str, rest: Sequence[Said], language: str) -> str:
    """Return the sentences that one is about, and those that its clauses with figures are about.

    Without its numbers, or what has a wrong one would be near for having it.
    """
    whole = support(said(sentence), rest)
    about = dict.fromkeys((*whole.nearest, *whole.also))
    for clause in clauses(sentence, language):
        if figures(clause, language):
            about |= dict.fromkeys(support(said(clause), rest).nearest[:1])
    return "\n".join(without_long_numbers(LISTED.sub("", one.text)) for one in about)


def _on_its_day(sentence: str, near: str, language: str) -> bool:
    """Say whether days of the week, and the times said with them, stand together in a passage."""
    theirs = [
        (weekdays(clause, language), figures(clause, language))
        for line in near.splitlines()
        for clause in clauses(line, language)
    ]
    return all(
        any(
            days <= their_days and stand_among(times, their_times)
            for their_days, their_times in theirs
        )
        for clause in clauses(sentence, language)
        if (days := weekdays(clause, language))
        for times in (figures(clause, language),)
    )


def _lasts_as_said(sentence: str, near: str, language: str) -> bool:
    """Say whether spans of time that are named without a number are those of the passage."""
    counted = {figure.unit for figure in figures(near, language)}
    named = bare_spans(near, language) | counted
    own = _TELLING_SPANS - {figure.unit for figure in figures(sentence, language)}
    lengths = {lasts(value, f.unit) for f in figures(near, language) for value in f.values}
    return all(
        span in named or lasts(Decimal(1), span) in lengths
        for span in bare_spans(sentence, language) & own
        if not (span == "day" and weekdays(sentence, language))
    )


def _claims(
    answer: Answered, sources: Sequence[Passage], approved: Sequence[str]
) -> Ungrounded | None:
    if claims_to_be_human(answer.text):
        return Ungrounded.HUMAN
    for sentence in sentences(answer.text):
        if is_approved(sentence, approved):
            continue
        # Where the article itself says what will be done, saying so is none of the model's own.
        if promises(sentence) and not any(promises(passage.text) for passage in sources):
            return Ungrounded.PROMISE
        if commits(sentence) and not _is_committed_to(sentence, answer.language, sources):
            return Ungrounded.COMMITMENT
    return None


def _claims_back(
    answer: Answered,
    sources: Sequence[Passage],
    translated: str | None,
    approved: Sequence[str],
) -> Ungrounded | None:
    """Check the translation back too: its language may have words that the answer's has not."""
    if translated is None or not translated.strip():
        return None
    back = replace(answer, text=translated, language=sources[0].language)
    return _claims(back, sources, approved)


def _is_committed_to(sentence: str, language: str, sources: Sequence[Passage]) -> bool:
    """Say whether a passage binds the company so: in a sentence like it, if that can be told."""
    for passage in sources:
        if passage.language != language:
            if commits(passage.text):
                return True
            continue
        binding = [one for one in read([passage.text], language) if commits(one.text)]
        if binding and support(said(sentence), binding).share >= _COMMITTED_MIN:
            return True
    return False
