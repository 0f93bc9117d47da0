"""Which paths are there for certain when a state reads them.

A path that is missing fails an execution with `States.Runtime`, which no Catch sees: the workflow
is gone in the middle of its work. So a state reads only the whole input, the context, what a Pass
has written on every way that leads to it, or what a Choice has just found to be present.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

Known = frozenset[str]
"""The paths that are there for certain."""

_CONTEXT = frozenset(
    {
        "$$.Execution.Id",
        "$$.Execution.Input",
        "$$.Execution.Name",
        "$$.State.Name",
        "$$.Task.Token",
    }
)
"""What the context object always has."""

_READS = ("InputPath", "OutputPath", "ItemsPath")
_PATH = re.compile(r"\$\$?(?:\.\w+)*")
_MERGED = re.compile(r"^States\.JsonMerge\((\$[\w.]*), .*, false\)$")


def unguarded_paths(workflow: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield each state that reads a path which may be missing, and which one."""
    for name, known in _known_at(workflow).items():
        for path in _unguarded(workflow["States"][name], known):
            yield name, f"reads {path}, which may be missing there"


def _known_at(workflow: Mapping[str, Any]) -> dict[str, Known]:
    """Return what is known at each state: what is known on every way to it."""
    states = workflow["States"]
    known: dict[str, Known] = {workflow["StartAt"]: frozenset({"$"})}
    waiting = [workflow["StartAt"]]
    while waiting:
        name = waiting.pop()
        for target, after in _ways(states[name], known[name]):
            merged = after if target not in known else known[target] & after
            if known.get(target) != merged:
                known[target] = merged
                waiting.append(target)
    return known


def _ways(state: Mapping[str, Any], known: Known) -> Iterator[tuple[str, Known]]:
    """Yield each state that can follow, with what is known on that way."""
    for rule in state.get("Choices", ()):
        yield rule["Next"], known | _present(rule)
    if "Default" in state:
        yield state["Default"], known
    if "Next" in state:
        yield state["Next"], _after(state, known)
    for caught in state.get("Catch", ()):
        yield caught["Next"], _written(caught.get("ResultPath", "$"), known, frozenset({"$"}))


def _after(state: Mapping[str, Any], known: Known) -> Known:
    """Return what is known when a state has succeeded."""
    if state["Type"] not in ("Pass", "Task"):
        return known
    result: Known = frozenset({"$"})
    if state["Type"] == "Pass":
        if "Parameters" in state:
            result = _made(state["Parameters"], known)
        elif "Result" in state:
            result = _literal(state["Result"])
        else:
            result = known
    return _written(state.get("ResultPath", "$"), known, result)


def _written(path: str | None, known: Known, result: Known) -> Known:
    """Return what is known when a result was put at a path."""
    if path is None:
        return known
    if path == "$":
        return result
    kept = {one for one in known if not (one + ".").startswith(path + ".")}
    return frozenset(kept | {path + one[1:] for one in result})


def _made(parameters: Mapping[str, Any], known: Known) -> Known:
    """Return the paths of what Parameters make."""
    made = {"$"}
    for key, value in parameters.items():
        name = f"$.{key.removesuffix('.$')}"
        made.add(name)
        if not key.endswith(".$"):
            made |= {name + path[1:] for path in _literal(value)}
            continue
        merged = _MERGED.match(value)
        origin = merged[1] if merged else value
        made |= {name + path[len(origin) :] for path in known if path.startswith(origin + ".")}
    return frozenset(made)


def _literal(value: Any) -> Known:
    paths = {"$"}
    if isinstance(value, dict):
        for key, inner in value.items():
            paths |= {f"$.{key}{path[1:]}" for path in _literal(inner)}
    return frozenset(paths)


def _present(rule: Mapping[str, Any]) -> Known:
    """Return the variables that a rule, when it matches, has found to be present."""
    every = rule.get("And", (rule,))
    return frozenset(one["Variable"] for one in every if one.get("IsPresent") is True)


def _unguarded(state: Mapping[str, Any], known: Known) -> Iterator[str]:
    for rule in state.get("Choices", ()):
        yield from _unguarded_in_rule(rule, known)
    for path in _read(state):
        if path not in known and path not in _CONTEXT:
            yield path


def _unguarded_in_rule(rule: Mapping[str, Any], known: Known) -> Iterator[str]:
    """Follow a rule from left to right: what was found present guards what comes after."""
    for one in rule.get("And", (rule,)):
        variable = one.get("Variable")
        if variable is None:
            yield f"a rule that is neither simple nor an And: {json.dumps(one)[:80]}"
            continue
        if one.get("IsPresent") is not True and variable not in known:
            yield variable
        known |= _present(one)
        for key, value in one.items():
            if key.endswith("Path") and value not in known:
                yield value


def _read(state: Mapping[str, Any]) -> Iterator[str]:
    """Yield the paths that a state reads, other than in the rules of a Choice."""
    for key, value in state.items():
        if key in _READS or key.endswith("SecondsPath"):
            if isinstance(value, str):
                yield value
        elif key in ("Parameters", "ResultSelector"):
            yield from _templated(value)


def _templated(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if key.endswith(".$"):
                yield from _PATH.findall(inner)
            else:
                yield from _templated(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _templated(inner)
