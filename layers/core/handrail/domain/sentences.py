"""Where sentences end, in any script.

Each script's own marks end a sentence wherever they stand. A full stop of Latin, Cyrillic or Greek
does so only before a space, and not after what is known to be shortened. Thai and Lao have no mark
at all: there a sentence is as many of the phrases that spaces part as one usually takes.
"""

# ruff: noqa: RUF001 - letters and marks of other scripts are meant

import re
from collections.abc import Iterator
from typing import Final

_CLOSING: Final = "[\"'”’»«›)\\]」』”’）】》〉]*"
_MARKS: Final = (
    # Wide marks of China and Japan, and marks that stand for nothing else: Devanagari and its
    # kin, Urdu, Armenian, Ethiopic, Tibetan, Myanmar, Khmer (but for its "and so on"), Mongolian,
    # Ol Chiki, Meetei.
    "[。！？｡．‼⁇⁈⁉।॥۔։።፧፨༎။៕᠃᱾᱿꫰꫱꯫]|(?<!។ល)។(?!ល)"
    # Marks that also stand within numbers, names and addresses, so a space must follow.
    "|[!?…؟།](?=[\"'”’»)\\]!?….]*(?:\\s|$))"
)
_ENDS: Final = re.compile(
    f"(?:{_MARKS})+{_CLOSING}|(?P<stop>\\.+){_CLOSING}(?=\\s|$)|(?P<greek>[;;]){_CLOSING}(?=\\s|$)"
)
_GREEK: Final = re.compile("[\u0370-\u03ff\u1f00-\u1fff]")
_LAST_WORD: Final = re.compile(r"[^\s(\[\"'„“«]*$")
_LIST_NUMBER: Final = re.compile(r"\d\d?|[IVXivx]{1,5}|\w")

# What is shortened before a number ("No. 5"), and before a name ("Dr. No"). What is shortened
# before a small letter needs no list: no sentence begins with one. All are folded to lower case.
_BEFORE_NUMBERS: Final = re.compile(
    "nos?|nrs?|núm|num|nº|n°|nro|arts?|abs|alin|pkt|pp|pág|pags?|vol|figs?|telf?|tlf|puh|klo?|sz|"
    "č|čís|str|rr|стр|рис|ст|пп|тел|оф|кв|ном|зб|αρ|αριθ|τηλ|σελ|κεφ|ch|cap|sec|ext|op|approx|"
    "ca|circa|abt|vs|ver|gl|bl|lk|lpk|nom|hal|đt|pos|ziff|rn|jan|feb|mar|apr|jun|jul|aug|sept?|"
    "oct|nov|dec"
)
_BEFORE_NAMES: Final = re.compile(
    "dra?|drs|mrs?|ms|mx|profa?|ste?|sta|sto|sra?|srta|jr|mmes?|mlle|mgr|dhr|mevr|mw|sig|dott|"
    "av|avda|str|nám|hrn?|fr|blvd?|ul|ул|бул|пер|вул|пров|κα|δρ|οδ|λεωφ|tp|ts|ths|pgs|dl|dna|inż|gen|col|lt|capt|"
    "sgt|rev|hon|gov|sen|mt|uds?|vds?|cad|sok|mah|apt|doç|проф|акад|гр|тов|inc|ltd|corp|bros"
)
_ORDINALS: Final = re.compile("bs|cs|da|de|et|fi|fo|hr|hu|is|lb|lv|nb|nn|no|pl|sk|sl|sr|tr")
"""Languages that write "3. Oktober" and "19. Jahrhundert" with a stop."""

# Thai and Lao. A space parts phrases, but stands around numbers and foreign words too.
_WITHOUT_MARKS: Final = re.compile("[\u0e00-\u0eff]")
_PHRASE_ENDS: Final = re.compile('(?<=[\u0e00-\u0eff)"”’\u0e5b]) +(?=[\u0e01-\u0eff("“‘])(?!ๆ|ฯ)')
_POLITE_ENDS: Final = re.compile("(?:ครับ|ค่ะ|คะ|นะ|จ้ะ|จ้า|ฮะ)$")
_BEGINS: Final = re.compile(
    "หาก|ถ้า|กรุณา|โปรด|อย่างไรก็ตาม|ดังนั้น|นอกจาก|คุณ|ท่าน|เรา|เขา|เธอ|มัน|ถึงแม้|แม้ว่า|เนื่องจาก|"
    "ຖ້າ|ຫາກ|ກະລຸນາ|ທ່ານ|ພວກເຮົາ|ເຂົາ|ຢ່າງໃດກໍຕາມ|ດັ່ງນັ້ນ|ນອກຈາກ"
)
_BEGINS_CHARS: Final = 50
"""Letters after which a word that sentences begin with does begin one."""
_PHRASES_CHARS: Final = 100
"""Letters that a Thai sentence usually has, or a few short ones together."""
_HEADING_CHARS_MAX: Final = 40
"""Letters up to which a Thai line is taken for a heading."""


def sentences(text: str, language: str | None = None) -> list[str]:
    """Split a text into its sentences, word for word; every line ends a sentence too.

    A quoted sentence is split as it was in the text it was taken from.
    """
    found: list[str] = []
    for line in text.splitlines():
        start = 0
        for end in _line_ends(line, language):
            found.append(line[start:end].strip())
            start = end
        found.append(line[start:].strip())
    return [sentence for sentence in found if sentence]


def ends_as_sentences_do(line: str) -> bool:
    """Say whether a line is a sentence, and not a heading, so far as its script lets us see."""
    stripped = line.rstrip()
    if stripped.endswith((":", "：")):
        return True
    if any(end.end() == len(stripped) for end in _ENDS.finditer(stripped)):
        return True
    return len(stripped) > _HEADING_CHARS_MAX and bool(_WITHOUT_MARKS.search(stripped))


def _line_ends(line: str, language: str | None) -> Iterator[int]:
    start = 0
    for end in _ENDS.finditer(line):
        if end["greek"] and not _GREEK.search(line, start, end.start()):
            continue
        if end["stop"] and _goes_on(line, start, end, language):
            continue
        yield from _phrases(line, start, end.end())
        yield end.end()
        start = end.end()
    yield from _phrases(line, start, len(line))


def _goes_on(line: str, start: int, stop: re.Match[str], language: str | None) -> bool:
    """Say whether a full stop ends no sentence: it shortens, counts, or a small letter follows."""
    after = line[stop.end() :].lstrip()
    if not after:
        return False
    if _is_small(after[0]):
        return True
    said = line[start : stop.start()]
    last = _LAST_WORD.search(said)
    word = last.group().casefold() if last else ""
    if len(stop["stop"]) > 1 or not word:
        return False
    if _LIST_NUMBER.fullmatch(word) and not said[: -len(word)].strip():
        return True  # "1. Open the page"
    if word.isdecimal() and len(word) <= 2:  # noqa: PLR2004 - days and centuries
        return bool(_ORDINALS.fullmatch((language or "").partition("-")[0]))
    shortened = word.rpartition(".")[2]
    if len(shortened) == 1 and shortened.isalpha():
        # An initial, or "z. B."; but a year's or a sum's letter may end a sentence.
        return not said[: -len(word)].rstrip()[-1:].isdecimal()
    if after[0].isdecimal() and _BEFORE_NUMBERS.fullmatch(shortened):
        return True
    return bool(_BEFORE_NAMES.fullmatch(shortened))


def _is_small(letter: str) -> bool:
    """Say whether a letter is a small one of a script that has capitals to begin sentences."""
    return letter.islower() and not "\u10d0" <= letter <= "\u10ff"  # Georgian has but one case


def _phrases(line: str, start: int, end: int) -> Iterator[int]:
    """Yield where enough phrases of a text without marks stand together to be a sentence."""
    if not _WITHOUT_MARKS.search(line, start, end):
        return
    for phrase in _PHRASE_ENDS.finditer(line, start, end):
        size = phrase.start() - start
        begins = size >= _BEGINS_CHARS and _BEGINS.match(line, phrase.end())
        is_polite = _POLITE_ENDS.search(line, start, phrase.start())
        if not begins and not is_polite and size < _PHRASES_CHARS:
            continue
        if end - phrase.end() >= _PHRASES_CHARS // 2:
            yield phrase.start()
            start = phrase.end()
