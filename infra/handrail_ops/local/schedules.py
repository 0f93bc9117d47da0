"""Fires what the template schedules: `rate(...)` and `at(...)`, by this machine's clock.

`cron(...)` is understood too, but whoever runs a stack for an hour seldom waits for Monday: such a
schedule is announced and not fired.
"""

from __future__ import annotations

import datetime as dt
import re
import threading
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from handrail_ops.local.aws_processes import ACCOUNT, REGION
from handrail_ops.local.targets import Targets, require_target
from handrail_ops.local.template import TemplateError

_RATE: Final = re.compile(r"rate\((\d+)\s+(second|minute|hour|day)s?\)$")
_AT: Final = re.compile(r"at\((\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})\)$")
_UNIT_SECONDS: Final = {"second": 1, "minute": 60, "hour": 3600, "day": 86_400}


@dataclass(frozen=True, slots=True)
class Schedule:
    """What is delivered, where and how often. `period_seconds` None means once, at `first`."""

    name: str
    arn: str
    period_seconds: float | None
    first: float
    target_arn: str
    given_input: str | None
    is_rule: bool


def schedules_of(
    logical_id: str, arn: str, properties: Mapping[str, Any], now: float
) -> list[Schedule]:
    """The schedules that one rule or one schedule of the template stands for."""
    expression = properties.get("ScheduleExpression")
    if not expression or properties.get("State", "ENABLED").startswith("DISABLED"):
        return []
    targets: Sequence[Mapping[str, Any]] = properties.get("Targets") or [properties["Target"]]
    period, first = _times(logical_id, str(expression), now)
    if first is None:
        return []
    found = []
    for target in targets:
        require_target(logical_id, target["Arn"])
        found.append(
            Schedule(
                name=str(properties.get("Name", logical_id)),
                arn=arn,
                period_seconds=period,
                first=first,
                target_arn=target["Arn"],
                given_input=target.get("Input"),
                is_rule="Targets" in properties,
            )
        )
    return found


def _times(logical_id: str, expression: str, now: float) -> tuple[float | None, float | None]:
    if rate := _RATE.match(expression.strip()):
        # Seconds do not exist on AWS; they let a test shorten a schedule by a parameter.
        period = float(int(rate[1]) * _UNIT_SECONDS[rate[2]])
        return period, now + period
    if at := _AT.match(expression.strip()):
        return None, dt.datetime.fromisoformat(at[1]).replace(tzinfo=dt.UTC).timestamp()
    if expression.strip().startswith("cron("):
        return None, None
    message = f"{logical_id}: {expression!r} is no schedule; rate(), at() or cron() was expected"
    raise TemplateError(message)


class Scheduler:
    """Runs schedules until stopped, one thread for all."""

    def __init__(self, targets: Targets, on_problem: Callable[[str], None]) -> None:
        self._targets = targets
        self._on_problem = on_problem
        self._stopping = threading.Event()

    def start(self, schedules: Sequence[Schedule]) -> None:
        """Fire these schedules from now on."""
        if schedules:
            threading.Thread(
                target=self._run, args=(list(schedules),), name="schedules", daemon=True
            ).start()

    def stop(self) -> None:
        """Fire no more."""
        self._stopping.set()

    def _run(self, schedules: list[Schedule]) -> None:
        due = {index: schedule.first for index, schedule in enumerate(schedules)}
        while due:
            index = min(due, key=lambda number: due[number])
            if self._stopping.wait(max(0.0, due[index] - time.time())):
                return
            schedule = schedules[index]
            self._fire(schedule)
            if schedule.period_seconds is None:
                del due[index]
            else:
                # A machine that slept does not fire what it missed, and neither does AWS.
                due[index] = max(due[index] + schedule.period_seconds, time.time())

    def _fire(self, schedule: Schedule) -> None:
        event: Any = schedule.given_input
        if event is None:
            event = _scheduled_event(schedule)
        try:
            self._targets.deliver(schedule.target_arn, event)
        except Exception as error:  # noqa: BLE001 - one failed delivery must not end all schedules
            if not self._stopping.is_set():
                self._on_problem(f"schedule {schedule.name} could not be delivered: {error}")


def _scheduled_event(schedule: Schedule) -> dict[str, Any]:
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": "Scheduled Event",
        "source": "aws.events" if schedule.is_rule else "aws.scheduler",
        "account": ACCOUNT,
        "time": dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "region": REGION,
        "resources": [schedule.arn],
        "detail": {} if schedule.is_rule else "{}",
    }
