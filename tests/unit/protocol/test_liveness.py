"""Whatever is not at rest has a due time, and something acts on it."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from handrail.domain.conversation import Holder, Stage
from handrail.domain.decision import Ending
from handrail.domain.delivery import Action, Retry, Unknown
from handrail.domain.errors import UnavailableError
from handrail.domain.escalation import agents_asked
from handrail.domain.message import Kind
from handrail.domain.outbox import State
from handrail.domain.promises import OpeningHours, Promises
from support.world import START, NeedsPerson, Reason, World, fail_always, fail_once, heal

MADRID = ZoneInfo("Europe/Madrid")
OFFICE = OpeningHours(
    MADRID,
    dict.fromkeys(range(5), ((9 * 60, 17 * 60),)),
    frozenset({dt.date(2027, 1, 18)}),
)


def moment(text: str) -> float:
    return dt.datetime.fromisoformat(text).replace(tzinfo=MADRID).timestamp()


class TestWithoutAnyWorkflow:
    """The sweep carries the promise when Step Functions is away for good."""

    def test_the_whole_wait_is_kept_and_said(self) -> None:
        world = World()
        fail_always(world, "workflow")
        world.ask_person()
        world.later(31)
        assert len(world.agents.waiting) == 1
        for seconds in (31, 121, 421, 1201):
            world.later(seconds)
        assert world.said[-1] == "followup.promised"
        assert [page.what for page in world.pager.pages] == ["supervisor", "follow_up"]

    def test_a_due_time_is_there_exactly_while_something_is_open(self) -> None:
        world = World()
        world.say("how long does a refund take")
        assert world.now.due is None
        world.ask_person()
        assert world.now.due is not None
        epoch = world.claim()
        assert world.now.due is not None
        world.answer(epoch)
        assert world.now.due is not None
        world.desk.resolve(world.escalation, "ana", epoch)
        assert world.now.due is None

    def test_nothing_that_is_due_is_forgotten_when_others_fail(self) -> None:
        world = World()
        fail_always(world, "agents.push")
        world.ask_person()
        swept = world.later(31)
        assert swept.failed == 1
        heal(world)
        assert world.later(60).failed == 0


def test_a_late_receipt_of_an_ended_request_is_none_of_the_next() -> None:
    world = World()
    world.ask_person()
    first = world.now.open_escalation
    world.say("never mind")
    fail_always(world, "agents.push")
    world.ask_person()
    now, promises = world.clock.now(), Promises()
    second = world.now.open_escalation
    assert second.stage is first.stage
    assert agents_asked(world.now, first.id, first.stage, now, promises) is None
    assert agents_asked(world.now, second.id, second.stage, now, promises) is not None


class TestEveryRequestEndsInOneOfFourWays:
    def test_answered(self) -> None:
        world = World()
        world.ask_person()
        escalation = world.escalation
        epoch = world.claim()
        world.answer(epoch)
        world.desk.hand_back(escalation, "ana", epoch)
        assert world.table.ending(escalation) is Ending.ANSWERED
        assert world.now.holder is Holder.BOT

    def test_withdrawn(self) -> None:
        world = World()
        world.ask_person()
        escalation = world.escalation
        world.take(world.press(Action.WITHDRAW))
        assert world.table.ending(escalation) is Ending.WITHDRAWN

    def test_followed_up(self) -> None:
        world = World()
        world.ask_person()
        escalation = world.escalation
        world.take(world.press(Action.FOLLOW_UP))
        world.deliver()
        assert world.said[-1] == "followup.chosen"
        assert world.now.open_escalation.stage is Stage.FOLLOW_UP
        epoch = world.claim()
        world.answer(epoch)
        world.desk.resolve(escalation, "ana", epoch)
        assert world.table.ending(escalation) is Ending.FOLLOWED_UP

    def test_an_older_choice_of_a_follow_up_does_not_delay_a_newer_request(self) -> None:
        world = World()
        world.ask_person(position=1)
        world.ask_person(position=5)
        world.take(world.press(Action.FOLLOW_UP, position=3))
        assert world.now.open_escalation.stage is Stage.ASKED

    def test_a_missed_follow_up_is_owned_up_to_ever_more_rarely(self) -> None:
        world = World()
        world.ask_person()
        world.take(world.press(Action.FOLLOW_UP))
        waits = []
        for _ in range(3):
            promise = world.now.open_escalation.promise
            waits.append(promise.at - world.clock.now())
            world.later(promise.at - world.clock.now() + 1)
        assert world.said[-3:] == ["followup.late"] * 3
        assert waits[1] > 1.9 * waits[0]
        assert waits[2] > 1.9 * waits[1]
        assert world.now.due is not None

    def test_after_an_ending_the_bot_answers_in_a_new_epoch(self) -> None:
        world = World()
        world.ask_person()
        epoch = world.claim()
        world.answer(epoch)
        world.desk.resolve(world.escalation, "ana", epoch)
        world.turns.outcome = NeedsPerson(Reason.NO_ANSWER)
        world.say("something new")
        assert world.now.holder is Holder.WAITING
        assert world.now.escalations == 2


class TestDeliveryComesToRest:
    def test_a_refused_row_is_tried_again_when_it_is_due(self) -> None:
        world = World()
        world.wire.answers = [Retry(10.0), Retry(10.0)]
        world.say("how long does a refund take")
        assert world.wire.got == []
        world.later(11)
        assert world.wire.got == []
        world.later(61)
        assert len(world.wire.got) == 1

    def test_an_unknown_fate_is_sent_again(self) -> None:
        world = World()
        world.wire.answers = [Unknown()]
        world.say("how long does a refund take")
        assert len(world.wire.got) == 1

    def test_a_lost_hint_is_found_by_the_sweep(self) -> None:
        world = World()
        fail_always(world, "outbound.kick")
        world.say("how long does a refund take")
        heal(world)
        world.later(31)
        assert len(world.wire.got) == 1

    def test_an_agents_message_refused_for_a_day_is_given_up_and_told(self) -> None:
        world = World(
            promises=Promises(lease_seconds=10**6, nudge_seconds=10**5, reply_seconds=10**6)
        )
        world.ask_person()
        epoch = world.claim()
        world.wire.answers = [Retry(3600.0)] * 40
        world.answer(epoch)
        for _ in range(30):
            world.later(3601)
        assert world.record.outbox[-1].reason == "not taken for a day"
        news = world.desk.heartbeat(world.escalation, "ana", epoch)["news"]
        assert [line["speaker"] for line in news] == ["notice"]

    def test_a_row_on_which_delivery_dies_is_given_up_by_the_dead_letter(self) -> None:
        world = World()
        world.take(world.message("how long does a refund take"))
        world.table.tried(world.id, 1, world.clock.now() - 90)
        world.table.tried(world.id, 1, world.clock.now() - 90)
        world.outbound_dead.take(world.id)
        world.ask_person()
        assert [m.sequence for m in world.wire.got] == [2]

    def test_a_dead_letter_that_is_taken_again_gives_up_no_second_row(self) -> None:
        world = World()
        world.take(world.message("how long does a refund take"))
        world.take(world.message("and how long does a return take"))
        world.table.tried(world.id, 1, world.clock.now() - 90)
        world.table.tried(world.id, 1, world.clock.now() - 90)
        fail_once(world, "before deliveries.passed")
        with pytest.raises(UnavailableError):
            world.outbound_dead.take(world.id)
        world.outbound_dead.take(world.id)
        world.deliver()
        assert [m.sequence for m in world.wire.got] == [2]

    def test_a_table_that_does_not_answer_is_no_death_of_the_row(self) -> None:
        world = World()
        world.take(world.message("how long does a refund take"))
        for _ in range(3):
            fail_once(world, "before deliveries.delivered")
            with pytest.raises(UnavailableError):
                world.deliver_.deliver(world.id, redelivered=True)
        world.outbound_dead.take(world.id)
        world.deliver()
        assert world.record.outbox[0].row.state is State.DELIVERED

    def test_one_death_is_a_machines_and_gives_up_nothing(self) -> None:
        world = World()
        world.take(world.message("how long does a refund take"))
        world.table.tried(world.id, 1, world.clock.now() - 90)
        world.outbound_dead.take(world.id)
        world.deliver()
        assert [m.sequence for m in world.wire.got] == [1]

    def test_a_try_that_is_still_going_on_is_no_death(self) -> None:
        world = World()
        world.take(world.message("how long does a refund take"))
        world.table.tried(world.id, 1, world.clock.now() - 90)
        world.table.tried(world.id, 1, world.clock.now() - 29)
        world.outbound_dead.take(world.id)
        world.deliver()
        assert [m.sequence for m in world.wire.got] == [1]

    def test_a_dead_hint_that_points_to_no_row_gives_up_nothing(self) -> None:
        world = World()
        world.take(world.message("how long does a refund take"))
        world.outbound_dead.take(world.id)
        world.deliver()
        assert len(world.wire.got) == 1


class TestTheBotHelpsWhileOneWaits:
    def test_it_answers_and_the_place_is_kept(self) -> None:
        world = World()
        world.ask_person()
        before = world.now.open_escalation
        world.say("how long does a refund take")
        assert world.said[-1] == "bot"
        assert world.now.open_escalation == before

    def test_a_failed_turn_only_says_that_the_place_is_kept(self) -> None:
        world = World()
        world.ask_person()
        world.turns.outcome = NeedsPerson(Reason.FAILED)
        world.say("how long does a refund take")
        assert world.said[-1] == "waiting.failed_turn"
        assert world.now.escalations == 1


class TestOffHours:
    def test_the_true_opening_time_is_said_and_a_follow_up_offered(self) -> None:
        world = World(promises=Promises(hours=OFFICE))
        world.clock.set(moment("2027-01-15T18:30"))  # a Friday evening before a holiday
        world.ask_person()
        message = world.wire.got[0]
        opening = moment("2027-01-19T09:00")
        assert world.now.open_escalation.promise.at == opening
        assert "Tuesday" in message.text
        assert [b.action for b in message.buttons] == [Action.FOLLOW_UP, Action.WITHDRAW]
        assert world.later(3600).done <= 1
        assert world.said == ["requested.asked"], "nothing is promised before the opening"
        world.clock.set(opening + 61)
        world.sweep()
        assert world.said[-1] == "waiting.still"

    def test_a_follow_up_is_promised_for_when_somebody_is_there(self) -> None:
        promises = Promises(hours=OFFICE)
        by = promises.follow_up(moment("2027-01-15T16:00")).at
        assert OFFICE.is_open(by)

    def test_an_office_that_never_opens_is_no_endless_search(self) -> None:
        closed = OpeningHours(MADRID, {})
        assert closed.next_opening(START) is None
        assert Promises(hours=closed).news(START, 60).at == START + 60


class TestAnotherConsole:
    def test_an_echo_holds_the_conversation_until_quiet_hours_have_passed(self) -> None:
        world = World()
        world.ask_person()
        escalation = world.escalation
        world.take(world.message("I am on it", kind=Kind.ECHO, details={"console": "phone"}))
        assert world.now.holder is Holder.AGENT
        assert world.now.held_lease.agent == "external:phone"
        assert world.table.ending(escalation) is Ending.ANSWERED
        world.say("how long does a refund take")
        assert world.turns.runs == []
        world.later(4 * 3600 + 1)
        assert world.now.escalation, "what was not seen there becomes a request"

    def test_an_echo_that_comes_late_does_not_take_a_newer_request(self) -> None:
        world = World()
        world.say("hello", position=1)
        world.ask_person(position=5)
        escalation = world.escalation
        late = world.message("see above", kind=Kind.ECHO, position=3, details={"console": "phone"})
        world.take(late)
        assert world.now.holder is Holder.WAITING
        assert world.escalation == escalation

    def test_quiet_hours_without_anything_open_close_the_conversation(self) -> None:
        world = World()
        world.say("hello")
        world.take(world.message("I am on it", kind=Kind.ECHO, details={"console": "phone"}))
        world.later(4 * 3600 + 1)
        assert world.now.holder is Holder.CLOSED

    def test_our_own_echo_is_known_and_holds_nothing(self) -> None:
        world = World()
        world.say("how long does a refund take")
        receipt = world.record.outbox[0].receipts[0]
        world.take(world.message("x", kind=Kind.ECHO, details={"message_id": receipt}))
        assert world.now.holder is Holder.BOT


class TestTranslationForAgents:
    def test_a_message_is_committed_with_its_final_text(self) -> None:
        world = World()
        world.ask_person()
        epoch = world.claim()
        world.translator.says = "Ya lo miro."
        world.table.records[world.id].conversation = _speaks(world, "es")
        answer = world.desk.message(
            world.escalation, "ana", epoch, "m1", "I am on it.", language="en"
        )
        assert answer["text"] == "Ya lo miro."

    def test_a_failure_is_told_and_the_agent_chooses(self) -> None:
        world = World()
        world.ask_person()
        epoch = world.claim()
        world.table.records[world.id].conversation = _speaks(world, "es")
        before = world.now.outbound
        with pytest.raises(Exception, match="translation failed"):
            world.desk.message(world.escalation, "ana", epoch, "m1", "I am on it.", language="en")
        assert world.now.outbound == before
        answer = world.desk.message(
            world.escalation, "ana", epoch, "m1", "I am on it.", language="en", untranslated=True
        )
        assert answer["text"].endswith("I am on it.")
        assert len(answer["text"]) > len("I am on it.") + 10


def _speaks(world: World, language: str):  # type: ignore[no-untyped-def]  # noqa: ANN202
    from dataclasses import replace

    return replace(world.now, language=language)
