"""What goes round: it counts, it asks a person, and it takes its time.

A workflow that goes round for ever is one that never ends without a person, and still loses the
customer. So each circle counts up to a limit that is known, passes an attempt at a person or the
word that one is there, and waits somewhere, so that trouble is not met with haste.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from handrail_ops.verify.counting import counted_by, counts_in, rounds_of, why_uncounted
from handrail_ops.verify.definition import State, Step, Workflow
from handrail_ops.verify.facts import Known
from handrail_ops.verify.graphs import Graph, circle, components, inner_first, within, without
from handrail_ops.verify.paths import timer
from handrail_ops.verify.violations import Violation
from handrail_ops.verify.ways import Passed, Ways

HISTORY_EVENTS_MAX = 25_000
"""What Step Functions lets a Standard execution write down; it fails at the next one."""
_HISTORY_EVENTS_SPARE = 100


def check_circles(ways: Ways, known: Mapping[str, Known]) -> Iterator[Violation]:
    """Yield each circle that counts nothing, asks nobody, or has no rest."""
    states = ways.workflow.states
    for inner in _round(ways.workflow, ways.reached):
        yield from _counted(ways, inner, known)
        unasked = without(inner, states, lambda state: state.tags.has("human", "watch"))
        hurried = _unhurried(ways.workflow, inner, known)
        for rule, graph, message in (
            ("circle-person", unasked, "can go round without asking a person"),
            ("circle-haste", hurried, "can go round without taking a breath"),
        ):
            found = circle(graph)
            if found is not None:
                yield _shown(ways, found, rule, message)


def rounds(workflow: Workflow, known: Mapping[str, Known]) -> int | None:
    """Return how often a workflow goes round at most; None when it does not."""
    found = (
        rounds_of(workflow, inner, path, known)
        for inner in _round(workflow, frozenset(known))
        for path in counts_in(workflow, inner)
    )
    return max((one for one in found if one is not None), default=None)


def _round(workflow: Workflow, names: frozenset[str]) -> list[Graph]:
    graph = {
        name: list(workflow.states[name].steps()) for name in workflow.states if name in names
    }
    return [within(graph, component) for component in components(graph)]


def _counted(ways: Ways, inner: Graph, known: Mapping[str, Known]) -> Iterator[Violation]:
    whys = []
    for path in counts_in(ways.workflow, inner):
        why = why_uncounted(ways.workflow, inner, path, known)
        if why is None:
            yield from _too_much_history(ways, inner, path, known)
            return
        whys.append(why)
    if whys:
        yield _shown(ways, whys[0].shown, "circle-count", whys[0].message)
    else:
        found = circle(inner) or ()
        yield _shown(ways, found, "circle-count", "can go round without a count")


def _too_much_history(
    ways: Ways, inner: Graph, path: str, known: Mapping[str, Known]
) -> Iterator[Violation]:
    states = ways.workflow.states
    cut = without(inner, states, lambda state: counted_by(state) == path)
    events: dict[str, int] = {}
    for name in inner_first(cut):
        after = [events[step.target] for step in cut[name]]
        events[name] = _events(states[name]) + max(after, default=0)
    counters = sum(_events(states[name]) for name in inner if name not in cut)
    a_round = counters + max(events.values(), default=0)
    # The first may begin behind the count, and the last is cut short by it.
    count = (rounds_of(ways.workflow, inner, path, known) or 0) + 2
    total = count * a_round
    if total + _HISTORY_EVENTS_SPARE > HISTORY_EVENTS_MAX:
        message = f"may write {total:,} events into its history; {HISTORY_EVENTS_MAX:,} end it"
        yield _shown(ways, circle(inner) or (), "history", message)


def _events(state: State) -> int:
    """Return how many events a state writes at most: entered, exited, and four for each try."""
    if state.kind == "Task":
        return 2 + 4 * state.tries
    # A branch goes round nowhere, so each of its states is passed once at most.
    inside = sum(_events(one) for branch in state.branches for one in branch.states.values())
    return 2 + (inside + 2) * state.tries if state.works else 2


def _unhurried(workflow: Workflow, inner: Graph, known: Mapping[str, Known]) -> Graph:
    """Return what is left of a circle when everything that takes time is taken out."""

    def rests(state: State) -> bool:
        least: float | None = state.wait_seconds
        if state.wait_path is not None:
            least, _, _, _ = timer(state, known[state.name], state.wait_path)
        return state.kind == "Wait" and (least or 0) > 0

    def waits(step: Step) -> bool:
        state = workflow.states[step.source]
        return state.waits_for_token and (not step.error or step.only_late)

    awake = without(inner, workflow.states, rests)
    return {name: [one for one in steps if not waits(one)] for name, steps in awake.items()}


def _shown(ways: Ways, steps: tuple[Step, ...], rule: str, message: str) -> Violation:
    """Return a violation with the way into a circle, and once round it."""
    first = steps[0].source
    way = [*ways.to_state(first)[:-1], *(Passed(step.source, step.how) for step in steps)]
    told = f"{message}: {' > '.join([*(step.source for step in steps), steps[-1].target])}"
    return Violation(rule, first, told, (*way, Passed(steps[-1].target)))
