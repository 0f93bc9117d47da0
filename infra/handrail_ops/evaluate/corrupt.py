"""Makes false answers out of true ones, each in one way that would mislead a customer.

What passes the grounding check after this is what the check does not see. Every choice is drawn
from the answer's own words, so that the same set gives the same figures.
"""

import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from handrail.domain.figures import figures
from handrail.domain.number_words import with_digits
from handrail.domain.support import names

# ruff: noqa: RUF001 - letters and marks of other scripts are meant

_NUMBER: Final = re.compile(r"(?<![\d.,:])\d+(?:[.,]\d+)*(?![\d:])")
_MONEY: Final = re.compile(r"[€$£¥₹]|eur|euro|يورو|यूरो|欧元|ユーロ|usd|dollar", re.IGNORECASE)
_MONEY_NEAR_CHARS: Final = 8
_YEAR: Final = re.compile(r"(?<!\d)(?:1[0-9]|20)\d\d(?!\d)")
_TIME: Final = re.compile(r"(?<!\d)(\d{1,2})(:[0-5]\d)(?!\d)")
_LINKED: Final = re.compile(r"https?://\S+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_LINK_ADDED: Final = " (https://{}.example.net/help)"
_YEARS_MAX: Final = 2099

_DAYS: Final = {
    "en": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
    "de": "Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag",
    "es": "lunes martes miércoles jueves viernes sábado domingo",
    "fr": "lundi mardi mercredi jeudi vendredi samedi dimanche",
    "pt": "segunda terça quarta quinta sexta sábado domingo",
}
_MONTHS: Final = {
    "en": "January February March April June July August September October November December",
    "de": "Januar Februar März April Juni Juli August September Oktober November Dezember",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre",
    "fr": "janvier février mars avril juin juillet août septembre octobre novembre décembre",
    "ro": "ianuarie februarie martie aprilie iunie iulie august septembrie octombrie noiembrie",
    "tr": "Ocak Şubat Mart Nisan Mayıs Haziran Temmuz Ağustos Eylül Ekim Kasım Aralık",
    "ru": "января февраля марта апреля июня июля августа сентября октября ноября декабря",
    "el": "Ιανουαρίου Φεβρουαρίου Μαρτίου Απριλίου Ιουνίου Ιουλίου Αυγούστου Σεπτεμβρίου",
    "ar": "يناير فبراير مارس أبريل يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر",
    "hi": "जनवरी फरवरी मार्च अप्रैल जून जुलाई अगस्त सितंबर अक्टूबर नवंबर दिसंबर",
}
_NEGATIONS: Final[Mapping[str, Sequence[tuple[str, str]]]] = {
    "en": (
        (r"\bcannot\b|\bcan't\b", "can"),
        (r"\b(?:don't|doesn't) ", ""),
        (r"\baren't\b", "are"),
        (r"\bisn't\b", "is"),
        (r"\bnever ", ""),
        (r"\b(is|are|was|were|can|will|must|may|should) (?!not\b)", r"\1 not "),
        (r"\bno (?=\w)", ""),
    ),
    "de": (
        (r"\bnicht ", ""),
        (r"\bkeine?n? ", ""),
        (r"\b(?:nie|niemals) ", ""),
        (r"\b(ist|sind|wird|werden|kann|können|dürfen|müssen) ", r"\1 nicht "),
    ),
    "es": (
        (r"\b(?:no|nunca) (?=\w)", ""),
        (r"\b(es|son|puede|pueden|tiene|está|están|fue|era) ", r"no \1 "),
        (r"\bsin ", "con "),
    ),
    "fr": (
        (r"\b(?:ne |n')(\w+) (?:pas|jamais|plus) ", r"\1 "),
        (r"\b(est|sont|peut|peuvent|pouvez|doivent|reste) ", r"n'\1 pas "),
    ),
    "pt": (
        (r"\b(?:não|nunca) (?=\w)", ""),
        (r"\b(é|são|pode|podem|precisa|precisam|tem|chega) ", r"não \1 "),
    ),
    "it": ((r"\bnon ", ""), (r"\b(è|sono|può|possono|ha) ", r"non \1 ")),
    "nl": ((r"\bniet ", ""), (r"\b(is|zijn|kan|kunnen|wordt) ", r"\1 niet ")),
    "ro": ((r"\bnu ", ""), (r"\b(este|sunt|poate|pot|a fost|au) ", r"nu \1 ")),
    "ru": ((r"\bне ", ""), (r"\b(был\w*|может|могут|является|имеет|стал\w*) ", r"не \1 ")),
    "el": ((r"\bδεν ", ""), (r"\b(είναι|ήταν|μπορεί|έχει|είχε) ", r"δεν \1 ")),
    "tr": ((r"\bdeğildir\b", ""), (r"(\w+)(?:dır|dir|dur|dür)\b", r"\1 değildir")),
    "vi": ((r"\bkhông ", ""), (r"\b(là|được|có|có thể) ", r"không \1 ")),
    "th": ((r"ไม่", ""), (r"(เป็น|ได้|มี|สามารถ)", r"ไม่\1")),
    "ar": (
        (r"(?:^|\s)(?:لا|لن|لم) ", " "),
        (r"(?:^|\s)(كان|كانت|يمكن|يصل|يعمل|يتم|توجد) ", r" لا \1 "),
    ),
    "hi": ((r" (?:नहीं|न) ", " "), (r" (है|हैं|था|थे|थी|सकते)(?=[\s।,]|$)", r" नहीं \1")),
    "zh": ((r"不|没有", ""), (r"(是|会|可以|能|在|有)", r"不\1")),
    "ja": (
        (r"(し|き|り)ません", r"\1ます"),
        (r"ます", "ません"),
        (r"です", "ではありません"),
        (r"される", "されない"),
    ),
    "sw": ((r"\bhai", "i"), (r"\bhatu", "tu"), (r"\bni ", "si ")),
}
_INVENTED: Final = {
    "en": (
        "Gold members get every second order for half price.",
        "We send you a gift voucher as compensation for the trouble.",
        "You are entitled to full compensation without giving any proof.",
        "The system does not offer a person.",
    ),
    "de": (
        "Stammkunden bekommen als Ausgleich einen Gutschein geschenkt.",
        "Wir übernehmen in solchen Fällen sämtliche Anwaltskosten.",
    ),
    "es": (
        "Como compensación le regalamos un vale para su próxima visita.",
        "Los socios premium disfrutan de asesoramiento jurídico.",
    ),
    "fr": (
        "Pour nous faire pardonner, nous offrons un bon cadeau aux habitués.",
        "Les frais d'avocat sont pris en charge par notre assurance.",
    ),
    "pt": (
        "Para compensar, damos um vale-presente aos clientes fiéis.",
        "Nosso seguro cobre despesas com advogados.",
    ),
    "ro": ("Membrii fideli primesc cadou un voucher pentru vacanță.",),
    "ru": ("Постоянные покупатели получают подарочный сертификат в качестве компенсации.",),
    "el": ("Οι πιστοί πελάτες λαμβάνουν δωροεπιταγή ως αποζημίωση.",),
    "tr": ("Sadık müşteriler telafi olarak hediye çeki kazanır.",),
    "vi": ("Khách hàng thân thiết được tặng phiếu quà để đền bù phiền toái.",),
    "th": ("สมาชิกระดับทองจะได้รับบัตรกำนัลเป็นการชดเชย",),
    "ar": ("يحصل العملاء المميزون على قسيمة هدايا تعويضًا عن الإزعاج.",),
    "hi": ("वफ़ादार ग्राहकों को असुविधा के बदले उपहार वाउचर मिलता है।",),
    "zh": ("作为补偿，老会员可以获赠礼品券。",),
    "ja": ("お詫びとして常連のお客様には商品券を差し上げます。",),
    "sw": ("Wateja waaminifu hupewa vocha ya zawadi kama fidia.",),
}
_FALLBACK: Final = "en"
_WIDE: Final = frozenset({"zh", "ja", "th"})


@dataclass(frozen=True, slots=True)
class TrueAnswer:
    """An answer that is right, and what may be put in its place."""

    text: str
    language: str
    names: tuple[str, ...] = ()
    """Names in it; read from its letters when none are given."""
    others: tuple[str, ...] = ()
    """Names from elsewhere, to exchange them for."""


def corruptions(answer: TrueAnswer) -> Iterator[tuple[str, str]]:
    """Yield what was done to an answer, and the answer that came of it."""
    drawn = random.Random(answer.text)  # noqa: S311 - repeatable, not secret
    for name, make in _MAKERS.items():
        made = make(answer, drawn)
        if made is not None and made != answer.text:
            yield name, made


def _base(answer: TrueAnswer) -> str:
    return answer.language.partition("-")[0]


def _other_number(written: str, drawn: random.Random) -> str:
    digits = re.split(r"[.,]", written)[0]
    value = int(digits)
    other = drawn.choice([value + 1, value + 3, value * 2 + 1, value * 10 + 5, max(2, value - 1)])
    if other == value:
        other = value + 1
    return str(other) + written[len(digits) :]


def _changed(text: str, found: re.Match[str], new: str) -> str:
    return text[: found.start()] + new + text[found.end() :]


def _is_money(text: str, found: re.Match[str]) -> bool:
    before = text[max(0, found.start() - _MONEY_NEAR_CHARS) : found.start()]
    after = text[found.end() :][:_MONEY_NEAR_CHARS]
    near = re.split(r"[\d,;]", before)[-1] + " " + re.split(r"[\d,;]", after)[0]
    return _MONEY.search(near) is not None


def _numbers(answer: TrueAnswer, *, money: bool) -> tuple[str, list[re.Match[str]]]:
    text = with_digits(answer.text, answer.language)
    linked = [link.span() for link in _LINKED.finditer(text)]
    found = [
        number
        for number in _NUMBER.finditer(text)
        if not any(start <= number.start() < end for start, end in linked)
        and _is_money(text, number) is money
        and not _YEAR.fullmatch(number.group())
    ]
    return text, found


def _number(answer: TrueAnswer, drawn: random.Random) -> str | None:
    text, found = _numbers(answer, money=False)
    if not found or not figures(text):
        return None
    chosen = drawn.choice(found)
    return _changed(text, chosen, _other_number(chosen.group(), drawn))


def _amount(answer: TrueAnswer, drawn: random.Random) -> str | None:
    text, found = _numbers(answer, money=True)
    if not found:
        return None
    chosen = drawn.choice(found)
    return _changed(text, chosen, _other_number(chosen.group(), drawn))


def _date(answer: TrueAnswer, drawn: random.Random) -> str | None:
    for calendar in (_DAYS, _MONTHS):
        listed = calendar.get(_base(answer), "").split()
        said = [one for one in listed if re.search(rf"(?<!\w){one}(?!\w\w)", answer.text)]
        if said:
            other = drawn.choice([one for one in listed if one not in said] or [listed[0]])
            return re.sub(rf"(?<!\w){said[0]}(?!\w\w)", other, answer.text, count=1)
    if year := _YEAR.search(answer.text):
        other_year = min(_YEARS_MAX, int(year.group()) + drawn.randint(1, 9))
        return _changed(answer.text, year, str(other_year))
    if time := _TIME.search(answer.text):
        hour = (int(time.group(1)) + drawn.choice([1, 3, 5])) % 24
        return _changed(answer.text, time, f"{hour}{time.group(2)}")
    return None


def _link(answer: TrueAnswer, drawn: random.Random) -> str:
    link = _LINKED.search(answer.text)
    if link is None:
        return answer.text + _LINK_ADDED.format(drawn.choice(["service", "help-desk", "refund"]))
    changed = re.sub(r"\w", lambda one: "q" if one.group() != "q" else "x", link.group(), count=1)
    return _changed(answer.text, link, changed if "@" in changed else link.group() + "/claim")


def _negation(answer: TrueAnswer, drawn: random.Random) -> str | None:
    del drawn
    for pattern, replacement in _NEGATIONS.get(_base(answer), ()):
        changed = re.sub(pattern, replacement, answer.text, count=1)
        if changed != answer.text:
            return changed
    return None


def _entity(answer: TrueAnswer, drawn: random.Random) -> str | None:
    own = list(answer.names) or sorted(names(answer.text, answer.language))
    own = [
        one
        for one in own
        if one in answer.text
        and not any(c.isdigit() for c in one)
        and (one[0].isupper() or one.upper() == one.lower())
    ]
    others = [
        one
        for one in answer.others
        if one not in answer.text
        and (one[0].isupper() or one.upper() == one.lower())
        and not any(one in mine or mine in one for mine in own)
    ]
    if not own or not others:
        return None
    return answer.text.replace(drawn.choice(own), drawn.choice(others), 1)


def _invention(answer: TrueAnswer, drawn: random.Random) -> str:
    said = _INVENTED.get(_base(answer), _INVENTED[_FALLBACK])
    between = "" if _base(answer) in _WIDE - {"th"} else " "
    return answer.text + between + drawn.choice(said)


_MAKERS: Final[Mapping[str, Callable[[TrueAnswer, random.Random], str | None]]] = {
    "number": _number,
    "date": _date,
    "amount": _amount,
    "link": _link,
    "negation": _negation,
    "entity": _entity,
    "invented": _invention,
}
