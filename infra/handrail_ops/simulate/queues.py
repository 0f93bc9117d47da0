"""The queues of a simulation: who polls them, and what of SQS goes wrong."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any, Generic, TypeVar

from handrail.domain.message import InboundMessage
from handrail_ops.memory.pager import MemoryPager
from handrail_ops.memory.queues import (
    MemoryAgentsQueue,
    MemoryFifo,
    MemoryInboundQueue,
    MemoryOutboundQueue,
    Taken,
)
from handrail_ops.simulate.kernel import Kernel, Process
from handrail_ops.simulate.noticing import Noticing
from handrail_ops.simulate.ports import Points
from handrail_ops.simulate.weather import Trouble, Weather

_T = TypeVar("_T")
_BATCH = 10
OUTBOUND_RECEIVES_MAX = 3


class NoticedFifo(MemoryFifo[_T]):
    """A FIFO queue that tells which group got something."""

    arrived: Callable[[str], None]

    def put(self, group: str, body: _T, deduplication: Hashable = None) -> None:
        """Enqueue, and tell."""
        MemoryFifo.put(self, group, body, deduplication)
        self.arrived(group)


class Consumer(Generic[_T]):
    """What Lambda does for a FIFO queue: one batch of a group at a time, again when it failed."""

    def __init__(
        self,
        fifo: NoticedFifo[_T],
        kernel: Kernel,
        start: Callable[[str, list[Taken[_T]]], Process],
        bury: Callable[[Taken[_T]], None],
        latency_seconds: float,
    ) -> None:
        """Poll for `start`, which begins an invocation, and give dead letters to `bury`."""
        self.fifo, self.kernel = fifo, kernel
        self._start, self._bury = start, bury
        self._latency_seconds = latency_seconds
        fifo.arrived = self._look

    def done(self, taken: Sequence[Taken[_T]]) -> None:
        """Delete what was done."""
        self.fifo.done(taken)

    def _look(self, group: str) -> None:
        """Poll a group soon."""
        soon = self._latency_seconds * (0.5 + self.kernel.rng.random())
        self.kernel.at(self.kernel.time + soon, self._poll, group)

    def _poll(self, group: str) -> None:
        taken = self.fifo.receive(_BATCH, group)
        if self.fifo.dead:
            dead, self.fifo.dead = self.fifo.dead, []
            for letter in dead:
                self._bury(letter)
        if taken:
            process = self._start(group, taken)
            process.waiting.append(lambda: self._ended(process, group, taken[0].hidden_until))

    def _ended(self, process: Process, group: str, hidden_until: float) -> None:
        """Go on with a group: soon, or when what failed can be had again."""
        if process.error is not None:
            self.kernel.at(hidden_until + 0.001, self._poll, group)
        elif self.fifo.holds(group):
            self._look(group)


class SimulatedInbound(MemoryInboundQueue):
    """The inbound queue, which at times refuses some of a batch."""

    fifo: NoticedFifo[InboundMessage]

    def __init__(self, kernel: Kernel, weather: Weather, points: Points) -> None:
        """Start empty."""
        super().__init__(kernel, points.reach)
        self.fifo = NoticedFifo(kernel)
        self._kernel, self._weather = kernel, weather

    def send(self, group: str, messages: Sequence[InboundMessage]) -> Sequence[InboundMessage]:
        """Enqueue, or refuse."""
        self.refused = {
            message.event_id
            for message in messages
            if self._weather.strikes(Trouble.QUEUE_REFUSES, message.event_id, self._kernel.time)
        }
        return super().send(group, messages)


class SimulatedOutbound(MemoryOutboundQueue):
    """The outbound queue, whose hints get lost at times."""

    fifo: NoticedFifo[str]

    def __init__(self, kernel: Kernel, weather: Weather, points: Points) -> None:
        """Start empty."""
        super().__init__(kernel, points.reach)
        self.fifo = NoticedFifo(kernel, receives_max=OUTBOUND_RECEIVES_MAX)
        self._kernel, self._weather = kernel, weather

    def kick(self, conversation: str) -> None:
        """Ask for delivery, perhaps in vain."""
        if not self._weather.strikes(Trouble.HINT_LOST, "delivery", self._kernel.time):
            super().kick(conversation)


class SimulatedAgents(MemoryAgentsQueue):
    """The agents queue: a standard queue, which keeps no order and at times doubles."""

    def __init__(self, points: Points, pushed: Callable[[Mapping[str, Any]], None]) -> None:
        """Start empty, with nobody at the desk; `pushed` is told of every request."""
        super().__init__(points.reach)
        self._kernel, self._weather, self._pushed = points.kernel, points.weather, pushed
        self._idle: list[Callable[[], None]] = []
        self.waiting = Noticing(self._arrived)

    def take(self, seconds: float) -> Any | None:
        """Wait for a request, as long as an agent's client polls; None when there was none."""
        if not self.waiting and not self._kernel.wait(self._idle.append, seconds):
            return None
        if not self.waiting:
            return None  # another agent was quicker
        number = self._kernel.rng.randrange(len(self.waiting))
        if self._weather.strikes(Trouble.AGENTS_TWICE, "agents queue", self._kernel.time):
            return self.waiting[number]
        return self.waiting.pop(number)

    def _arrived(self, message: Mapping[str, Any]) -> None:
        self._pushed(message)
        idle, self._idle = self._idle, []
        for wake in idle:
            wake()


class SimulatedPager(MemoryPager):
    """The supervisor's pager, which remembers what it was used for."""

    def __init__(self, points: Points, paged: set[tuple[str, str]]) -> None:
        """Start with no page; every one goes into `paged`."""
        super().__init__(points.reach)
        self.pages = Noticing(lambda page: paged.add((page.escalation, page.what)))
