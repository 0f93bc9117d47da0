"""Measures the grounding check: true answers that it blocks, false ones that it lets through.

True answers are those that a set brings (`answer`, in other words than the article's) and the
bare answers of sets in SQuAD's form. False ones are made of these, and of the sentences that hold
an answer. `true_blocked` and `corrupted_passed.<corruption>` are shares; less is better.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from handrail.adapters.knowledge.index import KnowledgeIndex
from handrail.domain.grounding import Ungrounded, check
from handrail.domain.knowledge import Passage
from handrail.domain.reading import sentences
from handrail.domain.support import SUPPORT_MIN, names
from handrail.domain.turn import Answered
from handrail_ops.evaluate.corrupt import TrueAnswer, corruptions
from handrail_ops.evaluate.figures import Tally
from handrail_ops.evaluate.sets import Question

FindPassage = Callable[[str], Passage | None]
"""Finds a passage by its id."""

_OTHERS: Final = 12
"""Names from elsewhere that one answer may be given."""
_NAME_WORDS_MAX: Final = 4


@dataclass(frozen=True, slots=True)
class Judged:
    """What the check said of one answer."""

    kind: str
    """`true`, or the corruption."""
    answer: str
    language: str
    fault: Ungrounded | None


def measure(
    questions: Iterable[Question], index: KnowledgeIndex, now: float
) -> Mapping[str, Tally]:
    """Check the true answers of a set, and what corruption makes of them."""
    del now
    blocked: Counter[str] = Counter()
    counts: Counter[str] = Counter()
    for judged in judge(list(questions), index.passage):
        counts[judged.kind] += 1
        blocked[judged.kind] += judged.fault is not None
    return {
        "true_blocked" if kind == "true" else f"corrupted_passed.{kind}": Tally(
            blocked[kind] if kind == "true" else counts[kind] - blocked[kind], counts[kind]
        )
        for kind in sorted(counts, key=lambda kind: (kind != "true", kind))
    }


def judge(
    questions: Sequence[Question], passage: FindPassage, support_min: float = SUPPORT_MIN
) -> Iterator[Judged]:
    """Yield every true and every corrupted answer with what the check says of it."""
    known = [(question, _passages(question, passage)) for question in questions]
    pool = _names(known)
    for place, (question, passages) in enumerate(known):
        if not passages:
            continue
        taken = place * _OTHERS % max(1, len(pool))
        others = tuple((pool[taken:] + pool[:taken])[:_OTHERS])
        for answer, is_whole in _true_answers(question, passages):
            if is_whole is not None:
                yield _judged("true", answer, question.language, passages, support_min)
            if is_whole is not False:
                own = _answer_names(question)
                true = TrueAnswer(answer, question.language, own, others)
                for kind, made in corruptions(true):
                    yield _judged(kind, made, question.language, passages, support_min)


def _passages(question: Question, passage: FindPassage) -> list[Passage]:
    """Return the passages of the articles that answer a question, in its language."""
    found: list[Passage] = []
    for article in question.articles or ():
        number = 1
        while one := passage(f"{article}/{question.language}#{number}"):
            found.append(one)
            number += 1
    return found


def _true_answers(
    question: Question, passages: Sequence[Passage]
) -> Iterator[tuple[str, bool | None]]:
    """Yield true answers: whole ones in other words, bare ones (False), and quotations (None)."""
    for answer in question.true:
        yield answer, True
    if question.true or not question.answers:
        return
    gold = question.answers[0]
    yield gold, False
    for passage in passages:
        for sentence in sentences(passage.text):
            if gold in sentence:
                yield sentence, None
                return


def _names(known: Sequence[tuple[Question, Sequence[Passage]]]) -> list[str]:
    """Return names to exchange: answers of a few words, and what the articles call things."""
    pool: dict[str, None] = {}
    for question, passages in known:
        pool |= dict.fromkeys(_answer_names(question))
        if question.true:
            for passage in passages:
                for sentence in sentences(passage.text):
                    pool |= dict.fromkeys(sorted(names(sentence, question.language)))
    return list(pool)


def _answer_names(question: Question) -> tuple[str, ...]:
    if question.true:
        return ()
    return tuple(
        answer
        for answer in question.answers[:1]
        if len(answer.split()) <= _NAME_WORDS_MAX and not any(c.isdigit() for c in answer)
    )


def _judged(
    kind: str, text: str, language: str, passages: Sequence[Passage], support_min: float
) -> Judged:
    citations = tuple(passage.citation() for passage in passages)
    answer = Answered(text, citations, language)
    fault = check(answer, passages, language=language, support_min=support_min)
    return Judged(kind, text, language, fault)
