"""What the table says in the end: the authority, not the wire, knows what became of everybody."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from handrail.adapters.aws.agenda import DynamoAgenda
from handrail.adapters.aws.conversations import DynamoConversations
from handrail.adapters.aws.escalations import DynamoEscalations
from handrail.application.protocol_ports import SentRow
from handrail.domain.conversation import Conversation
from handrail.domain.decision import Ending

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_sqs import SQSClient

_READERS = 8
_DUE_MAX = 1_000
_EVER = 1e11
"""A moment that nothing is due after: the year 5138."""


@dataclass(frozen=True, slots=True)
class Found:
    """What the table holds of one conversation."""

    conversation: Conversation | None = None
    ledger: frozenset[str] = frozenset()
    """The ids of the messages that are decided."""
    rows: tuple[SentRow, ...] = ()
    endings: tuple[Ending | None, ...] = ()
    """How each request for a person ended, the first one first; None for one that is open."""


class Audit:
    """Reads the table and the queues of a stack."""

    def __init__(
        self, dynamodb: DynamoDBClient, table: str, sqs: SQSClient, queues: Sequence[str]
    ) -> None:
        """Take clients, the table's name and the URLs of the queues that must run empty."""
        self._conversations = DynamoConversations(dynamodb, table)
        self._escalations = DynamoEscalations(dynamodb, table)
        self._agenda = DynamoAgenda(dynamodb, table)
        self._sqs = sqs
        self._queues = queues

    def unrest(self) -> dict[str, int]:
        """Count what is not at rest, by kind; empty when all is."""
        counts: dict[str, int] = {}
        for due in self._agenda.due(_EVER, _DUE_MAX):
            counts[str(due.kind)] = counts.get(str(due.kind), 0) + 1
        queued = sum(self._length(url) for url in self._queues)
        if queued:
            counts["queued"] = queued
        return counts

    def read(self, conversations: Sequence[str]) -> dict[str, Found]:
        """Read everything of these conversations."""
        with ThreadPoolExecutor(max_workers=_READERS) as pool:
            return dict(zip(conversations, pool.map(self.found, conversations), strict=True))

    def found(self, conversation: str) -> Found:
        """Read everything of one conversation."""
        current = self._conversations.load(conversation)
        if current is None:
            return Found()
        entries = self._conversations.entries(conversation)
        return Found(
            conversation=current,
            ledger=frozenset(entry.body.event_id for entry in entries),
            rows=tuple(self._conversations.rows(conversation)),
            endings=tuple(
                self._escalations.ending(f"{conversation}-{number}")
                for number in range(1, current.escalations + 1)
            ),
        )

    def _length(self, url: str) -> int:
        found = self._sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        return (
            int(found["ApproximateNumberOfMessages"])
            + int(found["ApproximateNumberOfMessagesNotVisible"])
            + int(found["ApproximateNumberOfMessagesDelayed"])
        )
