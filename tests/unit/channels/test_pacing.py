"""No faster than a provider takes it: a short wait is slept, a long one is the row's."""

import threading

import pytest

from handrail.adapters.channels import CHANNELS
from handrail.adapters.channels.direct import CallbackAnswer
from handrail.adapters.channels.kit import pacing
from handrail.adapters.channels.kit.accounts import Account
from handrail.adapters.channels.kit.messenger_base import Tools
from handrail.adapters.channels.kit.pacing import Pace, Pacer, Rate
from handrail.adapters.channels.registry import messenger
from handrail.application.ports import Address
from handrail.domain.conversation import Holder
from handrail.domain.delivery import Delivered, Delivery, Retry
from handrail.domain.outbox import State
from handrail_ops.memory.clock import ManualClock
from support.channel_bench import Provider, answered
from support.channel_samples import outbound
from support.messenger_world import MessengerWorld

HERE = ("telegram", "shop")
EVERY_SECOND = Pace(pair=Rate(1.0, burst=3))


class Bench:
    """A pacer whose sleep is the clock's."""

    def __init__(self) -> None:
        self.clock = ManualClock(1_000.0)
        self.slept: list[float] = []
        self.pacer = Pacer(self._sleep, self.clock.now)

    def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.clock.advance(seconds)

    def wait(self, pace: Pace, customer: str = "ada") -> float:
        return self.pacer.wait(pace, HERE, customer)


def test_a_burst_goes_at_once_and_then_one_by_one() -> None:
    bench = Bench()
    assert [bench.wait(EVERY_SECOND) for _ in range(6)] == [0.0] * 6
    assert bench.slept == [1.0, 1.0, 1.0]
    bench.clock.advance(10)
    assert [bench.wait(EVERY_SECOND) for _ in range(3)] == [0.0] * 3
    assert len(bench.slept) == 3


def test_each_customer_has_a_rate_of_their_own() -> None:
    bench = Bench()
    for number in range(20):
        assert bench.wait(EVERY_SECOND, f"customer {number}") == 0.0
    assert not bench.slept


def test_an_account_has_one_too() -> None:
    bench = Bench()
    pace = Pace(pair=Rate(1.0, burst=3), account=Rate(0.1, burst=2))
    for number in range(7):
        assert bench.wait(pace, f"customer {number}") == 0.0
    assert sum(bench.slept) == pytest.approx(0.5)


def test_what_would_be_long_is_not_slept_and_not_counted() -> None:
    bench = Bench()
    pace = Pace(pair=Rate(6.0, burst=2))
    assert [bench.wait(pace) for _ in range(4)] == [0.0, 0.0, 6.0, 6.0]
    assert not bench.slept
    bench.clock.advance(6)
    assert bench.wait(pace) == 0.0


def test_a_function_sleeps_only_so_much_for_one_customer() -> None:
    bench = Bench()
    found = [bench.wait(EVERY_SECOND) for _ in range(11)]
    assert found[:9] == [0.0] * 9
    assert found[9:] == [1.0, 1.0]
    assert sum(bench.slept) == pacing.SLEPT_SECONDS_MAX
    bench.clock.advance(61)
    assert [bench.wait(EVERY_SECOND) for _ in range(4)] == [0.0] * 4


def test_what_is_paid_for_is_forgotten() -> None:
    bench = Bench()
    for number in range(pacing._KEPT_MAX + 50):
        bench.wait(EVERY_SECOND, str(number))
        bench.clock.advance(2)
    assert len(bench.pacer._sent) <= pacing._KEPT_MAX


def test_threads_share_it() -> None:
    pacer = Pacer(lambda _seconds: None, lambda: 0.0)
    gone: list[float] = []

    def send() -> None:
        pace = Pace(account=Rate(100.0, burst=100))
        gone.extend(pacer.wait(pace, HERE, str(number)) for number in range(50))

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert gone.count(0.0) == 100


def asking(seconds: str) -> CallbackAnswer:
    return answered(429, {"ok": False, "error": "ratelimited"}, retry_after=seconds)


@pytest.mark.parametrize(
    ("answers", "asked", "outcome"),
    [
        ([asking("1")], 2, Delivered),
        ([asking("1"), asking("1")], 2, Retry),
        ([asking("60")], 1, Retry),
        ([answered(500, {})], 1, Retry),
    ],
)
def test_a_provider_that_asks_for_a_moment_gets_it_once(
    answers: list[CallbackAnswer], asked: int, outcome: type[Delivery]
) -> None:
    bench = Bench()
    provider = Provider(answered(200, {"ok": True, "ts": "1.2"}), answers=list(answers))
    account = Account("shop", {"bot_token": "t"})
    tools = Tools(lambda _channel, _account: account, provider, bench.clock, bench.pacer)
    channel = messenger("slack", CHANNELS["slack"], tools)
    found = channel.send(Address("slack", "shop", ("U1",)), outbound())
    assert isinstance(found, outcome)
    assert len(provider.asked) == asked
    assert bench.slept == [1.0] * (asked - 1)


LIMITED = ["telegram", "slack", "whatsapp_cloud", "twilio_whatsapp"]


@pytest.mark.parametrize("channel", LIMITED)
def test_an_agent_who_writes_fast_is_never_refused(channel: str) -> None:
    world = MessengerWorld(channel)
    world.writes("I want to talk to a person")
    epoch = world.claim()
    for number in range(60):
        world.answer(epoch, f"Line {number:02}.")
    assert world.now.holder is Holder.AGENT
    world.settle(1)
    said = [got.text for got in world.got if got.text.startswith("Line")]
    assert said == [f"Line {number:02}." for number in range(60)]
    assert not world.peer.refused
    rows = world.table.rows(world.id)
    assert all(row.row.state is State.DELIVERED for row in rows)


@pytest.mark.parametrize("channel", LIMITED)
def test_without_it_they_would_be(channel: str) -> None:
    world = MessengerWorld(channel)
    world.pacer.wait = lambda *_: 0.0  # type: ignore[method-assign]
    world.writes("I want to talk to a person")
    epoch = world.claim()
    for number in range(60):
        world.answer(epoch, f"Line {number:02}.")
    assert world.peer.refused


def test_a_part_that_has_to_wait_keeps_those_before_it() -> None:
    world = MessengerWorld("whatsapp_cloud")
    world.writes("I want to talk to a person")
    epoch = world.claim()
    account = ("whatsapp_cloud", world.peer.account)
    for _ in range(42):
        world.pacer.wait(world.channel.pace, account, world.entry.customer)
    world.answer(epoch, "word " * 2_000)
    (row,) = [one for one in world.table.rows(world.id) if one.row.state is State.PENDING]
    assert len(row.receipts) == 1
    world.settle(1)
    assert "".join(got.text for got in world.got).count("word") == 2_000
    assert not world.peer.refused


def test_every_messenger_says_its_pace() -> None:
    for name, entry in CHANNELS.items():
        if entry.is_messenger:
            pace = MessengerWorld(name).channel.pace
            peer = MessengerWorld(name).peer
            assert (pace.pair is not None) is bool(peer.burst), name
            if pace.pair is not None:
                assert (pace.pair.burst, pace.pair.seconds) == (peer.burst, peer.pair_seconds)
