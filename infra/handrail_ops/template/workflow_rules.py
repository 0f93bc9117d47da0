"""Rules that a workflow's definition keeps, checked on the text itself, before anything runs.

No error, timeout or decision may end a workflow without a person. What follows from that is
checked here: every Task is bounded, tried again and caught; every path that is read is there on
every way to where it is read, because `States.Runtime` is caught by nothing; every way ends
where it may end. A state says in its Comment what it means for that:

- `@offer` proposes an answer; it is reached on ways without an error only
- `@person` proposes a person
- `@human` puts the request before people
- `@authority` reads the conversation
- `@conditional` watches a chat, and is followed by an authority
- `@served` ends what the conversation itself says has ended
- `@swept` leaves the request, which is open in the table, to the sweep
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from handrail_ops.template.workflow_paths import unguarded_paths

TYPES = frozenset({"Task", "Choice", "Pass", "Wait", "Succeed"})
"""The types of states whose rules are known here; Fail is none of them."""
ENDS_WELL = ("@offer", "@person", "@served", "@swept")
RETRIES_MAX = 5

_SUBSTITUTION = re.compile(r"\$\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Fault:
    """One rule that a state breaks; an empty state means the whole workflow."""

    state: str
    message: str


@dataclass(frozen=True, slots=True)
class Step:
    """A way from one state to another."""

    target: str
    error: bool = False
    rule: Mapping[str, Any] | None = None
    """The rule of the Choice that leads there; None for its Default."""


def check_workflow(text: str) -> list[Fault]:
    """Return every rule that a definition breaks."""
    try:
        workflow = json.loads(text)
    except ValueError as error:
        return [Fault("", f"is no JSON: {error}; substitutions stand inside strings only")]
    states: Mapping[str, Mapping[str, Any]] = workflow["States"]
    faults = list(_whole(workflow))
    for name, state in states.items():
        faults += [Fault(name, message) for message in _state(state)]
    dangling = [
        Fault(name, f"leads to {step.target!r}, which is no state")
        for name, state in states.items()
        for step in steps(state)
        if step.target not in states
    ]
    if dangling or workflow.get("StartAt") not in states:
        return faults + dangling
    faults += [Fault(name, "is reached from nowhere") for name in _unreached(workflow)]
    faults += [Fault(name, message) for name, message in unguarded_paths(workflow)]
    faults += _endings(workflow)
    faults += _uncounted_circles(workflow)
    return faults


def substitutions(text: str) -> frozenset[str]:
    """Return the names that SAM has to put in."""
    return frozenset(_SUBSTITUTION.findall(text))


def steps(state: Mapping[str, Any]) -> Iterator[Step]:
    """Yield every way out of a state."""
    for rule in state.get("Choices", ()):
        yield Step(rule["Next"], rule=rule)
    if "Default" in state:
        yield Step(state["Default"])
    if "Next" in state:
        yield Step(state["Next"])
    for caught in state.get("Catch", ()):
        yield Step(caught["Next"], error=True)


def seconds_in_turn(workflow: Mapping[str, Any]) -> int:
    """Return what the tasks of a workflow without circles may take together, at one try each."""
    states = workflow["States"].values()
    return sum(int(state["TimeoutSeconds"]) for state in states if state["Type"] == "Task")


# ---------------------------------------------------------------- the workflow as a whole


def _whole(workflow: Mapping[str, Any]) -> Iterator[Fault]:
    if not workflow.get("Comment"):
        yield Fault("", "has no Comment that says what it is for")
    if not isinstance(workflow.get("TimeoutSeconds"), int):
        yield Fault("", "has no TimeoutSeconds")
    if workflow.get("QueryLanguage", "JSONPath") != "JSONPath":
        yield Fault("", "is not written in JSONPath, which is what runs locally")
    if workflow.get("StartAt") not in workflow["States"]:
        yield Fault("", f"starts at {workflow.get('StartAt')!r}, which is no state")


def _unreached(workflow: Mapping[str, Any]) -> list[str]:
    states = workflow["States"]
    seen, waiting = set(), [workflow["StartAt"]]
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            waiting += [step.target for step in steps(states[name])]
    return [name for name in states if name not in seen]


def _endings(workflow: Mapping[str, Any]) -> Iterator[Fault]:
    """Walk every way from the start, with the errors on it, to wherever it ends."""
    states = workflow["States"]
    seen: set[tuple[str, bool]] = set()
    waiting = [(str(workflow["StartAt"]), True)]
    while waiting:
        name, clean = waiting.pop()
        if (name, clean) in seen:
            continue
        seen.add((name, clean))
        state = states[name]
        ends = state["Type"] == "Succeed" or state.get("End")
        if ends and not _says(state, *ENDS_WELL):
            yield Fault(name, f"ends without one of {', '.join(ENDS_WELL)} in its Comment")
        if _says(state, "@offer") and not clean:
            yield Fault(name, "proposes an answer on a way on which something failed")
        for step in steps(state):
            target = states[step.target]
            if _says(target, "@served") and not _says_ended(step):
                yield Fault(name, f"leads to {step.target!r} without the word `ended`")
            if _says(state, "@conditional") and not _says_soon(states, step.target, "@authority"):
                yield Fault(name, f"acts on {step.target!r} without looking at the conversation")
            waiting.append((step.target, clean and not step.error))


def _uncounted_circles(workflow: Mapping[str, Any]) -> Iterator[Fault]:
    """Find a circle on which nothing counts: a workflow has so many events and no more."""
    states = workflow["States"]
    uncounted = {n: s for n, s in states.items() if "States.MathAdd" not in json.dumps(s)}
    done: set[str] = set()

    def circles(name: str, way: tuple[str, ...]) -> Iterator[Fault]:
        if name in way:
            circle = " > ".join((*way[way.index(name) :], name))
            yield Fault(name, f"can go round without a count: {circle}")
        elif name in uncounted and name not in done:
            for step in steps(uncounted[name]):
                yield from circles(step.target, (*way, name))
            done.add(name)

    for name in uncounted:
        yield from circles(name, ())


# ---------------------------------------------------------------- one state


def _state(state: Mapping[str, Any]) -> Iterator[str]:
    kind = state.get("Type")
    if kind not in TYPES:
        yield f"is of type {kind}, for which there are no rules; {', '.join(sorted(TYPES))} have"
    if not state.get("Comment"):
        yield "has no Comment that says what it is for"
    if kind not in ("Choice", "Succeed") and ("Next" in state) == bool(state.get("End")):
        yield "needs either Next or End"
    if kind == "Choice":
        yield from _choice(state)
    if kind == "Task":
        yield from _task(state)


def _choice(state: Mapping[str, Any]) -> Iterator[str]:
    if "Default" not in state:
        yield "has no Default"
    if any("Next" not in rule for rule in state.get("Choices", ())):
        yield "has a rule that leads nowhere"


def _task(state: Mapping[str, Any]) -> Iterator[str]:
    yield from _bounded(state)
    yield from _caught(state)
    if state["Resource"].endswith(".waitForTaskToken"):
        if "$$.Task.Token" not in json.dumps(state.get("Parameters", {})):
            yield "waits for a token that it gives to nobody"
        if not _says(state, "@human", "@conditional"):
            yield "waits for a person but says neither @human nor @conditional"


def _bounded(state: Mapping[str, Any]) -> Iterator[str]:
    if not isinstance(state.get("TimeoutSeconds"), int) and "TimeoutSecondsPath" not in state:
        yield "has no TimeoutSeconds"
    if state.get("ResultPath", "$") == "$":
        yield "overwrites what it was given; name a ResultPath of its own"
    if not state.get("Retry"):
        yield "is not tried again"
    if any(retry.get("MaxAttempts", 3) > RETRIES_MAX for retry in state.get("Retry", ())):
        yield f"is tried again more than {RETRIES_MAX} times"


def _caught(state: Mapping[str, Any]) -> Iterator[str]:
    caught = state.get("Catch") or [{}]
    if caught[-1].get("ErrorEquals") != ["States.ALL"]:
        yield "does not catch States.ALL last"
    if any("States.ALL" in one.get("ErrorEquals", ()) for one in caught[:-1]):
        yield "catches States.ALL before others, which then never match"
    if any(one.get("ResultPath", "$") == "$" for one in caught):
        yield "forgets what it was given when it fails; name a ResultPath in Catch"


def _says(state: Mapping[str, Any], *tags: str) -> bool:
    return any(tag in state.get("Comment", "") for tag in tags)


def _says_soon(states: Mapping[str, Any], name: str, tag: str) -> bool:
    """Tell whether a state says a tag, or only passes or waits before one that does."""
    seen: set[str] = set()
    while name not in seen and not _says(states[name], tag):
        seen.add(name)
        if states[name]["Type"] not in ("Pass", "Wait"):
            return False
        name = states[name].get("Next", name)
    return _says(states[name], tag)


def _says_ended(step: Step) -> bool:
    rules = (step.rule or {}).get("And", ())
    return any(rule.get("StringEquals") == "ended" for rule in rules)
