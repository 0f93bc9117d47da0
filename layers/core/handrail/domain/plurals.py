"""CLDR's cardinal plural rules for whole numbers, one function per family of languages.

Source of the facts: Unicode CLDR, supplemental/plurals. A compiled catalogue names its rule; the
rule is chosen by comparing these functions with CLDR's own, so none of them is assigned by hand.
"""

from collections.abc import Callable, Mapping

CATEGORIES = ("zero", "one", "two", "few", "many", "other")
_MILLION = 1_000_000


def _other(_: int) -> str:
    return "other"


def _one_is_1(number: int) -> str:
    return "one" if number == 1 else "other"


def _one_is_0_or_1(number: int) -> str:
    return "one" if number in {0, 1} else "other"


def _with_millions(rule: Callable[[int], str]) -> Callable[[int], str]:
    """Romance languages say "de" after whole millions; CLDR calls that `many`."""

    def with_millions(number: int) -> str:
        return "many" if number and number % _MILLION == 0 else rule(number)

    return with_millions


def _hebrew(number: int) -> str:
    return {1: "one", 2: "two"}.get(number, "other")


def _arabic(number: int) -> str:
    if number <= 2:  # noqa: PLR2004 - zero, one and two have forms of their own
        return ("zero", "one", "two")[number]
    rest = number % 100
    if 3 <= rest <= 10:  # noqa: PLR2004
        return "few"
    return "many" if rest >= 11 else "other"  # noqa: PLR2004


def _east_slavic(number: int) -> str:
    last, rest = number % 10, number % 100
    if last == 1 and rest != 11:  # noqa: PLR2004
        return "one"
    return "few" if 2 <= last <= 4 and not 12 <= rest <= 14 else "many"  # noqa: PLR2004


def _polish(number: int) -> str:
    return "one" if number == 1 else "many" if number % 10 == 1 else _east_slavic(number)


def _south_slavic(number: int) -> str:
    category = _east_slavic(number)
    return "other" if category == "many" else category


def _west_slavic(number: int) -> str:
    return "one" if number == 1 else "few" if 2 <= number <= 4 else "other"  # noqa: PLR2004


def _slovenian(number: int) -> str:
    return {1: "one", 2: "two", 3: "few", 4: "few"}.get(number % 100, "other")


def _lithuanian(number: int) -> str:
    last, rest = number % 10, number % 100
    if last == 0 or 11 <= rest <= 19:  # noqa: PLR2004
        return "other"
    return "one" if last == 1 else "few"


def _latvian(number: int) -> str:
    last, rest = number % 10, number % 100
    if last == 0 or 11 <= rest <= 19:  # noqa: PLR2004
        return "zero"
    return "one" if last == 1 else "other"


def _romanian(number: int) -> str:
    if number == 1:
        return "one"
    return "few" if number == 0 or 1 <= number % 100 <= 19 else "other"  # noqa: PLR2004


def _macedonian(number: int) -> str:
    return "one" if number % 10 == 1 and number % 100 != 11 else "other"  # noqa: PLR2004


def _filipino(number: int) -> str:
    return "other" if number % 10 in {4, 6, 9} else "one"


def _irish(number: int) -> str:
    if number in {1, 2}:
        return ("one", "two")[number - 1]
    return "few" if 3 <= number <= 6 else "many" if 7 <= number <= 10 else "other"  # noqa: PLR2004


def _welsh(number: int) -> str:
    return {0: "zero", 1: "one", 2: "two", 3: "few", 6: "many"}.get(number, "other")


def _maltese(number: int) -> str:
    if number in {1, 2}:
        return ("one", "two")[number - 1]
    rest = number % 100
    if number == 0 or 3 <= rest <= 10:  # noqa: PLR2004
        return "few"
    return "many" if 11 <= rest <= 19 else "other"  # noqa: PLR2004


PLURAL_RULES: Mapping[str, Callable[[int], str]] = {
    "other": _other,
    "one-is-1": _one_is_1,
    "one-is-0-or-1": _one_is_0_or_1,
    "one-is-1-and-millions": _with_millions(_one_is_1),
    "one-is-0-or-1-and-millions": _with_millions(_one_is_0_or_1),
    "hebrew": _hebrew,
    "arabic": _arabic,
    "east-slavic": _east_slavic,
    "polish": _polish,
    "south-slavic": _south_slavic,
    "west-slavic": _west_slavic,
    "slovenian": _slovenian,
    "lithuanian": _lithuanian,
    "latvian": _latvian,
    "romanian": _romanian,
    "macedonian": _macedonian,
    "filipino": _filipino,
    "irish": _irish,
    "welsh": _welsh,
    "maltese": _maltese,
}
"""By the id a compiled catalogue names."""
