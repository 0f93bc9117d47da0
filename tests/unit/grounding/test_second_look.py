"""An answer in another language than its passages needs a translation back, or a judge."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from handrail.application.protocol_ports import Draft
from handrail.application.second_look import SecondLook
from handrail.application.turn_steps import CheckGrounding, Verdict
from handrail.domain.errors import UnavailableError
from handrail.domain.knowledge import Passage
from handrail.domain.turn import Answered, Reason

PASSAGE = Passage(
    "refunds/en#1",
    "refunds",
    "Refunds",
    "en",
    "A refund takes 7 business days. Refunds are free.",
    "https://help.example.com/refunds",
)
POLISH = "Zwrot trwa 7 dni roboczych."


class Now:
    def now(self) -> float:
        return 1000.0


@dataclass
class Translates:
    text: str | None
    asked: list[tuple[str, str | None, str, float]] = field(default_factory=list)

    def translate(self, text: str, source: str | None, target: str, deadline: float) -> str:
        self.asked.append((text, source, target, deadline))
        if self.text is None:
            message = "no translation"
            raise UnavailableError(message)
        return self.text


@dataclass
class Judges:
    verdict: bool | None
    asked: int = 0

    def agrees(self, answer: str, passages: Sequence[Passage], deadline: float) -> bool:
        del answer, passages, deadline
        self.asked += 1
        if self.verdict is None:
            message = "no verdict"
            raise UnavailableError(message)
        return self.verdict


@dataclass
class OneDraft:
    draft: Draft

    def get(self, turn: str) -> Draft | None:
        return self.draft if turn == self.draft.turn else None

    def put(self, draft: Draft) -> None:
        self.draft = draft


def step(
    text: str,
    language: str,
    translator: Translates | None = None,
    judge: Judges | None = None,
) -> tuple[str, Draft]:
    answer = Answered(text, (PASSAGE.citation(),), language)
    drafts = OneDraft(Draft("t1", "c1", (), "?", language, answer=answer))
    found = {PASSAGE.id: PASSAGE}
    again = SecondLook(Now(), 2.0, translator=translator, judge=judge)
    verdict = CheckGrounding(drafts, found.get, again).step({"turn": "t1"})
    return verdict["verdict"], drafts.draft


@pytest.mark.parametrize(
    ("back", "verdict", "expected"),
    [
        ("The refund takes 7 working days.", None, Verdict.GO_ON),
        ("The refund takes 7 working days.", False, Verdict.PERSON),
        ("The refund takes 9 working days.", True, Verdict.PERSON),
        ("The refund does not take 7 working days.", None, Verdict.PERSON),
        ("Your parcel travels by train.", None, Verdict.PERSON),
        (None, True, Verdict.GO_ON),
        (None, False, Verdict.PERSON),
        (None, None, Verdict.PERSON),
    ],
)
def test_across_languages_a_translation_or_a_judge_shows_what_stands(
    back: str | None, verdict: bool | None, expected: Verdict
) -> None:
    translator = Translates(back)
    came, draft = step(POLISH, "pl", translator, Judges(verdict))
    assert came == expected
    assert translator.asked == [(POLISH, "pl", "en", 1002.0)]
    assert draft.grounded is (expected == Verdict.GO_ON)
    assert draft.reason is (None if expected == Verdict.GO_ON else Reason.NOT_GROUNDED)


def test_with_neither_an_answer_across_languages_is_refused() -> None:
    assert step(POLISH, "pl")[0] == Verdict.PERSON


def test_a_judge_does_not_excuse_what_code_can_see() -> None:
    judge = Judges(verdict=True)
    assert step("Zwrot trwa 9 dni roboczych.", "pl", judge=judge)[0] == Verdict.PERSON
    assert judge.asked == 0


@pytest.mark.parametrize(
    ("verdict", "expected"),
    [(True, Verdict.GO_ON), (None, Verdict.GO_ON), (False, Verdict.PERSON)],
)
def test_in_the_same_language_a_judge_may_only_object(
    verdict: bool | None, expected: Verdict
) -> None:
    judge = Judges(verdict)
    translator = Translates("not asked")
    assert step("It takes 7 business days.", "en", translator, judge)[0] == expected
    assert judge.asked == 1
    assert not translator.asked
