"""When a waiting customer hears from us, and when the team is there at all."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from handrail.domain.conversation import Conversation, Escalation, Holder, Stage
from handrail.domain.outbox import Promise, PromiseKind
from handrail.domain.windows import closing_at

_SEARCH_DAYS_MAX = 400
"""How far ahead an opening time is looked for: longer than any year of holidays."""
_DOUBLINGS_MAX = 10
_FOLLOW_UP_SECONDS_MAX = 7 * 24 * 3600
_WITHIN_SECONDS_MAX = 6 * 3600
"""Up to here a promise is said as a duration, beyond it as a time of day."""


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """When people are there: per weekday (0 is Monday), spans in minutes since midnight.

    A span ends by 1,440; a night shift is two spans. `zone` is the company's own.
    """

    zone: dt.tzinfo
    week: Mapping[int, tuple[tuple[int, int], ...]]
    holidays: frozenset[dt.date] = frozenset()

    def is_open(self, now: float) -> bool:
        """Tell whether the team is there at a moment."""
        local = dt.datetime.fromtimestamp(now, self.zone)
        if local.date() in self.holidays:
            return False
        minute = local.hour * 60 + local.minute
        return any(start <= minute < end for start, end in self.week.get(local.weekday(), ()))

    def next_opening(self, now: float) -> float | None:
        """Return when the team is there next: `now` when it is, None when it never is again."""
        if self.is_open(now):
            return now
        local = dt.datetime.fromtimestamp(now, self.zone)
        for days in range(_SEARCH_DAYS_MAX):
            date = local.date() + dt.timedelta(days=days)
            if date in self.holidays:
                continue
            for start, _ in sorted(self.week.get(date.weekday(), ())):
                midnight = dt.datetime.combine(date, dt.time(), self.zone)
                hour, minute = divmod(start, 60)
                opening = midnight.replace(hour=hour, minute=minute).timestamp()
                if opening > now:
                    return opening
        return None


@dataclass(frozen=True, slots=True)
class Promises:
    """The clock of a request: seconds since it was asked, and how long a person may be away."""

    pickup_seconds: int = 60
    """The first promise: by then the customer hears from us."""
    wider_seconds: int = 180
    """By then more agents are asked."""
    supervisor_seconds: int = 600
    """By then a supervisor is paged."""
    follow_up_seconds: int = 1800
    """By then a follow-up with a stated time replaces waiting."""
    follow_up_within_seconds: int = 4 * 3600
    """How soon a promised follow-up is due."""
    ask_again_seconds: int = 15
    """How long a request may be without a receipt of the agents queue before the sweep asks."""
    lease_seconds: int = 90
    """How long an agent counts as present after the last sign of life."""
    nudge_seconds: int = 60
    """How long a customer's message may stay unanswered before the agent is nudged."""
    reply_seconds: int = 180
    """How long it may stay unanswered before the customer goes back to the front."""
    quiet_seconds: int = 4 * 3600
    """How long another console keeps a conversation after its last message."""
    deliver_seconds: int = 30
    """How long an outbox row may wait for its hint before the sweep kicks delivery."""
    hours: OpeningHours | None = field(default=None)
    """None: somebody is always there."""

    def __post_init__(self) -> None:
        steps = (
            ("pickup_seconds", self.pickup_seconds),
            ("wider_seconds", self.wider_seconds),
            ("supervisor_seconds", self.supervisor_seconds),
            ("follow_up_seconds", self.follow_up_seconds),
        )
        for (earlier, a), (later, b) in pairwise(steps):
            if not 0 < a < b:
                message = f"{later} must be greater than {earlier}, and both above 0: {b}, {a}"
                raise ValueError(message)
        if not 0 < self.nudge_seconds < self.reply_seconds:
            message = "nudge_seconds must be above 0 and below reply_seconds"
            raise ValueError(message)

    def seconds(self, stage: Stage) -> int:
        """Return when, after waiting began, the promise of a stage falls due."""
        return {
            Stage.ASKED: self.pickup_seconds,
            Stage.STILL: self.wider_seconds,
            Stage.WIDER: self.supervisor_seconds,
            Stage.SUPERVISOR: self.follow_up_seconds,
            Stage.FOLLOW_UP: self.follow_up_seconds,
        }[stage]

    def closed_until(self, now: float) -> float | None:
        """Return when the team is back, or None while it is there or no opening is known."""
        if self.hours is None or self.hours.is_open(now):
            return None
        return self.hours.next_opening(now)

    def news(self, now: float, seconds: float) -> Promise:
        """Promise news so many seconds from now, or after the next opening when closed."""
        opening = self.closed_until(now)
        if opening is not None:
            return Promise(PromiseKind.OPENING, opening)
        return _said(now, now + seconds)

    def follow_up(self, now: float, before: int = 0) -> Promise:
        """Promise an answer without waiting, by a time at which somebody is there to keep it.

        Each follow-up that was promised `before` doubles the time, up to a week: whoever is not
        made to wait is not to be written to every few hours either.
        """
        doubled = self.follow_up_within_seconds * 2 ** min(before, _DOUBLINGS_MAX)
        by = now + min(doubled, max(_FOLLOW_UP_SECONDS_MAX, self.follow_up_within_seconds))
        if self.hours is not None and not self.hours.is_open(by):
            opening = self.hours.next_opening(by)
            if opening is not None:
                an_hour_in = opening + min(self.follow_up_within_seconds, 3600)
                by = an_hour_in if self.hours.is_open(an_hour_in) else opening
        return Promise(PromiseKind.BY, by)

    def falls_due(self, promise: Promise) -> float:
        """Return when a promise must have been kept."""
        if promise.kind is PromiseKind.OPENING:
            return promise.at + self.pickup_seconds
        return promise.at


def _said(now: float, at: float) -> Promise:
    kind = PromiseKind.WITHIN if at - now <= _WITHIN_SECONDS_MAX else PromiseKind.BY
    return Promise(kind, at)


def due(conversation: Conversation, promises: Promises) -> float | None:
    """Return when something must act on a conversation; None exactly when it is at rest.

    It is derived from the state at every write, so that no path can forget it.
    """
    held = _held_due(conversation, promises)
    if conversation.missed is None:
        return held
    return conversation.missed_at if held is None else min(held, conversation.missed_at)


def _held_due(conversation: Conversation, promises: Promises) -> float | None:
    match conversation.holder:
        case Holder.BOT | Holder.CLOSED:
            return None
        case Holder.WAITING:
            closing = closing_at(conversation)
            waiting = _waiting_due(conversation.open_escalation, promises)
            return waiting if closing is None else min(waiting, closing)
        case Holder.AGENT:
            lease = conversation.held_lease
            if lease.external or lease.silent_since is None:
                return lease.until
            patience = promises.reply_seconds if lease.nudged else promises.nudge_seconds
            return min(lease.until, lease.silent_since + patience)


def _waiting_due(escalation: Escalation, promises: Promises) -> float:
    promised = promises.falls_due(escalation.promise)
    if escalation.agents_are_asked:
        return promised
    return min(promised, escalation.ask_by)
