"""Circles and orders in a graph of states, found without recursion: a definition may be long."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from handrail_ops.verify.definition import State, Step

Graph = Mapping[str, Sequence[Step]]
"""The ways out of each state, to states that are in the graph too."""


def within(graph: Graph, names: frozenset[str]) -> Graph:
    """Return a part of a graph."""
    return {
        name: [step for step in steps if step.target in names]
        for name, steps in graph.items()
        if name in names
    }


def without(graph: Graph, states: Mapping[str, State], left_out: Callable[[State], bool]) -> Graph:
    """Return a graph without some states."""
    return within(graph, frozenset(name for name in graph if not left_out(states[name])))


def circle(graph: Graph) -> tuple[Step, ...] | None:
    """Return the steps of some circle; None when there is none."""
    done: set[str] = set()
    for start in graph:
        way: list[Step] = []
        on_way = {start}
        stack = [(start, iter(graph[start]))]
        while stack and start not in done:
            name, steps = stack[-1]
            step = next((one for one in steps if one.target not in done), None)
            if step is None:
                done.add(name)
                on_way.discard(name)
                stack.pop()
                if way:
                    way.pop()
            elif step.target in on_way:
                found = [*way, step]
                first = next(i for i, one in enumerate(found) if one.source == step.target)
                return tuple(found[first:])
            else:
                way.append(step)
                on_way.add(step.target)
                stack.append((step.target, iter(graph[step.target])))
    return None


def components(graph: Graph) -> list[frozenset[str]]:
    """Return the sets of states that all lead to each other, where there is a circle at all."""
    back: dict[str, list[str]] = {name: [] for name in graph}
    for name, steps in graph.items():
        for step in steps:
            back[step.target].append(name)
    found, left = [], set(graph)
    for name in reversed(inner_first(graph)):
        if name not in left:
            continue
        members, waiting = {name}, [name]
        left.discard(name)
        while waiting:
            for before in back[waiting.pop()]:
                if before in left:
                    left.discard(before)
                    members.add(before)
                    waiting.append(before)
        if len(members) > 1 or any(step.target == name for step in graph[name]):
            found.append(frozenset(members))
    return found


def inner_first(graph: Graph) -> list[str]:
    """Return the states, each after all that it leads to, unless a circle leads back to it."""
    order: list[str] = []
    seen: set[str] = set()
    for start in graph:
        if start in seen:
            continue
        seen.add(start)
        stack = [(start, iter(graph[start]))]
        while stack:
            name, steps = stack[-1]
            step = next((one for one in steps if one.target not in seen), None)
            if step is None:
                order.append(name)
                stack.pop()
            else:
                seen.add(step.target)
                stack.append((step.target, iter(graph[step.target])))
    return order
