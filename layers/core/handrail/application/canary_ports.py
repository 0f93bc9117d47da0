"""What the canary asks of the world: doors to write through, a desk to serve at, a notebook.

Everything a customer or an agent would do goes over the real HTTP routes; only the notebook is the
canary's own. Whatever a door or the desk answers other than yes is a `NotServedError`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from handrail.domain.errors import HandrailError


class NotServedError(HandrailError):
    """A request of the canary's was not granted; says by what it was answered."""

    def __init__(self, what: str, status: int, code: str = "") -> None:
        """Name the request, the HTTP status (0 for no answer) and the refusal's own name."""
        answer = f"{status} {code}".strip() if status else "nothing"
        super().__init__(f"{what} was answered with {answer}")
        self.status = status
        self.code = code


@dataclass(frozen=True, slots=True)
class Reply:
    """A message as the canary got it."""

    sequence: int
    speaker: str
    """`bot`, `status` or `agent`."""
    text: str
    language: str
    actions: tuple[str, ...]
    """The ids of its buttons."""
    sent_at: float
    """When it was decided."""


class Door(Protocol):
    """A channel as its customers reach it."""

    name: str

    def conversation(self, customer: str) -> str:
        """Return the id of a customer's conversation."""
        ...

    def write(
        self,
        customer: str,
        message_id: str,
        language: str,
        *,
        text: str | None = None,
        action: str | None = None,
    ) -> None:
        """Write, or press a button; returns once the door has acknowledged it.

        Raises:
            NotServedError: it was not acknowledged.

        """
        ...

    def replies(self, customer: str, after: int) -> Sequence[Reply]:
        """Return what the customer has got after a sequence, in order.

        Raises:
            NotServedError: it cannot be read.

        """
        ...


class DeskDoor(Protocol):
    """The desk API, over HTTP and signed."""

    def read(self, escalation: str) -> Mapping[str, Any]:
        """Return where a request stands, and its transcript.

        Raises:
            NotServedError: it was not granted.

        """
        ...

    def act(self, escalation: str, action: str, fields: Mapping[str, Any]) -> Mapping[str, Any]:
        """Claim, see, write or resolve.

        Raises:
            NotServedError: it was not granted.

        """
        ...


class Purpose(StrEnum):
    """What a synthetic customer is there to prove."""

    CLAIMED = "claimed"
    """That whoever asks reaches a person, and gets that person's words."""
    UNCLAIMED = "unclaimed"
    """That whoever is not claimed hears from us at every stage, and people are asked."""


@dataclass(frozen=True, slots=True)
class Case:
    """One synthetic customer, until its request has ended."""

    customer: str
    """Random, so that it is nobody else's."""
    channel: str
    language: str
    purpose: Purpose
    began_at: float
    reported: tuple[str, ...] = ()
    """The steps at which a failure of this customer has been reported before."""


class Notebook(Protocol):
    """What the canary must know of earlier runs."""

    def next(self, counter: str) -> int:
        """Count one on and return the new number; the first is 1.

        Raises:
            UnavailableError: it may or may not have been counted.

        """
        ...

    def open_cases(self) -> Sequence[Case]:
        """Return the customers whose requests are not known to have ended, oldest first."""
        ...

    def keep(self, case: Case) -> None:
        """Write a case down, in the place of what was written of it."""
        ...

    def close(self, case: Case) -> None:
        """Strike a case out."""
        ...
