"""A customer's text as the words the recogniser compares: folded, split, bounded.

People type in capitals, without accents, with zero-width characters pasted in and with letters of
another script that look alike. Lists and messages are folded by the same function, so what is left
can be compared by equality. Scripts that put no spaces between words are split into characters;
a term of theirs is then a run of characters, and one matcher serves every script.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

TEXT_CHARS_SEEN_MAX = 4_000
"""How much of a message is looked at: its head and its tail, where requests stand."""

HEAD_CHARS = 2_600

HARD = "."
"""Stands for the end of a sentence in `split`."""
SOFT = ","
"""Stands for a comma, colon, bracket or dash in `split`."""
_STOPS = (HARD, SOFT)

STEM_MARK = "*"
"""Ends a word of a term that stands for all words beginning so."""

# Scripts whose words are not separated: Thai, Lao, Myanmar, Khmer, and the Han and kana blocks.
_UNSPACED_BLOCKS = (
    ("\u0e00", "\u0eff"),
    ("\u1000", "\u109f"),
    ("\u1780", "\u17ff"),
    ("\u2e80", "\u2fdf"),
    ("\u3005", "\u3007"),
    ("\u3040", "\u30ff"),
    ("\u31f0", "\u31ff"),
    ("\u3400", "\u4dbf"),
    ("\u4e00", "\u9fff"),
    ("\uf900", "\ufaff"),
    ("\U00020000", "\U0003ffff"),
)
_UNSPACED = "".join(f"{first}-{last}" for first, last in _UNSPACED_BLOCKS)
# Marks that belong to a word but that `\w` leaves out: vowel signs of the Brahmic scripts.
_MARKS = "\u0300-\u036f\u0900-\u0963\u0966-\u0dff\u0f18-\u0fbc\u135d-\u135f"
_HARD_MARKS = (
    ".!?;\u2026\u3002\u061f\u061b\u06d4\u0964\u0965\u1362\u1367\u1368\u104b\u17d4\u17d5"
    "\u0589\u0df4\n\r"
)
_SOFT_MARKS = (
    ",:()[]/\u2013\u2014\u060c\u3001\u00ab\u00bb\u201c\u201d\u0022\u300c\u300d|\u055d"
    "\u104a\u1363\u1364\u1365\u1366"
)
_STOP_OF = dict.fromkeys(_HARD_MARKS, HARD) | dict.fromkeys(_SOFT_MARKS, SOFT)

_TOKEN = re.compile(
    f"[{re.escape(_HARD_MARKS + _SOFT_MARKS)}]"  # first: some stand among an unspaced script's
    f"|[{_UNSPACED}]"
    f"|(?:[^\\W_{_UNSPACED}]+|[{_MARKS}]+)+"
)
_ASCII_TOKENS = {
    code: _STOP_OF.get(chr(code), chr(code) if chr(code).isalnum() else " ") for code in range(128)
}
"""What is a word, a stop, or between words."""
_URL = re.compile(r"(?:https?://|www\.)[!-~]+")
_EMAIL = re.compile(r"[a-z0-9._%+-]{1,64}@[a-z0-9-]{1,63}\.[a-z0-9.-]{1,190}")

_HELD_DOWN = re.compile(r"(.)\1{2,}")
_REPEATED = re.compile(r"(.)\1+")
_LATIN = re.compile("[a-z]")
_LOOKALIKE_SCRIPTS = re.compile("[\u0370-\u052f]")
# Letters of other scripts that pass for Latin ones, after folding.
_LOOKALIKES = str.maketrans(
    "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0458\u0455\u04bb\u0501\u051b\u051d\u043a"
    "\u043c\u0442\u043d\u0432\u0433\u03b1\u03bf\u03b5\u03b9\u03ba\u03bd\u03c1\u03c4\u03c5\u03c7",
    "aeopcyxijshdqwkmthbraoeikvptux",
)


# What is dropped: accents, vowel signs that are often left out, and what cannot be seen.
_DROPPED = (
    (0x0300, 0x036F),  # accents of Latin, Greek, Cyrillic
    (0x0483, 0x0487),
    (0x055B, 0x055C),  # Armenian marks that stand inside a word
    (0x055E, 0x055E),
    (0x0591, 0x05C7),  # Hebrew points
    (0x0610, 0x061A),  # Arabic marks, vowel signs, the hamzas left by decomposition
    (0x064B, 0x065F),
    (0x0670, 0x0670),
    (0x06D6, 0x06ED),
    (0x0640, 0x0640),  # tatweel
    (0x093C, 0x093C),  # nukta: often left out when typing
    (0x09BC, 0x09BC),
    (0x0A3C, 0x0A3C),
    (0x0ABC, 0x0ABC),
    (0x00AD, 0x00AD),  # soft hyphen, zero-width and bidi controls, variation selectors
    (0x180B, 0x180E),
    (0x200B, 0x200F),
    (0x202A, 0x202E),
    (0x2060, 0x206F),
    (0xFE00, 0xFE0F),
    (0xFEFF, 0xFEFF),
)
# Letters that keyboards interchange, or that people without the right keyboard write otherwise.
_SAME_LETTER = {
    "\u0131": "i",  # letters that Unicode does not take apart
    "\u0142": "l",
    "\u00f8": "o",
    "\u0111": "d",
    "\u00f0": "d",
    "\u00fe": "th",
    "\u0127": "h",
    "\u0257": "d",
    "\u0253": "b",
    "\u0199": "k",
    "\u01b4": "y",
    "\u0259": "e",
    "\u00e6": "ae",
    "\u0153": "oe",
    "\u02bb": "'",  # letters that look like apostrophes, and are typed as such
    "\u02bc": "'",
    "\u02bd": "'",
    "\u02be": "'",
    "\u02bf": "'",
    "\u0491": "\u0433",  # Cyrillic letters that a Russian keyboard lacks
    "\u04d9": "\u0430",
    "\u04e9": "\u043e",
    "\u04af": "\u0443",
    "\u04b1": "\u0443",
    "\u049b": "\u043a",
    "\u0493": "\u0433",
    "\u04a3": "\u043d",
    "\u04bb": "\u0445",
    "\u0649": "\u064a",  # Arabic letters
    "\u06cc": "\u064a",
    "\u06d2": "\u064a",
    "\u0629": "\u0647",
    "\u06c1": "\u0647",
    "\u06be": "\u0647",
    "\u06d5": "\u0647",
    "\u06a9": "\u0643",
    "\u06ba": "\u0646",
    "\u0901": "\u0902",  # Indic signs of one sound
    "\u0981": "\u0982",
    "\u0a01": "\u0a02",
    "\u0a70": "\u0a02",
    "\u0a81": "\u0a82",
    "\u0d7a": "\u0d23\u0d4d",  # Malayalam letters written as one or as two
    "\u0d7b": "\u0d28\u0d4d",
    "\u0d7c": "\u0d30\u0d4d",
    "\u0d7d": "\u0d32\u0d4d",
    "\u0d7e": "\u0d33\u0d4d",
    "\u0d7f": "\u0d15\u0d4d",
    "\u2044": "/",
}
# Rows of Ethiopic letters that are said alike: a row's first letter -> that of the row it is
# read as.
_SAME_ROW = {0x1210: 0x1200, 0x1280: 0x1200, 0x12B8: 0x1200, 0x1220: 0x1230, 0x12D0: 0x12A0}
_SAME_ROW[0x1340] = 0x1338
_VIRAMA = "\u0d4d"
_TWO_VIRAMAS = _VIRAMA * 2
"""What a Malayalam letter that ends in a virama and another virama make of one."""
_ORDERS = 7
# In these rows the fourth order is said like the first.
_FIRST_LIKE_FOURTH = (0x1200, 0x12A0)
_ZEROS = (
    *(0x0660, 0x06F0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0B66, 0x0BE6, 0x0C66, 0x0CE6, 0x0D66),
    *(0x0E50, 0x0ED0, 0x1040, 0x17E0),
)


def _folding_table() -> dict[str, str]:
    """Return what is dropped or replaced one character at a time."""
    table: dict[str, str] = {}
    for first, last in _DROPPED:
        table.update(dict.fromkeys(map(chr, range(first, last + 1)), ""))
    table.update(_SAME_LETTER)
    for row, same in _SAME_ROW.items():
        table.update({chr(row + order): chr(same + order) for order in range(_ORDERS)})
    for row in (*_SAME_ROW, *_FIRST_LIKE_FOURTH):
        same = _SAME_ROW.get(row, row)
        if same in _FIRST_LIKE_FOURTH:
            table[chr(row + 3)] = chr(same)
    for zero in _ZEROS:
        table.update({chr(zero + value): str(value) for value in range(10)})
    return table


_FOLDING = _folding_table()
_FOLDED = re.compile(f"[{''.join(map(re.escape, _FOLDING))}]")
"""Most letters are left as they are, so looking for the others takes less than translating all."""


def _as_folded(match: re.Match[str]) -> str:
    return _FOLDING[match[0]]


def fold(text: str) -> str:
    """Return the text without case, accents, width, invisible characters and digit scripts."""
    if text.isascii():
        return text.lower()
    decomposed = _FOLDED.sub(_as_folded, unicodedata.normalize("NFKD", text.casefold()))
    if _TWO_VIRAMAS in decomposed:
        decomposed = decomposed.replace(_TWO_VIRAMAS, _VIRAMA)
    return unicodedata.normalize("NFC", decomposed)


def _unmask(word: str) -> str:
    """Return a word that mixes Latin with look-alikes of other scripts in Latin."""
    return word.translate(_LOOKALIKES) if _mixes_scripts(word) else word


def _mixes_scripts(text: str) -> bool:
    """Say whether a text has Latin letters, and letters that may look like them."""
    return (
        not text.isascii()
        and _LATIN.search(text) is not None
        and _LOOKALIKE_SCRIPTS.search(text) is not None
    )


def _seen(text: str) -> str:
    """Return what is looked at of a text, folded: the head and the tail of a long one."""
    if len(text) > TEXT_CHARS_SEEN_MAX:
        tail = TEXT_CHARS_SEEN_MAX - HEAD_CHARS
        text = f"{text[:HEAD_CHARS]}\n{text[-tail:]}"
    folded = fold(text)
    if "://" in folded or "www." in folded:
        folded = _URL.sub(" ", folded)
    if "@" in folded:
        folded = _EMAIL.sub(" ", folded)
    return folded


def split(text: str) -> list[str]:
    """Fold a text and split it into words, with `HARD` and `SOFT` where its punctuation stands.

    Links, e-mail addresses, emoji and symbols are left out: they ask for nothing. Of a long text
    only the head and the tail are split, so the work is bounded whatever is sent.
    """
    return list(_split(text))


@lru_cache(maxsize=4)
def _split(text: str) -> tuple[str, ...]:
    """Split a text once for all who look at it, one after the other."""
    seen = _seen(text)
    may_mask = _mixes_scripts(seen)
    words: list[str] = [HARD]
    for token in _ascii_tokens(seen) if seen.isascii() else _TOKEN.findall(seen):
        stop = _STOP_OF.get(token)
        if stop is None:
            words.append(_unmask(token) if may_mask else token)
        elif words[-1] not in _STOPS:
            words.append(stop)
        elif stop == HARD:
            words[-1] = HARD
    if words[-1] in _STOPS:
        words.pop()
    return tuple(words[1:])


def _ascii_tokens(text: str) -> list[str]:
    """Return what `_TOKEN` finds in plain letters, in a third of the time."""
    text = text.translate(_ASCII_TOKENS)
    return text.replace(HARD, f" {HARD} ").replace(SOFT, f" {SOFT} ").split()


def is_unspaced(word: str) -> bool:
    """Say whether a word of `split` is one character of a script without spaces."""
    return word not in _STOP_OF and any(
        first <= word[0] <= last for first, last in _UNSPACED_BLOCKS
    )


# In scripts without spaces: the signs that stand on, under or behind the letter before them.
_SIGNS = frozenset(
    chr(code)
    for code in (*range(0x0E00, 0x10A0), *range(0x1780, 0x1800))
    if unicodedata.category(chr(code)) in {"Mn", "Mc"}
)
_STACKERS = frozenset("\u1039\u17d2")
"""Put the letter behind them under the one before."""
_KILLER = "\u103a"
"""Takes a Burmese letter's vowel, which makes it the end of the syllable before."""


def inside_letters(words: Sequence[str]) -> int:
    """Return, as bits, the places before words of `split` that no reader would cut at.

    Where there are no spaces every character is a word, signs and stacked letters among them: Thai
    "please" is the beginning of "that" but for two signs. A term neither begins nor ends there.
    """
    if _SIGNS.isdisjoint(words) and _STACKERS.isdisjoint(words):
        return 0
    inside = 0
    before = ""
    for index, word in enumerate(words):
        if word in _SIGNS or before in _STACKERS:
            inside |= 1 << index
            if word == _KILLER and index:
                inside |= 1 << index - 1
        before = word
    return inside


def undoubled(word: str) -> str:
    """Return a word without its doubled letters: a key that was hit twice (`ageent`, `bbot`)."""
    return _REPEATED.sub(r"\1", word)


def elongations(word: str) -> tuple[str, ...]:
    """Return what a word with letters held down (`agenttt`) may stand for; none if it has none."""
    if not _HELD_DOWN.search(word):
        return ()
    return (_HELD_DOWN.sub(r"\1\1", word), _REPEATED.sub(r"\1", word))
