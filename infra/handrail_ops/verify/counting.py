"""What a circle counts, up to what, and whether that really bounds it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from handrail_ops.verify.definition import Rule, State, Step, Workflow
from handrail_ops.verify.facts import ANY, Fact, Known, under
from handrail_ops.verify.graphs import Graph, circle, without
from handrail_ops.verify.paths import known_after
from handrail_ops.verify.templates import adds_to

_GREATER = re.compile(r"NumericGreaterThan(Equals)?(Path)?")
_HARMLESS = ("IsPresent", "IsNumeric")


@dataclass(frozen=True, slots=True)
class Limit:
    """A rule that applies as soon as a count is full, whatever else holds."""

    counted: str
    number: float | None = None
    path: str | None = None


@dataclass(frozen=True, slots=True)
class Uncounted:
    """Why a circle is not bounded by a count, and a circle or a step that shows it."""

    message: str
    shown: tuple[Step, ...]


def limit_of(rule: Rule) -> Limit | None:
    """Return the limit that a rule sets, alone; None when it asks anything else."""
    condition = rule.condition
    plain = condition.operator not in ("And", "Or", "Not")
    tests = (condition,) if plain else condition.parts if condition.operator == "And" else ()
    limits = [test for test in tests if _GREATER.fullmatch(test.operator)]
    if len(limits) != 1:
        return None
    (test,) = limits
    by_path = test.operator.endswith("Path")
    about = {test.variable, test.value if by_path else test.variable}
    for other in tests:
        certain = other.operator in _HARMLESS and other.value is True and other.variable in about
        if other is not test and not certain:
            return None
    if by_path:
        return Limit(test.variable, path=str(test.value))
    return Limit(test.variable, number=test.value)


def counted_by(state: State) -> str | None:
    """Return the path to which a state adds something positive."""
    if state.kind != "Pass" or not isinstance(state.parameters, dict) or not state.result_path:
        return None
    if state.input_path != "$" or state.output_path != "$":
        return None
    for key, value in state.parameters.items():
        added = adds_to(value) if key.endswith(".$") else None
        place = f"{state.result_path}.{key.removesuffix('.$')}"
        if added is not None and added[0] == place and added[1] > 0:
            return place
    return None


def counts_in(workflow: Workflow, names: Iterable[str]) -> list[str]:
    """Return the paths that some states add to."""
    found = (counted_by(workflow.states[name]) for name in names)
    return sorted({path for path in found if path is not None})


def why_uncounted(
    workflow: Workflow, inner: Graph, path: str, known: Mapping[str, Known]
) -> Uncounted | None:
    """Say why a circle is not bounded by what is counted at a path; None when it is."""
    states = workflow.states
    free = circle(without(inner, states, lambda state: counted_by(state) == path))
    if free is not None:
        return Uncounted(f"can go round without counting {path}", free)
    free = circle(without(inner, states, lambda state: _leaves(state, inner, path)))
    if free is not None:
        return Uncounted(f"can go round without asking whether {path} is full", free)
    for name, steps in inner.items():
        for step in steps:
            if not _keeps(states[name], step, path):
                return Uncounted(f"begins to count {path} anew inside of its circle", (step,))
    if rounds_of(workflow, inner, path, known) is None:
        message = f"counts {path}, but how many rounds that allows is not known, or is none"
        return Uncounted(message, circle(inner) or ())
    return None


def rounds_of(
    workflow: Workflow, inner: Graph, path: str, known: Mapping[str, Known]
) -> int | None:
    """Return how often a circle is gone round at most; None when that is not known, or never."""
    begins: list[Fact] = [ANY] if workflow.start in inner else []
    limits: list[Fact] = []
    for name, state in workflow.states.items():
        if name not in known:
            continue
        if name in inner:
            limits += _limits(state, path, known[name])
            continue
        entering = (step for step in state.steps() if step.target in inner)
        begins += [known_after(state, step, known[name]).get(path, ANY) for step in entering]
    least, most = _span(begins), _span(limits)
    # At least one whole round must fit below the limit: it is in the round that people are asked.
    if least is None or most is None or most[0] < least[1] + 1:
        return None
    return int(most[1] - least[0])


def _limits(state: State, path: str, known: Known) -> Iterator[Fact]:
    for rule in state.rules:
        limit = limit_of(rule)
        if limit is None or limit.counted != path:
            continue
        if limit.path is None:
            yield Fact("number", limit.number, limit.number)
        else:
            yield known.get(limit.path, ANY)


def _span(facts: list[Fact]) -> tuple[float, float] | None:
    """Return the least and the most that some facts allow; None without a bound."""
    lows = [fact.low for fact in facts if fact.low is not None]
    highs = [fact.high for fact in facts if fact.high is not None]
    bounded = len(lows) == len(highs) == len(facts) > 0
    return (min(lows), max(highs)) if bounded else None


def _leaves(state: State, inner: Graph, path: str) -> bool:
    """Tell whether a full count leads out here, before anything that leads round again."""
    for rule in state.rules:
        if rule.target in inner:
            return False
        limit = limit_of(rule)
        if limit is not None and limit.counted == path:
            return True
    return False


def _keeps(state: State, step: Step, path: str) -> bool:
    """Tell whether a step leaves what stands at a path, or adds to it."""
    if step.catcher is not None:
        return _apart(step.catcher.result_path, path)
    if state.input_path != "$" or state.output_path != "$":
        return False
    if state.works:
        return _apart(state.result_path, path)
    if state.kind != "Pass" or _apart(state.result_path, path) or counted_by(state) == path:
        return True
    if state.result_path != "$":
        return False
    if not isinstance(state.parameters, dict):
        return not state.has_parameters and not state.has_result
    copies = {
        f"$.{key.removesuffix('.$')}": value
        for key, value in state.parameters.items()
        if key.endswith(".$")
    }
    return any(place == origin and under(path, place) for place, origin in copies.items())


def _apart(place: str | None, path: str) -> bool:
    return place is None or not (under(place, path) or under(path, place))
