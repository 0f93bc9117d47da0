"""The FIFO queue in memory behaves as SQS does where the protocol has to live with it."""

import pytest

from handrail_ops.memory.clock import ManualClock
from handrail_ops.memory.queues import MemoryFifo


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(1_000.0)


@pytest.fixture
def fifo(clock: ManualClock) -> MemoryFifo[str]:
    return MemoryFifo(clock)


def bodies(fifo: MemoryFifo[str], limit: int = 10, group: str | None = None) -> list[str]:
    return [taken.body for taken in fifo.receive(limit, group)]


def test_a_group_is_handed_out_in_order_and_blocked_meanwhile(fifo: MemoryFifo[str]) -> None:
    for body in ("a1", "a2", "a3"):
        fifo.put("a", body)
    fifo.put("b", "b1")
    first = fifo.receive(2)
    assert [taken.body for taken in first] == ["a1", "a2"]
    assert fifo.groups() == ["b"]
    assert bodies(fifo, group="a") == []
    assert bodies(fifo) == ["b1"]
    assert bodies(fifo) == []
    fifo.done(first)
    assert bodies(fifo) == ["a3"]


def test_a_group_can_be_chosen(fifo: MemoryFifo[str]) -> None:
    fifo.put("a", "a1")
    fifo.put("b", "b1")
    assert bodies(fifo, group="b") == ["b1"]
    assert bodies(fifo, group="nobody") == []


def test_what_is_not_finished_in_time_is_delivered_again_and_counted(
    fifo: MemoryFifo[str], clock: ManualClock
) -> None:
    fifo.put("a", "a1")
    (taken,) = fifo.receive()
    assert taken.receives == 1
    clock.advance(89.9)
    assert fifo.receive() == []
    clock.advance(0.1)
    (again,) = fifo.receive()
    assert (again.body, again.receives) == ("a1", 2)


def test_what_was_delivered_too_often_is_dead_and_unblocks_its_group(
    fifo: MemoryFifo[str],
) -> None:
    fifo.put("a", "poison")
    fifo.put("a", "a2")
    for _ in range(2):
        fifo.again(fifo.receive(1))
    assert bodies(fifo) == ["a2"]
    assert [taken.body for taken in fifo.dead] == ["poison"]


def test_a_dead_group_is_gone(fifo: MemoryFifo[str]) -> None:
    fifo.put("a", "poison")
    for _ in range(2):
        fifo.again(fifo.receive())
    assert fifo.groups() == []
    assert len(fifo) == 0
    assert len(fifo.dead) == 1


def test_of_a_batch_what_was_finished_is_gone_and_the_rest_comes_again(
    fifo: MemoryFifo[str],
) -> None:
    for body in ("a1", "a2", "a3"):
        fifo.put("a", body)
    taken = fifo.receive()
    fifo.done(taken[:1])
    assert len(fifo) == 2
    fifo.again(taken[1:])
    assert bodies(fifo) == ["a2", "a3"]


def test_finishing_what_was_delivered_to_another_meanwhile_does_no_harm(
    fifo: MemoryFifo[str], clock: ManualClock
) -> None:
    fifo.put("a", "a1")
    slow = fifo.receive()
    clock.advance(90)
    fast = fifo.receive()
    fifo.done(fast)
    fifo.done(slow)
    assert len(fifo) == 0


def test_the_same_is_taken_once_within_five_minutes_even_when_it_is_finished(
    fifo: MemoryFifo[str], clock: ManualClock
) -> None:
    fifo.put("a", "a1", "d1")
    fifo.done(fifo.receive())
    clock.advance(299)
    fifo.put("a", "a1", "d1")
    assert len(fifo) == 0
    clock.advance(1)
    fifo.put("a", "a1", "d1")
    assert len(fifo) == 1
