"""Whatever is sent, recognising it ends, does not raise, and does a bounded amount of work."""

import sys
from types import FrameType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handrail.adapters.language.catalogue import packaged_recogniser
from handrail.domain.recognising.words import TEXT_CHARS_SEEN_MAX, split

RECOGNISER = packaged_recogniser()
CALLS_MAX = 250_000
"""Calls of our own functions per message; a plain request takes some hundreds."""

WORDS = st.sampled_from(
    [
        *["agent", "human", "talk", "to", "want", "i", "no", "bot", "please", "the", "a", "0"],
        *["quiero", "hablar", "con", "persona", "agenttt", "aaaa", "agnet", "ẞ", "﷽"],
        *["人", "工", "転", "送", "من", "موظف", "एजेंट", "अा", "не", "\u202e", "\u200d"],
        *[",", ".", "?", "!"],
    ]
)


def _calls(text: str) -> int:
    count = 0

    def profile(frame: FrameType, event: str, _: object) -> None:
        nonlocal count
        if event == "call" and "handrail" in frame.f_code.co_filename:
            count += 1

    sys.setprofile(profile)
    try:
        RECOGNISER.recognise(text)
    finally:
        sys.setprofile(None)
    return count


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.text(max_size=400), st.lists(WORDS, max_size=80).map(" ".join)))
def test_recognising_never_raises(text: str) -> None:
    RECOGNISER.recognise(text)
    RECOGNISER.recognise(text, "en", answering=True)
    RECOGNISER.recognise(text, "no such language")


@pytest.mark.parametrize(
    "text",
    [
        "agent " * 4_000,
        "human, " * 4_000,
        "i want to talk to a " * 1_000,
        "人工客服" * 4_000,
        "担当者と話" * 4_000,
        "a" * 16_000,
        "ab" * 8_000,
        "agnet " * 4_000,
        "\u0301" * 16_000,
        "a@" * 8_000,
        "x" * 8_000 + "@" + "y." * 4_000,
        "http://" * 2_000,
        "والموظف " * 2_000,
        ". " * 8_000,
        "don't are you not my agent told me human " * 400,
        "ﷺ" * 16_000,
        "㌖" * 16_000,
    ],
    ids=lambda text: repr(text[:12]),
)
def test_the_work_is_bounded(text: str) -> None:
    assert _calls(text[:16_000]) < CALLS_MAX


def test_letters_that_stand_for_many_words_are_heard_in_their_language_alone() -> None:
    reader = RECOGNISER._reader
    few, many = (reader._heard(reader.message("㌖" * times, None)) for times in (10, 16_000))
    assert many[0].keys() == few[0].keys()
    assert [bool(known) for known in many[1]] == [bool(known) for known in few[1]]


def test_only_so_much_of_a_text_is_split() -> None:
    assert len(split("人" * 16_000)) <= TEXT_CHARS_SEEN_MAX + 1
