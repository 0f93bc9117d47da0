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
from handrail.domain.naming import names
from handrail.domain.reading import sentences
from handrail.domain.support import SUPPORT_MIN
from handrail.domain.turn import Answered
from handrail_ops.evaluate.corrupt import TrueAnswer, corruptions
from handrail_ops.evaluate.curve_plot import CURVE
from handrail_ops.evaluate.figures import Tally
from handrail_ops.evaluate.sets import Question

FindPassage = Callable[[str], Passage | None]
"""Finds a passage by its id."""

CURVE_SHARES: Final = (0.2, 0.3, 0.4, SUPPORT_MIN, 0.5, 0.6, 0.7)

_OTHERS: Final = 12
"""Names from elsewhere that one answer may be given."""
_NAME_WORDS_MAX: Final = 4
_TRUE: Final = "true"


@dataclass(frozen=True, slots=True)
class Judged:
    """What the check said of one answer."""

    kind: str
    """`true`, or the corruption."""
    answer: str
    """As it was compared with the passages: translated back, across languages."""
    language: str
    fault: Ungrounded | None
    across: bool = False
    """Whether it is in another language than its passages."""


def measure(
    questions: Iterable[Question], index: KnowledgeIndex, now: float
) -> Mapping[str, Tally]:
    """Check the true answers of a set, and what corruption makes of them."""
    del now
    return tallies(judge(list(questions), index.passage))


def curve(questions: Iterable[Question], index: KnowledgeIndex, now: float) -> Mapping[str, Tally]:
    """Measure the check at several shares of a sentence that must stand in a passage.

    What is blocked of the true and passed of the false answers, at each: the more must stand, the
    more of both is blocked.
    """
    del now
    asked = list(questions)
    found: dict[str, Tally] = {}
    for share in CURVE_SHARES:
        blocked: Counter[bool] = Counter()
        counts: Counter[bool] = Counter()
        for one in judge(asked, index.passage, share):
            counts[one.kind == _TRUE] += 1
            blocked[one.kind == _TRUE] += one.fault is not None
        passed = counts[False] - blocked[False]
        found[f"{CURVE}{share:.2f}.true_blocked"] = Tally(blocked[True], counts[True])
        found[f"{CURVE}{share:.2f}.corrupted_passed"] = Tally(passed, counts[False])
    return found


def tallies(judged: Iterable[Judged]) -> Mapping[str, Tally]:
    """Return the shares of true answers blocked, and of each corruption passed."""
    blocked: Counter[tuple[bool, str]] = Counter()
    counts: Counter[tuple[bool, str]] = Counter()
    for one in judged:
        counts[one.across, one.kind] += 1
        blocked[one.across, one.kind] += one.fault is not None
    return {
        _name(across, kind): Tally(
            blocked[across, kind] if kind == _TRUE else count - blocked[across, kind], count
        )
        for (across, kind), count in sorted(counts.items(), key=_true_first)
    }


def _name(across: bool, kind: str) -> str:
    shown = "true_blocked" if kind == _TRUE else f"corrupted_passed.{kind}"
    return f"across_languages.{shown}" if across else shown


def _true_first(counted: tuple[tuple[bool, str], int]) -> tuple[bool, bool, str]:
    (across, kind), _ = counted
    return across, kind != _TRUE, kind


def judge(
    questions: Sequence[Question],
    passage: FindPassage,
    support_min: float = SUPPORT_MIN,
    *,
    corrupt: bool = True,
) -> Iterator[Judged]:
    """Yield every true and every corrupted answer with what the check says of it."""
    known = [(question, _passages(question, passage)) for question in questions]
    pools = _names(known)
    for place, (question, passages) in enumerate(known):
        if not passages:
            continue
        pool = pools[passages[0].language]
        taken = place * _OTHERS % max(1, len(pool))
        others = tuple((pool[taken:] + pool[:taken])[:_OTHERS])
        for answer, is_whole in _true_answers(question, passages):
            if is_whole is not None:
                yield _judged(_TRUE, answer, question, passages, support_min)
            if corrupt and is_whole is not False:
                compared = question.translated or answer
                true = TrueAnswer(compared, passages[0].language, _own_names(question), others)
                for kind, made in corruptions(true):
                    yield _judged(kind, made, question, passages, support_min)


def _passages(question: Question, passage: FindPassage) -> list[Passage]:
    """Return the passages of the articles that answer a question, in their language."""
    found: list[Passage] = []
    language = question.passages_in or question.language
    for article in question.articles or ():
        number = 1
        while one := passage(f"{article}/{language}#{number}"):
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


def _names(known: Sequence[tuple[Question, Sequence[Passage]]]) -> Mapping[str, list[str]]:
    """Return names to exchange, by language: answers of a few words, and what articles name."""
    pools: dict[str, dict[str, None]] = {}
    for question, passages in known:
        for passage in passages[:1]:
            pools.setdefault(passage.language, {}).update(dict.fromkeys(_own_names(question)))
        for passage in passages if question.true else ():
            for sentence in sentences(passage.text):
                said = sorted(names(sentence, passage.language))
                pools[passage.language] |= dict.fromkeys(said)
    return {language: list(pool) for language, pool in pools.items()}


def _own_names(question: Question) -> tuple[str, ...]:
    if question.true:
        return question.names
    return tuple(
        answer
        for answer in question.answers[:1]
        if len(answer.split()) <= _NAME_WORDS_MAX and not any(c.isdigit() for c in answer)
    )


def _judged(
    kind: str, text: str, question: Question, passages: Sequence[Passage], support_min: float
) -> Judged:
    """Check an answer; across languages, what is said of it is said of its translation."""
    across = bool(question.translated)
    said = question.true[0] if across else text
    back = (question.translated if kind == _TRUE else text) if across else None
    citations = tuple(passage.citation() for passage in passages)
    fault = check(
        Answered(said, citations, question.language),
        passages,
        language=question.language,
        translated=back,
        support_min=support_min,
    )
    return Judged(kind, back or text, passages[0].language, fault, across)
