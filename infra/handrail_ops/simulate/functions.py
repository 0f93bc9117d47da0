"""The functions and what calls them: queues, schedules, dead letters, as AWS does it.

Every invocation is a process with the function's own time limit. A batch that fails is hidden for
the visibility timeout and delivered again, until it is a dead letter; so is a batch whose process
has died. The use cases are the real ones, put together as `handrail.bootstrap` does.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from datetime import UTC, tzinfo
from typing import Any, Final

from handrail.adapters.aws.sqs_events import Patience
from handrail.adapters.language.catalogue import (
    PackagedCatalogue,
    packaged_recogniser,
    packaged_sensitive,
)
from handrail.application.ask_agents import AskAgents
from handrail.application.conduct import TURN_NEEDS_SECONDS, Conduct
from handrail.application.dead_letters import InboundDeadLetters, OutboundDeadLetters
from handrail.application.decide import Authority
from handrail.application.deliver import Deliver
from handrail.application.desk import Desk
from handrail.application.escalate import Escalate
from handrail.application.hints import Hints
from handrail.application.keep import Keep
from handrail.application.receive import Receive
from handrail.application.sweep import Sweep
from handrail.application.tend import Tend
from handrail.application.turn_steps import CheckGrounding, DraftAnswer, Understand
from handrail.application.wishes import Wishes
from handrail.domain.errors import HandrailError
from handrail.domain.message import InboundMessage
from handrail.domain.promises import Promises
from handrail_ops.memory.queues import Taken
from handrail_ops.memory.table import Record
from handrail_ops.simulate.clocks import SWEEP_SECONDS
from handrail_ops.simulate.kernel import Crash, Kernel, Process
from handrail_ops.simulate.monitor import Monitor
from handrail_ops.simulate.ports import (
    KnownLanguages,
    OneSecret,
    Points,
    RememberingRecogniser,
    SimulatedAnswers,
    SimulatedChannel,
    SimulatedTable,
)
from handrail_ops.simulate.queues import (
    Consumer,
    SimulatedAgents,
    SimulatedInbound,
    SimulatedOutbound,
    SimulatedPager,
)
from handrail_ops.simulate.seen import Acting
from handrail_ops.simulate.texts import SECRET
from handrail_ops.simulate.weather import Trouble, Weather
from handrail_ops.simulate.workflows import SimulatedEscalations, SimulatedTurns

LIMITS: Final[Mapping[str, float]] = {
    "receive": 20.0,
    "conduct": 35.0,
    "deliver": 30.0,
    "sweep": 55.0,
    "dead_letters": 30.0,
    "desk_api": 25.0,
}
"""The functions' time limits in seconds: those of template.yaml, held together by a test."""

_ATTEMPT_SECONDS: Final = 12.0
_SWEEP_KEEPS_SECONDS: Final = 5.0
_VISIBILITY_SECONDS: Final = 90.0
_TAKEN_AFTER_SECONDS: Final = (0.0, 3.0, 20.0)
_REDELIVERED_AFTER_SECONDS: Final = (1.0, 400.0, 90_000.0)

CATALOGUE: Final = PackagedCatalogue()
_RECOGNISER: Final[Any] = RememberingRecogniser(packaged_recogniser())
_SENSITIVE: Final = packaged_sensitive()


class Functions:
    """One deployment: every function, its ports and its triggers."""

    def __init__(
        self,
        points: Points,
        monitor: Monitor,
        promises: Promises,
        channels: Mapping[str, SimulatedChannel],
    ) -> None:
        """Put everything together; nothing happens before the first message."""
        self.kernel: Kernel = points.kernel
        self.weather: Weather = points.weather
        self.monitor = monitor
        self.channels = channels
        self.table = SimulatedTable(promises.deliver_seconds, points)
        self.table.committed = monitor.committed
        self.table.due_earlier = self._sweep_by
        monitor.record = lambda conversation: self.table.records.get(conversation, Record())
        self.inbound = SimulatedInbound(self.kernel, self.weather, points)
        self.outbound = SimulatedOutbound(self.kernel, self.weather, points)
        self.agents = SimulatedAgents(points, self._pushed)
        self.pager = SimulatedPager(points, monitor.paged)
        self.workflow = SimulatedEscalations(points, self.agents, self.invoke)
        self._assemble(points, promises, channels)
        latency = points.latency_seconds
        self._inbound = Consumer(
            self.inbound.fifo, self.kernel, self._conduct, self._inbound_letter, latency
        )
        self._outbound = Consumer(
            self.outbound.fifo, self.kernel, self._deliver, self._outbound_letter, latency
        )
        self._grid = self.kernel.time + self.kernel.rng.random() * SWEEP_SECONDS
        self._sweep_at = math.inf
        self.to_come = 0
        """What is on its way and in no queue: dead letters in work, messages of later days."""

    def _assemble(
        self, points: Points, promises: Promises, channels: Mapping[str, SimulatedChannel]
    ) -> None:
        clock, table = self.kernel, self.table
        self.answers = answers = SimulatedAnswers(self.kernel, self.weather)
        authority = Authority(table, Hints(self.outbound, self.workflow))
        keep = Keep(table, OneSecret(), clock)
        steps = {
            "${UnderstandFunctionArn}": Understand(table, table).step,
            "${DraftAnswerFunctionArn}": DraftAnswer(
                table, table, answers, answers, clock, 12.0
            ).step,
            "${CheckGroundingFunctionArn}": CheckGrounding(table, answers.passage).step,
        }
        turns = SimulatedTurns(points, steps, table, self.invoke, self._began)
        wishes = Wishes(_RECOGNISER, KnownLanguages(), CATALOGUE, "en", sensitive=_SENSITIVE)
        ask = AskAgents(
            authority, self.agents, self.pager, table, CATALOGUE, clock, promises, "en"
        )
        tend = Tend(authority, ask, clock, promises)
        self.receive = Receive(_RECOGNISER, self.inbound, table, clock, sensitive=_SENSITIVE)
        self.conduct = Conduct(authority, keep, turns, wishes, clock, promises)
        self.sweep = Sweep(table, tend, self.outbound, self.inbound, table, clock)
        self.workflow.step = Escalate(table, ask, tend, self.workflow, clock).step
        self.deliver = Deliver(authority, table, table, channels, CATALOGUE, clock, promises, _utc)
        self.desk = Desk(authority, table, answers, CATALOGUE, clock, promises, "en")
        self.inbound_dead = InboundDeadLetters(authority, keep, clock, promises, "en")
        self.outbound_dead = OutboundDeadLetters(authority, table, clock, promises)

    def _began(self, conversation: str, event_ids: Any) -> None:
        stored = self.table.records[conversation].conversation
        self.monitor.began(conversation, event_ids, stored.epoch if stored else 0)

    def _pushed(self, message: Mapping[str, Any]) -> None:
        """Note what the agents were asked; nothing of it may be what redaction took out."""
        if (
            "pool" in message
        ):  # what Step Functions sends by itself are ids, and no receipt of ours
            self.monitor.pushed[message["escalation"], message["pool"]] = self.kernel.time
        if SECRET in str(message):
            self.monitor.breaks("S13", message["conversation"], "the agents queue has a secret")

    # ------------------------------------------------------------------ invoking

    def invoke(self, name: str, action: Callable[[], Any], limit: float) -> Process:
        """Start a function; what it raises beside what it may raise is a defect of ours."""
        return self.kernel.start(name, lambda: self._watched(name, action), limit=limit)

    def _watched(self, name: str, action: Callable[[], Any]) -> Any:
        try:
            return action()
        except HandrailError:
            raise
        except Exception as error:
            self.monitor.defect(name, error)
            raise

    def call(self, name: str, action: Callable[[], Any], acting: Acting | None = None) -> Any:
        """Call a function behind an API, and wait for its answer.

        Raises:
            HandrailError: what the function refuses with.
            Crash: it died or took too long, and there is no answer.

        """
        return self.kernel.within(
            name, lambda: self._watched(name, action), acting, limit=LIMITS[name]
        )

    def _patience(self, limit_at: float, needed_seconds: float) -> Patience:
        kernel = self.kernel
        return Patience(lambda: limit_at - kernel.time, needed_seconds, sleep=kernel.sleep)

    def _patiently(self, patience: Patience, action: Callable[[], object]) -> None:
        """Try again what failed for the moment, as the functions do."""
        for pause in patience.pauses_seconds:
            try:
                action()
            except HandrailError as error:
                if not patience.allows(error, pause):
                    raise
                self.kernel.sleep(pause)
            else:
                return
        action()

    def _finished(self, name: str) -> None:
        """Let a process die between its work and the deletion of what it worked on."""
        self.kernel.sleep(0.01)
        if self.weather.strikes(Trouble.CRASH_AFTER, name, self.kernel.time):
            raise Crash

    # ------------------------------------------------------------------ the inbound queue

    def _conduct(self, _group: str, taken: list[Taken[InboundMessage]]) -> Process:
        bodies = [one.body for one in taken]

        def handle() -> None:
            deadline = self.kernel.time + LIMITS["conduct"]
            patience = self._patience(deadline, TURN_NEEDS_SECONDS)
            self._patiently(patience, lambda: self.conduct.conduct(bodies, deadline))
            self._finished("conduct")
            self._inbound.done(taken)
            for one in taken:
                self._once_more(one)

        return self.invoke("conduct", handle, LIMITS["conduct"])

    def _once_more(self, one: Taken[InboundMessage]) -> None:
        """Deliver again, at any later time, what was done."""
        if self.weather.strikes(Trouble.REDELIVERED, one.body.event_id, self.kernel.time):
            later = self.kernel.time + self.kernel.rng.choice(_REDELIVERED_AFTER_SECONDS)
            self.to_come += 1
            self.kernel.at(later, self._put_again, one)

    def _put_again(self, one: Taken[InboundMessage]) -> None:
        self.to_come -= 1
        self.inbound.fifo.put(one.group, one.body)

    def _inbound_letter(self, letter: Taken[InboundMessage]) -> None:
        number = f"letter-{letter.number}"
        body = letter.body.to_dict()
        after = 0.0
        if self.weather.strikes(Trouble.REDRIVEN, letter.body.event_id, self.kernel.time):
            self.inbound.fifo.put(letter.group, letter.body)
            after = self.kernel.rng.choice(_TAKEN_AFTER_SECONDS)
        self.to_come += 1

        def take() -> None:
            self.to_come -= 1
            self._letter(lambda: self.inbound_dead.take(body, letter.group, number))

        self.kernel.at(self.kernel.time + after, take)

    # ------------------------------------------------------------------ the outbound queue

    def _deliver(self, conversation: str, taken: list[Taken[str]]) -> Process:
        redelivered = max(one.receives for one in taken) > 1

        def handle() -> None:
            limit_at = self.kernel.time + LIMITS["deliver"]
            self._patiently(
                self._patience(limit_at, _ATTEMPT_SECONDS),
                lambda: self.deliver.deliver(conversation, redelivered=redelivered),
            )
            self._finished("deliver")
            self._outbound.done(taken)

        return self.invoke("deliver", handle, LIMITS["deliver"])

    def _outbound_letter(self, letter: Taken[str]) -> None:
        self._letter(lambda: self.outbound_dead.take(letter.body))

    def _letter(self, take: Callable[[], None]) -> None:
        """Have a dead letter taken; one whose taker dies comes again, for 14 days."""

        def handle() -> None:
            limit_at = self.kernel.time + LIMITS["dead_letters"]
            self._patiently(self._patience(limit_at, _ATTEMPT_SECONDS), take)

        process = self.invoke("dead_letters", handle, LIMITS["dead_letters"])
        self.to_come += 1

        def look() -> None:
            self.to_come -= 1
            if not process.done or process.error is not None:
                self._letter(take)

        self.kernel.at(self.kernel.time + _VISIBILITY_SECONDS, look)

    # ------------------------------------------------------------------ the sweep

    def _sweep_by(self, due: float) -> None:
        """Have the sweep run in the minute after a moment; before, it has nothing to do."""
        moment = max(due, self.kernel.time + 0.001)
        minutes = math.ceil((moment - self._grid) / SWEEP_SECONDS)
        tick = self._grid + minutes * SWEEP_SECONDS
        if tick < self._sweep_at:
            self._sweep_at = tick
            self.kernel.at(tick, self._tick, tick)

    def _tick(self, tick: float) -> None:
        if tick != self._sweep_at:
            return  # an earlier one was asked for meanwhile, and asks again
        self._sweep_at = math.inf
        limit = LIMITS["sweep"]
        deadline = self.kernel.time + limit - _SWEEP_KEEPS_SECONDS
        self.invoke("sweep", lambda: self.sweep.sweep(deadline), limit)
        due = self.table.next_due()
        if due is not None:
            self._sweep_by(max(due, tick + SWEEP_SECONDS / 2))


def _utc(_name: str | None) -> tzinfo:
    return UTC
