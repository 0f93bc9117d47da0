"""Stops asking a service that keeps failing, so that customers do not wait for what will not come.

A service that is down costs every turn its whole deadline; an open breaker says so at once, and
the turn takes the other way. State lives in one process: a fleet of them learns in parallel, each
after a few failures, which needs no shared store and cannot fail itself.
"""

import threading
from collections.abc import Callable
from typing import Final, TypeVar

from handrail.domain.errors import UnavailableError

T = TypeVar("T")


class CircuitBreaker:
    """Open after `failures_max` failures in a row; after `open_seconds` one call may try again."""

    def __init__(
        self,
        name: str,
        clock: Callable[[], float],
        *,
        failures_max: int = 5,
        open_seconds: float = 30.0,
    ) -> None:
        """Make a closed breaker; `clock` returns seconds that never go back."""
        self._name: Final = name
        self._clock: Final = clock
        self._failures_max: Final = failures_max
        self._open_seconds: Final = open_seconds
        self._lock: Final = threading.Lock()
        self._failures = 0
        self._opened_at = 0.0
        self._probing = False

    @property
    def is_open(self) -> bool:
        """Say whether calls are refused now."""
        with self._lock:
            return self._refuses()

    def call(self, work: Callable[[], T]) -> T:
        """Do the work, and remember whether the service failed.

        Only `UnavailableError` counts as its failure: any other error is ours or the caller's.

        Raises:
            UnavailableError: the breaker is open, or the work raised it.

        """
        with self._lock:
            if self._refuses():
                message = (
                    f"{self._name} failed {self._failures} times in a row and is left alone"
                    f" for {self._open_seconds:.0f} s"
                )
                raise UnavailableError(message)
            self._probing = self._failures >= self._failures_max
        try:
            result = work()
        except UnavailableError:
            self._failed()
            raise
        except BaseException:
            with self._lock:
                self._probing = False
            raise
        with self._lock:
            self._failures, self._probing = 0, False
        return result

    def _refuses(self) -> bool:
        if self._failures < self._failures_max:
            return False
        return self._probing or self._clock() - self._opened_at < self._open_seconds

    def _failed(self) -> None:
        with self._lock:
            self._failures += 1
            self._opened_at = self._clock()
            self._probing = False
