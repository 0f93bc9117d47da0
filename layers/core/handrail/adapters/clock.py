"""The real time."""

import time


class SystemClock:
    """`application.ports.Clock` on this machine's clock."""

    def now(self) -> float:
        """Return the seconds since the epoch."""
        return time.time()
