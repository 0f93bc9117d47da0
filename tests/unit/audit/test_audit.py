"""What one write comes to: promises, offers, and how long a customer waited."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pytest

from handrail.application.audit import (
    Audit,
    ConversationWritten,
    Findings,
    MessageWritten,
    RowWritten,
    Write,
    stuck,
)
from handrail.application.protocol_ports import Due, DueKind, Entry, SentRow
from handrail.domain.conversation import Conversation, Lease
from handrail.domain.decision import Decision, Event
from handrail.domain.escalation import hold_externally, keep_promise, withdraw
from handrail.domain.ledger import Handling
from handrail.domain.outbox import PromiseKind, State
from handrail.domain.promises import Promises
from support.stores import (
    NOW,
    answered,
    asked,
    body_of,
    claimed,
    fresh,
    message,
    resolved,
    says,
    seen,
)

PROMISES = Promises()


def look(*writes: Write) -> Findings:
    found = Findings()
    for write in writes:
        Audit(PROMISES).look(write, found)
    return found


def written(decision: Decision, at: float = NOW) -> ConversationWritten:
    before = decision.before if decision.before.version else None
    return ConversationWritten(before, decision.after, decision.event, at)


def waiting() -> Conversation:
    return asked(fresh(), [message()]).after


def test_a_promise_is_kept_by_news_in_time() -> None:
    late = NOW + PROMISES.pickup_seconds
    news = keep_promise(waiting(), late, PROMISES)
    assert news is not None
    assert look(written(news, late + 59)).promises == [True]
    assert look(written(news, late + 60)).promises == [True]
    assert look(written(news, late + 61)).promises == [False]


def test_a_promise_is_kept_by_a_claim_or_an_ending() -> None:
    late = NOW + PROMISES.pickup_seconds + 61
    claim = claimed(waiting())
    ending = withdraw(waiting(), message("e2", 2), NOW + 1, PROMISES)
    for decision in (claim, ending):
        assert look(written(decision, NOW + 5)).promises == [True]
        assert look(written(decision, late)).promises == [False]


def test_a_promise_to_be_there_after_opening_has_the_time_of_a_pickup() -> None:
    opening = waiting()
    promise = replace(opening.open_escalation.promise, kind=PromiseKind.OPENING, at=NOW + 3600)
    closed = replace(opening, escalation=replace(opening.open_escalation, promise=promise))
    decision = claimed(closed)
    kept = NOW + 3600 + PROMISES.pickup_seconds + 60
    assert look(written(decision, kept)).promises == [True]
    assert look(written(decision, kept + 1)).promises == [False]


def test_a_promise_that_still_stands_is_not_counted() -> None:
    again = asked(waiting(), [message("e2", 2)])
    assert look(written(again, NOW + 10_000)).promises == []
    agent = claimed(waiting()).after
    assert look(written(seen(agent), NOW + 10_000)).promises == []


def test_a_customer_is_reached_by_words_and_not_by_a_claim() -> None:
    claim = claimed(waiting())
    held = claim.after
    first, second = says(held), says(says(held).after, "m2")
    assert look(written(claim, NOW + 30)).reached == []
    (reached,) = look(written(first, NOW + 45)).reached
    assert (reached.seconds, reached.language, reached.channel) == (45.0, "en", "direct")
    assert look(written(second, NOW + 90)).reached == []


def test_words_from_another_console_reach_a_customer_too() -> None:
    echo = hold_externally(waiting(), message("echo", 5), "console", NOW + 9, PROMISES)
    assert [one.seconds for one in look(written(echo, NOW + 9)).reached] == [9.0]


def test_what_was_decided_must_be_a_way_of_the_protocol() -> None:
    write = written(claimed(waiting()))
    assert look(write).violations == []
    for event in (Event.HEARTBEAT, Event.RESOLVE, Event.ANSWER):
        found = look(replace(write, event=event)).violations
        assert [one.rule for one in found] == ["WAY"], event
    assert look(replace(write, event=None)).violations == []


def test_a_change_of_hands_without_an_epoch_is_found() -> None:
    write = written(claimed(waiting()))
    assert write.before is not None
    found = look(replace(write, after=replace(write.after, epoch=write.before.epoch)))
    assert "S8" in {one.rule for one in found.violations}


def test_an_ending_with_an_unseen_message_is_found() -> None:
    held = says(seen(claimed(waiting()).after).after).after
    assert look(written(resolved(held))).violations == []
    lease = held.lease
    assert isinstance(lease, Lease)
    unseen = replace(resolved(held), before=replace(held, lease=replace(lease, seen=0)))
    assert "S3" in {one.rule for one in look(written(unseen)).violations}


def row(state: State = State.PENDING) -> SentRow:
    (only,) = answered(fresh(), [message()]).outbox
    return SentRow(replace(only, state=state))


def test_a_row_is_held_against_its_own_rules_when_it_is_written() -> None:
    (opening,) = asked(fresh(), [message()]).outbox
    assert opening.promise is not None
    assert look(RowWritten("c", None, SentRow(opening), NOW)).violations == []
    past = replace(opening, promise=replace(opening.promise, at=opening.created_at - 1))
    found = look(RowWritten("c", None, SentRow(past), NOW)).violations
    assert [one.rule for one in found] == ["S12"]


def test_an_offer_counts_when_its_row_is_delivered() -> None:
    pending, delivered = row(), row(State.DELIVERED)
    assert look(RowWritten("c", None, pending, NOW)).offers == []
    assert look(RowWritten("c", pending, delivered, NOW)).offers == [True]
    assert look(RowWritten("c", delivered, delivered, NOW)).offers == []
    assert look(RowWritten("c", pending, row(State.UNDELIVERABLE), NOW)).offers == []


def test_a_row_stays_what_was_decided() -> None:
    other = row(State.DELIVERED)
    other = replace(other, row=replace(other.row, text="something else"))
    found = look(RowWritten("c", row(), other, NOW)).violations
    assert [one.rule for one in found] == ["S8"]


def test_a_row_at_rest_stays_there() -> None:
    found = look(RowWritten("c", row(State.DELIVERED), row(State.UNDELIVERABLE), NOW))
    assert [one.rule for one in found.violations] == ["S4"]


def test_a_message_is_decided_once() -> None:
    entry = Entry(1, Handling.ANSWERED, body_of(message()))
    assert look(MessageWritten("c", "e1", None, entry, NOW)).violations == []
    assert look(MessageWritten("c", "e1", entry, entry, NOW)).violations == []
    for changed in (
        None,
        replace(entry, entry=2),
        replace(entry, handling=Handling.NOTED),
        replace(entry, body=replace(entry.body, text="other")),
    ):
        found = look(MessageWritten("c", "e1", entry, changed, NOW)).violations
        assert [one.rule for one in found] == ["S6"], changed


@dataclass
class Listed:
    """An agenda that says what it is told to say, and what it was asked."""

    entries: Sequence[Due]
    asked: float = 0.0

    def due(self, now: float, limit: int) -> Sequence[Due]:
        self.asked = now
        return self.entries[:limit]


@pytest.mark.parametrize(
    ("entries", "count"),
    [
        ([], 0),
        ([Due(DueKind.CONVERSATION, "a")], 1),
        ([Due(DueKind.CONVERSATION, "a"), Due(DueKind.OUTBOX, "a")], 1),
        ([Due(DueKind.OUTBOX, "a"), Due(DueKind.OUTBOX, "b")], 2),
        ([Due(DueKind.INBOX, "", "x"), Due(DueKind.INBOX, "", "y")], 2),
    ],
)
def test_stuck_counts_customers(entries: Sequence[Due], count: int) -> None:
    agenda = Listed(entries)
    assert stuck(agenda, NOW) == count
    assert agenda.asked == NOW - 120
