"""A channel's window: tracked, shown, told before it closes, opened again by a template."""

from dataclasses import replace

import pytest

from handrail.application.ports import Address
from handrail.domain import windows
from handrail.domain.conversation import Holder
from handrail.domain.delivery import (
    Delivered,
    Delivery,
    OutboundMessage,
    Permanent,
    Retry,
    Unknown,
    WindowClosed,
)
from handrail.domain.ledger import Handling
from handrail.domain.message import FAILED, Kind
from handrail.domain.outbox import State
from handrail.domain.promises import Promises
from handrail.domain.windows import WINDOWS, Window, reply_until
from support.world import Wire, World

DAY = 24 * 3600.0
HOUR = 3600.0


class KnockingWire(Wire):
    """A wire that has something approved for a closed window."""

    def __init__(self) -> None:
        super().__init__()
        self.knocks: list[OutboundMessage] = []
        self.knocked: Delivery = Delivered(("k1",))

    def knock(self, _address: Address, message: OutboundMessage) -> Delivery:
        self.knocks.append(message)
        return self.knocked


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setattr(windows, "WINDOWS", {**WINDOWS, "test": Window(int(DAY))})
    world = World(
        Promises(
            lease_seconds=int(90 * DAY), nudge_seconds=int(80 * DAY), reply_seconds=int(81 * DAY)
        )
    )
    world.wire = KnockingWire()
    world.deliver_ = replace(world.deliver_, channels={"test": world.wire})
    return world


def wire(world: World) -> KnockingWire:
    assert isinstance(world.wire, KnockingWire)
    return world.wire


@pytest.mark.parametrize(
    ("channel", "agent", "days"),
    [
        ("whatsapp_cloud", False, 1),
        ("whatsapp_cloud", True, 1),
        ("messenger", False, 1),
        ("messenger", True, 7),
        ("instagram", True, 7),
        ("twilio_whatsapp", True, 1),
    ],
)
def test_each_channel_has_its_window(channel: str, agent: bool, days: int) -> None:
    assert reply_until(channel, 1_000.0, agent=agent) == 1_000.0 + days * DAY


@pytest.mark.parametrize("channel", ["twilio_sms", "direct", "web", "unheard_of"])
def test_others_have_none(channel: str) -> None:
    assert reply_until(channel, 1_000.0, agent=True) is None


def test_a_customers_message_opens_it_and_a_reaction_does_not(world: World) -> None:
    world.say("Where is my order?")
    wrote_at = world.now.customer_wrote_at
    assert wrote_at == world.clock.now()
    world.clock.advance(60)
    world.take(world.message(kind=Kind.REACTION))
    assert world.now.customer_wrote_at == wrote_at
    world.take(world.message("late", occurred_at=wrote_at - 500))
    assert world.now.customer_wrote_at == wrote_at


def test_agents_are_shown_until_when_they_can_reply(world: World) -> None:
    world.ask_person()
    until = world.clock.now() + DAY
    world.later(20)
    assert world.agents.waiting[-1]["reply_until"] == until
    assert world.desk.read(world.escalation)["reply_until"] == until
    claimed = world.desk.claim(world.escalation, "ana", None)
    assert (claimed["reply_until"], claimed["stopped"]) == (until, False)
    epoch = claimed["epoch"]
    world.take(world.message("STOP"))
    beat = world.desk.heartbeat(world.escalation, "ana", epoch)
    assert beat["stopped"]


class TestClosing:
    def test_who_waits_is_told_once_and_how_to_open_it_again(self, world: World) -> None:
        world.ask_person()
        world.later(22 * HOUR + 1)
        world.later(61)
        told = [one for one in world.said if one == "window.closing"]
        assert told == ["window.closing"]
        message = wire(world).got[world.said.index("window.closing")]
        assert "send us any message here" in message.text
        assert "waiting.kept" not in message.text
        assert message.buttons
        world.later(HOUR)
        assert world.said.count("window.closing") == 1

    def test_the_companys_chat_is_named_where_there_is_one(self, world: World) -> None:
        world.deliver_ = replace(world.deliver_, chat_url="https://shop.example/chat")
        world.ask_person()
        world.later(22 * HOUR + 1)
        world.later(61)
        message = wire(world).got[world.said.index("window.closing")]
        assert "You can also continue here: https://shop.example/chat" in message.text

    def test_it_is_due_in_time(self, world: World) -> None:
        world.ask_person()
        wrote_at = world.now.customer_wrote_at
        world.later(21 * HOUR)
        for _ in range(3):
            world.sweep()
        assert world.now.due is not None
        assert world.now.due <= wrote_at + 22 * HOUR

    def test_a_new_message_opens_a_new_window_and_a_new_warning(self, world: World) -> None:
        world.ask_person()
        world.later(22 * HOUR + 1)
        world.later(61)
        world.say("Are you still there?")
        for _ in range(24):
            world.later(HOUR)
        assert world.said.count("window.closing") == 2

    def test_when_it_is_too_late_nothing_is_said(self, world: World) -> None:
        world.ask_person()
        world.later(25 * HOUR)
        world.sweep()
        assert "window.closing" not in world.said

    def test_who_talks_to_the_bot_or_a_person_is_not_told(self, world: World) -> None:
        world.say("Where is my order?")
        world.later(23 * HOUR)
        world.ask_person()
        world.claim()
        world.later(23 * HOUR)
        assert "window.closing" not in world.said

    def test_a_message_that_came_as_a_dead_letter_opens_it_too(self, world: World) -> None:
        letter = world.message("Where is my order?")
        world.inbound_dead.take(letter.to_dict(), world.id, "letter-1")
        assert world.now.customer_wrote_at == letter.occurred_at
        for _ in range(22):
            world.later(HOUR)
        assert "window.closing" in world.said


class TestKnocking:
    def closed(self, world: World) -> int:
        """An agent has written after the window had closed."""
        world.ask_person()
        epoch = world.claim()
        world.clock.advance(25 * HOUR)
        world.wire.answers = [WindowClosed()]
        world.answer(epoch)
        return epoch

    def test_a_persons_words_wait_until_the_customer_writes(self, world: World) -> None:
        self.closed(world)
        assert len(wire(world).knocks) == 1
        assert world.table.rows(world.id)[-1].row.state is State.PENDING
        world.later(2 * HOUR)
        assert len(wire(world).knocks) == 1
        world.take(world.message("Yes?"))
        world.deliver()
        assert wire(world).got[-1].text == "I am looking into it."
        assert wire(world).got[-1].taken == ()
        assert world.now.holder is Holder.AGENT

    def test_after_a_week_they_are_given_up(self, world: World) -> None:
        self.closed(world)
        for _ in range(8):
            world.later(DAY)
        row = world.table.rows(world.id)[-1]
        assert (row.row.state, row.reason) == (
            State.UNDELIVERABLE,
            "the channel's window is closed",
        )

    def test_what_they_kept_waiting_for_a_week_knocks_at_nobody(self, world: World) -> None:
        epoch = self.closed(world)
        world.answer(epoch, "Are you there?")
        world.wire.answers = [WindowClosed()] * 9
        for _ in range(8):
            world.later(DAY)
        states = [one.row.state for one in world.table.rows(world.id)[-2:]]
        assert states == [State.UNDELIVERABLE] * 2
        assert len(wire(world).knocks) == 1

    def test_once_the_customer_writes_they_are_tried_for_another_day(self, world: World) -> None:
        self.closed(world)
        world.later(3 * DAY)
        world.wire.answers = [Retry(0.0)] * 20
        world.take(world.message("Yes?"))
        while world.wire.answers:
            assert world.table.rows(world.id)[-1].row.state is State.PENDING
            world.later(901)
        world.later(901)
        assert wire(world).got[-1].text == "I am looking into it."

    def test_what_waits_behind_them_is_not_asked_for_every_minute(self, world: World) -> None:
        epoch = self.closed(world)
        world.answer(epoch, "Are you there?")
        world.deliver()
        head, behind = world.table.rows(world.id)[-2:]
        assert (behind.due, behind.put_off) == (head.due, False)
        world.take(world.message("Yes?"))
        world.deliver()
        texts = [one.text for one in wire(world).got[-2:]]
        assert texts == ["I am looking into it.", "Are you there?"]

    def test_what_waited_behind_them_is_not_given_up_for_its_age(self, world: World) -> None:
        epoch = self.closed(world)
        world.answer(epoch, "Are you there?")
        world.later(3 * DAY)
        world.wire.answers = [Delivered(("w1",)), Retry(0.0)]
        world.take(world.message("Yes?"))
        world.deliver()
        assert world.table.rows(world.id)[-1].row.state is State.PENDING

    def test_a_knock_that_is_lost_after_all_gives_them_up(self, world: World) -> None:
        self.closed(world)
        details = {"message_id": "k1", FAILED: "131049"}
        world.take(world.message(kind=Kind.RECEIPT, details=details))
        row = world.table.rows(world.id)[-1]
        assert (row.row.state, row.reason) == (State.UNDELIVERABLE, "131049")
        assert world.table.entries(world.id)[-1].handling is Handling.NOTICE

    @pytest.mark.parametrize("outcome", [WindowClosed(), Permanent("no template")])
    def test_where_nothing_is_approved_the_agent_is_told_at_once(
        self, world: World, outcome: Delivery
    ) -> None:
        wire(world).knocked = outcome
        self.closed(world)
        assert world.table.rows(world.id)[-1].row.state is State.UNDELIVERABLE

    def test_a_knock_of_unknown_fate_is_not_repeated(self, world: World) -> None:
        wire(world).knocked = Unknown()
        self.closed(world)
        world.later(2 * HOUR)
        assert len(wire(world).knocks) == 1

    def test_a_knock_that_was_not_taken_is_tried_again(self, world: World) -> None:
        wire(world).knocked = Retry(10.0)
        self.closed(world)
        wire(world).knocked = Delivered(("k2",))
        world.wire.answers = [WindowClosed()]
        world.later(60)
        assert len(wire(world).knocks) == 2
        assert world.table.rows(world.id)[-1].row.state is State.PENDING

    def test_what_the_bot_says_never_knocks(self, world: World) -> None:
        world.wire.answers = [WindowClosed()]
        world.say("Where is my order?")
        assert wire(world).knocks == []
        assert world.table.rows(world.id)[-1].row.state is State.UNDELIVERABLE

    def test_a_channel_without_templates_gives_up(self, world: World) -> None:
        world.wire = Wire()
        world.deliver_ = replace(world.deliver_, channels={"test": world.wire})
        self.closed(world)
        assert world.table.rows(world.id)[-1].row.state is State.UNDELIVERABLE
