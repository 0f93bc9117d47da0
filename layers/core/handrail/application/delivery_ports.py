"""How far delivery of a conversation's outbox has come, apart from what is decided."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Progress:
    """How far delivery of a conversation has come."""

    sent: int = 0
    """The last sequence that is at rest: delivered or given up."""
    attempts: int = 0
    """How often the next row was put off, for the backoff."""
    died: int = 0
    """How often a redelivered hint got as far as the next row: what it dies of is that row."""
    tried_at: float = 0.0
    """When it last did: it may be at it still."""


class Deliveries(Protocol):
    """What delivery counts, in an item of its own: it never contends with a decision."""

    def progress(self, conversation: str) -> Progress:
        """Read how far delivery has come."""
        ...

    def delivered(self, conversation: str, sequence: int, receipts: Sequence[str]) -> None:
        """Record that a row was taken; recording it again changes nothing."""
        ...

    def put_off(
        self, conversation: str, sequence: int, until: float, taken: Sequence[str] = ()
    ) -> None:
        """Record that a row is to be tried again; `taken` are the ids of parts already taken."""
        ...

    def hold(self, conversation: str, sequences: Sequence[int], until: float) -> None:
        """Record when rows are due that wait behind one that is put off; none counts as tried."""
        ...

    def passed(self, conversation: str, sequence: int) -> None:
        """Record that a row was given up, in the decision that said so."""
        ...

    def tried(self, conversation: str, sequence: int, now: float) -> None:
        """Record that a row is being tried in a redelivered hint."""
        ...

    def lived(self, conversation: str, sequence: int) -> None:
        """Record that trying a row failed, but that nothing died of it."""
        ...
