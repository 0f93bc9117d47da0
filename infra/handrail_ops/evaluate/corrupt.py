"""Makes false answers out of true ones, each in one way that would mislead a customer.

What passes the grounding check after this is what the check does not see. Every choice is drawn
from the answer's own words, so that the same set gives the same figures.
"""

import random
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from handrail.domain.figures import figures
from handrail.domain.naming import names
from handrail.domain.number_words import with_digits
from handrail_ops.evaluate.corrupt_words import (
    DAYS,
    INVENTED,
    MONTHS,
    NEGATIONS,
    ORDER,
    SCOPE,
    UNITS,
    Swaps,
)

_NUMBER: Final = re.compile(r"(?<![\d.,:])\d+(?:[.,]\d+)*(?![\d:])")
_MONEY_SIGNS: Final = (
    r"[€$£¥₹]|eur|euro\w*|євро|евро|ευρώ|يورو|यूरो|欧元|ユーロ|유로|원|Rp|ยูโร|usd|dollar"
)
_MONEY: Final = re.compile(_MONEY_SIGNS, re.IGNORECASE)
_MONEY_NEAR_CHARS: Final = 8
_YEAR: Final = re.compile(
    r"(?<!\d)(?:1[0-9]|20)\d\d(?![\d])(?!\s?(?:€|eur|євро|ευρώ))", re.IGNORECASE
)
_TIME: Final = re.compile(r"(?<!\d)(\d{1,2})(:[0-5]\d)(?!\d)")
_PHONE: Final = re.compile(r"\+?\d(?:[ ()-]{0,2}\d){7,14}")
_LINKED: Final = re.compile(r"https?://\S+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_LINK_ADDED: Final = " (https://{}.example.net/help)"
_CURRENCIES: Final = (
    "€ $",
    "EUR USD",
    "euros dollars",
    "euro dollar",
    "Euro Dollar",
    "евро рублей",
    "євро гривень",
    "ευρώ δολάρια",
    "يورو دولار",
    "यूरो रुपये",
    "欧元 美元",
    "ユーロ ドル",
    "유로 달러",
    "원 달러",
    "Rp US$",
    "ยูโร บาท",
)
_INFLECTING: Final = frozenset(["ru", "uk", "pl", "el", "tr", "ro"])
"""Languages that may write a letter onto a month or a day."""
_YEARS_MAX: Final = 2099
_FALLBACK: Final = "en"
_WIDE: Final = frozenset({"zh", "ja"})
_BEGIN_INSIDE: Final = _WIDE | {"th", "ko", "ar"}
"""Where a word may begin behind another letter: no spaces, or small words written together."""


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
    linked += [phone.span() for phone in _PHONE.finditer(text)]
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


def _currency(answer: TrueAnswer, drawn: random.Random) -> str | None:
    del drawn
    for pair in _CURRENCIES:
        own, other = pair.split()
        bare = own.isalpha() and own.isascii()
        pattern = rf"\b{own}\b" if bare else re.escape(own)
        near = re.search(rf"\d\s?{pattern}|{pattern}\s?\d", answer.text)
        if near:
            changed = re.sub(pattern, other, near.group(), count=1)
            return answer.text[: near.start()] + changed + answer.text[near.end() :]
    return None


def _date(answer: TrueAnswer, drawn: random.Random) -> str | None:
    for calendar in (DAYS, MONTHS):
        listed = calendar.get(_base(answer), "").split()
        if _base(answer) == "vi" and "thứ" not in answer.text:
            continue
        ends = r"(?!\w\w)" if _base(answer) in _INFLECTING else r"(?!\w)"
        said = [one for one in listed if re.search(rf"(?<!\w){one}{ends}", answer.text)]
        if said:
            other = drawn.choice([one for one in listed if one not in said] or [listed[0]])
            return re.sub(rf"(?<!\w){said[0]}{ends}", other, answer.text, count=1)
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


def _phone(answer: TrueAnswer, drawn: random.Random) -> str | None:
    phone = _PHONE.search(answer.text)
    if phone is None:
        return None
    digits = [place for place, one in enumerate(phone.group()) if one.isdigit()]
    place = drawn.choice(digits[2:])
    other = str((int(phone.group()[place]) + drawn.randint(1, 9)) % 10)
    return _changed(answer.text, phone, phone.group()[:place] + other + phone.group()[place + 1 :])


def _percent(answer: TrueAnswer, drawn: random.Random) -> str | None:
    share = re.search(r"\d\s?%|% ?\d", answer.text)
    if share is None:
        return None
    return _changed(answer.text, share, share.group().replace("%", drawn.choice(["€", "kg"])))


def _swapped(words: Swaps) -> Callable[[TrueAnswer, random.Random], str | None]:
    """Return what replaces the first of a language's patterns that an answer has."""

    def make(answer: TrueAnswer, drawn: random.Random) -> str | None:
        del drawn
        begins = "" if _base(answer) in _BEGIN_INSIDE else r"(?<!\w)"
        for pattern, replacement in words.get(_base(answer), ()):
            changed = re.sub(f"{begins}(?:{pattern})", replacement, answer.text, count=1)
            if changed != answer.text:
                return changed
        return None

    return make


def _entity(answer: TrueAnswer, drawn: random.Random) -> str | None:
    own = list(answer.names) or sorted(names(answer.text, answer.language))
    own = [one for one in own if one in answer.text and _may_be_exchanged(one)]
    others = [
        one
        for one in answer.others
        if one not in answer.text
        and _may_be_exchanged(one)
        and not any(one in mine or mine in one for mine in own)
    ]
    if not own or not others:
        return None
    return answer.text.replace(drawn.choice(own), drawn.choice(others), 1)


def _may_be_exchanged(name: str) -> bool:
    has_digits = any(character.isdigit() for character in name)
    return not has_digits and (name[0].isupper() or name.upper() == name.lower())


def _invention(answer: TrueAnswer, drawn: random.Random) -> str:
    said = INVENTED.get(_base(answer), INVENTED[_FALLBACK])
    between = "" if _base(answer) in _WIDE else " "
    return answer.text + between + drawn.choice(said)


_MAKERS: Final[Mapping[str, Callable[[TrueAnswer, random.Random], str | None]]] = {
    "number": _number,
    "date": _date,
    "amount": _amount,
    "link": _link,
    "negation": _swapped(NEGATIONS),
    "entity": _entity,
    "invented": _invention,
    "unit": _swapped(UNITS),
    "currency": _currency,
    "percent": _percent,
    "phone": _phone,
    "order": _swapped(ORDER),
    "scope": _swapped(SCOPE),
}
