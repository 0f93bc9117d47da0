from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handrail.adapters.language.catalogue import PackagedCatalogue
from handrail.domain.phrases import Direction, Phrases, say_duration, say_time
from handrail.domain.plurals import PLURAL_RULES

CATALOGUE = PackagedCatalogue()
LANGUAGES = [language.code for language in CATALOGUE.languages]
MADRID = ZoneInfo("Europe/Madrid")
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=MADRID).timestamp()  # a Friday
HOUR = 3_600.0


def _phrases(
    direction: Direction = Direction.LEFT_TO_RIGHT, digits: str = "0123456789"
) -> Phrases:
    return Phrases(
        language="xx",
        name="X",
        english_name="X",
        direction=direction,
        texts={
            "plain": "Hello {name}",
            "some": {"one": "one thing", "other": "{count} things"},
            "time.today": "today {time}",
            "time.tomorrow": "tomorrow {time}",
            "time.date": "{date} {time}",
            "time.zone": "{time} ({zone})",
        },
        plural=PLURAL_RULES["one-is-1"],
        units={"minute": {"one": "{0} minute", "other": "{0} minutes"}},
        times={"time": "HH:mm 'o''clock'", "date": "d.MM.", "am": "am", "pm": "pm"},
        digits=digits,
    )


def test_say_fills_in_fields() -> None:
    assert _phrases().say("plain", name="Ada") == "Hello Ada"


@pytest.mark.parametrize("missing", [{}, {"nome": "Ada"}])
def test_a_missing_field_is_an_error(missing: dict[str, str]) -> None:
    with pytest.raises(KeyError):
        _phrases().say("plain", **missing)


def test_an_unknown_phrase_is_an_error() -> None:
    with pytest.raises(KeyError):
        _phrases().say("no.such.phrase")


def test_counting_chooses_the_form_and_writes_the_digits() -> None:
    arabic = _phrases(digits="٠١٢٣٤٥٦٧٨٩")
    assert _phrases().say("some", count=1) == "one thing"
    assert arabic.say("some", count=120) == "١٢٠ things"
    with pytest.raises(KeyError):
        arabic.say("some", count="many")


@pytest.mark.parametrize(
    ("direction", "value", "isolated"),
    [
        (Direction.RIGHT_TO_LEFT, "Ada", True),
        (Direction.RIGHT_TO_LEFT, "سلمى", False),
        (Direction.RIGHT_TO_LEFT, "14:05", False),
        (Direction.LEFT_TO_RIGHT, "سلمى", True),
        (Direction.LEFT_TO_RIGHT, "Ada", False),
    ],
)
def test_what_is_written_the_other_way_is_isolated(
    direction: Direction, value: str, isolated: bool
) -> None:
    written = f"\u2068{value}\u2069" if isolated else value
    assert _phrases(direction).say("plain", name=value) == f"Hello {written}"


def test_fields_are_not_filled_in_twice() -> None:
    assert _phrases().say("plain", name="{secret}") == "Hello {secret}"


def test_a_field_that_costs_work_is_asked_if_the_phrase_has_it() -> None:
    asked = []

    def name() -> str:
        asked.append("name")
        return "Ada"

    assert _phrases().say("time.today", time="12:00", name=name) == "today 12:00"
    assert not asked
    assert _phrases(Direction.RIGHT_TO_LEFT).say("plain", name=name) == "Hello \u2068Ada\u2069"
    assert asked == ["name"]


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "1 minute"),
        (1, "1 minute"),
        (60, "1 minute"),
        (61, "2 minutes"),
        (300, "5 minutes"),
        (90 * 60, "90 minutes"),
        (90 * 60 + 1, "2 hours"),
        (7_200.5, "3 hours"),
        (36 * HOUR, "36 hours"),
        (36 * HOUR + 1, "2 days"),
        (7 * 24 * HOUR, "7 days"),
    ],
)
def test_durations_are_rounded_up(seconds: float, said: str) -> None:
    assert say_duration(CATALOGUE.phrases("en"), seconds) == said


@given(st.floats(min_value=0, max_value=1e7))
def test_a_duration_never_promises_less_than_it_takes(seconds: float) -> None:
    number, unit = say_duration(CATALOGUE.phrases("en"), seconds).split()
    size = {"minute": 60, "hour": 3_600, "day": 86_400}[unit.rstrip("s")]
    assert int(number) * size >= seconds


@pytest.mark.parametrize(
    ("language", "hours", "said"),
    [
        ("en", 2, "today at 2:00 PM"),
        ("en", 12.5, "tomorrow at 12:30 AM"),
        ("en", 72, "Monday, November 23 at 12:00 PM"),
        ("de", 2, "heute um 14:00 Uhr"),
        ("de", 72, "Montag, 23. November, um 12:00 Uhr"),
        ("es", 21, "mañana a las 9:00"),
        ("es", 72, "el lunes, 23 de noviembre, a las 12:00"),
        ("fr", 72, "lundi 23 novembre à 12:00"),
        ("pt-BR", 72, "segunda-feira, 23 de novembro às 12:00"),
        ("ar", 2, "اليوم الساعة 2:00 م"),
        ("hi", 21, "कल 9:00 am"),
        ("zh-Hans", 72, "11月23日星期一 12:00"),
        ("ja", 2, "本日14:00"),
        ("sw", 72, "Jumatatu, 23 Novemba saa 12:00"),
    ],
)
def test_times_are_said_as_the_language_says_them(language: str, hours: float, said: str) -> None:
    phrases = CATALOGUE.phrases(language)
    assert say_time(phrases, NOON + hours * HOUR, NOON, MADRID, zone_known=True) == said


def test_quoted_letters_and_numbers_of_patterns() -> None:
    assert say_time(_phrases(), NOON, NOON, UTC, zone_known=True) == "today 11:00 o'clock"
    far = NOON + 30 * 24 * HOUR
    assert say_time(_phrases(), far, NOON, UTC, zone_known=True) == "20.12. 11:00 o'clock"


@pytest.mark.parametrize(
    ("zone", "said"),
    [
        (UTC, "today at 11:00 AM (UTC)"),
        (MADRID, "today at 12:00 PM (UTC+1)"),
        (timezone(timedelta(hours=5, minutes=30)), "today at 4:30 PM (UTC+5:30)"),
        (timezone(-timedelta(hours=3, minutes=30)), "today at 7:30 AM (UTC-3:30)"),
    ],
)
def test_an_unknown_zone_is_said(zone: tzinfo, said: str) -> None:
    assert say_time(CATALOGUE.phrases("en"), NOON, NOON, zone, zone_known=False) == said


def test_today_and_tomorrow_are_the_customers() -> None:
    late = datetime(2026, 11, 20, 23, 30, tzinfo=UTC).timestamp()
    tokyo = ZoneInfo("Asia/Tokyo")
    english = CATALOGUE.phrases("en")
    assert say_time(english, late + HOUR, late, UTC, zone_known=True).startswith("tomorrow")
    assert say_time(english, late + HOUR, late, tokyo, zone_known=True).startswith("today")


def test_a_moment_is_rounded_up_to_the_minute_that_is_said() -> None:
    assert say_time(CATALOGUE.phrases("en"), NOON + 1, NOON, MADRID, zone_known=True) == (
        "today at 12:01 PM"
    )


@given(
    st.sampled_from(LANGUAGES),
    st.floats(min_value=0, max_value=4e9),
    st.floats(min_value=-1e6, max_value=1e7),
    st.booleans(),
)
def test_every_time_can_be_said(language: str, now: float, later: float, known: bool) -> None:
    assert say_time(CATALOGUE.phrases(language), now + later, now, MADRID, zone_known=known)
