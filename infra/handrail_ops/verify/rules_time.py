"""How long it can take: every wait bounded, and the whole within what its caller waits."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from handrail_ops.verify.definition import State, Workflow
from handrail_ops.verify.facts import Known
from handrail_ops.verify.fields import SECONDS_MAX
from handrail_ops.verify.graphs import components, inner_first
from handrail_ops.verify.paths import timer
from handrail_ops.verify.violations import Violation
from handrail_ops.verify.ways import Ways

STEP_SECONDS_MAX = 900
"""How long one step may take unless `@step(…)` says less: what Lambda allows a function."""


@dataclass(frozen=True, slots=True)
class Worst:
    """The longest that a workflow without circles can take."""

    one_try: float
    """Every step as slow as it may be, and none tried again."""
    refused_at_once: float
    """The same, and every try that is possible was refused at once before."""
    all_tries: float
    """Every try as slow as it may be: the worst there is."""


def check_time(ways: Ways, known: Mapping[str, Known]) -> Iterator[Violation]:
    """Yield every wait without a bound, and a whole that takes too long."""
    workflow = ways.workflow
    for state in workflow.states.values():
        if state.name in known:
            for message in _timers(workflow, state, known[state.name]):
                yield Violation("bounded", state.name, message, ways.to_state(state.name))
    for message in _whole(workflow, known):
        yield Violation("time", "", message)


def worst(workflow: Workflow, known: Mapping[str, Known]) -> Worst | None:
    """Return the longest that a workflow can take; None when it goes round."""
    graph = {
        name: list(workflow.states[name].steps()) for name in workflow.states if name in known
    }
    if components(graph):
        return None

    def longest(cost: Callable[[State], float]) -> float:
        found: dict[str, float] = {}
        for name in inner_first(graph):
            after = [found[step.target] for step in graph[name]]
            found[name] = cost(workflow.states[name]) + max(after, default=0.0)
        return found[workflow.start]

    def once(state: State) -> float:
        return _seconds(state, known[state.name])

    def pauses(state: State) -> float:
        return sum(one.waits_seconds() for one in state.retriers)

    return Worst(
        longest(once),
        longest(lambda state: once(state) + pauses(state)),
        longest(lambda state: once(state) * state.tries + pauses(state)),
    )


def _seconds(state: State, known: Known) -> float:
    """Return the longest that one visit of a state takes, at one try."""
    if state.branches:
        return max(_branch_seconds(branch) for branch in state.branches)
    fixed = state.timeout_seconds if state.kind == "Task" else state.wait_seconds
    path = state.timeout_path or state.wait_path
    if path is not None:
        _, high, _, _ = timer(state, known, path)
        return SECONDS_MAX if high is None else high
    return float(fixed or 0) if state.kind != "Task" or fixed else SECONDS_MAX


def _branch_seconds(branch: Workflow) -> float:
    """Return the longest that a branch takes; what it reads its timers from is not known here."""
    ways = [branch.start, *(step.target for step in branch.steps())]
    if not set(ways) <= set(branch.states):
        return SECONDS_MAX
    found = worst(branch, {name: {} for name in branch.states})
    return SECONDS_MAX if found is None else found.all_tries


def _timers(workflow: Workflow, state: State, known: Known) -> Iterator[str]:
    least = 1 if state.kind == "Task" else 0
    for path in (state.timeout_path, state.wait_path):
        if path is None:
            continue
        low, high, kind, _ = timer(state, known, path)
        if kind != "number":
            yield f"waits for {path}, which nothing has found to be a number"
        elif low is None or low < least or high is None or high > SECONDS_MAX:
            yield (
                f"waits for {path}, of which no Choice has found that it is {least} or more, "
                "and how much at most"
            )
    if state.timeout_path is not None and state.waits_for_token:
        yield from _left_out(workflow, *timer(state, known, state.timeout_path)[:2])
    longest = _seconds(state, known)
    name = "looks" if state.waits_for_token else "step"
    limit = _number(workflow, name) or (SECONDS_MAX if name == "looks" else STEP_SECONDS_MAX)
    if state.branches and longest >= SECONDS_MAX:
        yield "may take for ever: a branch of it goes round, or waits without a bound"
    if (state.works or state.kind == "Wait") and not state.waits_until and longest > limit:
        said = f"; @{name}({limit:,.0f}) is the limit" if workflow.tags.has(name) else ""
        if longest < SECONDS_MAX:
            yield f"may take {longest:,.0f} s; {limit:,.0f} are allowed{said}"


def _left_out(workflow: Workflow, low: float | None, high: float | None) -> Iterator[str]:
    """A wait that is right must not take the way of those that make no sense."""
    most = _number(workflow, "looks")
    if low is not None and low > 1:
        yield f"is left out when the wait is below {low:g} s; from 1 on they are as right"
    if high is not None and most is not None and high < most:
        yield f"is left out when the wait is above {high:,g} s; up to {most:,g} they are as right"


def _whole(workflow: Workflow, known: Mapping[str, Known]) -> Iterator[str]:
    limit = workflow.timeout_seconds
    if limit is None:
        yield "has no TimeoutSeconds: nothing ends an execution that hangs"
        return
    for name in ("caller", "step", "looks"):
        if workflow.tags.has(name) and _number(workflow, name) is None:
            yield f"says @{name}({workflow.tags.given(name)}), where seconds are expected"
    awaited = any(state.tags.has("offer", "person") for state in workflow.states.values())
    caller = _number(workflow, "caller")
    if awaited and caller is None:
        yield (
            "proposes something to a caller, and its Comment does not say how long that waits: "
            "add @caller(seconds)"
        )
    if caller is not None and limit > caller:
        yield f"may take {limit} s by its TimeoutSeconds; its caller waits {caller:g}"
    found = worst(workflow, known)
    if found is None or found.one_try >= SECONDS_MAX:
        return
    if found.one_try > limit:
        yield (
            f"takes up to {found.one_try:,.0f} s without any error, and is cut off after {limit:,}"
        )
    elif found.refused_at_once > limit:
        yield (
            f"takes up to {found.refused_at_once:,.0f} s when its steps are refused at once and "
            f"tried again, and is cut off after {limit:,}"
        )


def _number(workflow: Workflow, tag: str) -> float | None:
    given = workflow.tags.given(tag)
    return float(given) if given.isascii() and given.isdigit() and len(given) <= 8 else None  # noqa: PLR2004
