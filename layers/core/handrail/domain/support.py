"""Whether each sentence of an answer rests on what a passage says, by the words they share.

Words, not understanding: a sentence of which too little stands in the sentences nearest to it is
unsupported.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from handrail.domain.clauses import clauses
from handrail.domain.function_words import WORDS as FUNCTION_WORDS
from handrail.domain.number_words import with_digits
from handrail.domain.reading import fold, grams, sentences, stem, words

# ruff: noqa: SIM905 - words are read as a text
# ruff: noqa: RUF001 - letters and marks of other scripts are meant

SUPPORT_MIN: Final = 0.45
"""How much of a sentence must stand in the passage: docs/decisions/0043-grounding.md."""
_CLAUSE_SUPPORT_MIN: Final = 0.15
_CLAUSE_BY_ONE_MIN: Final = 0.3
_PAIRED: Final = re.compile("[\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff]")
"""Scripts without spaces that part their clauses by them."""
_CLAUSE_CLAIMS: Final = 3.2
"""A clause that says this much, of which almost nothing stands in a passage, was added."""
NEAREST_MIN: Final = 0.25
"""How much of a sentence must stand in the one nearest to it, whatever others add."""
_NEAREST: Final = 3
"""Sentences of a passage that one sentence of an answer may put together."""
_NEW_WORDS: Final = 0.8
_AS_MUCH: Final = 0.78
_GRAMS_ALIKE: Final = 0.5
_SHORT: Final = 3
_WEIGHTS: Final = {1: 0.1, 2: 0.15, 3: 0.35, 4: 0.7}
_WEIGHTS_OF_ABJADS: Final = {1: 0.1, 2: 0.3, 3: 0.8}
_WEIGHTS_OF_HANGUL: Final = {1: 0.4}
_WEIGHT_OF_FUNCTION_WORDS: Final = 0.2
_HANGUL_ALIKE_CHARS: Final = 2
_PAIR_WEIGHT: Final = 0.5
_PAIR_OF_A_WORD: Final = 0.4
"""A word of Thai, Lao, Khmer or Burmese has some five letters."""
_UNSPACED_FROM: Final = "\u0e00"
_KANA: Final = re.compile("^[\u3040-\u309f]+$")

_CONNECTING: Final = frozenset(
    fold(sentence).strip()
    for sentence in (
        "yes|no|sure|of course|certainly|hello|hi|thank you|thanks|you are welcome|sorry|"
        "i am sorry|i hope this helps|happy to help|good question|"
        "thank you for your question|ja|nein|gern|gerne|natürlich|hallo|guten tag|danke|"
        "vielen dank|es tut mir leid|leider nein|sí|claro|hola|gracias|lo siento|"
        "con mucho gusto|por supuesto|buenos días|oui|non|bonjour|merci|bien sûr|"
        "je suis désolé|avec plaisir|sim|não|olá|obrigado|obrigada|claro que sim|"
        "sinto muito|com prazer|sì|certo|ciao|grazie|mi dispiace|nee|natuurlijk|bedankt|hej|"
        "tack|tak|takk|nej|nei|nie|dzień dobry|dziękuję|przykro mi|да|нет|здравствуйте|"
        "спасибо|конечно|так|ні|evet|hayır|merhaba|teşekkürler|نعم|لا|مرحبا|شكرا|بالتأكيد|"
        "عذرا|हाँ|नहीं|जी हाँ|जी नहीं|नमस्ते|धन्यवाद|是的|不是|您好|你好|谢谢|当然|可以|不可以|"
        "抱歉|はい|いいえ|こんにちは|ありがとうございます|申し訳ありません|もちろんです|"
        "ndiyo|hapana|habari|asante|samahani|ya|tidak|halo|terima kasih|xin chào|cảm ơn|네|"
        "아니요|안녕하세요|dobrý den|děkuji|ano|ne|áno|igen|nem|köszönöm|jó napot|da|nu|"
        "bună ziua|mulțumesc|ναι|όχι|γεια σας|ευχαριστώ|kyllä|ei|hei|kiitos|tere|aitäh|jah|"
        "taip|labas||ačiū|jā|nē|paldies|дзякуй|дякую|добрий день|благодаря|здравейте|не|"
        "хвала|hvala|dobar dan|já|sælir|dankie|goeie dag|vâng|dạ|có|không|xin lỗi|ครับ|ค่ะ|ใช่|"
        "ไม่|สวัสดี|ขอบคุณ|ขออภัย|감사합니다|죄송합니다|예|بله|خیر|سلام|متشکرم|כן|לא|שלום|תודה|"
        "מצטערים|جی ہاں|جی نہیں|شکریہ|হ্যাঁ|না|ধন্যবাদ|ஆம்|இல்லை|வணக்கம்|நன்றி|అవును|కాదు|ధన్యవాదాలు|oo|"
        "hindi|salamat|kumusta|eh|a|aye|yebo|cha|ngiyabonga|haa|maya|mahadsanid"
    ).split("|")
)
"""Sentences that say nothing of the company's, and so need no support."""


@dataclass(frozen=True, slots=True, eq=False)
class Said:
    """A sentence as its words: what they weigh, and the pieces by which they are met.

    It is equal to itself alone, so that what was found about it once is found again at once.
    """

    text: str
    stems: frozenset[str]
    weights: tuple[tuple[str, float], ...]
    """Each word once, and what it says: little words say little."""

    @property
    def total(self) -> float:
        """How much it says."""
        return sum(weight for _, weight in self.weights)

    @property
    def full_words(self) -> float:
        """About how many full words it has; pairs of letters weigh more than their words."""
        return sum(
            weight * _PAIR_OF_A_WORD if _PAIRED.match(word) else weight
            for word, weight in self.weights
        )


@dataclass(frozen=True, slots=True)
class Support:
    """How a sentence rests on the sentences nearest to it."""

    share: float
    by_one: float
    """How much of it stands in the one sentence that has most of it."""
    nearest: tuple[Said, ...]
    """Those sentences, the nearest first."""
    also: tuple[Said, ...] = ()
    """Sentences that say as much of it: the items of a list it puts together."""


@lru_cache(maxsize=4096)
def said(sentence: str, *, numbers: bool = False) -> Said:
    """Read a sentence, its numbers too where they count as words."""
    read_words = (word for word in words(sentence) if numbers or not word.isdecimal())
    weights = {word: 1.0 if word.isdecimal() else _weight(word) for word in read_words}
    return Said(sentence, frozenset(stem(word) for word in weights), tuple(weights.items()))


def _weight(word: str) -> float:
    first = word[0]
    if word in FUNCTION_WORDS:
        return _WEIGHT_OF_FUNCTION_WORDS
    if is_hangul(word):
        return _WEIGHTS_OF_HANGUL.get(len(word), 1.0)
    if first >= _UNSPACED_FROM:
        return _PAIR_WEIGHT * (0.3 if _KANA.match(word) else 1.0)
    if "\u0590" <= first <= "\u0dff":
        return _WEIGHTS_OF_ABJADS.get(len(word), 1.0)
    return _WEIGHTS.get(len(word), 1.0)


def is_hangul(word: str) -> bool:
    """Say whether a word is Korean: spaced, but short, with its particles written onto it."""
    return "\uac00" <= word[0] <= "\ud7af"


def read(texts: Iterable[str], language: str) -> list[Said]:
    """Read the sentences of texts, with their numbers as digits."""
    return [sentence for text in texts for sentence in _read(text, language)]


@lru_cache(maxsize=256)
def _read(text: str, language: str) -> tuple[Said, ...]:
    return tuple(
        replace(said(with_digits(sentence, language), numbers=True), text=sentence)
        for sentence in sentences(text)
    )


def is_connecting(sentence: str, approved: Iterable[str] = ()) -> bool:
    """Say whether a sentence only greets, thanks or connects, or is wording of the company's."""
    return " ".join(fold(sentence).split()) in _CONNECTING or is_approved(sentence, approved)


def is_approved(sentence: str, approved: Iterable[str]) -> bool:
    """Say whether a sentence is wording of the company's, letter for letter but for marks."""
    plain = " ".join(fold(sentence).split())
    return plain in {" ".join(fold(one).split()) for one in approved}


def support(sentence: Said, sources: Sequence[Said]) -> Support:
    """Return how much of a sentence stands in the few sentences nearest to it.

    A further sentence counts only when it brings words that those before it have not. Numbers
    count where they are met; where not, they are compared as figures elsewhere.
    """
    left = dict(sentence.weights)
    nearest: list[Said] = []
    rest = [(source, _words_met(sentence, source)) for source in sources]
    overlaps = [sum(left[word] for word in met) for _, met in rest]
    enough = _AS_MUCH * max(overlaps, default=0.0)
    also = [source for source, overlap in zip(sources, overlaps, strict=True) if overlap >= enough]
    while left and rest and len(nearest) < _NEAREST:
        gains = [sum(left.get(word, 0.0) for word in met) for _, met in rest]
        gain = max(gains)
        if gain < (_NEW_WORDS if nearest else 0.01):
            break
        source, met = rest.pop(gains.index(gain))
        nearest.append(source)
        left = {word: weight for word, weight in left.items() if word not in met}
    had_left = left
    left = {word: weight for word, weight in left.items() if not word.isdecimal()}
    unmet = sum(left.values())
    total = unmet + sum(weight for word, weight in sentence.weights if word not in had_left)
    share = 1 - unmet / total if total else 1.0
    return Support(share, max(overlaps, default=0.0) / (total or 1.0), tuple(nearest), tuple(also))


def adds_a_clause(sentence: str, sources: Sequence[Said], language: str) -> bool:
    """Say whether one clause of a sentence says much that stands in no passage at all."""
    parts = [said(clause) for clause in clauses(sentence, language)]
    return len(parts) > 1 and any(_is_added(part, sources) for part in parts)


def _is_added(clause: Said, sources: Sequence[Said]) -> bool:
    if clause.total < _CLAUSE_CLAIMS:
        return False
    if not _PAIRED.search(clause.text):
        return met(clause, sources) < _CLAUSE_SUPPORT_MIN * clause.total
    # Some of its pairs of characters stand in any long text: only one sentence's count.
    best = max((met(clause, (source,)) for source in sources), default=0.0)
    return best < _CLAUSE_BY_ONE_MIN * clause.total


def _words_met(sentence: Said, source: Said) -> set[str]:
    return {word for word, _ in sentence.weights if stands_in(word, source)}


def met(sentence: Said, sources: Sequence[Said]) -> float:
    """Return how much of a sentence stands in any of the sources."""
    return sum(
        weight
        for word, weight in sentence.weights
        if any(stands_in(word, source) for source in sources)
    )


@lru_cache(maxsize=65536)
def stands_in(word: str, source: Said) -> bool:
    """Say whether a word stands in a sentence, maybe inflected or as a part of another."""
    if stem(word) in source.stems:
        return True
    if is_hangul(word):
        return len(word) >= _HANGUL_ALIKE_CHARS and any(
            other[:_HANGUL_ALIKE_CHARS] == word[:_HANGUL_ALIKE_CHARS]
            for other, _ in source.weights
        )
    if word[0] >= _UNSPACED_FROM or len(word) < _SHORT:
        return False
    if len(word) <= _SHORT + 1 and any(
        len(other) >= _SHORT
        and abs(len(word) - len(other)) == 1
        and (word.startswith(other) or other.startswith(word))
        for other, _ in source.weights
    ):
        return True
    if len(word) == _SHORT:
        return False
    if _grams(word).isdisjoint(_grams_of(source)):
        return False
    return any(_are_alike(word, other) for other, _ in source.weights if len(other) > _SHORT)


@lru_cache(maxsize=4096)
def _grams_of(source: Said) -> frozenset[str]:
    return frozenset().union(*(_grams(word) for word, _ in source.weights if len(word) > _SHORT))


@lru_cache(maxsize=65536)
def _are_alike(word: str, other: str) -> bool:
    own, theirs = _grams(word), _grams(other)
    return len(own & theirs) >= _GRAMS_ALIKE * min(len(own), len(theirs))


@lru_cache(maxsize=8192)
def _grams(word: str) -> frozenset[str]:
    return frozenset(grams(word))
