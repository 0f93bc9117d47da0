"""What a number counts: money, a share, or a span of time, as languages say it.

A currency is told by its sign, its code or its name; a span of time by the words of the text's
language, or by those of the languages most answers are in where that is not known.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Final

from handrail.domain.number_words import base_of, unit_forms
from handrail.domain.reading import fold
from handrail.domain.unit_names import UNITS

# ruff: noqa: RUF001 - letters and marks of other scripts are meant

SHARE: Final = "%"
SPANS: Final = ("second", "minute", "hour", "day", "week", "month", "year")
_LENGTHS: Final = {
    "second": ("clock", 1),
    "minute": ("clock", 60),
    "hour": ("clock", 3_600),
    "day": ("clock", 86_400),
    "week": ("clock", 604_800),
    "month": ("calendar", 1),
    "year": ("calendar", 12),
}
"""Spans that are so many of another: half an hour is 30 minutes, but a month is no 30 days."""

_SHARE_AFTER: Final = re.compile(
    r"\s?(?:[%٪﹪]|per ?cent|prozent|por ?cien|por cento|per cento|pour ?cent|procent|prosent"
    r"|prosenttia|százalék|procen|проц|відсот|на сто|τοις εκατό|yüzde|persen|phần trăm|اعشار"
    r"|بالم|في الم|درصد|אחוז|प्रतिशत|फ़ीसदी|फीसदी|শতাংশ|சதவீத|శాతం|เปอร์เซ็นต์|퍼센트|프로(?!그)"
    r"|パーセント|百分|ភាគរយ|ເປີເຊັນ|ရာခိုင်)",
    re.IGNORECASE,
)
_SHARE_BEFORE: Final = re.compile(r"(?:%|asilimia|yüzde|ရာခိုင်နှုန်း)\s?$", re.IGNORECASE)

_CURRENCIES: Final = {
    "EUR": "€|eur|euros?|euroa|eurot?|eur[oó][vw]?|eurode|euró|eura|evro|evra|avro|ewro|iyuro"
    "|yuro|yuroo|євро|евро|еўра|еура|ευρώ|ευρω|ევრო|եվրո|يورو|یورو|اليورو|यूरो|युरो|ইউরো|ਯੂਰੋ"
    "|યુરો|யூரோ\\w*|యూరో\\w*|ಯೂರೋ|ಯುರೋ\\w*|യൂറോ|යුරෝ|ยูโร|ເອີໂຣ|ເອີຣ໌|អឺរ៉ូ|យូរ៉ូ|ယူရို|אירו|יורו"
    "|ዩሮ|欧元|歐元|ユーロ|유로",
    "GBP": "£|gbp|pounds?|livres? sterling|libras?|фунт\\w*|英镑|英鎊|ポンド|파운드|sterline",
    "USD": r"us\$|usd|us dollars?|dólares estadounidenses|美元|米ドル|미국 달러",
    "JPY": "jpy|yens?|円|日元|日圓|엔",
    "CNY": "cny|rmb|yuan|人民币|人民幣|юан\\w*",
    "INR": "₹|inr|rs|rupees?|रुपये|रुपए|रु|টাকা ভারতীয়|ரூபாய்|రూపాయ\\w*|ರೂಪಾಯಿ|രൂപ|રૂપિયા|ਰੁਪਏ",
    "BRL": r"r\$|brl|reais|real",
    "KES": "kes|ksh|shilingi|shillings?",
    "CHF": "chf|franken|francs? suisses?|franchi",
    "RUB": "₽|rub|руб\\w*|roubles?|rubles?|rubli",
    "UAH": "₴|uah|гривень|гривня|гривні|гривен\\w*|грн",
    "PLN": "zł|pln|złot\\w*",
    "CZK": "kč|czk|korun\\w*",
    "SEK": "sek|dkk|nok|kronor|kroner|kr|krónur",
    "HUF": "huf|ft|forint\\w*",
    "RON": "ron|lei|leu",
    "BGN": "bgn|лв|лева",
    "TRY": "₺|try|tl|lira|liras[ıi]",
    "KRW": "₩|krw|원|won",
    "THB": "฿|thb|บาท|baht",
    "VND": "₫|vnd|đồng|dong",
    "IDR": "idr|rp|rupiah",
    "ILS": "₪|ils|שקל|שקלים|ש״ח|שח",
    "AED": "aed|درهم|دراهم",
    "SAR": "sar|ريال|ریال",
    "ZAR": "zar|rand",
    "$": r"\$|dollars?|dollari|dólar(?:es)?|dolari?|dolár\w*|доллар\w*|долар\w*|δολάρι\w*|دولار"
    "|ڈالر|דולר|डॉलर|ডলার|டாலர்|డాలర్\\w*|ดอลลาร์|đô la|달러|ドル|美金",
    "¥": "[¥￥]|元",
}
_MEANINGS: Final = {"$": ("USD",), "¥": ("CNY", "JPY")}
"""Signs that several currencies share agree with each of them."""
CURRENCIES: Final = frozenset(_CURRENCIES)

_FIRST_UNSPACED: Final = "\u0e00"
_WIDE_SCRIPTS: Final = "\u2e80"
_WIDE_WITHIN_CHARS: Final = 4
_ABUGIDAS_WITHIN_CHARS: Final = 24
_INFLECTED_UNTIL: Final = "\u0530"
"""Latin, Greek and Cyrillic: a short word there is met whole, or it would begin many others."""
_SHORT: Final = 3
_WITHIN_WORDS: Final = 2
_ARABIC_PARTICLES: Final = re.compile("^[وف]?(?:ال|بال|لل|ب|ل)(?=\\w{3})")
_ENDINGS_CHARS_MIN: Final = 3
_COMPOUNDING: Final = frozenset({"de", "nl", "sv", "da", "nb", "fi", "af", "is", "hu", "et"})
"""Here a span of time may end a longer word: `Werktage`, `arbeidsdager`."""
_COMMON: Final = ("en", "de", "es", "fr", "pt-BR", "it", "ar", "hi", "sw", "zh-Hans", "ja", "ko")


def stands_for(unit: str | None, source: str | None) -> bool:
    """Say whether a number of one unit may stand for the same number of another.

    Money and shares must be money and shares in the source too; of a span of time the source may
    have left the unit out, or said it in words that are not known here.
    """
    if unit is None or unit == source:
        return True
    if source is None:
        return unit in _LENGTHS
    return unit in _MEANINGS.get(source, ()) or source in _MEANINGS.get(unit, ())


def lasts(value: Decimal, unit: str | None) -> tuple[str, Decimal] | None:
    """Return how long a span of time is, in what its kind is counted in; None of anything else."""
    length = _LENGTHS.get(unit or "")
    return (length[0], value * length[1]) if length else None


def unit_of(before: str, after: str, language: str | None) -> str | None:
    """Return what a number between two pieces of text counts, or None when they do not say."""
    if _SHARE_AFTER.match(after) or _SHARE_BEFORE.search(before):
        return SHARE
    for code, (first, last) in _currencies().items():
        if last.match(after) or first.search(before):
            return code
    return _time_before(before, language) or _time_after(after, language)


def bare_spans(text: str, language: str | None) -> set[str]:
    """Return the spans of time that a text names."""
    forms = _forms(language)
    words = fold(text).split()
    return {unit for word in words if (unit := _span(word, forms))} | {
        unit for form, unit in forms.wide.items() if len(form) > 1 and form in text
    }


@dataclass(frozen=True, slots=True)
class _Forms:
    """The words for spans of time of a language."""

    exact: Mapping[str, str]
    begins: Mapping[str, str]
    first: Mapping[str, str]
    """Those that stand before their number."""
    wide: Mapping[str, str]
    """Those of scripts without spaces."""
    ends: bool


def _forms(language: str | None) -> _Forms:
    known = language is not None and base_of(language) in _BASES
    return _forms_of((language,) if known and language else _COMMON)


@cache
def _forms_of(languages: Iterable[str]) -> _Forms:
    exact: dict[str, str] = {}
    begins: dict[str, str] = {}
    first: dict[str, str] = {}
    wide: dict[str, str] = {}
    for language in languages:
        for place, form, is_before in unit_forms(language):
            unit = SPANS[place]
            if is_before:
                first[form] = unit
            if form[0] >= _FIRST_UNSPACED and not "\uac00" <= form[0] <= "\ud7af":
                wide[form] = unit
            elif len(form) <= _SHORT and form[0] < _INFLECTED_UNTIL:
                exact[form] = unit
            else:
                begins[form] = unit
    ends = all(base_of(language) in _COMPOUNDING for language in languages)
    longest = dict(sorted(wide.items(), key=lambda item: -len(item[0])))
    return _Forms(exact, begins, first, longest, ends)


def _span(word: str, forms: _Forms) -> str | None:
    """Return the span of time that a word names, maybe inflected or at the end of a compound."""
    word = _ARABIC_PARTICLES.sub("", word)
    if word in forms.exact:
        return forms.exact[word]
    for chars in range(len(word), 0, -1):
        if (unit := forms.begins.get(word[:chars])) is not None:
            return unit
    if forms.ends:
        for form, unit in (*forms.begins.items(), *forms.exact.items()):
            if len(form) >= _ENDINGS_CHARS_MIN and form in word[-len(form) - 2 :]:
                return unit
    return None


def _time_before(before: str, language: str | None) -> str | None:
    forms = _forms(language)
    said = fold(before).split()
    if not said:
        return None
    return next((unit for form, unit in forms.first.items() if said[-1].startswith(form)), None)


def _time_after(after: str, language: str | None) -> str | None:
    """Return the span of time counted: its word may stand behind one that qualifies it."""
    forms = _forms(language)
    closed = fold(re.split(r"[.;:!?。！？\n\d]", after.lstrip(), maxsplit=1)[0])
    near = closed.lstrip()[
        : _WIDE_WITHIN_CHARS + 3 if closed[:1] >= _WIDE_SCRIPTS else _ABUGIDAS_WITHIN_CHARS
    ]
    places = [(near.find(form), unit) for form, unit in forms.wide.items() if form in near]
    if places:
        return min(places, key=lambda found: found[0])[1]
    said = closed.split()[:_WITHIN_WORDS]
    of_two = forms.begins.get(" ".join(said[:2]))
    if of_two is not None:
        return of_two
    for word in said:
        if unit := _span(word, forms):
            return unit
    return None


_BASES: Final = frozenset(base_of(tag) for tag in UNITS)


@cache
def _currencies() -> Mapping[str, tuple[re.Pattern[str], re.Pattern[str]]]:
    """Return, for each currency, what finds it before a number and after one."""
    return {
        code: (
            re.compile(rf"(?<![^\W\d_])(?:{words})[\s.]?$", re.IGNORECASE),
            re.compile(
                rf"\s?(?:(?:{words})(?![^\W\d_\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff"
                rf"\u2e80-\uffff])|(?:{_wide(words)}))",
                re.IGNORECASE,
            ),
        )
        for code, words in _CURRENCIES.items()
    }


def _wide(words: str) -> str:
    """Return those of scripts in which no space ends them, or a particle follows."""
    return "|".join(word for word in words.split("|") if word[-1] >= _FIRST_UNSPACED) or "(?!)"
