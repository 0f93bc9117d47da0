"""Watch what was written to the table, write by write, and say what broke the promise.

The code that decides is not asked: what is looked at is what the table's stream shows, and what it
is held against are the promise's own rules. Everything here follows from one write alone, so
that a batch may come twice, or in parts, and nothing is counted wrong but the count.
"""

from dataclasses import dataclass, field, replace

from handrail.application.protocol_ports import Agenda, DueKind, Entry, SentRow
from handrail.domain.conversation import Conversation, Holder
from handrail.domain.decision import Ending, Event
from handrail.domain.delivery import Speaker
from handrail.domain.invariants import Violation, of_change, of_row
from handrail.domain.outbox import State, Way
from handrail.domain.promises import Promises
from handrail.domain.transitions import is_way

PROMISE_GRACE_SECONDS = 60
"""The sweep's minute: a promise counts as kept when news came by then."""
STUCK_SECONDS = 120
"""What has been due for so long is stuck: the sweep has come by at least once."""
_STUCK_MAX = 1_000
"""How many stuck things are counted; beyond that the number says nothing more."""


# ---------------------------------------------------------------- what the stream shows


@dataclass(frozen=True, slots=True)
class ConversationWritten:
    """A conversation item as it was and as it is."""

    before: Conversation | None
    after: Conversation
    event: Event | None
    """What was decided about; None for an item of a release that did not say."""
    at: float


@dataclass(frozen=True, slots=True)
class RowWritten:
    """An outbox row as it was and as it is."""

    conversation: str
    before: SentRow | None
    after: SentRow
    at: float


@dataclass(frozen=True, slots=True)
class MessageWritten:
    """A customer's message or a notice; the entries are None while it is undecided."""

    conversation: str
    event_id: str
    before: Entry | None
    after: Entry | None
    at: float


@dataclass(frozen=True, slots=True)
class RequestWritten:
    """The record of a request for a person, and how it has ended."""

    conversation: str
    number: int
    before: Ending | None
    after: Ending | None
    at: float


@dataclass(frozen=True, slots=True)
class Removed:
    """Something that is gone; `expired` says that its time was over, and nobody removed it."""

    conversation: str
    key: str
    expired: bool
    at: float


@dataclass(frozen=True, slots=True)
class Unreadable:
    """An item that is no longer what was written. `rule` is the one it can no longer keep."""

    conversation: str
    key: str
    rule: str
    why: str
    delivered: bool
    """Whether it is a message that has just been delivered to a customer."""
    at: float


Write = ConversationWritten | RowWritten | MessageWritten | RequestWritten | Removed | Unreadable


# ---------------------------------------------------------------- what is made of it


@dataclass(frozen=True, slots=True)
class Reached:
    """A customer who asked for a person has that person's words."""

    seconds: float
    language: str
    channel: str
    account: str


@dataclass(slots=True)
class Findings:
    """What one write, or many, came to."""

    violations: list[Violation] = field(default_factory=list)
    offers: list[bool] = field(default_factory=list)
    """For each delivered message that no agent wrote: whether it carried an offer."""
    promises: list[bool] = field(default_factory=list)
    """For each promise that came to its end: whether it was kept."""
    reached: list[Reached] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Audit:
    """Holds writes against the rules."""

    promises: Promises

    def look(self, write: Write, into: Findings) -> None:
        """Add what a write came to."""
        match write:
            case ConversationWritten():
                self._conversation(write, into)
            case RowWritten():
                _row(write, into)
            case MessageWritten():
                into.violations += _message(write)
            case RequestWritten():
                into.violations += _request(write)
            case Removed():
                into.violations += _removed(write)
            case Unreadable():
                what = f"{write.key} cannot be read: {write.why}"
                into.violations.append(Violation(write.rule, write.conversation, what))
                if write.delivered:
                    into.offers.append(False)

    def _conversation(self, write: ConversationWritten, into: Findings) -> None:
        before, after = write.before, write.after
        into.violations += of_change(before, after)
        into.violations += _way(write)
        if before is None:
            return
        kept = self._promise(before, after, write.at)
        if kept is not None:
            into.promises.append(kept)
        seconds = _reached_after(before, after, write.at)
        if seconds is not None:
            into.reached.append(Reached(seconds, after.language, after.channel, after.account))

    def _promise(self, before: Conversation, after: Conversation, at: float) -> bool | None:
        """Tell whether the promise that ended here was kept; None when none ended."""
        was = before.escalation
        if before.holder is not Holder.WAITING or was is None:
            return None
        waits = after.holder is Holder.WAITING and after.escalation is not None
        if waits and after.open_escalation.promise == was.promise:
            return None
        return at <= self.promises.falls_due(was.promise) + PROMISE_GRACE_SECONDS


def _way(write: ConversationWritten) -> list[Violation]:
    """Hold a change against the protocol's ways, where the item says what was decided about."""
    if write.event is None:
        return []
    was = write.before.holder if write.before is not None else Holder.BOT
    if is_way(write.event, was, write.after.holder):
        return []
    what = f"{write.event} led from {was} to {write.after.holder}"
    return [Violation("WAY", write.after.id, what)]


def _reached_after(before: Conversation, after: Conversation, at: float) -> float | None:
    """Return how long a customer waited for a person's first words, when these are they.

    A request that lost its agent counts again, from the moment it was first asked.
    """
    was, is_ = before.escalation, after.escalation
    if was is None:
        return None
    elsewhere = is_ is None and after.lease is not None and after.lease.external
    spoke = is_ is not None and is_.answered and not was.answered
    return max(0.0, at - was.asked_at) if elsewhere or spoke else None


def _row(write: RowWritten, into: Findings) -> None:
    before, after = write.before, write.after
    row = after.row
    if before is None:
        into.violations += of_row(row, write.conversation)
        return
    if replace(row, state=before.row.state) != before.row:
        what = f"row {row.sequence} says something else than was decided"
        into.violations.append(Violation("S8", write.conversation, what))
    was, is_ = before.row.state, row.state
    if was is not State.PENDING and is_ is not was:
        what = f"row {row.sequence} went from {was} to {is_}"
        into.violations.append(Violation("S4", write.conversation, what))
    if is_ is State.DELIVERED and was is State.PENDING and row.speaker is not Speaker.AGENT:
        into.offers.append(row.way is not Way.NONE)


def _message(write: MessageWritten) -> list[Violation]:
    """A message enters the ledger once, and stays what it was decided to be."""
    was, is_ = write.before, write.after
    if was is None or is_ == was:
        return []
    if is_ is None or (was.entry, was.handling) != (is_.entry, is_.handling):
        what = f"entry {was.entry} was decided again"
    else:
        what = f"entry {was.entry} was changed"
    return [Violation("S6", write.conversation, what)]


def _request(write: RequestWritten) -> list[Violation]:
    """A request ends once; only that the answer never arrived may be learnt later."""
    was, is_ = write.before, write.after
    if was is None or is_ in (was, Ending.UNREACHABLE):
        return []
    what = f"request {write.number} had ended {was}, and is {is_ or 'open'} now"
    return [Violation("S6", write.conversation, what)]


def _removed(write: Removed) -> list[Violation]:
    if write.expired:
        return []
    return [Violation("S3", write.conversation, f"{write.key} was removed before its time")]


# ---------------------------------------------------------------- what is not written


def stuck(agenda: Agenda, now: float) -> int:
    """Count the conversations and parked messages for which something was due two minutes ago.

    What ought to be written and is not, no stream shows.
    """
    due = agenda.due(now - STUCK_SECONDS, _STUCK_MAX)
    parked = sum(one.kind is DueKind.INBOX for one in due)
    return parked + len({one.conversation for one in due if one.kind is not DueKind.INBOX})
