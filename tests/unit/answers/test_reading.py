# ruff: noqa: RUF001 - letters and marks of other scripts are meant

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handrail.domain.reading import fold, grams, sentences, stem, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Können SIE's?", ["konnen", "sie", "s"]),
        ("Straße ＡＢＣ ﬁn", ["strasse", "abc", "fin"]),
        ("الْمَالُ إلى أين؟", ["المال", "الي", "اين"]),
        ("३० दिन और हिन्दी", ["30", "दिन", "और", "हिन्दी"]),
        ("iPhone手机退款", ["iphone", "手机", "机退", "退款"]),
        ("返", ["返"]),
        ("ok👍🏽!", ["ok", "👍"]),
        ("a\u200bb \u202ec", ["ab", "c"]),
        ("ДОМ, Ёлка", ["дом", "елка"]),
        ("", []),
        ("?!… \n", []),
    ],
)
def test_words(text: str, expected: list[str]) -> None:
    assert words(text) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("refunds", "refunded"),
        ("zurückgeschickt", "ZURUCKschicken"),
        ("المال", "والمال"),
        ("البنك", "بنك"),
        ("вернуть", "вернул"),
    ],
)
def test_forms_of_a_word_share_their_stem(one: str, other: str) -> None:
    assert stem(words(one)[0]) == stem(words(other)[0])


def test_numbers_are_not_cut() -> None:
    assert stem("1234567") != stem("1234568")


def test_pieces_find_a_word_within_another() -> None:
    assert set(grams("erstattung")) & set(grams("rückerstattung"))
    assert list(grams("ab")) == ["_ab_"]
    assert list(grams("환불금")) == ["_환", "환불", "불금", "금_"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One. Two? Three! Four", ["One.", "Two?", "Three!", "Four"]),
        ("It costs 3.50 EUR, e.g. by card.", ["It costs 3.50 EUR, e.g. by card."]),
        (
            "Das gilt z. B. für Nr. 5 ab 7.30 Uhr. Ja.",
            [
                "Das gilt z. B. für Nr. 5 ab 7.30 Uhr.",
                "Ja.",
            ],
        ),
        ("1. Open it.\n2. Press it.", ["1. Open it.", "2. Press it."]),
        ("退款5天到账。真的吗？好！", ["退款5天到账。", "真的吗？", "好！"]),
        ("「はい。」と言う。", ["「はい。」", "と言う。"]),
        ("क्या? हाँ। ठीक॥", ["क्या?", "हाँ।", "ठीक॥"]),
        ("ما هو؟ نعم. حسنا", ["ما هو؟", "نعم.", "حسنا"]),
        ("See help.example.com. Then go.", ["See help.example.com.", "Then go."]),
        ("", []),
    ],
)
def test_sentences(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


@given(st.text())
def test_any_text_is_read(text: str) -> None:
    assert fold(fold(text)).split() == fold(text).split() or text
    for word in words(text):
        assert stem(word)
        assert list(grams(word))


@given(st.text())
def test_no_character_of_a_text_is_lost_in_its_sentences(text: str) -> None:
    assert "".join("".join(sentences(text)).split()) == "".join(text.split())
