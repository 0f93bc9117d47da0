"""Runs the workflows' own definitions in virtual time, as Step Functions runs them.

What is known here is what `infra/workflows` uses (Amazon States Language, JSONPath: Task, Choice,
Pass, Wait, Succeed); anything else is refused when a definition is read. A path that is missing is
`States.Runtime`, which no Catch sees: the execution is over then.
"""

from __future__ import annotations

import json
import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Protocol

WORKFLOWS = Path(__file__).parents[2] / "workflows"
_SUPPORTED = frozenset({"Task", "Choice", "Pass", "Wait", "Succeed"})
_COMPARED: Mapping[str, Callable[[float, float], bool]] = {
    "GreaterThan": operator.gt,
    "GreaterThanEquals": operator.ge,
    "LessThan": operator.lt,
    "LessThanEquals": operator.le,
    "Equals": operator.eq,
}
_OPERATORS = frozenset(
    {"IsPresent", "IsString", "IsNumeric", "StringEquals"}
    | {f"Numeric{name}{path}" for name in _COMPARED for path in ("", "Path")}
)
_INTRINSICS = frozenset({"States.JsonMerge", "States.MathAdd"})
_INTRINSIC = re.compile(r"^States\.(\w+)\((.*)\)$")


class TaskError(Exception):
    """A task failed, by the name under which a Catch or Retry knows it."""

    def __init__(self, name: str) -> None:
        """Take the error's name, such as `States.Timeout`."""
        super().__init__(name)
        self.name = name


class RuntimeFailureError(Exception):
    """The execution is over: `States.Runtime`, which nothing catches."""


class Tasks(Protocol):
    """Does what a workflow's tasks ask for."""

    def run(self, resource: str, payload: Any, seconds: float) -> Any:
        """Do a task and return its result.

        Raises:
            TaskError: it failed, or took longer than it may.

        """
        ...

    def token(self) -> str:
        """Return a new task token."""
        ...

    def pause(self, seconds: float) -> None:
        """Let time pass."""
        ...


@dataclass(frozen=True, slots=True)
class Definition:
    """A workflow as it is written."""

    name: str
    start: str
    seconds: float
    states: Mapping[str, Mapping[str, Any]]

    @classmethod
    def read(cls, name: str, text: str | None = None) -> Definition:
        """Read a definition of `infra/workflows`, or the text of one.

        Raises:
            ValueError: it uses a type of state that is not known here.

        """
        source = text or (WORKFLOWS / f"{name}.asl.json").read_text(encoding="utf-8")
        machine = json.loads(source)
        unknown = _unknown(machine["States"])
        if unknown:
            message = f"{name} uses {', '.join(sorted(unknown))}, which is not simulated"
            raise ValueError(message)
        return cls(name, machine["StartAt"], machine["TimeoutSeconds"], machine["States"])


def _unknown(states: Mapping[str, Mapping[str, Any]]) -> set[str]:
    """Return what a definition uses that is not known here: never to be passed over."""
    unknown = {state["Type"] for state in states.values()} - _SUPPORTED
    for state in states.values():
        for rule in state.get("Choices", ()):
            for one in rule.get("And", (rule,)):
                unknown |= one.keys() - _OPERATORS - {"Variable", "Next", "And", "Comment"}
        calls = re.findall(r"States\.\w+(?=\()", json.dumps(state))
        unknown |= set(calls) - _INTRINSICS
    return unknown


def execute(
    definition: Definition,
    given: Any,
    context: Mapping[str, Any],
    tasks: Tasks,
    lives: Callable[[str], bool] = lambda _state: True,
) -> Any:
    """Run an execution to its end and return its output.

    `context` has `Execution`. `lives` is asked before every state whether the execution
    goes on; one that does not is a `RuntimeFailureError`.

    Raises:
        TaskError: a task failed and nothing caught it.
        RuntimeFailureError: it ended in the middle.

    """
    name, data = definition.start, given
    while True:
        if not lives(name):
            message = f"the execution ended before {name!r}"
            raise RuntimeFailureError(message)
        state = definition.states[name]
        inside = {**context, "State": {"Name": name}}
        leads = state.get("Next")
        match state["Type"]:
            case "Choice":
                leads = _choose(state, data, inside)
            case "Wait":
                tasks.pause(_seconds(state, data, inside))
            case "Pass":
                data = _pass(state, data, inside)
            case "Task":
                data, caught = _task(state, data, inside, tasks)
                leads = caught or leads
        if leads is None:
            return data
        name = leads


def _seconds(state: Mapping[str, Any], data: Any, context: Mapping[str, Any]) -> float:
    if "SecondsPath" in state:
        return _number(_look(state["SecondsPath"], data, context))
    return float(state.get("Seconds", 0))


def _pass(state: Mapping[str, Any], data: Any, context: Mapping[str, Any]) -> Any:
    made = data
    if "Parameters" in state:
        made = _fill(state["Parameters"], data, context)
    elif "Result" in state:
        made = state["Result"]
    return _put(state.get("ResultPath", "$"), data, made)


def _task(
    state: Mapping[str, Any], data: Any, context: Mapping[str, Any], tasks: Tasks
) -> tuple[Any, str | None]:
    """Do a task with its retries; return the data after it, and where a Catch leads to."""
    if state["Resource"].endswith(".waitForTaskToken"):
        context = {**context, "Task": {"Token": tasks.token()}}
    payload = _fill(state["Parameters"], data, context) if "Parameters" in state else data
    seconds = state.get("TimeoutSeconds", 60)
    if "TimeoutSecondsPath" in state:
        seconds = _number(_look(state["TimeoutSecondsPath"], data, context))
    tried = [0] * len(state.get("Retry", ()))
    while True:
        try:
            result = tasks.run(state["Resource"], payload, seconds)
        except TaskError as error:
            pause = _retry(state, error.name, tried)
            if pause is not None:
                tasks.pause(pause)
                continue
            for caught in state.get("Catch", ()):
                if _matches(caught["ErrorEquals"], error.name):
                    failure = {"Error": error.name, "Cause": ""}
                    return _put(caught.get("ResultPath", "$"), data, failure), caught["Next"]
            raise
        return _put(state.get("ResultPath", "$"), data, result), None


def _retry(state: Mapping[str, Any], error: str, tried: list[int]) -> float | None:
    """Return how long to wait before the next try, or None when there is none."""
    for number, retry in enumerate(state.get("Retry", ())):
        if _matches(retry["ErrorEquals"], error):
            if tried[number] >= retry.get("MaxAttempts", 3):
                return None
            pause = retry.get("IntervalSeconds", 1) * retry.get("BackoffRate", 2) ** tried[number]
            tried[number] += 1
            return float(pause)
    return None


def _matches(names: list[str], error: str) -> bool:
    return error in names or "States.ALL" in names


def _choose(state: Mapping[str, Any], data: Any, context: Mapping[str, Any]) -> str:
    for rule in state["Choices"]:
        if all(_holds(one, data, context) for one in rule.get("And", (rule,))):
            return str(rule["Next"])
    if "Default" not in state:
        message = "no rule matches and there is no Default"
        raise RuntimeFailureError(message)
    return str(state["Default"])


_MISSING = object()


def _holds(rule: Mapping[str, Any], data: Any, context: Mapping[str, Any]) -> bool:
    if "IsPresent" in rule:
        found = _find(rule["Variable"], data, context)
        return (found is not _MISSING) is rule["IsPresent"]
    value = _look(rule["Variable"], data, context)
    if "IsString" in rule:
        return isinstance(value, str) is rule["IsString"]
    if "StringEquals" in rule:
        return bool(value == rule["StringEquals"])
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if "IsNumeric" in rule:
        return number is rule["IsNumeric"]
    return number and _compared(rule, value, data, context)


def _compared(
    rule: Mapping[str, Any], value: float, data: Any, context: Mapping[str, Any]
) -> bool:
    for name, holds in _COMPARED.items():
        if f"Numeric{name}" in rule:
            return holds(value, rule[f"Numeric{name}"])
        if f"Numeric{name}Path" in rule:
            return holds(value, _look(rule[f"Numeric{name}Path"], data, context))
    message = f"a rule that is not simulated: {sorted(rule)}"
    raise AssertionError(message)


@cache
def _names(path: str) -> tuple[bool, tuple[str, ...]]:
    """Return whether a path leads into the context, and its names from there."""
    root, *names = path.split(".")
    return root == "$$", tuple(names)


def _find(path: str, data: Any, context: Mapping[str, Any]) -> Any:
    inside, names = _names(path)
    at = context if inside else data
    for name in names:
        if not isinstance(at, dict) or name not in at:
            return _MISSING
        at = at[name]
    return at


def _look(path: str, data: Any, context: Mapping[str, Any]) -> Any:
    found = _find(path, data, context)
    if found is _MISSING:
        message = f"{path} is missing"
        raise RuntimeFailureError(message)
    return found


def _number(value: Any) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool) and value > 0:
        return float(value)
    message = f"expected a number of seconds above 0, found {value!r}"
    raise RuntimeFailureError(message)


def _fill(template: Any, data: Any, context: Mapping[str, Any]) -> Any:
    if isinstance(template, dict):
        return {
            key.removesuffix(".$"): _value(value, data, context)
            if key.endswith(".$")
            else _fill(value, data, context)
            for key, value in template.items()
        }
    return template


def _value(expression: str, data: Any, context: Mapping[str, Any]) -> Any:
    called = _INTRINSIC.match(expression)
    if called is None:
        return _look(expression, data, context)
    given = [one.strip() for one in called[2].split(",")]
    match called[1], given:
        case "JsonMerge", [first, second, "false"]:
            return {**_look(first, data, context), **_look(second, data, context)}
        case "MathAdd", [first, amount]:
            return _look(first, data, context) + int(amount)
    message = f"{expression} is not simulated"
    raise RuntimeFailureError(message)


def _put(path: str | None, data: Any, value: Any) -> Any:
    if path is None:
        return data
    if path == "$":
        return value
    names = path.split(".")[1:]
    if len(names) != 1 or not isinstance(data, dict):
        message = f"a result cannot be put at {path}"
        raise RuntimeFailureError(message)
    return {**data, names[0]: value}
