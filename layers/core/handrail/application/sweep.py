"""Every minute: finish whatever was dropped. This, not a workflow, carries the promise."""

from collections.abc import Callable
from dataclasses import dataclass

from handrail.application.ports import Clock
from handrail.application.protocol_ports import (
    Agenda,
    Due,
    DueKind,
    InboundQueue,
    Inbox,
    OutboundQueue,
)
from handrail.application.tend import Tend
from handrail.domain.errors import HandrailError

_PAGE = 200
"""How much is taken from the agenda at a time."""


@dataclass(frozen=True, slots=True)
class Swept:
    """What a sweep found and did."""

    found: int = 0
    done: int = 0
    failed: int = 0
    parked: int = 0
    """How much of it was waiting in the inbox."""
    overdue_seconds: float = 0.0
    """How late the oldest of it was."""


@dataclass(frozen=True, slots=True)
class Sweep:
    """Takes what is due from the agenda, oldest first, and acts on each by the usual code."""

    agenda: Agenda
    tend: Tend
    outbound: OutboundQueue
    inbound: InboundQueue
    inbox: Inbox
    clock: Clock
    failed: Callable[[Due, HandrailError], None] = lambda _due, _error: None

    def sweep(self, deadline: float) -> Swept:
        """Act on everything that is due, until nothing is or the deadline is near."""
        found = done = failed = parked = 0
        overdue = 0.0
        seen: set[Due] = set()
        while self.clock.now() < deadline:
            page = self.agenda.due(self.clock.now(), _PAGE + len(seen))
            due = [d for d in page if d not in seen]
            if not due:
                break
            for one in due:
                if self.clock.now() >= deadline:
                    break
                seen.add(one)
                found += 1
                parked += one.kind is DueKind.INBOX
                overdue = max(overdue, self.clock.now() - one.at)
                try:
                    self._finish(one)
                    done += 1
                except HandrailError as error:
                    # It stays due; one customer's trouble must not keep the others waiting.
                    failed += 1
                    self.failed(one, error)
        return Swept(found, done, failed, parked, overdue)

    def _finish(self, due: Due) -> None:
        match due.kind:
            case DueKind.CONVERSATION:
                self.tend.tend(due.conversation)
            case DueKind.OUTBOX:
                self.outbound.kick(due.conversation)
            case DueKind.INBOX:
                for parked in self.inbox.parked([due.key]):
                    refused = self.inbound.send(parked.group, [parked.message])
                    if not refused:
                        self.inbox.remove(parked.key)
