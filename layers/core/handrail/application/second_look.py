"""A second look at an answer: what helps where its words and its passages' cannot be compared.

A translation back into the passages' language, or a judge that reads both. Either may be missing
and either may fail; then nothing is shown, and a person is offered. A judge may also object to an
answer that the check in code lets through; when it is silent, the code's verdict stands.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from handrail.application.ports import Clock, Judge, Translator
from handrail.domain.errors import UnavailableError
from handrail.domain.knowledge import Passage
from handrail.domain.turn import Answered


@dataclass(frozen=True, slots=True)
class SecondLook:
    """Looks again at one answer, within the seconds that its step has."""

    clock: Clock
    seconds: float
    """How long the whole of it may take."""
    translator: Translator | None = None
    judge: Judge | None = None

    def translated(self, answer: Answered, passages: Sequence[Passage]) -> str | None:
        """Return an answer in its passages' language; None when there is no translation of it."""
        if self.translator is None:
            return None
        try:
            text = self.translator.translate(
                answer.text, answer.language, passages[0].language, self._deadline()
            )
        except UnavailableError:
            return None
        return text.strip() or None

    def agrees(self, answer: Answered, passages: Sequence[Passage]) -> bool | None:
        """Return what the judge says; None when there is none, or it says nothing in time."""
        if self.judge is None:
            return None
        try:
            return self.judge.agrees(answer.text, passages, self._deadline())
        except UnavailableError:
            return None

    def _deadline(self) -> float:
        return self.clock.now() + self.seconds
