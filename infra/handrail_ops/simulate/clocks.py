"""Whether things happen in time: what was promised, what is due, what an agent owes.

A minute is what the sweep may take, and a few seconds its work. Every fault that strikes meanwhile
excuses one more sweep, or one more delivery of a message that failed: no more than that.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator

from handrail.domain.conversation import Holder
from handrail.domain.decision import Decision, Event
from handrail.domain.ledger import Handling
from handrail.domain.outbox import PromiseKind
from handrail.domain.promises import Promises
from handrail_ops.simulate.messenger import WINDOWS_SECONDS
from handrail_ops.simulate.seen import Seen
from handrail_ops.simulate.weather import Trouble, Weather

SWEEP_SECONDS = 60.0
_ONE_FAULT_SECONDS = 100.0
"""What a fault costs at most: a stall and the next sweep, or a visibility timeout."""
_KEEPING = frozenset(
    {Event.PROMISE, Event.AGENT_LOST, Event.AGENT_SILENT, Event.NUDGE, Event.QUIET}
    | {Event.QUIET_UNSEEN, Event.PAGED, Event.ASKED}
)
"""The decisions that keep what was due."""
_TOLD_BEFORE_SECONDS = 7200.0
_DEADLY = frozenset({Trouble.CRASH_BEFORE, Trouble.CRASH_AFTER, Trouble.STALL})
_STAGES = frozenset({Event.PROMISE, Event.FOLLOW_UP})
_PRESENT = frozenset({Event.CLAIM, Event.HEARTBEAT, Event.SEE, Event.AGENT_MESSAGE})


class Clocks:
    """Holds the times of commits against what they should be."""

    def __init__(self, weather: Weather, promises: Promises, slack_seconds: float) -> None:
        """Allow `slack_seconds` for the work of a sweep, or of deciding a message."""
        self.weather, self.promises, self.slack_seconds = weather, promises, slack_seconds

    def faults(self, decision: Decision, seen: Seen, now: float, began_at: float) -> Iterator[str]:
        """Yield what came too late, or too early, with a decision whose process began then."""
        yield from self._due(decision, now)
        yield from self._presence(decision, seen, now)
        yield from self._silence(decision, seen, now)
        yield from self._asking(decision, seen, now)
        yield from self._opening(decision)
        yield from self._window(decision, seen, now)
        self._go_on(decision, seen, now, began_at)

    def is_late(
        self, since: float, now: float, seconds: float, slack_seconds: float | None = None
    ) -> bool:
        """Tell whether something took longer than it may, the faults meanwhile considered."""
        slack = self.slack_seconds if slack_seconds is None else slack_seconds
        late = now - since - seconds - slack
        if late <= 0:
            return False
        return late > self.faults_since(since - _ONE_FAULT_SECONDS) * _ONE_FAULT_SECONDS

    def faults_since(self, moment: float) -> int:
        """Count the faults that have struck since a moment."""
        struck = self.weather.struck
        return len(struck) - bisect_left(struck, moment, key=lambda one: one.at)

    def deaths_since(self, moment: float) -> int:
        """Count how often a process has died, or could not say that it had not, since a moment."""
        return sum(
            one.at >= moment
            and (one.trouble in _DEADLY or one.where.endswith(" deliveries.lived"))
            for one in self.weather.struck
        )

    def _due(self, decision: Decision, now: float) -> Iterator[str]:
        due = decision.before.due
        if due is None or decision.event not in _KEEPING:
            return
        if self.is_late(due, now, SWEEP_SECONDS):
            yield f"{decision.event} came {now - due:.0f} s after it was due"
        escalation = decision.before.escalation
        if decision.event is Event.PROMISE and escalation is not None:
            promise = escalation.promise
            opening = promise.kind is PromiseKind.OPENING
            promised = promise.at + (self.promises.pickup_seconds if opening else 0)
            if self.is_late(promised, now, SWEEP_SECONDS):
                yield f"what was promised came {now - promised:.0f} s after its time"

    def _presence(self, decision: Decision, seen: Seen, now: float) -> Iterator[str]:
        away = now - seen.present_at
        if decision.event is Event.AGENT_LOST and away < self.promises.lease_seconds:
            yield f"an agent who was there {away:.0f} s before lost the conversation"

    def _silence(self, decision: Decision, seen: Seen, now: float) -> Iterator[str]:
        since, lease = seen.unanswered_since, decision.before.lease
        if decision.event in (Event.AGENT_SILENT, Event.NUDGE) and since is None:
            yield "an agent who had answered counts as silent"
        if since is None or lease is None or lease.external:
            return
        patience = self.promises.reply_seconds + SWEEP_SECONDS
        if self.is_late(since, now, patience):
            yield f"an agent's silence of {now - since:.0f} s went on"
        silent = now - seen.unanswered_from
        if decision.event is Event.AGENT_SILENT and silent < self.promises.reply_seconds:
            yield f"an agent lost the conversation after {silent:.0f} s of silence"

    def _asking(self, decision: Decision, seen: Seen, now: float) -> Iterator[str]:
        patience = self.promises.ask_again_seconds + SWEEP_SECONDS
        if decision.event is Event.ASKED and self.is_late(seen.stage_since, now, patience):
            yield f"the agents were asked {now - seen.stage_since:.0f} s after it was time"

    def _opening(self, decision: Decision) -> Iterator[str]:
        """While the team is away nobody is told that news come within minutes."""
        for row in decision.outbox:
            promise = row.promise
            if promise is None or promise.kind is PromiseKind.BY:
                continue
            opening = self.promises.closed_until(row.created_at)
            if decision.event is Event.REQUEST and (opening is not None) != (
                promise.kind is PromiseKind.OPENING
            ):
                yield f"row {row.sequence} promises {promise.kind}, the team is back at {opening}"

    def _window(self, decision: Decision, seen: Seen, now: float) -> Iterator[str]:
        """Who waits while a window closes is told so, before it has closed."""
        before = decision.before
        window = WINDOWS_SECONDS.get(before.channel)
        if window is None or before.holder is not Holder.WAITING:
            return
        if any(row.phrase == "window.closing" for row in decision.outbox):
            seen.told_for = seen.wrote_at
        closes_at = seen.wrote_at + window[0]
        time_to_tell = max(closes_at - _TOLD_BEFORE_SECONDS, seen.waiting_since)
        told = seen.told_for == seen.wrote_at or time_to_tell >= closes_at
        if not told and self.is_late(time_to_tell, now, SWEEP_SECONDS):
            yield f"who waits was not told that the window closes {closes_at - now:.0f} s from now"

    def _expects_reply(self, decision: Decision) -> bool:
        """Tell whether the customer wrote to the agent, other than to be left alone."""
        before, after = decision.before, decision.after
        consent = decision.event in (Event.STOP, Event.RESUME)
        if consent and (after.stopped or before.consent_position == after.consent_position):
            return False
        return any(row.handling is Handling.FOR_PERSON for row in decision.ledger)

    def _go_on(self, decision: Decision, seen: Seen, now: float, began_at: float) -> None:
        before, after = decision.before, decision.after
        if decision.event in _PRESENT:
            seen.present_at = max(seen.present_at, began_at)
        if after.holder is not Holder.AGENT or decision.event is Event.AGENT_MESSAGE:
            seen.unanswered_since = None
        elif decision.event is Event.CLAIM or (
            seen.unanswered_since is None and self._expects_reply(decision)
        ):
            seen.unanswered_since, seen.unanswered_from = now, began_at
        stage = after.escalation.stage if after.escalation else None
        if after.holder is Holder.WAITING and before.holder is not Holder.WAITING:
            seen.round_from, seen.waiting_since = began_at, now
        begun = before.holder is not after.holder or decision.event in _STAGES
        if begun or stage is not seen.stage:
            seen.stage, seen.stage_since = stage, now
