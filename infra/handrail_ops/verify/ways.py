"""Every way that an execution can take, errors included, as one graph that is searched.

A point on a way is more than its state: it matters whether something has failed before, and which
Task has just answered. The graph is small; a search of all of it is the proof.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from handrail_ops.verify.definition import State, Step, Workflow
from handrail_ops.verify.facts import under


@dataclass(frozen=True, slots=True)
class Point:
    """Where an execution is, and what of its past matters."""

    state: str
    clean: bool = True
    """Nothing has failed on the way here."""
    answered: str = ""
    """The Task whose answer is fresh: nothing was done and no time has passed since."""


@dataclass(frozen=True, slots=True)
class Move:
    """One step of an execution."""

    source: Point
    step: Step
    target: Point


@dataclass(frozen=True, slots=True)
class Passed:
    """A state that an execution passed, and what happened there."""

    state: str
    how: str = ""


class Ways:
    """Every point that can be reached, and the shortest way to it."""

    def __init__(self, workflow: Workflow) -> None:
        """Search a workflow whose steps all lead to states."""
        self.workflow = workflow
        start = Point(workflow.start)
        self._before: dict[Point, Move | None] = {start: None}
        self.moves: list[Move] = []
        waiting = deque([start])
        while waiting:
            point = waiting.popleft()
            state = workflow.states[point.state]
            for step in state.steps():
                move = Move(point, step, _next(workflow, state, point, step))
                self.moves.append(move)
                if move.target not in self._before:
                    self._before[move.target] = move
                    waiting.append(move.target)

    @property
    def points(self) -> Iterator[Point]:
        """Every point, the nearest first."""
        return iter(self._before)

    @property
    def reached(self) -> frozenset[str]:
        """The states that some execution reaches."""
        return frozenset(point.state for point in self._before)

    def to(self, point: Point, how: str = "") -> tuple[Passed, ...]:
        """Return the shortest way to a point, and what happens there."""
        found = [Passed(point.state, how)]
        move = self._before[point]
        while move is not None:
            found.append(Passed(move.source.state, move.step.how))
            move = self._before[move.source]
        return tuple(reversed(found))

    def to_state(self, state: str, how: str = "") -> tuple[Passed, ...]:
        """Return the shortest way to a state; empty when nothing reaches it."""
        point = next((one for one in self._before if one.state == state), None)
        return () if point is None else self.to(point, how)

    def along(self, move: Move) -> tuple[Passed, ...]:
        """Return the shortest way that takes a step, and to where it leads."""
        return (*self.to(move.source, move.step.how), Passed(move.target.state))


def _next(workflow: Workflow, state: State, point: Point, step: Step) -> Point:
    clean = point.clean and not step.error
    return Point(step.target, clean, _answered(workflow, state, point, step))


def _answered(workflow: Workflow, state: State, point: Point, step: Step) -> str:
    """Return the Task whose answer is still the newest thing that is known."""
    if state.works:
        return "" if step.error or state.result_path is None else state.name
    if state.kind == "Wait" or not point.answered:
        return ""
    if state.input_path != "$" or state.output_path != "$":
        return ""
    if state.kind == "Pass" and state.result_path is not None:
        place = workflow.states[point.answered].result_path or "$"
        if under(place, state.result_path) or under(state.result_path, place):
            return ""
    return point.answered
