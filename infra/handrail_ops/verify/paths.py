"""Which paths are there for certain when a state reads them, and what stands at them.

A path that is missing fails an execution with `States.Runtime`, which no Catch sees: the workflow
is gone in the middle of its work. So a state reads only what was there in the beginning, the
context, what a Pass has written on every way that leads to it, or what a Choice has just found.
"""

from __future__ import annotations

from collections.abc import Iterator

from handrail_ops.verify.definition import Condition, State, Step, Workflow
from handrail_ops.verify.facts import (
    ANY,
    NUMBER,
    OBJECT,
    STRING,
    Known,
    either,
    literal,
    narrowed,
    parents,
    put,
    select,
)
from handrail_ops.verify.templates import CONTEXT, TOKEN, failing, lookup, made, missing, read_by

_RESULTS: dict[str, Known] = {
    "sqs:sendMessage": {"$": OBJECT, "$.MessageId": STRING},
    "sns:publish": {"$": OBJECT, "$.MessageId": STRING},
    "lambda:invoke": {"$": OBJECT, "$.Payload": ANY, "$.StatusCode": NUMBER},
}
"""What a service's own answer always has. Of what a function returns nothing is known."""

_COMPARES = {"String": "string", "Numeric": "number", "Boolean": "boolean"}


def known_at(workflow: Workflow, given: Known | None = None) -> dict[str, Known]:
    """Return what is known when each state is entered: what is known on every way to it."""
    known: dict[str, Known] = {workflow.start: given or {"$": OBJECT}}
    waiting = [workflow.start]
    while waiting:
        state = workflow.states[waiting.pop()]
        for step in state.steps():
            after = known_after(state, step, known[state.name])
            joined = either(known[step.target], after) if step.target in known else after
            if known.get(step.target) != joined:
                known[step.target] = joined
                waiting.append(step.target)
    return known


def known_after(state: State, step: Step, known: Known) -> Known:
    """Return what is known on one way out of a state."""
    if step.catcher is not None:
        error: Known = {"$": OBJECT, "$.Error": STRING, "$.Cause": STRING}
        return put(known, step.catcher.result_path, error)
    given = _selected(known, state.input_path)
    match state.kind:
        case "Choice":
            after = given
            if step.rule is not None:
                for test in step.rule.condition.certain():
                    after = narrowed(after, test.variable, test.operator, test.value)
        case "Pass":
            after = put(known, state.result_path, _passed(state, given))
        case "Task" | "Parallel":
            after = put(known, state.result_path, _returned(state))
        case _:
            after = given
    return _selected(after, state.output_path)


def output_of(state: State, known: Known) -> Known:
    """Return what is known of what a workflow returns that ends in a state."""
    return known_after(state, Step(state.name, "", ""), known)


def unguarded(state: State, known: Known) -> Iterator[str]:
    """Yield what a state reads or does that may fail, where nothing catches it."""
    if state.input_path is not None and lookup(state.input_path, known) is None:
        yield missing(state.input_path)
        return
    given = _selected(known, state.input_path)
    yield from _conditions(state, given)
    for path in (state.timeout_path, state.heartbeat_path, state.wait_path):
        if path is not None and lookup(path, given) is None:
            yield missing(path)
    yield from failing(state.parameters, given)
    yield from failing(state.selector, _answered(state))
    if TOKEN in read_by(state.parameters) and not state.waits_for_token:
        yield missing(TOKEN)
    yield from _writes(state, known)
    out = state.output_path
    if out is not None and out != "$":
        after = put(known, state.result_path, _returned(state)) if state.works else given
        if state.kind == "Pass":
            after = put(known, state.result_path, _passed(state, given))
        if lookup(out, after) is None:
            yield missing(out)


def timer(state: State, known: Known, path: str) -> tuple[float | None, float | None, str, bool]:
    """Return the least and most that a timer read from a path can be, its kind, if it is whole."""
    fact = lookup(path, _selected(known, state.input_path)) or ANY
    return fact.low, fact.high, fact.kind, fact.whole


# ---------------------------------------------------------------- what states make


def _selected(known: Known, path: str | None) -> Known:
    return select(CONTEXT if path is not None and path.startswith("$$") else known, path)


def _passed(state: State, given: Known) -> Known:
    if state.has_parameters:
        return made(state.parameters, given)
    return literal(state.result) if state.has_result else given


def given_to(state: State, known: Known) -> Known:
    """Return what is known of what a state, or each of its branches, works on."""
    given = _selected(known, state.input_path)
    return made(state.parameters, given) if state.has_parameters else given


def _answered(state: State) -> Known:
    if state.waits_for_token:
        return {"$": ANY}
    return _RESULTS.get(state.resource.partition(":states:::")[2], {"$": ANY})


def _returned(state: State) -> Known:
    answered = _answered(state)
    return made(state.selector, answered) if state.has_selector else answered


def _writes(state: State, known: Known) -> Iterator[str]:
    """Yield each place for a result that can only be there when something else is an object."""
    places = [one.result_path for one in state.catchers]
    if state.works or state.kind == "Pass":
        places.append(state.result_path)
    for place in dict.fromkeys(places):
        for parent in parents(place) if place else ():
            if known.get(parent, ANY).kind != "object":
                yield f"puts its result at {place}, and {parent} may be no object there"


# ---------------------------------------------------------------- what Choices ask


def _conditions(state: State, given: Known) -> Iterator[str]:
    for rule in state.rules:
        yield from _condition(rule.condition, given)


def _condition(condition: Condition, known: Known) -> Iterator[str]:
    """Follow a rule from left to right: what was found present guards what comes after."""
    if condition.operator in ("And", "Or", "Not"):
        for part in condition.parts:
            yield from _condition(part, known)
            if condition.operator == "And":
                for test in part.certain():
                    known = narrowed(known, test.variable, test.operator, test.value)
        return
    operator, variable = condition.operator, condition.variable
    if operator == "IsPresent":
        return
    fact = lookup(variable, known)
    if fact is None:
        yield missing(variable)
    elif not operator.startswith("Is"):
        yield from _compared(condition, fact.kind, variable)
    if operator.endswith("Path"):
        other = lookup(condition.value, known)
        if other is None:
            yield missing(condition.value)
        else:
            yield from _compared(condition, other.kind, condition.value)


def _compared(condition: Condition, kind: str, path: str) -> Iterator[str]:
    """A comparison with another type is said to be false, and is an error to some interpreters."""
    for prefix, expected in _COMPARES.items():
        if condition.operator.startswith(prefix) and kind != expected:
            test = {"string": "IsString", "number": "IsNumeric", "boolean": "IsBoolean"}[expected]
            yield f"compares {path[:80]} by {condition.operator} without {test} before it"
