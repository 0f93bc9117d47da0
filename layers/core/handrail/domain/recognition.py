"""Recognising what a customer asks of us, without any model: a person, or not after all.

Every language has a list of words by class (what a person is called, verbs of contact, wishes ...)
and patterns over those classes. All lists run on every message, since a customer may write in any
language whatever the conversation's language is; the conversation's language decides only ties.
Escalating is the safe side: a request anywhere in a message outweighs everything else it says.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import reduce
from operator import or_

from handrail.domain.recognising.patterns import Index, Pattern, Places, bits_of, parse
from handrail.domain.recognising.spelling import Spelling
from handrail.domain.recognising.vocabulary import SHARED, Forms, Vocabulary
from handrail.domain.recognising.words import HARD, SOFT, split


class Intent(StrEnum):
    """What a message asks of Handrail itself, besides its content."""

    PERSON = "person"
    """The customer wants a person: this escalates."""
    MAYBE_PERSON = "maybe_person"
    """A weak sign: the customer is asked whether a person is wanted."""
    WITHDRAW = "withdraw"
    """Never mind: the customer no longer waits for a person."""
    FOLLOW_UP = "follow_up"
    """Reply to me later: the customer would rather not wait here; only a whole message says so."""
    LANGUAGE = "language"
    """The customer asks for another language."""
    YES = "yes"
    """The whole message says yes: it answers a question that was asked, and nothing else."""
    NO = "no"
    """The whole message says no."""
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Recognised:
    """The verdict on one message and what it rests on."""

    intent: Intent
    language: str | None = None
    """The language whose list spoke; for `LANGUAGE` the one asked for."""
    rule: str = ""
    """The rule that decided, for logs and tests; never the customer's words."""


NOTHING = Recognised(Intent.NONE)


REJECT = "reject"
"""The name of the rules for a person that reject the bot."""
NEGATED = "negated"
"""The name of the rules for nothing that say no to a person."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A pattern and what it means; without an intent, what it matches is no request at all."""

    intent: Intent | None
    name: str
    pattern: str


@dataclass(frozen=True, slots=True)
class RequestList:
    """How one language asks: folded terms by class, patterns, and the language's habits."""

    language: str
    words: Mapping[str, Sequence[str]]
    compounds: Sequence[tuple[str, str]] = ()
    """A class and a pattern whose every match is a term of it."""
    rules: Sequence[Rule] = ()
    gap_words: int = 4
    """How many words `..` may skip; characters in a script without spaces."""
    person_first: bool = False
    """Whether "a person" may stand before "speak with": verb-final or free word order."""
    proclitics: Sequence[str] = ()
    """Short words written together with the next one, as in Arabic."""
    not_typos: Sequence[str] = ()
    """Everyday words one edit away from a term."""


CLASSES = (
    "person",  # who a customer asks for: human, agent, representative
    "someone",  # anybody, a technician: too weak to ask for on its own
    "desk",  # customer service, the support team
    "department",  # billing, sales
    "contact",  # talk to, connect me with
    "want",  # I want, I need, can I have
    "help",  # help, assistance
    "bot",  # bot, machine, automated assistant
    "filler",  # a, the, real, with: may stand between a wish and a person
    "polite",  # please, hello, now: may stand anywhere
    "key",  # 0: alone, it asks for a person
    "language",  # the name of any language: holds every `language:<code>`
)
NAME_OF = "language:"
EXTENDABLE = ("person", "someone", "desk", "department", "key")
UNIVERSAL = {"key": ("0",), "person": ("agent", "human")}
"""What asks for a person in every language."""

_IDS = {name: number for number, name in enumerate(CLASSES)}
_LANGUAGE = _IDS["language"]
_SMALL_WORDS = (_IDS["filler"], _IDS["polite"])
_ASKED_FOR = (_IDS["person"], _IDS["desk"], _IDS["key"])
_PLAIN = tuple(_IDS[name] for name in CLASSES if name not in {"bot", "language"})
_PLAIN_REQUEST_WORDS_MAX = 16
_NEAR_WORDS = 14

_PLAIN_REQUEST = Rule(Intent.PERSON, "plain-request", "")
_DEFAULT_RULES = (
    Rule(Intent.PERSON, "contact-person", "{contact} .. {person}"),
    Rule(Intent.PERSON, "want-person", "{want} ~ {person}"),
    Rule(Intent.PERSON, "contact-someone", "{contact} ~ {someone}"),
    Rule(Intent.PERSON, "contact-department", "{contact} ~ {department|desk}"),
    Rule(Intent.MAYBE_PERSON, "want-someone", "{want} ~ {someone|desk}"),
)
_PERSON_FIRST_RULES = (
    Rule(Intent.PERSON, "person-contact", "{person} .. {contact}"),
    Rule(Intent.PERSON, "person-want", "{person} ~ {want}"),
    Rule(Intent.PERSON, "someone-contact", "{someone} ~ {contact}"),
    Rule(Intent.PERSON, "department-contact", "{department|desk} ~ {contact}"),
    Rule(Intent.MAYBE_PERSON, "someone-want", "{someone|desk} ~ {want}"),
)

# A request outweighs everything; a question back is asked only when nothing else was said.
_STRENGTH = {
    intent: strength
    for strength, intent in enumerate(
        (
            Intent.PERSON,
            Intent.WITHDRAW,
            Intent.LANGUAGE,
            Intent.FOLLOW_UP,
            Intent.NO,
            Intent.YES,
            Intent.MAYBE_PERSON,
        )
    )
}
_Hits = dict[int, dict[int, int]]
"""Class -> length of the term in words -> bits of the places where they start."""


class _Rules:
    """Some of a language's rules, strongest first, found by what is in a message."""

    def __init__(self, pairs: Sequence[tuple[Rule, Pattern]]) -> None:
        self._pairs = tuple(pairs)
        self._index = Index([pattern for _, pattern in pairs])

    def for_message(self, here: Places) -> Iterator[tuple[Rule, Pattern]]:
        """Yield the rules that the message could match, strongest first."""
        for number in self._index.candidates(here.hits):
            yield self._pairs[number]


@dataclass(frozen=True, slots=True)
class _Compiled:
    """One language's rules, ready to run; those that consume what they match come first."""

    language: str
    compounds: tuple[tuple[int, Pattern], ...]
    compound_index: Index
    nothing: _Rules
    """What only looks like a request."""
    rejecting: _Rules
    """No to the bot: looks much like "no person" and like "I'd rather have the bot"."""
    negating: _Rules
    withdrawing: _Rules
    asking: _Rules


@dataclass(frozen=True, slots=True)
class _Candidate:
    """What one language makes of a message, with its strength: lower is stronger."""

    strength: int
    verdict: Recognised


_NO_CANDIDATE = _Candidate(len(_STRENGTH), NOTHING)


class Recogniser:
    """Runs every language's list over a message.

    `extra_words` are an operator's own words by class, for every language: departments
    ("billing"), titles ("concierge" as a `person`).
    """

    def __init__(
        self,
        lists: Sequence[RequestList],
        extra_words: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        """Index the lists.

        Raises:
            ValueError: a pattern or a class of words is not known; the message names it.

        """
        self._vocabulary = Vocabulary()
        self._names = tuple(
            (len(CLASSES) + number, one.language) for number, one in enumerate(lists)
        )
        self._share(extra_words or {})
        self._languages = tuple(self._compile(number, one) for number, one in enumerate(lists))
        self._numbers = {one.language: number for number, one in enumerate(lists)}
        self._spelling = Spelling(
            self._vocabulary.correctable(),
            known=(word for one in lists for word in one.not_typos),
            is_known=self._vocabulary.knows,
        )

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

    def _compile(self, number: int, one: RequestList) -> _Compiled:
        """Index the terms of one language and read its patterns."""
        ids = dict(_IDS)
        for class_id, language in self._names:
            ids[f"{NAME_OF}{language}"] = class_id
        for class_name, terms in one.words.items():
            if class_name.startswith(NAME_OF):
                # A language that has no list here cannot be switched to.
                if class_name in ids:
                    self._vocabulary.add(number, terms, ids[class_name], _LANGUAGE)
                continue
            class_id = ids.setdefault(class_name, len(ids))
            self._vocabulary.add(number, terms, class_id, correctable=class_id not in _SMALL_WORDS)
        self._vocabulary.add_proclitics(one.proclitics)

        def class_id_of(name: str) -> int:
            if name not in ids:
                message = f"a pattern of {one.language!r} names {name!r}, a class without words"
                raise ValueError(message)
            return ids[name]

        compounds = tuple(
            (ids[name], parse(pattern, class_id_of, one.gap_words))
            for name, pattern in one.compounds
        )
        rules = (*one.rules, *_DEFAULT_RULES, *(_PERSON_FIRST_RULES if one.person_first else ()))
        pairs = [(rule, parse(rule.pattern, class_id_of, one.gap_words)) for rule in rules]
        pairs.sort(key=lambda pair: _strength(pair[0]))
        return _Compiled(
            one.language,
            compounds,
            Index([pattern for _, pattern in compounds]),
            *(
                _Rules([pair for pair in pairs if _stage(pair[0]) == stage])
                for stage in ("nothing", REJECT, NEGATED, "withdraw", "ask")
            ),
        )

    def recognise(self, text: str, language: str | None = None) -> Recognised:
        """Say what a customer's message asks of us; never raises, whatever the text is."""
        words = split(text)
        if not words:
            return NOTHING
        forms = [self._vocabulary.forms(word) for word in words]
        found = self._judge(words, forms, language)
        if found.verdict.intent is not Intent.NONE:
            return found.verdict
        for index, corrections in self._spelling.corrections(words):
            # A request in a word misspelt stands near it: a second pass need not see it all.
            near = slice(max(0, index - _NEAR_WORDS), index + _NEAR_WORDS)
            corrected = forms.copy()
            corrected[index] = (*forms[index], *corrections)
            found = min(
                found, self._judge(words[near], corrected[near], language), key=_strength_of
            )
        verdict = found.verdict
        if verdict.intent is Intent.NONE:
            return NOTHING
        return Recognised(verdict.intent, verdict.language, f"{verdict.rule}, misspelt")

    def _judge(self, words: Sequence[str], forms: Sequence[Forms], hint: str | None) -> _Candidate:
        """Return the strongest that any language makes of the words."""
        hits = self._vocabulary.hits(forms)
        shared = hits.pop(SHARED, {})
        numbers = sorted(hits)
        if (number := self._numbers.get(hint or "")) is not None:
            numbers = [number, *(other for other in numbers if other != number)]
        elif shared and not numbers:
            numbers = [0]
        places = [
            self._places(words, number, hits.get(number, {}), shared) for number in numbers
        ]
        languages = [self._languages[number] for number in numbers]
        places = _without_nothings(places, [compiled.nothing for compiled in languages])
        for compiled, here in zip(languages, places, strict=True):
            for rule, pattern in compiled.rejecting.for_message(here):
                if here.matches(pattern):
                    return _candidate(rule, compiled.language)
        places = _without_nothings(places, [compiled.negating for compiled in languages])
        best = _NO_CANDIDATE
        withdrawn = 0
        for compiled, here in zip(languages, places, strict=True):
            for rule, pattern in compiled.withdrawing.for_message(here):
                for span in here.spans(pattern):
                    withdrawn |= span
                    best = min(best, _candidate(rule, compiled.language), key=_strength_of)
        for compiled, here in zip(languages, _without(places, withdrawn), strict=True):
            best = min(best, self._ask(compiled, here, best), key=_strength_of)
        return best

    def _places(self, words: Sequence[str], number: int, own: _Hits, shared: _Hits) -> Places:
        """Return a message as one language sees it, compound terms and all."""
        hard = soft = 0
        for index, word in enumerate(words):
            if word == HARD:
                hard |= 1 << index
            elif word == SOFT:
                soft |= 1 << index
        here = Places(len(words), own, hard, hard | soft, _SMALL_WORDS)
        for class_id, lengths in shared.items():
            here.add(class_id, lengths)
        compiled = self._languages[number]
        for found in compiled.compound_index.candidates(here.hits):
            class_id, pattern = compiled.compounds[found]
            if pattern.possible(here.present):
                here.add(class_id, here.runs(pattern))
        return here

    def _ask(self, compiled: _Compiled, here: Places, best: _Candidate) -> _Candidate:
        """Return what one language asks for if it is stronger than the best so far."""
        if best.strength > 0 and _is_plain_request(here):
            return _candidate(_PLAIN_REQUEST, compiled.language)
        for rule, pattern in compiled.asking.for_message(here):
            if _strength(rule) >= best.strength:
                return best
            if not here.matches(pattern):
                continue
            if rule.intent is not Intent.LANGUAGE:
                return _candidate(rule, compiled.language)
            if (target := self._target(pattern, here)) is not None:
                return _Candidate(_strength(rule), Recognised(Intent.LANGUAGE, target, rule.name))
        return best

    def _target(self, pattern: Pattern, here: Places) -> str | None:
        """Return the language that a request for another language names."""
        for span in here.spans(pattern):
            for class_id, language in self._names:
                if bits_of(here.hits, class_id) & span:
                    return language
        return None


def _without_nothings(
    places: Sequence[Places], rules_by_place: Sequence[_Rules]
) -> Sequence[Places]:
    """Take out what only looks like a request.

    What one language takes out is out for every language that knows fewer of the words: "are you
    human" is no request in German either, but Japanese has no say over Chinese.
    """
    taken: list[tuple[int, int]] = []
    known = [here.covered().bit_count() for here in places]
    for rules, here, words_known in zip(rules_by_place, places, known, strict=True):
        nothing = 0
        for _, pattern in rules.for_message(here):
            for span in here.within_commas().spans(pattern):
                nothing |= span
        if nothing:
            taken.append((words_known, nothing))
    if not taken:
        return places
    return [
        here.without(_union(nothing for by, nothing in taken if by >= words_known))
        for here, words_known in zip(places, known, strict=True)
    ]


def _stage(rule: Rule) -> str:
    """Return when a rule has its say; each stage takes its words from those after it."""
    match rule.intent:
        case None:
            return NEGATED if rule.name == NEGATED else "nothing"
        case Intent.WITHDRAW:
            return "withdraw"
        case Intent.PERSON if rule.name == REJECT:
            return REJECT
        case _:
            return "ask"


def _union(parts: Iterable[int]) -> int:
    return reduce(or_, parts, 0)


def _without(places: Sequence[Places], blocked: int) -> Sequence[Places]:
    return [here.without(blocked) for here in places] if blocked else places


def _strength(rule: Rule) -> int:
    return -1 if rule.intent is None else _STRENGTH[rule.intent]


def _strength_of(candidate: _Candidate) -> int:
    return candidate.strength


def _candidate(rule: Rule, language: str) -> _Candidate:
    return _Candidate(_strength(rule), Recognised(rule.intent or Intent.NONE, language, rule.name))


def _is_plain_request(here: Places) -> bool:
    """Say whether a message is nothing but a person's name and the words around one.

    "human!!", "agent pls", "customer service representative", "0".
    """
    if here.length > _PLAIN_REQUEST_WORDS_MAX or not any(one in here.hits for one in _ASKED_FOR):
        return False
    reached = 1
    for _ in range(_PLAIN_REQUEST_WORDS_MAX):
        further = reached | here.step(reached, _PLAIN) | (reached & here.marks) << 1
        if further == reached:
            break
        reached = further
    return bool(reached >> here.length & 1)
