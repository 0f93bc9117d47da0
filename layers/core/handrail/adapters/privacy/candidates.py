"""Where in a cleaned text personal data could stand; every search is linear in the text.

No pattern here repeats a repetition, so no text can make it slow; what needs looking in both
directions from a mark does so in plain code, within limits.
"""

import re
from collections.abc import Callable, Iterator
from typing import Final

Spans = Iterator[tuple[int, int]]

CHECKED_MAX: Final = 200
"""Candidates of one kind whose check digits are worked out; beyond, they are taken unchecked."""

_LOCAL_CHARS_MAX: Final = 64
_DOMAIN_CHARS_MAX: Final = 253
_LOCAL: Final = re.compile(r"[\w.+\-'%!#$&*/=?^`{|}~]")
_DOMAIN: Final = re.compile(r"[\w.\-]")
_AT: Final = re.compile(r"@|\s?[(\[{]\s?at\s?[)\]}]\s?", re.IGNORECASE)

_IBAN: Final = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{2}[ -]?\d{2}(?:[ -]?[A-Za-z0-9]){11,30}")
_IBAN_CHARS: Final = range(15, 35)
_DIGITS: Final = re.compile(r"\d(?:[ .\-/]{0,2}\d)*")
_CARD_DIGITS: Final = range(13, 20)
_LINK: Final = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_WORD: Final = re.compile(r"(?<![A-Za-z0-9])[A-Za-z0-9][A-Za-z0-9.+\- ]{7,24}(?![A-Za-z0-9])")
_SECRET: Final = re.compile(
    r"\b(?:cvv2?|cvc2?|cvn|pin|tan|otp)\W{0,4}(?:\w{1,8}\W{1,3}){0,2}(\d{3,8})\b", re.IGNORECASE
)

_DATE_OR_AMOUNT: Final = re.compile(
    r"(?<!\d)(?:"
    r"\d{4}[-./]\d{1,2}[-./]\d{1,2}(?:[T ]\d{1,2}:\d{2}(?::\d{2})?)?"
    r"|\d{1,2}[-./]\d{1,2}[-./]\d{4}(?: \d{1,2}:\d{2}(?::\d{2})?)?"
    r"|\d{4}年\d{1,2}月\d{1,2}日"
    r"|\d{1,3}(?:[.,' ]\d{3}){1,3}[.,]\d{1,2}"
    r"|\d{1,2}:\d{2}(?::\d{2})?"
    r")(?!\d)"
)
_MONEY: Final = "€$£¥₹₽₩₺₫฿₪₴%"
_CURRENCY: Final = re.compile(
    rf"(?:[{_MONEY}]|\b(?:EUR|USD|GBP|JPY|INR|BRL|CNY|KES|TZS|CHF|SEK|NOK|DKK|PLN|R\$|Rs)) ?"
    rf"\d[\d.,' ]{{0,14}}|\d[\d.,' ]{{0,14}} ?(?:[{_MONEY}]|(?:EUR|USD|GBP|JPY|INR|BRL|CNY|KES|"
    r"TZS|CHF|SEK|NOK|DKK|PLN|euros?|dollars?|pounds|reais|yen|rupees?|shillings?)\b|元|円|रुपये|يورو)",
    re.IGNORECASE,
)
_REFERENCE_WORD: Final = re.compile(
    r"(?:order|orders|reference|ref|invoice|tracking|ticket|case|booking|parcel|shipment|pedido|"
    r"referencia|referência|factura|fatura|seguimiento|rastreio|rastreamento|commande|référence|"
    r"facture|suivi|colis|bestellung|bestellnummer|auftrag|auftragsnummer|rechnung|"
    r"rechnungsnummer|sendungsnummer|referenz|vorgangsnummer|ordre|ordine|zamówienie|заказ|"
    r"الطلب|طلب|الطلبية|مرجع|الفاتورة|الشحنة|ऑर्डर|संदर्भ|इनवॉइस|ट्रैकिंग|订单|訂單|单号|單號|"
    r"参考|发票|注文|照会|伝票|追跡|請求書|oda|agizo|kumbukumbu|ankara|#)"
    r"(?:[\s:.\-]|number|numbers|no|nr|id|code|is|número|numero|num|nº|n°|№|numéro|nummer|номер|"
    r"رقم|هو|नंबर|संख्या|号|號|号码|編號|编号|番号|是|は|namba|nambari|ya|yangu|my|de|del|da|do|la)*$",
    re.IGNORECASE,
)
_LOOK_BACK_CHARS: Final = 48
_LONG_DIGITS: Final = 9
_PHONE: Final = re.compile(r"(?:\+|00)?[ (]{0,2}\d(?:[ \-./()]{0,3}\d){6,17}")
_GROUPED: Final = re.compile(r"\d[ \-./()]+\d")


def emails(text: str) -> Spans:
    """Yield e-mail addresses, also those that write `(at)`."""
    done = 0
    for at in _AT.finditer(text):
        start, end = at.span()
        first, last = start, end
        while first > max(done, start - _LOCAL_CHARS_MAX) and _LOCAL.match(text[first - 1]):
            first -= 1
        while last < min(len(text), end + _DOMAIN_CHARS_MAX) and _DOMAIN.match(text[last]):
            last += 1
        while last > end and text[last - 1] in ".-_":
            last -= 1
        if first < start and "." in text[end:last].strip("."):
            yield first, last
            done = last


def ibans(text: str, is_iban: Callable[[str], bool]) -> Spans:
    """Yield bank accounts, without the words that follow."""
    for found in _IBAN.finditer(text):
        places = [at for at in range(*found.span()) if text[at].isalnum()]
        for length in range(min(len(places), _IBAN_CHARS.stop - 1), _IBAN_CHARS.start - 1, -1):
            compact = "".join(text[at] for at in places[:length])
            if is_iban(compact):
                yield found.start(), places[length - 1] + 1
                break


def cards(text: str, is_card: Callable[[str], bool]) -> Spans:
    """Yield payment cards within runs of digits: a run may hold another number beside one."""
    checked = 0
    for run in _DIGITS.finditer(text):
        places = [at for at in range(*run.span()) if text[at].isdigit()]
        start = 0
        while start + _CARD_DIGITS.start <= len(places):
            begins_group = start == 0 or places[start] - places[start - 1] > 1
            length = 0
            if begins_group and checked < CHECKED_MAX:
                checked += 1
                length = _card_length(text, places[start:], is_card)
            if length:
                yield places[start], places[start + length - 1] + 1
            start += length or 1


def links(text: str) -> Spans:
    """Yield links, whose digits mean nothing to anybody but their server."""
    return (found.span() for found in _LINK.finditer(text))


def identifiers(text: str, is_identifier: Callable[[str], bool]) -> Spans:
    """Yield national identifiers that show what they are by form and check digit."""
    checked = 0
    for found in _WORD.finditer(text):
        for start, end in _parts(found.group()):
            word = found.group()[start:end]
            if checked >= CHECKED_MAX or not any(character.isdigit() for character in word):
                continue
            checked += 1
            if is_identifier(word):
                yield found.start() + start, found.start() + end
                break


def secrets(text: str) -> Spans:
    """Yield short codes that the word before them calls a secret: nobody may see those."""
    return (found.span(1) for found in _SECRET.finditer(text))


def dates_and_amounts(text: str) -> Spans:
    """Yield what is a date, a time of day or an amount of money."""
    for pattern in (_DATE_OR_AMOUNT, _CURRENCY):
        yield from (found.span() for found in pattern.finditer(text))


def references(text: str) -> Spans:
    """Yield numbers that the words before them, or letters within them, call a reference."""
    for run in _DIGITS.finditer(text):
        start, end = run.span()
        before = text[max(0, start - _LOOK_BACK_CHARS) : start]
        joined = before.rstrip("-_/.")
        lettered = joined[-1:].isascii() and joined[-1:].isalpha()
        lettered = lettered or (text[end : end + 1].isascii() and text[end : end + 1].isalpha())
        if lettered or _REFERENCE_WORD.search(before):
            yield start, end


def phones(text: str, region: str | None, is_phone: Callable[[str, str | None], bool]) -> Spans:
    """Yield phone numbers: with a country code, known in the region, or written like one."""
    for checked, found in enumerate(_PHONE.finditer(text)):
        start, end = found.span()
        number = found.group().strip()
        start = end - len(found.group().lstrip())
        if checked >= CHECKED_MAX or is_phone(number, region) or _GROUPED.search(number):
            yield start, end


def long_numbers(text: str) -> Spans:
    """Yield numbers too long to be anything but somebody's or something's own."""
    for run in _DIGITS.finditer(text):
        if sum(character.isdigit() for character in run.group()) >= _LONG_DIGITS:
            yield run.span()


def _card_length(text: str, places: list[int], is_card: Callable[[str], bool]) -> int:
    digits = "".join(text[at] for at in places[: _CARD_DIGITS.stop])
    lengths = (n for n in reversed(_CARD_DIGITS) if n <= len(digits))
    return next((n for n in lengths if is_card(digits[:n])), 0)


def _parts(words: str) -> Iterator[tuple[int, int]]:
    """Yield every run of words, since identifiers may be written with spaces."""
    ends = [at for at, character in enumerate(words) if character == " "] + [len(words)]
    starts = [0, *(at + 1 for at in ends[:-1])]
    for start in starts:
        for end in ends:
            if end > start:
                yield start, end
