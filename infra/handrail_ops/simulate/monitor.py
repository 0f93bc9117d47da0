"""Watches a simulation: every commit, every message on the wire, and what is left at rest.

What it knows it has seen by itself: it asks neither the code nor the table whether they are right.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from handrail.application.deliver import GIVE_UP_SECONDS, KNOCK_SECONDS
from handrail.domain.conversation import Holder, Stage
from handrail.domain.decision import Decision, Ending, Event
from handrail.domain.delivery import Speaker
from handrail.domain.invariants import of_decision
from handrail.domain.ledger import Handling, LedgerRow
from handrail.domain.message import InboundMessage, Kind, conversation_id
from handrail.domain.outbox import State
from handrail_ops.memory.table import Record
from handrail_ops.simulate.clocks import SWEEP_SECONDS, Clocks
from handrail_ops.simulate.kernel import Kernel
from handrail_ops.simulate.messenger import OPENS
from handrail_ops.simulate.seen import Acting, Seen
from handrail_ops.simulate.texts import ANSWERS, HARMFUL
from handrail_ops.simulate.transitions import Moment, Transitions
from handrail_ops.simulate.wire import Wire

_DEATHS_MIN = 2
"""How often delivery must have died before a row may be taken for what it dies of."""
_DECIDED_SECONDS = 120.0
"""What deciding any message may take: a turn before it, and its own, twice."""
_HARM_SECONDS = 180.0
"""How long what kills its reader holds up what comes with it: two receives of the queue."""
_LOOK_AGAIN_SECONDS = 3600.0
_NOTED = frozenset({Kind.REACTION, Kind.DELETE, Kind.ECHO})


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """A message that we have answered for."""

    message: InboundMessage
    is_for_person: bool
    """Whether it is a person's beyond doubt: it asks for one, or nothing else can read it."""
    asks: bool
    """Whether it asks for a person, in words or with the button."""
    at: float


@dataclass(frozen=True, slots=True)
class Broken:
    """A rule that did not hold, when and where."""

    rule: str
    conversation: str
    what: str
    at: float


class Monitor:
    """Holds what happens against the promise."""

    def __init__(
        self,
        kernel: Kernel,
        clocks: Clocks,
        transitions: Transitions,
        quick_seconds: float,
        tell: Callable[[str, str], None] = lambda _conversation, _what: None,
    ) -> None:
        """Watch; a request is decided within `quick_seconds`, and `tell` writes the story."""
        self.kernel, self.clocks, self.transitions, self.tell = kernel, clocks, transitions, tell
        self.quick_seconds = quick_seconds
        self.broken: list[Broken] = []
        self.acknowledged: dict[str, Acknowledged] = {}
        self.stops: dict[str, bool] = {}
        self.refused: set[str] = set()
        """The keys of messages that their channel refuses, or that kill whoever sends them."""
        self.pushed: dict[tuple[str, str], float] = {}
        """The requests that were put before the agents, by the pool, and when that was last."""
        self.paged: set[tuple[str, str]] = set()
        """The requests for which a supervisor was paged, and with which word."""
        self.record: Callable[[str], Record] = lambda _conversation: Record()
        """Where the rows lie; set by whoever owns the table."""
        self.lost = self.silent = self.late_promises = self.commits = 0
        self._seen: dict[str, Seen] = defaultdict(Seen)
        self._harmful: dict[str, float] = {}
        """When each message that kills its reader was decided: at last, as a dead letter."""
        self.wire = Wire(self, self._seen)

    def breaks(self, rule: str, conversation: str, what: str) -> None:
        """Write down that a rule did not hold."""
        self.broken.append(Broken(rule, conversation, what, self.kernel.time))
        self.tell(conversation, f"{rule} does not hold: {what}")

    def defect(self, name: str, error: Exception) -> None:
        """Write down that code failed in a way nobody meant."""
        self.breaks("CODE", "", f"{name} raised {type(error).__name__}: {error}")

    # ------------------------------------------------------------------ what comes in

    def takes(self, message: InboundMessage, *, is_for_person: bool, asks: bool) -> None:
        """Remember that a message was acknowledged."""
        key = f"{message.channel}/{message.account}/{message.event_id}"
        now = self.kernel.time
        self.acknowledged.setdefault(key, Acknowledged(message, is_for_person, asks, now))
        if HARMFUL.intersection(message.text or ""):
            self._harmful.setdefault(message.event_id, math.inf)

    def consents(self, message: InboundMessage, *, stops: bool) -> None:
        """Remember that a message tells us to stop writing, or to begin again."""
        self.stops[f"{message.channel}/{message.account}/{message.event_id}"] = stops

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
        now, process = self.kernel.time, self.kernel.process
        for what in self.clocks.faults(decision, seen, now, process.began_at if process else now):
            self.late_promises += decision.event is Event.PROMISE
            self.breaks("DUE", after.id, what)
        for rule, what in (
            *self._said(decision, seen),
            *self._given_up(decision),
            *self._asked(decision, seen),
            *self._ended(decision),
            *self._shown(decision),
        ):
            self.breaks(rule, after.id, what)
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
        acting = self._acting()
        return Moment(
            decision=decision,
            now=self.kernel.time,
            promises=self.clocks.promises,
            newest_for_person=seen.newest_for_person,
            began=frozenset(set.intersection(*began)) if len(began) == len(ids) > 0 else _NONE,
            replied=decision.before.epoch in seen.replied,
            acting=None if acting is None else (acting.agent, acting.epoch),
            known=any(one in seen.events for one in ids),
        )

    def _said(self, decision: Decision, seen: Seen) -> Iterator[tuple[str, str]]:
        """What the bot has dealt with has had words, none of them twice, none made up."""
        answered = any(row.handling is Handling.ANSWERED for row in decision.ledger)
        if answered and not decision.outbox:
            self.silent += 1
            yield "S3", "a message counts as answered without words"
        for row in decision.outbox:
            if row.key in seen.rows:
                yield "S6", f"row {row.sequence} repeats {row.key}"
            if row.speaker is Speaker.BOT and row.text is not None and row.text not in ANSWERS:
                yield "S10", f"row {row.sequence} says what no article says"

    def _given_up(self, decision: Decision) -> Iterator[tuple[str, str]]:
        """A message is given up only when it is refused, and an agent's is somebody's to know."""
        if decision.undeliverable is None:
            return
        after, now = decision.after, self.kernel.time
        rows = self.record(after.id).outbox
        row = rows[decision.undeliverable.sequence - 1].row
        self._seen[after.id].given_up[row.key] = now
        knocks = self._seen[after.id].knocks.get(row.key)
        patience: float = KNOCK_SECONDS if knocks else GIVE_UP_SECONDS
        refused = row.key in self.refused
        wrote_at = self._seen[after.id].wrote_at
        if knocks and wrote_at > knocks[-1] and not refused:
            if self.clocks.is_late(wrote_at, now, _LOOK_AGAIN_SECONDS + SWEEP_SECONDS):
                yield "S3", f"row {row.sequence} was given up, and the customer had written"
            patience = math.inf
        refused |= now - row.created_at >= patience
        refused |= self._seen[after.id].stop_position >= 0
        if not refused and self.clocks.deaths_since(row.created_at) < _DEATHS_MIN:
            yield "S3", f"row {row.sequence} was given up, and nobody had refused it"
        if row.speaker is not Speaker.AGENT:
            return
        if rows[row.sequence - 1].row.state is State.DELIVERED:
            yield "S12", f"row {row.sequence} was given up though it has arrived"
        noticed = any(entry.handling is Handling.NOTICE for entry in decision.ledger)
        now_open = after.escalation
        its_own = now_open is not None and now_open.number == row.escalation
        kept = its_own and now_open is not None and now_open.unreached
        if kept and after.holder is Holder.AGENT and not noticed:
            yield "S3", f"the agent's row {row.sequence} is lost, and the agent not told"
        later = any(
            sent.row.speaker is Speaker.AGENT and sent.row.escalation == row.escalation
            for sent in rows[row.sequence :]
        )
        if not (noticed or kept or later or decision.unreachable is not None):
            yield "S3", f"the agent's row {row.sequence} is lost, untold"

    def _ended(self, decision: Decision) -> Iterator[tuple[str, str]]:
        """Whom an agent's last word did not reach was not answered."""
        ended = decision.ended
        if ended is None or ended.ending not in (Ending.ANSWERED, Ending.FOLLOWED_UP):
            return
        if decision.event is Event.ECHO:
            return  # what was written at another console has reached the customer
        rows = [sent.row for sent in self.record(decision.after.id).outbox]
        words = [
            row
            for row in rows
            if row.speaker is Speaker.AGENT and row.escalation == ended.escalation.number
        ]
        if words and words[-1].state is State.UNDELIVERABLE:
            yield "S12", f"request {ended.escalation.number} counts as {ended.ending}"

    def _asked(self, decision: Decision, seen: Seen) -> Iterator[tuple[str, str]]:
        """People count as asked when they have been asked, anew in each round of waiting."""
        escalation, was = decision.after.escalation, decision.before.escalation
        if decision.event is Event.PROMISE and was is not None and was.agents_are_asked:
            asked_at = self.pushed.get((was.id, str(was.stage)), 0.0)
            if asked_at < seen.round_from:
                yield "S12", f"the agents count as asked ({was.stage}), and were not again"
        if decision.event is Event.PAGED and decision.before.missed is not None:
            number = decision.before.missed
            if (f"{decision.after.id}-{number}", "unreachable") not in self.paged:
                yield "S12", f"request {number} counts as paged, and nobody was"
        if decision.event is not Event.ASKED or escalation is None:
            return
        stage = str(escalation.stage)
        if (escalation.id, stage) not in self.pushed:
            yield "S12", f"the agents count as asked ({stage}), and were not"
        paging = escalation.stage in (Stage.SUPERVISOR, Stage.FOLLOW_UP)
        if paging and (escalation.id, stage) not in self.paged:
            yield "S12", f"the supervisor counts as paged ({stage}), and was not"

    def _shown(self, decision: Decision) -> Iterator[tuple[str, str]]:
        """Only what an agent was shown counts as seen; only what was asked for is claimed."""
        acting = self._acting()
        lease, was = decision.after.lease, decision.before.lease
        if decision.event is Event.SEE and lease is not None and was is not None:
            shown = acting.shown if acting else 0
            if lease.seen > max(was.seen, shown):
                yield "S3", f"entry {lease.seen} counts as seen, shown were {shown}"
        claimed = decision.before.escalation
        if decision.event is Event.CLAIM and claimed is not None:
            asked = acting.escalation if acting else ""
            if asked != claimed.id:
                yield "S7", f"the claim of {asked!r} took {claimed.id!r}"

    def _acting(self) -> Acting | None:
        process = self.kernel.process
        return process.acting if process is not None else None

    def _remember(self, decision: Decision, seen: Seen) -> None:
        for row in decision.ledger:
            seen.events[row.event_id] = row.handling
            self._quick(decision, row)
            self._heed(decision, row, seen)
            if row.handling is Handling.FOR_PERSON:
                seen.newest_for_person = max(seen.newest_for_person, row.position)
            self._opens(decision, row, seen)
        for outbound in decision.outbox:
            seen.rows[outbound.key] = outbound
            if outbound.speaker is Speaker.AGENT:
                seen.replied.add(outbound.epoch)

    def _opens(self, decision: Decision, row: LedgerRow, seen: Seen) -> None:
        """Note when the customer wrote what opens a window."""
        after = decision.after
        acknowledged = self.acknowledged.get(f"{after.channel}/{after.account}/{row.event_id}")
        if acknowledged is not None and acknowledged.message.kind in OPENS:
            seen.wrote_at = max(seen.wrote_at, acknowledged.message.occurred_at)

    def _quick(self, decision: Decision, row: LedgerRow) -> None:
        """A request for a person waits for nothing: no turn, no other message."""
        after, now = decision.after, self.kernel.time
        acknowledged = self.acknowledged.get(f"{after.channel}/{after.account}/{row.event_id}")
        if acknowledged is None:
            return
        waited = now - acknowledged.at
        if acknowledged.asks and self.clocks.is_late(acknowledged.at, now, self.quick_seconds, 0):
            self.breaks("S5", after.id, f"{row.event_id} asked for a person, for {waited:.0f} s")
        if row.event_id in self._harmful:
            self._harmful[row.event_id] = min(now, self._harmful[row.event_id])
        patience = _DECIDED_SECONDS + self._held_up_seconds(row.event_id, acknowledged.at)
        if self.clocks.is_late(acknowledged.at, now, patience):
            self.breaks("DUE", after.id, f"{row.event_id} was decided after {waited:.0f} s")
        consent = decision.event in (Event.STOP, Event.RESUME)
        noted = row.handling is Handling.NOTED and not consent
        if noted and acknowledged.message.kind not in _NOTED:
            self.breaks("S3", after.id, f"{row.event_id} is only noted")

    def _held_up_seconds(self, event_id: str, since: float) -> float:
        """Return how long the same customer's messages that kill their reader hold one up."""
        customer, _, _ = event_id.partition(".")
        mine = (at for one, at in self._harmful.items() if one.partition(".")[0] == customer)
        return _HARM_SECONDS * sum(at >= since for at in mine)

    def _heed(self, decision: Decision, row: LedgerRow, seen: Seen) -> None:
        """The newest word about being written to counts, and STOP where two are as new."""
        after = decision.after
        stops = self.stops.get(f"{after.channel}/{after.account}/{row.event_id}")
        if stops is None:
            return
        if stops:
            seen.stop_position = max(seen.stop_position, row.position)
        else:
            seen.start_position = max(seen.start_position, row.position)
        stopped = seen.stop_position >= seen.start_position
        if stopped and not after.stopped:
            self.breaks("STOP", after.id, f"{row.event_id} was decided, and STOP does not count")
        if not stopped:
            seen.stopped_at = None
        elif seen.stopped_at is None:
            seen.stopped_at = self.kernel.time

    # ------------------------------------------------------------------ at rest

    def left(self) -> None:
        """Hold what is left at the end against what was acknowledged and said to be done."""
        for acknowledged in self.acknowledged.values():
            message = acknowledged.message
            names = (
                conversation_id(message.channel, message.account, one)
                for one in message.sender.ids
            )
            found = [one for one in names if message.event_id in self._seen[one].events]
            conversation = found[0] if found else ""
            handling = self._seen[conversation].events.get(message.event_id)
            if len(found) > 1:
                self.breaks("S6", conversation, f"{message.event_id} is in two conversations")
            if handling is None:
                self.lost += 1
                self.breaks("S3", conversation, f"{message.event_id} was acknowledged and lost")
            elif acknowledged.is_for_person and handling is not Handling.FOR_PERSON:
                self.lost += 1
                self.breaks("S10", conversation, f"{message.event_id} was a person's")
        for conversation, seen in self._seen.items():
            for sent in self.record(conversation).outbox:
                if sent.row.state is State.DELIVERED and sent.row.key not in seen.wire:
                    self.silent += 1
                    what = f"row {sent.row.sequence} counts as delivered, and is not"
                    self.breaks("S3", conversation, what)


_NONE: frozenset[int] = frozenset()
