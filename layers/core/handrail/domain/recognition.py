"""Recognising what a customer asks of us, without any model: a person, or not after all.

Every language has a list of words by class (what a person is called, verbs of contact, wishes ...)
and patterns over those classes. All lists run on every message, since a customer may write in any
language whatever the conversation's language is; the conversation's language decides only ties.
Escalating is the safe side: a request anywhere in a message outweighs everything else it says.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from handrail.domain.recognising.patterns import Pattern, Places, bits_of
from handrail.domain.recognising.requests import (
    CLASSES,
    EXTENDABLE,
    NAME_OF,
    NOTHING,
    UNIVERSAL,
    Intent,
    Recognised,
    RequestList,
    Rule,
)
from handrail.domain.recognising.rules import LanguageRules, Stage, read_rules, strength
from handrail.domain.recognising.spelling import Spelling
from handrail.domain.recognising.vocabulary import SHARED, ClassHits, Forms, Vocabulary
from handrail.domain.recognising.words import HARD, SOFT, split

__all__ = ["NOTHING", "Intent", "Recognised", "Recogniser", "RequestList", "Rule"]

PLAIN_REQUEST = "plain-request"
"""The rule of messages that say nothing but whom they want."""

_IDS = {name: number for number, name in enumerate(CLASSES)}
_LANGUAGE = _IDS["language"]
_SMALL_WORDS = (_IDS["filler"], _IDS["polite"], _IDS["greeting"])
_ASKED_FOR = (_IDS["person"], _IDS["desk"], _IDS["key"])
_PLAIN = tuple(_IDS[name] for name in CLASSES if name not in {"bot", "language"})
_PLAIN_IN_A_CLAUSE = tuple(one for one in _PLAIN if one != _IDS["greeting"])
_REPLIES = {Intent.YES, Intent.NO, Intent.FOLLOW_UP}
_UNIVERSAL_WORDS = frozenset(
    (*(word for words in UNIVERSAL.values() for word in words), HARD, SOFT)
)
_PLAIN_REQUEST_WORDS_MAX = 16
_NEAR_WORDS = 14


@dataclass(slots=True)
class _Reading:
    """A message as one language reads it."""

    rules: LanguageRules
    places: Places
    words_known: int
    """How many of the message's words are in the language's list."""
    language: str | None = None
    """The language to name in the verdict; None where another knows as many of the words."""


class Recogniser:
    """Runs every language's list over a message.

    `extra_words` are an operator's own words by class, for every language: departments
    ("spa" as a `department`), titles ("concierge" as a `person`).
    """

    def __init__(
        self,
        lists: Sequence[RequestList],
        extra_words: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        """Index the lists' words; their patterns are read when a message first needs them.

        Raises:
            ValueError: extra words are given for a class that takes none, or a stem is too short.

        """
        self._lists = tuple(lists)
        self._vocabulary = Vocabulary()
        self._names = tuple(
            (len(CLASSES) + number, one.language) for number, one in enumerate(lists)
        )
        self._share(extra_words or {})
        self._class_ids = tuple(self._index(number, one) for number, one in enumerate(lists))
        self._numbers = {one.language: number for number, one in enumerate(lists)}
        self._rules: dict[int, LanguageRules] = {}
        self._spelling: Spelling | None = None

    def _share(self, extra_words: Mapping[str, Sequence[str]]) -> None:
        """Index what holds in every language."""
        for class_name, terms in UNIVERSAL.items():
            self._vocabulary.add(SHARED, terms, _IDS[class_name])
        for class_name, own_terms in extra_words.items():
            if class_name not in EXTENDABLE:
                message = (
                    f"words of your own were given for {class_name!r}; "
                    f"they can be given for: {', '.join(EXTENDABLE)}"
                )
                raise ValueError(message)
            folded = (" ".join(split(term)) for term in own_terms)
            self._vocabulary.add(SHARED, filter(None, folded), _IDS[class_name])

    def _index(self, number: int, one: RequestList) -> Mapping[str, int]:
        """Index the terms of one language; return the numbers of its classes."""
        ids = dict(_IDS)
        for class_id, language in self._names:
            ids[f"{NAME_OF}{language}"] = class_id
        for class_name, terms in one.words.items():
            if class_name not in ids and class_name.startswith(NAME_OF):
                continue  # a language that has no list here cannot be switched to
            class_id = ids.setdefault(class_name, len(ids))
            if class_name.startswith(NAME_OF):
                self._vocabulary.add(number, terms, class_id, _LANGUAGE)
            else:
                self._vocabulary.add(number, terms, class_id)
        self._vocabulary.add_proclitics(one.proclitics)
        return ids

    def _language_rules(self, number: int) -> LanguageRules:
        if number not in self._rules:
            self._rules[number] = read_rules(self._lists[number], self._class_ids[number])
        return self._rules[number]

    def warm_up(self) -> None:
        """Read every pattern and index every spelling now, rather than at the first messages.

        Raises:
            ValueError: a pattern or a class of words is not known; the message names it.

        """
        for number in range(len(self._lists)):
            self._language_rules(number)
        self._known_spelling()

    def recognise(
        self, text: str, language: str | None = None, *, answering: bool = False
    ) -> Recognised:
        """Say what a customer's message asks of us; never raises, whatever the text is.

        `language` is the conversation's: it decides ties. `answering` says that the message may
        answer a question or take up an offer of ours: only then do "yes", "no" and "later" mean
        anything, and only then can the verdict be `YES`, `NO` or `FOLLOW_UP`.
        """
        words = split(text)
        if not words:
            return NOTHING
        forms = [self._vocabulary.forms(word) for word in words]
        found = _judge(self._read(words, forms, language), self._names, answering=answering)
        if found.intent not in {Intent.NONE, Intent.MAYBE_PERSON}:
            return found
        certain = found
        for index, corrections in self._known_spelling().corrections(words):
            # A request in a word misspelt stands near it: a second pass need not see it all.
            near = slice(max(0, index - _NEAR_WORDS), index + _NEAR_WORDS)
            corrected = forms.copy()
            corrected[index] = (*forms[index], *corrections)
            readings = self._read(words[near], corrected[near], language)
            # A word unknown to a language that knows little else of the message is not misspelt.
            most = max((one.words_known for one in readings), default=0)
            readings = [one for one in readings if one.words_known == most]
            found = _stronger(found, _judge(readings, self._names, answering=answering))
        if found is certain:
            return found
        return Recognised(found.intent, found.language, f"{found.rule}, misspelt")

    def _known_spelling(self) -> Spelling:
        if self._spelling is None:
            self._spelling = Spelling(
                (
                    word
                    for one in self._lists
                    for terms in one.words.values()
                    for term in terms
                    for word in term.split()
                ),
                (word for one in self._lists for word in one.not_typos),
            )
        return self._spelling

    def _read(
        self, message: Sequence[str], forms: Sequence[Forms], hint: str | None
    ) -> Sequence[_Reading]:
        """Return the message as each language reads it that knows enough of its words."""
        hits, words = self._vocabulary.hits(forms)
        shared, shared_words = hits.pop(SHARED, {}), words.pop(SHARED, 0)
        numbers = set(hits)
        if (hinted := self._numbers.get(hint or "")) is not None:
            numbers.add(hinted)
        elif shared and not numbers:
            numbers = {0}
        known = {one: (words.get(one, 0) | shared_words).bit_count() for one in numbers}
        # A list that knows two English words should not find a request in an English sentence.
        enough = max(known.values(), default=0) / 2
        hard = sum(1 << index for index, word in enumerate(message) if word == HARD)
        soft = sum(1 << index for index, word in enumerate(message) if word == SOFT)
        readings: list[_Reading] = []
        for number in sorted(one for one in numbers if known[one] >= enough):
            own: ClassHits = hits.get(number, {})
            places = Places(len(message), own, hard, hard | soft, _SMALL_WORDS)
            for class_id, lengths in shared.items():
                places.add(class_id, lengths)
            rules = self._language_rules(number)
            rules.add_compounds(places)
            readings.append(_Reading(rules, places, known[number]))
        readings.sort(key=lambda one: (one.rules.language != hint, -one.words_known))
        _name(readings, hint, nameless=_UNIVERSAL_WORDS.issuperset(message))
        return readings


def _name(readings: Sequence[_Reading], hint: str | None, *, nameless: bool) -> None:
    """Say in whose name a language may speak: its own only if no other knows as many words."""
    most = max((one.words_known for one in readings), default=0)
    alone = sum(one.words_known == most for one in readings) == 1
    for one in readings:
        if one.rules.language == hint or (not nameless and (alone or one.words_known < most)):
            one.language = one.rules.language


def _judge(
    readings: Sequence[_Reading], names: Sequence[tuple[int, str]], *, answering: bool
) -> Recognised:
    """Return the strongest that any language makes of a message."""
    _take_out(readings, Stage.NOTHING)
    for reading in readings:
        for rule, pattern in reading.rules.stages[Stage.REJECTING].for_message(reading.places):
            if reading.places.matches(pattern):
                return _recognised(rule, reading)
    found = _withdraw(readings)
    _take_out(readings, Stage.NEGATING)
    for reading in readings:
        found = _ask(reading, found, names, answering=answering)
    return found


def _ask(
    reading: _Reading, found: Recognised, names: Sequence[tuple[int, str]], *, answering: bool
) -> Recognised:
    """Return what one language asks for if it is stronger than what was found so far."""
    places, weight = reading.places, strength(found.intent)
    if weight > strength(Intent.PERSON) and (
        _is_plain_request(places) or _has_plain_clause(places)
    ):
        return Recognised(Intent.PERSON, reading.language, PLAIN_REQUEST)
    for rule, pattern in reading.rules.stages[Stage.ASKING].for_message(places):
        if strength(rule.intent) >= weight:
            return found
        if (rule.intent in _REPLIES and not answering) or not places.matches(pattern):
            continue
        if rule.intent is not Intent.LANGUAGE:
            return _recognised(rule, reading)
        if (target := _target(pattern, places, names)) is not None:
            return Recognised(Intent.LANGUAGE, target, rule.name)
    return found


def _target(pattern: Pattern, places: Places, names: Sequence[tuple[int, str]]) -> str | None:
    """Return the language that a request for another language names."""
    for span in places.spans(pattern):
        for class_id, language in names:
            if bits_of(places.hits, class_id) & span:
                return language
    return None


def _recognised(rule: Rule, reading: _Reading) -> Recognised:
    return Recognised(rule.intent or Intent.NONE, reading.language, rule.name)


def _stronger(first: Recognised, second: Recognised) -> Recognised:
    return second if strength(second.intent) < strength(first.intent) else first


def _matched(reading: _Reading, stage: Stage) -> Iterator[tuple[Rule, int]]:
    """Yield each match of a stage's rules, as the bits of its words."""
    for rule, pattern in reading.rules.stages[stage].for_message(reading.places):
        for span in reading.places.within_commas().spans(pattern):
            yield rule, span


def _take_out(readings: Sequence[_Reading], stage: Stage) -> None:
    """Take out what a stage matches, so that the stages after it do not see it.

    What one language takes out is out for every language that knows fewer of the words: "are you
    human" is no request in German either, but Japanese has no say over Chinese.
    """
    taken: list[tuple[int, int]] = []
    for reading in readings:
        matched = 0
        for _, span in _matched(reading, stage):
            matched |= span
        if matched:
            taken.append((reading.words_known, matched))
    for reading in readings:
        blocked = 0
        for words_known, matched in taken:
            if words_known >= reading.words_known:
                blocked |= matched
        if blocked:
            reading.places = reading.places.without(blocked)


def _withdraw(readings: Sequence[_Reading]) -> Recognised:
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


def _is_plain_request(places: Places) -> bool:
    """Say whether a message is nothing but a person's name and the words around one.

    "human!!", "agent pls", "customer service representative", "0".
    """
    if places.length > _PLAIN_REQUEST_WORDS_MAX:
        return False
    return any(one in places.hits for one in _ASKED_FOR) and _is_plain(
        places, 0, places.length, _PLAIN
    )


def _has_plain_clause(places: Places) -> bool:
    """Say whether one clause of several is a plain request: "this leads nowhere, a human please".

    A single word is one only as a sentence of its own: in "where is my order, agent?" it is an
    address.
    """
    if not places.marks:
        return False
    people = bits_of(places.hits, _IDS["person"])
    begin, marks = 0, places.marks
    while begin < places.length:
        end = (marks & -marks).bit_length() - 1 if marks else places.length
        words = end - begin
        is_sentence = not (places.marks & ~places.stops) & (1 << end | 1 << begin >> 1)
        if (
            people & ((1 << end) - (1 << begin))
            and (words > 1 or is_sentence)
            and words <= _PLAIN_REQUEST_WORDS_MAX
            and _is_plain(places, begin, end, _PLAIN_IN_A_CLAUSE)
        ):
            return True
        begin, marks = end + 1, marks & (marks - 1)
    return False


def _is_plain(places: Places, begin: int, end: int, classes: Sequence[int]) -> bool:
    """Say whether plain words alone lead from one place to another."""
    reached = 1 << begin
    for _ in range(_PLAIN_REQUEST_WORDS_MAX):
        further = reached | places.step(reached, classes) | (reached & places.marks) << 1
        if further == reached:
            break
        reached = further
    return bool(reached >> end & 1)
