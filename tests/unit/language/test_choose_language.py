import pytest
from hypothesis import given
from hypothesis import strategies as st

from handrail.domain.language import choose_language


@pytest.mark.parametrize(
    ("current", "identified", "hint", "explicit", "words", "chosen"),
    [
        (None, [], None, None, 0, "en"),
        (None, [], "de", None, 0, "de"),
        (None, [("fr", 0.9)], None, None, 4, "fr"),
        (None, [("fr", 0.2)], None, None, 1, "en"),
        (None, [("fr", 0.9)], "de", None, 4, "fr"),
        (None, [("fr", 0.4)], "de", None, 2, "de"),
        ("de", [("de", 0.9), ("en", 0.95)], "de", None, 5, "de"),
        ("de", [("de", 0.9), ("en", 0.95), ("en", 0.95), ("en", 0.95)], "de", None, 5, "en"),
        ("en", [("es", 0.99), ("es", 0.99)], None, None, 6, "es"),
        ("en", [("es", 0.99), ("es", 0.99)], None, None, 1, "en"),
        ("en", [("es", 0.99), ("es", 0.3)], None, None, 6, "en"),
        ("en", [("es", 0.99)], None, "sw", 1, "sw"),
        ("fr", [], "de", None, 9, "fr"),
    ],
    ids=[
        "nothing known",
        "only a hint",
        "a clear first message",
        "a doubtful first message",
        "a clear first message beats the hint",
        "a doubtful one does not",
        "one message in another language",
        "three of them",
        "two clear ones where nothing else is known",
        "one word never switches",
        "a doubtful message never switches",
        "what the customer asks for wins",
        "nothing heard",
    ],
)
def test_choosing(
    current: str | None,
    identified: list[tuple[str, float]],
    hint: str | None,
    explicit: str | None,
    words: int,
    chosen: str,
) -> None:
    assert choose_language(current, identified, hint, explicit, words) == chosen


LANGUAGES = st.sampled_from(["en", "de", "fr", "ar"])
HEARD = st.lists(st.tuples(LANGUAGES, st.floats(0, 1)), max_size=8)


@given(
    st.none() | LANGUAGES, HEARD, st.none() | LANGUAGES, st.none() | LANGUAGES, st.integers(0, 50)
)
def test_the_choice_was_named_by_somebody(
    current: str | None,
    heard: list[tuple[str, float]],
    hint: str | None,
    explicit: str | None,
    words: int,
) -> None:
    chosen = choose_language(current, heard, hint, explicit, words)
    assert chosen in {current, hint, explicit, "en", *(language for language, _ in heard)}


@given(LANGUAGES, HEARD, LANGUAGES, st.integers(0, 1))
def test_below_two_words_the_language_stays(
    current: str | None, heard: list[tuple[str, float]], hint: str | None, words: int
) -> None:
    assert choose_language(current, heard, hint, None, words) == current


@given(LANGUAGES, LANGUAGES, st.integers(2, 50))
def test_no_single_message_switches_a_settled_conversation(
    current: str, other: str, words: int
) -> None:
    heard = [(current, 0.9), (current, 0.9), (other, 1.0)]
    assert choose_language(current, heard, None, None, words) == current


def test_a_regional_variant_that_is_known_stays() -> None:
    heard = [("pt-BR", 0.9), ("pt-BR", 0.9), ("pt-BR", 0.9)]
    assert choose_language("pt-PT", heard, None, None, 9) == "pt-PT"
    assert choose_language(None, heard, "pt-PT", None, 9) == "pt-PT"
    assert choose_language(None, heard, "en", None, 9) == "pt-BR"


def test_another_script_of_one_language_is_another_language() -> None:
    heard = [("zh-Hant", 0.9), ("zh-Hant", 0.9), ("zh-Hant", 0.9)]
    assert choose_language("zh-Hans", heard, None, None, 9) == "zh-Hant"
