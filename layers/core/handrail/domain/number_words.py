"""Reads numbers that are written as words, so that `seven days` is checked as `7 days` is."""

import re
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from typing import Final

from handrail.domain.number_names import UNSPACED, VALUES, WORDS
from handrail.domain.reading import fold
from handrail.domain.unit_names import UNITS

# ruff: noqa: RUF001 - letters and marks of other scripts are meant

_TWENTIES: Final = (20, 30, 40, 50, 60, 90)
_ONES: Final = (2, 3, 4, 5, 6, 7, 8, 9)
_COMPOUNDS: Final = {
    "de": "{one}und{ten}",
    "nl": "{one}en{ten}",
    "da": "{one}og{ten}",
    "sl": "{one}in{ten}",
    "it": "{ten}{one}",
    "fi": "{ten}{one}",
    "et": "{ten}{one}",
    "hu": "{ten}{one}",
}
"""Languages that write twenty-four as one word. What stands for one of them is exact enough: an
Italian or Hungarian vowel that drops or changes is put below."""
_ALSO: Final[dict[str, dict[str, int]]] = {
    "en": {"twice": 2, "thrice": 3, "dozen": 12},
    "it": {"ventiquattro": 24, "quarantotto": 48, "ventuno": 21},
    "hu": {"huszonnegy": 24, "huszonket": 22, "negyvennyolc": 48},
    "da": {"otteogfyrre": 48},
    "de": {"achtundvierzig": 48},
    "ru": {"дважды": 2, "трижды": 3},
    "uk": {"двічі": 2, "тричі": 3},
    "pl": {"dwukrotnie": 2, "trzykrotnie": 3},
    "fr": {"quinzaine": 15},
    "ar": {"يومين": 2, "يومان": 2, "شهرين": 2, "اسبوعين": 2, "ساعتين": 2, "مرتين": 2, "سنتين": 2},
    "he": {"יומיים": 2, "שבועיים": 2, "חודשיים": 2, "שעתיים": 2, "שנתיים": 2, "פעמיים": 2},
}
"""What says a number in another way, duals among them; a dual is the unit too, and is kept."""
_TIMES: Final = {
    "de": ("mal",),
    "nl": ("maal",),
    "cs": ("krat",),
    "sk": ("krat",),
    "hu": ("szor", "szer"),
}
"""What makes "three times" of "three", written onto it."""
_HALVES: Final = {
    "af": "halwe|half",
    "ar": "نصف",
    "az": "yarım",
    "be": "паў",
    "bg": "половин",
    "bn": "আধ|আধা",
    "bs": "pola",
    "ca": "mitja|mig",
    "cs": "půl",
    "da": "en halv|et halvt|halv",
    "de": "eine halbe|einer halben|ein halbes|einem halben|halbe|halben|halbes|halb",
    "el": "μισή|μισής|μισό",
    "en": "half(?:[ -]an?)?",
    "es": "media|medio",
    "et": "pool|poole",
    "fa": "نیم",
    "fi": "puoli|puolen",
    "fr": "une demi|un demi|demi",
    "gl": "media|medio",
    "gu": "અડધો|અડધા",
    "he": "חצי",
    "hi": "आधे|आधा",
    "hr": "pola",
    "hu": "fél",
    "id": "setengah",
    "is": "hálfa|hálft|hálftíma",
    "it": "mezza|mezz|mezzo",
    "ja": "半",
    "ko": "반",
    "lt": "pus",
    "lv": "pus",
    "mk": "половина",
    "mr": "अर्धा|अर्ध्या",
    "ms": "setengah",
    "nb": "en halv|et halvt|halv",
    "nl": "een half|half|halve",
    "pl": "pół",
    "pt": "meia|meio",
    "ro": "jumătate de|o jumătate de",
    "ru": "пол",
    "sk": "pol",
    "sl": "pol",
    "sq": "gjysmë",
    "sr": "пола|pola",
    "sv": "en halv|ett halvt|halv",
    "sw": "nusu",
    "ta": "அரை",
    "te": "అర",
    "th": "ครึ่ง",
    "tr": "yarım",
    "uk": "пів",
    "ur": "آدھا|آدھے",
    "vi": "nửa",
    "zh": "半个|半個|半",
}
_LEAST_TENS: Final = 20
_TENS: Final = 10
_JOINS: Final = {
    "en": "-",
    "es": "y",
    "ca": "i",
    "gl": "e",
    "fr": "et",
    "pt": "e",
    "it": "e",
    "ro": "si",
    "bg": "и",
    "mk": "и",
    "sr": "и",
    "hr": "i",
    "bs": "i",
    "is": "og",
    "sq": "e",
    "fa": "و",
    "ar": "و",
    "sw": "na",
}
_WIDE: Final = "\u2e80"
_COUNTED: Final = {
    "th": "ครั้ง|หลัก|ยูโร|บาท|ดอลลาร์|รหัส|ชิ้น|คน|งวด|ตัว|เครื่อง",
    "lo": "ຄັ້ງ|ຕົວ|ຄົນ|ກີບ",
    "km": "ដង|ខ្ទង់|នាក់|រៀល",
    "my": "ကြိမ်|လုံး|ဦး|ကျပ်",
}
"""What is counted beside spans of time, in scripts without spaces."""
_LETTER: Final = r"[^\W\d_]"
_WORD: Final = re.compile(rf"(?:{_LETTER}|[\u0900-\u0dff]|(?<=[а-яі])['’ʼ](?=[яюєї]))+")


@lru_cache(maxsize=2048)
def with_digits(text: str, language: str | None) -> str:
    """Return a text with its number words as digits, as far as the language's are known."""
    if language is None:
        return text
    base = base_of(language)
    if base in _HALVES:
        text = _half(base).sub("0.5 ", text)
    if base in UNSPACED:
        found, forms = _unspaced(base)
        return found.sub(lambda word: f" {forms[word.group(1)]} ", text)
    if base not in WORDS:
        return text
    return _joined(text, base)


def base_of(language: str) -> str:
    """Return a language without its script and region."""
    return language.partition("-")[0].casefold()


def unit_forms(language: str) -> Iterator[tuple[int, str, bool]]:
    """Yield a language's words for spans of time: which span, the word, if it stands before."""
    tags = [language] if language in UNITS else []
    tags = tags or [tag for tag in UNITS if base_of(tag) == base_of(language)]
    for tag in tags:
        for place, forms in enumerate(UNITS[tag].split()):
            for form in forms.split("|"):
                if form != "-":
                    yield place, form.lstrip("<").replace("_", " "), form.startswith("<")


@lru_cache(maxsize=16384)
def _key(word: str, language: str = "") -> str:
    """Return a word as it is looked up; in Vietnamese, accents make the number."""
    return word.casefold() if language == "vi" else "".join(fold(word).split())


@cache
def _table(language: str) -> dict[str, int]:
    """Return a language's words; worked out when it is first met, since there are many."""
    forms: dict[str, int] = {}
    by_value: dict[int, list[str]] = {}
    for value, word in zip(VALUES, WORDS[language].split(), strict=True):
        own = [_key(form, language) for form in word.split("|") if form != "-"]
        by_value[value] = own
        forms |= dict.fromkeys(own, value)
    for ending in _TIMES.get(language, ()):
        forms |= {word + ending: value for word, value in forms.items() if value <= _TENS}
    compound = _COMPOUNDS.get(language)
    if compound is not None:
        forms |= {
            compound.format(one=one, ten=ten): tens + ones
            for tens in _TWENTIES
            for ones in _ONES
            for ten in by_value[tens]
            for one in by_value[ones]
        }
    return forms | _ALSO.get(language, {})


_DUALS: Final = frozenset(_ALSO["ar"]) | frozenset(_ALSO["he"]) - {"פעמיים"}


@cache
def _half(language: str) -> re.Pattern[str]:
    """Return what finds "half" before a span of time, or written onto one."""
    words = _HALVES[language]
    if language in {"zh", "ja"}:
        return re.compile(rf"(?:{words})(?=[小天年月时時日])")
    begins = {form[: max(1, len(form) - 1)] for _, form, _ in unit_forms(language)}
    units = "|".join(sorted((re.escape(form) for form in begins), key=len, reverse=True))
    accents = _with_accents(units)
    edge = "" if language in UNSPACED else r"(?<![^\W_])"
    return re.compile(rf"{edge}(?:{words})[\s\u2010-]*(?={accents})", re.IGNORECASE)


def _with_accents(folded: str) -> str:
    """Return a pattern of folded words that meets them as they are written, accents and all."""
    written = {"a": "aáàâäåã", "e": "eéèêëē", "i": "iíìîï", "o": "oóòôöő", "u": "uúùûüű"}
    written |= {"n": "nñ", "c": "cçć", "s": "sšș", "z": "zžż", "y": "yý", "ω": "ωώ", "ε": "εέ"}
    written |= {"η": "ηή", "и": "ий", "е": "её", "ا": "اأإ", "ι": "ιί", "ο": "οό", "υ": "υύ"}
    return "".join(f"[{written[one]}]" if one in written else one for one in folded)


@cache
def _unspaced(language: str) -> tuple[re.Pattern[str], Mapping[str, int]]:
    forms = {
        form: value
        for value, word in zip(VALUES, UNSPACED[language].split(), strict=True)
        for form in word.split("|")
        if form != "-"
    }
    counted = [re.escape(form) for _, form, _ in unit_forms(language)]
    follows = "|".join((*counted, _COUNTED[language]))
    longest = "|".join(sorted(forms, key=len, reverse=True))
    return re.compile(rf"({longest})(?=\s?(?:{follows}))"), forms


def _joined(text: str, language: str) -> str:
    """Put digits for words; `forty-two` and `cuarenta y dos` become one number."""
    table, join = _table(language), _JOINS.get(language)
    parts: list[str] = []
    end = 0
    number: int | None = None
    glued = False
    for word in _WORD.finditer(text):
        key = _key(word.group(), language)
        value = table.get(key)
        between = text[end : word.start()]
        if value is None and join == "و":
            value, glued = _with_and(word.group(), table, number)
        if value is None:
            if number is not None and between.strip() == "" and key == join:
                continue  # may join two parts of a number; what follows decides
            parts.append(_said(number) + between + word.group())
            number = None
        elif key in _DUALS:
            parts.append(f"{_said(number)}{between}{value} {word.group()}")
            number = None
        elif number is not None and (glued or _grows(number, value, between, join)):
            number += value
            glued = False
        else:
            parts.append(_said(number) + between)
            number = value
        end = word.end()
    return "".join(parts) + _said(number) + text[end:]


def _with_and(word: str, table: Mapping[str, int], number: int | None) -> tuple[int | None, bool]:
    """Return a number with Arabic's `and` written onto it, and if it goes on the one before.

    The tens do, which are said after the ones.
    """
    value = table.get(_key(word[1:])) if word.startswith("و") else None
    return value, bool(value and value >= _LEAST_TENS and number and number < _TENS)


def _grows(number: int, value: int, between: str, join: str | None) -> bool:
    joined = between.strip().strip("-\u2010")
    return (
        number >= _LEAST_TENS
        and number % _TENS == 0
        and value < _TENS
        and joined in {"", join or ""}
        and "," not in between
    )


def _said(number: int | None) -> str:
    return "" if number is None else str(number)
