"""Finds the few faults that a failing seed needs, and tells what happens as a story.

Faults are left out in ever smaller groups for as long as the same rule still breaks: delta
debugging (Zeller and Hildebrandt, IEEE TSE 2002), greedy and without its complements, which is
enough where a run takes milliseconds.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

from handrail_ops.simulate.kernel import START
from handrail_ops.simulate.schedule import Ran, simulate

_SECONDS_MAX = 20.0


def shrink(failed: Ran) -> Ran:
    """Return the same failure with as few faults as were found to be needed, and its story."""
    rule = failed.broken[0].rule
    kept = [one.name for one in failed.struck]
    until = time.monotonic() + _SECONDS_MAX

    def fails(names: list[str]) -> bool:
        again = simulate(failed.seed, only=frozenset(names), crowd=failed.crowd)
        return any(one.rule == rule for one in again.broken)

    size = len(kept)
    while size and time.monotonic() < until:
        start, shorter = 0, False
        while start < len(kept) and time.monotonic() < until:
            without = kept[:start] + kept[start + size :]
            if fails(without):
                kept, shorter = without, True
            else:
                start += size
        if not shorter or size > len(kept):
            size //= 2
    return simulate(failed.seed, only=frozenset(kept), story=True, crowd=failed.crowd)


def tell(shrunk: Ran) -> Iterator[str]:
    """Yield the story of a failure: what went wrong, what was decided, what broke."""
    broken = shrunk.broken[0]
    yield f"Seed {shrunk.seed}: {broken.rule} does not hold: {broken.what}"
    command = f"handrail simulate --schedules 1 --seed {shrunk.seed}"
    yield f"Again: {command}" + (f" --crowd {shrunk.crowd}" if shrunk.crowd else "")
    if not shrunk.struck:
        yield "It needs no fault at all: the order of things is enough."
    yield ""
    lines = [
        (at, 1, what)
        for at, conversation, what in shrunk.story
        if conversation == broken.conversation or not broken.conversation
    ]
    lines += [(one.at, 0, f"!! {one.trouble.value} ({one.where})") for one in shrunk.struck]
    for at, _, what in sorted(lines, key=lambda line: line[:2]):
        if at <= broken.at:
            yield f"{at - START:10.3f} s  {what}"
