"""Two languages in one message, and a message in another language than the conversation's."""

import pytest

from handrail.adapters.language.catalogue import packaged_recogniser
from handrail.domain.recognition import Intent, Recogniser


@pytest.fixture(scope="module")
def recogniser() -> Recogniser:
    return packaged_recogniser()


@pytest.mark.parametrize(
    ("asking", "language"), [("أريد التحدث مع موظف", "ar"), ("позовите оператора", "ru")]
)
def test_a_few_words_in_other_letters_are_not_outweighed(
    recogniser: Recogniser, asking: str, language: str
) -> None:
    latin = "i have been waiting for my order since last week and nothing has come so "
    found = recogniser.recognise(latin + asking)
    assert (found.intent, found.language) == (Intent.PERSON, language)


@pytest.mark.parametrize(
    "text",
    [
        "can i talk to en medarbejder",
        "can i talk to klienditeenindaja",
        "talk to موظف",
        "i need оператор please",
        "kontakt en konsultantas nu",
    ],
)
def test_a_person_may_be_asked_for_in_two_languages(recogniser: Recogniser, text: str) -> None:
    found = recogniser.recognise(text)
    assert found.intent is Intent.PERSON
    assert found.rule.endswith("in two languages")


@pytest.mark.parametrize(
    "text",
    [
        "my agente de viajes sold me this",
        "where do I find the vendedor page",
        "is the konsultant course still on sale?",
        "I read a book about el agente secreto",
    ],
)
def test_another_languages_person_is_asked_for_by_a_request_alone(
    recogniser: Recogniser, text: str
) -> None:
    assert recogniser.recognise(text).intent is Intent.NONE


@pytest.mark.parametrize("verb", ["contact", "connect", "reach", "call", "chat with"])
@pytest.mark.parametrize("person", ["agent", "representative", "operator", "human", "manager"])
def test_two_english_words_ask_for_a_person_whatever_the_conversations_language(
    recogniser: Recogniser, verb: str, person: str
) -> None:
    assert recogniser.recognise(f"{verb} {person}").intent is Intent.PERSON
