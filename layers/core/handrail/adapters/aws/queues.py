"""The queues on SQS. A receipt counts, and nothing else does."""

import hashlib
import json
import uuid
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from handrail.adapters.aws.errors import asking
from handrail.domain.errors import UnavailableError
from handrail.domain.message import InboundMessage

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import SendMessageBatchRequestEntryTypeDef

BYTES_MAX = 1_000_000
"""SQS takes a mebibyte, for a message and for a batch; a little is kept back."""
_BATCH_MESSAGES_MAX = 10
_FAILURES_MAX = 2
"""After so many batches that failed the queue is taken to be away."""

TYPING = "typing"
"""What the body of a hint names that is for the indicator alone."""


class SqsInboundQueue:
    """`application.protocol_ports.InboundQueue` on a FIFO queue.

    A message's deduplication id names one reception of it: what `receive` sends again because no
    answer came, or the sweep because it was not sure, SQS may drop if the first was taken, and
    drops only then. A provider's own retry is another reception and always passes: whether it is
    a duplicate is the ledger's to say, which remembers for sixty days instead of five minutes.
    """

    def __init__(self, client: "SQSClient", queue_url: str) -> None:
        """Take a client and the queue."""
        self._client = client
        self._queue_url = queue_url

    def send(self, group: str, messages: Sequence[InboundMessage]) -> Sequence[InboundMessage]:
        """Enqueue messages of one group; return those of which no receipt came."""
        untaken, failure = self._attempt([(group, message) for message in messages])
        if failure is not None and len(untaken) == len(messages):
            raise failure
        return [message for _, message in untaken]

    def send_all(
        self, messages: Sequence[tuple[str, InboundMessage]]
    ) -> Sequence[tuple[str, InboundMessage]]:
        """Enqueue messages with their groups, ten at a time whosoever's they are.

        Of a group of which something was not taken, nothing that follows is sent either. When
        the queue fails again, all that is left goes the other way.
        """
        return self._attempt(messages)[0]

    def _attempt(
        self, messages: Sequence[tuple[str, InboundMessage]]
    ) -> tuple[list[tuple[str, InboundMessage]], UnavailableError | None]:
        """Return what was not taken, and the last failure of the queue."""
        bodies = [json.dumps(message.to_dict()) for _, message in messages]
        untaken: list[tuple[str, InboundMessage]] = []
        groups: set[str] = set()
        failure: UnavailableError | None = None
        failures = 0
        for indices in _batches(bodies):
            sent = [i for i in indices if messages[i][0] not in groups]
            taken: set[str] = set()
            if sent and failures < _FAILURES_MAX:
                try:
                    taken = self._send([(*messages[i], bodies[i]) for i in sent])
                except UnavailableError as error:
                    failure = error
                    failures += 1
            accepted = {i for place, i in enumerate(sent) if str(place) in taken}
            left = [messages[i] for i in indices if i not in accepted]
            untaken += left
            groups.update(group for group, _ in left)
        return untaken, failure

    def _send(self, batch: Sequence[tuple[str, InboundMessage, str]]) -> set[str]:
        entries: list[SendMessageBatchRequestEntryTypeDef] = [
            {
                "Id": str(place),
                "MessageBody": body,
                "MessageGroupId": group,
                "MessageDeduplicationId": _reception(group, message),
            }
            for place, (group, message, body) in enumerate(batch)
        ]
        with asking("enqueue what came in"):
            answer = self._client.send_message_batch(QueueUrl=self._queue_url, Entries=entries)
        return {entry["Id"] for entry in answer.get("Successful", ()) if entry.get("MessageId")}


def _batches(bodies: Sequence[str]) -> Iterator[list[int]]:
    """Yield the indices of what fits into one batch, in order."""
    batch: list[int] = []
    size = 0
    for index, body in enumerate(bodies):
        if batch and (len(batch) == _BATCH_MESSAGES_MAX or size + len(body) > BYTES_MAX):
            yield batch
            batch, size = [], 0
        batch.append(index)
        size += len(body)  # ASCII: a character is a byte
    if batch:
        yield batch


def _reception(group: str, message: InboundMessage) -> str:
    parts = (
        group,
        message.channel,
        message.account,
        message.event_id,
        repr(message.received_at),
    )
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "replace")).hexdigest()


class SqsOutboundQueue:
    """`application.protocol_ports.OutboundQueue` on a FIFO queue, a group per conversation."""

    def __init__(self, client: "SQSClient", queue_url: str) -> None:
        """Take a client and the queue."""
        self._client = client
        self._queue_url = queue_url

    def kick(self, conversation: str) -> None:
        """Ask for a conversation's outbox to be delivered.

        Every hint is its own: one that SQS took for a copy of an earlier one, whose delivery has
        read the outbox already, would leave a new row to the sweep.
        """
        with asking("ask for delivery"):
            answer = self._client.send_message(
                QueueUrl=self._queue_url,
                MessageBody=json.dumps({"conversation": conversation}),
                MessageGroupId=conversation,
                MessageDeduplicationId=uuid.uuid4().hex,
            )
        _receipt(answer, "ask for delivery")


class SqsTypingHints:
    """`application.ports.TypingHints`, on the queue in front of `deliver`.

    Each in a group of its own: it neither waits for a delivery nor holds one up.
    """

    def __init__(self, client: "SQSClient", queue_url: str) -> None:
        """Take a client and the queue."""
        self._client = client
        self._queue_url = queue_url

    def show(self, conversation: str, event_id: str) -> None:
        """Ask for the indicator."""
        with asking("ask for the typing indicator"):
            self._client.send_message(
                QueueUrl=self._queue_url,
                MessageBody=json.dumps({"conversation": conversation, TYPING: event_id}),
                MessageGroupId=f"{conversation}/{TYPING}",
                MessageDeduplicationId=uuid.uuid4().hex,
            )


class SqsAgentsQueue:
    """`application.protocol_ports.AgentsQueue` on a standard queue with fair groups."""

    def __init__(self, client: "SQSClient", queue_url: str) -> None:
        """Take a client and the queue."""
        self._client = client
        self._queue_url = queue_url

    def push(self, message: Mapping[str, Any], group: str) -> str:
        """Put an escalation before the agents and return the message's id."""
        with asking("ask the agents"):
            answer = self._client.send_message(
                QueueUrl=self._queue_url, MessageBody=_fitting(message), MessageGroupId=group
            )
        return _receipt(answer, "ask the agents")


def _fitting(message: Mapping[str, Any]) -> str:
    """Return the message as JSON, without the oldest of its transcript if it is too large.

    The desk has the whole transcript; what must arrive is that a customer waits.
    """
    body = json.dumps(message)
    if len(body) <= BYTES_MAX:
        return body
    lines = list(message.get("transcript", ()))
    sizes = [len(json.dumps(line)) + len(", ") for line in lines]
    over = len(body) - BYTES_MAX
    cut = 0
    while over > 0 and cut < len(lines):
        over -= sizes[cut]
        cut += 1
    return json.dumps({**message, "transcript": lines[cut:]})


def _receipt(answer: Mapping[str, Any], what: str) -> str:
    receipt = answer.get("MessageId")
    if not isinstance(receipt, str) or not receipt:
        message = f"could not {what}: the queue gave no receipt"
        raise UnavailableError(message)
    return receipt
