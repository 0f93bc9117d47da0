"""One language's rules, read and indexed, and the order in which they have their say."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from handrail.domain.recognising.patterns import Index, Pattern, Places, parse, triggers
from handrail.domain.recognising.requests import (
    CLASSES,
    DEFAULT_RULES,
    NAME_OF,
    NEGATED,
    PERSON_FIRST_RULES,
    REJECT,
    Intent,
    RequestList,
    Rule,
    class_id,
)
from handrail.domain.recognising.spelling import (
    CORRECTABLE_LETTERS_MIN,
    SWAPPED_LETTERS_MIN,
    Spelling,
    is_correctable_term,
)

SHORT_LETTERS = range(SWAPPED_LETTERS_MIN, CORRECTABLE_LETTERS_MIN)


class Stage(Enum):
    """When a rule has its say. What a stage matches is taken from the stages after it."""

    NOTHING = auto()
    """Looks like a request and is none: "are you human?", "human resources"."""
    REJECTING = auto()
    """No to the bot: looks much like no to a person, and like "I'd rather have the bot"."""
    WITHDRAWING = auto()
    """Never mind: "I don't need a person any more"."""
    NEGATING = auto()
    """No to a person, who was perhaps never asked for."""
    ASKING = auto()


# A request outweighs everything; a question back is asked only when nothing else was said.
_STRENGTHS = {
    None: -1,
    Intent.PERSON: 0,
    Intent.WITHDRAW: 1,
    Intent.LANGUAGE: 2,
    Intent.FOLLOW_UP: 3,
    Intent.NO: 4,
    Intent.YES: 5,
    Intent.MAYBE_PERSON: 6,
    Intent.NONE: 7,
}


def strength(intent: Intent | None) -> int:
    """Return how much an intent weighs beside others in one message: less is stronger."""
    return _STRENGTHS[intent]


def stage_of(rule: Rule) -> Stage:
    """Say when a rule has its say."""
    match rule.intent:
        case None:
            return Stage.NEGATING if rule.name == NEGATED else Stage.NOTHING
        case Intent.WITHDRAW:
            return Stage.WITHDRAWING
        case Intent.PERSON if rule.name == REJECT:
            return Stage.REJECTING
        case _:
            return Stage.ASKING


@dataclass(frozen=True, slots=True)
class PackedRule:
    """A rule, its pattern still text, and the classes that make it worth a look."""

    rule: Rule
    triggers: Sequence[int]


@dataclass(frozen=True, slots=True)
class PackedRules:
    """What one language's list says besides its terms: read when a message is in the language."""

    language: str
    gap_words: int
    rules: Sequence[PackedRule]
    """Strongest first."""
    compounds: Sequence[tuple[int, str, Sequence[int]]]
    """Class, pattern and triggers of the terms that are made of choices."""
    spelt: Sequence[str]
    """The words of terms, as they may be misspelt."""
    not_typos: Sequence[str]


def pack_rules(one: RequestList) -> PackedRules:
    """Read every pattern of a list, and return what is needed to find the few a message can match.

    Raises:
        ValueError: a pattern or a class of words is not known; the message names it.

    """

    def class_id_of(name: str) -> int:
        known = class_id(name)
        if known is None or (name not in one.words and name not in CLASSES):
            message = f"a pattern of {one.language!r} names {name!r}, a class without words"
            raise ValueError(message)
        return known

    def read(pattern: str) -> Pattern:
        return parse(pattern, class_id_of, one.gap_words)

    rules = sorted(
        (*one.rules, *DEFAULT_RULES, *(PERSON_FIRST_RULES if one.person_first else ())),
        key=lambda rule: strength(rule.intent),
    )
    packed: dict[Rule, PackedRule] = {}
    for stage in Stage:
        own = [rule for rule in rules if stage_of(rule) is stage]
        for rule, classes in zip(own, triggers([read(rule.pattern) for rule in own]), strict=True):
            packed[rule] = PackedRule(rule, classes)
    names = [class_id_of(name) for name, _ in one.compounds]
    patterns = [read(pattern) for _, pattern in one.compounds]
    compounds = zip(names, (text for _, text in one.compounds), triggers(patterns), strict=True)
    return PackedRules(
        one.language,
        one.gap_words,
        [packed[rule] for rule in rules],
        list(compounds),
        sorted(
            {
                word
                for name, terms in one.words.items()
                if not name.startswith(NAME_OF)
                for term in terms
                for word in term.split(" ")
                if is_correctable_term(word) or len(word) in SHORT_LETTERS
            }
        ),
        one.not_typos,
    )


class RuleSet:
    """The rules of one stage, strongest first, found by what is in a message."""

    def __init__(self, rules: Sequence[PackedRule], gap_words: int) -> None:
        """Index the rules; a pattern is read when a message first makes it worth a look."""
        self._rules = tuple(one.rule for one in rules)
        self._gap_words = gap_words
        self._read: dict[int, Pattern] = {}
        self._index = Index(one.triggers for one in rules)

    def for_message(self, here: Places) -> Iterator[tuple[Rule, Pattern]]:
        """Yield the rules that the message could match, strongest first."""
        for number in self._index.candidates(here.hits):
            pattern = self._read.get(number)
            if pattern is None:
                pattern = _read_packed(self._rules[number].pattern, self._gap_words)
                self._read[number] = pattern
            yield self._rules[number], pattern


def _read_packed(pattern: str, gap_words: int) -> Pattern:
    """Read a pattern whose classes were checked when it was packed."""
    return parse(pattern, lambda name: class_id(name) or 0, gap_words)


class LanguageRules:
    """One language's rules, ready to run."""

    def __init__(self, packed: PackedRules) -> None:
        """Index the rules by stage."""
        self.language = packed.language
        by_stage: dict[Stage, list[PackedRule]] = {stage: [] for stage in Stage}
        for one in packed.rules:
            by_stage[stage_of(one.rule)].append(one)
        self.stages = {stage: RuleSet(own, packed.gap_words) for stage, own in by_stage.items()}
        self._packed = packed
        self._compounds: dict[int, Pattern] = {}
        self._compound_index = Index(classes for _, _, classes in packed.compounds)
        self._spelling: Spelling | None = None

    def add_compounds(self, here: Places) -> None:
        """Note the terms of several words that are made of choices."""
        for number in self._compound_index.candidates(here.hits):
            class_of, text, _ = self._packed.compounds[number]
            pattern = self._compounds.get(number)
            if pattern is None:
                pattern = self._compounds[number] = _read_packed(text, self._packed.gap_words)
            if pattern.possible(here.present):
                here.add(class_of, here.runs(pattern))

    @property
    def spelling(self) -> Spelling:
        """The words that may be misspelt; indexed when they are first asked for."""
        if self._spelling is None:
            self._spelling = Spelling(self._packed.spelt, self._packed.not_typos)
        return self._spelling
