"""Measures whether the right article is found, and whether what is quoted answers.

`r_at_1`, `r_at_3`: the right article is first, or among the first three articles.
`answer_contains`: the words of the answer stand in at most two quoted sentences of the first
passage; `answer_exact` and `answer_f1` compare the quotation with the answer word by word.
`handed_over`: the answerer without a model asks for a person instead of quoting.
`uncalled_for`: it quotes although no article answers the question.
"""

import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from handrail.adapters.knowledge.index import KnowledgeIndex
from handrail.adapters.model.extractive import ExtractiveDrafter
from handrail.domain.knowledge import Found
from handrail.domain.limits import PASSAGES_MAX
from handrail.domain.reading import words
from handrail.domain.turn import NeedsPerson
from handrail_ops.evaluate.figures import Adding, Tally, f1
from handrail_ops.evaluate.sets import Question

FOUND_AMONG: Final = 3
QUOTED_SENTENCES: Final = 2
_SEARCHED: Final = 12
"""Passages that are looked at for the first three articles: an article may have several. What is
timed is the search of a turn, for fewer."""


def measure(
    questions: Iterable[Question], index: KnowledgeIndex, now: float
) -> Mapping[str, Tally]:
    """Ask every question of an index, and say how it went."""
    drafter = ExtractiveDrafter(index.weight)
    tallies = Adding()
    index.search("open", "en", 1, now)  # so that no question pays for opening the file
    for question in questions:
        started = time.process_time()
        found = index.search(question.text, question.language, PASSAGES_MAX, now)
        tallies.add("microseconds_per_query", (time.process_time() - started) * 1e6)
        outcome = drafter.draft(question.text, question.language, found, (), now)
        handed_over = isinstance(outcome, NeedsPerson)
        tallies.add("handed_over", handed_over)
        if question.articles:
            more = index.search(question.text, question.language, _SEARCHED, now)
            names = list(dict.fromkeys(one.passage.article for one in (*found, *more)))
            right = [name in question.articles for name in names]
            tallies.add("r_at_1", any(right[:1]))
            tallies.add("r_at_3", any(right[:FOUND_AMONG]))
        elif question.articles is not None:
            tallies.add("uncalled_for", not handed_over)
        if question.answers:
            _compare(tallies, question, _quoted(drafter, question, found))
    return tallies.result()


def _quoted(drafter: ExtractiveDrafter, question: Question, found: Sequence[Found]) -> str:
    if not found:
        return ""
    passage = found[0].passage
    return drafter.quote(question.text, passage.text, passage.language, QUOTED_SENTENCES)


def _compare(tallies: Adding, question: Question, quoted: str) -> None:
    said = words(quoted)
    expected = [words(answer) for answer in question.answers]
    tallies.add("answer_contains", any(answer in quoted for answer in question.answers))
    tallies.add("answer_exact", said in expected)
    tallies.add("answer_f1", max(f1(said, answer) for answer in expected))
