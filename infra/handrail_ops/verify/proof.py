"""The proof: every rule, on every way, of one definition.

What must hold: from every state, by every way out of it and every error in it, an execution comes
to an ending that is a person, an answer without an error behind it, or the authority's own word
that the request has ended. The search goes over all ways, so what it does not find is not there;
what no search of a definition can find is said beside the proof, as what it rests on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from handrail_ops.verify.circles import check_circles, rounds
from handrail_ops.verify.definition import Workflow
from handrail_ops.verify.facts import Known
from handrail_ops.verify.paths import known_at, timer, unguarded
from handrail_ops.verify.reading import read_workflow
from handrail_ops.verify.rules_branches import check_branches
from handrail_ops.verify.rules_ends import check_ends
from handrail_ops.verify.rules_people import check_people
from handrail_ops.verify.rules_states import check_dangling, check_state
from handrail_ops.verify.rules_time import Worst, check_time, worst
from handrail_ops.verify.violations import Violation
from handrail_ops.verify.ways import Passed, Ways


@dataclass(frozen=True, slots=True)
class Proof:
    """What was found of one workflow; without a violation it is proved."""

    violations: tuple[Violation, ...]
    states: int
    points: int = 0
    """How many points of ways were searched: a state, with what matters of how it was reached."""
    moves: int = 0
    rests_on: tuple[str, ...] = ()
    """What the proof takes for granted, because no search of a definition can find it."""
    limit_seconds: int | None = None
    worst: Worst | None = field(default=None)
    rounds: int | None = None

    @property
    def proved(self) -> bool:
        """Whether nothing was found."""
        return not self.violations


def prove(text: str) -> Proof:
    """Prove what a definition promises, or find the ways on which it breaks.

    Raises:
        UnreadableError: it cannot be read, or uses what is not modelled; nothing is proved.

    """
    workflow = read_workflow(text)
    count = len(workflow.states)
    dangling = [
        Violation(rule, state, message) for state, (rule, message) in check_dangling(workflow)
    ]
    if dangling:
        # Without its ways there is nothing to search; each state can still be looked at.
        alone = _each(workflow, None)
        return Proof((*dangling, *alone), count)
    ways = Ways(workflow)
    known = known_at(workflow)
    violations = (
        *_each(workflow, ways),
        *_unreached(ways),
        *_uncaught(ways, known),
        *check_ends(ways, known),
        *check_circles(ways, known),
        *check_people(ways),
        *check_time(ways, known),
        *check_branches(ways, known),
        *_told(workflow),
    )
    return Proof(
        violations=tuple(_once(violations)),
        states=count,
        points=sum(1 for _ in ways.points),
        moves=len(ways.moves),
        rests_on=tuple(_rests_on(workflow, known)),
        limit_seconds=workflow.timeout_seconds,
        worst=worst(workflow, known),
        rounds=rounds(workflow, known),
    )


def _once(violations: tuple[Violation, ...]) -> Iterator[Violation]:
    """Yield each violation on the first way that was found to it, which is the shortest."""
    seen: set[tuple[str, str]] = set()
    for violation in violations:
        told = (violation.state, violation.message)
        if told not in seen:
            seen.add(told)
            yield violation


def _each(workflow: Workflow, ways: Ways | None) -> Iterator[Violation]:
    for name, state in workflow.states.items():
        for rule, message in check_state(workflow, state):
            how = _FALLS.get(rule, "")
            path = ways.to_state(name, how) if ways else ()
            yield Violation(rule, name, message, (*path, Passed("", _LOST)) if how else path)


_LOST = "the execution has failed, and nobody is told"
_FALLS = {
    "caught": "fails with an error that nothing catches",
    "default": "no rule applies",
    "fail": "ends the execution",
}
"""Rules whose breach loses the customer on the spot, and what happens there."""


def _unreached(ways: Ways) -> Iterator[Violation]:
    for name in ways.workflow.states:
        if name not in ways.reached:
            yield Violation("unreached", name, "is reached from nowhere")


def _uncaught(ways: Ways, known: Mapping[str, Known]) -> Iterator[Violation]:
    """Yield what fails with `States.Runtime`, which nothing catches."""
    for name, here in known.items():
        for message in unguarded(ways.workflow.states[name], here):
            path = (*ways.to_state(name, "fails with States.Runtime"), Passed("", _LOST))
            yield Violation("paths", name, message, path)


def _told(workflow: Workflow) -> Iterator[Violation]:
    for unknown in workflow.tags.unknown:
        message = f"says {unknown[:40]} in its Comment, which is no tag of a workflow"
        yield Violation("tags", "", message)
    names = [tag.name for tag in workflow.tags.known]
    for name in dict.fromkeys(one for one in names if names.count(one) > 1):
        yield Violation("tags", "", f"says @{name} more than once in its Comment")
    for name in ("offer", "person"):
        words = workflow.tags.words(name)
        if len(workflow.tags.pairs(name)) < len(words) or (name in names and not words):
            given = workflow.tags.given(name)
            message = f"says @{name}({given}) in its Comment, where field=value is expected"
            yield Violation("tags", "", message)
    offers, persons = (set(workflow.tags.pairs(name)) for name in ("offer", "person"))
    if offers and (offers <= persons or persons <= offers) and persons:
        yield Violation("tags", "", "says @offer and @person by the same field and value")
    if not workflow.tags.given("failure"):
        message = (
            "does not say who makes a person of an execution that dies of what nothing inside "
            "catches (States.DataLimitExceeded, its TimeoutSeconds, an abort): add @failure(…)"
        )
        yield Violation("failure", "", message)


def _rests_on(workflow: Workflow, known: Mapping[str, Known]) -> Iterator[str]:
    who = workflow.tags.given("failure")
    yield f"an execution that fails, is cut off or never begins: {who or 'nobody, it says'}"
    found, limit = worst(workflow, known), workflow.timeout_seconds
    if found is not None and limit is not None and found.all_tries > limit:
        yield (
            f"the same for the worst case: {found.all_tries:,.0f} s, with every try of every step "
            f"at its slowest, is cut off after {limit:,} s"
        )
    yield "the input is a JSON object; every ${…} is what its place expects"
    for state in workflow.states.values():
        for path in (state.timeout_path, state.wait_path):
            if path and state.name in known and not timer(state, known[state.name], path)[3]:
                yield f"{path} in {state.name!r} is a whole number; no Choice can ask for that"
    for tag, told in (("says", "the answers of {} are true"), ("human", "{} do reach people")):
        names = [repr(one.name) for one in workflow.states.values() if one.tags.has(tag)]
        if names:
            yield told.format(" and ".join(names))
