"""Whether a sentence turns what it rests on into its opposite, clause by clause.

By a no that is more or less than the passage's, by a word of opposite meaning, or by a syllable:
`used` for `unused`.
"""

import re
from collections.abc import Sequence
from itertools import takewhile
from typing import Final

from handrail.domain.clauses import clauses, is_joined
from handrail.domain.number_words import base_of, with_digits
from handrail.domain.opposites import opposed
from handrail.domain.polarity import contradict, denies, is_known, without_reply
from handrail.domain.support import Said, is_hangul, met, said, stands_in

# ruff: noqa: RUF001 - letters of other scripts are meant

_QUESTION: Final = re.compile(r"[?？؟]\s*$")
_CLAIMS: Final = re.compile(r"[.!。！।॥۔።။៕…\"'”»）)]\s*$")
"""Headings and questions claim nothing."""
_MARKED: Final = 3
"""Where one sentence in so many has a mark at its end, what has none is a heading."""
_SAME_CLAUSE: Final = 0.34
"""How much of a clause must stand in another, for that to be what it rests on."""
_ALSO_SAME: Final = 0.86
"""What is nearly as much alike as the most alike may be what a clause rests on, too."""
_ALSO_MET: Final = 0.75
_SAME_CLAUSE_UNSPACED: Final = 0.24
"""Of pairs of characters fewer stand in what says the same in other words."""
_SAME_SENTENCE: Final = 0.5
"""How much of two sentences must stand in each other, for them to be compared as wholes."""
_CONTEXT: Final = 0.3
"""What it counts, beside a clause's own words, that the whole sentences are about the same."""
_ALL_OF_IT: Final = 0.75
_CLAIM_MIN: Final = 1.0
"""What says less than this claims nothing that could be turned."""
_OTHER_CLAUSE: Final = 0.5
_BESIDE_MIN: Final = 0.2
_SAID_SO: Final = 0.6
_TOPIC: Final = 2.0
_NEW_MIN: Final = 0.3
_OPPOSED_SAME: Final = 0.8
_OPPOSED_BOTH_WAYS: Final = 0.35
_SHORT_OF_IT: Final = 0.6
_OR: Final = {
    "en": "or|nor",
    "de": "oder|noch",
    "nl": "of|noch",
    "sv": "eller",
    "da": "eller",
    "nb": "eller",
    "is": "eða|né",
    "es": "o|u|ni",
    "ca": "o|ni",
    "gl": "ou|nin",
    "pt": "ou|nem",
    "fr": "ou|ni",
    "it": "o|né",
    "ro": "sau|nici",
    "pl": "lub|albo|ani|czy",
    "cs": "nebo|ani|či",
    "sk": "alebo|ani|či",
    "sl": "ali|niti",
    "hr": "ili|niti",
    "bs": "ili|niti",
    "sr": "или|нити|ili|niti",
    "mk": "или|ниту",
    "bg": "или|нито",
    "ru": "или|ни",
    "uk": "або|чи|ні",
    "be": "або|ці|ні",
    "lt": "ar|arba|nei",
    "lv": "vai",
    "et": "või|ega",
    "fi": "tai|eikä",
    "hu": "vagy|sem",
    "el": "ή|ούτε",
    "tr": "veya|ya da",
    "az": "və ya",
    "sq": "ose|apo",
    "id": "atau",
    "ms": "atau",
    "vi": "hoặc|hay",
    "sw": "au|wala",
    "af": "of",
    "fil": "o",
    "ar": "أو",
    "fa": "یا",
    "ur": "یا",
    "he": "או",
    "hi": "या",
    "ko": "또는|이나",
}
"""Words between the last two of what a no is said to."""
_PREFIXES: Final = {
    "en": ("un", "in", "im", "dis", "non"),
    "de": ("un",),
    "es": ("in", "im", "des"),
    "fr": ("in", "im", "de"),
    "pt": ("in", "im", "des"),
    "it": ("in", "im", "s"),
    "nl": ("on",),
    "sv": ("o",),
    "da": ("u",),
    "nb": ("u",),
    "is": ("o",),
    "ro": ("ne",),
    "pl": ("nie",),
    "cs": ("ne",),
    "sk": ("ne",),
    "hr": ("ne",),
    "bs": ("ne",),
    "sl": ("ne",),
    "lt": ("ne",),
    "lv": ("ne",),
    "ru": ("не",),
    "uk": ("не",),
    "be": ("не",),
    "bg": ("не",),
    "mk": ("не",),
    "sr": ("не", "ne"),
    "af": ("on",),
    "el": ("αν",),
    "hy": ("ան",),
    "ka": ("უ",),
    "ja": ("未", "不"),
    "zh": ("未", "不", "非"),
    "ko": ("미", "불"),
}
_PREFIXED_CHARS_MIN: Final = 4
_FIRST_UNSPACED: Final = "\u0e00"


def is_denied(sentence: str, sources: Sequence[Said], language: str) -> bool:
    """Say whether a clause says the opposite of the clauses that it rests on."""
    if not sources or _QUESTION.search(sentence):
        return False
    bare = without_reply(sentence)
    claims = [source for source in sources if not _QUESTION.search(source.text)]
    closed = [source for source in claims if _CLAIMS.search(source.text)]
    if len(closed) * _MARKED >= len(claims):
        claims = closed
    whole = _read(bare, language)
    own = [_read(clause, language) for clause in clauses(bare, language)]
    theirs = [
        [
            _read(clause, language)
            for clause in _with_lists(clauses(source.text, language), language)
        ]
        for source in claims
    ]
    about = [_CONTEXT * met(whole, (source,)) / (whole.total or 1.0) for source in claims]
    if any(_is_turned(clause, own, theirs, about, language) for clause in own):
        return True
    return is_known(language) and _is_turned_as_a_whole(whole, theirs, claims, language)


def _read(clause: str, language: str) -> Said:
    return said(with_digits(clause, language), numbers=True)


def _with_lists(parts: Sequence[str], language: str) -> Sequence[str]:
    """Return clauses, a list under a no joined to it: "never a code, a number or a password"."""
    either = _OR.get(base_of(language))
    if either is None:
        return parts
    for at, part in enumerate(parts):
        if not denies(part, language) or is_joined(part, language):
            continue
        items = list(
            takewhile(
                lambda one: not (is_joined(one, language) or denies(one, language)),
                parts[at + 1 :],
            )
        )
        while items and not re.search(rf"(?<!\w)(?:{either})(?!\w)", items[-1].casefold()):
            items.pop()
        if items:
            whole = ", ".join((part, *items))
            return (*parts[:at], whole, *parts[at + 1 + len(items) :])
    return parts


def _is_turned_as_a_whole(
    own: Said, theirs: Sequence[Sequence[Said]], sources: Sequence[Said], language: str
) -> bool:
    """Say whether a sentence says no where the one sentence like it says yes, or the reverse."""
    rated = [
        (_likeness(own, other), other) for other in sources if _are_the_same(own, other, language)
    ]
    best = max((rate for rate, _ in rated), default=0.0)
    same = [other for rate, other in rated if rate >= _ALSO_SAME * best]
    if not same or not all(contradict(own.text, other.text, language) for other in same):
        return False
    denying = [
        _read(one, language) for one in clauses(own.text, language) if denies(one, language)
    ]
    noes = [one for sentence in theirs for one in sentence if denies(one.text, language)]
    if denying:
        return not all(any(_likeness(one, no) >= _SAID_SO for no in noes) for one in denying)
    return any(
        _has_what_is_denied(own, _read(one, language), language)
        for other in same
        for one in clauses(other.text, language)
        if denies(one, language)
    )


def _has_what_is_denied(own: Said, no: Said, language: str) -> bool:
    """Say whether a sentence says most of what a clause denies, its no aside."""
    denied = tuple((word, weight) for word, weight in no.weights if not denies(word, language))
    rest = Said(no.text, no.stems, denied)
    return met(rest, (own,)) >= _SAME_SENTENCE * rest.total


def _are_the_same(own: Said, other: Said, language: str) -> bool:
    """Say whether two sentences are about the same; one that says no may go on about more."""
    share = met(own, (other,))
    if share < _SAME_SENTENCE * own.total:
        return False
    if met(other, (own,)) >= _SAME_SENTENCE * other.total:
        return True
    return share >= _ALL_OF_IT * own.total and not denies(own.text, language)


def _is_turned(
    clause: Said,
    own: Sequence[Said],
    theirs: Sequence[Sequence[Said]],
    about: Sequence[float],
    language: str,
) -> bool:
    denied = is_known(language) and denies(clause.text, language)
    if clause.full_words < _CLAIM_MIN and not denied:
        return False  # a bare answer or a mere adverb
    rated = [
        (_likeness(clause, other) + more, other, sentence)
        for sentence, more in zip(theirs, about, strict=True)
        for other in sentence
    ]
    least = _SAME_CLAUSE_UNSPACED if _is_unspaced(clause) else _SAME_CLAUSE
    able = [one for one in rated if met(clause, (one[1],)) >= least * clause.total]
    if not able:
        return denied and all(
            contradict(clause.text, other.text, language) for _, other, _ in rated
        )
    best, nearest, _ = max(able, key=lambda one: one[0])
    enough = _ALSO_MET * met(clause, (nearest,))
    same = [
        (other, within)
        for rate, other, within in able
        if rate >= _ALSO_SAME * best and met(clause, (other,)) >= enough
    ]
    if (
        is_known(language)
        and all(
            contradict(clause.text, other.text, language)
            and not _is_said_beside(clause, other, own, within, language)
            and not _differ_by_a_syllable(clause, other, language)
            for other, within in same
        )
        and not (denied and _is_denied_elsewhere(clause, nearest, rated, language))
    ):
        return True
    alike = [other for rate, other, _ in rated if rate >= _OPPOSED_SAME * best]
    return all(_is_opposed(clause, other, language) for other in alike)


def _is_unspaced(clause: Said) -> bool:
    return any(word[0] >= _FIRST_UNSPACED and not is_hangul(word) for word, _ in clause.weights)


def _is_denied_elsewhere(
    clause: Said,
    nearest: Said,
    rated: Sequence[tuple[float, Said, Sequence[Said]]],
    language: str,
) -> bool:
    """Say whether another clause denies what the nearest does not speak of: "no interest"."""
    lacking = [
        (word, weight)
        for word, weight in clause.weights
        if not stands_in(word, nearest) and not denies(word, language)
    ]
    return any(
        denies(other.text, language)
        and sum(weight for word, weight in lacking if stands_in(word, other)) >= _NEW_MIN
        and met(other, (clause,)) >= _SAME_SENTENCE * other.total
        for _, other, _ in rated
    )


def _likeness(clause: Said, other: Said) -> float:
    """Return how much two clauses say the same, 0 to 2; a scrap is like nothing."""
    if not clause.total or not other.total:
        return 0.0
    theirs = max(other.total, _SHORT_OF_IT * clause.total)
    return met(clause, (other,)) / clause.total + met(other, (clause,)) / theirs


def _is_said_beside(
    clause: Said, other: Said, own: Sequence[Said], within: Sequence[Said], language: str
) -> bool:
    """Say whether the same no stands in the clause beside, on one of the two sides.

    Sentences that say the same part their clauses elsewhere: then the no is not in this one.
    """
    if denies(clause.text, language):
        rest = [one for one in within if one is not other and denies(one.text, language)]
        return any(
            _likeness(clause, one) >= _OTHER_CLAUSE * _likeness(clause, other) for one in rest
        )
    if clause.total < _TOPIC and any(denies(one.text, language) for one in own):
        return True
    noes = [one for one in own if one is not clause and denies(one.text, language)]
    return any(
        denies(nearest.text, language) and _likeness(one, nearest) >= _BESIDE_MIN
        for one in noes
        for nearest in (_most_alike(one, within),)
    )


def _most_alike(clause: Said, others: Sequence[Said]) -> Said:
    return max(others, key=lambda other: _likeness(clause, other))


def _is_opposed(clause: Said, other: Said, language: str) -> bool:
    if (
        met(clause, (other,)) < _OPPOSED_BOTH_WAYS * clause.total
        or met(other, (clause,)) < _OPPOSED_BOTH_WAYS * other.total
    ):
        return False
    if opposed(clause.text, other.text, language):
        return True
    alike = denies(clause.text, language) == denies(other.text, language)
    return alike and _differ_by_a_syllable(clause, other, language)


def _differ_by_a_syllable(clause: Said, other: Said, language: str) -> bool:
    """Say whether one has a word that the other has with a syllable that denies it."""
    prefixes = _PREFIXES.get(base_of(language), ())
    return any(
        _has_denied(one, two, prefix, language)
        for prefix in prefixes
        for one, two in ((clause, other), (other, clause))
    )


def _has_denied(plain: Said, denied: Said, prefix: str, language: str) -> bool:
    written = {word for word, _ in plain.weights}
    return any(
        word.startswith(prefix)
        and not denies(word, language)
        and len(word) - len(prefix) >= _PREFIXED_CHARS_MIN
        and any(_begins_alike(word[len(prefix) :], one) for one in written)
        and not any(_begins_alike(word, one) for one in written)
        for word, _ in denied.weights
    )


def _begins_alike(one: str, other: str) -> bool:
    chars = max(_PREFIXED_CHARS_MIN, min(len(one), len(other)) - 2)
    return len(other) >= _PREFIXED_CHARS_MIN and one[:chars] == other[:chars]
