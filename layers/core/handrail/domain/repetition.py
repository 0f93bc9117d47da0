"""Noticing that an answer did not help: the same is asked, or would be answered, once more."""

from collections.abc import Sequence
from dataclasses import dataclass

from handrail.domain.limits import REPEATED_SECONDS
from handrail.domain.reading import stem, words


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of a customer's, and when it came, in seconds since the epoch."""

    text: str
    at: float


@dataclass(frozen=True, slots=True)
class Said:
    """An answer of the bot's from the articles, and when it was given."""

    text: str
    at: float


def is_asked_again(question: Asked, earlier: Sequence[Asked], answers: Sequence[Said]) -> bool:
    """Say whether a question was asked before, and answered before it was asked again.

    It is the same when it has the same words, whatever their order and endings. Somebody who
    sends it twice before the answer came has not been left without help.
    """
    terms = _terms(question.text)
    recent = [
        one
        for one in earlier
        if 0 <= question.at - one.at <= REPEATED_SECONDS and _terms(one.text) == terms
    ]
    return any(one.at <= answer.at < question.at for one in recent for answer in answers)


def is_said_again(text: str, question: Asked, answers: Sequence[Said]) -> bool:
    """Say whether an answer would repeat, word for word, what was said before the question."""
    return any(
        answer.text == text and 0 < question.at - answer.at <= REPEATED_SECONDS
        for answer in answers
    )


def _terms(text: str) -> frozenset[str]:
    return frozenset(stem(word) for word in words(text))
