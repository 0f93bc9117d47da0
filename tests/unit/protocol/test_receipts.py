"""What comes back about our own messages: echoes, and receipts of what was lost after all."""

import pytest

from handrail.domain.conversation import Holder
from handrail.domain.decision import Ending
from handrail.domain.delivery import Action, Delivered, Retry, Unknown
from handrail.domain.errors import UnavailableError
from handrail.domain.ledger import Handling
from handrail.domain.message import FAILED, OWN, SAME_CUSTOMER, InboundMessage, Kind, Sender
from handrail.domain.outbox import State
from support.world import World


def receipt(world: World, message_id: str, **details: str) -> InboundMessage:
    return world.message(
        kind=Kind.RECEIPT, details={"message_id": message_id, "status": "failed", **details}
    )


def echo(world: World, message_id: str, **details: str) -> InboundMessage:
    return world.message(
        "I am on it.",
        kind=Kind.ECHO,
        details={"message_id": message_id, "console": "x", **details},
    )


class TestReceipts:
    def test_only_one_that_says_that_something_is_lost_goes_on(self) -> None:
        world = World()
        world.receive.accept([receipt(world, "w1"), receipt(world, "w1", **{FAILED: "131026"})])
        (left,) = world.inbound.fifo.receive()
        assert left.body.details[FAILED] == "131026"

    def test_a_message_that_is_lost_after_all_is_shown_as_such(self) -> None:
        world = World()
        world.wire.answers = [Delivered(("w1",))]
        world.say("Where is my order?")
        world.take(receipt(world, "w1", **{FAILED: "code_131026"}))
        (row,) = world.table.rows(world.id)
        assert (row.row.state, row.reason) == (State.UNDELIVERABLE, "code_131026")
        world.take(receipt(world, "w1", **{FAILED: "code_131026"}))
        assert world.now.version == 2

    def test_an_agent_is_told_and_the_request_counts_as_unreachable(self) -> None:
        world = World()
        world.ask_person()
        epoch = world.claim()
        world.wire.answers = [Delivered(("w9",))]
        world.answer(epoch)
        world.take(receipt(world, "w9", **{FAILED: "code_131047"}))
        assert world.table.entries(world.id)[-1].handling is Handling.NOTICE
        world.desk.seen(world.escalation, "ana", epoch, world.now.entries)
        world.desk.resolve(world.escalation, "ana", epoch)
        assert world.record.endings[1] is Ending.UNREACHABLE

    def test_a_loss_that_shows_after_the_ending_is_paged(self) -> None:
        world = World()
        world.ask_person()
        epoch = world.claim()
        world.wire.answers = [Delivered(("w9",))]
        world.answer(epoch)
        world.desk.resolve(world.escalation, "ana", epoch)
        world.take(receipt(world, "w9", **{FAILED: "30005"}))
        world.later(1)
        assert [page.what for page in world.pager.pages] == ["unreachable"]

    def test_a_receipt_that_is_faster_than_our_own_writing_comes_again(self) -> None:
        world = World()
        world.take(world.message("Where is my order?"))
        with pytest.raises(UnavailableError):
            world.take(receipt(world, "w1", **{FAILED: "x"}))
        world.wire.answers = [Delivered(("w1",))]
        world.deliver()
        world.take(receipt(world, "w1", **{FAILED: "x"}))
        assert world.table.rows(world.id)[0].row.state is State.UNDELIVERABLE

    def test_a_receipt_of_something_else_does_not_come_for_ever(self) -> None:
        world = World()
        world.take(world.message("Where is my order?"))
        other = receipt(world, "another's", **{FAILED: "x"})
        world.clock.advance(41)
        world.take(other)
        assert world.table.rows(world.id)[0].row.state is State.PENDING

    def test_one_about_an_old_row_that_is_sent_late_waits_too(self) -> None:
        world = World()
        world.take(world.message("Where is my order?"))
        world.clock.advance(90)
        lost = receipt(world, "w1", **{FAILED: "x"})
        world.clock.advance(20)
        with pytest.raises(UnavailableError):
            world.take(lost)

    def test_in_a_dead_letter_it_says_the_same(self) -> None:
        world = World()
        world.take(world.message("Where is my order?"))
        lost = receipt(world, "w1", **{FAILED: "x"})
        with pytest.raises(UnavailableError):
            world.inbound_dead.take(lost.to_dict(), world.id, "letter-1")
        world.wire.answers = [Delivered(("w1",))]
        world.deliver()
        world.inbound_dead.take(lost.to_dict(), world.id, "letter-1")
        assert world.table.rows(world.id)[0].row.state is State.UNDELIVERABLE
        assert world.now.holder is Holder.BOT

    def test_a_receipt_for_nobody_or_nothing_changes_nothing(self) -> None:
        world = World()
        world.take(receipt(world, "w1", **{FAILED: "x"}))
        assert world.id not in world.table.records or world.record.conversation is None
        world.say("Hello")
        version = world.now.version
        world.take(receipt(world, "another's", **{FAILED: "x"}))
        assert world.now.version == version


class TestEchoes:
    def test_our_own_never_hold_the_conversation(self) -> None:
        world = World()
        world.wire.answers = [Delivered(("w1", "w2"))]
        world.say("Where is my order?")
        for message_id in ("w1", "w2"):
            world.take(echo(world, message_id))
        assert world.now.holder is Holder.BOT
        assert not world.receive.accept([echo(world, "w3", **{OWN: "true"})])

    def test_a_person_elsewhere_does(self) -> None:
        world = World()
        world.say("Where is my order?")
        world.take(echo(world, "elsewhere"))
        assert world.now.holder is Holder.AGENT
        assert world.now.held_lease.agent == "external:x"

    def test_one_that_comes_before_our_receipt_waits_for_it(self) -> None:
        world = World()
        world.take(world.message("Where is my order?"))
        early = echo(world, "w1")
        with pytest.raises(UnavailableError):
            world.take(early)
        world.wire.answers = [Delivered(("w1",))]
        world.deliver()
        world.take(early)
        assert world.now.holder is Holder.BOT

    def test_one_that_waited_while_our_message_still_has_no_fate_holds_nothing(self) -> None:
        world = World()
        world.take(world.message("Where is my order?"))
        unknown = echo(world, "elsewhere")
        world.clock.advance(41)
        world.take(unknown)
        assert world.now.holder is Holder.BOT

    def test_one_that_waited_until_ours_was_written_down_is_a_persons(self) -> None:
        world = World()
        world.take(world.message("Where is my order?"))
        unknown = echo(world, "elsewhere")
        with pytest.raises(UnavailableError):
            world.take(unknown)
        world.deliver()
        world.take(unknown)
        assert world.now.holder is Holder.AGENT

    @pytest.mark.parametrize("outcome", [Unknown(), Retry(60.0)])
    def test_one_of_unknown_fate_is_noted_and_holds_nothing(
        self, outcome: Unknown | Retry
    ) -> None:
        world = World()
        world.wire.answers = [outcome, outcome]
        world.say("Where is my order?")
        world.take(echo(world, "w1"))
        assert world.now.holder is Holder.BOT
        assert world.table.entries(world.id)[-1].handling is Handling.NOTED

    def test_one_that_waits_keeps_nothing_that_came_before_it(self) -> None:
        world = World()
        world.take(world.message("Where is my order?"))
        older = echo(world, "elsewhere")
        with pytest.raises(UnavailableError):
            world.take(older)
        world.clock.advance(41)
        question, newer = world.message("And the other one?"), echo(world, "w1")
        behind = world.message("Hello?")
        with pytest.raises(UnavailableError):
            world.take(older, question, newer, behind)
        decided = [entry.body.event_id for entry in world.table.entries(world.id)]
        assert decided[1:] == [older.event_id, question.event_id], "and nothing that came behind"
        world.clock.advance(41)
        world.take(older, question, newer, behind)
        decided = [entry.body.event_id for entry in world.table.entries(world.id)]
        assert decided[3:] == [newer.event_id, behind.event_id]

    def test_part_of_a_message_is_known_by_its_id(self) -> None:
        world = World()
        world.wire.answers = [Retry(60.0, taken=("p1",))]
        world.say("Where is my order?")
        world.take(echo(world, "p1"))
        assert len(world.table.entries(world.id)) == 1


class TestParts:
    def test_the_next_attempt_goes_on_behind_what_was_taken(self) -> None:
        world = World()
        world.wire.answers = [Unknown(taken=("p1",)), Retry(1.0, taken=("p1", "p2"))]
        world.say("Where is my order?")
        assert world.table.rows(world.id)[0].receipts == ("p1", "p2")
        world.later(60)
        assert world.wire.got[-1].taken == ("p1", "p2")


class TestOneCustomer:
    @pytest.mark.parametrize("dies", [False, True])
    def test_a_changed_number_leads_to_the_same_conversation(self, *, dies: bool) -> None:
        world = World()
        world.say("Where is my order?")
        moved = world.message(
            kind=Kind.LIFECYCLE,
            sender=Sender(("new", "customer")),
            details={SAME_CUSTOMER: "true", "event": "user_changed_number"},
        )
        assert world.receive.accept([moved]) == 1
        if dies:
            world.inbound_dead.take(moved.to_dict(), world.id, "letter-1")
        else:
            world.take(moved)
        assert world.now.holder is Holder.BOT
        world.take(world.press(Action.PERSON, sender=Sender(("new",))))
        assert world.now.holder is Holder.WAITING
        assert world.now.sender_ids == ("new", "customer")

    def test_of_somebody_who_never_wrote_it_opens_nothing(self) -> None:
        world = World()
        moved = world.message(
            kind=Kind.LIFECYCLE,
            sender=Sender(("new", "old")),
            details={SAME_CUSTOMER: "true"},
        )
        world.take(moved)
        assert all(one.conversation is None for one in world.table.records.values())

    def test_other_events_stay_at_the_door(self) -> None:
        world = World()
        event = world.message(kind=Kind.LIFECYCLE, sender=Sender(("a", "b")))
        nobody = world.message(kind=Kind.LIFECYCLE, sender=Sender(()))
        assert world.receive.accept([event, nobody]) == 0
