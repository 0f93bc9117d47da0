"""A company's own words, from its settings to what is heard."""

import json

import pytest

from handrail.bootstrap.recognition import recogniser
from handrail.domain.errors import SettingsError
from handrail.domain.recognition import Intent
from handrail.settings import read_own_words

OWN_WORDS = json.dumps({"department": ["Atelier", "Team Größe 44"], "person": ["stylist*"]})


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("can I talk to the atelier", "en"),
        ("ist das Atelier zu sprechen", "de"),
        ("quiero hablar con team grosse 44", "es"),
        ("stylist please", "en"),
        ("haluan puhua stylistin kanssa", "fi"),
        ("STYLISST!!", None),
    ],
)
def test_a_companys_own_words_ask_for_a_person(text: str, language: str | None) -> None:
    assert recogniser(OWN_WORDS).recognise(text, language).intent is Intent.PERSON


def test_a_department_that_is_only_named_is_no_request() -> None:
    found = recogniser(OWN_WORDS).recognise("the atelier sent me the wrong size", "en")
    assert found.intent is Intent.NONE


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("spa", "Expecting value"),
        ("[]", "no attribute"),
        ('{"department": "spa"}', "list of words"),
        ('{"department": [1]}', "list of words"),
        ('{"department": 1}', "not iterable"),
    ],
)
def test_words_that_cannot_be_read_say_what_is_wrong(text: str, what: str) -> None:
    with pytest.raises(SettingsError, match=what):
        read_own_words(text)


@pytest.mark.parametrize(
    "text", ["spa", '{"departments": ["spa"]}', '{"person": ["?"]}', '{"person": ["spa*"]}']
)
def test_a_door_opens_all_the_same(
    text: str, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    heard = recogniser(text)
    assert '"own_words_refused"' in capsys.readouterr().out
    assert "OWN_WORDS are left out" in caplog.text
    assert heard.recognise("I want to talk to a human", "en").intent is Intent.PERSON
