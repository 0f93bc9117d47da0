"""The canary over the memory world: the real use cases, and doors that a test can tamper with."""

import itertools
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC
from typing import Any

from handrail.adapters.canary.doors import reply_of
from handrail.adapters.channels.direct import render
from handrail.application.canary import Canary, Tried
from handrail.application.canary_ports import Case, NotServedError, Reply
from handrail.application.desk_api import DeskApi
from handrail.application.ports import Address, Request
from handrail.domain.errors import HandrailError
from handrail.domain.message import InboundMessage, Kind, Sender, conversation_id
from handrail.domain.promises import Promises
from handrail.domain.synthetic import CANARY_ACCOUNT
from support.world import CATALOGUE, Wire, World

RUN_SECONDS = 110.0
EVERY_SECONDS = 300.0
SWEEP_EVERY_SECONDS = 60.0


class MemoryNotebook:
    """`application.canary_ports.Notebook`."""

    def __init__(self) -> None:
        self.cases: dict[str, Case] = {}
        self._counters: dict[str, int] = {}

    def next(self, counter: str) -> int:
        self._counters[counter] = self._counters.get(counter, 0) + 1
        return self._counters[counter]

    def open_cases(self) -> Sequence[Case]:
        return sorted(self.cases.values(), key=lambda case: (case.began_at, case.customer))

    def keep(self, case: Case) -> None:
        self.cases[case.customer] = case

    def close(self, case: Case) -> None:
        self.cases.pop(case.customer, None)


class MemoryDoor:
    """A channel of the memory world, as the canary's customers reach it."""

    def __init__(self, world: World, name: str) -> None:
        self.name = name
        self.refuses: Callable[[str | None, str | None], bool] = lambda _text, _action: False
        self.tamper: Callable[[Sequence[Reply]], Sequence[Reply]] = lambda replies: replies
        self.workflow = True
        self._world = world
        self._wire = Wire()
        channels: Any = world.deliver_.channels
        channels[name] = self._wire

    def conversation(self, customer: str) -> str:
        return conversation_id(self.name, CANARY_ACCOUNT, customer)

    def write(
        self,
        customer: str,
        message_id: str,
        language: str,
        *,
        text: str | None = None,
        action: str | None = None,
    ) -> None:
        if self.refuses(text, action):
            what = "the webhook"
            raise NotServedError(what, 503)
        world = self._world
        now = world.clock.now()
        world.take(
            InboundMessage(
                channel=self.name,
                account=CANARY_ACCOUNT,
                event_id=message_id,
                position=int(now * 1000),
                sender=Sender((customer,), locale=language),
                kind=Kind.ACTION if action else Kind.TEXT,
                occurred_at=now,
                received_at=now,
                text=text,
                action=action,
            )
        )
        world.deliver()
        if self.workflow:
            try:
                world.ask_agents.ask(self.conversation(customer))
            except HandrailError:
                return  # a workflow that fails leaves it to the sweep

    def replies(self, customer: str, after: int) -> Sequence[Reply]:
        address = Address(self.name, CANARY_ACCOUNT, (customer,))
        conversation = self.conversation(customer)
        got = [
            reply_of(render(address, message))
            for message in self._wire.got
            if message.conversation == conversation and message.sequence > after
        ]
        return self.tamper(got)


class MemoryDesk:
    """The desk API without the wire; `refuses` names actions that are not granted."""

    def __init__(self, world: World) -> None:
        self.refuses: set[str] = set()
        self.tamper: Callable[[str, dict[str, Any]], dict[str, Any]] = lambda _, answer: answer
        self._world = world
        self._api = DeskApi(world.desk)

    def read(self, escalation: str) -> Mapping[str, Any]:
        return self._ask("GET", escalation, "", b"")

    def act(self, escalation: str, action: str, fields: Mapping[str, Any]) -> Mapping[str, Any]:
        answer = self._ask("POST", escalation, f"/{action}", json.dumps(fields).encode())
        self._world.deliver()
        return answer

    def _ask(self, method: str, escalation: str, action: str, body: bytes) -> dict[str, Any]:
        if action.removeprefix("/") in self.refuses:
            raise NotServedError(action, 503, "unavailable")
        path = f"/v1/desk/escalations/{escalation}{action}"
        response = self._api.respond(Request(method, path, body=body))
        answer = json.loads(response.body)
        if response.status != 200:
            raise NotServedError(action, response.status, answer["error"])
        return self.tamper(action.removeprefix("/"), answer)


class CanaryWorld:
    """The memory world with a canary in it, and a sweep every minute of its clock."""

    def __init__(
        self,
        *,
        channels: Sequence[str] = ("direct", "web"),
        languages: Sequence[str] = ("en",),
        promises: Promises | None = None,
    ) -> None:
        self.world = World(promises or Promises())
        self.doors = {name: MemoryDoor(self.world, name) for name in ("direct", "web")}
        self.desk = MemoryDesk(self.world)
        self.notebook = MemoryNotebook()
        self.sweeps = True
        self._swept_at = self.world.clock.now()
        numbers = itertools.count(1)
        self.canary = Canary(
            doors=self.doors,
            channels=channels,
            desk=self.desk,
            notebook=self.notebook,
            languages=languages,
            questions={},
            catalogue=CATALOGUE,
            clock=self.world.clock,
            pause=self.pass_time,
            promises=self.world.promises,
            zone=UTC,
            new_id=lambda: f"canary-{next(numbers)}",
        )

    def pass_time(self, seconds: float) -> None:
        """Let time pass, with the sweep in it."""
        clock = self.world.clock
        until = clock.now() + seconds
        while self._swept_at + SWEEP_EVERY_SECONDS <= until:
            self._swept_at += SWEEP_EVERY_SECONDS
            clock.advance(max(0.0, self._swept_at - clock.now()))
            if self.sweeps:
                self.world.sweep()
        clock.advance(max(0.0, until - clock.now()))

    def run(self) -> tuple[Tried, Tried]:
        """Run once: what came of the customer who waits, and of the one who is served."""
        waiting, served = self.canary.run(self.world.clock.now() + RUN_SECONDS)
        return waiting, served

    def run_for(self, seconds: float, every: float = EVERY_SECONDS) -> list[Tried]:
        """Run as the schedule does; what came of the customer who waits, each time."""
        until = self.world.clock.now() + seconds
        came = []
        while self.world.clock.now() < until:
            began = self.world.clock.now()
            came.append(self.run()[0])
            self.pass_time(max(0.0, began + every - self.world.clock.now()))
        return came


def steps(tried: Tried) -> set[str]:
    """Return the steps at which an expectation was not met."""
    return {str(failure.step) for failure in tried.failures}


def changed(**changes: Any) -> Callable[[Sequence[Reply]], Sequence[Reply]]:
    """Return a tampering that changes every message no agent wrote."""
    return lambda replies: [
        replace(reply, **changes) if reply.speaker != "agent" else reply for reply in replies
    ]
