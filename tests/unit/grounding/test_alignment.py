"""Where two sentences differ."""

from itertools import cycle, islice

import pytest

from handrail.domain import alignment
from handrail.domain.alignment import Place, differences


def words(text: str) -> list[str]:
    return text.split()


@pytest.mark.parametrize(
    ("one", "other", "places"),
    [
        ("a b c d", "a b c d", []),
        ("a x c d", "a b c d", [Place(1, 2, 1, 2)]),
        ("b c", "a b c d", [Place(0, 0, 0, 1), Place(2, 2, 3, 4)]),
        ("a a", "a a a", [Place(2, 2, 2, 3)]),
        ("a x c y e", "a b c d e", [Place(1, 2, 1, 2), Place(3, 4, 3, 4)]),
    ],
)
def test_differences_are_places(one: str, other: str, places: list[Place]) -> None:
    assert differences(words(one), words(other), 0.5) == places


def test_what_has_little_in_common_is_not_compared() -> None:
    assert differences(words("a b c d"), words("a x y z"), 0.5) is None


def test_what_has_much_to_be_compared_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    long = list(islice(cycle("ab"), 40))
    one, other = ["x", *long, "y"], ["z", *long[1:], "z"]
    assert differences(long, long[1:], 0.5) == [Place(0, 1, 0, 0)]
    assert differences(one, other, 0.5) is not None
    monkeypatch.setattr(alignment, "_COMPARED_MAX", 100)
    assert differences(long, long[1:], 0.5) == [Place(0, 1, 0, 0)]
    assert differences(one, other, 0.5) is None
