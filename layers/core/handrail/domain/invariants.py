"""What must hold of every change, checked apart from the code that makes the changes.

The simulator holds every commit against this, and `audit` every write that the table's stream
shows in production. The names are those of the promise: S1 to S13 in `docs/guarantee.md`. What is
said here is said on purpose without calling the code that it checks.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from handrail.domain.conversation import Conversation, Escalation, Holder, Stage
from handrail.domain.decision import Decision, Ending, Event
from handrail.domain.delivery import Speaker
from handrail.domain.ledger import Handling
from handrail.domain.outbox import OutboxRow, Way


@dataclass(frozen=True, slots=True)
class Violation:
    """A rule of the promise that did not hold."""

    rule: str
    """`S1` to `S13`, `DUE` for what must never rest without a time, `STATE` for what no
    conversation may look like."""
    conversation: str
    what: str
    """What was seen, in ids and states: never a customer's words."""


def of_change(before: Conversation | None, after: Conversation) -> Iterator[Violation]:
    """Yield every rule that one write of a conversation item breaks.

    `before` is None for an item that was not there.
    """
    old = before or Conversation(
        after.id, after.channel, after.account, after.sender_ids, after.language
    )
    for rule, what in _shape(after):
        yield Violation(rule, after.id, what)
    for rule, what in _counters(old, after):
        yield Violation(rule, after.id, what)
    for rule, what in _hands(old, after):
        yield Violation(rule, after.id, what)
    for rule, what in _request(old, after):
        yield Violation(rule, after.id, what)


def of_row(row: OutboxRow, conversation: str) -> Iterator[Violation]:
    """Yield every rule that one outbox row breaks by itself."""
    if row.speaker is not Speaker.AGENT and row.way is Way.NONE:
        yield Violation("S1", conversation, f"row {row.sequence} carries no way to a person")
    if (row.phrase is None) == (row.text is None):
        yield Violation("S1", conversation, f"row {row.sequence} says both or nothing")
    if row.speaker is Speaker.BOT and row.text is not None and not row.citations:
        yield Violation("S10", conversation, f"row {row.sequence} answers without a citation")
    if row.promise is not None and row.promise.at < row.created_at:
        yield Violation("S12", conversation, f"row {row.sequence} promises what is past")


def of_decision(decision: Decision) -> Iterator[Violation]:
    """Yield every rule that one transaction breaks, the parts of it held against each other."""
    before, after = decision.before, decision.after
    yield from of_change(before if before.version else None, after)
    for row in decision.outbox:
        yield from of_row(row, after.id)
    for rule, what in (
        *_consent(decision),
        *_numbers(decision),
        *_rows(decision),
        *_messages(decision),
        *_endings(decision),
    ):
        yield Violation(rule, after.id, what)


_Found = Iterator[tuple[str, str]]


def _shape(now: Conversation) -> _Found:
    """What a conversation looks like follows from who holds it."""
    leased, asked = now.lease is not None, now.escalation is not None
    match now.holder:
        case Holder.BOT | Holder.CLOSED if leased or asked:
            yield "STATE", f"holder {now.holder}, with a request or a lease"
        case Holder.WAITING if leased or not asked:
            yield "STATE", "waiting without a request, or with a lease"
        case Holder.AGENT if not leased:
            yield "STATE", "held by an agent without a lease"
        case Holder.AGENT if not asked and now.lease and not now.lease.external:
            yield "STATE", "held by an agent without a request"
    resting = now.holder in (Holder.BOT, Holder.CLOSED) and now.missed is None
    if resting != (now.due is None):
        yield "DUE", f"holder {now.holder}, due {now.due}"
    if now.lease is not None and now.due is not None and now.due > now.lease.until:
        yield "DUE", "something acts only after the lease has run out"
    if now.lease is not None and now.lease.seen > now.entries:
        yield "S3", f"seen {now.lease.seen} of {now.entries} entries"


def _counters(old: Conversation, now: Conversation) -> _Found:
    if now.version != old.version + 1:
        yield "S5", f"version {old.version} was followed by {now.version}"
    if now.epoch not in (old.epoch, old.epoch + 1):
        yield "S8", f"epoch {old.epoch} was followed by {now.epoch}"
    for name in ("entries", "outbound", "escalations", "for_person_at"):
        if getattr(now, name) < getattr(old, name):
            yield "S4", f"{name} went back from {getattr(old, name)} to {getattr(now, name)}"
    if old.disclosed and not now.disclosed:
        yield "S12", "forgot that the customer was told of the machine"


def _hands(old: Conversation, now: Conversation) -> _Found:
    """Who may speak changes only with a new epoch, and only along the protocol's ways."""
    old_agent = old.lease.agent if old.lease else None
    new_agent = now.lease.agent if now.lease else None
    changed = (old.holder, old_agent) != (now.holder, new_agent)
    if changed != (now.epoch != old.epoch):
        yield "S8", f"{old.holder} to {now.holder}, epoch {old.epoch} to {now.epoch}"
    if now.lease is None or now.lease.external:
        return
    if not changed:
        since, is_since = old.lease and old.lease.silent_since, now.lease.silent_since
        if None not in (since, is_since) and since != is_since:
            yield "DUE", "the agent's time to reply began again, with no reply"
        return
    if old.holder is not Holder.WAITING:
        yield "S7", f"an agent took a conversation held by {old.holder}"
    if now.lease.seen:
        yield "S3", "a new agent starts with what another has seen"


def _request(old: Conversation, now: Conversation) -> _Found:
    """A request opens and ends in its ways, and keeps its place."""
    was, is_ = old.escalation, now.escalation
    waits_anew = now.holder is Holder.WAITING and old.holder is not Holder.WAITING
    if waits_anew and now.outbound == old.outbound:
        yield "S12", "somebody waits and was not told"
    if was is None and is_ is not None:
        if is_.number != old.escalations + 1 or now.escalations != is_.number:
            yield "S6", f"request {is_.number} after {old.escalations}"
        if now.holder is not Holder.WAITING:
            yield "S5", f"a request opened and the holder is {now.holder}"
    elif was is not None and is_ is not None:
        yield from _same_request(was, is_, old, now)
    elif was is not None:
        yield from _ended_request(was, old, now)


def _same_request(
    was: Escalation, is_: Escalation, old: Conversation, now: Conversation
) -> _Found:
    if (was.id, was.number, was.reference) != (is_.id, is_.number, is_.reference):
        yield "S6", f"request {was.number} was replaced by {is_.number} while it was open"
    if was.asked_at != is_.asked_at:
        yield "S3", "a request lost its place in the queue"
    if was.promise != is_.promise and now.outbound == old.outbound:
        yield "S12", "a promise changed and nothing says so"
    if was.front and not is_.front:
        yield "S3", "a request lost its place in front"
    if old.holder is Holder.WAITING is now.holder and _later(was.stage, is_.stage):
        yield "S12", f"stage {was.stage} went back to {is_.stage}"


_ORDER = tuple(Stage)


def _later(was: Stage, is_: Stage) -> bool:
    return _ORDER.index(was) > _ORDER.index(is_)


def _ended_request(was: Escalation, old: Conversation, now: Conversation) -> _Found:
    if now.lease is not None and now.lease.external:
        return
    if old.holder is Holder.WAITING:
        if now.holder is not Holder.BOT or now.entries == old.entries:
            yield "S11", f"a waiting request ended without a withdrawal, holder {now.holder}"
        return
    lease = old.lease
    if lease is None or lease.seen < old.entries or now.entries != old.entries:
        yield "S3", f"request {was.number} ended with messages nobody has seen"
    if not was.answered:
        yield "S3", f"request {was.number} ended before its agent wrote anything"


def _consent(decision: Decision) -> _Found:
    """Whether we may write changes by the customer's own word, and by nothing else."""
    before, after = decision.before.stopped, decision.after.stopped
    if after and not before and decision.event is not Event.STOP:
        yield "STATE", f"{decision.event} told us to stop"
    if before and not after and (decision.event is not Event.RESUME or not decision.ledger):
        yield "STATE", f"{decision.event} has us write to who told us to stop"
    known = decision.before.consent_position
    for row in decision.ledger if before != after else ():
        if row.position < known or (before and row.position == known):
            yield "S11", f"entry {row.entry} is no newer than what was said about writing"


def _numbers(decision: Decision) -> _Found:
    before, after = decision.before, decision.after
    entries = [row.entry for row in decision.ledger]
    if entries != list(range(before.entries + 1, after.entries + 1)):
        yield "S4", f"entries {entries} after {before.entries}, {after.entries} counted"
    sequences = [row.sequence for row in decision.outbox]
    if sequences != list(range(before.outbound + 1, after.outbound + 1)):
        yield "S4", f"sequences {sequences} after {before.outbound}, {after.outbound} counted"


def _rows(decision: Decision) -> _Found:
    """What is said is said by who may speak, in this epoch, from this state."""
    before, after = decision.before, decision.after
    promised = after.escalation.promise if after.escalation else None
    for row in decision.outbox:
        if row.epoch != after.epoch:
            yield "S8", f"a row of epoch {row.epoch} in epoch {after.epoch}"
        if row.speaker is Speaker.BOT and after.holder not in (Holder.BOT, Holder.WAITING):
            yield "S9", f"the bot speaks while the holder is {after.holder}"
        if row.speaker is Speaker.AGENT and (before.holder, after.holder) != (
            Holder.AGENT,
            Holder.AGENT,
        ):
            yield "S7", f"an agent speaks while the holder is {before.holder}"
        if row.promise is not None and row.promise != promised:
            yield "S12", f"row {row.sequence} promises what is not stored"
        if row.way is Way.WITHDRAW and after.holder is not Holder.WAITING:
            yield "S12", f"row {row.sequence} keeps a place while the holder is {after.holder}"
        if after.escalation is not None and row.reference not in (
            None,
            after.escalation.reference,
        ):
            yield "S12", f"row {row.sequence} names another request"


def _messages(decision: Decision) -> _Found:
    """What is a person's leaves with a person, and nothing old ends what is newer."""
    before, after = decision.before, decision.after
    for row in decision.ledger:
        if row.handling is Handling.FOR_PERSON:
            if after.holder not in (Holder.WAITING, Holder.AGENT):
                yield "S5", f"entry {row.entry} is a person's, and the holder is {after.holder}"
            if not _is_noticed(decision):
                yield "DUE", f"entry {row.entry} is for an agent whose time to reply did not begin"
            if after.for_person_at < row.position:
                yield "S11", f"entry {row.entry} is newer than what counts as a person's"
    if not decision.ledger and after.for_person_at != before.for_person_at:
        yield "S11", "what counts as a person's changed without a message"


def _is_noticed(decision: Decision) -> bool:
    """Say whether an agent's time to reply runs; a word about being written to expects none."""
    lease = decision.after.lease
    return (
        lease is None
        or lease.external
        or lease.silent_since is not None
        or decision.event in (Event.STOP, Event.RESUME)
    )


def _endings(decision: Decision) -> _Found:
    before, ended = decision.before, decision.ended
    yield from _follow_ups(decision)
    if (before.escalation is not None and decision.after.escalation is None) != (
        ended is not None
    ):
        yield "S6", "a request went without an ending, or an ending without its request"
    if ended is None or ended.ending is not Ending.WITHDRAWN:
        return
    for row in decision.ledger:
        if row.position <= before.for_person_at:
            yield "S11", f"entry {row.entry} is no newer than what it withdrew"


def _follow_ups(decision: Decision) -> _Found:
    """To choose a follow-up speaks for what is older than the choice, like a withdrawal."""
    was, is_ = decision.before.escalation, decision.after.escalation
    if decision.event is not Event.FOLLOW_UP or was is None or is_ is None:
        return
    old = any(row.position <= decision.before.for_person_at for row in decision.ledger)
    if old and was.promise != is_.promise:
        yield "S11", "an old choice of a follow-up changed what a newer request was promised"
