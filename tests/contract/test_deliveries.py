"""What delivery counts: a row comes to rest once, and the count never goes back."""

from dataclasses import replace

import pytest

from handrail.application.delivery_ports import Progress
from handrail.application.protocol_ports import Due, DueKind, SentRow
from handrail.domain.outbox import State
from support.stores import ID, NOW, Stores, answer, commit, gave_up, message


@pytest.fixture
def sent(stores: Stores) -> Stores:
    """Three rows are pending."""
    for number in (1, 2, 3):
        answer(stores, message(f"e{number}", number))
    return stores


def row(stores: Stores, sequence: int) -> SentRow:
    return stores.conversations.rows(ID)[sequence - 1]


def test_nothing_is_sent_at_first(sent: Stores) -> None:
    assert sent.deliveries.progress(ID) == Progress()
    assert sent.deliveries.progress("nobody") == Progress()


def test_a_delivered_row_is_at_rest_with_its_receipts(sent: Stores) -> None:
    pending = row(sent, 1)
    sent.deliveries.delivered(ID, 1, ["r1", "r2"])
    assert row(sent, 1) == SentRow(
        replace(pending.row, state=State.DELIVERED), receipts=("r1", "r2")
    )
    assert sent.deliveries.progress(ID) == Progress(sent=1)
    assert row(sent, 2).row.state is State.PENDING


def test_recording_a_delivery_again_changes_nothing(sent: Stores) -> None:
    sent.deliveries.delivered(ID, 1, ["r1"])
    sent.deliveries.delivered(ID, 2, [])
    sent.deliveries.delivered(ID, 1, ["r9"])
    assert row(sent, 1).receipts == ("r1",)
    assert sent.deliveries.progress(ID) == Progress(sent=2)


def test_a_row_that_is_put_off_is_due_then(sent: Stores) -> None:
    pending = row(sent, 1)
    sent.deliveries.put_off(ID, 1, NOW + 600)
    assert row(sent, 1) == replace(pending, due=NOW + 600, put_off=True)
    assert sent.deliveries.progress(ID) == Progress(attempts=1)
    sent.deliveries.put_off(ID, 1, NOW + 1_200)
    assert row(sent, 1).due == NOW + 1_200
    assert sent.deliveries.progress(ID) == Progress(attempts=2)


def test_rows_behind_one_that_waits_are_due_when_it_is(sent: Stores) -> None:
    sent.deliveries.delivered(ID, 1, [])
    first, second = row(sent, 1), row(sent, 2)
    sent.deliveries.hold(ID, [1, 2], NOW + 600)
    assert row(sent, 1) == first
    assert row(sent, 2) == replace(second, due=NOW + 600)
    assert sent.deliveries.progress(ID) == Progress(sent=1)


def test_what_a_channel_took_of_a_row_is_kept_until_the_rest_is_taken(sent: Stores) -> None:
    sent.deliveries.put_off(ID, 1, NOW + 600, ["part-1"])
    assert row(sent, 1).receipts == ("part-1",)
    sent.deliveries.put_off(ID, 1, NOW + 1_200)
    assert row(sent, 1).receipts == ("part-1",)
    sent.deliveries.delivered(ID, 1, ["part-1", "part-2"])
    assert row(sent, 1).receipts == ("part-1", "part-2")


def test_a_row_at_rest_cannot_be_put_off(sent: Stores) -> None:
    sent.deliveries.delivered(ID, 1, [])
    before = row(sent, 1)
    sent.deliveries.put_off(ID, 1, NOW + 600)
    assert row(sent, 1) == before
    assert sent.deliveries.progress(ID) == Progress(sent=1)


def test_a_row_that_was_given_up_meanwhile_is_not_counted_as_put_off(sent: Stores) -> None:
    commit(sent, gave_up, row(sent, 1))
    sent.deliveries.put_off(ID, 1, NOW + 600)
    assert sent.deliveries.progress(ID) == Progress()
    assert row(sent, 1).due is None


def test_what_is_put_off_and_delivered_then_is_at_rest(sent: Stores) -> None:
    sent.deliveries.put_off(ID, 1, NOW + 600)
    sent.deliveries.delivered(ID, 1, [])
    assert (row(sent, 1).due, row(sent, 1).put_off) == (None, False)


def test_deaths_are_counted_apart_from_being_put_off(sent: Stores) -> None:
    sent.deliveries.put_off(ID, 1, NOW + 600)
    sent.deliveries.tried(ID, 1, NOW)
    sent.deliveries.tried(ID, 1, NOW)
    assert sent.deliveries.progress(ID) == Progress(attempts=1, died=2, tried_at=NOW)


def test_a_row_that_is_put_off_was_not_died_on(sent: Stores) -> None:
    sent.deliveries.tried(ID, 1, NOW)
    sent.deliveries.put_off(ID, 1, NOW + 600)
    assert sent.deliveries.progress(ID) == Progress(attempts=1)


def test_an_error_is_no_death(sent: Stores) -> None:
    sent.deliveries.put_off(ID, 1, NOW + 600)
    sent.deliveries.tried(ID, 1, NOW)
    sent.deliveries.lived(ID, 1)
    assert sent.deliveries.progress(ID) == Progress(attempts=1)


def test_what_was_lived_through_before_says_nothing_of_the_next_row(sent: Stores) -> None:
    sent.deliveries.passed(ID, 1)
    sent.deliveries.tried(ID, 2, NOW)
    sent.deliveries.lived(ID, 1)
    assert sent.deliveries.progress(ID) == Progress(sent=1, died=1, tried_at=NOW)


def test_the_next_row_begins_with_clean_counts(sent: Stores) -> None:
    sent.deliveries.put_off(ID, 1, NOW + 600)
    sent.deliveries.tried(ID, 1, NOW)
    sent.deliveries.passed(ID, 1)
    assert sent.deliveries.progress(ID) == Progress(sent=1)
    sent.deliveries.tried(ID, 2, NOW)
    sent.deliveries.passed(ID, 1)
    assert sent.deliveries.progress(ID) == Progress(sent=1, died=1, tried_at=NOW)


def test_a_late_count_for_a_row_that_was_passed_does_not_count_for_the_next(sent: Stores) -> None:
    sent.deliveries.passed(ID, 1)
    sent.deliveries.tried(ID, 1, NOW)
    assert sent.deliveries.progress(ID) == Progress(sent=1)


def test_what_is_at_rest_is_off_the_agenda(sent: Stores) -> None:
    for sequence in (1, 2):
        sent.deliveries.delivered(ID, sequence, [])
    assert sent.agenda.due(NOW + 30, 10) == [Due(DueKind.OUTBOX, ID)]
    sent.deliveries.delivered(ID, 3, [])
    assert not sent.agenda.due(NOW + 1_000, 10)
