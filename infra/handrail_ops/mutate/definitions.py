"""Every plausible way to write a workflow wrong, one change at a time.

The changes are generated from the definition itself, so that a state that is added tomorrow is
mutated tomorrow. Each has a name that says where and what; no two make the same text.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from handrail_ops.mutate.conditions import of_rules
from handrail_ops.verify.definition import CALLBACK
from handrail_ops.verify.tags import ENDINGS, OF_TASKS, OF_WORKFLOWS, read_tags

Change = Callable[[dict[str, Any]], None]
"""Changes a definition in place."""
Named = tuple[str, Change]

_TYPES = ("Task", "Choice", "Pass", "Wait", "Succeed", "Fail")
_NOWHERE = "Nobody is told"
_TAGS = tuple(dict.fromkeys((*ENDINGS, *(tag for tag in OF_TASKS if tag != "says"))))


@dataclass(frozen=True, slots=True)
class Mutant:
    """A definition with one change."""

    workflow: str
    change: str
    text: str

    @property
    def name(self) -> str:
        """Where and what, in one line."""
        return f"{self.workflow}: {self.change}"


def mutants(workflow: str, text: str) -> list[Mutant]:
    """Return every mutant of a definition, each once."""
    original = json.loads(text)
    found: dict[str, Mutant] = {}
    seen = {_same(original)}
    for change, apply in _changes(original):
        mutated = copy.deepcopy(original)
        apply(mutated)
        key = _same(mutated)
        if key not in seen:
            seen.add(key)
            written = json.dumps(mutated, indent=2, ensure_ascii=False)
            found[change] = Mutant(workflow, change, written)
    return list(found.values())


def _same(definition: dict[str, Any]) -> str:
    # Order counts where it counts: rules of a Choice are a list; states are not.
    return json.dumps(definition, sort_keys=True)


def _changes(definition: dict[str, Any]) -> Iterator[Named]:
    yield from _of_workflow(definition)
    for name, state in definition["States"].items():
        yield from _of_tags(name, state)
        yield from _of_ways(definition, name, state)
        yield from _of_type(name, state)
        yield from _of_task(name, state)
        yield from _of_data(definition, name, state)
        yield from of_rules(definition, name)


def _of_workflow(definition: dict[str, Any]) -> Iterator[Named]:
    for field in ("TimeoutSeconds", "Comment", "StartAt"):
        yield f"drop {field}", _drop((), field)
    yield "TimeoutSeconds x 10", _put((), "TimeoutSeconds", definition["TimeoutSeconds"] * 10)
    for name in definition["States"]:
        yield f"StartAt = {name}", _put((), "StartAt", name)
    yield "QueryLanguage = JSONata", _put((), "QueryLanguage", "JSONata")
    for tag in read_tags(definition["Comment"], OF_WORKFLOWS).known:
        without = definition["Comment"].replace(str(tag), "")
        yield f"drop {tag}", _put((), "Comment", without)
        for other in OF_WORKFLOWS:
            lie = definition["Comment"].replace(str(tag), f"@{other}({tag.given})")
            yield f"{tag} becomes @{other}", _put((), "Comment", lie)


# ---------------------------------------------------------------- what a state says of itself


def _of_tags(name: str, state: dict[str, Any]) -> Iterator[Named]:
    at = ("States", name)
    comment = state["Comment"]
    yield f"{name}: drop Comment", _drop(at, "Comment")
    for tag in read_tags(comment, (*_TAGS, "says", "after")).known:
        yield f"{name}: drop {tag}", _put(at, "Comment", comment.replace(str(tag), "", 1))
        for other in _TAGS:
            lie = comment.replace(str(tag), f"@{other}", 1)
            yield f"{name}: {tag} becomes @{other}", _put(at, "Comment", lie)
    said = [tag.name for tag in read_tags(comment, _TAGS).known]
    for other in _TAGS:
        if other in said:
            continue
        yield f"{name}: claim @{other}", _put(at, "Comment", f"@{other} {comment}")


# ---------------------------------------------------------------- where it leads


def _of_ways(definition: dict[str, Any], name: str, state: dict[str, Any]) -> Iterator[Named]:
    at = ("States", name)
    for field in ("Next", "Default"):
        if field in state:
            yield f"{name}: drop {field}", _drop(at, field)
            yield from _redirected(definition, (*at, field), f"{name}: {field}")
    if "End" in state:
        yield f"{name}: drop End", _drop(at, "End")
    for number, _ in enumerate(state.get("Choices", ())):
        where = (*at, "Choices", number)
        yield from _redirected(definition, (*where, "Next"), f"{name}: rule {number + 1}")
        yield f"{name}: drop rule {number + 1}", _drop((*at, "Choices"), number)
        yield f"{name}: rule {number + 1} last", _moved((*at, "Choices"), number)
    for number, _ in enumerate(state.get("Catch", ())):
        where = (*at, "Catch", number)
        yield from _redirected(definition, (*where, "Next"), f"{name}: catcher {number + 1}")
        yield f"{name}: drop catcher {number + 1}", _drop((*at, "Catch"), number)
        yield f"{name}: catcher {number + 1} last", _moved((*at, "Catch"), number)
        for errors in (["States.TaskFailed"], ["States.Timeout"], ["States.ALL", "Some.Error"]):
            told = f"{name}: catcher {number + 1} of {', '.join(errors)}"
            yield told, _put(where, "ErrorEquals", errors)


def _redirected(definition: dict[str, Any], at: tuple[Any, ...], told: str) -> Iterator[Named]:
    *where, field = at
    for target in (*definition["States"], "no state"):
        yield f"{told} -> {target}", _put(tuple(where), field, target)

    def fails(mutated: dict[str, Any]) -> None:
        mutated["States"][_NOWHERE] = {"Type": "Fail", "Comment": "The end of it."}
        _at(mutated, tuple(where))[field] = _NOWHERE

    yield f"{told} -> a Fail", fails


# ---------------------------------------------------------------- what it is


def _of_type(name: str, state: dict[str, Any]) -> Iterator[Named]:
    at = ("States", name)
    for kind in _TYPES:
        yield f"{name}: Type = {kind}", _put(at, "Type", kind)
    kept: dict[str, Any] = {key: state[key] for key in ("Comment", "Next", "End") if key in state}
    if "Choices" in state:
        targets = [state["Default"], *(rule["Next"] for rule in state["Choices"])]
        for target in dict.fromkeys(targets):
            passed = {"Comment": state["Comment"], "Type": "Pass", "Next": target}
            yield f"{name}: a Pass to {target}", _put(("States",), name, passed)
        return
    yield f"{name}: an empty Pass", _put(("States",), name, kept | {"Type": "Pass"})
    if "Next" in state and state["Type"] != "Wait":
        waited = kept | {"Type": "Wait", "Seconds": 1}
        yield f"{name}: a Wait", _put(("States",), name, waited)
    elif "End" in state:
        ended = {"Comment": state["Comment"], "Type": "Succeed"}
        yield f"{name}: a Succeed", _put(("States",), name, ended)


# ---------------------------------------------------------------- how it works


def _of_task(name: str, state: dict[str, Any]) -> Iterator[Named]:
    at = ("States", name)
    for field in ("Catch", "Retry", "TimeoutSeconds", "TimeoutSecondsPath", "Resource"):
        if field in state:
            yield f"{name}: drop {field}", _drop(at, field)
    if "TimeoutSeconds" in state:
        longer = state["TimeoutSeconds"] * 10
        yield f"{name}: TimeoutSeconds x 10", _put(at, "TimeoutSeconds", longer)
    if "TimeoutSecondsPath" in state:
        yield f"{name}: TimeoutSeconds = 99,999", _timed(at)
    if "Resource" in state:
        resource = state["Resource"]
        other = resource.removesuffix(CALLBACK)
        other = resource + CALLBACK if other == resource else other
        yield f"{name}: the token or none", _put(at, "Resource", other)
    for number, retrier in enumerate(state.get("Retry", ())):
        where = (*at, "Retry", number)
        for error in range(len(retrier["ErrorEquals"])):
            told = f"{name}: retry not {retrier['ErrorEquals'][error]}"
            yield told, _drop((*where, "ErrorEquals"), error)
        for field, value in (("MaxAttempts", 0), ("MaxAttempts", 30), ("IntervalSeconds", 300)):
            yield f"{name}: {field} = {value}", _put(where, field, value)
        yield f"{name}: BackoffRate = 0.5", _put(where, "BackoffRate", 0.5)


def _timed(at: tuple[Any, ...]) -> Change:
    def apply(mutated: dict[str, Any]) -> None:
        state = _at(mutated, at)
        del state["TimeoutSecondsPath"]
        state["TimeoutSeconds"] = 99_999

    return apply


# ---------------------------------------------------------------- what it reads and writes


def _of_data(definition: dict[str, Any], name: str, state: dict[str, Any]) -> Iterator[Named]:
    at = ("States", name)
    places = sorted(
        {s["ResultPath"] for s in definition["States"].values() if s.get("ResultPath")}
    )
    if "ResultPath" in state:
        yield f"{name}: drop ResultPath", _drop(at, "ResultPath")
        for place in places:
            yield f"{name}: ResultPath = {place}", _put(at, "ResultPath", place)
    for number, catcher in enumerate(state.get("Catch", ())):
        if "ResultPath" in catcher:
            where = (*at, "Catch", number)
            yield f"{name}: catcher {number + 1} forgets", _drop(where, "ResultPath")
    if state["Type"] == "Wait":
        yield f"{name}: SecondsPath to nothing", _put(at, "SecondsPath", "$.nothing")
    for field in ("InputPath", "OutputPath"):
        yield f"{name}: {field} to nothing", _put(at, field, "$.nothing")
    for field in ("Result", "Parameters"):
        if field in state:
            yield f"{name}: drop {field}", _drop(at, field)
            yield from _leaves(name, (*at, field), state[field])


def _leaves(name: str, at: tuple[Any, ...], value: dict[str, Any]) -> Iterator[Named]:
    """Change or drop each value that a definition writes down."""
    for key, inner in value.items():
        yield f"{name}: without {key}", _drop(at, key)
        match inner:
            case dict():
                yield from _leaves(name, (*at, key), inner)
            case int():
                for other in (0, inner * 10, str(inner)):
                    yield f"{name}: {key} = {other!r}", _put(at, key, other)
            case "answer" | "person":
                other_word = {"answer": "person", "person": "answer"}[inner]
                yield f"{name}: {key} = {other_word!r}", _put(at, key, other_word)
            case str() if "MathAdd" in inner:
                for other_call in ("$.rounds", "States.MathAdd($.rounds, 0)"):
                    yield f"{name}: {key} = {other_call}", _put(at, key, other_call)
                down = inner.replace(", 1)", ", -1)")
                yield f"{name}: {key} = {down}", _put(at, key, down)
            case str() if key.endswith(".$"):
                yield f"{name}: {key} to nothing", _put(at, key, "$.nothing")
            case str():
                yield f"{name}: {key} = 'other'", _put(at, key, "other")


# ---------------------------------------------------------------- changes


def _at(definition: Any, where: tuple[Any, ...]) -> Any:
    for step in where:
        definition = definition[step]
    return definition


def _put(where: tuple[Any, ...], key: str, value: object) -> Change:
    def apply(mutated: dict[str, Any]) -> None:
        _at(mutated, where)[key] = copy.deepcopy(value)

    return apply


def _drop(where: tuple[Any, ...], key: str | int) -> Change:
    def apply(mutated: dict[str, Any]) -> None:
        del _at(mutated, where)[key]

    return apply


def _moved(where: tuple[Any, ...], number: int) -> Change:
    def apply(mutated: dict[str, Any]) -> None:
        several = _at(mutated, where)
        several.append(several.pop(number))

    return apply
