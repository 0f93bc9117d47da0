"""What a message may ask, and how a language's list says so."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum


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
    not_names: Sequence[str] = ()
    """Words that name a language elsewhere and mean something else here."""
    abbreviations: Sequence[str] = ()
    """Words whose full stop ends no sentence."""
    everyday: Sequence[str] = ()
    """Words of the language that are no terms: they tell whose message it is."""


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
    "polite",  # please, now: may stand anywhere
    "greeting",  # hello, thanks: may stand anywhere, but "hello agent" only addresses one
    "key",  # 0: alone, it asks for a person
    "language",  # the name of any language: holds every `language:<code>`
)
NAME_OF = "language:"
"""Begins the class of one language's names."""
NAMES_FROM = 2_048
"""The number of the first language's names as a class: behind all classes that patterns name."""

TERMS_OF_A_RULE = "#"
"""Begins the class of the plain words in a language's own patterns: `#0`, `#1`."""

EXTENDABLE = ("person", "someone", "desk", "department", "key")
"""The classes that operators may give words of their own."""

UNIVERSAL = {"key": ("0",), "person": ("agent", "human")}
"""What asks for a person in every language."""


def class_id(name: str) -> int | None:
    """Return the number of a class that patterns may name; None when there is no such class."""
    if name in CLASSES:
        return CLASSES.index(name)
    if name.startswith(TERMS_OF_A_RULE) and name[1:].isdigit():
        return len(CLASSES) + int(name[1:])
    return None


DEFAULT_RULES = (
    Rule(Intent.PERSON, "contact-person", "{contact} .. {person}"),
    Rule(Intent.PERSON, "want-person", "{want} ~ {person}"),
    Rule(Intent.PERSON, "contact-someone", "{contact} ~ {someone}"),
    Rule(Intent.PERSON, "contact-department", "{contact} ~ {department|desk}"),
    Rule(Intent.MAYBE_PERSON, "want-someone", "{want} ~ {someone|desk}"),
    Rule(Intent.MAYBE_PERSON, "want-help", "^ {want} ~ {help} $"),
)
"""What holds wherever the verb stands before the person."""

PERSON_FIRST_RULES = (
    Rule(Intent.PERSON, "person-contact", "{person} .. {contact}"),
    Rule(Intent.PERSON, "person-want", "{person} ~ {want}"),
    Rule(Intent.PERSON, "someone-contact", "{someone} ~ {contact}"),
    Rule(Intent.PERSON, "department-contact", "{department|desk} ~ {contact}"),
    Rule(Intent.MAYBE_PERSON, "someone-want", "{someone|desk} ~ {want}"),
    Rule(Intent.MAYBE_PERSON, "help-want", "^ {help} ~ {want} $"),
)
"""What holds besides where the person may stand before the verb."""
