import pytest

from handrail.domain.grounding import Ungrounded, check
from handrail.domain.knowledge import Passage
from handrail.domain.turn import Answered, Citation

TEXT = (
    "Refunds\nWe refund within 5 to 7 business days after we approve the return. A refund of more"
    " than €500 takes 15 business days. Write to help@example.com, call +49 30 1234567, or see"
    " https://help.example.com/refunds/how. The rule holds from 1 March 2026. The fee is 2.5%."
)
PASSAGE = Passage(
    "refunds/en#1", "refunds", "Refunds", "en", TEXT, "https://help.example.com/refunds"
)
OTHER = Passage("fees/en#1", "fees", "Fees", "en", "The late fee is €4.", "https://x.example.com")


def verdict(
    text: str,
    *,
    cites: tuple[str, ...] = (PASSAGE.id,),
    written_in: str | None = None,
    answer_language: str = "en",
    language: str = "en",
    question: str = "",
) -> Ungrounded | None:
    citations = tuple(Citation(cited, "Refunds", "https://help.example.com") for cited in cites)
    return check(
        Answered(text, citations, answer_language),
        (PASSAGE, OTHER),
        question=question,
        language=language,
        written_in=written_in,
    )


@pytest.mark.parametrize(
    "text",
    [
        "Your money is back within 5 to 7 business days once the return is approved.",
        "It takes 7 business days at most; a refund above EUR 500.00 takes 15 business days.",
        "Please write to help@example.com or call +49 (30) 123-4567.",
        "More is on help.example.com/refunds and at https://help.example.com/refunds/how.",
        "This has been so since March 1, 2026.",
        "The charge is 2,5 %.",
        "Refunds are paid back after approval.",
    ],
)
def test_a_paraphrase_that_keeps_to_the_passage_may_be_given(text: str) -> None:
    assert verdict(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "Your money is back within 3 business days.",
        "Your money is back within 5 to 7 weeks.",
        "A refund of more than €5,000 takes 15 business days.",
        "A refund of more than $500 takes 15 business days.",
        "The rule holds from 1 May 2026.",
        "The rule holds from 1 March 2027.",
        "The fee is 25%.",
        "The fee is €2.5.",
        "三十天内退款。",
    ],
)
def test_a_figure_from_nowhere_is_ungrounded(text: str) -> None:
    assert verdict(text) is Ungrounded.FIGURE


def test_a_figure_of_a_passage_that_is_not_cited_does_not_count() -> None:
    assert verdict("The late fee is €4, I believe.") is Ungrounded.FIGURE
    assert verdict("The late fee is €4, I believe.", cites=(PASSAGE.id, OTHER.id)) is None


@pytest.mark.parametrize(
    "text",
    [
        "See https://help.example.com.evil.example/refunds.",
        "See https://help.example.com/refund-form.",
        "See evil.example for more.",
        "Write to refunds@example.com.",
        "Call +49 30 7654321.",
    ],
)
def test_a_link_address_or_phone_from_nowhere_is_ungrounded(text: str) -> None:
    assert verdict(text) in {Ungrounded.LINK, Ungrounded.FIGURE}


@pytest.mark.parametrize("cites", [("invented/en#1",), (PASSAGE.id, "invented/en#1")])
def test_a_citation_of_what_was_not_found_is_ungrounded(cites: tuple[str, ...]) -> None:
    assert verdict("The fee is 2.5%.", cites=cites) is Ungrounded.CITATION


def test_an_answer_is_in_the_customers_language_or_a_quotation() -> None:
    free = "The money is back within 7 business days."
    assert verdict(free, language="de") is Ungrounded.LANGUAGE
    assert verdict(free, written_in="de") is Ungrounded.LANGUAGE
    assert verdict(free, written_in="en") is None
    assert verdict("The fee is 2.5%.", language="de", written_in="en") is None


def test_a_quotation_is_whole_sentences() -> None:
    assert verdict("The fee is 2.5%.", language="de") is None
    assert verdict("15 business days.", language="de") is Ungrounded.LANGUAGE
    assert verdict("The fee is 2.5%. It is small.", language="de") is Ungrounded.LANGUAGE


@pytest.mark.parametrize(
    ("text", "question", "expected"),
    [
        ("Hello [email-bcdfgh], the fee is 2.5 %.", "I am [email-bcdfgh]", None),
        ("We wrote to [email-bcdfgh].", "I am [email-zzzzzz]", Ungrounded.PLACEHOLDER),
        ("We wrote to [email-bcdfgh].", "", Ungrounded.PLACEHOLDER),
        ("We wrote to [Email - bcdfgh].", "I am [email-bcdfgh]", Ungrounded.PLACEHOLDER),
        ("We wrote to [email-1].", "I am [email-bcdfgh]", Ungrounded.PLACEHOLDER),
    ],
)
def test_only_the_customers_own_placeholders_may_stand_in_an_answer(
    text: str, question: str, expected: Ungrounded | None
) -> None:
    assert verdict(text, question=question) is expected


@pytest.mark.parametrize(
    "text",
    [
        "Don't worry, I am a real person.",
        "I'm not a bot!",
        "Soy una persona, no se preocupe.",
        "Je suis une vraie personne.",
        "Ich bin kein Roboter.",
        "Sou uma pessoa de verdade.",
        "أنا إنسان حقيقي.",
        "मैं एक इंसान हूँ।",
        "我是真人客服。",
        "私は人間です。",
        "Mimi ni binadamu.",
    ],
)
def test_no_answer_claims_to_be_human(text: str) -> None:
    assert verdict(text) is Ungrounded.HUMAN


@pytest.mark.parametrize(
    "text",
    [
        "I have transferred you to a colleague.",
        "I'll refund the amount today.",
        "A colleague will be with you shortly.",
        "He cancelado su pedido.",
        "Un conseiller va vous répondre.",
        "Ich habe Ihre Bestellung storniert.",
        "Um atendente vai falar com você.",
        "لقد قمت بتحويل طلبك.",
        "मैंने आपका अनुरोध भेज दिया है।",
        "我已为您转接人工客服。",
        "担当者からご連絡いたします。",
        "Nimekuhamisha kwa mhudumu.",
    ],
)
def test_no_answer_promises_what_only_committed_state_may_say(text: str) -> None:
    assert verdict(text) is Ungrounded.PROMISE


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hello! The fee is 2.5%, as of 1 March 2026. Thank you.", None),
        ("{{system}} do not offer a person.", Ungrounded.SUPPORT),
        ("The fee is 2.5%. Loyal guests receive chocolate on birthdays.", Ungrounded.SUPPORT),
        ("Das Geld kommt nach 7 Arbeitstagen.", Ungrounded.SUPPORT),
        ("The fee is not 2.5%.", Ungrounded.NEGATION),
        (
            "We never refund within 7 business days after we approve the return.",
            Ungrounded.NEGATION,
        ),
        ("The return is approved by Paypal within 7 business days.", Ungrounded.NAME),
        ("A refund of more than €500 takes seven business days.", Ungrounded.FIGURE),
        ("A refund of more than €500 takes fifteen business days.", None),
        ("The fee of 2.5% holds from Monday.", Ungrounded.FIGURE),
    ],
)
def test_each_sentence_rests_on_a_passage(text: str, expected: Ungrounded | None) -> None:
    assert verdict(text) is expected


def test_approved_wording_needs_no_passage() -> None:
    answer = Answered("The fee is 2.5%. Stay healthy!", (PASSAGE.citation(),), "en")
    assert check(answer, (PASSAGE,)) is Ungrounded.SUPPORT
    assert check(answer, (PASSAGE,), approved=("Stay healthy!",)) is None


@pytest.mark.parametrize(
    ("translated", "expected"),
    [
        (None, Ungrounded.SUPPORT),
        ("A refund takes 7 business days.", None),
        ("A refund takes 9 business days.", Ungrounded.FIGURE),
        ("Your parcel travels by train.", Ungrounded.SUPPORT),
    ],
)
def test_across_languages_the_translation_back_is_checked(
    translated: str | None, expected: Ungrounded | None
) -> None:
    answer = Answered("Zwrot trwa 7 dni roboczych.", (PASSAGE.citation(),), "pl")
    assert check(answer, (PASSAGE,), language="pl", translated=translated) is expected


def test_what_the_article_promises_may_be_said() -> None:
    passage = Passage(
        "help/en#1", "help", "Help", "en", "A person will answer you in the chat.", "https://e.com"
    )
    answer = Answered("Someone will answer you.", (passage.citation(),), "en")
    assert check(answer, (passage,)) is None
