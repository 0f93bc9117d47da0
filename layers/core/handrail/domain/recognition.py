"""Recognising what a customer asks of us, without any model: a person, or not after all.

Every language has a list of words by class (what a person is called, verbs of contact, wishes ...)
and patterns over those classes. All lists run on every message, since a customer may write in any
language whatever the conversation's language is; the conversation's language decides only ties.
Escalating is the safe side: a request anywhere in a message outweighs everything else it says.
"""

from collections.abc import Iterator, Mapping, Sequence

from handrail.domain.recognising.packing import PackedLists, pack
from handrail.domain.recognising.patterns import Pattern, Places
from handrail.domain.recognising.readings import Message, Reader, Reading
from handrail.domain.recognising.requests import (
    CLASSES,
    EXTENDABLE,
    NOTHING,
    Intent,
    Recognised,
    RequestList,
    Rule,
)
from handrail.domain.recognising.rules import LanguageRules, Stage, strength
from handrail.domain.recognising.spelling import is_correctable_term
from handrail.domain.recognising.vocabulary import Vocabulary
from handrail.domain.recognising.words import STEM_MARK, is_unspaced, split

__all__ = ["NOTHING", "Intent", "Recognised", "Recogniser", "RequestList", "Rule"]

PLAIN_REQUEST = "plain-request"
"""The rule of messages that say nothing but whom they want."""

_IDS = {name: number for number, name in enumerate(CLASSES)}
_NAMES_OF_ASKED_FOR = ("person", "desk", "key")
_ASKED_FOR = sum(1 << _IDS[name] for name in _NAMES_OF_ASKED_FOR)
_PERSON = 1 << _IDS["person"]
_PLAIN = sum(1 << _IDS[name] for name in CLASSES if name not in {"bot", "language"})
_PLAIN_IN_A_CLAUSE = _PLAIN & ~(1 << _IDS["greeting"])
_REPLIES = {Intent.YES, Intent.NO, Intent.FOLLOW_UP}
_WEAK = (Intent.NONE, Intent.MAYBE_PERSON)
_PLAIN_REQUEST_TERMS_MAX = 16
OWN_STEM_LETTERS_MIN = 4
"""A shorter stem of an operator's own would begin everyday words of some language."""

_PLAIN_REQUEST_WORDS_MAX = 40
"""More words than terms: in a script without spaces every character is one."""


class Recogniser:
    """Runs every language's list over a message.

    `extra_words` are an operator's own words by class, for every language: departments
    ("spa" as a `department`), titles ("concierge*" as a `person`, however it is inflected).
    """

    def __init__(
        self, lists: PackedLists, extra_words: Mapping[str, Sequence[str]] | None = None
    ) -> None:
        """Take the packed lists; a language's rules are read when a message first needs them.

        Raises:
            ValueError: extra words are given for a class that takes none, or say nothing.

        """
        self._lists = lists
        own = {_IDS[name]: terms for name, terms in _checked(extra_words or {})}
        vocabulary = Vocabulary(lists.lexicon, len(lists.languages), own)
        self._rules: dict[int, LanguageRules] = {}
        people = [*lists.lexicon.people, *_spelt(own)]
        self._reader = Reader(vocabulary, lists.languages, self._rules_of, people)

    @classmethod
    def of(
        cls, lists: Sequence[RequestList], extra_words: Mapping[str, Sequence[str]] | None = None
    ) -> "Recogniser":
        """Return a recogniser of lists that are not packed yet.

        Raises:
            ValueError: a list says something that means nothing; the message names it.

        """
        return cls(pack(lists), extra_words)

    def _rules_of(self, number: int) -> LanguageRules:
        if number not in self._rules:
            packed = self._lists.rules_of(self._lists.languages[number])
            self._rules[number] = LanguageRules(packed)
        return self._rules[number]

    def recognise(
        self, text: str, language: str | None = None, *, answering: bool = False
    ) -> Recognised:
        """Say what a customer's message asks of us; never raises, whatever the text is.

        `language` is the conversation's: it decides ties. `answering` says that the message may
        answer a question or take up an offer of ours: only then do "yes", "no" and "later" mean
        anything, and only then can the verdict be `YES`, `NO` or `FOLLOW_UP`.
        """
        message = self._reader.message(text, language)
        if not message.words:
            return NOTHING
        readings = self._reader.read(message)
        found = self._judge(message, readings, NOTHING, answering=answering)
        for read_otherwise, how in (
            (self._corrected, "misspelt"),
            (self._with_people_of_others, "in two languages"),
            (self._misspelt, "misspelt"),
        ):
            if found.intent not in _WEAK:
                break
            known = found
            found = read_otherwise(message, readings, known, answering=answering)
            if found is not known:
                found = Recognised(found.intent, found.language, f"{found.rule}, {how}")
        return found

    def _corrected(
        self, message: Message, readings: Sequence[Reading], known: Recognised, *, answering: bool
    ) -> Recognised:
        """Return what is stronger than `known` if misspelt words are what they are near to."""
        found = known
        for reading, whole, each in self._reader.corrected(message, readings):
            # Most misspelt words ask for nothing, whichever way they are read.
            if not _may_ask(whole, self._reader.again(whole, reading), found, answering=answering):
                continue
            others = [one for one in readings if one is not reading]
            for corrected in each:
                again = [self._reader.again(corrected, reading), *others]
                found = self._judge(corrected, again, found, answering=answering)
        return found

    def _with_people_of_others(
        self, message: Message, readings: Sequence[Reading], known: Recognised, *, answering: bool
    ) -> Recognised:
        """Return whether a person is asked for if another language's person is one in this."""
        for reading, other in self._reader.people_of_others(message, readings):
            again = [self._reader.again(other, one) if one is reading else one for one in readings]
            found = self._judge(other, again, known, answering=answering)
            if found.intent is Intent.PERSON:
                return found
        return known

    def _misspelt(
        self, message: Message, readings: Sequence[Reading], known: Recognised, *, answering: bool
    ) -> Recognised:
        """Return what is stronger than `known` if a word that nobody knows is a person."""
        del readings  # nobody knows it
        found = known
        for guess in self._reader.people_misspelt(message):
            found = self._judge(guess, self._reader.read(guess), found, answering=answering)
        return found

    def _judge(
        self,
        message: Message,
        readings: Sequence[Reading],
        known: Recognised,
        *,
        answering: bool,
    ) -> Recognised:
        """Return the strongest that any language makes of a message, if stronger than `known`."""
        if not any(_may_ask(message, one, known, answering=answering) for one in readings):
            return known
        for reading in readings:
            reading.places = reading.whole
        _take_out(readings, Stage.NOTHING)
        for reading in readings:
            for one in reading.rules.stages[Stage.REJECTING].for_message(reading.places):
                if reading.places.matches(one.pattern):
                    return _recognised(one.rule, reading)
        found = _stronger(known, _withdraw(readings))
        _take_out(readings, Stage.NEGATING)
        for reading in readings:
            found = self._ask(message, reading, found, answering=answering)
        return found

    def _ask(
        self, message: Message, reading: Reading, found: Recognised, *, answering: bool
    ) -> Recognised:
        """Return what one language asks for if it is stronger than what was found so far."""
        places, weight = reading.places, strength(found.intent)
        if weight > strength(Intent.PERSON) and _is_plain(places, message):
            return Recognised(Intent.PERSON, reading.language, PLAIN_REQUEST)
        for one in reading.rules.stages[Stage.ASKING].for_message(places):
            rule = one.rule
            if rule.intent is None or one.strength >= weight:
                return found
            if (rule.intent in _REPLIES and not answering) or not places.matches(one.pattern):
                continue
            if rule.intent is not Intent.LANGUAGE:
                return _recognised(rule, reading)
            if (target := self._target(message, reading, one.pattern)) is not None:
                return Recognised(Intent.LANGUAGE, target, rule.name)
        return found

    def _target(self, message: Message, reading: Reading, pattern: Pattern) -> str | None:
        """Return the language that a request for another language names.

        The longest name counts, then one of another language than the conversation's. Where
        several have that name ("Chinese"), the conversation's own is meant, or the one that the
        message is written in.
        """
        named: dict[int, int] = {}
        names = list(self._reader.names(message, reading))
        for span in reading.places.spans(pattern, longest=True):
            for number, covered in names:
                if covered & span:
                    named[number] = named.get(number, 0) | covered & span
        if not named:
            return None
        hint = message.hint
        words: dict[int, list[int]] = {}
        for number, covered in named.items():
            words.setdefault(covered, []).append(number)
        meant = min(words, key=lambda one: (-one.bit_count(), hint in words[one], one))
        best = min(words[meant], key=lambda one: (one != hint, one != reading.number, one))
        return self._lists.languages[best]


def _checked(extra_words: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, Sequence[str]]]:
    for class_name, terms in extra_words.items():
        if class_name not in EXTENDABLE:
            message = (
                f"words of your own were given for {class_name!r}; "
                f"they can be given for: {', '.join(EXTENDABLE)}"
            )
            raise ValueError(message)
        yield class_name, [_folded(term) for term in terms]


def _folded(term: str) -> str:
    """Return an operator's own term as messages are folded; a `*` at its end makes a stem of it.

    Raises:
        ValueError: nothing is left to compare, or too little of a stem.

    """
    folded = " ".join(split(term))
    stem = term.rstrip().endswith(STEM_MARK)
    if not folded or (stem and len(folded.rpartition(" ")[2]) < OWN_STEM_LETTERS_MIN):
        message = (
            f"{term!r} among the words of your own has too few letters to compare; "
            f"before a {STEM_MARK} stand {OWN_STEM_LETTERS_MIN} or more"
        )
        raise ValueError(message)
    return folded + STEM_MARK if stem else folded


def _spelt(own: Mapping[int, Sequence[str]]) -> Iterator[str]:
    """Yield what of an operator's own words is a request by itself, and may be misspelt."""
    for name in _NAMES_OF_ASKED_FOR:
        for term in own.get(_IDS[name], ()):
            if " " not in term and is_correctable_term(term):
                yield term


def _may_ask(message: Message, reading: Reading, known: Recognised, *, answering: bool) -> bool:
    """Say whether anything in a message, taken by itself, asks for more than is known already.

    Nearly all messages ask for nothing: they need not be searched for what only looks like it.
    """
    places, weight = reading.whole, strength(known.intent)
    if weight > strength(Intent.PERSON) and _is_plain(places, message):
        return True
    for one in reading.rules.asking.for_message(places):
        if one.strength >= weight:
            break
        if (answering or one.rule.intent not in _REPLIES) and places.matches(one.pattern):
            return True
    return False


def _recognised(rule: Rule, reading: Reading) -> Recognised:
    return Recognised(rule.intent or Intent.NONE, reading.language, rule.name)


def _stronger(first: Recognised, second: Recognised) -> Recognised:
    return second if strength(second.intent) < strength(first.intent) else first


def _matched(reading: Reading, stage: Stage) -> Iterator[tuple[Rule, int]]:
    """Yield each match of a stage's rules, as the bits of its words."""
    if rules := list(reading.rules.stages[stage].for_message(reading.places)):
        within_commas = reading.places.within_commas()
        for one in rules:
            for span in within_commas.spans(one.pattern):
                yield one.rule, span


def _take_out(readings: Sequence[Reading], stage: Stage) -> None:
    """Take out what a stage matches, so that the stages after it do not see it.

    What one language takes out is out for every language that knows fewer of the words: "are you
    human" is no request in German either, but Japanese has no say over Chinese.
    """
    taken: list[tuple[tuple[int, bool], int]] = []
    for reading in readings:
        matched = 0
        for _, span in _matched(reading, stage):
            matched |= span
        if matched:
            taken.append(((reading.weight, reading.hinted), matched))
    for reading in readings:
        blocked = 0
        for standing, matched in taken:
            if standing >= (reading.weight, reading.hinted):
                blocked |= matched
        if blocked:
            reading.places = reading.places.without(blocked)


def _withdraw(readings: Sequence[Reading]) -> Recognised:
    """Return whether a request is withdrawn; the words that do so ask for nothing else."""
    found = NOTHING
    withdrawn = 0
    for reading in readings:
        for rule, span in _matched(reading, Stage.WITHDRAWING):
            withdrawn |= span
            if found is NOTHING:
                found = _recognised(rule, reading)
    if withdrawn:
        for reading in readings:
            reading.places = reading.places.without(withdrawn)
    return found


def _is_plain(places: Places, message: Message) -> bool:
    return _is_plain_request(places) or _has_plain_clause(places, message.words)


def _is_plain_request(places: Places) -> bool:
    """Say whether a message is nothing but a person's name and the words around one.

    "human!!", "agent pls", "customer service representative", "0".
    """
    if places.length > _PLAIN_REQUEST_WORDS_MAX:
        return False
    return bool(places.present & _ASKED_FOR) and _plain_words_lead(
        places, 0, places.length, _PLAIN
    )


def _has_plain_clause(places: Places, words: Sequence[str]) -> bool:
    """Say whether one clause of several is a plain request: "this leads nowhere, a human please".

    A single word is one only as a sentence of its own: in "where is my order, agent?" it is an
    address.
    """
    people = places.words(_PERSON)
    if not people or not places.marks:
        return False
    begin, marks = 0, places.marks
    while begin < places.length:
        end = (marks & -marks).bit_length() - 1 if marks else places.length
        is_sentence = not (places.marks & ~places.stops) & (1 << end | 1 << begin >> 1)
        if (
            people & ((1 << end) - (1 << begin))
            and (is_sentence or not _is_one_word(places, words, begin, end))
            and end - begin <= _PLAIN_REQUEST_WORDS_MAX
            and _plain_words_lead(places, begin, end, _PLAIN_IN_A_CLAUSE)
        ):
            return True
        begin, marks = end + 1, marks & (marks - 1)
    return False


def _is_one_word(places: Places, words: Sequence[str], begin: int, end: int) -> bool:
    """Say whether a clause is one word; without spaces, one term for a person is one."""
    if end - begin == 1:
        return True
    return is_unspaced(words[begin]) and any(
        length == end - begin and starts >> begin & 1 for length, starts in places.terms(_PERSON)
    )


def _plain_words_lead(places: Places, begin: int, end: int, classes: int) -> bool:
    """Say whether plain words alone lead from one place to another."""
    reached = 1 << begin
    for _ in range(_PLAIN_REQUEST_TERMS_MAX):
        further = reached | places.step(reached, classes) | (reached & places.marks) << 1
        if further == reached:
            break
        reached = further
    return bool(reached >> end & 1)
