"""Reads the figures in a text, in any script: numbers, amounts, shares, spans of time, months.

Two texts say the same figure when their numbers agree under some way of writing numbers and their
units do not contradict each other: `1.500 €` and `EUR 1,500`, `٣٠ يومًا` and `30 days`.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Final

from handrail.domain.month_names import MONTHS
from handrail.domain.number_words import with_digits
from handrail.domain.reading import fold
from handrail.domain.units import CURRENCIES, lasts, stands_for, unit_of
from handrail.domain.weekday_names import WEEKDAYS

# ruff: noqa: RUF001 - letters and marks of other scripts are meant

_NUMBER: Final = re.compile(r"(?<!\d)\d+(?:[.,'’]\d+|[ _]\d{3}(?!\d))*")
_DATE: Final = re.compile(
    r"(?<!\d)(?:(\d{4})[-./](\d{1,2})[-./](\d{1,2})"
    r"|(\d{1,2})[-./](\d{1,2})[-./](\d{4}|\d{2}))(?!\d)"
)
_LONG: Final = re.compile(r"\+?\(?\d(?:[ \-./()]{0,2}\d){6,18}")
_RANGE: Final = re.compile(
    r"\s?(?:[-\u2010-\u2015~～]|to|and|or|bis|und|oder|a|y|o|u|à|et|ou|e|até|إلى|الى|و|أو|से|और|至|到|或"
    r"|から|か|hadi|au|na)\s?"
)
"""What stands between two numbers of one unit."""
_HALF_DAY: Final = re.compile(
    r"(?<!\d)(1[0-2]|0?[1-9])(?:[:.]([0-5]\d))?\s?([ap])\.?\s?m\b\.?", re.IGNORECASE
)
_FULL_HOUR: Final = re.compile(r"(?<=\d):00\b")
_SEPARATORS: Final = re.compile(r"[.,'’ _]")
_AFTER_CHARS: Final = 32
_BEFORE_CHARS: Final = 16

_CJK_DIGITS: Final = {c: n for n, c in enumerate("〇一二三四五六七八九")} | {
    "零": 0,
    "两": 2,
    "兩": 2,
}
_CJK_TENS: Final = {"十": 10, "百": 100, "千": 1_000}
_CJK_MYRIADS: Final = {"万": 10_000, "萬": 10_000, "億": 100_000_000, "亿": 100_000_000}
_MYRIADS: Final = _CJK_MYRIADS | {"만": 10_000, "억": 100_000_000}
_MYRIADS_OF: Final = re.compile(r"(?<![\d.,])(\d[\d,]*(?:\.\d+)?)\s?([만억万萬億亿])")
_FOR_EACH: Final = re.compile(
    r"[1一](?=[件回個人つ度](?:の[^、。\d]{0,10})?(?:につき|あたり|ごと))"
)
"""Says "each", and no number."""
_CJK_NUMERAL: Final = re.compile(r"[〇零一二两兩三四五六七八九十百千万萬億亿]+")
_CJK_IDIOM: Final = re.compile("万一|千万(?![元円])|十分(?![钟鐘間])|一一")
_CJK_COUNTED: Final = re.compile(r"\s?[天日月年个個小时時分周週元円欧歐%％期回次件笔倍岁歳]")
_CJK_PERCENT: Final = re.compile(r"百分之([〇零一二两三四五六七八九十百\d.]+)")

_SHORT_MONTHS: Final = "jan feb mar apr may jun jul aug sep oct nov dec"
_MONTHS_OF_A_YEAR: Final = 12
_DAY_CHARS_MORE: Final = 3
_DAY_CHARS_MIN: Final = 5
_FIRST_UNSPACED: Final = "\u0e00"
_SEVERAL: Final = 3


def _named(tables: Mapping[str, str]) -> Mapping[str, Mapping[str, int]]:
    """Return the number of each name, by language."""
    return {
        language: {
            form.replace("_", " "): place
            for place, forms in enumerate(names.split(), 1)
            for form in forms.split("|")
            if form != "-"
        }
        for language, names in tables.items()
    }


_MONTH_OF: Final = _named({**MONTHS, "": _SHORT_MONTHS})
_ANY_MONTH: Final = {
    name: month for months in _MONTH_OF.values() for name, month in months.items()
}
_ALSO_DAYS: Final = {
    "zh-Hans": "周一|星期一 周二|星期二 周三|星期三 周四|星期四 周五|星期五 周六|星期六 "
    "周日|星期日|星期天",
    "ja": "月曜 火曜 水曜 木曜 金曜 土曜 日曜",
}
_DAY_OF: Final = _named({**WEEKDAYS, **_ALSO_DAYS})


@dataclass(frozen=True, slots=True)
class Figure:
    """A number as it may be meant, and what it counts when that is said."""

    values: frozenset[Decimal]
    unit: str | None = None
    """`%`, a currency, a span of time, or None when the text does not say."""

    def stands_for(self, source: "Figure") -> bool:
        """Say whether a text may say this figure where its source says that one."""
        if self.values & source.values:
            return stands_for(self.unit, source.unit)
        lengths = {lasts(value, source.unit) for value in source.values} - {None}
        return any(lasts(value, self.unit) in lengths for value in self.values)


def figures(text: str, language: str | None = None) -> list[Figure]:
    """Return every figure of a text; its number words too when its language is known."""
    return list(_figures(text, language))


@lru_cache(maxsize=2048)
def _figures(text: str, language: str | None) -> tuple[Figure, ...]:
    plain = _times(with_digits(_plain(text), language))
    found = [
        Figure(frozenset({Decimal(part)}))
        for date in _DATE.finditer(plain)
        for part in date.groups()
        if part
    ]
    plain = _DATE.sub(lambda date: " " * len(date.group()), plain)
    numbers = list(_NUMBER.finditer(plain))
    units = [
        unit_of(
            plain[max(0, n.start() - _BEFORE_CHARS) : n.start()],
            plain[n.end() :][:_AFTER_CHARS],
            language,
        )
        for n in numbers
    ]
    for place in range(len(numbers) - 1):
        between = plain[numbers[place].end() : numbers[place + 1].start()]
        if _RANGE.fullmatch(between.casefold()):
            units[place] = units[place] or units[place + 1]
            units[place + 1] = units[place + 1] or units[place]
    found += (
        Figure(frozenset(_readings(number.group(), unit)), unit)
        for number, unit in zip(numbers, units, strict=True)
    )
    return tuple(found)


def stand_among(meant: Sequence[Figure], known: Sequence[Figure]) -> bool:
    """Say whether every figure that is meant stands for one that is known.

    Where several stand together, as times of opening do, none may be said more often than known.
    """
    if not all(any(figure.stands_for(source) for source in known) for figure in meant):
        return False
    return len(meant) < _SEVERAL or all(
        sum(figure.values == other.values for other in meant)
        <= sum(figure.stands_for(source) for source in known)
        for figure in meant
    )


def dates(text: str, language: str) -> set[str]:
    """Return the words of a text that name days or months, as they are written."""
    named = _DAY_OF.get(language, {})
    return {
        word
        for word in re.findall(r"[^\W\d_]+", text)
        if fold(word) in _ANY_MONTH
        or any(_is_day(name, fold(word)) or fold(word) in name.split() for name in named)
    }


def months(text: str) -> set[int]:
    """Return the months of the dates in a text: of a numeric date, whichever it may mean."""
    plain = _plain(text)
    english_march = re.sub(r"\b(?:may|march)\b", " ", plain)  # what is allowed, and who walks
    named = fold(english_march).split()
    found = {
        _ANY_MONTH[word]
        for place, word in enumerate(named)
        if word in _ANY_MONTH
        and any(w[:1].isdigit() for w in named[max(0, place - 2) : place + 3])
    }
    for date in _DATE.finditer(plain):
        parts = [int(part) for part in date.groups() if part]
        found |= {part for part in parts if 1 <= part <= _MONTHS_OF_A_YEAR}
    return found


def month_named(word: str, language: str) -> int | None:
    """Return the month that a word names in a language, None when it names none."""
    if word in {"may", "march"}:
        return None  # what is allowed, and who walks
    return _MONTH_OF.get(language, {}).get(fold(word).strip())


def weekdays(text: str, language: str) -> set[int]:
    """Return the days of the week that a text names, Monday being 1."""
    read = " ".join(fold(text).split())
    return {
        day
        for name, day in _DAY_OF.get(language, {}).items()
        if (_is_day(name, read) if name[0] < _FIRST_UNSPACED else name in read)
    }


def _is_day(name: str, read: str) -> bool:
    """Say whether a text has a day's name, maybe inflected: `montags`, `on Saturdays`."""
    if name not in read and name[:-1] not in read:
        return False
    if " " in name:
        return f" {name} " in f" {read} "
    begins = name[:-1] if len(name) > _DAY_CHARS_MIN or not name.isascii() else name
    return any(
        word.startswith(begins)
        and len(word) <= len(name) + _DAY_CHARS_MORE
        and word not in _ANY_MONTH
        for word in read.split()
    )


def long_numbers(text: str) -> set[str]:
    """Return phone-like numbers as their digits alone; dates are not among them."""
    plain = _DATE.sub(" ", _plain(text))
    return {_only_digits(run) for run in _LONG.findall(plain)}


def without_long_numbers(text: str) -> str:
    """Return the text without them, since their parts are no figures."""
    return _LONG.sub(lambda run: run.group() if _DATE.search(run.group()) else " ", _plain(text))


def _plain(text: str) -> str:
    """Return the text with all digits ASCII and Han numerals as digits."""
    normal = unicodedata.normalize("NFKC", text).translate({0x066B: ".", 0x066C: ",", 0x2044: " "})
    digits = "".join(
        str(unicodedata.decimal(c)) if c > "\x7f" and c.isdecimal() else c for c in normal
    )
    digits = _MYRIADS_OF.sub(_in_digits, digits)
    digits = _FOR_EACH.sub("", digits)
    shares = _CJK_PERCENT.sub(lambda share: f"{_han(share.group(1))}%", digits)
    return _CJK_NUMERAL.sub(lambda numeral: _han_in(shares, numeral), shares)


def _in_digits(number: re.Match[str]) -> str:
    """Return 10万 or 1.5억 with all its zeros."""
    value = Decimal(number.group(1).replace(",", "")) * _MYRIADS[number.group(2)]
    return f"{value.normalize():f}"


def _times(text: str) -> str:
    """Return the text with its times of day as they are said in 24 hours, full ones as hours."""
    return _FULL_HOUR.sub(" ", _HALF_DAY.sub(_in_24_hours, text))


def _in_24_hours(time: re.Match[str]) -> str:
    hour, minutes, half = int(time.group(1)), time.group(2), time.group(3).casefold()
    return f"{hour % 12 + (12 if half == 'p' else 0)}:{minutes or '00'}"


def _han_in(text: str, numeral: re.Match[str]) -> str:
    """Return a Han numeral's digits where it counts something; elsewhere it is a mere word."""
    word = numeral.group()
    idiom = _CJK_IDIOM.match(text, numeral.start())
    if idiom and idiom.end() >= numeral.end():
        return word
    counts = _CJK_COUNTED.match(text, numeral.end()) is not None
    return f" {_han(word)} " if counts or len(word) > 1 else word


def _han(numeral: str) -> str:
    if not _CJK_NUMERAL.fullmatch(numeral):
        return numeral
    if all(character in _CJK_DIGITS for character in numeral):
        return "".join(str(_CJK_DIGITS[character]) for character in numeral)
    total = section = digit = 0
    for character in numeral:
        if character in _CJK_DIGITS:
            digit = _CJK_DIGITS[character]
        elif character in _CJK_TENS:
            section += (digit or 1) * _CJK_TENS[character]
            digit = 0
        else:
            total += (section + digit or 1) * _CJK_MYRIADS[character]
            section = digit = 0
    return str(total + section + digit)


def _readings(number: str, unit: str | None) -> Iterator[Decimal]:
    """Yield what a number may mean where nobody says which mark is the decimal one."""
    parts = _SEPARATORS.split(number)
    if len(parts) == 1:
        yield Decimal(number)
        return
    marks = _SEPARATORS.findall(number)
    grouped = all(len(part) in {2, 3} for part in parts[1:-1]) and len(parts[-1]) == 3  # noqa: PLR2004 - thousands, and India's pairs
    if grouped and len(set(marks)) == 1:
        yield Decimal("".join(parts))
        if unit in CURRENCIES:
            return  # no price has three decimals
    if marks[-1] in ".,٫" and marks.count(marks[-1]) == 1:
        yield Decimal("".join(parts[:-1]) + "." + parts[-1])
    elif not grouped:
        # Neither an amount nor a decimal: a version, an address. Nothing but itself agrees.
        yield Decimal("".join(parts) or "0").scaleb(-30)


def _only_digits(text: str) -> str:
    return "".join(character for character in text if character.isdigit())
