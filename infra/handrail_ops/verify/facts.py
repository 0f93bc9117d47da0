"""What is known for certain of the data at one point of a workflow.

Which paths are there, of what type they are, and for numbers and words how large and which.

Everything here errs on one side: what is not known for certain is not known at all.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

Known = Mapping[str, "Fact"]
"""The paths that are there for certain, and what is known of each."""

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True, slots=True)
class Fact:
    """What is known of the value at a path."""

    kind: str = "any"
    """`any`, `object`, `array`, `string`, `number`, `boolean` or `null`."""
    low: float | None = None
    """The least that a number can be, if it is a whole one."""
    high: float | None = None
    constant: str | None = None
    """The value itself, of a string that is always the same."""
    whole: bool = False
    """Whether a number is certainly a whole one."""

    def or_else(self, other: Fact) -> Fact:
        """Return what is known when it is this or the other."""
        if self == other:
            return self
        if self.kind != other.kind:
            return ANY
        low = None if self.low is None or other.low is None else min(self.low, other.low)
        high = None if self.high is None or other.high is None else max(self.high, other.high)
        constant = self.constant if self.constant == other.constant else None
        return Fact(self.kind, low, high, constant, self.whole and other.whole)


ANY = Fact()
OBJECT = Fact("object")
STRING = Fact("string")
NUMBER = Fact("number")
WHOLE = Fact("number", whole=True)


def literal(value: Any) -> Known:
    """Return what is known of a value that stands in the definition itself."""
    return _nested("$", value)


def _nested(path: str, value: Any) -> dict[str, Fact]:
    match value:
        case bool():
            return {path: Fact("boolean")}
        case int() | float():
            return {path: Fact("number", value, value, whole=isinstance(value, int))}
        case str():
            return {path: Fact("string", constant=value)}
        case None:
            return {path: Fact("null")}
        case list():
            return {path: Fact("array")}
    found = {path: OBJECT}
    for key, inner in value.items():
        # A key like "a.b" is not what the path $.a.b reads.
        if _PLAIN.fullmatch(key):
            found |= _nested(f"{path}.{key}", inner)
    return found


def either(one: Known, other: Known) -> Known:
    """Return what is known when it came about one way or the other."""
    return {path: fact.or_else(other[path]) for path, fact in one.items() if path in other}


def under(path: str, root: str) -> bool:
    """Tell whether a path is another one, or inside of it."""
    return path == root or path.startswith((root + ".", root + "["))


def select(known: Known, path: str | None) -> Known:
    """Return what is known of what stands at a path, as if it were the whole."""
    if path is None:
        return {"$": OBJECT}
    found = {"$" + one[len(path) :]: fact for one, fact in known.items() if under(one, path)}
    return found or {"$": ANY}


def put(known: Known, path: str | None, result: Known) -> Known:
    """Return what is known after a result was put at a path."""
    if path is None:
        return known
    if path == "$":
        return result
    kept = {one: fact for one, fact in known.items() if not under(one, path)}
    return with_parents(kept | {path + one[1:]: fact for one, fact in result.items()}, path)


def with_parents(known: Known, path: str) -> dict[str, Fact]:
    """Return the same, knowing also that whatever holds a path is an object."""
    found = dict(known)
    parent = path.rpartition(".")[0]
    while parent:
        found[parent] = OBJECT
        parent = parent.rpartition(".")[0]
    return found


def parents(path: str) -> list[str]:
    """Return the paths that hold a path."""
    names = path.split(".")
    return [".".join(names[:count]) for count in range(1, len(names))]


def narrowed(known: Known, path: str, operator: str, value: Any) -> Known:
    """Return what is known when a Choice has found this of a path."""
    fact = known.get(path)
    if operator == "IsPresent":
        return with_parents({path: ANY} | dict(known), path) if value is True else known
    if fact is None:
        return known
    kinds = {"IsString": STRING, "IsNumeric": NUMBER, "IsBoolean": Fact("boolean")}
    if operator in kinds:
        if value is not True or fact.kind == kinds[operator].kind:
            return known
        return {**known, path: kinds[operator]}
    if operator == "StringEquals":
        return {**known, path: Fact("string", constant=value)}
    if operator.endswith("Path"):
        return _compared(known, path, operator.removesuffix("Path"), str(value))
    bounds = _BOUNDS.get(operator)
    if bounds is None:
        return known
    lows = [fact.low, None if bounds[0] is None else value + bounds[0]]
    highs = [fact.high, None if bounds[1] is None else value + bounds[1]]
    low = max((one for one in lows if one is not None), default=None)
    high = min((one for one in highs if one is not None), default=None)
    return {**known, path: replace(fact, kind="number", low=low, high=high)}


def _compared(known: Known, path: str, operator: str, other: str) -> Known:
    """Return what is known when one number was found to be greater or less than another."""
    if operator not in _REVERSED or other not in known:
        return known
    one, two = known[path], known[other]
    if operator.startswith("NumericGreater"):
        least, most = two.low, one.high
    else:
        least, most = two.high, one.low
    found = known if least is None else narrowed(known, path, operator, least)
    return found if most is None else narrowed(found, other, _REVERSED[operator], most)


_REVERSED = {
    "NumericGreaterThan": "NumericLessThan",
    "NumericGreaterThanEquals": "NumericLessThanEquals",
    "NumericLessThan": "NumericGreaterThan",
    "NumericLessThanEquals": "NumericGreaterThanEquals",
}
_BOUNDS: Mapping[str, tuple[int | None, int | None]] = {
    "NumericEquals": (0, 0),
    "NumericGreaterThan": (1, None),
    "NumericGreaterThanEquals": (0, None),
    "NumericLessThan": (None, -1),
    "NumericLessThanEquals": (None, 0),
}
"""What a comparison adds to its value to get the least and the most of a whole number."""
