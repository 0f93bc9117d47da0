"""Which faults happen, how often, and when whole services are away.

Read by the replay and by every worker, so it imports next to nothing. Where a fault strikes
depends on how threads happen to run; what kinds there are, how often, and when a service is away
follows from the seed alone.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

DIRECTORY_VARIABLE: Final = "HANDRAIL_FAULTS_DIRECTORY"
"""Names the folder in which replay and workers meet."""
SEED_VARIABLE: Final = "HANDRAIL_FAULTS_SEED"
BEGUN_FILE: Final = "begun"
"""Holds the moment at which faults began; without it there are none yet."""
ENDED_FILE: Final = "ended"
"""Once it is there, no fault happens any more."""
COUNTS_FILE: Final = "counts"
"""One line for each fault that happened in a worker."""

CRASH_STATUS: Final = 70


class Fault(StrEnum):
    """What can happen to one AWS call of a worker."""

    THROTTLED = "throttled"
    SERVER_ERROR = "server_error"
    NO_CONNECTION = "no_connection"
    ANSWER_LOST = "answer_lost"
    """The call had its effect; the caller hears a timeout."""
    ANSWER_LOST_BELOW = "answer_lost_below_retries"
    """The same below botocore's retries: the call is made twice."""
    SLOW = "slow"
    CRASH_BEFORE = "crash_before_call"
    CRASH_AFTER = "crash_after_call"


CALL_RATES: Final[dict[Fault, float]] = {
    Fault.THROTTLED: 0.008,
    Fault.SERVER_ERROR: 0.004,
    Fault.NO_CONNECTION: 0.004,
    Fault.ANSWER_LOST: 0.006,
    Fault.SLOW: 0.004,
    Fault.CRASH_BEFORE: 0.001,
    Fault.CRASH_AFTER: 0.001,
}
"""How often each fault happens to a call, apart from `ANSWER_LOST_BELOW`, which is drawn per try.

An answered turn makes some thirty calls: every third meets a fault, and one in twenty a crash.
"""
ANSWER_LOST_BELOW_RATE: Final = 0.006
SLOW_SECONDS: Final = (0.5, 3.0)


class Outage(StrEnum):
    """A service that is away as a whole, for a while."""

    MODEL = "model_away"
    MODEL_SLOW = "model_slow"
    WORKFLOWS = "workflows_away"
    AGENTS_QUEUE = "agents_queue_away"
    INBOUND_QUEUE = "inbound_queue_away"
    OUTBOUND_QUEUE = "outbound_queue_away"
    CALLBACKS = "callbacks_away"
    TABLE = "table_away"


_PERIOD_SECONDS: Final = 9.0
_LENGTH_SECONDS: Final = 4.0
MODEL_SLOW_SECONDS: Final = 18.0
"""More than the turn gives the model."""


def outage_at(seed: int, elapsed_seconds: float) -> Outage | None:
    """Return what is away so many seconds after the faults began.

    Each round takes every outage once, in an order of its own; one lasts four seconds of nine.
    """
    if elapsed_seconds < 0:
        return None
    period, into = divmod(elapsed_seconds, _PERIOD_SECONDS)
    if into >= _LENGTH_SECONDS:
        return None
    kinds = list(Outage)
    round_, place = divmod(int(period), len(kinds))
    draw = random.Random(f"outages/{seed}/{round_}")  # noqa: S311 - repeatable, not secret
    draw.shuffle(kinds)
    return kinds[place]


@dataclass(frozen=True, slots=True)
class Edges:
    """How often something goes wrong outside the functions."""

    delivery_lost: float = 0.01
    """A queue's batch is received and never handled: it comes back after its visibility."""
    delivery_twice: float = 0.03
    delivery_late: float = 0.03
    """A message is delivered again, half a minute later, as a redrive would."""
    groups_shuffled: float = 0.5
    worker_killed: float = 0.008
    outcome_lost: float = 0.006
    """A function did its work; whoever invoked it hears that it died."""
    webhook_twice: float = 0.05
    webhook_late: float = 0.05
    callback_500: float = 0.02
    callback_429: float = 0.02
    callback_gateway: float = 0.015
    """502: taken, but the answer says that nobody knows."""
    callback_unanswered: float = 0.008
    """Taken, and no answer before the caller gives up."""
    callback_slow: float = 0.02
    agent_vanishes: float = 0.12
    agent_returns: float = 0.7
    """Of those who vanished."""


EDGES: Final = Edges()
