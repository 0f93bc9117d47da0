"""Each rule of the verdict catches what it is there for, and a replay without faults passes."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from handrail.application.protocol_ports import SentRow
from handrail.domain.conversation import Conversation, Holder
from handrail.domain.decision import Ending
from handrail.domain.delivery import Speaker
from handrail.domain.outbox import OutboxRow, State, Way
from handrail_ops.replay.agents import AgentLog, Claimed, Said
from handrail_ops.replay.audit import Found
from handrail_ops.replay.journal import Customer, Journal, Received
from handrail_ops.replay.rows import Row
from handrail_ops.replay.verdict import Verdict, judge, percentile_ms

NOW = 1_800_000_000.0
PERSON, WITHDRAW, BOT = "person:v1", "withdraw:v1", "bot:v1"


def a_customer(*, wants_human: bool = False) -> Customer:
    journal = Journal([Row(7, "Hello", "en", wants_human=wants_human)], "replay", "s1")
    (customer,) = journal.customers
    customer.acked_at = NOW
    return customer


def got(customer: Customer, sequence: int, speaker: str, *actions: str, text: str = "") -> None:
    customer.received.append(
        Received(
            key=f"{customer.conversation}/{sequence}",
            sequence=sequence,
            conversation=customer.conversation,
            speaker=speaker,
            text=text or f"message {sequence}",
            actions=actions,
            at=NOW + sequence,
        )
    )


def row(sequence: int, speaker: Speaker, epoch: int, state: State = State.DELIVERED) -> SentRow:
    way = Way.NONE if speaker is Speaker.AGENT else Way.PERSON
    text = "text" if speaker is not Speaker.STATUS else None
    phrase = "requested.asked" if speaker is Speaker.STATUS else None
    made = OutboxRow(sequence, epoch, speaker, f"k{sequence}", "en", NOW, way, phrase, text=text)
    return SentRow(replace(made, state=state))


def at_rest(customer: Customer, *rows: SentRow, escalations: int = 0) -> Found:
    conversation = Conversation(
        customer.conversation, "direct", "replay", ("c",), "en", escalations=escalations
    )
    endings = (Ending.ANSWERED,) * escalations
    return Found(conversation, frozenset({customer.event_id}), tuple(rows), endings)


def escalated() -> tuple[Customer, Found]:
    """A customer who asked, was answered by a person, and was let go."""
    customer = a_customer(wants_human=True)
    got(customer, 1, "status", WITHDRAW)
    got(customer, 2, "status", PERSON)
    got(customer, 3, "agent")
    got(customer, 4, "status", PERSON)
    rows = (
        row(1, Speaker.STATUS, 1),
        row(2, Speaker.STATUS, 2),
        row(3, Speaker.AGENT, 2),
        row(4, Speaker.STATUS, 3),
    )
    return customer, at_rest(customer, *rows, escalations=1)


def judged(customer: Customer, found: Found | None, log: AgentLog | None = None) -> Verdict:
    record = {customer.conversation: found} if found is not None else None
    return judge([customer], record, log)


def test_a_customer_who_reached_a_person_keeps_the_promise() -> None:
    verdict = judged(*escalated(), AgentLog())

    assert verdict.kept
    assert (verdict.sent, verdict.answered, verdict.escalated) == (1, 0, 1)
    assert verdict.requests_missed == 0
    assert verdict.p50_ms == 1000


def test_an_answer_keeps_the_promise() -> None:
    customer = a_customer()
    got(customer, 1, "bot", PERSON)

    verdict = judged(customer, at_rest(customer, row(1, Speaker.BOT, 0)))

    assert verdict.kept
    assert (verdict.answered, verdict.escalated) == (1, 0)


def test_a_request_that_was_answered_with_a_question_is_missed() -> None:
    customer = a_customer(wants_human=True)
    got(customer, 1, "bot", PERSON, BOT)

    verdict = judged(customer, at_rest(customer, row(1, Speaker.BOT, 0)))

    assert (verdict.requests_missed, verdict.asked_back) == (1, 1)
    assert verdict.kept


def test_silence_is_unanswered_and_without_a_record_it_is_a_loss() -> None:
    customer = a_customer()
    assert judged(customer, at_rest(customer)).unanswered == 1
    assert judged(customer, at_rest(customer)).lost == 0

    lost = judged(customer, Found())

    assert (lost.unanswered, lost.lost, lost.kept) == (1, 1, False)


def test_what_the_webhook_never_took_is_told() -> None:
    customer = a_customer()
    customer.acked_at = None

    verdict = judged(customer, Found())

    assert (verdict.sent, verdict.unacknowledged, verdict.kept) == (0, 1, False)


def test_a_message_without_a_way_to_a_person_is_counted() -> None:
    customer, found = escalated()
    customer.received[1] = replace(customer.received[1], actions=(BOT,))

    verdict = judged(customer, found)

    assert (verdict.offers_missing, verdict.kept) == (1, False)


def test_an_adjacent_identical_duplicate_is_allowed_and_counted() -> None:
    customer, found = escalated()
    customer.received.insert(1, customer.received[0])

    verdict = judged(customer, found)

    assert (verdict.duplicates, verdict.kept) == (1, True)


def _later_duplicate(customer: Customer, found: Found) -> Found:
    customer.received.append(customer.received[0])
    return found


def _swapped(customer: Customer, found: Found) -> Found:
    customer.received[1], customer.received[2] = customer.received[2], customer.received[1]
    return found


def _other_text(customer: Customer, found: Found) -> Found:
    customer.received.insert(1, replace(customer.received[0], text="something else"))
    return found


def _somebody_elses(customer: Customer, found: Found) -> Found:
    customer.received[2] = replace(customer.received[2], conversation="another")
    return found


def _never_arrived(customer: Customer, found: Found) -> Found:
    del customer.received[1]
    return found


def _pending(_customer: Customer, found: Found) -> Found:
    return replace(found, rows=(*found.rows[:3], row(4, Speaker.STATUS, 3, State.PENDING)))


def _older_epoch(_customer: Customer, found: Found) -> Found:
    return replace(found, rows=(*found.rows[:3], row(4, Speaker.STATUS, 1)))


def _bot_beside_the_agent(_customer: Customer, found: Found) -> Found:
    return replace(found, rows=(*found.rows[:3], row(4, Speaker.BOT, 2)))


def _still_waiting(_customer: Customer, found: Found) -> Found:
    assert found.conversation is not None
    return replace(found, conversation=replace(found.conversation, holder=Holder.WAITING))


def _still_due(_customer: Customer, found: Found) -> Found:
    assert found.conversation is not None
    return replace(found, conversation=replace(found.conversation, due=NOW))


def _open_request(_customer: Customer, found: Found) -> Found:
    return replace(found, endings=(None,))


def _undecided(_customer: Customer, found: Found) -> Found:
    return replace(found, ledger=frozenset())


def _unknown(_customer: Customer, _found: Found) -> Found:
    return Found()


@pytest.mark.parametrize(
    ("rule", "breaks"),
    [
        ("repeated", _later_duplicate),
        ("order", _swapped),
        ("changed", _other_text),
        ("foreign", _somebody_elses),
        ("not_received", _never_arrived),
        ("not_delivered", _pending),
        ("fence", _older_epoch),
        ("silence", _bot_beside_the_agent),
        ("not_at_rest", _still_waiting),
        ("not_at_rest", _still_due),
        ("no_ending", _open_request),
        ("not_in_ledger", _undecided),
        ("unknown", _unknown),
    ],
)
def test_every_broken_rule_is_named(rule: str, breaks: Callable[[Customer, Found], Found]) -> None:
    customer, found = escalated()

    verdict = judged(customer, breaks(customer, found))

    assert set(verdict.violations) == {rule}
    assert not verdict.kept
    assert verdict.to_dict()["violations"] == {rule: 1}


def test_two_winners_of_one_claim_are_caught() -> None:
    log = AgentLog(
        claims=[Claimed("e-1", 2, agent, NOW, NOW) for agent in ("one", "another", "one")]
    )
    assert set(judged(*escalated(), log).violations) == {"claim"}


def test_words_after_a_lost_claim_are_caught_and_a_repetition_is_not() -> None:
    claims = [Claimed("e-1", 2, "gone", 0, 1), Claimed("e-1", 4, "successor", 9, 10)]
    before = Said("e-1", 2, "gone", "m1", 3, asked_at=9.5)
    after = Said("e-1", 2, "gone", "m2", 5, asked_at=11)
    repeated = Said("e-1", 2, "gone", "m1", None, asked_at=11)

    assert judged(*escalated(), AgentLog(claims, [before, repeated])).kept
    verdict = judged(*escalated(), AgentLog(claims, [before, after]))
    assert set(verdict.violations) == {"fence"}


def test_a_message_committed_twice_is_caught() -> None:
    said = [Said("e-1", 2, "one", "m1", sequence, NOW) for sequence in (3, 4)]
    assert set(judged(*escalated(), AgentLog(said=said)).violations) == {"said_twice"}


def test_callbacks_that_do_not_verify_break_the_promise() -> None:
    customer, found = escalated()
    verdict = judge([customer], {customer.conversation: found}, None, unsigned=2)
    assert set(verdict.violations) == {"unsigned"}


def test_without_the_table_only_the_wire_is_judged() -> None:
    customer, _ = escalated()
    verdict = judged(customer, None)
    assert (verdict.kept, verdict.table_checked, verdict.escalated) == (True, False, 1)


def test_given_up_rows_are_counted_apart() -> None:
    customer, found = escalated()
    given_up = row(5, Speaker.STATUS, 3, State.UNDELIVERABLE)
    verdict = judged(customer, replace(found, rows=(*found.rows, given_up)))
    assert (len(verdict.given_up), verdict.kept) == (1, True)
    assert "status" in verdict.to_dict()["examples"]["given_up"][0]


@pytest.mark.parametrize(
    ("share", "expected"), [(0.0, 1000), (0.5, 2000), (0.51, 3000), (0.95, 4000), (1.0, 4000)]
)
def test_percentiles_are_nearest_rank(share: float, expected: int) -> None:
    assert percentile_ms([4.0, 1.0, 3.0, 2.0], share) == expected
    assert percentile_ms([], share) is None
