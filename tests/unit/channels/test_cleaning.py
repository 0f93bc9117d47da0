"""Text from strangers, made safe at the door."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handrail.adapters.channels.cleaning import (
    clean_line,
    clean_text,
    is_identifier,
    language_tag,
    time_zone_name,
)


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("  a b  ", "a b"),
        ("a\r\nb\rc\u2028d\u2029e", "a\nb\nc\nd\ne"),
        ("a\x00\x07\x1b\x9bb\tc", "ab\tc"),
        ("\u202eabc\u202c \u2067x\u2069", "abc x"),
        ("a\u200eb\u200fc\u061c", "a\u200eb\u200fc\u061c"),  # plain marks stay: Arabic needs them
        ("\ud83d", "\ufffd"),
        ("👨‍👩‍👧", "👨‍👩‍👧"),
        ("\ufffe\uffffa", "a"),
    ],
)
def test_what_would_mislead_is_taken_out(raw: str, clean: str) -> None:
    assert clean_text(raw) == clean


@pytest.mark.parametrize(
    ("raw", "cut"),
    [
        ("abcdef", "abcd"),
        ("abce\u0301", "abc"),  # never an e without its accent
        ("ab👨\u200d👩", "ab"),  # never half a family
        ("abc👍🏽", "abc"),  # never a thumb without its colour
        ("a" + "\u0301" * 40, "a" + "\u0301" * 3),  # nothing but marks is cut anyway
    ],
)
def test_a_cut_leaves_no_half_characters(raw: str, cut: str) -> None:
    assert clean_text(raw, 4) == cut


@given(st.text("ab\u0301\u200d👨\ud800\u202e\x00\n ", max_size=60), st.integers(1, 20))
def test_clean_text_fits_travels_and_stays_clean(raw: str, chars_max: int) -> None:
    clean = clean_text(raw, chars_max)
    assert len(clean) <= chars_max
    clean.encode()
    assert clean_text(clean, chars_max) == clean
    assert "\n" not in clean_line(raw)


@pytest.mark.parametrize(
    ("raw", "tag"),
    [
        ("en", "en"),
        ("pt_BR", "pt-BR"),
        ("zh-Hans-CN", "zh-Hans-CN"),
        ("", None),
        ("e", None),
        ("en-", None),
        ("en\n", None),
        ("<en>", None),
        ("x" * 50, None),
        (5, None),
        (None, None),
    ],
)
def test_language_tags(raw: object, tag: str | None) -> None:
    assert language_tag(raw) == tag


@pytest.mark.parametrize(
    ("raw", "known"),
    [
        ("Africa/Nairobi", True),
        ("America/Argentina/Buenos_Aires", True),
        ("UTC", True),
        ("Etc/GMT+3", True),
        ("../etc/passwd", False),
        ("/UTC", False),
        ("Europe/", False),
        ("Europe/Berlin\n", False),
        ("", False),
        (None, False),
    ],
)
def test_time_zone_names(raw: object, known: bool) -> None:
    assert (time_zone_name(raw) is not None) == known


@pytest.mark.parametrize("raw", ["", " ", "a b", "a\n", "\ud800", "a\u200b", "x" * 11, 5, None])
def test_what_is_no_identifier(raw: object) -> None:
    assert not is_identifier(raw, 10)


@pytest.mark.parametrize("raw", ["a", "c-77", "ü", "顧客", "person:v1", "a" * 10])
def test_what_is_an_identifier(raw: str) -> None:
    assert is_identifier(raw, 10)


def test_whatever_is_taken_out_is_what_a_look_at_the_whole_would_notice() -> None:
    unwanted = (chr(code) for code in range(0x110000) if chr(code) != "\n")
    changed = [one for one in unwanted if clean_text(f"a{one}b") != f"a{one}b"]
    assert changed
    assert not any(one.isprintable() for one in changed)
