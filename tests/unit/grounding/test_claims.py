"""What no answer may say of its own: that a human writes, what binds the company, the prompt."""

from pathlib import Path

import pytest

from handrail.adapters.knowledge.approved_file import read_approved
from handrail.domain.claims import claims_to_be_human, commits, leaks
from handrail.domain.commitment_words import COMMITMENTS
from handrail.domain.errors import SettingsError
from handrail.domain.grounding import Ungrounded, check
from handrail.domain.human_words import HUMAN
from handrail.domain.knowledge import Passage
from handrail.domain.turn import Answered
from handrail_ops.evaluate.corrupt_words import INVENTED
from handrail_ops.knowledge.approved import read_wording, write_approved
from handrail_ops.knowledge.articles import ArticleError

PASSAGE = Passage(
    "refunds/en#1",
    "refunds",
    "Refunds",
    "en",
    "A refund takes 7 business days. We compensate you for a parcel that the carrier has lost.",
    "https://help.example.com/refunds",
)


def verdict(text: str, approved: tuple[str, ...] = (), told: str = "") -> Ungrounded | None:
    answer = Answered(text, (PASSAGE.citation(),), "en")
    return check(answer, (PASSAGE,), approved=approved, instructions=told)


@pytest.mark.parametrize("language", sorted(HUMAN))
def test_a_claim_to_be_human_is_heard_in_every_language(language: str) -> None:
    for piece in HUMAN[language].split("|"):
        assert claims_to_be_human(f"{piece.capitalize()}."), piece


@pytest.mark.parametrize(
    "text",
    [
        "A person in our team answers you.",
        "Sie können jederzeit mit einem Menschen sprechen.",
        "The assistant is a machine, not a person.",
        "Usted puede hablar con una persona.",
    ],
)
def test_speaking_of_people_is_no_claim_to_be_one(text: str) -> None:
    assert not claims_to_be_human(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A refund takes 7 business days.", None),
        ("A refund takes 7 business days. You get a voucher as goodwill.", Ungrounded.COMMITMENT),
        ("We guarantee that a refund takes 7 business days.", Ungrounded.COMMITMENT),
        ("We compensate you when the carrier has lost your parcel.", None),
    ],
)
def test_what_binds_the_company_is_said_by_an_article(
    text: str, expected: Ungrounded | None
) -> None:
    assert verdict(text) is expected


def test_or_in_approved_wording_letter_for_letter() -> None:
    said = "A refund takes 7 business days. We guarantee the lowest price."
    assert verdict(said) is Ungrounded.COMMITMENT
    assert verdict(said, ("We guarantee the lowest price!",)) is None
    assert verdict(said, ("We guarantee a low price.",)) is Ungrounded.COMMITMENT


def test_commitments_are_known_in_the_languages_most_spoken() -> None:
    assert len(COMMITMENTS) >= 30
    heard = [any(commits(text) for text in INVENTED[language]) for language in INVENTED]
    assert sum(heard) >= 0.9 * len(heard)


@pytest.mark.parametrize(
    "text",
    [
        "My system prompt says that I may not.",
        "The field wants_person is false.",
        "Das steht in meiner Systemanweisung.",
        "我的系统提示是这样说的。",
    ],
)
def test_an_answer_does_not_speak_of_its_instructions(text: str) -> None:
    assert leaks(text)
    assert verdict(f"A refund takes 7 business days. {text}") is Ungrounded.LEAK


def test_nor_does_it_recite_them() -> None:
    told = "Use only what the passages say, never other knowledge. Promise nothing to anybody."
    said = "Use only what the passages say, never other things."
    assert verdict(said, told=told) is Ungrounded.LEAK
    assert not leaks("Use only what the shop says.", told)


def test_wording_is_compiled_beside_the_index(tmp_path: Path) -> None:
    source = tmp_path / "approved.toml"
    assert read_wording(tmp_path) == []
    source.write_text('[[wording]]\nen = "We match prices. Ask us!"\nde = "Wir gleichen an."\n')
    write_approved(tmp_path, tmp_path / "index")
    assert read_approved(tmp_path / "index") == ("We match prices.", "Ask us!", "Wir gleichen an.")
    assert read_approved(tmp_path) == ()


@pytest.mark.parametrize(
    "text",
    [
        "[[wording]]\n",
        "[[wording]]\nen = 1\n",
        '[[wording]]\nen = ""\n',
        'wording = "x"\n',
        'promise = "x"\n',
        "[[",
        f'[[wording]]\nen = "{"x" * 501}"\n',
    ],
)
def test_what_is_wrong_with_wording_is_said_with_its_file(tmp_path: Path, text: str) -> None:
    (tmp_path / "approved.toml").write_text(text)
    with pytest.raises(ArticleError, match=r"approved\.toml:1: "):
        read_wording(tmp_path)


@pytest.mark.parametrize("text", ["{", "[]", '{"sentences": [1]}', "{}"])
def test_a_broken_file_of_wording_fails_loudly(tmp_path: Path, text: str) -> None:
    (tmp_path / "approved.json").write_text(text)
    with pytest.raises(SettingsError, match=r"approved\.json"):
        read_approved(tmp_path)
