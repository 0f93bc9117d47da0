"""Handrail's own words in one language. Loading them is an adapter's work; choosing is not."""

import math
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from enum import StrEnum

_ISOLATE = "\u2068"
_POP_ISOLATE = "\u2069"
_STRONG = {"L": "ltr", "R": "rtl", "AL": "rtl"}

_MINUTE_SECONDS = 60
_HOUR_SECONDS = 3_600
_DAY_SECONDS = 86_400
MINUTES_SAID_MAX = 90
"""Up to here a duration is said in minutes; beyond, in hours."""
HOURS_SAID_MAX = 36
"""Up to here a duration is said in hours; beyond, in days."""

PARAGRAPH = "\n\n"
COMPOSED = {
    f"requested.{topic}": (f"sensitive.{topic}", "requested.sensitive")
    for topic in ("emergency", "fraud", "bereavement", "legal", "vulnerability")
}
"""What is said in the words of several phrases: what the topic calls for, and that a person is
asked."""

_DATE_FIELD = re.compile(r"'((?:[^']|'')*)'|(E+|c+|M+|L+|d+|H+|h+|m+|a+|B+)|(.)", re.DOTALL)


class Direction(StrEnum):
    """Which way a language is written."""

    LEFT_TO_RIGHT = "ltr"
    RIGHT_TO_LEFT = "rtl"


@dataclass(frozen=True, slots=True, eq=False)
class Phrases:
    """Every phrase of one language, ready to be filled in.

    `texts` maps a phrase id to its text with `{name}` fields, or, for a phrase that counts, to a
    text per CLDR plural category, chosen by its `count` field. `plural` is the language's CLDR
    cardinal rule for whole numbers.
    """

    language: str
    name: str
    english_name: str
    direction: Direction
    texts: Mapping[str, str | Mapping[str, str]]
    plural: Callable[[int], str]
    units: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """`minute`, `hour`, `day` -> CLDR plural category -> pattern with `{0}`."""
    times: Mapping[str, str] = field(default_factory=dict)
    """`time` and `date`: CLDR patterns; `am`, `pm`, `weekday.0` (Monday) to `weekday.6`,
    `month.1` to `month.12`: what stands in them."""
    digits: str = "0123456789"

    def say(self, phrase: str, **fields: object) -> str:
        """Fill in a phrase.

        Whole numbers are written in the language's digits. A value written the other way (a Latin
        name in an Arabic sentence) is isolated, so that it cannot disturb the words around it. A
        field that costs work to say may be a function without arguments: it is asked if the
        phrase has the field.

        Raises:
            KeyError: no such phrase, or a field it needs is missing.

        """
        if phrase in COMPOSED:
            return PARAGRAPH.join(self.say(part, **fields) for part in COMPOSED[phrase])
        text = self.texts[phrase]
        if not isinstance(text, str):
            count = fields["count"]
            if not isinstance(count, int):
                raise KeyError(phrase)
            category = self.plural(count)
            text = text[category] if category in text else text["other"]
        if "{" not in text:
            return text
        return text.format_map(_Fields(self, fields))

    def write(self, value: object) -> str:
        """Write one field's value, isolated if it is written the other way."""
        if callable(value):
            value = value()
        if isinstance(value, int):
            return self.number(value)
        text = str(value)
        if self.direction is Direction.LEFT_TO_RIGHT and text.isascii():
            return text
        strange = any(
            _STRONG.get(unicodedata.bidirectional(letter), self.direction) != self.direction
            for letter in text
        )
        return f"{_ISOLATE}{text}{_POP_ISOLATE}" if strange else text

    def number(self, number: int, width: int = 1) -> str:
        """Write a whole number in the language's digits, with zeros in front up to `width`."""
        plain = f"{number:0{width}d}"
        if self.digits.isascii():
            return plain
        return plain.translate(
            {ord("0") + value: digit for value, digit in enumerate(self.digits)}
        )


@dataclass(frozen=True, slots=True, eq=False)
class _Fields:
    """The fields of a phrase, each written when the phrase asks for it."""

    phrases: Phrases
    values: Mapping[str, object]

    def __getitem__(self, name: str) -> str:
        return self.phrases.write(self.values[name])


def say_duration(phrases: Phrases, seconds: float) -> str:
    """Say how long something takes at most: "5 minutes", "2 hours", "3 days".

    Rounded up, never down: what is said must hold.
    """
    minutes = max(1, math.ceil(seconds / _MINUTE_SECONDS))
    unit, number = "minute", minutes
    if minutes > HOURS_SAID_MAX * 60:
        unit, number = "day", math.ceil(seconds / _DAY_SECONDS)
    elif minutes > MINUTES_SAID_MAX:
        unit, number = "hour", math.ceil(seconds / _HOUR_SECONDS)
    patterns = phrases.units[unit]
    category = phrases.plural(number)
    pattern = patterns[category] if category in patterns else patterns["other"]
    return pattern.replace("{0}", phrases.number(number))


def say_time(
    phrases: Phrases, moment: float, now: float, zone: tzinfo, *, zone_known: bool
) -> str:
    """Say when something happens, in the customer's zone: "today at 14:05", "Monday 23 November".

    `moment` and `now` are in seconds since the epoch. Where the customer's zone is not known,
    `zone` is the company's, and its distance from UTC is said too.
    """
    # Whole minutes, rounded up: a promise must not be over before it is read.
    then = datetime.fromtimestamp(math.ceil(moment / _MINUTE_SECONDS) * _MINUTE_SECONDS, zone)
    today = datetime.fromtimestamp(now, zone).date()
    clock = _format(phrases, phrases.times["time"], then)
    if then.date() == today:
        said = phrases.say("time.today", time=clock)
    elif then.date() == today + timedelta(days=1):
        said = phrases.say("time.tomorrow", time=clock)
    else:
        date = _format(phrases, phrases.times["date"], then)
        said = phrases.say("time.date", date=date, time=clock)
    return said if zone_known else phrases.say("time.zone", time=said, zone=_utc_offset(then))


def _utc_offset(moment: datetime) -> str:
    """Return `UTC+1`, `UTC-3:30`: understood everywhere, as abbreviations are not."""
    minutes = round((moment.utcoffset() or timedelta()).total_seconds() / _MINUTE_SECONDS)
    if not minutes:
        return "UTC"
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'+' if minutes > 0 else '-'}{hours}{f':{rest:02d}' if rest else ''}"


def _format(phrases: Phrases, pattern: str, moment: datetime) -> str:
    """Fill in a CLDR date or time pattern: the few letters that catalogues use."""
    said: list[str] = []
    for quoted, letters, other in _DATE_FIELD.findall(pattern):
        match letters[:1]:
            case "":
                said.append(other or quoted.replace("''", "'") or "'")
            case "E" | "c":
                said.append(phrases.times[f"weekday.{moment.weekday()}"])
            case "M" | "L" if len(letters) > 2:  # noqa: PLR2004 - three letters mean a name
                said.append(phrases.times[f"month.{moment.month}"])
            case "M" | "L":
                said.append(phrases.number(moment.month, len(letters)))
            case "d":
                said.append(phrases.number(moment.day, len(letters)))
            case "H":
                said.append(phrases.number(moment.hour, len(letters)))
            case "h":
                said.append(phrases.number(moment.hour % 12 or 12, len(letters)))
            case "m":
                said.append(phrases.number(moment.minute, len(letters)))
            case _:
                said.append(phrases.times["am" if moment.hour < 12 else "pm"])  # noqa: PLR2004
    return "".join(said)
