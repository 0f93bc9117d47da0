# ruff: noqa: RUF001 - another dash is meant

from hypothesis import given
from hypothesis import strategies as st

from handrail.domain.privacy import (
    PLACEHOLDER,
    PersonalData,
    has_broken_placeholder,
    placeholder,
    placeholders_in,
    restore,
)

KEY = b"a secret of this deployment"


def test_the_same_value_has_the_same_placeholder_and_another_key_another() -> None:
    one = placeholder(PersonalData.CARD, "4111111111111111", KEY)
    assert one == placeholder(PersonalData.CARD, "4111111111111111", KEY)
    assert one != placeholder(PersonalData.CARD, "4111111111111112", KEY)
    assert one != placeholder(PersonalData.CARD, "4111111111111111", b"another secret")


@given(st.sampled_from(PersonalData), st.text())
def test_a_placeholder_is_recognised_whatever_the_value(kind: PersonalData, value: str) -> None:
    made = placeholder(kind, value, KEY)
    assert PLACEHOLDER.fullmatch(made)
    assert not any(character.isdigit() for character in made)
    assert placeholders_in(f"so {made}, and") == {made}
    assert not has_broken_placeholder(made)


def test_only_known_placeholders_are_restored() -> None:
    known = {"[email-bcdfgh]": "a@example.com"}
    text = "To [email-bcdfgh], not [email-hgfdcb] or [email-1]."
    assert restore(text, known) == "To a@example.com, not [email-hgfdcb] or [email-1]."


def test_an_original_is_never_searched_for_placeholders() -> None:
    known = {"[email-bcdfgh]": "[card-bcdfgh]", "[card-bcdfgh]": "4111111111111111"}
    assert restore("[email-bcdfgh]", known) == "[card-bcdfgh]"


@given(st.text())
def test_a_text_without_placeholders_is_restored_as_it_is(text: str) -> None:
    assert restore(text, {}) == text


def test_an_altered_placeholder_is_noticed() -> None:
    for altered in ("[Card-bcdfgh]", "[ card-bcdfgh ]", "[card–bcdfgh]", "[card-bcd]", "[card_x]"):
        assert has_broken_placeholder(altered), altered
    assert not has_broken_placeholder("[a card] - and [card-bcdfgh]")
