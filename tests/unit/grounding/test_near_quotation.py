"""What is nearly a quotation is held to the one sentence that it nearly quotes."""

# ruff: noqa: RUF001 - marks of other scripts are meant

import pytest

from handrail.domain.grounding import Ungrounded, check
from handrail.domain.knowledge import Passage
from handrail.domain.near_quotation import Misquoted, misquoted
from handrail.domain.support import read
from handrail.domain.turn import Answered

FERRIES = (
    "Two night ferries leave Porto Azul every week for the northern islands in March and five of"
    " them in April. A day ferry costs €20, and children pay 30% of it. The office at Porto Verde"
    " opens on 5 May."
)
PASSAGE = Passage("ferries/en#1", "ferries", "Ferries", "en", FERRIES, "")


def verdict(text: str, passage: Passage = PASSAGE) -> Ungrounded | None:
    answer = Answered(text, (passage.citation(),), passage.language)
    return check(answer, (passage,), language=passage.language)


@pytest.mark.parametrize(
    "true",
    [
        "Two night ferries leave Porto Azul every week for the northern islands in March.",
        "2 night ferries leave Porto Azul every week for the northern islands in March.",
        "night ferries leave Porto Azul every week for the northern islands in March",
        "A day ferry costs €20 and children pay 30 percent of it.",
    ],
)
def test_a_quotation_with_the_same_figures_passes(true: str) -> None:
    assert verdict(true) is None


@pytest.mark.parametrize(
    ("false", "why"),
    [
        ("Five night ferries leave Porto Azul every week for the northern islands.", "figure"),
        ("Two night ferries leave Porto Azul every week for the islands in June.", "figure"),
        ("A day ferry costs €20, and children pay 30kg of it.", "figure"),
        ("Two night ferries leave Porto Verde every week for the northern islands.", "name"),
    ],
)
def test_what_stands_elsewhere_in_the_passage_excuses_nothing(false: str, why: str) -> None:
    assert verdict(false) == why


@pytest.mark.parametrize(
    "cut",
    [
        "The late fee is 2.",
        "50 euros for every order.",
        "The limit is 1.",
        "The gift costs 20.",
        "The gift costs $20.",
    ],
)
def test_a_quotation_that_ends_inside_a_number_is_none(cut: str) -> None:
    text = (
        "The late fee is 2.50 euros for every order. The limit is 1,500 euros in 1 month."
        " Since 2020 we send gifts of 5 sizes. The gift costs €20, or $25 abroad."
        " We answer within 1 or 2 days, in 50 countries; $20 is 18 euros."
    )
    passage = Passage("fees/en#1", "fees", "Fees", "en", text, "")
    assert verdict(cut, passage) is Ungrounded.FIGURE
    assert verdict("The late fee is 2.50 euros.", passage) is None
    assert verdict("We send gifts of.", passage) is None


def test_a_number_of_any_length_is_compared() -> None:
    first, other = "9" * 5_000, "8" * 5_000
    said = "The code that opens the blue box is {}, and the one of the red box is {}."
    source = read([said.format(first, other)], "en")
    assert misquoted(said.format(other, first), source, "en") is Misquoted.FIGURE
    assert misquoted(said.format(first, other), source, "en") is None


@pytest.mark.parametrize(
    ("language", "source", "false"),
    [
        (
            "ar",
            (
                "وصل المسافرون القادمون من مدينة مراكش إلى الميناء الجديد مساء أمس"
                " على متن القطار السريع"
            ),
            (
                "وصل المسافرون القادمون من مدينة تطوان إلى الميناء الجديد مساء أمس"
                " على متن القطار السريع"
            ),
        ),
        (
            "zh-Hans",
            "从下个月开始，所有新的订单都会从杭州的仓库发出",
            "从下个月开始，所有新的订单都会从成都的仓库发出",
        ),
    ],
)
def test_a_name_without_capitals_in_anothers_place(language: str, source: str, false: str) -> None:
    assert misquoted(false, read([source], language), language) is Misquoted.NAME
    assert misquoted(source, read([source], language), language) is None


def test_other_words_for_the_same_in_a_short_sentence_are_no_names() -> None:
    source = read(["तेज़ डिलीवरी अगले कारोबारी दिन आती है"], "hi")
    assert misquoted("तेज़ डिलीवरी अगले कामकाजी दिन आती है", source, "hi") is None


def test_what_leaves_out_a_condition_quotes_nothing() -> None:
    source = read(["A refund of more than €500 takes 15 business days."], "en")
    assert misquoted("A refund takes 7 business days.", source, "en") is None


def test_a_word_or_two_of_a_script_without_spaces_claim_nothing() -> None:
    text = "โรงแรมไม่รับสัตว์เลี้ยงในห้องพักริมสวนกุหลาบ และไม่คิดค่าจอดรถ"
    passage = Passage("pets/th#1", "pets", "สัตว์เลี้ยง", "th", text, "")

    def said(part: str) -> Ungrounded | None:
        answer = Answered(part, (passage.citation(),), "th")
        return check(answer, (passage,), language="th")

    assert said("สวนกุหลาบ") is None
    assert said("ห้องพัก") is None
    assert said("โรงแรมรับสัตว์เลี้ยงในห้องพักริมสวนกุหลาบ") is Ungrounded.NEGATION
    assert said("รับสัตว์เลี้ยงในห้องพักริมสวนกุหลาบ") is Ungrounded.NEGATION


@pytest.mark.parametrize(
    ("language", "text", "false", "true"),
    [
        ("th", "ไม่มีค่าจอดรถสำหรับแขก", "มีค่าจอดรถ", "ค่าจอดรถ"),
        ("th", "เราไม่คิดค่าส่ง", "คิดค่าส่ง", "ค่าส่ง"),
        ("lo", "ບໍ່ມີຄ່າຈອດລົດ", "ມີຄ່າຈອດລົດ", "ຄ່າຈອດລົດ"),
        ("lo", "ບໍ່ຮັບສັດລ້ຽງ", "ຮັບສັດລ້ຽງ", "ສັດລ້ຽງ"),
    ],
)
def test_what_stands_right_behind_a_no_claims_something_however_short(
    language: str, text: str, false: str, true: str
) -> None:
    passage = Passage("p#1", "p", "", language, text, "")

    def said(part: str) -> Ungrounded | None:
        answer = Answered(part, (passage.citation(),), language)
        return check(answer, (passage,), language=language)

    assert said(false) is Ungrounded.NEGATION
    assert said(true) is None


def test_what_is_put_in_may_share_a_syllable_with_what_is_gone() -> None:
    source = read(["เรือข้ามฟากออกจากท่าเรือการะเกดทุกเช้าวันทำงาน และกลับถึงเกาะก่อนพระอาทิตย์ตกดิน"], "th")
    false = "เรือข้ามฟากออกจากท่าเรือบ้านการเวกทุกเช้าวันทำงาน และกลับถึงเกาะก่อนพระอาทิตย์ตกดิน"
    assert misquoted(false, source, "th") is Misquoted.NAME
