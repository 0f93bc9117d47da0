"""Answers that turn a passage into its opposite, or give it the figure of something else."""

import pytest

from handrail.domain.clauses import clauses
from handrail.domain.figures_at_home import are_of_something_else
from handrail.domain.grounding import Ungrounded, check
from handrail.domain.knowledge import Passage
from handrail.domain.polarity import contradict, denies
from handrail.domain.support import read
from handrail.domain.turn import Answered

TEXT = (
    "Luggage\nStoring a suitcase takes 10 minutes and costs €5. Storing upstairs costs"
    " €9 and is reached by elevator.\n"
    "3. Collect the suitcase within 14 days after storing it.\n"
    "A suitcase never weighs more than 20 kg.\n"
    "We never ask for your locker code, your card number or your password.\n"
    "The deposit is back on your card within 3 working days after collection. If the deposit has"
    " not come back after 3 working days, write to us.\n"
    "- Wet things, such as umbrellas, swimwear and boots, cannot be stored once opened."
)
PASSAGE = Passage("luggage/en#1", "luggage", "Luggage", "en", TEXT, "https://help.example.com/l")


def verdict(text: str) -> Ungrounded | None:
    return check(Answered(text, (PASSAGE.citation(),), "en"), (PASSAGE,), language="en")


@pytest.mark.parametrize(
    ("true", "false", "fault"),
    [
        (
            "We will never ask you for your password.",
            "We ask for your password.",
            Ungrounded.NEGATION,
        ),
        (
            "The deposit returns to your card 3 working days after collection.",
            "The deposit is not on your card 3 working days after collection.",
            Ungrounded.NEGATION,
        ),
        (
            "A suitcase is 20 kg at most.",
            "A suitcase is not 20 kg at most.",
            Ungrounded.NEGATION,
        ),
        (
            "Wet umbrellas cannot be stored.",
            "Wet umbrellas can be stored.",
            Ungrounded.NEGATION,
        ),
        (
            "Storing a suitcase takes 10 minutes by elevator, price €5.",
            "Storing a suitcase takes 10 minutes by elevator, price €9.",
            Ungrounded.FIGURE,
        ),
        (
            "After storing it, please come within 2 weeks and collect the suitcase again.",
            "After storing it, please come within 3 weeks and collect the suitcase again.",
            Ungrounded.FIGURE,
        ),
    ],
    ids=["list", "condition", "limit", "sentence", "another's", "numbered"],
)
def test_what_is_turned_is_refused_and_what_is_meant_is_not(
    true: str, false: str, fault: Ungrounded
) -> None:
    assert verdict(true) is None
    assert verdict(false) is fault


@pytest.mark.parametrize(
    ("true", "false"),
    [
        (
            "Staff of the upper hall carry suitcases upstairs for free.",
            "Staff of the upper hall may open lockers.",
        ),
        (
            "The lockers stand beside the Northern Harbour Gate.",
            "A ship has landed at the Northern Harbour Gate for years.",
        ),
    ],
)
def test_a_denial_beside_what_is_said_denies_only_itself(true: str, false: str) -> None:
    text = (
        "Staff of the upper hall, who may not open lockers, carry suitcases upstairs for free.\n"
        "The lockers stand beside the Northern Harbour Gate, although no ship has landed there"
        " for years."
    )
    passage = Passage("hall/en#1", "hall", "The upper hall", "en", text, "")
    for said, fault in ((true, None), (false, Ungrounded.NEGATION)):
        answer = Answered(said, (passage.citation(),), "en")
        assert check(answer, (passage,), language="en") is fault


def test_a_word_or_two_of_a_denial_claim_nothing() -> None:
    assert verdict("your password") is None
    assert verdict("be stored once opened") is Ungrounded.NEGATION


@pytest.mark.parametrize(
    ("one", "other", "language"),
    [
        ("It is not at most 12 euros.", "It never exceeds 12 euros.", "en"),
        ("最大12ユーロではありません", "12ユーロを超えることはありません", "ja"),
        ("Nu durează cel mult 15 zile.", "Durează cel mult 15 zile.", "ro"),
    ],
)
def test_a_no_to_a_limit_is_not_a_no_to_more(one: str, other: str, language: str) -> None:
    assert contradict(one, other, language)
    assert contradict(other, one, language)


def test_a_limit_may_be_said_with_a_no_or_without() -> None:
    assert not contradict("It is never more than 12 euros.", "It is at most 12 euros.", "en")
    assert not contradict("Більше ніж 1500 євро не буває.", "Найвищий ліміт 1500 євро.", "uk")
    assert not contradict("It never exceeds 12 euros.", "It is not more than 12 euros.", "en")


def test_without_is_a_no_in_japanese_too() -> None:
    assert denies("利息なしの計画です", "ja")
    assert not denies("はなしを聞きます", "ja")


def test_a_greek_semicolon_ends_a_clause() -> None:
    text = "Δεν κλειδώνει η κάρτα· καλέστε την τράπεζα."
    assert clauses(text, "el") == ("Δεν κλειδώνει η κάρτα", "καλέστε την τράπεζα.")


def test_the_number_of_a_step_is_no_figure() -> None:
    steps = read(["3. Collect the suitcase within 14 days."], "en")
    assert are_of_something_else("Collect the suitcase within 3 weeks.", steps, "en")
    assert not are_of_something_else("Collect the suitcase within 2 weeks.", steps, "en")
