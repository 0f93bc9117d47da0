"""Whether what an agent writes reaches the customer, and for how much longer: what to say when.

Some messengers let a company write only for a while after the customer's last message, and every
customer may tell us to stop. An agent should learn of either before writing, and only once.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

WARN_SECONDS: Final = (3_600.0, 600.0)
"""How long before the end it is said again."""
_HOUR_SECONDS: Final = 3_600
_STOPPED: Final = "The customer told us to stop: what you write does not arrive until they resume."
_RESUMED: Final = "The customer lets us write again."
_CLOSED: Final = (
    "This channel's window has closed: what you write waits until the customer writes again"
)


class Reach:
    """What is known of one customer's reach, and what of it was said already."""

    def __init__(self) -> None:
        """Know nothing yet."""
        self._stopped = False
        self._until: float | None = None
        self._said = -1
        """How far the warnings have come: 0 says until when, then each of them, then the end."""

    def heard(self, answer: Mapping[str, Any], now: float) -> str | None:
        """Return what the agent is to be told after an answer of the desk's, if anything."""
        notes = [self._of_stopping(answer), self._of_window(answer, now)]
        return "\n".join(note for note in notes if note) or None

    def _of_stopping(self, answer: Mapping[str, Any]) -> str | None:
        stopped = answer.get("stopped") is True
        if stopped == self._stopped:
            return None
        self._stopped = stopped
        return _STOPPED if stopped else _RESUMED

    def _of_window(self, answer: Mapping[str, Any], now: float) -> str | None:
        told = answer.get("reply_until")
        until = float(told) if isinstance(told, int | float) else None
        if until != self._until:
            # The customer wrote, which is said only to who was warned.
            warned = self._said > 0
            self._until, self._said = until, -1 if warned or self._until is None else 0
        if until is None:
            return None
        left = until - now
        stage = len(WARN_SECONDS) + 1 if left <= 0 else sum(left <= one for one in WARN_SECONDS)
        if stage <= self._said:
            return None
        self._said = stage
        if left <= 0:
            return f"{_CLOSED} (it was open until {_moment(until, now)})."
        return f"You can write to this customer until {_moment(until, now)}, for {_span(left)}."


def _moment(at: float, now: float) -> str:
    moment = datetime.fromtimestamp(at, UTC).astimezone()
    today = datetime.fromtimestamp(now, UTC).astimezone().date()
    return moment.strftime("%H:%M" if moment.date() == today else "%Y-%m-%d %H:%M")


def _span(seconds: float) -> str:
    minutes = int(seconds // 60)
    if seconds < 2 * _HOUR_SECONDS:
        return f"{max(minutes, 1)} min"
    hours = minutes // 60
    return f"{hours} h" if hours < 48 else f"{hours // 24} days"  # noqa: PLR2004
