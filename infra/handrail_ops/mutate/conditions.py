"""Every plausible way to ask the wrong thing in a Choice."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any

Change = Callable[[dict[str, Any]], None]
Test = dict[str, Any]

_OPPOSITE = {
    "NumericGreaterThan": ("NumericLessThan", "NumericGreaterThanEquals"),
    "NumericGreaterThanPath": ("NumericLessThanPath", "NumericGreaterThanEqualsPath"),
    "NumericLessThanEquals": ("NumericGreaterThan", "NumericLessThan"),
    "StringEquals": ("StringLessThanEquals", "StringMatches"),
}


def of_rules(definition: dict[str, Any], name: str) -> Iterator[tuple[str, Change]]:
    """Yield each change of what one state asks."""
    words = sorted(_words(definition))
    variables = sorted(_variables(definition))
    for number, rule in enumerate(definition["States"][name].get("Choices", ())):
        told = f"{name}: rule {number + 1}"
        if "And" in rule:
            yield from _of_and(name, number, rule, told)
        for place, test in enumerate(rule.get("And", (rule,))):
            said = f"{told}, test {place + 1}"
            for change, changed in _of_test(test, words, variables):
                yield f"{said}: {change}", _replaced(name, number, place, changed)


def _of_and(name: str, number: int, rule: Test, told: str) -> Iterator[tuple[str, Change]]:
    tests = rule["And"]
    for place in range(len(tests)):
        left = [*tests[:place], *tests[place + 1 :]]
        yield f"{told}: drop test {place + 1}", _rule(name, number, {"And": left}, rule)
    if len(tests) > 1:
        yield f"{told}: Or for And", _rule(name, number, {"Or": tests}, rule)
        yield f"{told}: backwards", _rule(name, number, {"And": tests[::-1]}, rule)
        yield f"{told}: Not", _rule(name, number, {"Not": {"And": tests}}, rule)


def _of_test(test: Test, words: list[str], variables: list[str]) -> Iterator[tuple[str, Test]]:
    (operator,) = (key for key in test if key not in ("Variable", "Next"))
    value = test[operator]
    for variable in variables:
        yield f"of {variable}", {**test, "Variable": variable}
    match value:
        case bool():
            yield f"{operator} {not value}", {**test, operator: not value}
        case int():
            for other in (value - 1, value + 1, value * 10 + 10):
                yield f"{operator} {other}", {**test, operator: other}
        case str() if operator.endswith("Path"):
            for variable in variables:
                yield f"{operator} {variable}", {**test, operator: variable}
        case str():
            for other_word in (*words, f"{value}s"):
                yield f"{operator} {other_word!r}", {**test, operator: other_word}
    rest = {key: one for key, one in test.items() if key != operator}
    for other_operator in _OPPOSITE.get(operator, ()):
        yield other_operator, {**rest, other_operator: value}


def _words(definition: dict[str, Any]) -> set[str]:
    return {test["StringEquals"] for test in _tests(definition) if "StringEquals" in test}


def _variables(definition: dict[str, Any]) -> set[str]:
    return {test["Variable"] for test in _tests(definition)}


def _tests(definition: dict[str, Any]) -> Iterator[Test]:
    for state in definition["States"].values():
        for rule in state.get("Choices", ()):
            yield from rule.get("And", (rule,))


def _rule(name: str, number: int, asked: Test, rule: Test) -> Change:
    def apply(mutated: dict[str, Any]) -> None:
        changed = {**copy.deepcopy(asked), "Next": rule["Next"]}
        mutated["States"][name]["Choices"][number] = changed

    return apply


def _replaced(name: str, number: int, place: int, test: Test) -> Change:
    def apply(mutated: dict[str, Any]) -> None:
        rules = mutated["States"][name]["Choices"]
        if "And" in rules[number]:
            rules[number]["And"][place] = dict(test)
        else:
            rules[number] = dict(test)

    return apply
