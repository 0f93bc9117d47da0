"""Watches what customers get: the offer, the order, the epochs, and that a STOP is heeded."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from handrail.application.deliver import KNOCK_SECONDS
from handrail.domain.delivery import OutboundMessage, Speaker
from handrail.domain.outbox import State
from handrail_ops.memory.table import Record
from handrail_ops.simulate.clocks import Clocks
from handrail_ops.simulate.kernel import Kernel
from handrail_ops.simulate.seen import Seen


class Watcher(Protocol):
    """Who writes down what does not hold."""

    kernel: Kernel
    clocks: Clocks
    record: Callable[[str], Record]
    tell: Callable[[str, str], None]

    def breaks(self, rule: str, conversation: str, what: str) -> None:
        """Write down that a rule did not hold."""
        ...


@dataclass(frozen=True, slots=True)
class Wire:
    """Holds every message at its customer against what was decided."""

    watcher: Watcher
    seen: Mapping[str, Seen]

    def took(self, message: OutboundMessage) -> None:
        """Hold what a customer got against the offer, the order and the epochs."""
        seen = self.seen[message.conversation]
        row = seen.rows.get(message.key)
        if row is None:
            self.watcher.breaks("S12", message.conversation, f"{message.key} was never decided")
            return
        process = self.watcher.kernel.process
        given_up_at = seen.given_up.get(message.key)
        if given_up_at is not None and process is not None and process.began_at > given_up_at:
            self.watcher.breaks(
                "S12", message.conversation, f"{message.key} came after it was given up"
            )
        self._respects_stop(message, seen)
        if message.speaker is not Speaker.AGENT and not (message.buttons and message.hint):
            self.watcher.breaks(
                "S1", message.conversation, f"{message.key} carries no way to a person"
            )
        last = seen.last
        if last is not None and message.sequence < last.sequence:
            self.watcher.breaks(
                "S4", message.conversation, f"{message.sequence} followed {last.sequence}"
            )
        if last is not None and message.sequence == last.sequence and message != last:
            self.watcher.breaks(
                "S4", message.conversation, f"{message.key} came twice, differently"
            )
        if row.epoch < seen.epoch_on_wire:
            self.watcher.breaks("S8", message.conversation, f"epoch {row.epoch} after a newer one")
        seen.epoch_on_wire = max(seen.epoch_on_wire, row.epoch)
        if last is None or message.sequence > last.sequence:
            self._gap(message, last.sequence if last else 0)
            seen.last = message
        seen.wire[message.key] = message
        self.watcher.tell(message.conversation, f"the customer gets: {row.phrase or row.speaker}")

    def _respects_stop(self, message: OutboundMessage, seen: Seen) -> None:
        process = self.watcher.kernel.process
        if seen.stopped_at is None or process is None:
            return
        # One that is on its way when STOP is decided cannot be called back, the next one can.
        on_its_way = seen.after_stop.setdefault(process, message.key)
        if process.began_at > seen.stopped_at or on_its_way != message.key:
            self.watcher.breaks("STOP", message.conversation, f"{message.key} came after STOP")

    def knocked(self, message: OutboundMessage) -> None:
        """Hold what only asks a customer to write against who wrote it, and how often it came."""
        seen = self.seen[message.conversation]
        row = seen.rows.get(message.key)
        if row is None or row.speaker is not Speaker.AGENT:
            self.watcher.breaks(
                "S12", message.conversation, f"{message.key} is no agent's, and knocks"
            )
            return
        if self.watcher.kernel.time - row.created_at > KNOCK_SECONDS:
            self.watcher.breaks(
                "S12", message.conversation, f"{message.key} is too old, and knocks"
            )
        self._respects_stop(message, seen)
        knocks = seen.knocks.setdefault(message.key, [])
        knocks.append(self.watcher.kernel.time)
        if len(knocks) - 1 > self.watcher.clocks.faults_since(row.created_at):
            self.watcher.breaks(
                "S6", message.conversation, f"{message.key} knocks {len(knocks)} times"
            )
        self.watcher.tell(message.conversation, "the customer is asked to write")

    def _gap(self, message: OutboundMessage, last: int) -> None:
        if message.sequence > last + 1:
            record = self.watcher.record(message.conversation)
            for sequence in range(last + 1, message.sequence):
                sent = record.sent(sequence)
                if sent is None or sent.row.state is State.PENDING:
                    what = f"{message.sequence} was sent before {sequence} was at rest"
                    self.watcher.breaks("S4", message.conversation, what)
