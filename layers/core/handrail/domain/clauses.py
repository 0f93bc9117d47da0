"""Where one clause of a sentence ends and the next begins, by marks and by joining words.

What is said yes or no to, when, and how much, belongs to a clause: "no fee while it is paused"
denies the fee and not the pause.
"""

import re
from functools import lru_cache
from typing import Final

from handrail.domain.number_words import base_of
from handrail.domain.reading import fold

# ruff: noqa: RUF001 - letters and marks of other scripts are meant

_MARKS: Final = re.compile(
    r"(?<!\d)[,،](?!\d)|(?<=\d)[,،](?=\s)|,(?=\s)|[;؛，、；。()！？!?]|:(?!\d)|：|(?<=\w)\.\s"
    r"|(?<=[\u0370-\u03ff])[·\u0387]"
    r"|(?<![а-яіїєґ])\s[-\u2013\u2014]\s"
    r"|(?<=[a-zà-ÿ])\u2013(?=[a-zà-ÿ])"
)
_JOINING: Final = {
    "en": (
        "and|but|because|while|if|when|unless|until|so "
        "that|once|since|although|whether|as long as"
        "|as soon as"
    ),
    "de": "und|aber|weil|während|wenn|falls|damit|sobald|solange|sofern|dass",
    "es": "y|pero|porque|mientras|si|cuando|hasta que|para que|aunque|que",
    "fr": (
        "et|mais|parce que|pendant que|si|quand|lorsque|jusqu|afin que|dès que|tant que|tandis que"
    ),
    "pt": "e|mas|porque|enquanto|se|quando|até que|para que|caso",
    "it": "e|ma|perché|mentre|se|quando|finché|affinché|né",
    "nl": "(?<!tot )en(?! met)|maar|omdat|terwijl|als|wanneer|zodat|zolang|zodra",
    "sv": "och|men|eftersom|medan|om|när|tills|så att",
    "da": "og|men|fordi|mens|hvis|når|indtil|så",
    "nb": "og|men|fordi|mens|hvis|når|inntil|så",
    "fi": "ja|mutta|koska|kun|jos|kunnes",
    "pl": "i|ale|bo|ponieważ|podczas gdy|jeśli|jeżeli|gdy|kiedy|dopóki|aż|a|lub|albo",
    "cs": "a|ale|protože|zatímco|pokud|když|dokud|aby|jestli",
    "sk": "a|ale|pretože|ak|keď|kým|aby",
    "ru": "и|но|потому что|пока|если|когда|чтобы|а",
    "uk": "і|й|та|але|бо|поки|якщо|коли|щоб|а",
    "bg": "и|но|защото|докато|ако|когато|за да",
    "ro": "și|dar|pentru că|în timp ce|dacă|când|până când|ca să",
    "hu": "és|de|mert|amíg|ha|amikor|hogy",
    "el": "και|αλλά|γιατί|ενώ|αν|όταν|μέχρι να|ώστε",
    "tr": "ve|ama|çünkü|iken|eğer",
    "ar": "و|لكن|لأن|بينما|إذا|عندما|حتى|ثم",
    "fa": "و|اما|زیرا|اگر|وقتی|تا",
    "he": "ו|אבל|כי|בזמן ש|אם|כאשר|עד ש",
    "hi": "और|लेकिन|क्योंकि|जब|अगर|तो|जबकि",
    "id": "dan|tetapi|karena|sementara|jika|kalau|ketika|sampai|lalu|kemudian",
    "ms": "dan|tetapi|kerana|sementara|jika|apabila|sehingga",
    "vi": "và|nhưng|vì|trong khi|nếu|khi|cho đến khi|thì",
    "sw": "na|lakini|kwa sababu|wakati|ikiwa|kama|mpaka|kisha",
}
_UNSPACED_BUT_PARTED: Final = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]")
"""Thai, Lao, Burmese and Khmer part their clauses by spaces, having no other mark for it."""
_PARTED_CHARS_MIN: Final = 6
_WIDE_JOINS: Final = re.compile(
    "(?<=[りでし])、|(?<=ので)|(?<=ため)|(?<=場合は)|(?<=ときは)|(?<=ても)|(?<=なら)|而且|但是?|因此|如果|则|并且"
)


@lru_cache(maxsize=2048)
def clauses(sentence: str, language: str) -> tuple[str, ...]:
    """Return the clauses of a sentence, as they are written."""
    parts = [part for mark in _MARKS.split(sentence) for part in _joined(mark, base_of(language))]
    if _UNSPACED_BUT_PARTED.search(sentence):
        parts = [piece for part in parts for piece in _parted(part)]
    return tuple(part.strip() for part in parts if part.strip())


def is_joined(clause: str, language: str) -> bool:
    """Say whether a clause begins with a word that joins it to the one before: "while"."""
    words = _JOINING.get(base_of(language))
    return words is not None and _begins(words).match(clause) is not None


def _joined(part: str, language: str) -> list[str]:
    if language in {"ja", "zh"}:
        return _WIDE_JOINS.split(part)
    words = _JOINING.get(language)
    if words is None:
        return [part]
    return _joining(words).split(part)


@lru_cache(maxsize=64)
def _joining(words: str) -> re.Pattern[str]:
    # Between two numbers such a word joins them alone: "2 and 4 days".
    return re.compile(rf"(?<!\S)(?!(?<=\d )(?:{words}) \d)(?=(?:{words})(?!\S))", re.IGNORECASE)


@lru_cache(maxsize=64)
def _begins(words: str) -> re.Pattern[str]:
    return re.compile(rf"(?:{words})(?!\S)", re.IGNORECASE)


def _parted(part: str) -> list[str]:
    """Return pieces between spaces, short ones left with those before them."""
    pieces: list[str] = []
    for piece in part.split():
        if pieces and (len(fold(piece)) < _PARTED_CHARS_MIN or pieces[-1][-1:].isdigit()):
            pieces[-1] += f" {piece}"
        else:
            pieces.append(piece)
    return pieces
