"""Every language's list, packed into what a recogniser works with."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from handrail.domain.recognising.lexicon import Lexicon, Packing
from handrail.domain.recognising.requests import (
    CLASSES,
    NAME_OF,
    NAMES_FROM,
    UNIVERSAL,
    RequestList,
    class_id,
)
from handrail.domain.recognising.rules import PackedRules, pack_rules
from handrail.domain.recognising.spelling import is_correctable_term

_LANGUAGE = CLASSES.index("language")


@dataclass(frozen=True, slots=True)
class PackedLists:
    """What is known of every language: its terms at once, its rules when they are needed."""

    languages: Sequence[str]
    """A language's place here is its number in the lexicon; what all share has the next one."""
    lexicon: Lexicon
    rules_of: Callable[[str], PackedRules]


def pack_lexicon(lists: Sequence[RequestList]) -> Lexicon:
    """Pack the terms of every list.

    Raises:
        ValueError: a stem is too short; the message names it.

    """
    packing = Packing()
    shared = len(lists)
    places = {one.language: number for number, one in enumerate(lists)}
    for class_name, universal in UNIVERSAL.items():
        packing.add(shared, universal, CLASSES.index(class_name))
    names_everywhere = _names_everywhere(lists)
    for language, names in names_everywhere.items():
        packing.add(shared, names, NAMES_FROM + places[language], used=False)
        packing.add(shared, names, _LANGUAGE, used=False)
    for number, one in enumerate(lists):
        packing.add_proclitics(number, one.proclitics)
        packing.add_abbreviations(one.abbreviations)
        packing.add_not_names(number, one.not_names)
        packing.add_everyday(number, one.everyday)
        for class_name, terms in one.words.items():
            if not class_name.startswith(NAME_OF):
                _add_terms(packing, number, class_name, terms, one.language)
                continue
            language = class_name.removeprefix(NAME_OF)
            if language in places:  # a language that has no list here cannot be switched to
                own = sorted(set(terms) - names_everywhere[language])
                packing.add(number, own, NAMES_FROM + places[language], used=False)
                packing.add(number, own, _LANGUAGE, used=False)
    return packing.packed()


def _add_terms(
    packing: Packing, number: int, class_name: str, terms: Sequence[str], language: str
) -> None:
    known = class_id(class_name)
    if known is not None and known >= NAMES_FROM:
        message = f"{language}/requests.toml: more than {NAMES_FROM} classes of words"
        raise ValueError(message)
    try:
        if known is not None:
            packing.add(number, terms, known)
    except ValueError as error:
        message = f"{language}/requests.toml: {error}"
        raise ValueError(message) from error
    if class_name in {"person", "desk"}:
        packing.add_people(filter(is_correctable_term, terms))


def _names_everywhere(lists: Sequence[RequestList]) -> dict[str, set[str]]:
    """Return what every list calls a language: its own name and the English one."""
    names: dict[str, set[str]] = {}
    for one in lists:
        named = [set(other.words.get(f"{NAME_OF}{one.language}", ())) for other in lists]
        names[one.language] = set.intersection(*named)
    return names


def _rules_of(one: RequestList) -> PackedRules:
    try:
        return pack_rules(one)
    except ValueError as error:
        message = f"{one.language}/requests.toml: {error}"
        raise ValueError(message) from error


def pack(lists: Sequence[RequestList]) -> PackedLists:
    """Pack the lists of every language.

    Raises:
        ValueError: a pattern, a class of words or a stem means nothing; the message names it.

    """
    rules = {one.language: _rules_of(one) for one in lists}
    return PackedLists([one.language for one in lists], pack_lexicon(lists), rules.__getitem__)
