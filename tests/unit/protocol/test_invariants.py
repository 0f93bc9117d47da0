"""What must always hold, one class per invariant of the promise."""

import pytest

from handrail.domain.conversation import Conversation, Holder, Stage
from handrail.domain.decision import Change, Ending, Event
from handrail.domain.delivery import Action, Permanent, Retry, Speaker
from handrail.domain.errors import FencedError, UnansweredError, UnavailableError, UnseenError
from handrail.domain.message import Kind
from handrail.domain.outbox import OutboxRow, Way
from handrail.domain.promises import Promises
from handrail.domain.turn import Answered
from handrail_ops.memory.table import Record
from support.world import ANSWER, NeedsPerson, Reason, World, fail_always, heal

WAYS = {str(Action.PERSON), str(Action.WITHDRAW)}


class TestEveryMessageCarriesAWayToAPerson:  # S1
    def test_every_message_of_a_whole_life_does(self) -> None:
        world = World()
        world.say("how long does a refund take")
        world.ask_person()
        world.say("and my parcel")
        for seconds in (61, 121, 421, 1201, 14_401, 28_801):
            world.later(seconds)
        epoch = world.claim()
        world.answer(epoch)
        world.later(200)
        epoch = world.claim("ben")
        world.answer(epoch, agent="ben")
        world.desk.resolve(world.escalation, "ben", epoch)
        world.deliver()
        world.say("thank you, and the next thing")
        ours = [m for m in world.wire.got if m.speaker is not Speaker.AGENT]
        assert len(ours) > 10
        for message in ours:
            assert {str(b.action) for b in message.buttons} & WAYS, message
            assert message.hint, message

    def test_while_waiting_the_place_is_kept_and_can_be_given_up(self) -> None:
        world = World()
        world.ask_person()
        world.say("and my parcel")
        answer = world.wire.got[-1]
        assert answer.speaker is Speaker.BOT
        assert world.now.open_escalation.reference in answer.text
        assert [b.action for b in answer.buttons] == [Action.WITHDRAW]

    def test_a_row_without_a_way_cannot_be_built(self) -> None:
        with pytest.raises(ValueError, match="way to a person"):
            OutboxRow(
                1, 0, Speaker.BOT, "k", "en", 0.0, Way.NONE, text="An answer without an offer."
            )

    def test_the_first_message_says_that_this_is_a_machine(self) -> None:
        world = World()
        world.say("how long does a refund take")
        world.say("and my parcel")
        first, second = world.wire.got
        assert first.text.startswith("You're writing with an automated assistant.")
        assert "automated assistant" not in second.text

    def test_an_answer_without_a_citation_cannot_be_built(self) -> None:
        with pytest.raises(ValueError, match="citation"):
            Answered("Trust me.", (), "en")


class TestNoAcknowledgedMessageIsLost:  # S3
    def test_resolve_is_refused_while_something_is_unseen(self) -> None:
        world = World()
        world.ask_person()
        epoch = world.claim()
        world.answer(epoch)
        world.say("one more thing")
        for action in (world.desk.resolve, world.desk.hand_back):
            with pytest.raises(UnseenError):
                action(world.escalation, "ana", epoch)
        world.desk.seen(world.escalation, "ana", epoch, world.now.entries)
        world.desk.resolve(world.escalation, "ana", epoch)
        assert world.now.holder is Holder.CLOSED

    def test_a_late_message_with_an_old_position_is_unseen(self) -> None:
        world = World()
        world.ask_person(position=5)
        epoch = world.claim()
        world.answer(epoch)
        world.take(world.message("an older question", position=1))
        with pytest.raises(UnseenError):
            world.desk.resolve(world.escalation, "ana", epoch)

    def test_seeing_is_what_the_agent_was_shown_not_what_came_meanwhile(self) -> None:
        world = World()
        world.ask_person()
        epoch = world.claim()
        world.answer(epoch)
        shown = world.now.entries
        world.say("one more thing")
        world.desk.seen(world.escalation, "ana", epoch, shown)
        with pytest.raises(UnseenError):
            world.desk.resolve(world.escalation, "ana", epoch)

    def test_a_successor_has_seen_nothing(self) -> None:
        world = World()
        world.ask_person()
        world.claim("ana")
        world.later(91)
        claimed = world.desk.claim(world.escalation, "ben", None)
        assert world.now.held_lease.seen == 0
        assert claimed["entries"]

    def test_a_message_that_loses_to_resolve_goes_to_the_bot(self) -> None:
        world = World()
        world.ask_person()
        epoch = world.claim()
        world.answer(epoch)
        world.desk.resolve(world.escalation, "ana", epoch)
        world.say("one more thing")
        assert world.now.holder is Holder.BOT
        assert world.now.epoch == epoch + 2
        assert world.said[-1] == "bot"

    def test_an_ending_needs_an_agents_word(self) -> None:
        world = World()
        world.ask_person()
        epoch = world.claim()
        for action in (world.desk.resolve, world.desk.hand_back):
            with pytest.raises(UnansweredError):
                action(world.escalation, "ana", epoch)

    def test_a_predecessors_word_does_not_count(self) -> None:
        world = World()
        world.ask_person()
        world.answer(world.claim("ana"), agent="ana")
        world.later(91)
        epoch = world.claim("ben")
        with pytest.raises(UnansweredError):
            world.desk.resolve(world.escalation, "ben", epoch)

    def test_an_agents_undeliverable_message_must_be_seen(self) -> None:
        world = World()
        world.ask_person()
        epoch = world.claim()
        world.wire.answers = [Permanent("blocked")]
        world.answer(epoch)
        with pytest.raises(UnseenError):
            world.desk.resolve(world.escalation, "ana", epoch)
        news = world.desk.heartbeat(world.escalation, "ana", epoch)["news"]
        assert [line["speaker"] for line in news] == ["notice"]
        world.desk.seen(world.escalation, "ana", epoch, world.now.entries)
        escalation = world.escalation
        world.desk.resolve(escalation, "ana", epoch)
        assert world.table.ending(escalation) is Ending.UNREACHABLE

    def test_an_answer_undeliverable_after_the_end_counts_as_unreachable_and_pages(self) -> None:
        world = World()
        world.ask_person()
        epoch = world.claim()
        world.desk.message(world.escalation, "ana", epoch, "m1", "Here you are.")
        escalation = world.escalation
        world.desk.resolve(escalation, "ana", epoch)
        assert world.table.ending(escalation) is Ending.ANSWERED
        world.wire.answers = [Permanent("blocked")]
        world.deliver()
        assert world.table.ending(escalation) is Ending.UNREACHABLE
        fail_always(world, "pager")
        world.later(60)
        assert world.now.due is not None, "a page without a receipt stays due"
        heal(world)
        world.later(60)
        assert [page.what for page in world.pager.pages] == ["unreachable"]
        assert world.now.due is None

    def test_only_the_last_word_decides_whether_a_customer_was_reached(self) -> None:
        world = World()
        world.ask_person()
        old = world.claim("ana")
        escalation = world.escalation
        world.desk.message(escalation, "ana", old, "m1", "One moment.")
        world.wire.answers = [Retry(10**6)]
        world.deliver()
        world.later(91)
        epoch = world.claim("ben")
        world.desk.message(escalation, "ben", epoch, "m2", "Here you are.")
        world.clock.advance(10**6)
        world.wire.answers = [Permanent("too strange")]
        world.desk.heartbeat(escalation, "ben", epoch)
        world.deliver_.deliver(world.id)
        world.desk.seen(escalation, "ben", epoch, world.now.entries)
        world.desk.resolve(escalation, "ben", epoch)
        assert world.table.ending(escalation) is Ending.ANSWERED

    def test_something_undeliverable_never_blocks_the_rest(self) -> None:
        world = World()
        world.wire.answers = [Permanent("too strange")]
        world.say("how long does a refund take")
        world.say("and my parcel")
        assert [m.sequence for m in world.wire.got] == [2]
        assert not world.table.due(world.clock.now() + 1e9, 10)

    @pytest.mark.parametrize("kind", [Kind.UNSUPPORTED, Kind.MEDIA, Kind.LOCATION])
    def test_what_the_bot_cannot_read_becomes_a_person(self, kind: Kind) -> None:
        world = World()
        world.say("", kind=kind)
        assert world.now.holder is Holder.WAITING
        assert world.said == [f"requested.{'media' if kind is Kind.MEDIA else 'unsupported'}"]

    def test_an_unknown_button_becomes_a_person(self) -> None:
        world = World()
        world.take(world.message(None, action="something-else:v9"))
        assert world.now.holder is Holder.WAITING


class TestOneRequestAtATime:  # S6
    def test_asking_again_keeps_the_place_and_opens_nothing(self) -> None:
        world = World()
        world.ask_person()
        first = world.escalation
        world.ask_person()
        world.say("I want to speak to a human")
        assert world.escalation == first
        assert world.said == ["requested.asked", "waiting.again", "waiting.again"]

    def test_a_burst_gets_one_reply(self) -> None:
        world = World()
        world.take(*(world.message(text) for text in ("hello", "my refund", "when does it come")))
        assert len(world.turns.runs) == 1
        assert world.now.outbound == 1
        assert world.now.entries == 3

    def test_a_request_in_a_burst_does_not_wait_for_a_turn(self) -> None:
        world = World()
        world.take(world.message("my refund"), world.message("human please"))
        assert world.turns.runs == []
        assert world.now.holder is Holder.WAITING
        assert world.now.entries == 2

    def test_an_agents_message_sent_twice_is_said_once(self) -> None:
        world = World()
        world.ask_person()
        epoch = world.claim()
        for _ in range(2):
            world.desk.message(world.escalation, "ana", epoch, "m1", "Here you are.")
        world.deliver()
        assert world.said.count("agent") == 1


class TestAPlainYes:
    def test_means_a_person_only_where_that_was_asked(self) -> None:
        world = World()
        world.take(world.message("yes"))
        assert world.now.holder is Holder.BOT
        with_question = World()
        with_question.table.records[with_question.id] = Record(conversation=_asked(world))
        with_question.take(with_question.message("yes", position=9))
        assert with_question.now.holder is Holder.WAITING

    def test_no_goes_on_with_the_bot(self) -> None:
        world = World()
        world.table.records[world.id] = Record(conversation=_asked(world))
        world.say("no")
        assert world.said == ["ask.no_said"]
        assert not world.now.asked


class TestEachChangeOfSpeakerIsANewEpoch:  # S8
    def test_the_epoch_rises_exactly_when_the_speaker_changes(self) -> None:
        world = World()
        epochs = []
        world.say("how long does a refund take")
        epochs.append(world.now.epoch)
        world.ask_person()
        epochs.append(world.now.epoch)
        world.say("and my parcel")
        epochs.append(world.now.epoch)
        epoch = world.claim()
        epochs.append(epoch)
        world.answer(epoch)
        world.desk.hand_back(world.escalation, "ana", epoch)
        epochs.append(world.now.epoch)
        assert epochs == [0, 1, 1, 2, 3]

    def test_the_builder_refuses_a_change_of_holder_without_an_epoch(self) -> None:
        world = World()
        world.say("hello")
        with pytest.raises(AssertionError):
            Change.of(Event.NOTE, world.now, 0.0, Promises()).set(holder=Holder.CLOSED)

    def test_every_write_raises_the_version_a_heartbeat_too(self) -> None:
        world = World()
        world.ask_person()
        epoch = world.claim()
        before = world.now.version
        world.desk.heartbeat(world.escalation, "ana", epoch)
        assert world.now.version == before + 1

    def test_a_renewed_lease_is_not_evicted(self) -> None:
        world = World()
        world.ask_person()
        epoch = world.claim()
        world.clock.advance(91)
        raced: list[bool] = []

        def renew(moment: str) -> None:
            if moment == "before conversations.commit" and not raced:
                raced.append(True)
                world.desk.heartbeat(world.escalation, "ana", epoch)

        world.fault = renew
        world.sweep()
        assert world.now.holder is Holder.AGENT
        assert world.now.epoch == epoch


class TestTheBotIsSilentWhileAPersonHolds:  # S9
    def test_questions_go_to_the_agent(self) -> None:
        world = World()
        world.ask_person()
        epoch = world.claim()
        world.say("how long does a refund take")
        world.say("never mind")
        world.say("I want a human")
        assert world.turns.runs == []
        assert all(sent.row.speaker is not Speaker.BOT for sent in world.record.outbox)
        news = world.desk.heartbeat(world.escalation, "ana", epoch)["news"]
        assert [line["text"] for line in news] == [
            "how long does a refund take",
            "never mind",
            "I want a human",
        ]


class TestNothingOfAModelCanStopAPerson:  # S10
    @pytest.mark.parametrize(
        "outcome",
        [
            UnavailableError("throttled"),
            NeedsPerson(Reason.FAILED),
            NeedsPerson(Reason.MODEL_ASKED),
            NeedsPerson(Reason.NOT_GROUNDED, draft="made up"),
            NeedsPerson(Reason.NO_ANSWER),
        ],
    )
    def test_whatever_a_turn_comes_to_is_an_answer_or_a_person(self, outcome: object) -> None:
        world = World()
        world.turns.outcome = outcome  # type: ignore[assignment]
        world.say("how long does a refund take")
        assert world.now.holder is Holder.WAITING
        assert world.said[0].startswith("requested.")

    def test_a_model_that_says_all_is_well_cannot_answer_for_a_request(self) -> None:
        world = World()
        world.turns.outcome = ANSWER
        world.say("I want to talk to a human being")
        assert world.turns.runs == []
        assert world.now.holder is Holder.WAITING


class TestNothingIsSaidThatIsNotCommitted:  # S12
    def test_a_promise_is_stored_in_the_transaction_that_says_it(self) -> None:
        world = World()
        world.ask_person()
        row = world.record.outbox[0].row
        escalation = world.now.open_escalation
        assert row.promise == escalation.promise
        assert row.reference == escalation.reference
        assert escalation.reference in world.wire.got[0].text
        assert world.now.due is not None
        assert world.now.due <= escalation.promise.at

    def test_agents_count_as_asked_only_with_a_receipt(self) -> None:
        world = World()
        world.ask_person()
        fail_always(world, "agents.push")
        world.later(31)
        assert not world.now.open_escalation.agents_are_asked
        assert world.now.due is not None
        assert world.now.due <= world.clock.now(), "it stays due until somebody is asked"
        heal(world)
        world.later(60)
        assert world.now.open_escalation.agents_are_asked

    def test_a_claim_that_was_not_committed_is_not_announced(self) -> None:
        world = World()
        world.ask_person()
        fail_always(world, "conversations.commit")
        with pytest.raises(UnavailableError):
            world.desk.claim(world.escalation, "ana", None)
        heal(world)
        world.deliver()
        assert "agent.joined" not in world.said


class TestRevealsNeedALease:  # S13
    def test_no_live_lease_no_reveal(self) -> None:
        world = World()
        world.ask_person()
        epoch = world.claim()
        world.clock.advance(91)
        with pytest.raises(FencedError):
            world.desk.reveal(world.escalation, "ana", epoch, "event-1", "refund to this card")
        assert world.record.reveals == []

    def test_a_reveal_leaves_an_audit_row_first(self) -> None:
        world = World()
        world.ask_person()
        epoch = world.claim()
        world.desk.reveal(world.escalation, "ana", epoch, "event-1", "refund to this card")
        assert [reveal.reason for reveal in world.record.reveals] == ["refund to this card"]


class TestStagesInOrder:
    def test_the_stages_come_in_order_and_end_in_a_follow_up(self) -> None:
        world = World()
        world.ask_person()
        stages = []
        for seconds in (61, 121, 421, 1201):
            world.later(seconds)
            stages.append(world.now.open_escalation.stage)
        assert stages == [Stage.STILL, Stage.WIDER, Stage.SUPERVISOR, Stage.FOLLOW_UP]
        assert world.said[1:] == [
            "waiting.still",
            "waiting.wider",
            "waiting.supervisor",
            "followup.promised",
        ]


def _asked(world: World) -> Conversation:
    return Conversation(
        world.id, "test", "shop", ("customer",), "en", version=1, entries=1, asked=True
    )
