"""Runs many simulations on several processes, in the order of their seeds, and adds them up."""

from __future__ import annotations

import gc
import hashlib
import json
import math
import multiprocessing
import resource
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path

import handrail
from handrail_ops.simulate.schedule import Ran, simulate
from handrail_ops.simulate.transitions import Key

_CHUNK = 20
_OBJECTS_BETWEEN_COLLECTIONS = 100_000
_SOURCES = (
    Path(handrail.__file__).parent,
    *(Path(__file__).parents[1] / name for name in ("simulate", "memory")),
    Path(__file__).parents[2] / "workflows",
)
_FAILED_MAX = 20


@dataclass(slots=True)
class Total:
    """What many simulations came to."""

    schedules: int = 0
    conversations: int = 0
    events: int = 0
    violations: int = 0
    lost: int = 0
    silent: int = 0
    late_promises: int = 0
    faults: int = 0
    virtual_seconds: float = 0.0
    seconds: float = 0.0
    failed_seeds: list[int] = field(default_factory=list)

    def add(self, part: Total) -> None:
        """Add what some more came to; time is kept by whoever waits."""
        self.schedules += part.schedules
        self.conversations += part.conversations
        self.events += part.events
        self.violations += part.violations
        self.lost += part.lost
        self.silent += part.silent
        self.late_promises += part.late_promises
        self.faults += part.faults
        self.virtual_seconds += part.virtual_seconds
        self.failed_seeds = (self.failed_seeds + part.failed_seeds)[:_FAILED_MAX]

    @property
    def per_second(self) -> float:
        """Schedules a second."""
        return self.schedules / self.seconds if self.seconds else 0.0

    def to_dict(self) -> dict[str, object]:
        """Return what `--json` prints."""
        return {
            "schedules": self.schedules,
            "conversations": self.conversations,
            "events": self.events,
            "violations": self.violations,
            "lost": self.lost,
            "silent": self.silent,
            "late_promises": self.late_promises,
            "seconds": round(self.seconds, 1),
            "per_second": round(self.per_second, 1),
            "peak_mb": peak_megabytes(),
            "faults": self.faults,
            "virtual_days": round(self.virtual_seconds / 86_400, 1),
            "failed_seeds": self.failed_seeds,
        }


@dataclass(frozen=True, slots=True)
class Plan:
    """Which simulations to run."""

    seed: int
    schedules: int | None
    """How many; None for as many as the conversations take."""
    conversations: int | None
    crowd: int | None
    """How many conversations each world has; None lets each seed draw."""
    workers: int
    keep: Path | None = None
    """Where what has been done so far is kept, and taken up again from."""


@dataclass(frozen=True, slots=True)
class _Job:
    seeds: range
    crowd: int | None


@dataclass(frozen=True, slots=True)
class Done:
    """A part of the work."""

    total: Total
    transitions: frozenset[Key]


def run(plan: Plan, progress: Callable[[Total], None]) -> tuple[Total, frozenset[Key]]:
    """Run a plan, telling of the progress; return the total and the transitions that were taken.

    Raises:
        ValueError: the file of what was kept is another plan's, or no such file.
        OSError: it cannot be read or written.

    """
    total = _taken_up(plan)
    before, began = total.seconds, time.monotonic()
    seen: set[Key] = set()
    if _enough(plan, total):
        return total, frozenset(seen)
    for done in _parts(plan, plan.seed + total.schedules):
        total.add(done.total)
        seen |= done.transitions
        total.seconds = before + time.monotonic() - began
        progress(total)
        _keep(plan, total)
        if _enough(plan, total):
            break
    return total, frozenset(seen)


def peak_megabytes() -> int:
    """Return the most memory that a process of this run has had."""
    kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    peak = max(resource.getrusage(kind).ru_maxrss for kind in kinds)
    return peak // (1024 * 1024 if sys.platform == "darwin" else 1024)


def _parts(plan: Plan, seed: int) -> Iterator[Done]:
    jobs = _jobs(plan, seed)
    if plan.workers == 1:
        before = gc.get_threshold()
        _settle()
        try:
            yield from map(_work, jobs)
        finally:
            gc.unfreeze()
            gc.set_threshold(*before)
        return
    # Spawned: a forked child would share this process's locks and threads.
    with multiprocessing.get_context("spawn").Pool(plan.workers, _settle) as pool:
        yield from pool.imap(_work, jobs)


def _settle() -> None:
    """Have all loaded that stays, and spare the garbage collector from looking through it.

    A world is thrown away as a whole: to look through it a hundred times saves little memory.
    """
    simulate(0)
    gc.collect()
    gc.freeze()
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS)


def _jobs(plan: Plan, seed: int) -> Iterator[_Job]:
    end = None if plan.schedules is None else plan.seed + plan.schedules
    if end is None and plan.conversations is not None:
        # A world that draws its own crowd has one conversation at least.
        end = plan.seed + math.ceil(plan.conversations / (plan.crowd or 1))
    chunk = max(1, _CHUNK // (plan.crowd or 1))
    while end is None or seed < end:
        until = seed + chunk if end is None else min(seed + chunk, end)
        yield _Job(range(seed, until), plan.crowd)
        seed = until


def _work(job: _Job) -> Done:
    total, transitions = Total(), set[Key]()
    for seed in job.seeds:
        ran = simulate(seed, crowd=job.crowd)
        total.add(_counted(ran))
        transitions |= ran.transitions
    return Done(total, frozenset(transitions))


def _counted(ran: Ran) -> Total:
    return Total(
        schedules=1,
        conversations=ran.conversations,
        events=ran.events,
        violations=len(ran.broken),
        lost=ran.lost,
        silent=ran.silent,
        late_promises=ran.late_promises,
        faults=len(ran.struck),
        virtual_seconds=ran.virtual_seconds,
        failed_seeds=[ran.seed] if ran.broken else [],
    )


def _enough(plan: Plan, total: Total) -> bool:
    if plan.schedules is not None:
        return total.schedules >= plan.schedules
    return plan.conversations is not None and total.conversations >= plan.conversations


def _taken_up(plan: Plan) -> Total:
    if plan.keep is None or not plan.keep.exists():
        return Total()
    try:
        kept = json.loads(plan.keep.read_text(encoding="utf-8"))
        plan_of_it, total = kept["plan"], Total(**kept["total"])
    except (ValueError, KeyError, TypeError) as error:
        message = (
            f"{plan.keep} is no file of a run of ours. Name another file, or delete this one."
        )
        raise ValueError(message) from error
    if plan_of_it != _named(plan):
        message = (
            f"{plan.keep} keeps another run: {plan_of_it}; expected {_named(plan)}. "
            "Name another file, or delete this one."
        )
        raise ValueError(message)
    return total


def _keep(plan: Plan, total: Total) -> None:
    if plan.keep is None:
        return
    kept = {"plan": _named(plan), "total": asdict(total)}
    beside = plan.keep.with_suffix(".new")
    beside.parent.mkdir(parents=True, exist_ok=True)
    beside.write_text(json.dumps(kept), encoding="utf-8")
    beside.replace(plan.keep)


def _named(plan: Plan) -> dict[str, int | str | None]:
    return {
        "seed": plan.seed,
        "schedules": plan.schedules,
        "conversations": plan.conversations,
        "crowd": plan.crowd,
        "code": _code(),
    }


@cache
def _code() -> str:
    """Return a fingerprint of what is simulated and what simulates: a run is of one code."""
    digest = hashlib.sha256()
    for root in _SOURCES:
        for path in sorted(root.rglob("*")):
            if path.suffix in (".py", ".json") and path.is_file():
                digest.update(path.relative_to(root).as_posix().encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
