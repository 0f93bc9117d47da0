"""Words with one letter wrong, missing, doubled or swapped, told from the words they stand for.

One edit spoils either the first half of a word or its second, so two small indexes find every
candidate and each is then compared letter by letter. Common words that happen to be one letter
away from a term (`contract` and `contact`) are declared by the lists and never corrected.
"""

from collections.abc import Iterable, Iterator

from handrail.domain.recognising.words import STEM_MARK, is_unspaced

CORRECTABLE_LETTERS_MIN = 5
"""Words of so many letters are recognised with one letter wrong; shorter ones mean other words."""

SWAPPED_LETTERS_MIN = 3
"""Shorter words than those are recognised with two letters swapped, from so many letters on."""

REMEMBERED_WORDS_MAX = 10_000
"""How many words' corrections are kept, right words included."""

HALF_LETTERS_MAX = 12
_TAIL_LETTERS = 3
_SHIFTS = (-1, 0, 1)


def one_edit_apart(word: str, term: str) -> bool:
    """Say whether one letter added, dropped, changed or swapped makes the term of the word.

    A term ending in `*` is a stem: the word may go on.
    """
    stem = term.endswith(STEM_MARK)
    if stem:
        term = term[:-1]
    elif abs(len(word) - len(term)) > 1:
        return False
    shared = 0
    for letter, other in zip(word, term, strict=False):
        if letter != other:
            break
        shared += 1
    rest, wanted = word[shared:], term[shared:]
    if not wanted:
        return not stem and len(rest) == 1
    pairs = ((rest[1:], wanted[1:]), (rest[1:], wanted), (rest, wanted[1:]))
    if any(left.startswith(right) if stem else left == right for left, right in pairs):
        return bool(rest) or len(wanted) == 1
    if rest[:2] == wanted[1::-1] and len(wanted) > 1:
        left, right = rest[2:], wanted[2:]
        return left.startswith(right) if stem else left == right
    return False


def _half(length: int) -> int:
    return min(length // 2, HALF_LETTERS_MAX)


def _tail(word: str, begin: int) -> str:
    return word[begin : begin + _TAIL_LETTERS]


def _tails(word: str, half: int, shift: int) -> Iterator[str]:
    """Yield what may be a stem's tail in a longer word; only a short stem's has two letters."""
    begin = half + 1 + shift
    yield word[begin : begin + _TAIL_LETTERS]
    if half <= CORRECTABLE_LETTERS_MIN // 2 + 1:
        yield word[begin : begin + _TAIL_LETTERS - 1]


def is_correctable(letters: str) -> bool:
    """Say whether a term's word is spelt in letters that can be wrong one at a time."""
    if letters.isascii():
        return letters.isalpha()
    return not is_unspaced(letters) and not any(letter.isdigit() for letter in letters)


def is_correctable_term(term: str) -> bool:
    """Say whether a word of a term is long enough and spelt in letters to be corrected to."""
    letters = term.rstrip(STEM_MARK)
    return len(letters) >= CORRECTABLE_LETTERS_MIN and is_correctable(letters)


def swaps(word: str) -> Iterator[str]:
    """Yield what a word is with two letters next to each other swapped."""
    for index in range(len(word) - 1):
        if word[index] != word[index + 1]:
            yield word[:index] + word[index + 1] + word[index] + word[index + 2 :]


class Spelling:
    """Finds the terms' words that a misspelt word may stand for."""

    def __init__(self, terms: Iterable[str], everyday: Iterable[str]) -> None:
        """Index the words of terms; `everyday` words are never corrected (`*` as in terms)."""
        self._known: set[str] = set()
        self._short: set[str] = set()
        self._heads: dict[tuple[int, str], list[str]] = {}
        self._tails: dict[tuple[int, str], list[str]] = {}
        self._stem_heads: dict[tuple[int, str], list[str]] = {}
        self._stem_tails: dict[tuple[int, str], list[str]] = {}
        for term in sorted(set(terms)):
            stem = term.endswith(STEM_MARK)
            letters = term[:-1] if stem else term
            if not stem:
                self._known.add(term)
                if len(term) < CORRECTABLE_LETTERS_MIN and is_correctable(term):
                    self._short.add(term)
            if len(letters) < CORRECTABLE_LETTERS_MIN or not is_correctable(letters):
                continue
            half = _half(len(letters))
            # Whole words are found by their length as well, which leaves fewer to compare.
            key = half if stem else len(letters)
            heads, tails = (
                (self._stem_heads, self._stem_tails) if stem else (self._heads, self._tails)
            )
            heads.setdefault((key, letters[:half]), []).append(term)
            tails.setdefault((key, _tail(letters, half + 1)), []).append(term)
        self._stem_halves = sorted({half for half, _ in self._stem_heads})
        stems: list[str] = []
        for word in everyday:
            if word.endswith(STEM_MARK):
                stems.append(word[:-1])
            else:
                self._known.add(word)
        self._everyday_stems = tuple(stems)
        self._remembered: dict[str, tuple[str, ...]] = {}

    def near(self, word: str) -> tuple[str, ...]:
        """Return the words of terms one edit away from a word; none when the word is right."""
        near = self._remembered.get(word)
        if near is None:
            if len(self._remembered) >= REMEMBERED_WORDS_MAX:
                self._remembered.clear()
            near = self._remembered[word] = self._near(word)
        return near

    def _near(self, word: str) -> tuple[str, ...]:
        length = len(word)
        if word in self._known or word.startswith(self._everyday_stems):
            return ()
        if length < CORRECTABLE_LETTERS_MIN - 1:
            return self._swapped(word)
        candidates: set[str] = set()
        for wanted in (length - 1, length, length + 1):
            half = _half(wanted)
            candidates.update(self._heads.get((wanted, word[:half]), ()))
            tail = _tail(word, half + 1 + length - wanted)
            candidates.update(self._tails.get((wanted, tail), ()))
        for half in self._stem_halves:
            candidates.update(self._stem_heads.get((half, word[:half]), ()))
            for shift in _SHIFTS:
                for tail in _tails(word, half, shift):
                    candidates.update(self._stem_tails.get((half, tail), ()))
        near = {term.rstrip(STEM_MARK) for term in candidates if one_edit_apart(word, term)}
        return tuple(sorted(near)) or self._swapped(word)

    def _swapped(self, word: str) -> tuple[str, ...]:
        """Return short terms of whose letters two are swapped; other edits make other words."""
        if not SWAPPED_LETTERS_MIN <= len(word) < CORRECTABLE_LETTERS_MIN:
            return ()
        return tuple(other for other in swaps(word) if other in self._short)
