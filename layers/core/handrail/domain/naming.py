"""Whether the names in an answer stand where the passages have them.

A name is told by its letters where a script has capitals. Where it has none, any word may be one:
there, a word that the passages have only in sentences about something else is taken for a name
that was put in another's place.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Final

from handrail.domain.alignment import differences
from handrail.domain.clauses import clauses
from handrail.domain.figures import dates
from handrail.domain.reading import fold, stem, words
from handrail.domain.support import Said, is_hangul, met, said, stands_in

# ruff: noqa: SIM905 - words are read as a text
# ruff: noqa: RUF001 - letters and marks of other scripts are meant

_SHORT: Final = 3
_UNSPACED_FROM: Final = "\u0e00"
_NAMES_OF_NOUNS: Final = frozenset({"de", "lb"})
"""Languages that write every noun with a capital."""
_LETTER: Final = "(?:[^\\W_]|[\u0900-\u0dff\u0e31\u0e34-\u0e3a\u0e47-\u0e4e])"
"""The vowel signs of India's scripts are no letters to `re`."""
_WORD: Final = re.compile(rf"{_LETTER}+(?:['’&-]{_LETTER}+)*")
_JOINED: Final = re.compile(r"['’-]")
_LATIN: Final = re.compile(r"[A-Za-z][A-Za-z0-9&.'-]*[A-Za-z0-9]")
_LATIN_WORDS: Final = frozenset(
    (
        "e-mail|email|mail|app|chat|ok|am|pm|eur|usd|gbp|jpy|cny|inr|brl|kes|chf|sms|"
        "po|pin|faq|id|tv|pc"
    ).split("|")
)
"""Latin words that every language uses, and what figures are compared by."""
_NEARLY: Final = 0.7
_NEARLY_WITHOUT_CAPITALS: Final = 0.8
_EXCHANGED_MAX: Final = 8
_CHANGES_MAX: Final = 2
"""Without capitals, sentences that differ in more places are other words for the same."""
_ALIKE_CHARS: Final = 4
_NAME_CHARS_MIN: Final = 5
_PIECES_ALIKE_MIN: Final = 5
_CONTEXT_MIN: Final = 0.3
"""How much of what is said around a name must stand where the passage has the name."""
_CONTEXT_OF_A_WORD_MIN: Final = 0.15
_CONTEXT_SAYS: Final = 1.0
"""What says less around a name says nothing about it; the whole sentence does."""


def misplaced(sentence: str, sources: Sequence[Said], language: str) -> bool:
    """Say whether a name stands in no sentence of the sources that is about the same."""
    own = names(sentence, language) - dates(sentence, language)
    parts = [said(clause) for clause in clauses(sentence, language)]
    whole = said(sentence)
    without = {part for name in own for part in words(name)}
    if _are_parted(sentence, own, sources):
        return True
    return any(
        not _is_at_home(name, _around(name, whole, parts, without), sources, _CONTEXT_MIN)
        for name in own
    )


def _around(
    name: str, whole: Said, parts: Sequence[Said], names_of_it: set[str]
) -> Iterator[Said]:
    """Yield what is said around a name: in its clause, and in the whole sentence."""
    keys = set(words(name))
    for part in (*(part for part in parts if keys <= {word for word, _ in part.weights}), whole):
        kept = tuple(pair for pair in part.weights if pair[0] not in names_of_it)
        around = Said(part.text, part.stems, kept)
        if around.total >= _CONTEXT_SAYS:
            yield around


def _is_at_home(name: str, around: Iterable[Said], sources: Sequence[Said], least: float) -> bool:
    having = [source for source in sources if _has_name(name, source)]
    contexts = list(around)
    return bool(having) and (
        not contexts
        or any(
            met(context, (source,)) >= least * context.total
            for source in having
            for context in contexts
        )
    )


def _has_name(name: str, source: Said) -> bool:
    parts = [part for part in words(name) if not part.isdecimal()]
    if not all(stands_in(part, source) for part in parts):
        return False
    # Where a name has a capital, a word that merely begins as it does is no name.
    return not name[0].isupper() or any(
        written[0].isupper() and _alike(written, name) for written in _WORD.findall(source.text)
    )


def _are_parted(sentence: str, own: set[str], sources: Sequence[Said]) -> bool:
    """Say whether names that stand side by side do so in none of the sources."""
    written = _WORD.findall(sentence)
    runs = [
        (one, other)
        for one, other in pairwise(written)
        if one in own and other in own and f"{one} {other}" in sentence
    ]
    return any(
        not any(
            _alike(first, one) and _alike(second, other)
            for source in sources
            for first, second in pairwise(_WORD.findall(source.text))
        )
        for one, other in runs
    )


def strays(sentence: str, sources: Sequence[Said]) -> bool:
    """Say whether, without capitals to tell, a word comes from what is about something else."""
    if has_case(sentence):
        return False
    whole = said(sentence)
    for word, weight in whole.weights:
        if weight < 1.0 or (word[0] >= _UNSPACED_FROM and not is_hangul(word)):
            continue
        having = [source for source in sources if stands_in(word, source)]
        around = Said("", frozenset(), tuple(p for p in whole.weights if p[0] != word))
        if having and not any(
            met(around, (source,)) >= _CONTEXT_OF_A_WORD_MIN * around.total for source in having
        ):
            return True
    return False


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
        named = (inner and capitals > 1) or (capital and len(written) > 1)
        if named and written.casefold() not in _LATIN_WORDS:
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
    return all(any(stands_in(part, source) for source in known) for part in parts)


def exchanged(sentence: str, source: str, language: str) -> bool:
    """Say whether a sentence is nearly the source's, but with another name in one place.

    Where names show by their capitals, a name of the source must be what was exchanged; elsewhere
    any word may be one, and the sentences must be nearer to each other.
    """
    own, theirs = pieces(sentence), pieces(source)
    shown = language.partition("-")[0] not in _NAMES_OF_NOUNS and has_case(sentence)
    nearly = _NEARLY if shown else _NEARLY_WITHOUT_CAPITALS
    changes = differences([fold(word) for word in own], [fold(word) for word in theirs], nearly)
    if changes is None:
        return False
    alike = len(own) - sum(place.end - place.start for place in changes)
    if alike < nearly * min(len(own), len(theirs)) or alike < _PIECES_ALIKE_MIN:
        return False
    kept = {stem(fold(word)) for word in own}
    if not has_case(sentence) and len(changes) > _CHANGES_MAX:
        return False
    return any(
        start < end
        and other_start < other_end
        and _is_name(theirs[other_start:other_end], other_start, kept, shown=shown)
        and not _alike("".join(own[start:end]), "".join(theirs[other_start:other_end]))
        and not _moved("".join(theirs[other_start:other_end]), sentence)
        for start, end, other_start, other_end in changes
    )


def pieces(sentence: str) -> list[str]:
    """Return the words of a sentence; of a script without spaces, its characters."""
    return [
        piece
        for word in _WORD.findall(sentence)
        for piece in (word if word[0] >= _UNSPACED_FROM and not is_hangul(word) else (word,))
    ]


def _moved(gone: str, sentence: str) -> bool:
    """Say whether what is gone from one place, in a script without spaces, is said in another."""
    return gone[0] >= _UNSPACED_FROM and gone in sentence


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
    if has_case("".join(pieces)):
        return any(piece[0].isupper() and len(piece) > _SHORT for _, piece in gone)
    wide = bool(gone) and all(piece[0] >= _UNSPACED_FROM for _, piece in gone)
    return sum(len(piece) for _, piece in gone) >= (2 if wide else _NAME_CHARS_MIN)


def has_case(text: str) -> bool:
    """Say whether a text has letters of a script with capitals."""
    return text.lower() != text.upper()
