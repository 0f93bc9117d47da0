"""Customers see that somebody is at it: asked by conduct, shown by deliver, harmless to lose."""

import json
from dataclasses import replace
from typing import Any

import pytest

from handrail.adapters.aws.queues import SqsTypingHints
from handrail.adapters.channels import CHANNELS
from handrail.adapters.channels.kit.messenger_base import Messenger
from handrail.application.conduct import SHOWS_TYPING
from handrail.application.ports import BY_AGENT, Address
from handrail.domain.conversation import Holder
from handrail.domain.errors import FencedError, UnavailableError
from support.channel_bench import Provider, answered, built
from support.messenger_world import MessengerWorld


class Hints:
    """Remembers what was asked for."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []
        self.broken = False

    def show(self, conversation: str, event_id: str) -> None:
        if self.broken:
            message = "the queue is away"
            raise UnavailableError(message)
        self.asked.append((conversation, event_id))


def world_with(hints: Hints, channel: str = "whatsapp_cloud") -> MessengerWorld:
    world = MessengerWorld(channel)
    world.conduct = replace(world.conduct, typing=hints)
    return world


def test_a_turn_asks_for_it_and_a_request_for_a_person_does_not() -> None:
    hints = Hints()
    world = world_with(hints)
    world.writes("Where is my parcel?")
    assert [conversation for conversation, _ in hints.asked] == [world.id]
    world.writes("I want to talk to a person")
    world.claim()
    world.writes("Hello?")
    assert len(hints.asked) == 1


def test_where_there_is_no_indicator_nothing_is_asked() -> None:
    hints = Hints()
    world_with(hints, "twilio_sms").writes("Where is my parcel?")
    assert hints.asked == []


def test_it_may_be_lost() -> None:
    hints = Hints()
    hints.broken = True
    world = world_with(hints)
    world.writes("Where is my parcel?")
    assert len(world.got) == 1


def test_deliver_shows_it_and_says_nothing_of_failures() -> None:
    world = MessengerWorld("whatsapp_cloud")
    world.writes("Where is my parcel?")
    customer = world.peer.customer(world.entry.customer)
    world.deliver_.show_typing(world.id, "wamid.1")
    assert customer.typing == 1
    world.deliver_.show_typing("nobody", "wamid.1")
    world.writes("I want to talk to a person")
    world.claim()
    assert world.now.holder is Holder.AGENT
    world.deliver_.show_typing(world.id, "wamid.2")
    world.take(world.message("STOP", channel="whatsapp_cloud", account="1065"))
    assert customer.typing == 1


@pytest.mark.parametrize(
    "name", sorted(name for name in SHOWS_TYPING & set(CHANNELS) if CHANNELS[name].is_messenger)
)
def test_the_channels_that_are_asked_have_an_indicator(name: str) -> None:
    channel = built(name, Provider(answered(200, {})))
    assert type(channel).typing is not Messenger.typing


def test_the_channels_that_have_one_are_asked() -> None:
    for name, entry in CHANNELS.items():
        if entry.is_messenger:
            channel = built(name, Provider(answered(200, {})))
            assert (type(channel).typing is not Messenger.typing) == (name in SHOWS_TYPING), name


def test_the_hint_has_a_lane_of_its_own() -> None:
    sent: list[dict[str, Any]] = []

    class Client:
        def send_message(self, **arguments: Any) -> dict[str, str]:
            sent.append(arguments)
            return {"MessageId": "m"}

    hints = SqsTypingHints(Client(), "url")  # type: ignore[arg-type]
    hints.show("c1", "e1")
    hints.show("c1", "e1")
    assert json.loads(sent[0]["MessageBody"]) == {"conversation": "c1", "typing": "e1"}
    assert sent[0]["MessageGroupId"] == "c1/typing"
    assert sent[0]["MessageDeduplicationId"] != sent[1]["MessageDeduplicationId"]


class Shows:
    """A channel that shows who writes."""

    def __init__(self) -> None:
        self.shown: list[str] = []

    def typing(self, _address: Address, _event_id: str) -> None:
        self.shown.append("bot")

    def agent_types(self, _address: Address) -> None:
        self.shown.append("agent")


def test_of_two_who_write_only_the_one_who_may_speak_is_shown() -> None:
    world = MessengerWorld("whatsapp_cloud")
    world.writes("Where is my parcel?")
    shows: Any = Shows()
    deliver = replace(world.deliver_, channels={"whatsapp_cloud": shows})
    deliver.show_typing(world.id, BY_AGENT)
    deliver.show_typing(world.id, "wamid.1")
    world.writes("I want to talk to a person")
    world.claim()
    deliver.show_typing(world.id, "wamid.2")
    deliver.show_typing(world.id, BY_AGENT)
    assert shows.shown == ["bot", "agent"]
    # A channel that knows only one kind of writing.
    world.deliver_.show_typing(world.id, BY_AGENT)
    assert world.peer.customer(world.entry.customer).typing == 0


def test_only_the_agent_who_holds_the_conversation_is_writing() -> None:
    hints = Hints()
    world = MessengerWorld("whatsapp_cloud")
    world.writes("I want to talk to a person")
    epoch = world.claim()
    desk = replace(world.desk, typing_hints=hints)
    assert desk.typing(world.escalation, "ana", epoch) == {}
    assert hints.asked == [(world.id, BY_AGENT)]
    with pytest.raises(FencedError):
        desk.typing(world.escalation, "ben", epoch)
    hints.broken = True
    assert desk.typing(world.escalation, "ana", epoch) == {}
    assert world.desk.typing(world.escalation, "ana", epoch) == {}
