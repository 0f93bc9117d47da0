"""What every drafter keeps, and what the one that quotes adds."""

from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import replace

import pytest

from handrail.adapters.knowledge.index import KnowledgeIndex
from handrail.adapters.model.extractive import ExtractiveDrafter
from handrail.adapters.model.openai_drafter import OpenAIDrafter
from handrail.application.ports import Drafter
from handrail.domain.grounding import check
from handrail.domain.limits import ANSWER_CHARS_MAX
from handrail.domain.turn import Answered, NeedsPerson, Outcome, Reason
from support.articles import NOW, sample_index
from support.openai_server import good, openai_server


class StillClock:
    def now(self) -> float:
        return NOW


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeIndex:
    return sample_index(tmp_path_factory.mktemp("knowledge"))


@pytest.fixture(params=["extractive", "openai"])
def drafter(request: pytest.FixtureRequest, index: KnowledgeIndex) -> Iterator[Drafter]:
    with ExitStack() as stack:
        if request.param == "extractive":
            yield ExtractiveDrafter(index.weight)
            return
        server = stack.enter_context(openai_server(good()))
        opened = OpenAIDrafter(StillClock(), api_key="k", model="m", base_url=server.url)
        yield stack.enter_context(closing(opened))


def draft(drafter: Drafter, index: KnowledgeIndex, question: str, language: str = "en") -> Outcome:
    found = index.search(question, language, 4, NOW)
    return drafter.draft(question, language, found, (), NOW + 10)


def test_an_answer_cites_what_was_found(drafter: Drafter, index: KnowledgeIndex) -> None:
    found = index.search("Where is my refund?", "en", 4, NOW)
    outcome = drafter.draft("Where is my refund?", "en", found, (), NOW + 10)
    assert isinstance(outcome, Answered)
    assert {c.passage for c in outcome.citations} <= {f.passage.id for f in found}
    assert len(outcome.text) <= ANSWER_CHARS_MAX


def test_a_sensitive_article_is_a_persons(drafter: Drafter, index: KnowledgeIndex) -> None:
    outcome = draft(drafter, index, "I got a strange message with a link")
    assert outcome == NeedsPerson(Reason.SENSITIVE)


def test_where_nothing_was_found_a_person_is_needed(
    drafter: Drafter, index: KnowledgeIndex
) -> None:
    assert draft(drafter, index, "xyzzy") == NeedsPerson(Reason.NO_ANSWER)
    assert drafter.draft("xyzzy", "en", (), (), NOW + 10) == NeedsPerson(Reason.NO_ANSWER)


@pytest.mark.parametrize(
    ("question", "language", "expected"),
    [
        ("How much is the late fee?", "en", "We charge a late fee of €4"),
        ("wo bleibt meine Erstattung", "de", "Eine Erstattung kommt 5 bis 7 Arbeitstage"),
        ("退款什么时候到账", "zh-Hans", "退款会在我们确认退货后5至7个工作日内到账。"),
        ("how much is the late fee", "sw", "We charge a late fee of €4"),
        ("Hello!", "en", "Hello! What would you like to know?"),
        ("danke schön", "de", "Gern geschehen."),
        ("are you a human?", "en", "I'm an automated assistant, not a human being."),
    ],
)
def test_the_sentences_that_answer_are_quoted(
    index: KnowledgeIndex, question: str, language: str, expected: str
) -> None:
    outcome = draft(ExtractiveDrafter(index.weight), index, question, language)
    assert isinstance(outcome, Answered)
    assert outcome.text.startswith(expected)
    cited = index.passage(outcome.citations[0].passage)
    assert cited is not None
    assert outcome.language == cited.language
    assert check(outcome, [cited], language=language) is None


@pytest.mark.parametrize(
    "question", ["what is the capital of france", "I love my dog", "book a table for two"]
)
def test_the_quoting_drafter_does_not_guess(index: KnowledgeIndex, question: str) -> None:
    outcome = draft(ExtractiveDrafter(index.weight), index, question)
    assert outcome == NeedsPerson(Reason.NO_ANSWER)


PASSAGE = """\
How to pay
Paying early is free. You can pay with a card.
Steps
1. Open Payments.
2. Press Pay now.
When it fails
A bank may refuse a payment. Try again after 24 hours with another card, please."""


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("is paying early free", "Paying early is free. You can pay with a card."),
        ("open payments and press what", "Steps\n1. Open Payments.\n2. Press Pay now."),
        (
            "the bank refused it",
            "A bank may refuse a payment. Try again after 24 hours with another card, please.",
        ),
    ],
)
def test_lists_are_quoted_whole_and_headings_never_alone(question: str, expected: str) -> None:
    assert ExtractiveDrafter().quote(question, PASSAGE, "en") == expected


def test_at_most_as_many_sentences_as_asked_for() -> None:
    text = "One refund is here. Two refunds are here. Three refunds. Four refunds are late."
    assert ExtractiveDrafter().quote("two refunds", text, "en", units_max=1) == (
        "Two refunds are here."
    )


def test_what_would_be_too_long_is_left_out_whole() -> None:
    long = "A " + "refund " * 400 + "end."
    assert ExtractiveDrafter().quote("fee", f"A fee ends. {long}", "en") == "A fee ends."


def test_a_passage_that_cannot_be_quoted_needs_a_person(index: KnowledgeIndex) -> None:
    (found,) = index.search("Where is my refund?", "en", 1, NOW)
    long = replace(found, passage=replace(found.passage, text="A " + "refund " * 400 + "end."))
    outcome = ExtractiveDrafter(index.weight).draft("refund", "en", (long,), (), NOW)
    assert outcome == NeedsPerson(Reason.NO_ANSWER)


def test_without_sentence_marks_lines_are_quoted() -> None:
    assert ExtractiveDrafter().quote("fee", "no marks here\nthe fee is 4", "en") == (
        "no marks here the fee is 4"
    )
