"""Whether each sentence of an answer rests on what a passage says, by the words they share.

Words, not understanding: a sentence of which too little stands in the sentences nearest to it is
unsupported, and one that is nearly theirs, but for a name or a No, says something else.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

from handrail.domain.number_words import with_digits
from handrail.domain.polarity import contradict, denies, is_known, without_reply
from handrail.domain.reading import fold, grams, sentences, stem, words

# ruff: noqa: RUF001 - letters and marks of other scripts are meant

SUPPORT_MIN: Final = 0.45
"""How much of a sentence must stand in the passage: docs/decisions/0043-grounding.md."""
_NEAREST: Final = 3
"""Sentences of a passage that one sentence of an answer may put together."""
_NEW_WORDS: Final = 0.8
_AS_MUCH: Final = 0.6
_GRAMS_ALIKE: Final = 0.5
_SHORT: Final = 3
_WEIGHTS: Final = {1: 0.1, 2: 0.15, 3: 0.35, 4: 0.7}
_PAIR_WEIGHT: Final = 0.5
_UNSPACED_FROM: Final = "\u0e00"
_KANA: Final = re.compile("^[\u3040-\u309f]+$")
_CLAUSE: Final = re.compile(r"[,;:،؛，、；：。()\u2013\u2014]|\s-\s")
_SAME_CLAUSE: Final = 0.4
_ALSO_SAME_CLAUSE: Final = 0.75
_BOTH_WAYS: Final = 0.6
_NAMES_OF_NOUNS: Final = frozenset({"de", "lb"})
"""Languages that write every noun with a capital."""
_LETTER: Final = "(?:[^\\W_]|[\u0900-\u0dff])"
"""The vowel signs of India's scripts are no letters to `re`."""
_WORD: Final = re.compile(rf"{_LETTER}+(?:['’&-]{_LETTER}+)*")
_JOINED: Final = re.compile(r"['’-]")
_LATIN: Final = re.compile(r"[A-Za-z][A-Za-z0-9&.'-]*[A-Za-z0-9]")
_LATIN_WORDS: Final = frozenset(
    [
        "e-mail",
        "email",
        "mail",
        "app",
        "chat",
        "ok",
        "am",
        "pm",
        "eur",
        "usd",
        "gbp",
        "jpy",
        "cny",
        "inr",
        "brl",
        "kes",
        "chf",
    ]
)
"""Latin words that every language uses, and what figures are compared by."""
_NEARLY: Final = 0.7
_NEARLY_WITHOUT_CAPITALS: Final = 0.8
_EXCHANGED_MAX: Final = 8
_ALIKE_CHARS: Final = 4
_NAME_CHARS_MIN: Final = 5
_PIECES_ALIKE_MIN: Final = 5
_QUESTION: Final = re.compile(r"[?？؟]\s*$")
_CLAIM_MIN: Final = 1.6

_CONNECTING: Final = frozenset(
    fold(sentence).strip()
    for line in (
        "yes|no|sure|of course|certainly|hello|hi|thank you|thanks|you are welcome|sorry",
        "i am sorry|i hope this helps|happy to help|good question",
        "thank you for your question|ja|nein|gern|gerne|natürlich|hallo|guten tag|danke",
        "vielen dank|es tut mir leid|leider nein|sí|claro|hola|gracias|lo siento",
        "con mucho gusto|por supuesto|buenos días|oui|non|bonjour|merci|bien sûr",
        "je suis désolé|avec plaisir|sim|não|olá|obrigado|obrigada|claro que sim",
        "sinto muito|com prazer|sì|certo|ciao|grazie|mi dispiace|nee|natuurlijk|bedankt",
        "hej|tack|tak|takk|nej|nei|tak|nie|dzień dobry|dziękuję|przykro mi|да|нет",
        "здравствуйте|спасибо|конечно|так|ні|evet|hayır|merhaba|teşekkürler|نعم|لا|مرحبا",
        "شكرا|بالتأكيد|عذرا|हाँ|नहीं|जी हाँ|जी नहीं|नमस्ते|धन्यवाद|是的|不是|您好|你好",
        "谢谢|当然|可以|不可以|抱歉|はい|いいえ|こんにちは|ありがとうございます",
        "申し訳ありません|もちろんです|ndiyo|hapana|habari|asante|samahani|ya|tidak|halo",
        "terima kasih|xin chào|cảm ơn|네|아니요|안녕하세요",
    )
    for sentence in line.split("|")
)
"""Sentences that say nothing of the company's, and so need no support."""


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence as its words: what they weigh, and the pieces by which they are met."""

    text: str
    stems: frozenset[str]
    weights: tuple[tuple[str, float], ...]
    """Each word once, and what it says: little words say little."""


@dataclass(frozen=True, slots=True)
class Support:
    """How a sentence rests on the sentences nearest to it."""

    share: float
    nearest: tuple[str, ...]
    """Those sentences, the nearest first."""
    also: tuple[str, ...] = ()
    """Sentences that say as much of it: the items of a list it puts together."""


def said(sentence: str, *, numbers: bool = False) -> Said:
    """Read a sentence; its numbers too, where they are not compared as figures."""
    read_words = (word for word in words(sentence) if numbers or not word.isdecimal())
    weights = {word: 1.0 if word.isdecimal() else _weight(word) for word in read_words}
    return Said(sentence, frozenset(stem(word) for word in weights), tuple(weights.items()))


def _weight(word: str) -> float:
    if word[0] >= _UNSPACED_FROM:
        return _PAIR_WEIGHT * (0.3 if _KANA.match(word) else 1.0)
    return _WEIGHTS.get(len(word), 1.0)


def is_connecting(sentence: str, approved: Iterable[str] = ()) -> bool:
    """Say whether a sentence only greets, thanks or connects, or is wording of the company's."""
    plain = " ".join(fold(sentence).split())
    return plain in _CONNECTING or plain in {" ".join(fold(one).split()) for one in approved}


def support(sentence: Said, sources: Sequence[Said], figures: int) -> Support:
    """Return how much of a sentence stands in the few sentences nearest to it.

    A further sentence counts only when it brings words that those before it have not. `figures`
    is how many figures of the sentence are known to stand there: each says as much as a word.
    """
    left = dict(sentence.weights)
    nearest: list[str] = []
    rest = [(source, _words_met(sentence, source)) for source in sources]
    overlaps = [sum(left[word] for word in met) for _, met in rest]
    enough = _AS_MUCH * max(overlaps, default=0.0)
    also = [
        source.text for source, overlap in zip(sources, overlaps, strict=True) if overlap >= enough
    ]
    while left and rest and len(nearest) < _NEAREST:
        gains = [sum(left.get(word, 0.0) for word in met) for _, met in rest]
        gain = max(gains)
        if gain < (_NEW_WORDS if nearest else 0.01):
            break
        source, met = rest.pop(gains.index(gain))
        nearest.append(source.text)
        left = {word: weight for word, weight in left.items() if word not in met}
    total = sum(weight for _, weight in sentence.weights) + figures
    share = 1 - sum(left.values()) / total if total else 1.0
    return Support(share, tuple(nearest), tuple(also))


def _words_met(sentence: Said, source: Said) -> set[str]:
    return {word for word, _ in sentence.weights if _stands_in(word, source)}


def _met(sentence: Said, sources: Sequence[Said]) -> float:
    return sum(
        weight
        for word, weight in sentence.weights
        if any(_stands_in(word, source) for source in sources)
    )


def _stands_in(word: str, source: Said) -> bool:
    if stem(word) in source.stems:
        return True
    if len(word) <= _SHORT or word[0] >= _UNSPACED_FROM:
        return False
    own = set(grams(word))
    return any(
        len(own & set(grams(other))) >= _GRAMS_ALIKE * min(len(own), len(set(grams(other))))
        for other, _ in source.weights
        if len(other) > _SHORT
    )


def is_denied(sentence: str, sources: Sequence[str], language: str) -> bool:
    """Say whether a clause says no where the clause it rests on says yes, or the reverse."""
    if not is_known(language) or not sources or _QUESTION.search(sentence):
        return False
    bare = without_reply(sentence)
    theirs = [_read_clause(part, language) for source in sources for part in _clauses(source)]
    turned = contradict(bare, sources[0], language)
    return any(
        _is_turned(_read_clause(clause, language), theirs, language, alone=not turned)
        for clause in _clauses(bare)
    )


def _clauses(sentence: str) -> list[str]:
    return [part.strip() for part in _CLAUSE.split(sentence) if part and part.strip()]


def _read_clause(clause: str, language: str) -> Said:
    return said(with_digits(clause, language), numbers=True)


def _is_turned(clause: Said, theirs: Sequence[Said], language: str, *, alone: bool) -> bool:
    """Say whether a clause contradicts all clauses that it may rest on.

    Where the sentence as a whole does not (`alone`), its No may stand in another clause of it:
    then only clauses that say the same in both directions are compared.
    """
    if _total(clause) < _CLAIM_MIN and not denies(clause.text, language):
        return False  # a bare answer or a mere adverb claims nothing that could be turned
    likeness = [(_met(clause, (other,)), other) for other in theirs]
    best = max((met for met, _ in likeness), default=0.0)
    if not best or best < _SAME_CLAUSE * _total(clause):
        return denies(clause.text, language) and all(
            contradict(clause.text, other.text, language) for other in theirs
        )
    same = [other for met, other in likeness if met >= _ALSO_SAME_CLAUSE * best]
    if alone:
        same = [other for other in same if _met(other, (clause,)) >= _BOTH_WAYS * _total(other)]
    return bool(same) and all(contradict(clause.text, other.text, language) for other in same)


def _total(sentence: Said) -> float:
    return sum(weight for _, weight in sentence.weights)


def names(sentence: str, language: str) -> set[str]:
    """Return the words of a sentence that are names by their letters, folded."""
    found: set[str] = set()
    base = language.partition("-")[0]
    for word in _WORD.finditer(sentence):
        written = word.group()
        capitals = sum(character.isupper() for character in written)
        first = not re.search(r"[^\W_][^.:!?…»\"“”„\[\]*•]*$", sentence[: word.start()])
        inner = written[1:] != written[1:].lower()
        capital = written[0].isupper() and not first and base not in _NAMES_OF_NOUNS
        if (inner and capitals > 1) or (capital and len(written) > 1 and written.lower() != "i"):
            found |= {part for part in _JOINED.split(written) if part != part.lower()}
    if not _is_latin(sentence):
        found |= {part for word in _LATIN.findall(sentence) for part in _JOINED.split(word)}
    return {name for name in found if name and name.casefold() not in _LATIN_WORDS}


def _is_latin(text: str) -> bool:
    letters = [character for character in text if character.isalpha()]
    return 2 * sum(character < "\u0250" for character in letters) > len(letters)


def stands_among(name: str, sources: Iterable[Said]) -> bool:
    """Say whether every part of a name stands in one of the sources."""
    known = list(sources)
    parts = [part for part in words(name) if not part.isdecimal()]
    return all(any(_stands_in(part, source) for source in known) for part in parts)


def exchanged(sentence: str, source: str, language: str) -> bool:
    """Say whether a sentence is nearly the source's, but with another name in one place.

    Where names show by their capitals, a name of the source must be what was exchanged; elsewhere
    any word may be one, and the sentences must be nearer to each other.
    """
    own, theirs = _pieces(sentence), _pieces(source)
    shown = language.partition("-")[0] not in _NAMES_OF_NOUNS and _has_case(sentence)
    nearly = _NEARLY if shown else _NEARLY_WITHOUT_CAPITALS
    matcher = SequenceMatcher(
        a=[fold(word) for word in own], b=[fold(word) for word in theirs], autojunk=False
    )
    alike = sum(block.size for block in matcher.get_matching_blocks())
    if alike < nearly * min(len(own), len(theirs)) or alike < _PIECES_ALIKE_MIN:
        return False
    kept = {stem(fold(word)) for word in own}
    return any(
        kind == "replace"
        and _is_name(theirs[other_start:other_end], other_start, kept, shown=shown)
        and not _alike("".join(own[start:end]), "".join(theirs[other_start:other_end]))
        for kind, start, end, other_start, other_end in matcher.get_opcodes()
    )


def _pieces(sentence: str) -> list[str]:
    """Return the words of a sentence; of a script without spaces, its characters."""
    return [
        piece
        for word in _WORD.findall(sentence)
        for piece in (word if word[0] >= _UNSPACED_FROM else (word,))
    ]


def _alike(one: str, other: str) -> bool:
    return one[:_ALIKE_CHARS].casefold() == other[:_ALIKE_CHARS].casefold()


def _is_name(pieces: Sequence[str], start: int, kept: set[str], *, shown: bool) -> bool:
    """Say whether words that are gone may be a name; those said elsewhere are not gone."""
    if len(pieces) > _EXCHANGED_MAX or any(piece.isdecimal() for piece in pieces):
        return False
    gone = [
        (start + at, piece)
        for at, piece in enumerate(pieces)
        if piece[0] >= _UNSPACED_FROM or stem(fold(piece)) not in kept
    ]
    if shown:
        return any(piece[0].isupper() and at > 0 for at, piece in gone)
    if _has_case("".join(pieces)):
        return any(piece[0].isupper() and len(piece) > _SHORT for _, piece in gone)
    wide = bool(gone) and all(piece[0] >= _UNSPACED_FROM for _, piece in gone)
    return sum(len(piece) for _, piece in gone) >= (2 if wide else _NAME_CHARS_MIN)


def _has_case(text: str) -> bool:
    return text.lower() != text.upper()


def read(texts: Iterable[str]) -> list[Said]:
    """Read the sentences of texts."""
    return [said(sentence) for text in texts for sentence in sentences(text)]
