"""Parts that fit, cut where a reader would cut, never inside a character."""

# ruff: noqa: RUF001 - letters and marks of other scripts are meant

import pytest
import regex  # type: ignore[import-untyped]
from hypothesis import given
from hypothesis import strategies as st

from handrail.adapters.channels.kit.graphemes import boundaries, graphemes
from handrail.adapters.channels.kit.measures import (
    Measure,
    code_points,
    is_gsm,
    sms_segments,
    utf8_bytes,
    utf16_units,
)
from handrail.adapters.channels.kit.splitting import numbered, shorten, split

FAMILY = "👨‍👩‍👧‍👦"
CLUSTERS = [
    "e\u0301",
    "क्षि",
    "நி",
    "ก็",
    "กำ",
    "각",
    "\u1100\u1161\u11a8",
    FAMILY,
    "👍🏽",
    "🇩🇪",
    "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    "1️⃣",
    "\r\n",
    "\u0600١",
]
TEXTS = st.lists(
    st.one_of(st.sampled_from([*CLUSTERS, " ", "\n", "\n\n", ". ", "。"]), st.characters())
).map("".join)
MEASURES = [utf8_bytes, utf16_units, code_points, graphemes, sms_segments]


@pytest.mark.parametrize("cluster", CLUSTERS)
def test_a_character_of_several_parts_is_one(cluster: str) -> None:
    assert list(boundaries(cluster)) == [len(cluster)]
    assert next(iter(boundaries(f"a{cluster}b"))) == 1


def test_flags_are_pairs() -> None:
    assert list(boundaries("🇩🇪🇫🇷🇮")) == [2, 4, 5]


@given(TEXTS)
def test_every_boundary_is_one_of_unicodes(text: str) -> None:
    ends = set()
    end = 0
    for cluster in regex.findall(r"\X", text):
        end += len(cluster)
        ends.add(end)
    assert set(boundaries(text)) <= ends


def test_measures_count_as_their_platforms_do() -> None:
    assert (utf8_bytes("aé€👍"), utf16_units("aé€👍"), code_points("aé€👍")) == (10, 5, 4)
    assert graphemes(f"a{FAMILY}") == 2


@pytest.mark.parametrize(
    ("text", "segments"),
    [
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("a" * 152 + "€" + "a" * 7, 2),  # 161 places: the sign is not torn over two
        ("ا" * 70, 1),
        ("ا" * 71, 2),
        ("👍" * 35, 1),
        ("👍" * 36, 2),
        ("a" * 159 + "ç", 3),  # one small c with cedilla, which the alphabet lacks
        ("", 1),
    ],
)
def test_sms_are_counted_as_carriers_bill_them(text: str, segments: int) -> None:
    assert sms_segments(text) == segments


def test_the_alphabet_of_sms_has_its_extension() -> None:
    assert is_gsm("Price: 10€ [à la carte] {~} ÑÇØ")
    assert not is_gsm("ç")
    assert not is_gsm("’")


@pytest.mark.parametrize(
    ("text", "limit", "parts"),
    [
        ("short", 10, ["short"]),
        ("", 10, [""]),
        ("one two three four", 10, ["one two", "three four"]),
        ("First one. Second one. Third", 24, ["First one. Second one.", "Third"]),
        ("A line\nand a longer second line", 20, ["A line\nand a longer", "second line"]),
        ("para one\n\npara two is long", 17, ["para one", "para two is long"]),
        ("句子一。句子二很长很长。", 8, ["句子一。", "句子二很长很长。"]),
        ("abcdefghij", 4, ["abcd", "efgh", "ij"]),
        (f"{FAMILY}{FAMILY}", 7, [FAMILY, FAMILY]),
        ("one two", 3, ["one", "two"]),
    ],
)
def test_a_text_is_cut_where_a_reader_would(text: str, limit: int, parts: list[str]) -> None:
    assert split(text, code_points, limit) == parts


def test_the_last_part_may_have_less_room() -> None:
    text = " ".join(["word"] * 30)
    *before, last = split(text, code_points, 100, 40)
    assert len(last) <= 40
    assert all(len(part) <= 100 for part in before)
    assert " ".join([*before, last]) == text


@given(TEXTS, st.sampled_from(MEASURES), st.integers(2, 40))
def test_parts_fit_and_lose_nothing(text: str, measure: Measure, limit: int) -> None:
    # Four bytes are what the widest character takes that stands alone.
    limit = max(limit, 4)
    parts = split(text, measure, limit)
    assert all(measure(part) <= limit for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())
    assert parts == [""] or all(parts)


@given(TEXTS, st.sampled_from(MEASURES[:3]), st.integers(4, 40))
def test_a_label_fits(text: str, measure: Measure, limit: int) -> None:
    shortened = shorten(text, measure, limit)
    assert measure(shortened) <= limit
    assert shortened == text if measure(text) <= limit else len(shortened) <= len(text) + 1


def test_a_label_that_is_cut_says_so() -> None:
    assert shorten("Mit einem Menschen sprechen", utf16_units, 20) == "Mit einem Menschen…"


def test_parts_say_which_they_are() -> None:
    assert numbered(["a", "b"]) == ["(1/2) a", "(2/2) b"]
    assert numbered(["a"]) == ["a"]


def test_a_very_long_text_without_a_space_is_cut_in_time() -> None:
    parts = split("ก" * 16_000, utf8_bytes, 1_000)
    assert len(parts) == 49
