"""Plays recorded messages through a stack, waits until it is at rest, and judges."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Protocol

from handrail.domain.errors import UnavailableError
from handrail_ops.replay.agents import Agents
from handrail_ops.replay.audit import Audit, Found
from handrail_ops.replay.customers import Customers
from handrail_ops.replay.http import Http, SignedHttp
from handrail_ops.replay.journal import Journal, Tally
from handrail_ops.replay.receiver import CallbackReceiver
from handrail_ops.replay.target import ACCOUNT, Target
from handrail_ops.replay.verdict import Verdict, judge
from handrail_ops.replay.weather import Weather

_LOOK_SECONDS = 0.5
_QUIET_LOOKS = 3
"""How often in a row nothing may be found before everything counts as at rest."""
_AUDIT_ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class Pace:
    """How a replay is played."""

    customers_at_once: int
    agents: int
    patience_seconds: float
    """How long one customer keeps the next one waiting, at most."""
    rest_seconds: float
    """How long everything may take to come to rest, at most."""
    use_language: bool = True


@dataclass(frozen=True, slots=True)
class Outcome:
    """A replay's verdict and what else there is to tell."""

    verdict: Verdict
    seconds: float
    rest_seconds: float
    unrest: dict[str, int]
    """What had not come to rest in time, by kind."""
    ended: dict[str, int]
    """How the agents let go, and how often."""
    faults: dict[str, int]
    strangers: int = 0
    """Callbacks for customers that this replay does not have."""


class Progress(Protocol):
    """Told how far the replay has come."""

    def show(self, phase: str, tally: Tally, unrest: dict[str, int]) -> None:
        """Show where it stands."""
        ...


def play(
    target: Target,
    journal: Journal,
    receiver: CallbackReceiver,
    weather: Weather,
    pace: Pace,
    run: str,
    progress: Progress,
) -> Outcome:
    """Play every customer of the journal against a running stack, and judge what came of it."""
    started = time.monotonic()
    receiver.trust(target.secret)
    with ExitStack() as cleanup:
        agents = _hire(target, weather, pace, run)
        if agents is not None:
            agents.start()
            # Stopped below when all is at rest; stopping twice does no harm.
            cleanup.callback(agents.stop)
        weather.begin(target)
        cleanup.callback(weather.end)
        repeated = _let_customers_write(target, journal, weather, pace, progress)
        weather.end()
        rest_started = time.monotonic()
        audit = _audit(target)
        unrest = _come_to_rest(audit, journal, pace, progress)
        rested = time.monotonic()
        if agents is not None:
            agents.stop()
        found = _read(audit, [customer.conversation for customer in journal.customers])
    log = agents.log if agents is not None else None
    verdict = judge(journal.customers, found, log, unsigned=journal.unsigned)
    faults = weather.counts()
    if faults:
        faults["webhook_repeated"] = repeated
        if log is not None:
            faults["agent_vanished"] = log.vanished
            faults["agent_returned"] = log.returned
            faults["agent_returned_too_late"] = log.fenced
    return Outcome(
        verdict=verdict,
        seconds=rested - started,
        rest_seconds=rested - rest_started,
        unrest=unrest,
        ended=dict(log.ended) if log is not None else {},
        faults=faults,
        strangers=journal.strangers,
    )


def _hire(target: Target, weather: Weather, pace: Pace, run: str) -> Agents | None:
    if target.agents_queue is None or target.credentials is None or not pace.agents:
        return None
    http = Http(target.url, pace.agents)
    desk = SignedHttp(http, target.credentials, target.region)
    return Agents(
        desk,
        target.sqs,
        target.agents_queue,
        count=pace.agents,
        run=run,
        temper=weather.temper,
    )


def _let_customers_write(
    target: Target, journal: Journal, weather: Weather, pace: Pace, progress: Progress
) -> int:
    customers = Customers(
        Http(target.url, pace.customers_at_once),
        ACCOUNT,
        target.secret,
        use_language=pace.use_language,
        patience_seconds=pace.patience_seconds,
        habit=weather.habit,
    )
    failed: list[BaseException] = []

    def write() -> None:
        try:
            customers.play(journal.customers, pace.customers_at_once, journal.acked)
        except BaseException as error:  # noqa: BLE001 - told below, in the thread that waits
            failed.append(error)

    thread = threading.Thread(target=write, name="customers", daemon=True)
    thread.start()
    try:
        while thread.is_alive():
            thread.join(_LOOK_SECONDS)
            progress.show("playing", journal.tally(), {})
    finally:
        customers.stop()
    if failed:
        raise failed[0]
    return customers.repeated


def _audit(target: Target) -> Audit | None:
    if target.table is None:
        return None
    return Audit(target.dynamodb, target.table, target.sqs, target.queues)


def _come_to_rest(
    audit: Audit | None, journal: Journal, pace: Pace, progress: Progress
) -> dict[str, int]:
    """Wait until nothing is due any more; return what still is when the time is over."""
    deadline = time.monotonic() + pace.rest_seconds
    quiet = 0
    while True:
        unrest = _unrest(audit, journal)
        progress.show("coming to rest", journal.tally(), unrest)
        quiet = 0 if unrest else quiet + 1
        if quiet >= _QUIET_LOOKS or time.monotonic() > deadline:
            return unrest
        time.sleep(_LOOK_SECONDS)


def _unrest(audit: Audit | None, journal: Journal) -> dict[str, int]:
    if audit is None:
        tally = journal.tally()
        return {"waiting": tally.sent - tally.settled} if tally.settled < tally.sent else {}
    try:
        return audit.unrest()
    except UnavailableError:
        return {"unreadable": 1}


def _read(audit: Audit | None, conversations: Sequence[str]) -> dict[str, Found] | None:
    if audit is None:
        return None
    return _again(lambda: audit.read(conversations))


def _again(read: Callable[[], dict[str, Found]]) -> dict[str, Found]:
    for _ in range(_AUDIT_ATTEMPTS - 1):
        try:
            return read()
        except UnavailableError:
            time.sleep(_LOOK_SECONDS)
    return read()
