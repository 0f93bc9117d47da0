"""Measures what customers would be answered with a model: its drafts, checked as in a turn.

`model.answer_contains`, `model.answer_f1`: of the answers that would be given, those in which the
expected words stand, and how far both are the same words.
`model.handed_over`: a person is asked instead, for any reason. Of all questions,
`model.not_grounded` are those whose draft does not stand in what it cites, and `model.failed`
those whose reply did not come, came too late, or made no sense.
`model.milliseconds_per_question`: from the question to the checked answer, or to a person.
`model.tokens_given`, `model.tokens_written`: for each question, as the server counts them.
`model.cost_per_question`: at the prices given, in their currency.
"""

from __future__ import annotations

import os
import secrets
import time
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Final

from handrail.adapters.clock import SystemClock
from handrail.adapters.knowledge.approved_file import read_approved
from handrail.adapters.knowledge.glossary_file import read_glossary
from handrail.adapters.model.api import read_api
from handrail.adapters.model.instructions import INSTRUCTIONS
from handrail.adapters.privacy.redactor import PatternRedactor
from handrail.domain.errors import SettingsError, UnavailableError
from handrail.domain.grounding import check
from handrail.domain.limits import DRAFT_SECONDS, PASSAGES_MAX
from handrail.domain.privacy import restore
from handrail.domain.reading import words
from handrail.domain.turn import Answered
from handrail_ops.evaluate.figures import Adding, Tally, f1

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from handrail.adapters.knowledge.index import KnowledgeIndex
    from handrail.adapters.model.openai_drafter import OpenAIDrafter
    from handrail_ops.evaluate.sets import Question

MODEL: Final = "gpt-5-mini"
"""What `template.yaml` names too; `OPENAI_MODEL` names another."""
_PER_MILLION: Final = 1e-6


@dataclass(frozen=True, slots=True)
class DraftedAnswers:
    """Has a model answer the first questions of each set, at a price for a million tokens."""

    directory: Path
    """The index's, beside which the glossary and the approved wording lie."""
    questions_max: int
    price_given: float | None = None
    price_written: float | None = None

    def measure(
        self, questions: Iterable[Question], index: KnowledgeIndex, now: float
    ) -> Mapping[str, Tally]:
        """Ask, and say how it went.

        Raises:
            SettingsError: there is no key, or no such API.

        """
        adding = Adding()
        used: list[tuple[int, int]] = []
        redactor = PatternRedactor(secrets.token_bytes())
        approved = read_approved(self.directory)
        with closing(self._drafter(used)) as drafter:
            for question in islice(questions, self.questions_max):
                # What is personal does not leave, as in a turn.
                asked = redactor.redact(question.text)
                started = time.perf_counter()
                found = index.search(asked.text, question.language, PASSAGES_MAX, now)
                deadline = time.time() + DRAFT_SECONDS
                try:
                    outcome = drafter.draft(asked.text, question.language, found, (), deadline)
                except UnavailableError:
                    outcome = None
                stands = isinstance(outcome, Answered) and _stands(
                    outcome, asked.text, question.language, index, approved
                )
                seconds = time.perf_counter() - started
                adding.add("milliseconds_per_question", seconds * 1_000)
                adding.add("failed", outcome is None)
                adding.add("not_grounded", isinstance(outcome, Answered) and not stands)
                adding.add("handed_over", not stands)
                if isinstance(outcome, Answered) and stands and question.answers:
                    _compare(adding, question, restore(outcome.text, asked.placeholders))
                self._count(adding, used)
        return {f"model.{name}": tally for name, tally in adding.result().items()}

    def _count(self, adding: Adding, used: list[tuple[int, int]]) -> None:
        """Count the tokens of one question; a second attempt has its own."""
        given = sum(tokens for tokens, _ in used)
        written = sum(tokens for _, tokens in used)
        used.clear()
        adding.add("tokens_given", given)
        adding.add("tokens_written", written)
        if self.price_given is not None and self.price_written is not None:
            cost = given * self.price_given + written * self.price_written
            adding.add("cost_per_question", cost * _PER_MILLION)

    def _drafter(self, used: list[tuple[int, int]]) -> OpenAIDrafter:
        key = os.environ.get("OPENAI_API_KEY")
        if not key:
            message = "OPENAI_API_KEY is not set; a model needs it"
            raise SettingsError(message)
        api = read_api(os.environ.get("OPENAI_API") or "responses")
        # The client takes half a second to import, which whoever asks no model need not wait for.
        from handrail.adapters.model.openai_drafter import OpenAIDrafter  # noqa: PLC0415

        return OpenAIDrafter(
            SystemClock(),
            api_key=key,
            model=os.environ.get("OPENAI_MODEL") or MODEL,
            base_url=os.environ.get("OPENAI_BASE_URL") or None,
            api=api,
            glossary=read_glossary(self.directory),
            used=lambda given, written: used.append((given, written)),
        )


def _stands(
    answer: Answered,
    question: str,
    language: str,
    index: KnowledgeIndex,
    approved: tuple[str, ...],
) -> bool:
    passages = [index.passage(citation.passage) for citation in answer.citations]
    known = [passage for passage in passages if passage is not None]
    fault = check(
        answer,
        known,
        question=question,
        language=language,
        approved=approved,
        instructions=INSTRUCTIONS,
    )
    return fault is None and len(known) == len(passages)


def _compare(adding: Adding, question: Question, text: str) -> None:
    said = words(text)
    adding.add("answer_contains", any(answer in text for answer in question.answers))
    adding.add("answer_f1", max(f1(said, words(answer)) for answer in question.answers))
