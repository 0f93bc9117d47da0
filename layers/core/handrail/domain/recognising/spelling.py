"""Words with one letter wrong, missing, doubled or swapped, told from the words they stand for.

One edit spoils either the first half of a word or its second, so two small indexes find every
candidate and each is then compared letter by letter. Common words that happen to be one letter
away from a term (`contract` and `contact`) are declared by the lists and never corrected.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

from handrail.domain.recognising.vocabulary import CORRECTABLE_LETTERS_MIN, STEM_MARK

CORRECTED_WORDS_MAX = 12
"""How many words of one message are given a second chance."""

WORDS_LOOKED_UP_MAX = 80
"""How many words of one message are looked up at all."""

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


class Spelling:
    """Finds the terms' words that a misspelt word may stand for."""

    def __init__(
        self,
        terms: Collection[str],
        known: Iterable[str],
        is_known: Callable[[str], bool],
    ) -> None:
        """Index the words of terms; `known` are words never to be corrected (`*` as in terms)."""
        self._heads: dict[str, list[str]] = {}
        self._tails: dict[tuple[int, str], list[str]] = {}
        self._is_known = is_known
        everyday = list(known)
        self._everyday = {word for word in everyday if not word.endswith(STEM_MARK)}
        self._everyday_stems = tuple(w[:-1] for w in everyday if w.endswith(STEM_MARK))
        for term in sorted(terms):
            letters = term.rstrip(STEM_MARK)
            half = min(len(letters) // 2, HALF_LETTERS_MAX)
            self._heads.setdefault(letters[:half], []).append(term)
            tail = letters[half + 1 : half + 1 + _TAIL_LETTERS]
            self._tails.setdefault((half, tail), []).append(term)

    def _is_right(self, word: str) -> bool:
        return (
            self._is_known(word) or word in self._everyday or word.startswith(self._everyday_stems)
        )

    def near(self, word: str) -> tuple[str, ...]:
        """Return the words of terms one edit away from a word; none when the word is right."""
        if len(word) < CORRECTABLE_LETTERS_MIN - 1 or self._is_right(word):
            return ()
        candidates: list[str] = []
        for half in range(CORRECTABLE_LETTERS_MIN // 2, min(len(word), HALF_LETTERS_MAX) + 1):
            candidates += self._heads.get(word[:half], ())
            for shift in _SHIFTS:
                begin = half + 1 + shift
                for letters in (2, _TAIL_LETTERS):
                    tail = word[begin : begin + letters]
                    candidates += self._tails.get((half, tail), ())
        near = {term.rstrip(STEM_MARK) for term in candidates if one_edit_apart(word, term)}
        return tuple(sorted(near))

    def corrections(self, words: Sequence[str]) -> Iterator[tuple[int, tuple[str, ...]]]:
        """Yield the index of each misspelt word with what it may stand for."""
        corrected = 0
        for index, word in enumerate(words[:WORDS_LOOKED_UP_MAX]):
            if near := self.near(word):
                yield index, near
                corrected += 1
                if corrected == CORRECTED_WORDS_MAX:
                    return
