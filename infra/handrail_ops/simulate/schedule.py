"""One simulation: a world drawn from a seed, run until everything owed has come to pass."""

from __future__ import annotations

import datetime as dt
import hashlib
import random
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from handrail.domain.conversation import Holder
from handrail.domain.outbox import State
from handrail.domain.promises import OpeningHours, Promises
from handrail_ops.simulate.agents import Agent
from handrail_ops.simulate.clocks import Clocks
from handrail_ops.simulate.customers import (
    IMPATIENT_SECONDS,
    PAUSES_SECONDS,
    Customer,
)
from handrail_ops.simulate.functions import Functions
from handrail_ops.simulate.kernel import START, Kernel
from handrail_ops.simulate.messenger import SimulatedKnocker, SimulatedMessenger
from handrail_ops.simulate.monitor import Broken, Monitor
from handrail_ops.simulate.ports import Points, SimulatedChannel
from handrail_ops.simulate.transitions import Key, Transitions
from handrail_ops.simulate.weather import Struck, Weather

CHANNELS: Final = ("direct", "web", "phone", "messenger", "whatsapp_cloud")
_KINDS: Final[Mapping[str, type[SimulatedChannel]]] = {
    "messenger": SimulatedMessenger,
    "whatsapp_cloud": SimulatedKnocker,
}
_DAYS_MAX: Final = 60
"""What is not at rest by then never comes to rest."""
_EVENTS_MAX: Final = 20_000
"""For each conversation: whoever needs more goes round in circles."""
_CROWDS: Final = (1, 1, 1, 2, 2, 3)
_QUICK_SECONDS: Final = 5.0
_QUICK_CALLS: Final = 20
"""What deciding a request takes at most: a few seconds, and so many calls of ports."""
_SURGE: Final = 12
_LATENCIES_SECONDS: Final = (0.005, 0.03, 0.3)
_LOOK_FIRST_SECONDS: Final = 60.0
_PATIENCES: Final = (
    Promises(),
    Promises(follow_up_within_seconds=1200, quiet_seconds=900),
    Promises(
        pickup_seconds=20,
        wider_seconds=60,
        supervisor_seconds=150,
        follow_up_seconds=300,
        follow_up_within_seconds=600,
        lease_seconds=60,
        nudge_seconds=30,
        reply_seconds=90,
        quiet_seconds=600,
    ),
)
_OFFICE: Final = OpeningHours(
    dt.UTC,
    dict.fromkeys(range(5), ((540, 1020),)),
    holidays=frozenset({dt.date(2027, 1, 18)}),
)
"""Nine to five, five days a week, the Monday after the start being a holiday."""
_TUESDAYS: Final = OpeningHours(dt.UTC, {1: ((540, 1020),)})
"""Seldom enough that windows close on those who wait."""


@dataclass(frozen=True, slots=True)
class Ran:
    """What came of one simulation."""

    seed: int
    crowd: int | None
    """How many conversations were asked for; None when the seed drew."""
    conversations: int
    events: int
    commits: int
    broken: tuple[Broken, ...]
    lost: int
    silent: int
    late_promises: int
    struck: tuple[Struck, ...]
    virtual_seconds: float
    digest: str
    """The same for the same seed, wherever and whenever it runs."""
    transitions: frozenset[Key] = frozenset()
    story: tuple[tuple[float, str, str], ...] = ()


@dataclass(slots=True)
class _Told:
    """The story of a run, as it is written, and its digest."""

    clock: Kernel
    keep: bool
    lines: list[tuple[float, str, str]] = field(default_factory=list)
    digest: hashlib._Hash = field(default_factory=hashlib.sha256)

    def __call__(self, conversation: str, what: str) -> None:
        self.digest.update(f"{self.clock.time:.6f} {conversation} {what}\n".encode())
        if self.keep:
            self.lines.append((self.clock.time, conversation, what))


def simulate(
    seed: int,
    *,
    only: Collection[str] | None = None,
    story: bool = False,
    crowd: int | None = None,
) -> Ran:
    """Run the world of a seed to its end.

    `only` lets only some of its faults strike; `story` keeps every step in words; `crowd` makes
    the world that large, whatever the seed would draw.
    """
    draw = random.Random(seed)  # noqa: S311 - repeatable on purpose
    kernel = Kernel(seed)
    told = _Told(kernel, story)
    hours = draw.choice((*(_OFFICE,) * 3, _TUESDAYS)) if draw.random() < 0.15 else None
    weather = Weather.of(seed, only, for_days=hours is _TUESDAYS and draw.random() < 0.7)
    promises = draw.choice(_PATIENCES)
    if hours is not None:
        promises = replace(promises, hours=hours)
    drawn = _SURGE if draw.random() < 0.02 else draw.choice(_CROWDS)
    people = crowd or drawn
    points = Points(kernel, weather, draw.choice(_LATENCIES_SECONDS))
    transitions = Transitions()
    slack = 15.0 + 10.0 * points.latency_seconds * (4 + people)
    quick = _QUICK_SECONDS + _QUICK_CALLS * points.latency_seconds
    monitor = Monitor(kernel, Clocks(weather, promises, slack), transitions, quick, told)
    functions = Functions(points, monitor, promises, _channels(points, monitor, draw))
    world = _World(functions, monitor, hours, draw, people)
    world.begin()
    kernel.run(START + _DAYS_MAX * 86_400, _EVENTS_MAX * people)
    world.check_rest()
    ran = Ran(
        seed=seed,
        crowd=crowd,
        conversations=people,
        events=kernel.events,
        commits=monitor.commits,
        broken=tuple(monitor.broken),
        lost=monitor.lost,
        silent=monitor.silent,
        late_promises=monitor.late_promises,
        struck=tuple(weather.struck),
        virtual_seconds=kernel.time - START,
        digest=told.digest.hexdigest(),
        transitions=frozenset(transitions.seen),
        story=tuple(told.lines),
    )
    # They know each other in circles: let go, they are freed at once, and cheaply. The garbage
    # collector, which would find them long after, took an eighth of the time.
    for part in (kernel, monitor, functions, functions.table):
        vars(part).clear()
    return ran


def _channels(
    points: Points, monitor: Monitor, draw: random.Random
) -> dict[str, SimulatedChannel]:
    channels = {
        name: _KINDS.get(name, SimulatedChannel)(
            name=name,
            kernel=points.kernel,
            weather=points.weather,
            latency_seconds=points.latency_seconds,
            keeps_keys=draw.random() < 0.5,
            took=monitor.wire.took,
            refused=monitor.refused,
        )
        for name in CHANNELS
    }
    for channel in channels.values():
        if isinstance(channel, SimulatedKnocker):
            channel.knocked = monitor.wire.knocked
    return channels


@dataclass(slots=True)
class _World:
    functions: Functions
    monitor: Monitor
    hours: OpeningHours | None
    draw: random.Random
    crowd: int
    living: int = 0
    """Customers who still write."""

    def begin(self) -> None:
        """Bring everybody in."""
        kernel, draw = self.functions.kernel, self.draw
        consoles = draw.random() < 0.2
        clocked = draw.random() < 0.4
        rush = draw.choice((0.0, 5.0, 120.0))
        channels = tuple(_KINDS) if self.hours is _TUESDAYS else CHANNELS
        for number in range(self.crowd):
            impatient = draw.random() < 0.06
            customer = Customer(
                self.functions,
                self.monitor,
                draw.choice(channels),
                number,
                12 if impatient else draw.randint(2, 6),
                IMPATIENT_SECONDS if impatient else PAUSES_SECONDS,
                clocked,
                consoles,
            )
            channel = self.functions.channels[customer.channel]
            if isinstance(channel, SimulatedMessenger):
                customer.wrote = channel.wrote
                channel.writers.update(dict.fromkeys(customer.ids, customer))
            self.living += 1
            kernel.start(
                f"customer {number}", self._living(customer.live), after=rush * draw.random()
            )
        windows = draw.choice((1, 1, 2))
        for number in range(draw.randint(1, 2 + self.crowd // 4)):
            name, window = f"agent-{number // windows}", number % windows
            agent = Agent(self.functions, name, window, self.hours)
            kernel.start(agent.name, agent.work, after=200 * draw.random())
        last = Agent(self.functions, "agent-last", 0, self.hours)
        end = self.functions.weather.ends_at
        kernel.start(last.name, last.work, after=end - kernel.time + 300 * draw.random())
        kernel.at(end + _LOOK_FIRST_SECONDS, self._look, _LOOK_FIRST_SECONDS)

    def _living(self, live: Callable[[], None]) -> Callable[[], None]:
        def run() -> None:
            live()
            self.living -= 1

        return run

    def _look(self, pause: float) -> None:
        """Look whether everything is at rest, ever more seldom."""
        if not self.unrest():
            self.functions.kernel.over = True
            return
        kernel = self.functions.kernel
        kernel.at(kernel.time + pause, self._look, min(1.3 * pause, 3600.0))

    def unrest(self) -> list[tuple[str, str]]:
        """Return what is not at rest, and whose it is."""
        functions = self.functions
        found = []
        if self.living or functions.to_come:
            found.append(("", "somebody is still writing, or something on its way"))
        if len(functions.inbound.fifo) or len(functions.outbound.fifo) or functions.table.inbox:
            found.append(("", "messages are still in a queue"))
        for name, record in functions.table.records.items():
            current = record.conversation
            if current is None:
                continue
            if current.holder not in (Holder.BOT, Holder.CLOSED) or current.due is not None:
                found.append((name, f"holder {current.holder}, due {current.due}"))
            pending = [s for s in record.outbox if s.row.state is State.PENDING]
            if pending:
                found.append((name, f"row {pending[0].row.sequence} is not delivered"))
            if any(ending is None for ending in record.endings.values()):
                found.append((name, "a request is open in the record"))
        return found

    def check_rest(self) -> None:
        """Hold what is left against what was owed."""
        monitor = self.monitor
        for conversation, what in self.unrest():
            monitor.silent += 1
            monitor.breaks("REST", conversation, what)
        monitor.left()
