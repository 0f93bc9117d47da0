# ruff: noqa: RUF001 - wide tildes and digits are meant

import pytest

from handrail.domain.figures import figures, long_numbers, months


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("30 days", "30 days"),
        ("30 days", "٣٠ يومًا"),
        ("30 days", "३० दिन"),
        ("30 days", "３０日以内"),
        ("30 days", "三十天"),
        ("30 days", "30 Tage"),
        ("30 days", "siku 30"),
        ("5 jours ouvrés", "5 business days"),
        ("15 working days", "十五个工作日"),
        ("€1,500", "1.500 €"),
        ("€1,500", "EUR 1500"),
        ("€1,500", "1 500 euros"),
        ("€4", "4,00 EUR"),
        ("2,50 €", "€2.50"),
        ("5%", "百分之五"),
        ("5%", "asilimia 5"),
        ("5 %", "5 percent"),
        ("12,000 yuan", "一万二千元"),
        ("12,34,567 रुपये", "₹1234567"),
        ("$10", "10 US dollars"),
        ("5 to 7 business days", "5～7営業日"),
        ("between €4 and 6", "€6, €4"),
        ("ten: 十分钟", "10 minutes"),
        ("on 2026-03-15", "15.03.2026"),
    ],
)
def test_the_same_figure_however_it_is_written(one: str, other: str) -> None:
    for said, source in ((one, other), (other, one)):
        known = figures(source)
        assert known
        assert all(any(figure.stands_for(k) for k in known) for figure in figures(said)), said


@pytest.mark.parametrize(
    ("said", "source"),
    [
        ("30 days", "14 days"),
        ("30 days", "30 weeks"),
        ("30 hours", "30 days"),
        ("30 months", "٣٠ يومًا"),
        ("€30", "30 days"),
        ("€30", "$30"),
        ("5%", "€5"),
        ("5%", "15%"),
        ("€4.50", "€450"),
        ("€15", "€1,500"),
        ("€5,000", "€5"),
        ("€5", "5 to 7 days"),
        ("5 weeks", "5 to 7 days"),
        ("€30", "30"),
        ("1.5 %", "15 %"),
        ("三十天", "十三天"),
        ("३१ दिन", "30 days"),
        ("1.2.3", "123"),
    ],
)
def test_another_figure(said: str, source: str) -> None:
    known = figures(source)
    assert not all(any(figure.stands_for(k) for k in known) for figure in figures(said))


@pytest.mark.parametrize(
    "text", ["no figures here", "万一您忘记", "十分感谢", "一起看看", "千万不要", "a one-off", ""]
)
def test_words_are_not_figures(text: str) -> None:
    assert figures(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("on 15 March 2026", {3}),
        ("el 15 de marzo", {3}),
        ("le 1er août 2026", {8}),
        ("am 3. Oktober", {10}),
        ("15 مارس 2026", {3}),
        ("15 मार्च 2026", {3}),
        ("2026-03-31", {3}),
        ("03/04/2026", {3, 4}),
        ("you may pay", set()),
        ("you may pay 3 times", set()),
    ],
)
def test_months_of_dates(text: str, expected: set[int]) -> None:
    assert months(text) == expected


def test_long_numbers_are_compared_by_their_digits() -> None:
    assert long_numbers("call +49 (0)30 123 456 or 0800-1234567") == {"49030123456", "08001234567"}
    assert long_numbers("from 2026-01-01 to 31.12.2026, 12 345 times") == set()
