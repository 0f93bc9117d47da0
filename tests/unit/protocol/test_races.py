"""The dangerous races, each with the fix that ends it. Remove a fix and its test turns red."""

import pytest

from handrail.domain.conversation import Holder
from handrail.domain.delivery import Action, Retry
from handrail.domain.errors import FencedError, NothingToClaimError, UnavailableError
from handrail.domain.message import Sender
from support.world import Crash, NeedsPerson, Reason, World, fail_once, heal


class TestABotThatChecksThinksAndThenSpeaks:
    """R1: while a turn runs, the customer asks for a person."""

    def test_a_stale_answer_is_never_said_after_the_request(self) -> None:
        world = World()
        request = world.press(Action.PERSON, position=2)
        question = world.message("how long does a refund take", position=1)
        world.turns.during = lambda: world.take(request)
        world.take(question)
        world.deliver()
        assert world.said[0] == "requested.asked"
        assert len(world.turns.runs) == 2, "what lost its fence is decided again, not committed"
        epochs = [sent.row.epoch for sent in world.record.outbox]
        assert epochs == sorted(epochs)
        assert all(sent.row.epoch == world.now.epoch for sent in world.record.outbox)

    def test_without_time_for_another_turn_the_place_is_kept(self) -> None:
        world = World()
        request = world.press(Action.PERSON, position=2)

        def slow() -> None:
            world.take(request)
            world.clock.advance(20)

        world.turns.during = slow
        world.take(world.message("how long does a refund take", position=1))
        world.deliver()
        assert world.said == ["requested.asked", "waiting.failed_turn"]

    def test_the_request_does_not_wait_for_the_turn(self) -> None:
        world = World()
        seen: list[Holder] = []

        def during() -> None:
            world.take(world.press(Action.PERSON))
            seen.append(world.now.holder)

        world.turns.during = during
        world.say("how long does a refund take")
        assert seen == [Holder.WAITING]

    def test_a_claim_during_the_turn_silences_the_bot(self) -> None:
        world = World()
        world.ask_person()
        world.sweep()
        claimed: list[int] = []
        world.turns.during = lambda: claimed.append(world.claim())
        world.take(world.message("and where is my parcel"))
        assert [s.row.speaker for s in world.record.outbox if s.row.speaker == "bot"] == []
        assert world.now.entries == 2
        assert world.now.held_lease.seen == 1, "the agent has yet to see it"


class TestAnAgentWhoLostTheLeaseWhileTyping:
    """R2: the fence is the epoch, not a name."""

    def test_an_old_epoch_is_refused_and_nothing_is_sent(self) -> None:
        world = World()
        world.ask_person()
        old = world.claim("ana")
        world.later(91)
        new = world.claim("ben")
        assert new > old
        with pytest.raises(FencedError):
            world.answer(old, agent="ana")
        world.answer(new, agent="ben")
        assert world.said.count("agent") == 1

    def test_the_same_agent_in_an_older_window_is_refused_too(self) -> None:
        world = World()
        world.ask_person()
        old = world.claim("ana")
        world.later(91)
        assert world.claim("ana") > old
        with pytest.raises(FencedError):
            world.answer(old, agent="ana")


class TestTheWorkflowIsNoAuthority:
    """R3: tokens and executions only wake; the table decides."""

    def test_a_claim_needs_no_token_and_no_workflow(self) -> None:
        world = World()
        fail_once(world, "before workflow.start")
        world.ask_person()
        heal(world)
        assert world.claim() == world.now.epoch

    def test_a_lost_wake_up_leaves_one_holder(self) -> None:
        world = World()
        world.ask_person()
        fail_once(world, "before workflow.wake")
        world.claim("ana")
        with pytest.raises(NothingToClaimError):
            world.desk.claim(world.escalation, "ben", None)

    def test_a_blind_timer_says_nothing_about_a_claimed_request(self) -> None:
        world = World()
        world.ask_person()
        world.claim()
        before = world.now
        assert world.tend.tend(world.id) is None
        assert world.now == before


class TestARequestIsOneTransactionAndItsHintsMayBeLost:
    """R4: whatever dies after the commit, the agents are asked and the customer is told."""

    @pytest.mark.parametrize("hint", ["outbound.kick", "workflow.start"])
    @pytest.mark.parametrize("moment", ["before", "after"])
    @pytest.mark.parametrize("error", [UnavailableError("x"), Crash()])
    def test_a_crash_between_commit_and_hint_loses_nobody(
        self, hint: str, moment: str, error: BaseException
    ) -> None:
        world = World()
        fail_once(world, f"{moment} {hint}", error)
        request = world.press(Action.PERSON)
        try:
            world.take(request)
        except Crash:
            heal(world)
        heal(world)
        world.later(31)
        assert [m["escalation"] for m in world.agents.waiting] == [world.escalation]
        assert "requested.asked" in world.said

    def test_a_crash_before_the_commit_is_decided_by_the_redelivery(self) -> None:
        world = World()
        request = world.press(Action.PERSON)
        fail_once(world, "before conversations.commit", Crash())
        with pytest.raises(Crash):
            world.take(request)
        world.take(request)
        assert world.now.holder is Holder.WAITING
        assert world.now.entries == 1

    def test_an_ambiguous_commit_is_recognised_as_done(self) -> None:
        world = World()
        request = world.press(Action.PERSON)
        fail_once(world, "after conversations.commit")
        with pytest.raises(UnavailableError):
            world.take(request)
        world.take(request)
        world.deliver()
        assert world.now.escalations == 1
        assert world.said == ["requested.asked"]


class TestAnOldWithdrawalCannotEndANewerRequest:
    """R5: order comes from positions; on a tie the request wins."""

    def test_an_older_withdrawal_that_comes_late_is_refused(self) -> None:
        world = World()
        world.ask_person(position=1)
        world.ask_person(position=3)
        world.take(world.press(Action.WITHDRAW, position=2))
        assert world.now.holder is Holder.WAITING

    def test_a_tie_keeps_the_request(self) -> None:
        world = World()
        world.ask_person(position=2)
        world.take(world.press(Action.WITHDRAW, position=2))
        assert world.now.holder is Holder.WAITING

    def test_a_newer_withdrawal_ends_it(self) -> None:
        world = World()
        world.ask_person(position=1)
        world.say("never mind", position=2)
        assert world.now.holder is Holder.BOT
        assert world.said[-1] == "withdrawn"

    def test_a_request_while_an_agent_held_it_counts_after_the_agent_is_gone(self) -> None:
        world = World()
        world.ask_person(position=1)
        world.claim()
        world.ask_person(position=5)
        world.later(91)
        world.take(world.press(Action.WITHDRAW, position=4))
        assert world.now.holder is Holder.WAITING

    def test_a_failed_turn_while_waiting_counts_like_a_request(self) -> None:
        world = World()
        world.ask_person(position=1)
        world.turns.outcome = NeedsPerson(Reason.FAILED)
        world.say("what about my parcel", position=4)
        world.take(world.press(Action.WITHDRAW, position=3))
        assert world.now.holder is Holder.WAITING


class TestTwoAgentsClaimAtOnce:
    """R6: a claim is one conditional write."""

    def test_the_second_is_told_that_it_is_gone(self) -> None:
        world = World()
        world.ask_person()
        raced: list[bool] = []

        def other_first(moment: str) -> None:
            if moment == "before conversations.commit" and not raced:
                raced.append(True)
                world.desk.claim(world.escalation, "ben", None)

        world.fault = other_first
        with pytest.raises(NothingToClaimError):
            world.desk.claim(world.escalation, "ana", None)
        assert world.now.held_lease.agent == "ben"
        assert world.now.epoch == 2

    def test_claiming_again_after_an_unheard_answer_changes_nothing(self) -> None:
        world = World()
        world.ask_person()
        fail_once(world, "after conversations.commit")
        with pytest.raises(UnavailableError):
            world.desk.claim(world.escalation, "ana", None)
        before = world.now
        assert world.desk.claim(world.escalation, "ana", None)["epoch"] == before.epoch
        assert world.now == before


class TestADuplicateOfAnyAge:
    """R7: what is in the ledger is known for good, whatever the queue has forgotten."""

    def test_a_redelivered_request_opens_nothing(self) -> None:
        world = World()
        request = world.ask_person()
        epoch = world.claim()
        world.answer(epoch)
        world.desk.resolve(world.escalation, "ana", epoch)
        before = world.now
        world.clock.advance(10 * 24 * 3600)
        world.take(request)
        assert world.now == before

    def test_a_duplicate_kicks_delivery_because_its_first_run_may_have_died(self) -> None:
        world = World()
        fail_once(world, "before outbound.kick", Crash())
        question = world.message("how long does a refund take")
        with pytest.raises(Crash):
            world.take(question)
        world.take(question)
        world.deliver()
        assert world.said == ["bot"]

    def test_a_message_twice_in_one_batch_is_one(self) -> None:
        world = World()
        message, other = world.message("a refund please"), world.message("and my parcel")
        world.take(message, other, message)
        assert world.now.entries == 2
        assert world.turns.runs == [(message.event_id, other.event_id)]

    def test_one_duplicate_in_a_burst_does_not_lose_the_others(self) -> None:
        world = World()
        first, second = world.message("a refund please"), world.message("and my parcel")
        world.turns.during = lambda: world.take(first)
        world.take(first, second)
        assert {entry.body.event_id for entry in world.record.ledger} == {
            first.event_id,
            second.event_id,
        }


class TestNothingIsAcknowledgedBeforeItIsDurable:
    """R8: second place, dead letters and leases."""

    def test_what_the_queue_refuses_is_parked_and_sent_by_the_sweep(self) -> None:
        world = World()
        fail_once(world, "before inbound.send")
        assert world.receive.accept([world.message("hello there")]) == 1
        assert world.table.inbox
        world.later(60)
        assert not world.table.inbox
        world.receive_all()
        assert world.now.entries == 1

    def test_a_parked_message_stays_until_a_send_is_confirmed(self) -> None:
        world = World()
        fail_once(world, "before inbound.send")
        world.receive.accept([world.message("hello there")])
        fail_once(world, "before inbound.send")
        world.later(60)
        assert world.table.inbox, "a send that failed must not delete the only copy"

    def test_nothing_is_acknowledged_when_both_refuse(self) -> None:
        world = World()

        def both(moment: str) -> None:
            if moment in ("before inbound.send", "before inbox.park"):
                raise UnavailableError(moment)

        world.fault = both
        with pytest.raises(UnavailableError):
            world.receive.accept([world.message("hello there")])

    def test_a_dead_letter_becomes_a_person(self) -> None:
        world = World()
        poison = world.message("poison")
        world.inbound_dead.take(poison.to_dict(), world.id, "letter-1")
        world.deliver()
        assert world.now.holder is Holder.WAITING
        assert world.said == ["requested.dead_letter"]

    def test_two_first_messages_under_two_ids_begin_one_conversation(self) -> None:
        world = World()
        names = ("phone", "user")
        first = world.message("how long does a refund take", sender=Sender(names))
        second = world.message("and my parcel", sender=Sender(names[::-1]))

        def meanwhile(moment: str) -> None:
            if moment == "before conversations.link":
                heal(world)
                world.take(second)

        world.fault = meanwhile
        world.take(first)

        (record,) = [one for one in world.table.records.values() if one.conversation]
        assert {row.body.event_id for row in record.ledger} == {first.event_id, second.event_id}

    def test_an_unreadable_dead_letter_is_its_groups_person(self) -> None:
        world = World()
        world.say("hello")
        world.inbound_dead.take(None, f"{world.id}/person", "letter-2")
        assert world.now.open_escalation.reason is Reason.DEAD_LETTER
        world.take(world.press(Action.WITHDRAW))
        assert world.now.holder is Holder.BOT, "its position must not forbid a later withdrawal"

    def test_a_vanished_agents_customer_is_back_in_front_and_told(self) -> None:
        world = World()
        world.ask_person()
        asked_at = world.now.open_escalation.asked_at
        world.claim()
        world.later(91)
        assert world.now.holder is Holder.WAITING
        assert world.now.open_escalation.front
        assert world.now.open_escalation.asked_at == asked_at
        assert world.said[-1] == "agent.lost"
        assert world.agents.waiting[-1]["priority"] == "front"


class TestAnOldMessageCannotOvertakeOnTheWire:
    """R9: one order, whatever is tried again."""

    def test_a_row_that_waits_keeps_those_behind_it_waiting(self) -> None:
        world = World()
        world.wire.answers = [Retry(30.0)]
        world.take(world.message("how long does a refund take"))
        world.take(world.press(Action.PERSON))
        world.deliver()
        assert world.wire.got == []
        world.deliver_.deliver(world.id)
        assert world.wire.got == []
        world.later(31)
        assert [m.sequence for m in world.wire.got] == [1, 2]

    def test_a_crash_after_the_send_repeats_the_same_message_next_to_itself(self) -> None:
        world = World()
        world.take(world.message("how long does a refund take"))
        fail_once(world, "before deliveries.delivered", Crash())
        with pytest.raises(Crash):
            world.deliver_.deliver(world.id)
        world.ask_person()
        world.deliver_.deliver(world.id)
        assert [m.sequence for m in world.wire.got] == [1, 1, 2]
        assert world.wire.got[0] == world.wire.got[1]

    def test_a_crash_after_the_record_repeats_nothing(self) -> None:
        world = World()
        world.take(world.message("how long does a refund take"))
        fail_once(world, "after deliveries.delivered", Crash())
        with pytest.raises(Crash):
            world.deliver_.deliver(world.id)
        world.deliver_.deliver(world.id)
        assert len(world.wire.got) == 1
