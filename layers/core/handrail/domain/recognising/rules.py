"""One language's rules, read and indexed, and the order in which they have their say."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from handrail.domain.recognising.patterns import Index, Pattern, Places, parse
from handrail.domain.recognising.requests import (
    DEFAULT_RULES,
    NEGATED,
    PERSON_FIRST_RULES,
    REJECT,
    Intent,
    RequestList,
    Rule,
)


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


def _stage(rule: Rule) -> Stage:
    match rule.intent:
        case None:
            return Stage.NEGATING if rule.name == NEGATED else Stage.NOTHING
        case Intent.WITHDRAW:
            return Stage.WITHDRAWING
        case Intent.PERSON if rule.name == REJECT:
            return Stage.REJECTING
        case _:
            return Stage.ASKING


class RuleSet:
    """The rules of one stage, strongest first, found by what is in a message."""

    def __init__(self, pairs: Sequence[tuple[Rule, Pattern]]) -> None:
        self._pairs = tuple(pairs)
        self._index = Index([pattern for _, pattern in pairs])

    def for_message(self, here: Places) -> Iterator[tuple[Rule, Pattern]]:
        """Yield the rules that the message could match, strongest first."""
        for number in self._index.candidates(here.hits):
            yield self._pairs[number]


@dataclass(frozen=True, slots=True)
class LanguageRules:
    """One language's rules, ready to run."""

    language: str
    stages: Mapping[Stage, RuleSet]
    _compounds: tuple[tuple[int, Pattern], ...]
    _compound_index: Index

    def add_compounds(self, here: Places) -> None:
        """Note the terms of several words that are made of choices."""
        for number in self._compound_index.candidates(here.hits):
            class_id, pattern = self._compounds[number]
            if pattern.possible(here.present):
                here.add(class_id, here.runs(pattern))


def read_rules(one: RequestList, class_ids: Mapping[str, int]) -> LanguageRules:
    """Read the patterns of one language.

    Raises:
        ValueError: a pattern or a class of words is not known; the message names it.

    """

    def class_id_of(name: str) -> int:
        if name not in class_ids:
            message = f"a pattern of {one.language!r} names {name!r}, a class without words"
            raise ValueError(message)
        return class_ids[name]

    def read(pattern: str) -> Pattern:
        return parse(pattern, class_id_of, one.gap_words)

    compounds = tuple((class_id_of(name), read(pattern)) for name, pattern in one.compounds)
    rules = (*one.rules, *DEFAULT_RULES, *(PERSON_FIRST_RULES if one.person_first else ()))
    stages: dict[Stage, list[tuple[Rule, Pattern]]] = {stage: [] for stage in Stage}
    for rule in sorted(rules, key=lambda rule: strength(rule.intent)):
        stages[_stage(rule)].append((rule, read(rule.pattern)))
    return LanguageRules(
        one.language,
        {stage: RuleSet(pairs) for stage, pairs in stages.items()},
        compounds,
        Index([pattern for _, pattern in compounds]),
    )
