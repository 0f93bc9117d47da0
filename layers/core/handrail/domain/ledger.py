"""What came in and counts: the rows of the ledger. A row is written once, in a decision."""

from dataclasses import dataclass
from enum import StrEnum


class Handling(StrEnum):
    """What a decision did with a message."""

    ANSWERED = "answered"
    """The bot, or a phrase of ours, answered it."""
    FOR_PERSON = "for_person"
    """It is a person's: it asks for one, or waits to be seen by one."""
    NOTED = "noted"
    """Nothing to answer: a reaction, a deletion."""
    NOTICE = "notice"
    """Handrail's own word to the agent: a message could not be delivered."""


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One message that counts. `entry` numbers the rows of a conversation in commit order."""

    entry: int
    event_id: str
    position: int
    handling: Handling
