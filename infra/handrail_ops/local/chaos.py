"""Where faults can be put between the processes of the stack.

The stack itself is well behaved. A replay with faults gives it an object of this protocol, which
is asked at each place where the real services lose, repeat or break something.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from handrail_ops.local.invocations import Outcome

Message = Mapping[str, Any]


class Chaos(Protocol):
    """Asked before and after each delivery; `Calm` is the answer of a day without faults."""

    def deliveries(self, queue: str, messages: Sequence[Message]) -> Sequence[Sequence[Message]]:
        """The batches that are delivered for the messages that one receive returned.

        `[messages]` is normal; `[]` loses the delivery, so that they come back when their
        visibility timeout is over; `[messages, messages]` delivers them twice.
        """

    def kill_after_seconds(self, function: str) -> float | None:
        """How long after an invocation begins its worker is killed; None leaves it alone."""

    def outcome(self, function: str, outcome: Outcome) -> Outcome:
        """The outcome as the caller sees it.

        Another than the one given loses the answer of work that was done.
        """


class Calm:
    """No faults."""

    def deliveries(self, queue: str, messages: Sequence[Message]) -> Sequence[Sequence[Message]]:
        """Deliver once."""
        del queue
        return [messages]

    def kill_after_seconds(self, function: str) -> float | None:
        """Kill nobody."""
        del function
        return None

    def outcome(self, function: str, outcome: Outcome) -> Outcome:
        """Change nothing."""
        del function
        return outcome
