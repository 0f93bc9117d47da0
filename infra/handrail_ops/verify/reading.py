"""Reads a definition, strictly: what cannot be read whole is not proved in part.

Three answers are possible: a `Workflow`; "this is no workflow", for what is not there, is no JSON
or no Amazon States Language; and "this uses what is not modelled". The last two are one error, so
that whoever calls cannot take either for a proof.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NoReturn

from handrail_ops.verify.definition import Catcher, Retrier, Rule, State, Workflow
from handrail_ops.verify.fields import Fields, NotModelledError, UnreadableError
from handrail_ops.verify.reading_choices import read_condition
from handrail_ops.verify.tags import OF_STATES, OF_WORKFLOWS, read_tags

BYTES_MAX = 1_048_576
"""What Step Functions takes as a definition."""
_DEPTH_MAX = 60
_RETRIES_READ_MAX = 1000

_COMMON = frozenset({"Type", "Comment", "QueryLanguage"})
_FLOW = frozenset({"Next", "End", "InputPath", "OutputPath"})
_OF_KIND: Mapping[str, frozenset[str]] = {
    "Task": _FLOW
    | {"Resource", "Parameters", "ResultPath", "ResultSelector", "Retry", "Catch"}
    | {"TimeoutSeconds", "TimeoutSecondsPath", "HeartbeatSeconds", "HeartbeatSecondsPath"},
    "Pass": _FLOW | {"Result", "ResultPath", "Parameters"},
    "Wait": _FLOW | {"Seconds", "SecondsPath", "Timestamp", "TimestampPath"},
    "Parallel": _FLOW
    | {"Branches", "Parameters", "ResultPath", "ResultSelector", "Retry", "Catch"},
    "Choice": frozenset({"Choices", "Default", "InputPath", "OutputPath"}),
    "Succeed": frozenset({"InputPath", "OutputPath"}),
    "Fail": frozenset({"Error", "Cause", "ErrorPath", "CausePath"}),
}
_NOT_MODELLED = ("Map",)
_OF_WORKFLOW = frozenset(
    {"Comment", "StartAt", "States", "TimeoutSeconds", "Version", "QueryLanguage"}
)


def read_file(path: Path) -> str:
    """Return the text of a definition.

    Raises:
        UnreadableError: it is not there, or is no text.

    """
    try:
        data = path.read_bytes()
    except OSError as error:
        message = f"cannot be read: {error.strerror or error}"
        raise UnreadableError(message) from error
    except ValueError as error:  # a name that no file can have
        message = f"cannot be read: {error}"
        raise UnreadableError(message) from error
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message = f"is no text in UTF-8: byte {error.start} belongs to no character"
        raise UnreadableError(message) from error


def read_workflow(text: str) -> Workflow:
    """Return what a definition says.

    Raises:
        UnreadableError: it is no JSON, no Amazon States Language, or uses what is not modelled.

    """
    whole = Fields("", _json(text))
    _language(whole)
    states = whole.mapping("States")
    if not states:
        whole.refuse("has no states in States")
    if "" in states:
        whole.refuse("has a state without a name")
    start = whole.text("StartAt")
    whole.only(_OF_WORKFLOW)
    comment = whole.text("Comment", "")
    workflow = Workflow(
        start=start,
        states=_states(states),
        timeout_seconds=whole.seconds("TimeoutSeconds"),
        comment=comment,
        tags=read_tags(comment, OF_WORKFLOWS),
    )
    names = list(_names(workflow))
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        whole.refuse(f"has two states of the name {twice[:40]!r}")
    return workflow


# ---------------------------------------------------------------- JSON


def _json(text: str) -> Mapping[str, Any]:
    if len(text.encode("utf-8", "surrogatepass")) > BYTES_MAX:
        message = f"is larger than {BYTES_MAX:,} bytes, which Step Functions does not take"
        raise UnreadableError(message)
    try:
        found = json.loads(
            text, object_pairs_hook=_once, parse_constant=_constant, parse_float=_float
        )
    except RecursionError as error:
        message = f"is nested deeper than {_DEPTH_MAX} levels"
        raise UnreadableError(message) from error
    except UnreadableError:
        raise
    except ValueError as error:
        message = f"is no JSON: {error}; substitutions stand inside strings only"
        raise UnreadableError(message) from error
    if not isinstance(found, dict):
        message = f"is no workflow: a JSON object is expected, not {_named(found)}"
        raise UnreadableError(message)
    if "States" not in found or "StartAt" not in found:
        missing = " and ".join(key for key in ("StartAt", "States") if key not in found)
        message = f"is no workflow in Amazon States Language: it has no {missing}"
        raise UnreadableError(message)
    _not_too_deep(found)
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse what says one thing twice: whoever reads it next may take the other one."""
    made = dict(pairs)
    if len(made) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        message = f"says {twice!r} twice in one object; which one counts nobody can tell"
        raise UnreadableError(message)
    return made


def _constant(name: str) -> NoReturn:
    message = f"is no JSON: {name} is no number there"
    raise UnreadableError(message)


def _float(written: str) -> float:
    value = float(written)
    if not math.isfinite(value):
        message = f"has a number that is too large: {written[:40]}"
        raise UnreadableError(message)
    return value


def _not_too_deep(found: Any) -> None:
    level = [found]
    for _ in range(_DEPTH_MAX):
        level = [
            inner
            for one in level
            for inner in (one.values() if isinstance(one, dict) else one)
            if isinstance(inner, dict | list)
        ]
        if not level:
            return
    message = f"is nested deeper than {_DEPTH_MAX} levels"
    raise UnreadableError(message)


def _named(value: object) -> str:
    match value:
        case None:
            return "null"
        case list():
            return "a list"
        case str():
            return "a string"
    return "a number or a boolean"


# ---------------------------------------------------------------- states


def _language(fields: Fields) -> None:
    language = fields.text("QueryLanguage", "JSONPath")
    if language == "JSONata":
        fields.not_modelled("is written in JSONata")
    if language != "JSONPath":
        fields.refuse(f"has the QueryLanguage {language!r}; JSONPath and JSONata are the two")


def _state(name: str, fields: Fields) -> State:
    kind = fields.text("Type")
    _language(fields)
    if kind in _NOT_MODELLED:
        fields.not_modelled(f"uses {kind}")
    if kind not in _OF_KIND:
        fields.refuse(f"is of type {kind!r}, which Amazon States Language does not have")
    fields.only(_COMMON | _OF_KIND[kind])
    if kind == "Pass" and "Result" in fields.raw and "Parameters" in fields.raw:
        fields.not_modelled("has both Result and Parameters")
    comment = fields.text("Comment", "")
    common: dict[str, Any] = {
        "name": name,
        "kind": kind,
        "comment": comment,
        "tags": read_tags(comment, OF_STATES),
        "next": fields.optional_text("Next"),
        "end": fields.flag("End"),
        "default": fields.optional_text("Default"),
        "input_path": fields.path("InputPath"),
        "output_path": fields.path("OutputPath"),
        "result_path": fields.path("ResultPath"),
        "parameters": fields.raw.get("Parameters"),
        "has_parameters": "Parameters" in fields.raw,
        "result": fields.raw.get("Result"),
        "has_result": "Result" in fields.raw,
    }
    match kind:
        case "Task":
            return State(**common, **_task(fields))
        case "Parallel":
            return State(**common, **_parallel(fields))
        case "Wait":
            return State(**common, **_wait(fields))
        case "Choice":
            rules = tuple(_rule(rule) for rule in fields.objects("Choices", least=1))
            return State(**common, rules=rules)
    return State(**common)


def _states(raw: Mapping[str, Any]) -> dict[str, State]:
    return {name: _state(name, Fields(f"{name!r}", state)) for name, state in raw.items()}


def _names(workflow: Workflow) -> Iterator[str]:
    for name, state in workflow.states.items():
        yield name
        for branch in state.branches:
            yield from _names(branch)


def _parallel(fields: Fields) -> dict[str, Any]:
    return {
        "selector": fields.raw.get("ResultSelector"),
        "has_selector": "ResultSelector" in fields.raw,
        "catchers": tuple(_catcher(one) for one in fields.objects("Catch")),
        "retriers": tuple(_retrier(one) for one in fields.objects("Retry")),
        "branches": tuple(_branch(one) for one in fields.objects("Branches", least=1)),
    }


def _branch(fields: Fields) -> Workflow:
    fields.only(frozenset({"StartAt", "States", "Comment"}))
    states = fields.mapping("States")
    if not states or "" in states:
        fields.refuse("has a branch without states, or a state without a name")
    return Workflow(fields.text("StartAt"), _states(states))


def _task(fields: Fields) -> dict[str, Any]:
    return {
        "resource": fields.text("Resource"),
        "timeout_seconds": fields.seconds("TimeoutSeconds"),
        "timeout_path": fields.optional_text("TimeoutSecondsPath"),
        "heartbeat_seconds": fields.seconds("HeartbeatSeconds"),
        "heartbeat_path": fields.optional_text("HeartbeatSecondsPath"),
        "selector": fields.raw.get("ResultSelector"),
        "has_selector": "ResultSelector" in fields.raw,
        "catchers": tuple(_catcher(one) for one in fields.objects("Catch")),
        "retriers": tuple(_retrier(one) for one in fields.objects("Retry")),
    }


def _wait(fields: Fields) -> dict[str, Any]:
    ways = [
        key
        for key in ("Seconds", "SecondsPath", "Timestamp", "TimestampPath")
        if key in fields.raw
    ]
    if len(ways) != 1:
        fields.refuse("needs one of Seconds, SecondsPath, Timestamp and TimestampPath")
    fields.optional_text("Timestamp")
    fields.optional_text("TimestampPath")
    return {
        "wait_seconds": fields.seconds("Seconds", least=0),
        "wait_path": fields.optional_text("SecondsPath"),
        "waits_until": ways[0].startswith("Timestamp"),
    }


def _rule(fields: Fields) -> Rule:
    return Rule(read_condition(fields, top=True), fields.text("Next"))


def _catcher(fields: Fields) -> Catcher:
    fields.only(frozenset({"ErrorEquals", "Next", "ResultPath", "Comment"}))
    return Catcher(fields.texts("ErrorEquals"), fields.text("Next"), fields.path("ResultPath"))


def _retrier(fields: Fields) -> Retrier:
    fields.only(
        frozenset({"ErrorEquals", "IntervalSeconds", "MaxAttempts", "BackoffRate", "Comment"})
        | {"MaxDelaySeconds", "JitterStrategy"}
    )
    fields.optional_text("JitterStrategy")
    attempts = fields.seconds("MaxAttempts", least=0)
    if attempts is not None and attempts > _RETRIES_READ_MAX:
        fields.refuse(
            f"is tried again {attempts} times; more than {_RETRIES_READ_MAX} is no number of tries"
        )
    return Retrier(
        errors=fields.texts("ErrorEquals"),
        attempts=3 if attempts is None else attempts,
        interval_seconds=fields.seconds("IntervalSeconds") or 1,
        backoff=fields.number("BackoffRate", 2.0, least=1.0),
        delay_max_seconds=fields.seconds("MaxDelaySeconds"),
    )


__all__ = ["NotModelledError", "UnreadableError", "read_file", "read_workflow"]
