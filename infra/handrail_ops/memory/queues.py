"""The queues in memory, with what of SQS the protocol has to live with.

A FIFO group is blocked while one of its messages is being worked on; a message that is not
finished in time is delivered again; one that was delivered too often becomes a dead letter; a
message sent again within five minutes is taken and not delivered.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count, groupby
from operator import itemgetter
from typing import Any, Generic, TypeVar

from handrail.application.ports import Clock
from handrail.domain.errors import UnavailableError
from handrail.domain.message import InboundMessage
from handrail_ops.memory.faults import Fault, no_fault, port_call

_T = TypeVar("_T")

_DEDUPLICATION_SECONDS = 300
_VISIBILITY_SECONDS = 90
_RECEIVES_MAX = 2


@dataclass(slots=True)
class Taken(Generic[_T]):
    """A message as a consumer gets it, and its handle."""

    number: int
    group: str
    body: _T
    receives: int = 0
    """How often it was handed out, this time included."""
    hidden_until: float = 0.0


@dataclass(slots=True)
class MemoryFifo(Generic[_T]):
    """A FIFO queue with its dead-letter queue."""

    clock: Clock
    visibility_seconds: float = _VISIBILITY_SECONDS
    receives_max: int = _RECEIVES_MAX
    dead: list[Taken[_T]] = field(default_factory=list)
    _groups: dict[str, list[Taken[_T]]] = field(default_factory=dict)
    _seen: dict[Hashable, float] = field(default_factory=dict)
    _numbers: "count[int]" = field(default_factory=lambda: count(1))

    def put(self, group: str, body: _T, deduplication: Hashable = None) -> None:
        """Enqueue at the end of a group, unless the same was sent within five minutes."""
        now = self.clock.now()
        if deduplication is not None:
            sent_at = self._seen.get(deduplication)
            if sent_at is not None and sent_at + _DEDUPLICATION_SECONDS > now:
                return
            self._seen[deduplication] = now
        self._groups.setdefault(group, []).append(Taken(next(self._numbers), group, body))

    def groups(self) -> list[str]:
        """Return the groups of which a message can be had now, the oldest message first."""
        now = self.clock.now()
        for group in list(self._groups):
            self._bury(group, now)
        ready = [g for g, waiting in self._groups.items() if _visible(waiting, now)]
        return sorted(ready, key=lambda group: self._groups[group][0].number)

    def receive(self, limit: int = 10, group: str | None = None) -> list[Taken[_T]]:
        """Hand out up to `limit` messages of the oldest ready group, or of the one named."""
        if group is None:
            group = next(iter(self.groups()), None)
        elif group in self._groups:
            self._bury(group, self.clock.now())
        if group is None or not _visible(self._groups.get(group, ()), self.clock.now()):
            return []
        until = self.clock.now() + self.visibility_seconds
        taken = self._groups.get(group, [])[:limit]
        for message in taken:
            message.receives += 1
            message.hidden_until = until
        return taken

    def done(self, taken: Sequence[Taken[_T]]) -> None:
        """Delete messages."""
        numbers = {message.number for message in taken}
        for group in {message.group for message in taken} & self._groups.keys():
            left = [m for m in self._groups[group] if m.number not in numbers]
            if left:
                self._groups[group] = left
            else:
                del self._groups[group]

    def again(self, taken: Sequence[Taken[_T]]) -> None:
        """Let messages be delivered again at once, or die if that was too often."""
        for message in taken:
            message.hidden_until = 0.0

    def holds(self, group: str) -> bool:
        """Tell whether a group has messages, in work or not."""
        return group in self._groups

    def __len__(self) -> int:
        """Return how many messages there are, in work or not."""
        return sum(map(len, self._groups.values()))

    def _bury(self, group: str, now: float) -> None:
        waiting = self._groups[group]
        while waiting and waiting[0].hidden_until <= now:
            if waiting[0].receives < self.receives_max:
                return
            self.dead.append(waiting.pop(0))
        if not waiting:
            del self._groups[group]


def _visible(waiting: Sequence[Taken[_T]], now: float) -> bool:
    return all(message.hidden_until <= now for message in waiting)


def _reception(group: str, message: InboundMessage) -> Hashable:
    """Return what names one reception of a message, as the adapter has it."""
    return (group, message.channel, message.account, message.event_id, message.received_at)


class MemoryInboundQueue:
    """`application.protocol_ports.InboundQueue`; `fifo` is the consumer's side of it."""

    def __init__(self, clock: Clock, fault: Fault = no_fault) -> None:
        """Start empty."""
        self.fault = fault
        self.fifo: MemoryFifo[InboundMessage] = MemoryFifo(clock)
        self.refused: set[str] = set()
        """Event ids that the queue refuses one by one, as a batch's `Failed` entries."""

    @port_call("inbound.send")
    def send(self, group: str, messages: Sequence[InboundMessage]) -> Sequence[InboundMessage]:
        """Enqueue messages of one group; return those that are refused."""
        failed = [message for message in messages if message.event_id in self.refused]
        for message in messages:
            if message.event_id not in self.refused:
                self.fifo.put(group, message, _reception(group, message))
        return failed

    @port_call("inbound.send_all")
    def send_all(
        self, messages: Sequence[tuple[str, InboundMessage]]
    ) -> Sequence[tuple[str, InboundMessage]]:
        """Enqueue messages with their groups, a group at a time."""
        untaken: list[tuple[str, InboundMessage]] = []
        for group, members in groupby(messages, key=itemgetter(0)):
            batch = [message for _, message in members]
            try:
                untaken += [(group, message) for message in self.send(group, batch)]
            except UnavailableError:
                untaken += [(group, message) for message in batch]
        return untaken


class MemoryOutboundQueue:
    """`application.protocol_ports.OutboundQueue`; `fifo` is the consumer's side of it."""

    def __init__(self, clock: Clock, fault: Fault = no_fault) -> None:
        """Start empty."""
        self.fault = fault
        self.fifo: MemoryFifo[str] = MemoryFifo(clock)

    @port_call("outbound.kick")
    def kick(self, conversation: str) -> None:
        """Ask for a conversation's outbox to be delivered."""
        self.fifo.put(conversation, conversation)


class MemoryAgentsQueue:
    """`application.protocol_ports.AgentsQueue`; agents take from `waiting`."""

    def __init__(self, fault: Fault = no_fault) -> None:
        """Start empty."""
        self.fault = fault
        self.waiting: list[Mapping[str, Any]] = []
        self._numbers = count(1)

    @port_call("agents.push")
    def push(self, message: Mapping[str, Any], group: str) -> str:
        """Put an escalation before the agents and return a receipt."""
        if not group:
            text = "a message for agents needs a group: the customer it is about"
            raise ValueError(text)
        self.waiting.append(dict(message))
        return f"receipt-{next(self._numbers)}"
