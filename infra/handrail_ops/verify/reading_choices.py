"""Reads what a Choice asks: every operator of the language, with the type it compares to."""

from __future__ import annotations

import re

from handrail_ops.verify.definition import Condition
from handrail_ops.verify.fields import Fields

_DEPTH_MAX = 20
_VARIABLE = re.compile(r"\$\$?(?:\.[A-Za-z_][A-Za-z0-9_]*|\[\d{1,9}\])*")
"""One place, written in one way: what was found of it is not true of any other spelling."""
_TESTS = frozenset({"IsPresent", "IsString", "IsNumeric", "IsBoolean", "IsTimestamp", "IsNull"})
_ORDERED = ("Equals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals")
_TYPES: dict[str, type | tuple[type, ...]] = {
    "String": str,
    "Numeric": (int, float),
    "Timestamp": str,
}
_COMPARED: dict[str, type | tuple[type, ...]] = {
    **{f"{kind}{order}": types for kind, types in _TYPES.items() for order in _ORDERED},
    "StringMatches": str,
    "BooleanEquals": bool,
}


def read_condition(fields: Fields, *, top: bool, depth: int = 0) -> Condition:
    """Return what one object of a Choice's rules asks."""
    if depth > _DEPTH_MAX:
        fields.not_modelled(f"nests its rules deeper than {_DEPTH_MAX} levels")
    if not top and "Next" in fields.raw:
        fields.refuse("has a Next inside of a rule")
    for field in ("Assign", "Output"):
        if field in fields.raw:
            fields.not_modelled(f"has the field {field!r} in a rule")
    asked = [key for key in fields.raw if key not in ("Variable", "Next", "Comment")]
    if len(asked) != 1:
        fields.refuse(f"has a rule with {len(asked)} operators; one is expected")
    operator = asked[0]
    if operator in ("And", "Or"):
        parts = fields.objects(operator, least=1)
    elif operator == "Not":
        parts = (Fields(fields.where, fields.raw["Not"]),)
    else:
        return _compared(fields, operator)
    if "Variable" in fields.raw:
        fields.refuse(f"has a rule with both {operator} and Variable")
    read = tuple(read_condition(part, top=False, depth=depth + 1) for part in parts)
    return Condition(operator, parts=read)


def _compared(fields: Fields, operator: str) -> Condition:
    value = fields.raw[operator]
    plain = operator.removesuffix("Path")
    if operator in _TESTS:
        expected: type | tuple[type, ...] = bool
    elif operator in _COMPARED:
        expected = _COMPARED[operator]
    elif plain in _COMPARED and plain != "StringMatches":
        expected = str
    else:
        fields.refuse(f"has a rule with {operator!r}, which is no operator")
    if not isinstance(value, expected) or (isinstance(value, bool) and expected is not bool):
        fields.refuse(f"has a rule that compares by {operator} to something of another type")
    variable = fields.text("Variable")
    if not _VARIABLE.fullmatch(variable):
        fields.not_modelled(f"asks about {variable[:60]!r}")
    return Condition(operator, variable, value)
