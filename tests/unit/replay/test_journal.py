"""When a customer of the replay needs no more."""

import pytest

from handrail_ops.replay.journal import Journal, Received
from handrail_ops.replay.rows import Row

PERSON, WITHDRAW = "person:v1", "withdraw:v1"
WAITING = ("status", WITHDRAW)
JOINED = ("status", PERSON)
AGENT = ("agent",)
ENDED = ("status", PERSON)


@pytest.mark.parametrize(
    ("messages", "settled"),
    [
        ([], False),
        ([("bot", PERSON)], True),
        ([("status", PERSON)], True),
        ([WAITING], False),
        ([WAITING, JOINED], False),
        ([WAITING, JOINED, AGENT], False),
        ([WAITING, JOINED, AGENT, ENDED], True),
        ([WAITING, JOINED, AGENT, WAITING], False),
        ([WAITING, ("bot", WITHDRAW)], True),
    ],
    ids=lambda value: "-".join(one[0] for one in value) if isinstance(value, list) else None,
)
def test_a_customer_is_settled_by_an_answer_or_when_the_person_has_let_go(
    messages: list[tuple[str, ...]], *, settled: bool
) -> None:
    journal = Journal([Row(0, "Hello")], "replay", "s1")
    (customer,) = journal.customers
    for sequence, (speaker, *actions) in enumerate(messages, start=1):
        message = Received(
            f"k{sequence}", sequence, customer.conversation, speaker, "", tuple(actions), 0.0
        )
        journal.received(customer.name, message)
    assert customer.settled.is_set() is settled
    assert journal.tally().settled == settled


def test_a_stranger_is_counted_apart() -> None:
    journal = Journal([Row(0, "Hello")], "replay", "s1")
    journal.received("somebody", Received("k", 1, "c", "bot", "", (), 0.0))
    assert (journal.strangers, journal.tally().heard) == (1, 0)
