"""The agenda: whatever is not at rest is found when its time has come, the oldest first."""

from collections.abc import Callable

import pytest

from handrail.adapters.aws.table import SHARDS, shard
from handrail.application.protocol_ports import Due, DueKind
from handrail.domain.message import conversation_id
from handrail.domain.promises import due
from support.aws import Aws, calls
from support.stores import (
    ID,
    NOW,
    PROMISES,
    Stores,
    answer,
    ask,
    claimed,
    commit,
    current,
    keep,
    message,
    says,
    seen,
)

CONVERSATION = Due(DueKind.CONVERSATION, ID)
OUTBOX = Due(DueKind.OUTBOX, ID)


def test_nothing_is_due_at_first(stores: Stores) -> None:
    keep(stores, message())
    assert not stores.agenda.due(NOW + 10_000, 10)


def test_things_fall_due_at_their_moment_and_not_before(stores: Stores) -> None:
    ask(stores, message())
    ask_by = NOW + PROMISES.ask_again_seconds
    deliver_by = NOW + PROMISES.deliver_seconds
    assert not stores.agenda.due(ask_by - 0.001, 10)
    assert stores.agenda.due(ask_by, 10) == [CONVERSATION]
    assert stores.agenda.due(deliver_by, 10) == [CONVERSATION, OUTBOX]
    assert [one.at for one in stores.agenda.due(deliver_by, 10)] == [ask_by, deliver_by]


def test_the_conversations_due_follows_every_decision(stores: Stores) -> None:
    ask(stores, message())
    stores.deliveries.delivered(ID, 1, [])
    commit(stores, claimed)
    stores.deliveries.delivered(ID, 2, [])
    assert due(current(stores), PROMISES) == NOW + 60
    assert not stores.agenda.due(NOW + 59, 10)
    assert stores.agenda.due(NOW + 60, 10) == [CONVERSATION]
    commit(stores, seen, "agent-1", NOW + 10)
    commit(stores, says, "m1", NOW + 10)
    stores.deliveries.delivered(ID, 3, [])
    assert not stores.agenda.due(NOW + 99, 10)
    assert stores.agenda.due(NOW + 100, 10) == [CONVERSATION]


def test_an_outbox_is_one_thing_however_many_rows_wait(stores: Stores) -> None:
    for number in range(1, 6):
        answer(stores, message(f"e{number}", number))
    assert stores.agenda.due(NOW + 60, 10) == [OUTBOX]


def test_a_crowd_is_found_oldest_first_and_up_to_the_limit(stores: Stores) -> None:
    ids = [conversation_id("direct", "shop", str(n)) for n in range(20)]
    for place, conversation in enumerate(ids):
        answer(stores, message(), of=conversation)
        stores.deliveries.put_off(conversation, 1, NOW + 100 - place)
    expected = [Due(DueKind.OUTBOX, conversation) for conversation in reversed(ids)]
    assert stores.agenda.due(NOW + 100, 100) == expected
    assert stores.agenda.due(NOW + 100, 20) == expected
    assert stores.agenda.due(NOW + 100, 7) == expected[:7]
    assert stores.agenda.due(NOW + 90, 100) == expected[:10]


def test_what_many_rows_of_one_conversation_hide_is_found(stores: Stores) -> None:
    """The limit counts things, not rows."""
    other = next(i for i in _ids() if shard(i) == shard(ID))
    for number in range(1, 8):
        answer(stores, message(f"e{number}", number))
    answer(stores, message(), of=other)
    stores.deliveries.put_off(other, 1, NOW + 90)
    assert stores.agenda.due(NOW + 90, 2) == [OUTBOX, Due(DueKind.OUTBOX, other)]


def test_a_parked_message_is_due_at_once_until_it_is_removed(stores: Stores) -> None:
    stores.inbox.park("group", message(), NOW)
    (parked,) = stores.agenda.due(NOW, 10)
    assert (parked.kind, parked.conversation) == (DueKind.INBOX, "")
    assert [p.message for p in stores.inbox.parked([parked.key])] == [message()]
    stores.inbox.remove(parked.key)
    assert not stores.agenda.due(NOW, 10)


def test_shards_are_stable_and_even() -> None:
    assert shard(ID) == "5"
    counts = [0] * SHARDS
    for conversation in _ids(800):
        counts[int(shard(conversation))] += 1
    assert min(counts) > 60


@pytest.mark.parametrize("limit", [1, 3])
def test_pages_of_the_index_are_read_on(
    aws: Aws, dynamo: Stores, limit: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page of the index holds as many rows as the limit; rows of one outbox may fill it."""
    monkeypatch.setattr("handrail.adapters.aws.table.shard", lambda _of: "3")
    for number in range(1, 8):
        answer(dynamo, message(f"e{number}", number))
    answer(dynamo, message(), of="z" * 26)
    with calls(aws.dynamodb) as made:
        found = dynamo.agenda.due(NOW + 60, limit)
    assert [d.conversation for d in found] == [ID, "z" * 26][:limit]
    assert all(arguments["IndexName"] == "due" for _, arguments in made)


def _ids(count: int = 100) -> list[str]:
    make: Callable[[int], str] = lambda n: conversation_id("direct", "shop", f"customer {n}")  # noqa: E731
    return [make(n) for n in range(count)]
