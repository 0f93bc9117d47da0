"""Watches a simulation: every commit, every message on the wire, and what is left at rest.

What it knows it has seen by itself: it asks neither the code nor the table whether they are right.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from handrail.domain.conversation import Holder
from handrail.domain.decision import Decision, Event
from handrail.domain.delivery import OutboundMessage, Speaker
from handrail.domain.invariants import of_decision
from handrail.domain.ledger import Handling
from handrail.domain.message import InboundMessage
from handrail.domain.outbox import OutboxRow, State
from handrail.domain.promises import Promises
from handrail_ops.memory.table import Record
from handrail_ops.simulate.kernel import Kernel
from handrail_ops.simulate.transitions import Moment, Transitions
from handrail_ops.simulate.weather import Weather

SWEEP_SECONDS = 60.0
_A_SWEEP_LATER_SECONDS = 100.0
"""What one more fault costs at most: a process that stalls, and the wait for the next sweep."""


@dataclass(frozen=True, slots=True)
class Broken:
    """A rule that did not hold, when and where."""

    rule: str
    conversation: str
    what: str
    at: float


@dataclass(slots=True)
class Seen:
    """What was seen of one conversation."""

    events: dict[str, Handling] = field(default_factory=dict)
    """The handling of each message in the ledger."""
    keys: set[str] = field(default_factory=set)
    newest_for_person: int = -1
    began: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    """The epochs in which turns over a message began."""
    replied: set[int] = field(default_factory=set)
    """The epochs in which an agent has written."""
    rows: dict[str, OutboxRow] = field(default_factory=dict)
    wire: list[OutboundMessage] = field(default_factory=list)
    epoch_on_wire: int = 0


class Monitor:
    """Holds what happens against the promise."""

    def __init__(
        self,
        kernel: Kernel,
        weather: Weather,
        promises: Promises,
        transitions: Transitions,
        slack_seconds: float,
        tell: Callable[[str, str], None] = lambda _conversation, _what: None,
    ) -> None:
        """Watch; `slack_seconds` is what a sweep takes for its work, `tell` writes the story."""
        self.kernel, self.weather, self.promises = kernel, weather, promises
        self.transitions = transitions
        self.slack_seconds = slack_seconds
        self.tell = tell
        self.broken: list[Broken] = []
        self.acknowledged: dict[str, tuple[InboundMessage, bool]] = {}
        """Every acknowledged message, and whether it asks for a person beyond doubt."""
        self.record: Callable[[str], Record] = lambda _conversation: Record()
        """Where the rows lie; set by whoever owns the table."""
        self.lost = self.silent = self.late_promises = self.commits = 0
        self._seen: dict[str, Seen] = defaultdict(Seen)

    def breaks(self, rule: str, conversation: str, what: str) -> None:
        """Write down that a rule did not hold."""
        self.broken.append(Broken(rule, conversation, what, self.kernel.now()))
        self.tell(conversation, f"{rule} does not hold: {what}")

    def defect(self, name: str, error: Exception) -> None:
        """Write down that code failed in a way nobody meant."""
        self.breaks("CODE", "", f"{name} raised {type(error).__name__}: {error}")

    # ------------------------------------------------------------------ what comes in

    def takes(self, message: InboundMessage, *, wants_person: bool) -> None:
        """Remember that a message was acknowledged."""
        key = f"{message.channel}/{message.account}/{message.event_id}"
        self.acknowledged[key] = (message, wants_person)

    def began(self, conversation: str, event_ids: Sequence[str], epoch: int) -> None:
        """Remember in which epoch a turn began."""
        seen = self._seen[conversation]
        for event_id in event_ids:
            seen.began[event_id].add(epoch)

    # ------------------------------------------------------------------ commits

    def committed(self, decision: Decision) -> None:
        """Hold one transaction against everything."""
        self.commits += 1
        after = decision.after
        seen = self._seen[after.id]
        for violation in of_decision(decision):
            self.breaks(violation.rule, violation.conversation, violation.what)
        fault = self.transitions.fault(self._moment(decision, seen))
        if fault is not None:
            self.breaks("TABLE", after.id, fault)
        self._answered(decision)
        self._given_up(decision)
        self._in_time(decision)
        self._remember(decision, seen)
        said = ", ".join(row.phrase or str(row.speaker) for row in decision.outbox)
        self.tell(
            after.id,
            f"{decision.event}: {decision.before.holder} -> {after.holder},"
            f" epoch {after.epoch}, version {after.version}" + (f"; says {said}" if said else ""),
        )

    def _moment(self, decision: Decision, seen: Seen) -> Moment:
        ids = [r.event_id for r in decision.ledger if r.handling is not Handling.NOTICE]
        began = [seen.began[one] for one in ids if one in seen.began]
        process = self.kernel.process
        return Moment(
            decision=decision,
            now=self.kernel.now(),
            promises=self.promises,
            newest_for_person=seen.newest_for_person,
            began=frozenset(set.intersection(*began)) if len(began) == len(ids) > 0 else _NONE,
            replied=decision.before.epoch in seen.replied,
            acting=process.acting if process is not None else None,
            known=any(one in seen.events for one in ids),
        )

    def _answered(self, decision: Decision) -> None:
        """A message that the bot has dealt with has had words, in the same transaction."""
        answered = any(row.handling is Handling.ANSWERED for row in decision.ledger)
        if answered and not decision.outbox:
            self.silent += 1
            self.breaks("S3", decision.after.id, "a message counts as answered without words")
        for row in decision.outbox:
            seen = self._seen[decision.after.id]
            if row.key in seen.keys:
                self.breaks("S6", decision.after.id, f"row {row.sequence} repeats {row.key}")

    def _given_up(self, decision: Decision) -> None:
        """An agent's message that never arrives is somebody's to know of."""
        if decision.undeliverable is None:
            return
        after = decision.after
        rows = self.record(after.id).outbox
        row = rows[decision.undeliverable.sequence - 1].row
        if row.speaker is not Speaker.AGENT:
            return
        noticed = any(entry.handling is Handling.NOTICE for entry in decision.ledger)
        kept = after.escalation is not None and after.escalation.unreached
        later = any(
            sent.row.speaker is Speaker.AGENT and sent.row.escalation == row.escalation
            for sent in rows[row.sequence :]
        )
        if not (noticed or kept or later or decision.unreachable is not None):
            self.breaks("S3", after.id, f"the agent's row {row.sequence} is lost, untold")

    def _in_time(self, decision: Decision) -> None:
        """Something acts on what is due within a minute; each fault meanwhile excuses one more."""
        due, now = decision.before.due, self.kernel.now()
        if due is None or decision.event not in _KEEPING:
            return
        late = now - due
        if late <= SWEEP_SECONDS + self.slack_seconds:
            return
        faults = self._struck_since(due - _A_SWEEP_LATER_SECONDS)
        if late <= SWEEP_SECONDS + self.slack_seconds + faults * _A_SWEEP_LATER_SECONDS:
            return
        waits = decision.before.holder is Holder.WAITING
        self.late_promises += waits
        self.breaks("DUE", decision.after.id, f"{decision.event} came {late:.0f} s late")

    def _struck_since(self, moment: float) -> int:
        struck = self.weather.struck
        return len(struck) - bisect_left(struck, moment, key=lambda one: one.at)

    def _remember(self, decision: Decision, seen: Seen) -> None:
        for row in decision.ledger:
            seen.events[row.event_id] = row.handling
            if row.handling is Handling.FOR_PERSON:
                seen.newest_for_person = max(seen.newest_for_person, row.position)
        for outbound in decision.outbox:
            seen.keys.add(outbound.key)
            seen.rows[outbound.key] = outbound
            if outbound.speaker is Speaker.AGENT:
                seen.replied.add(outbound.epoch)

    # ------------------------------------------------------------------ the wire

    def took(self, _channel: str, message: OutboundMessage) -> None:
        """Hold what a customer got against the offer, the order and the epochs."""
        seen = self._seen[message.conversation]
        row = seen.rows.get(message.key)
        if row is None:
            self.breaks("S12", message.conversation, f"{message.key} was never decided")
            return
        if message.speaker is not Speaker.AGENT and not (message.buttons and message.hint):
            self.breaks("S1", message.conversation, f"{message.key} carries no way to a person")
        last = seen.wire[-1] if seen.wire else None
        if last is not None and message.sequence < last.sequence:
            self.breaks("S4", message.conversation, f"{message.sequence} followed {last.sequence}")
        if last is not None and message.sequence == last.sequence and message != last:
            self.breaks("S4", message.conversation, f"{message.key} came twice, differently")
        if row.epoch < seen.epoch_on_wire:
            self.breaks("S8", message.conversation, f"epoch {row.epoch} after a newer one")
        seen.epoch_on_wire = max(seen.epoch_on_wire, row.epoch)
        if last is None or message.sequence > last.sequence:
            self._gap(message, last.sequence if last else 0)
            seen.wire.append(message)
        self.tell(message.conversation, f"the customer gets: {row.phrase or row.speaker}")

    def _gap(self, message: OutboundMessage, last: int) -> None:
        if message.sequence > last + 1:
            record = self.record(message.conversation)
            for sequence in range(last + 1, message.sequence):
                sent = record.sent(sequence)
                if sent is None or sent.row.state is State.PENDING:
                    what = f"{message.sequence} was sent before {sequence} was at rest"
                    self.breaks("S4", message.conversation, what)

    def handling(self, conversation: str, event_id: str) -> Handling | None:
        """Return what was done with a message."""
        return self._seen[conversation].events.get(event_id)


_NONE: frozenset[int] = frozenset()
_KEEPING = frozenset(
    {Event.PROMISE, Event.AGENT_LOST, Event.AGENT_SILENT, Event.NUDGE, Event.QUIET}
    | {Event.QUIET_UNSEEN, Event.PAGED, Event.ASKED}
)
"""The decisions that keep what was due."""
