"""Patterns over the words of a message, matched in a time that no message can stretch.

A message of n words has n + 1 places between them. Where the terms of a class occur is kept as one
integer per term length, a bit per place at which such a term starts; the places a pattern has
reached are one integer too. A step of a pattern is then a shift and an AND over all places at
once: there is no backtracking, and a thousand repetitions of a word cost what one does.

A pattern is written as parts with spaces between them:

    {person}          a term of the class
    {person|desk}     a term of one of the classes
    {polite}?         may be missing
    ..   ..2          up to so many words in between (`..`: the language's own gap)
    ~                 fillers in between, however many
    ^   $             the message begins or ends here, fillers and punctuation aside
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

FILLER_ROUNDS_MAX = 8
"""How many fillers in a row `~`, `^` and `$` step over."""

SPANS_MAX = 16
"""How many matches of one pattern are told apart."""

_PART = re.compile(r"\{([^{}\s]+)\}(\??)|\.\.(\d{0,2})|([\^$~])")


class Part(NamedTuple):
    """One class (or a choice of classes) and what may stand before it."""

    classes: tuple[int, ...]
    gap_words: int
    fillers_before: bool
    optional: bool
    mask: int
    """The bits of `classes`."""


class Pattern(NamedTuple):
    """A pattern ready to be matched."""

    parts: tuple[Part, ...]
    required: tuple[int, ...]
    """The bits of each part's classes that cannot be missing."""
    from_start: bool
    to_end: bool
    gap_before_end: int

    def possible(self, present: int) -> bool:
        """Say whether every class the pattern needs is present, given their bits."""
        for mask in self.required:  # noqa: SIM110 - the loop is measured twice as fast
            if not mask & present:
                return False
        return True


def parse(text: str, class_ids: Callable[[str], int], gap_words: int) -> Pattern:
    """Read a pattern.

    Raises:
        ValueError: the text is not a pattern; the message names the part.

    """
    parts: list[Part] = []
    from_start = to_end = fillers = False
    gap = 0
    for piece in text.split():
        match = _PART.fullmatch(piece)
        if match is None:
            message = (
                f"{piece!r} in the pattern {text!r} is not a part of a pattern: "
                "write {class}, {class}?, .., ..2, ~, ^ or $"
            )
            raise ValueError(message)
        names, optional, words, sign = match.groups()
        if names:
            ids = tuple(map(class_ids, names.split("|")))
            mask = 0
            for class_id in ids:
                mask |= 1 << class_id
            parts.append(Part(ids, gap, fillers, bool(optional), mask))
            gap, fillers = 0, False
        elif sign == "~":
            fillers = True
        elif sign:
            from_start = from_start or sign == "^"
            to_end = to_end or sign == "$"
        else:
            gap = int(words) if words else gap_words
    required = tuple(part.mask for part in parts if not part.optional)
    if not required or (not to_end and (gap or fillers)):
        message = f"the pattern {text!r} needs a part that must be there, and one after each gap"
        raise ValueError(message)
    return Pattern(tuple(parts), required, from_start, to_end, gap)


class Hit(NamedTuple):
    """Where in a message terms of the same classes and the same length stand."""

    classes: int
    """Their bits."""
    length: int
    """In words."""
    starts: int
    """The bits of the places where they start."""


@dataclass(slots=True)
class Places:
    """One message seen by one language: where its classes stand, and what may be stepped over."""

    length: int
    hits: list[Hit]
    stops: int
    """The places of words that a gap cannot cross."""
    marks: int
    """The places of punctuation."""
    fillers: int
    """The bits of the classes that `~`, `^` and `$` step over."""
    present: int = field(init=False, default=0)
    """The bits of the classes that stand anywhere."""
    _terms: dict[int, Sequence[tuple[int, int]]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        """Note which classes are present."""
        for hit in self.hits:
            self.present |= hit.classes

    def terms(self, classes: int) -> Sequence[tuple[int, int]]:
        """Return where terms of the classes (bits) stand: length in words, bits of the starts."""
        known = self._terms.get(classes)
        if known is None:
            lengths: dict[int, int] = {}
            if classes & self.present:
                for _, length, starts in [hit for hit in self.hits if hit[0] & classes]:
                    lengths[length] = lengths.get(length, 0) | starts
            known = self._terms[classes] = tuple(lengths.items())
        return known

    def words(self, classes: int) -> int:
        """Return the words that terms of the classes (bits) cover, as bits."""
        covered = 0
        for length, starts in self.terms(classes):
            for shift in range(length):
                covered |= starts << shift
        return covered

    def without(self, blocked: int) -> "Places":
        """Return the places without the terms that touch a blocked word."""
        touching = {}
        kept = []
        for classes, length, starts in self.hits:
            if length not in touching:
                touching[length] = blocked
                for shift in range(1, length):
                    touching[length] |= blocked >> shift
            if left := starts & ~touching[length]:
                kept.append(Hit(classes, length, left))
        return Places(self.length, kept, self.stops, self.marks, self.fillers)

    def within_commas(self) -> "Places":
        """Return the same places with gaps that no punctuation lets through."""
        places = Places(self.length, self.hits, self.marks, self.marks, self.fillers)
        places._terms = self._terms  # of the same hits
        return places

    def step(self, reached: int, classes: int) -> int:
        """Return the places after a term of the classes (bits) that starts at a reached place."""
        after = 0
        for length, starts in self.terms(classes):
            after |= (reached & starts) << length
        return after

    def _over_gap(self, reached: int, words: int) -> int:
        """Return the reached places and those behind up to so many words of any kind."""
        for _ in range(words):
            reached |= (reached & ~self.stops) << 1
        return reached

    def over_fillers(self, reached: int, *, marks: bool) -> int:
        """Return the reached places and those behind any fillers (and punctuation) there."""
        for _ in range(FILLER_ROUNDS_MAX):
            further = reached | self.step(reached, self.fillers)
            if marks:
                further |= (reached & self.marks) << 1
            if further == reached:
                break
            reached = further
        return reached

    def ends(self, pattern: Pattern, starts: int) -> int:
        """Return the places where a match that begins at one of `starts` ends."""
        reached = starts
        if pattern.from_start:
            reached &= self.over_fillers(1, marks=True)
        for part in pattern.parts:
            if part.fillers_before:
                reached = self.over_fillers(reached, marks=False)
            before = self._over_gap(reached, part.gap_words)
            reached = self.step(before, part.mask)
            if part.optional:
                reached |= before
            if not reached:
                return 0
        if pattern.to_end:
            last = self._over_gap(reached, pattern.gap_before_end)
            if not (self.over_fillers(last, marks=True) >> self.length) & 1:
                return 0
        return reached

    def runs(self, pattern: Pattern) -> dict[int, int]:
        """Return where the parts of a pattern follow one another: length in words -> starts."""
        found = {0: self.everywhere()}
        for part in pattern.parts:
            after: dict[int, int] = dict(found) if part.optional else {}
            for length, starts in found.items():
                for more, bits in self.terms(part.mask):
                    if both := starts & (bits >> length):
                        after[length + more] = after.get(length + more, 0) | both
            found = after
        found.pop(0, None)
        return found

    def add(self, class_id: int, lengths: Mapping[int, int]) -> None:
        """Note where terms of a class stand, by length in words."""
        if not lengths:
            return
        classes = 1 << class_id
        self.hits.extend(Hit(classes, length, starts) for length, starts in lengths.items())
        self.present |= classes
        self._terms.clear()

    def everywhere(self) -> int:
        """Return all places."""
        return (1 << (self.length + 1)) - 1

    def matches(self, pattern: Pattern) -> bool:
        """Say whether the pattern occurs."""
        return pattern.possible(self.present) and bool(self.ends(pattern, self.everywhere()))

    def spans(self, pattern: Pattern, *, longest: bool = False) -> Iterator[int]:
        """Yield the words of each match, as bits: the shortest (or longest) from each start."""
        if not self.matches(pattern):
            return
        starts = 0
        for part in pattern.parts:
            for _, bits in self.terms(part.mask):
                starts |= bits
            if not part.optional:
                break
        if pattern.from_start:
            starts = 1
        for _ in range(SPANS_MAX):
            if not starts:
                return
            first = starts & -starts
            starts ^= first
            reached = self.ends(pattern, first)
            if reached:
                end = 1 << reached.bit_length() - 1 if longest else reached & -reached
                yield end - first


def triggers(patterns: Sequence[Pattern]) -> Sequence[tuple[int, ...]]:
    """Return, for each pattern, the classes one of which must be there for it to be looked at.

    They are those of one part it cannot do without: the part whose classes the fewest need.
    """
    needed = Counter(
        class_id
        for pattern in patterns
        for part in pattern.parts
        if not part.optional
        for class_id in part.classes
    )
    chosen = []
    for pattern in patterns:
        parts = [part for part in pattern.parts if not part.optional]
        rarest = min(parts, key=lambda part: sum(needed[one] for one in part.classes))
        chosen.append(tuple(sorted(set(rarest.classes))))
    return chosen


class Index:
    """Finds the few patterns that a message can match among a language's many."""

    def __init__(self, triggers_of: Iterable[Iterable[int]]) -> None:
        """Index patterns, by their place in the sequence, under their triggers."""
        self._waiting: dict[int, list[int]] = {}
        self._every = 0
        for number, classes in enumerate(triggers_of):
            for class_id in classes:
                self._waiting.setdefault(1 << class_id, []).append(number)
                self._every |= 1 << class_id

    def candidates(self, present: int) -> Sequence[int]:
        """Return the patterns worth a look where these classes (bits) are, in their own order."""
        left = present & self._every
        if not left:
            return ()
        found: set[int] = set()
        while left:
            first = left & -left
            left ^= first
            found.update(self._waiting[first])
        return sorted(found)
