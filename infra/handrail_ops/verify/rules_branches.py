"""What runs inside of a Parallel: one step, that may return or fail with anything, and ends.

From outside, a Parallel is what a Task is: what its branches come to is not followed. So nothing
inside of it can be a person or an ending, and its own Catch takes every error of a branch. What a
Catch does not take, and what never ends, is looked for in each branch as it is outside.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from handrail_ops.verify.definition import State, Workflow
from handrail_ops.verify.facts import Known
from handrail_ops.verify.paths import given_to, known_at, unguarded
from handrail_ops.verify.rules_states import Finding, check_dangling, check_state
from handrail_ops.verify.violations import Violation
from handrail_ops.verify.ways import Passed, Ways

_TAKEN = ("caught", "fail")
"""What the Catch of the Parallel takes."""


def check_branches(ways: Ways, known: Mapping[str, Known]) -> Iterator[Violation]:
    """Yield what is wrong inside of each Parallel, with the way into it."""
    for state in ways.workflow.states.values():
        if state.branches and state.name in known:
            given = given_to(state, known[state.name])
            before = ways.to_state(state.name, "runs its branches")
            yield from _branches(state, given, before)


def _branches(state: State, given: Known, before: tuple[Passed, ...]) -> Iterator[Violation]:
    for branch in state.branches:
        dangling = list(check_dangling(branch))
        for name, (rule, message) in dangling:
            yield Violation(rule, name or state.name, message, before)
        if not dangling:
            yield from _branch(branch, given, before)


def _branch(branch: Workflow, given: Known, before: tuple[Passed, ...]) -> Iterator[Violation]:
    ways, known = Ways(branch), known_at(branch, given)
    for name, state in branch.states.items():
        if name not in ways.reached:
            yield Violation("unreached", name, "is reached from nowhere", before)
            continue
        path = (*before, *ways.to_state(name))
        for rule, message in (*_alone(branch, state), *_reads(state, known[name])):
            yield Violation(rule, name, message, path)
        yield from _branches(state, given_to(state, known[name]), path)


def _alone(branch: Workflow, state: State) -> Iterator[Finding]:
    if state.tags.known:
        yield "tags", f"says {state.tags.known[0]} inside of a Parallel, where no tag counts"
    for rule, message in check_state(branch, state):
        if rule not in _TAKEN:
            yield rule, message


def _reads(state: State, known: Known) -> Iterator[Finding]:
    for message in unguarded(state, known):
        yield "paths", message
