"""A virtual clock and the processes that live by it: one thread, one seed, one order of events.

Production code is plain, blocking Python. Each process of the simulation runs it in a greenlet of
its own, and gives way wherever it calls a port; which process goes on next is the heap's choice,
by time and then by the seed. So every interleaving of port calls can happen, and the same seed
makes the same one happen again.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from heapq import heappop, heappush
from typing import Any

from greenlet import GreenletExit, getcurrent, greenlet

START = 1_800_000_000.0
"""The moment at which every simulation starts: a Friday morning in January 2027."""


class Crash(BaseException):
    """A process dies in the middle of what it does; nothing of its code runs any more."""


class Process:
    """Something that runs by itself until it returns, fails or dies: a function, a person."""

    __slots__ = (
        "acting",
        "began_at",
        "done",
        "error",
        "limit_at",
        "name",
        "result",
        "switch",
        "waiting",
    )

    def __init__(self, name: str, began_at: float, limit_at: float) -> None:
        """Begin at a moment and end at another, whatever it is doing then."""
        self.name = name
        self.began_at = began_at
        self.limit_at = limit_at
        self.acting: Any = None
        """For whom it acts, in the words of whoever started it."""
        self.done = False
        self.result: Any = None
        self.error: str | None = None
        """The name of what it failed with; the error itself would keep all its frames alive."""
        self.waiting: list[Callable[[], None]] = []
        self.switch: Callable[[], Any]


class Kernel:
    """`application.ports.Clock` and the scheduler."""

    def __init__(self, seed: int) -> None:
        """Start at the beginning, with an order of events of its own for each seed."""
        self.rng = random.Random(seed)  # noqa: S311 - repeatable on purpose
        self.random = self.rng.random
        self.events = 0
        self.over = False
        """Set by whoever has seen enough."""
        self.process: Process | None = None
        """The process that is running, if one is."""
        self.time = START
        """The virtual time, in seconds since the epoch; `now()` for whoever knows a clock only."""
        self._until = START
        self._heap: list[tuple[float, float, int, Callable[..., None], tuple[Any, ...]]] = []
        self._number = 0
        self._hub = getcurrent()
        self._switch = self._hub.switch
        self._all: list[Any] = []
        self._idle: list[Any] = []
        self._job: tuple[Process, Callable[[], Any]]

    def now(self) -> float:
        """Return the virtual time, in seconds since the epoch."""
        return self.time

    def at(self, moment: float, action: Callable[..., None], *args: Any) -> None:
        """Let something happen at a moment; what falls together is ordered by the seed."""
        self._number += 1
        heappush(self._heap, (moment, self.random(), self._number, action, args))

    def start(
        self,
        name: str,
        action: Callable[[], Any],
        *,
        after: float = 0.0,
        limit: float = math.inf,
    ) -> Process:
        """Start a process; after `limit` seconds it is stopped wherever it is."""
        begin = self.time + after
        process = Process(name, begin, begin + limit)
        self.at(begin, self._enter, process, action)
        return process

    def within(
        self, name: str, action: Callable[[], Any], acting: Any = None, *, limit: float
    ) -> Any:
        """Run something to its end for the process that is running, which waits for it.

        Raises:
            Crash: it died, or was stopped at its limit.

        """
        outer = self._own()
        process = Process(name, self.time, self.time + limit)
        process.acting, process.switch = acting, outer.switch
        self.process = process
        try:
            return action()
        finally:
            self.process = outer

    def sleep(self, seconds: float) -> None:
        """Let time pass in the process that is running. At its limit it dies."""
        process = self.process or self._own()
        heap, moment, limit = self._heap, self.time + seconds, process.limit_at
        moment = min(moment, limit)
        self._number += 1
        order = self.random()
        if moment <= self._until and (not heap or (moment, order) < heap[0]):
            # It would be the next to go on in any case: spare both of the switches.
            self.time = moment
            self.events += 1
        else:
            heappush(heap, (moment, order, self._number, self._resume, (process,)))
            self._switch()
        if self.time >= limit:
            raise Crash

    def join(self, process: Process, seconds: float) -> bool:
        """Wait until a process has ended or so many seconds have passed; True when it has."""
        return process.done or self.wait(process.waiting.append, seconds)

    def wait(self, subscribe: Callable[[Callable[[], None]], Any], seconds: float) -> bool:
        """Wait for a call of what `subscribe` gets, or for the time; True when it was called."""
        process = self._own()
        called: list[bool] = []

        def wake(early: bool) -> None:
            if not called:
                called.append(early)
                self.at(self.time, self._resume, process)

        subscribe(lambda: wake(early=True))
        self.at(min(self.time + seconds, process.limit_at), lambda: wake(early=False))
        self._switch()
        if self.time >= process.limit_at:
            raise Crash
        return called[0]

    def run(self, until: float, events_max: float = math.inf) -> None:
        """Let everything happen until a moment, until it is `over`, or it was too much."""
        heap, self._until = self._heap, until
        while heap and not self.over and self.events <= events_max:
            moment, _, _, action, args = heappop(heap)
            if moment > until:
                break
            self.time = moment
            self.events += 1
            action(*args)
        self._end()

    def _own(self) -> Process:
        if self.process is None:
            message = "time passes in processes alone: start one"
            raise RuntimeError(message)
        return self.process

    def _resume(self, process: Process) -> None:
        self.process = process
        process.switch()
        self.process = None

    def _enter(self, process: Process, action: Callable[[], Any]) -> None:
        """Begin a process in an idle greenlet: a new one costs as much as twenty switches."""
        self._job = process, action
        if not self._idle:
            self._idle.append(greenlet(self._work, self._hub))
            self._all.append(self._idle[-1])
        process.switch = self._idle.pop().switch
        self._resume(process)

    def _work(self) -> None:
        """Do one process after the other."""
        while True:
            process, action = self._job
            try:
                process.result = action()
            except GreenletExit:
                raise
            except BaseException as error:  # noqa: BLE001 - whoever waits for it is told
                process.error = type(error).__name__
            process.done = True
            for wake in process.waiting:
                wake()
            process.waiting.clear()  # they know it: together only the collector would free them
            self._idle.append(getcurrent())
            self._switch()

    def _end(self) -> None:
        """Take away the processes that are still in the middle of something."""
        for own in self._all:
            own.throw(GreenletExit)
        self._all.clear()
        self._idle.clear()
        self._heap.clear()
