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


ASKING_STAGES = (Stage.REJECTING, Stage.WITHDRAWING, Stage.ASKING)

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


class ReadyRule:
    """A rule whose pattern is read when a message first makes it worth a look."""

    __slots__ = ("_gap_words", "_pattern", "rule", "strength", "triggers")

    def __init__(self, packed: PackedRule, gap_words: int) -> None:
        """Take a rule of a language whose gaps are so wide."""
        self.rule = packed.rule
        self.triggers = packed.triggers
        self.strength = strength(packed.rule.intent)
        self._gap_words = gap_words
        self._pattern: Pattern | None = None

    @property
    def pattern(self) -> Pattern:
        """The pattern, read."""
        if self._pattern is None:
            self._pattern = _read_packed(self.rule.pattern, self._gap_words)
        return self._pattern


class RuleSet:
    """Some rules, strongest first, found by what is in a message."""

    def __init__(self, rules: Sequence[ReadyRule]) -> None:
        """Index the rules."""
        self._rules = rules
        self._index = Index(one.triggers for one in rules)

    def for_message(self, here: Places) -> Iterator[ReadyRule]:
        """Yield the rules that the message has all classes for, strongest first."""
        for number in self._index.candidates(here.present):
            one = self._rules[number]
            if one.pattern.possible(here.present):
                yield one


def _read_packed(pattern: str, gap_words: int) -> Pattern:
    """Read a pattern whose classes were checked when it was packed."""
    return parse(pattern, lambda name: class_id(name) or 0, gap_words)


class LanguageRules:
    """One language's rules, ready to run."""

    def __init__(self, packed: PackedRules) -> None:
        """Index the rules by stage."""
        self.language = packed.language
        by_stage: dict[Stage, list[ReadyRule]] = {stage: [] for stage in Stage}
        for one in packed.rules:
            by_stage[stage_of(one.rule)].append(ReadyRule(one, packed.gap_words))
        self.stages = {stage: RuleSet(own) for stage, own in by_stage.items()}
        asking = [one for stage in ASKING_STAGES for one in by_stage[stage]]
        self.asking = RuleSet(sorted(asking, key=lambda one: one.strength))
        """All that can make more of a message than nothing."""
        self._packed = packed
        self._compounds: dict[int, Pattern] = {}
        self._compound_index = Index(classes for _, _, classes in packed.compounds)
        self._spelling: Spelling | None = None

    def add_compounds(self, here: Places) -> None:
        """Note the terms of several words that are made of choices."""
        for number in self._compound_index.candidates(here.present):
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
