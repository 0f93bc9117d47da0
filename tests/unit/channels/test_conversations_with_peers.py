"""Thirty messages each way on every messenger, with a provider as it is on a bad day."""

import random

import pytest

from handrail.adapters.channels import CHANNELS
from handrail.domain.conversation import Holder
from handrail.domain.decision import Ending
from handrail.domain.delivery import Action
from handrail.domain.outbox import State
from handrail.domain.turn import Answered
from handrail_ops.channels.peers.base import Weather
from handrail_ops.channels.peers.meta import MessengerPeer
from handrail_ops.channels.peers.table import PEERS
from support.messenger_world import DAY_SECONDS, MessengerWorld
from support.world import CITATION

BAD = Weather(busy=0.15, failing=0.1, unreachable=0.1, silent=0.1, deaf=0.1, repeated=0.3)
MESSENGERS = sorted(PEERS)
KEYED = {"line"}
"""Which of them take a key by which a repetition is known."""


def test_every_messenger_has_its_peer() -> None:
    assert set(PEERS) == {name for name, entry in CHANNELS.items() if entry.is_messenger}


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("channel", MESSENGERS)
def test_nothing_is_lost_and_the_order_is_kept(channel: str, seed: int) -> None:
    world = MessengerWorld(channel, BAD, seed)
    for number in range(30):
        world.turns.outcome = Answered(f"Answer {number:02}.", (CITATION,), "en")
        world.writes(f"Where is my parcel {number}?")
        world.clock.advance(random.Random(number).choice((1, 20, 200)))  # noqa: S311
    world.settle()
    rows = world.table.rows(world.id)
    assert [row.row.state for row in rows] == [State.DELIVERED] * 30
    seen = [got.text for got in world.got]
    numbers = [int(text.partition("Answer ")[2][:2]) for text in seen]
    assert numbers == sorted(numbers)
    assert set(numbers) == set(range(30))
    # What was taken and never answered comes again, but where a key tells; nothing else does.
    assert len(seen) - 30 <= (0 if channel in KEYED else world.peer.silent)
    assert len(world.table.entries(world.id)) == 30
    # Busy it was by its weather alone: we never sent too fast.
    assert not world.peer.refused


@pytest.mark.parametrize("channel", MESSENGERS)
def test_on_a_good_day_each_comes_once_and_offers_a_person(channel: str) -> None:
    world = MessengerWorld(channel)
    for number in range(30):
        world.writes(f"Where is my parcel {number}?")
        world.clock.advance(30)
    assert len(world.got) == 30
    for got in world.got:
        offered = Action.PERSON in [action for action, _ in got.buttons]
        assert offered or "human" in got.text


@pytest.mark.parametrize("channel", MESSENGERS)
def test_a_person_is_reached_by_the_button_and_answers(channel: str) -> None:
    world = MessengerWorld(channel)
    world.writes("Where is my parcel?")
    world.presses(str(Action.PERSON))
    assert world.now.holder is Holder.WAITING
    epoch = world.claim()
    world.answer(epoch, "It comes tomorrow.")
    assert world.got[-1].text == "It comes tomorrow."
    world.writes("Thank you")
    world.desk.seen(world.escalation, "ana", epoch, world.now.entries)
    world.desk.resolve(world.escalation, "ana", epoch)
    assert world.record.endings[1] is Ending.ANSWERED


@pytest.mark.parametrize("channel", MESSENGERS)
def test_a_webhook_of_days_ago_changes_nothing(channel: str) -> None:
    world = MessengerWorld(channel)
    webhook = world.peer.writes(world.entry.customer, "Where is my parcel?")
    for _ in range(3):
        assert world.post(world.peer.again(webhook))
        world.receive_all()
        world.clock.advance(3 * DAY_SECONDS)
    assert len(world.got) == 1


@pytest.mark.parametrize("channel", MESSENGERS)
def test_long_answers_in_any_script_are_taken_whole(channel: str) -> None:
    world = MessengerWorld(channel)
    for text in ("слово " * 330, "ก" * 1_900, "👩‍👩‍👧‍👦" * 150, "word. " * 330, "a" * 2_000):
        world.turns.outcome = Answered(text, (CITATION,), "en")
        world.writes("Where is my parcel?")
        world.clock.advance(600)
    assert [row.row.state for row in world.table.rows(world.id)] == [State.DELIVERED] * 5
    assert not world.peer.refused
    shown = "".join("".join(got.text.split()) for got in world.got)
    assert shown.count("слово") == 330
    assert shown.count("👩‍👩‍👧‍👦") == 150


@pytest.mark.parametrize("channel", [one for one in MESSENGERS if "whatsapp" in one])
def test_after_a_day_whatsapp_knocks_and_the_words_follow(channel: str) -> None:
    world = MessengerWorld(channel)
    world.writes("I want to talk to a person")
    epoch = world.claim()
    world.clock.advance(25 * 3600)
    world.answer(epoch, "Sorry for the wait.")
    assert world.got[-1].template
    world.settle(2)
    assert sum(got.template for got in world.got) == 1
    world.writes("Yes?")
    assert world.got[-1].text == "Sorry for the wait."


@pytest.mark.parametrize("channel", ["messenger", "instagram"])
def test_after_a_day_a_person_may_write_and_the_bot_may_not(channel: str) -> None:
    world = MessengerWorld(channel)
    world.writes("I want to talk to a person")
    epoch = world.claim()
    for days, arrives in ((2, True), (6, False)):
        world.clock.advance(days * DAY_SECONDS)
        world.answer(epoch, f"After {days} days.")
        assert (world.got[-1].text == f"After {days} days.") is arrives
    assert not world.peer.refused


def test_who_says_stop_to_a_carrier_is_not_sent_to() -> None:
    world = MessengerWorld("twilio_sms")
    world.writes("Where is my parcel?")
    world.writes("STOP")
    world.writes("hello?")
    assert len(world.got) == 1
    assert not world.peer.refused
    world.clock.advance(60)
    world.writes("START")
    assert "receive our messages again" in world.got[-1].text


def test_a_person_at_the_pages_inbox_holds_and_our_echoes_do_not() -> None:
    world = MessengerWorld("messenger")
    peer = world.peer
    assert isinstance(peer, MessengerPeer)
    world.writes("Where is my parcel?")
    assert world.post(peer.echo(world.entry.customer, "I am on it."))
    world.receive_all()
    assert world.now.holder is Holder.AGENT
    world.writes("Thanks")
    assert len(world.got) == 1
