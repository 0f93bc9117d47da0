"""What Parameters and intrinsic functions make, and what in them can fail."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from handrail_ops.verify.facts import ANY, OBJECT, STRING, WHOLE, Fact, Known, literal

CONTEXT: Known = {
    "$$": OBJECT,
    "$$.Execution": OBJECT,
    "$$.Execution.Id": STRING,
    "$$.Execution.Input": OBJECT,
    "$$.Execution.Name": STRING,
    "$$.State": OBJECT,
    "$$.State.Name": STRING,
    "$$.Task": OBJECT,
    "$$.Task.Token": STRING,
}
"""What the context object always has; the token only where a Task waits for it."""

TOKEN = "$$.Task.Token"  # noqa: S105 - the path of one, not a secret

_PATH = re.compile(r"\$\$?(?:\.[A-Za-z_][A-Za-z0-9_]*)*")
_CALL = re.compile(r"States\.(\w+)\((.*)\)")
_NUMBER = re.compile(r"-?\d+")
_SIMPLE = ("string", "number", "boolean", "null")


def made(template: Any, given: Known) -> Known:
    """Return what is known of what a template makes of what it is given."""
    if not isinstance(template, dict):
        return literal(template)
    found: dict[str, Fact] = {"$": OBJECT}
    for key, value in template.items():
        inner = _value(str(value), given) if key.endswith(".$") else made(value, given)
        name = key.removesuffix(".$")
        if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name):
            found |= {f"$.{name}{path[1:]}": fact for path, fact in inner.items()}
    return found


def failing(template: Any, given: Known) -> Iterator[str]:
    """Yield whatever in a template may fail, in the words that follow a state's name."""
    match template:
        case list():
            for one in template:
                yield from failing(one, given)
        case dict():
            for key, value in template.items():
                if not key.endswith(".$"):
                    yield from failing(value, given)
                elif not isinstance(value, str):
                    yield f"has {key!r}, whose value must be a path"
                else:
                    yield from _failing(value, given)


def read_by(template: Any) -> frozenset[str]:
    """Return the expressions that a template evaluates; what only looks like one is not there."""
    match template:
        case list():
            return frozenset().union(*(read_by(one) for one in template))
        case dict():
            inner = (
                frozenset({value})
                if key.endswith(".$") and isinstance(value, str)
                else read_by(value)
                for key, value in template.items()
            )
            return frozenset().union(*inner)
    return frozenset()


def lookup(path: str, given: Known) -> Fact | None:
    """Return what is known of a path; None when it may be missing."""
    return CONTEXT.get(path) if path.startswith("$$") else given.get(path)


def missing(path: str) -> str:
    """Say that a path may be missing."""
    return f"reads {path[:80]}, which may be missing there"


def adds_to(expression: object) -> tuple[str, int] | None:
    """Return the path to which an expression adds, and how much; None for any other one."""
    found = _CALL.fullmatch(expression) if isinstance(expression, str) else None
    if found is None or found[1] != "MathAdd":
        return None
    arguments = _arguments(found[2])
    path = next((one for one in arguments if one.startswith("$.")), "")
    number = next((one for one in arguments if _NUMBER.fullmatch(one)), "")
    if len(arguments) != len({path, number} - {""}) or not (path and number):
        return None
    return path, int(number)


def _value(expression: str, given: Known) -> Known:
    if _PATH.fullmatch(expression):
        known = CONTEXT if expression.startswith("$$") else given
        root = expression
        found = {
            "$" + path[len(root) :]: fact
            for path, fact in known.items()
            if path == root or path.startswith(root + ".")
        }
        return found or {"$": ANY}
    call = _CALL.fullmatch(expression)
    match call and call[1]:
        case "MathAdd":
            return {"$": WHOLE}
        case "Format" | "UUID":
            return {"$": STRING}
        case "JsonMerge" if call is not None:
            return _merged(_arguments(call[2]), given)
    return {"$": ANY}


def _merged(arguments: list[str], given: Known) -> Known:
    """Return what is known of a shallow merge: the second one's fields replace the first one's."""
    found: dict[str, Fact] = {"$": OBJECT}
    if len(arguments) != 3 or not all(_PATH.fullmatch(one) for one in arguments[:2]):  # noqa: PLR2004
        return {"$": ANY}
    first, second = (_value(one, given) for one in arguments[:2])
    found |= {path: ANY for path in first if path.count(".") == 1}
    replaced = {path for path in second if path.count(".") == 1}
    found = {path: fact for path, fact in found.items() if path not in replaced}
    return found | {path: fact for path, fact in second.items() if path != "$"}


def _failing(expression: str, given: Known) -> Iterator[str]:
    if _PATH.fullmatch(expression):
        if lookup(expression, given) is None:
            yield missing(expression)
        return
    call = _CALL.fullmatch(expression)
    if call is None:
        # A filter or an index finds nothing as often as something.
        yield missing(expression)
        return
    arguments = _arguments(call[2])
    paths = [one for one in arguments if one.startswith("$")]
    absent = [one for one in paths if not _PATH.fullmatch(one) or lookup(one, given) is None]
    yield from (missing(one) for one in absent)
    if not absent and not _fits(call[1], arguments, given):
        yield f"calls {expression[:80]}, which may fail on what it is given"


def _fits(name: str, arguments: list[str], given: Known) -> bool:
    kinds = [_kind(one, given) for one in arguments]
    match name:
        case "UUID":
            return not arguments
        case "MathAdd":
            return kinds == ["number", "number"]
        case "JsonMerge":
            return kinds[:2] == ["object", "object"] and arguments[2:] == ["false"]
        case "Format":
            wanted = arguments[0].count("{}") if arguments else -1
            plain = all(kind in _SIMPLE for kind in kinds)
            return (
                plain
                and kinds[0] == "string"
                and wanted == len(kinds) - 1
                and "\\" not in arguments[0]
            )
    return False


def _kind(argument: str, given: Known) -> str:
    if argument.startswith("$"):
        fact = lookup(argument, given)
        return fact.kind if fact else "any"
    if _NUMBER.fullmatch(argument):
        return "number"
    quoted = len(argument) > 1 and argument[0] == argument[-1] == "'"
    return "string" if quoted and "'" not in argument[1:-1] else "any"


def _arguments(written: str) -> list[str]:
    """Return the arguments of a call; nested calls are left whole, and fit nowhere."""
    found, depth, quoted, current = [], 0, False, ""
    for character in written:
        if character == "'":
            quoted = not quoted
        elif not quoted:
            depth += {"(": 1, ")": -1}.get(character, 0)
        if character == "," and not quoted and depth == 0:
            found.append(current.strip())
            current = ""
        else:
            current += character
    return [*found, current.strip()] if current.strip() or found else []
