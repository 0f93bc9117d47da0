"""What comes after an attempt at a person: when it fails, when nobody comes, when it succeeds.

A state that asks for people is not a person. Its failure must lead to another one that fails for
other reasons; its success must be followed by a look at the authority, or by a receipt; and when
nobody comes in time, the customer hears of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from handrail_ops.verify.definition import TIMEOUT, State, Step, Workflow
from handrail_ops.verify.violations import Violation
from handrail_ops.verify.ways import Passed, Ways

Fits = Callable[[State], bool]

_AT_ONCE = ("Pass", "Choice")
_LATER = ("Pass", "Choice", "Wait")
"""The types of states that are passed by when it is asked what comes next."""


@dataclass(frozen=True, slots=True)
class _Met:
    """The first state that matters on a way, and the steps to it."""

    state: State
    way: tuple[Step, ...]


def check_people(ways: Ways) -> Iterator[Violation]:
    """Yield every step after which a customer is not looked after as the tags say."""
    yield from _begun(ways)
    for state in ways.workflow.states.values():
        if state.name not in ways.reached or state.kind != "Task":
            continue
        for step in state.steps():
            if state.tags.has("authority", "tell") and step.error:
                yield from _failed_to_look(ways, step)
            if state.tags.has("tell") and not step.error:
                yield from _told(ways, step)
            if state.tags.has("watch"):
                yield from _watched(ways, step)
            if state.tags.has("human"):
                yield from _asked(ways, state, step)


def _failed_to_look(ways: Ways, step: Step) -> Iterator[Violation]:
    """Whoever cannot read the authority does not know that the customer is served."""
    yield from _must_meet(
        ways, step, _AT_ONCE, _asks, "does not then ask a person before anything else"
    )


def _told(ways: Ways, step: Step) -> Iterator[Violation]:
    yield from _must_meet(ways, step, _AT_ONCE, _looks, "does not then look at the conversation")


def _begun(ways: Ways) -> Iterator[Violation]:
    """Where there is an authority, nothing is done before it was asked."""
    workflow = ways.workflow
    if not any(state.tags.has("authority") for state in workflow.states.values()):
        return
    first = workflow.states[workflow.start]
    steps = first.steps() if first.kind in _AT_ONCE else [Step("", first.name, "")]
    for step in steps:
        message = "does not begin with a look at the conversation"
        yield from _must_meet(ways, step, _AT_ONCE, _looks, message)


def _watched(ways: Ways, step: Step) -> Iterator[Violation]:
    message = "does not then look at the conversation, while a person may have it"
    if step.catcher is not None and _is_late(ways.workflow, step):
        yield from _must_meet(ways, step, _AT_ONCE, _tells(ways) or _looks, message)
    else:
        through = _LATER if step.error else _AT_ONCE
        yield from _must_meet(ways, step, through, _looks, message)


def _asked(ways: Ways, state: State, step: Step) -> Iterator[Violation]:
    if not step.error:
        through = _AT_ONCE if state.waits_for_token else _LATER
        message = "acts on being asked, and neither looks at the conversation nor has a receipt"
        yield from _must_meet(ways, step, through, _answers(state), message)
        return
    if state.waits_for_token and _is_late(ways.workflow, step):
        message = "does not then tell the customer, or ask somebody else"
        yield from _must_meet(ways, step, _AT_ONCE, _tells(ways) or _goes_on, message)
    if not step.only_late:
        yield from _failed_to_ask(ways, state, step)


def _failed_to_ask(ways: Ways, state: State, step: Step) -> Iterator[Violation]:
    """The failure of one service leads to another; that of the last one back to the first."""

    def another(one: State) -> bool:
        return _proposes(one) or (one.tags.has("human") and one.service != state.service)

    wrong = list(_must_meet(ways, step, _AT_ONCE, another, "has no other way to a person"))
    if wrong and _is_last_resort(ways.workflow, state):
        through = _LATER
        message = "gives up: nothing looks again or asks again"
        wrong = list(_must_meet(ways, step, through, _goes_on, message))
    yield from wrong


def _is_last_resort(workflow: Workflow, state: State) -> bool:
    """Tell whether the failure of another service leads here."""
    return any(
        met.state.name == state.name
        for other in workflow.states.values()
        if other.tags.has("human") and other.service != state.service
        for step in other.steps()
        if step.error
        for met in _first(workflow, step, _AT_ONCE)
    )


# ---------------------------------------------------------------- what may come next


def _asks(one: State) -> bool:
    return one.tags.has("human") or _proposes(one)


def _looks(one: State) -> bool:
    return one.tags.has("authority") or _is_swept(one)


def _tells(ways: Ways) -> Fits | None:
    """Return what a state must be that tells the customer; None where nobody is there to."""
    if any(one.tags.has("tell") for one in ways.workflow.states.values()):
        return lambda one: one.tags.has("tell")
    return None


def _goes_on(one: State) -> bool:
    return one.tags.has("human", "tell") or _looks(one) or _proposes(one)


def _proposes(one: State) -> bool:
    """An ending by which the caller makes a person of it."""
    return one.ends and one.tags.has("person")


def _is_swept(one: State) -> bool:
    """An ending that only a full count leads to, and that leaves the rest to another."""
    return one.ends and one.tags.has("swept")


def _answers(state: State) -> Fits:
    def fits(one: State) -> bool:
        again = one.tags.has("human") and not state.waits_for_token
        return again or _looks(one) or (one.ends and one.tags.has("reached", "person"))

    return fits


def _is_late(workflow: Workflow, step: Step) -> bool:
    """Tell whether this is the way on which nobody came in time."""
    catchers = workflow.states[step.source].catchers
    first = next((one for one in catchers if one.catches(TIMEOUT)), None)
    return first is not None and first is step.catcher


# ---------------------------------------------------------------- looking ahead


def _must_meet(
    ways: Ways, step: Step, through: tuple[str, ...], fits: Fits, message: str
) -> Iterator[Violation]:
    for met in _first(ways.workflow, step, through):
        if not fits(met.state):
            told = f"{message}, but goes to {met.state.name!r}"
            if step.error:
                told = f"{step.how} and {told}"
            path = (
                *ways.to_state(step.source, step.how)[:-1],
                *(Passed(one.source, one.how) for one in met.way if one.source),
                Passed(met.state.name),
            )
            yield Violation("people", step.source, told, path)
            return


def _first(workflow: Workflow, step: Step, through: tuple[str, ...]) -> Iterator[_Met]:
    """Yield what is met first after a step, when some types of states are passed by."""
    seen: set[str] = set()
    waiting: list[tuple[Step, ...]] = [(step,)]
    while waiting:
        way = waiting.pop(0)
        state = workflow.states[way[-1].target]
        if state.name in seen:
            continue
        seen.add(state.name)
        if state.kind in through and not state.ends:
            waiting += [(*way, one) for one in state.steps()]
        else:
            yield _Met(state, way)
