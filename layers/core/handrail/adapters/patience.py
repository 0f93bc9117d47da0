"""Waits for a library no longer than there is time, whatever the library thinks of timeouts.

Socket timeouts bound each read, not the whole; a server that sends a byte a second keeps a client
for ever. The work runs in a daemon thread, and the caller leaves when its time is over.
"""

import threading
from collections.abc import Callable
from typing import Final, TypeVar

from handrail.domain.errors import UnavailableError

T = TypeVar("T")

WORKERS_MAX: Final = 16
"""Threads that may be waiting for slow services at once, in a process."""

_workers: Final = threading.BoundedSemaphore(WORKERS_MAX)


def within(seconds: float, what: str, work: Callable[[], T]) -> T:
    """Return what the work returns, or raise what it raises, if that is in time.

    Work that is given up goes on in its thread until its own, longer, limits end it: it must
    change nothing that the caller can see.

    Raises:
        UnavailableError: there was no answer in time, or too much is being waited for already.

    """
    late = f"{what} did not answer within {max(seconds, 0):.1f} s"
    if seconds <= 0 or not _workers.acquire(timeout=seconds):
        raise UnavailableError(late)
    done = threading.Event()
    results: list[T] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            results.append(work())
        except BaseException as error:  # noqa: BLE001 - it is raised again where the caller waits
            errors.append(error)
        finally:
            _workers.release()
            done.set()

    threading.Thread(target=run, name=f"within:{what}", daemon=True).start()
    if not done.wait(seconds):
        raise UnavailableError(late)
    if errors:
        raise errors[0]
    return results[0]
