"""Sending no faster than a provider takes it, so that it need not refuse.

A refusal costs a customer up to a minute, because what waits is brought by the sweep; a short
sleep costs the second that the provider asks for. So a process remembers what it sent, sleeps
while that is short, and lets the row wait where it would be long. What other processes send it
does not know: for one customer there is but one at a time, and of an account's limit the
provider's refusal remains the judge.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

SLEEP_SECONDS_MAX: Final = 3.0
"""What is slept for one part; a longer wait is the row's."""
SLEPT_SECONDS_MAX: Final = 6.0
"""What is slept for one customer within a minute: a function has 30 seconds for all it sends."""
_MINUTE_SECONDS: Final = 60.0
_KEPT_MAX: Final = 2_000


@dataclass(frozen=True, slots=True)
class Rate:
    """One message in so many seconds lasts; a burst may borrow from later."""

    seconds: float
    burst: int = 1


@dataclass(frozen=True, slots=True)
class Pace:
    """What a provider takes: to one customer, and of one account; None where it sets no limit."""

    pair: Rate | None = None
    account: Rate | None = None


@dataclass(slots=True)
class _Sent:
    """What was sent under one limit."""

    paid_at: float = 0.0
    """When all that was sent will have been paid for at the lasting rate."""
    slept: float = 0.0
    slept_since: float = 0.0


class Pacer:
    """Remembers what this process sent. Shared between threads."""

    def __init__(
        self,
        sleep: Callable[[float], None] = time.sleep,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        """Start with nothing sent."""
        self._sleep = sleep
        self._now = now
        self._sent: dict[tuple[str, ...], _Sent] = {}
        self._lock = threading.Lock()

    def wait(self, pace: Pace, account: tuple[str, ...], customer: str) -> float:
        """Wait until a message may go, and count it; or return after how long it may.

        0.0 says that it may go now. Otherwise nothing was counted: the message has to wait.
        """
        now = self._now()
        with self._lock:
            limits = [
                (rate, self._of(key, now))
                for rate, key in ((pace.pair, (*account, customer)), (pace.account, account))
                if rate is not None
            ]
            pause = max([0.0, *(_pause(rate, sent, now) for rate, sent in limits)])
            if pause > 0 and not _is_short(pause, limits[0][1], now):
                return pause
            for rate, sent in limits:
                sent.paid_at = max(sent.paid_at, now) + rate.seconds
        if pause > 0:
            self._sleep(pause)
        return 0.0

    def obey(self, account: tuple[str, ...], customer: str, seconds: float) -> bool:
        """Sleep as long as a provider asks, if that is short; False when it is the row's."""
        now = self._now()
        with self._lock:
            if not _is_short(seconds, self._of((*account, customer), now), now):
                return False
        self._sleep(seconds)
        return True

    def _of(self, key: tuple[str, ...], now: float) -> _Sent:
        if key not in self._sent and len(self._sent) >= _KEPT_MAX:
            self._sent = {one: sent for one, sent in self._sent.items() if sent.paid_at > now}
        return self._sent.setdefault(key, _Sent())


def _pause(rate: Rate, sent: _Sent, now: float) -> float:
    """Return how long until one more fits into a burst."""
    return sent.paid_at - now - (rate.burst - 1) * rate.seconds


def _is_short(pause: float, sent: _Sent, now: float) -> bool:
    """Tell whether a pause may be slept, and count it if so."""
    if now - sent.slept_since > _MINUTE_SECONDS:
        sent.slept, sent.slept_since = 0.0, now
    if pause > SLEEP_SECONDS_MAX or sent.slept + pause > SLEPT_SECONDS_MAX:
        return False
    sent.slept += pause
    return True
