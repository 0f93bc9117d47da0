"""Whether a clause says yes or no, in the languages whose words for it are known here.

An answer that turns "you can" into "you cannot" is wrong in every other word right, so it is
compared clause by clause with what it rests on. A language without a list is not compared.
"""

import re
from typing import Final

from handrail.domain.reading import fold

# ruff: noqa: RUF001 - letters and marks of other scripts are meant

# Matched on folded text: lower case, no accents, no punctuation, single spaces.
_NEGATORS: Final = {
    "en": r"\b(?:not|no|never|cannot|none|nothing|nobody|neither|nor|without|unable|impossible"
    r"|(?:don|doesn|isn|aren|won|can|couldn|didn|wasn|weren|hasn|haven|shouldn|wouldn|needn|mustn)"
    r" t)\b",
    "de": r"\b(?:nicht|kein\w*|nie|niemals|ohne|nichts|weder|niemand|unmoglich)\b",
    "es": r"\b(?:no|nunca|jamas|sin|nada|ningun\w*|tampoco|nadie)\b",
    "fr": r"\b(?:ne|n|pas|jamais|sans|aucun\w*|rien|ni)\b",
    "pt": r"\b(?:nao|nunca|jamais|sem|nenhum\w*|nada|nem)\b",
    "it": r"\b(?:non|mai|senza|nessun\w*|niente|nulla)\b",
    "nl": r"\b(?:niet|geen|nooit|zonder|niets|noch)\b",
    "sv": r"\b(?:inte|ej|aldrig|ingen|inget|inga|utan)\b",
    "da": r"\b(?:ikke|aldrig|ingen|intet|uden)\b",
    "nb": r"\b(?:ikke|aldri|ingen|intet|uten)\b",
    "pl": r"\b(?:nie|bez|nigdy|zaden|zadn\w*)\b",
    "cs": r"\b(?:ne|bez|nikdy|zadn\w*|ne(?:ni|jsou|muze\w*|lze|smi\w*|bude\w*|ma\w*|uctuje\w*))\b",
    "ru": r"\b(?:не|нет|никогда|без|ни|нельзя|невозможно)\b",
    "uk": r"\b(?:не|ні|немає|ніколи|без|неможливо)\b",
    "bg": r"\b(?:не|няма|никога|без|нито)\b",
    "tr": r"\b(?:değil|yok|asla|\w+(?:maz|mez|amaz|emez|mıyor|miyor|muyor|müyor|madı|medi)\w*)\b",
    "ro": r"\b(?:nu|fara|niciodata|nici|nimic)\b",
    "el": r"(?:\b(?:δεν|δε|μην|ποτε|χωρις|ουτε|οχι)\b)",
    "fi": r"\b(?:ei|en|emme|ette|eivat|ala|ilman|eika)\b",
    "hu": r"\b(?:nem|ne|nincs|nincsenek|nelkul|soha|sem)\b",
    "ar": r"(?:^|\s)(?:و|ف)?(?:لا|لن|لم|ليس\w*|لست\w*|غير|دون|بدون|ابدا|بلا)(?=\s|$)",
    "fa": r"(?:^|\s)(?:نه|نیست\w*|بدون|هرگز|نمي\w*|نخواه\w*)(?=\s|$)",
    "he": r"(?:^|\s)ו?(?:לא|אין|בלי|ללא|אף|מעולם)(?=\s|$)",
    "hi": r"(?:^|\s)(?:नहीं|न|ना|बिना|मत)(?=\s|$)",
    "bn": r"(?:^|\s)(?:না|নেই|নয়|নি|ছাড়া)(?=\s|$)",
    "id": r"\b(?:tidak|bukan|tanpa|jangan|belum|tak)\b",
    "ms": r"\b(?:tidak|bukan|tanpa|jangan|belum|tak)\b",
    "vi": r"\b(?:khong|chua|chang|dung)\b",
    "sw": r"\b(?:hapana|kamwe|bila|sio|si|wala|hakuna|huwezi|hawezi"
    r"|(?:hatu|huta|hazi|haya|hawa|hai|huhi|hali|haku|siwe|usi|msi|isi|zisi)\w{3,})\b",
    "zh": r"不(?![同仅但过管论])|没|沒|[无無](?!论)|未(?!来)|非(?!常)"
    r"|(?<![特分区个])别(?=[要把再])|勿",
    "ja": r"ません|ない|なく|なかった|せず|ずに|不要|不可|未使用",
    "ko": r"않|없|못|아니|(?:^|\s)안\s|불가",
    "th": r"ไม่|มิ(?!ถุ)|ห้าม",
}
_MILD: Final = {
    "en": r"\b(?:free|only|unless|most|maximum|unused|secret|valid|late|latest|just|alone|stops?"
    r"|declined|blocked|refused|gone|fails?|up to)\b",
    "de": r"\b(?:kostenlos|gratis|nur|hochstens|maximal|unbenutzt|zinsfrei\w*"
    r"|geheim|gleich|spatestens"
    r"|bis zu)\b",
    "es": r"\b(?:gratis|gratuit\w*|solo|maximo|salvo|bloque\w*|rechaz\w*)\b",
    "fr": r"\b(?:gratuit\w*|seul\w*|maximum|neufs?|sauf|bloque\w*|refuse\w*)\b",
    "pt": r"\b(?:gratis|gratuit\w*|so|apenas|maximo|exceto|bloque\w*)\b",
    "it": r"\b(?:gratis|gratuit\w*|solo|massimo|tranne)\b",
    "nl": r"\b(?:gratis|kosteloos|alleen|maximaal|hoogstens)\b",
    "ar": r"مجان|فقط|الا|وحده|حد اقصي|كحد",
    "hi": r"मुफ|सिरफ|केवल|अधिकतम|जयादा से जयादा",
    "zh": r"免|只|最多|仅|才",
    "ja": r"無料|だけ|のみ|最大|最長|超え|以内",
    "sw": r"\b(?:bure|tu|pekee|hadi)\b",
}
"""What says no in another way: "free" for "no costs". It excuses, where one side alone has it."""
_ANSWERED: Final = re.compile(
    r"^\W*(?:no|non|nein|nao|não|nee|nej|nei|nie|нет|ні|не|hayır|nu|όχι|لا|כן|לא|नहीं|जी नहीं|না|"
    r"tidak|hapana|không|不会|不是|不行|不可以|不|没有|いいえ|아니요)\s*[,،，、.!。！:;—–-]+",
    re.IGNORECASE,
)
_BOUND: Final = re.compile(r"\b(?:no|not) (?:later|more|less|longer|earlier) than\b")
"""Says how far, and denies nothing."""
_ONE_NO_ENDS_ANOTHER: Final = frozenset({"en", "de", "nl", "sv", "da", "nb"})
"""Here two in a clause say yes; elsewhere they say no the louder."""

_OTHER_LETTERS: Final = re.compile(r"[^\x00-\x7f]+")


def _compiled(lists: dict[str, str]) -> dict[str, re.Pattern[str]]:
    """Return the patterns, their letters folded as those of the texts are."""
    return {
        language: re.compile(_OTHER_LETTERS.sub(lambda part: fold(part.group()), pattern))
        for language, pattern in lists.items()
    }


_NEGATIVE: Final = _compiled(_NEGATORS)
_SOFTLY: Final = _compiled(_MILD)


def is_known(language: str) -> bool:
    """Say whether yes and no can be told apart in a language."""
    return _base(language) in _NEGATIVE


def denies(clause: str, language: str) -> bool:
    """Say whether a clause says no."""
    base = _base(language)
    negators = _NEGATIVE[base].findall(_BOUND.sub(" ", _read(clause)))
    return len(negators) % 2 == 1 if base in _ONE_NO_ENDS_ANOTHER else bool(negators)


def contradict(one: str, other: str, language: str) -> bool:
    """Say whether one clause says no where the other says yes, and neither says it in other words.

    Both are about the same: that is for the caller to see to.
    """
    if denies(one, language) == denies(other, language):
        return False
    soft = _SOFTLY.get(_base(language))
    if soft is None:
        return True
    denying, granting = (one, other) if denies(one, language) else (other, one)
    excused = soft.search(_read(granting)) and not soft.search(_read(denying))
    return not excused


def without_reply(sentence: str) -> str:
    """Return a sentence without the No that only replies to the question."""
    return _ANSWERED.sub("", sentence, count=1)


def _base(language: str) -> str:
    return language.partition("-")[0].casefold()


def _read(text: str) -> str:
    return " ".join(fold(text).split())
