"""A clock that stands still until it is moved: tests and simulations do not wait."""

from dataclasses import dataclass


@dataclass(slots=True)
class ManualClock:
    """`application.ports.Clock`, moved by hand. It never goes back."""

    time: float = 1_800_000_000.0

    def now(self) -> float:
        """Return the time."""
        return self.time

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self.set(self.time + seconds)

    def set(self, moment: float) -> None:
        """Go to a moment.

        Raises:
            ValueError: the moment is past.

        """
        if moment < self.time:
            message = f"time does not go back: it is {self.time}, not yet {moment} again"
            raise ValueError(message)
        self.time = moment
