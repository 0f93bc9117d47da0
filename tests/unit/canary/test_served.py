"""The customer who is served: every expectation, met once and broken once."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest

from handrail.adapters.channels.kit.plain import isolated
from handrail.application.canary_ports import Purpose, Reply
from handrail.domain.conversation import Holder
from handrail.domain.decision import Ending
from handrail.domain.delivery import Action
from handrail.domain.errors import UnavailableError
from handrail.domain.phrases import Direction
from handrail.domain.turn import NeedsPerson, Reason
from support.canary_world import CanaryWorld, changed, steps
from support.world import CATALOGUE, fail_always

Tamper = Callable[[Sequence[Reply]], Sequence[Reply]]


def test_a_customer_goes_the_whole_way() -> None:
    canary = CanaryWorld()
    _, served = canary.run()
    assert served.failures == ()
    assert served.ended
    assert served.to_offer_seconds is not None
    assert served.to_escalation_seconds is not None
    conversation = canary.doors["direct"].conversation(served.case.customer)
    record = canary.world.table.records[conversation]
    assert record.conversation is not None
    assert record.conversation.holder is Holder.CLOSED
    assert canary.world.table.ending(f"{conversation}-1") is Ending.ANSWERED
    assert served.case.customer not in canary.notebook.cases


@pytest.mark.parametrize("language", [one.code for one in CATALOGUE.languages])
def test_in_every_language(language: str) -> None:
    canary = CanaryWorld(languages=[language])
    waiting, served = canary.run()
    assert (steps(waiting), steps(served)) == (set(), set())
    assert served.ended


def test_marks_that_keep_a_number_in_order_are_no_other_words() -> None:
    canary = CanaryWorld(languages=["ar"])
    for door in canary.doors.values():
        door.tamper = lambda replies: [
            replace(reply, text=isolated(reply.text, Direction.RIGHT_TO_LEFT)) for reply in replies
        ]
    waiting, served = canary.run()
    assert (steps(waiting), steps(served)) == (set(), set())


def test_channels_take_turns_and_then_languages() -> None:
    canary = CanaryWorld(languages=["en", "ar", "ja"])
    tried = [canary.run()[1].case for _ in range(7)]
    assert [(case.channel, case.language) for case in tried] == [
        *(("direct", "en"), ("web", "en"), ("direct", "ar"), ("web", "ar")),
        *(("direct", "ja"), ("web", "ja"), ("direct", "en")),
    ]


def test_a_question_the_articles_do_not_answer_is_a_persons_and_that_is_right() -> None:
    canary = CanaryWorld()
    canary.world.turns.outcome = NeedsPerson(Reason.NO_ANSWER)
    _, served = canary.run()
    assert served.failures == ()
    assert served.ended


def test_the_time_must_be_said_where_the_person_was_asked_for() -> None:
    canary = CanaryWorld()
    canary.world.turns.outcome = NeedsPerson(Reason.NO_ANSWER)
    canary.doors["direct"].tamper = lambda replies: [
        *_without_time([reply for reply in replies if reply.sequence == 1]),
        *(reply for reply in replies if reply.sequence > 1),
    ]
    assert steps(canary.run()[1]) == {"request"}


def test_a_question_that_fails_for_a_fault_of_ours_is_a_failure_and_a_person_is_reached() -> None:
    canary = CanaryWorld()
    canary.world.turns.outcome = UnavailableError("the model is away")
    _, served = canary.run()
    assert steps(served) == {"answer"}
    assert served.ended


def test_a_door_that_does_not_take_a_question() -> None:
    canary = CanaryWorld()
    canary.doors["direct"].refuses = lambda text, _action: text is not None
    _, served = canary.run()
    assert steps(served) == {"write"}
    assert not served.ended
    assert served.case.customer in canary.notebook.cases


def test_a_door_that_does_not_take_a_request() -> None:
    canary = CanaryWorld()
    canary.doors["direct"].refuses = lambda text, _action: text == "human"
    assert steps(canary.run()[1]) == {"write"}


def test_a_question_without_any_reply() -> None:
    canary = CanaryWorld()
    _silence(canary)
    _, served = canary.run()
    assert steps(served) == {"answer", "request"}
    assert not served.ended


def _silence(canary: CanaryWorld) -> None:
    canary.doors["direct"].tamper = lambda _replies: ()


def _gap(replies: Sequence[Reply]) -> Sequence[Reply]:
    return [reply for reply in replies if reply.sequence != 1]


def _without_reference(replies: Sequence[Reply]) -> Sequence[Reply]:
    return [replace(reply, text=reply.text[:20]) for reply in replies]


def _without_time(replies: Sequence[Reply]) -> Sequence[Reply]:
    return [replace(reply, text=reply.text.replace("1 minute", "soon")) for reply in replies]


def _other_words(replies: Sequence[Reply]) -> Sequence[Reply]:
    return [
        replace(reply, text="something else") if reply.speaker == "agent" else reply
        for reply in replies
    ]


def _not_told_of_the_agent(replies: Sequence[Reply]) -> Sequence[Reply]:
    return [reply for reply in replies if "joined" not in reply.text]


def _not_told_of_the_end(replies: Sequence[Reply]) -> Sequence[Reply]:
    return [
        replace(r, actions=(str(Action.WITHDRAW),)) if "closed this" in r.text else r
        for r in replies
    ]


@pytest.mark.parametrize(
    ("tamper", "expected"),
    [
        (changed(actions=()), {"offer", "request"}),
        (changed(language="de"), {"language"}),
        (_gap, {"answer", "order"}),
        (_without_reference, {"request"}),
        (_without_time, {"request"}),
        (_other_words, {"message"}),
        (_not_told_of_the_agent, {"claim", "order"}),
        (_not_told_of_the_end, {"resolve"}),
    ],
)
def test_what_a_customer_gets_is_held_to_its_promise(tamper: Tamper, expected: set[str]) -> None:
    canary = CanaryWorld()
    canary.doors["direct"].tamper = tamper
    assert steps(canary.run()[1]) == expected


def test_an_agents_queue_that_is_away_is_a_failure_and_the_customer_is_served_all_the_same() -> (
    None
):
    canary = CanaryWorld()
    fail_always(canary.world, "agents.")
    _, served = canary.run()
    assert steps(served) == {"agents"}
    assert served.ended


def test_a_workflow_that_is_away_is_made_good_by_the_sweep_in_time_or_told() -> None:
    canary = CanaryWorld()
    for door in canary.doors.values():
        door.workflow = False
    # The sweep asks within its minute; the canary does not wait that long, and says so.
    _, served = canary.run()
    assert steps(served) == {"agents"}
    assert served.ended


@pytest.mark.parametrize(
    ("action", "step"),
    [("claim", "claim"), ("seen", "see"), ("messages", "message"), ("resolve", "resolve")],
)
def test_a_desk_that_refuses(action: str, step: str) -> None:
    canary = CanaryWorld()
    canary.desk.refuses = {action}
    _, served = canary.run()
    assert steps(served) == {step}
    assert not served.ended
    # A later run ends what this one could not, and says nothing of it twice.
    canary.desk.refuses = set()
    canary.pass_time(300)
    canary.run()
    assert served.case.customer not in canary.notebook.cases


def _forgotten(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return entries[1:]


def _reworded(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{**line, "text": "something else"} for line in entries]


@pytest.mark.parametrize("tamper", [_forgotten, _reworded])
def test_an_agent_who_is_not_shown_everything(
    tamper: Callable[[list[dict[str, Any]]], list[dict[str, Any]]],
) -> None:
    canary = CanaryWorld()
    canary.desk.tamper = lambda action, answer: (
        {**answer, "entries": tamper(answer["entries"])} if action == "claim" else answer
    )
    assert steps(canary.run()[1]) == {"claim"}


def test_a_question_that_is_redacted_is_seen_all_the_same() -> None:
    canary = CanaryWorld()
    canary.desk.tamper = lambda action, answer: (
        {**answer, "entries": [{**answer["entries"][0], "text": "[x]"}, *answer["entries"][1:]]}
        if action == "claim"
        else answer
    )
    assert steps(canary.run()[1]) == set()


def test_a_run_whose_time_is_over_says_how_long_it_waited() -> None:
    canary = CanaryWorld()
    _silence(canary)
    canary.run()
    _, served = canary.canary.run(canary.world.clock.now() + 5)
    assert {failure.found for failure in served.failures} <= {
        "not within 0 s",
        "not within 5 s",
    }


def test_a_real_agent_who_takes_the_synthetic_customer_is_told_of() -> None:
    canary = CanaryWorld()

    def taken(action: str, answer: dict[str, Any]) -> dict[str, Any]:
        held = {"holder": "agent", "agent": "ana"}
        return {**answer, **held} if action == "" else answer

    canary.desk.tamper = taken
    _, served = canary.run()
    assert steps(served) == {"undisturbed"}
    assert not served.ended


def test_a_run_that_broke_off_is_ended_by_a_later_one() -> None:
    canary = CanaryWorld()
    canary.desk.refuses = {"messages"}
    _, served = canary.run()
    conversation = canary.doors["direct"].conversation(served.case.customer)
    canary.desk.refuses = set()
    canary.pass_time(300)
    canary.run()
    assert canary.world.table.ending(f"{conversation}-1") is not None
    assert {case.purpose for case in canary.notebook.open_cases()} == {Purpose.UNCLAIMED}


def test_one_who_was_never_let_in_is_struck_out_after_an_hour() -> None:
    canary = CanaryWorld()
    canary.doors["direct"].refuses = lambda text, _action: text is not None
    _, served = canary.run()
    canary.doors["direct"].refuses = lambda _text, _action: False
    canary.pass_time(300)
    canary.run()
    assert served.case.customer in canary.notebook.cases
    canary.pass_time(3600)
    canary.run()
    assert served.case.customer not in canary.notebook.cases
