"""Whether a clause says yes or no, in the languages whose words for it are known here.

An answer that turns "you can" into "you cannot" is wrong in every other word right, so it is
compared clause by clause with what it rests on. A language without a list is not compared.
"""

import re
from functools import cache, lru_cache
from typing import Final

from handrail.domain.clauses import clauses
from handrail.domain.negation_words import MILD, NEGATORS, ONE_NO_ENDS_ANOTHER, WITH_ACCENTS
from handrail.domain.number_words import base_of
from handrail.domain.reading import fold

# ruff: noqa: SIM905 - words are read as a text
# ruff: noqa: RUF001 - letters and marks of other scripts are meant

_LIMITS: Final = frozenset(
    fold(word)
    for word in (
        "up to|most|maximum|until|highest|höchstens|maximal|bis zu|spätestens|máximo|"
        "hasta|jusqu|até|massimo|fino|maximaal|hoogstens|højst|maksimalt|op til|høyst|"
        "opptil|högst|upp till|enintään|korkeintaan|asti|kuni|kõige|maksimaalselt|"
        "daugiausia|iki|līdz|ne vairāk|najwyżej|maksymalnie|do|nejvýše|maximálne|až|"
        "nejpozdeji|maximalne|najviac|najviše|največ|највише|максимално|максимум|"
        "највише|до|больше|більше|найвищий|найбільша|щонайбільше|mult|până|legfeljebb|"
        "maximum|έως|μέχρι|πολύ|μέγιστο|en fazla|en çok|azami|kadar|حد اقصي|كحد|اقصاه|"
        "حداکثر|تا|לכל היותר|מקסימום|עד|अधिकतम|ज्यादा से ज्यादा|ज़्यादा से ज़्यादा|तक|"
        "সর্বোচ্চ|পর্যন্ত|maksimal|maksimum|paling|hingga|sampai|tối đa|đến|"
        "nhiều nhất|hadi|zaidi|สูงสุด|ไม่เกิน|最大|最長|以内|まで|超え|最多|"
        "最高|最长|截止|之内|최대|까지|이내|"
        "plus|tot"
    ).split("|")
) | {"tối đa", "đến", "nhiều nhất"}
_HIGHEST: Final = frozenset(
    fold(word)
    for word in (
        "most|maximum|highest|höchstens|maximal|máximo|massimo|maximaal|hoogstens|højst|"
        "maksimalt|høyst|högst|maximalt|enintään|korkeintaan|kõige|maksimaalselt|daugiausia|"
        "najwyżej|maksymalnie|nejvýše|maximálne|maximalne|najviac|najviše|največ|највише|"
        "максимално|максимум|mult|legfeljebb|μέγιστο|en fazla|en çok|azami|حد اقصي|كحد|اقصاه|"
        "حداکثر|לכל היותר|מקסימום|अधिकतम|ज्यादा से ज्यादा|ज़्यादा से ज़्यादा|সর্বোচ্চ|maksimal|"
        "maksimum|สูงสุด|最大|最長|最多|最高|最长|최대"
    ).split("|")
) | {"tối đa", "nhiều nhất"}
"""Of these, what says nothing else: not "until", which is of times too."""
_MORE: Final = re.compile(
    r"more|exceed|over|longer|higher|later|beyond|mehr|uber|lang|hoher|spater|mas|super|exced"
    r"|plus|depass|mais|ultrapass|piu|olt|meer|hoger|mer|langre|mere|yli|enemm|ylit|pidem|wiecej"
    r"|przekr|ponad|dluze|pozni|vic|presah|dele|больш|более|превы|дольш|поз|більш|перевищ|понад"
    r"|πανω|περισσ|ξεπερ|fazla|as(?:m|a)|gec|اكثر|تجاوز|تزيد|يزيد|بيش|יותר|עול|जयाद|अधिक|ज़्याद|वेशी|বেশি"
    r"|lebih|hơn|vượt|quá|zidi|เกิน|มากกว่า|超|多于|上回|以上|넘|초과|이상|tobb|meghalad|tovabb|mult"
    r"|depas|peste|rohkem|ule|daugiau|virs|vairak|parsniedz|vise|prelaz|vec|повече|над|више|прелаз"
)
"""What a no is said to where it only says how far."""
_ANSWERED: Final = re.compile(
    r"^\W*(?:no|non|nein|nao|não|nee|nej|nei|nie|нет|ні|не|hayır|nu|όχι|لا|כן|לא|नहीं|जी नहीं|না|"
    r"tidak|hapana|không|不会|不是|不行|不可以|不|没有|いいえ|아니요)\s*[,،，、.!。！:;—–-]+",
    re.IGNORECASE,
)
_BOUND: Final = re.compile(
    r"\b(?:no|not) (?:later|more|less|longer|earlier) than\b|\bno (?:later|longer) than\b"
    r"|\bn \w+ (?:\w+ )?qu\b|\bne \w+ (?:\w+ )?qu\w*\b|لا \S+ الا(?= )|لن \S+ الا(?= )"
    r"|しか\S{0,12}(?:ない|ません)|\b(?:dopoki|az) (?:\w+ ){0,3}nie\b|\bпока (?:\w+ ){0,3}не\b"
    r"|\b(?:поки|доки) (?:\w+ ){0,3}не\b|\bkhông quá\b|不超过|ไม่เกิน"
)
"""Says how far, until when, or that it is the only one, and denies nothing."""

_OTHER_LETTERS: Final = re.compile(r"[^\x00-\x7f]+")


@cache
def _pattern(language: str, *, mild: bool = False) -> re.Pattern[str] | None:
    """Return a list's pattern, its letters folded as those of the texts are."""
    words = (MILD if mild else NEGATORS).get(language)
    if words is None or language in WITH_ACCENTS:
        return re.compile(words) if words else None
    return re.compile(_OTHER_LETTERS.sub(lambda part: fold(part.group()), words))


def is_known(language: str) -> bool:
    """Say whether yes and no can be told apart in a language."""
    return base_of(language) in NEGATORS


@lru_cache(maxsize=8192)
def denies(clause: str, language: str) -> bool:
    """Say whether a clause says no."""
    base = base_of(language)
    pattern = _pattern(base)
    if pattern is None:
        return False
    negators = pattern.findall(_BOUND.sub(" ", _read(clause, base)))
    return len(negators) % 2 == 1 if base in ONE_NO_ENDS_ANOTHER else bool(negators)


def contradict(one: str, other: str, language: str) -> bool:
    """Say whether one clause says no where the other says yes, and neither says it in other words.

    Both are about the same: that is for the caller to see to. A limit excuses only where the no
    is to more than it: "at most 12" for "never more than 12". For "not at most 12" it does not.
    """
    base = base_of(language)
    if _says_no(one, language) == _says_no(other, language):
        return _says_no(one, language) and {
            _is_no_to_a_limit(one, base),
            _is_no_to_a_limit(other, base),
        } == {True, False}
    soft = _pattern(base, mild=True)
    if soft is None:
        return True
    denying, granting = (one, other) if _says_no(one, language) else (other, one)
    read = _read(denying, base)
    excuses = {found.group() for found in soft.finditer(_read(granting, base))}
    own = {found.group() for found in soft.finditer(read)}
    if excuses - _LIMITS and not own - _LIMITS:
        return False
    is_limit = excuses & _LIMITS or _BOUND.search(_read(granting, base))
    return not (is_limit and _MORE.search(soft.sub(_without_the_highest, read)))


def _is_no_to_a_limit(text: str, base: str) -> bool | None:
    """Say whether a clause denies a limit ("not at most"), or more than it; None: neither."""
    soft = _pattern(base, mild=True)
    if soft is None:
        return None
    read = _read(text, base)
    limits = {found.group() for found in soft.finditer(read)} & _HIGHEST
    if _MORE.search(soft.sub(_without_the_highest, read)):
        return None if limits else False
    return True if limits else None


def _without_the_highest(found: re.Match[str]) -> str:
    return " " if found.group() in _HIGHEST else found.group()


def _says_no(text: str, language: str) -> bool:
    return any(denies(clause, language) for clause in clauses(text, language))


def without_reply(sentence: str) -> str:
    """Return a sentence without the No that only replies to the question."""
    return _ANSWERED.sub("", sentence, count=1)


@lru_cache(maxsize=4096)
def _read(text: str, language: str) -> str:
    if language in WITH_ACCENTS:
        return " ".join(re.sub(r"[^\w\s]", " ", text.casefold()).split())
    return " ".join(fold(text).split())
