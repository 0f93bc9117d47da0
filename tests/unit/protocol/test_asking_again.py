"""An answer that did not help: asked again, or about to be said again, it is a person's."""

from dataclasses import dataclass, field, replace

import pytest

from handrail.application.protocol_ports import Draft
from handrail.application.turn_steps import DraftAnswer, Verdict
from handrail.domain.knowledge import Found, Passage
from handrail.domain.limits import REPEATED_SECONDS
from handrail.domain.repetition import Asked, Said, is_asked_again, is_said_again
from handrail.domain.turn import Answered, Citation, Outcome, Reason
from support.world import World

ANSWER = "A refund takes 5 to 7 business days."
PASSAGE = Passage("refunds/en#1", "refunds", "Refunds", "en", ANSWER, "https://example.com/r")


@dataclass
class Model:
    """A retriever and drafter that says what it is told to."""

    text: str = ANSWER
    link: str = PASSAGE.link
    drafted: list[str] = field(default_factory=list)

    def search(self, _question: str, _language: str, _limit: int, _now: float) -> list[Found]:
        return [Found(PASSAGE, 9.0, 0.9)]

    def passage(self, _passage_id: str) -> Passage | None:
        return PASSAGE

    def draft(self, question: str, *_rest: object) -> Outcome:
        self.drafted.append(question)
        return Answered(self.text, (Citation(PASSAGE.id, PASSAGE.title, self.link),), "en")


def ask(world: World, model: Model, text: str) -> Draft:
    """Write as the customer; draft an answer as a turn would, and commit it if it is one."""
    message = world.message(text)
    step = DraftAnswer(world.table, world.table, model, model, world.clock, 12.0)

    def turn() -> None:
        draft = Draft("turn", world.id, (message.event_id,), text, "en")
        world.table.put(draft)
        says = step.step({"turn": "turn"})
        drafted = world.table.get("turn")
        assert drafted is not None
        assert drafted.answer is not None or says["verdict"] == Verdict.PERSON
        if drafted.answer is not None:
            world.turns.outcome = drafted.answer

    world.turns.during = turn
    world.take(message)
    world.deliver()
    world.clock.advance(30)
    drafted = world.table.get("turn")
    assert drafted is not None
    return drafted


def test_the_same_question_twice_is_a_persons_and_asks_no_model() -> None:
    world, model = World(), Model()
    assert ask(world, model, "How long does a refund take?").reason is None
    assert ask(world, model, "how long does a REFUND take").reason is Reason.REPEATED
    assert model.drafted == ["How long does a refund take?"]


def test_the_same_answer_twice_is_a_persons_and_shown_to_the_agent() -> None:
    world, model = World(), Model()
    ask(world, model, "How long does a refund take?")
    again = ask(world, model, "But when do I get my money back?")
    assert again.reason is Reason.REPEATED
    assert again.answer is not None
    assert again.answer.text == ANSWER


def test_another_question_and_answer_are_not_the_same() -> None:
    world, model = World(), Model()
    ask(world, model, "Can I return it after 30 days?")
    assert ask(world, replace(model, text="No."), "Can I return it after 60 days?").reason is None


def test_a_greeting_may_be_said_twice() -> None:
    world, model = World(), Model(text="You're welcome.", link="")
    ask(world, model, "thank you")
    assert ask(world, model, "thank you").reason is None


def test_what_is_asked_again_tomorrow_is_news() -> None:
    world, model = World(), Model()
    ask(world, model, "How long does a refund take?")
    world.clock.advance(REPEATED_SECONDS)
    assert ask(world, model, "How long does a refund take?").reason is None


@pytest.mark.parametrize(
    ("asked_at", "answered_at", "again"),
    [(10.0, 12.0, True), (10.0, 25.0, False), (10.0, 8.0, False)],
)
def test_only_what_was_answered_before_it_came_again_is_asked_again(
    asked_at: float, answered_at: float, again: bool
) -> None:
    question, earlier = Asked("Wo ist mein Paket?", 20.0), Asked("wo ist mein paket", asked_at)
    assert is_asked_again(question, [earlier], [Said("Dort.", answered_at)]) is again


def test_an_answer_that_comes_after_the_question_is_not_said_again() -> None:
    question = Asked("Wo ist mein Paket?", 20.0)
    assert not is_said_again("Dort.", question, [Said("Dort.", 21.0)])
    assert is_said_again("Dort.", question, [Said("Dort.", 19.0)])
