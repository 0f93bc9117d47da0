"""The customer who is left waiting on purpose: each stage comes, asks people, and is said."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date
from typing import Any

import pytest

from handrail.application.canary import Tried
from handrail.application.canary_ports import Reply
from handrail.domain.decision import Ending
from handrail.domain.promises import OpeningHours, Promises
from support.canary_world import CanaryWorld, steps
from support.world import fail_always, heal

A_ROUND_SECONDS = 45 * 60.0


def all_steps(tried: Sequence[Tried]) -> set[str]:
    return set().union(*(steps(one) for one in tried))


def test_every_stage_comes_and_then_it_is_served() -> None:
    canary = CanaryWorld()
    came = canary.run_for(A_ROUND_SECONDS)
    assert all_steps(came) == set()
    ended = [one for one in came if one.ended]
    assert len(ended) == 1
    case = ended[0].case
    conversation = canary.doors[case.channel].conversation(case.customer)
    assert canary.world.table.ending(f"{conversation}-1") is Ending.FOLLOWED_UP
    pools = [
        message["pool"]
        for message in canary.world.agents.waiting
        if message["conversation"] == conversation
    ]
    assert pools == ["asked", "still", "wider", "supervisor", "follow_up"]


def test_the_next_one_waits_on_the_next_channel() -> None:
    canary = CanaryWorld()
    came = canary.run_for(2 * A_ROUND_SECONDS)
    channels = [one.case.channel for one in came if one.ended]
    assert channels == ["direct", "web"]


def test_agents_and_supervisor_are_told_that_it_is_synthetic() -> None:
    canary = CanaryWorld()
    canary.run_for(A_ROUND_SECONDS)
    assert canary.world.pager.pages
    assert all(page.synthetic for page in canary.world.pager.pages)
    assert all(message["synthetic"] is True for message in canary.world.agents.waiting)


@pytest.mark.parametrize(
    ("after_seconds", "step"),
    [(0, "still"), (100, "wider"), (300, "supervisor"), (900, "follow_up")],
)
def test_a_stage_that_does_not_come(after_seconds: float, step: str) -> None:
    canary = CanaryWorld()
    canary.run()
    canary.pass_time(after_seconds)
    canary.sweeps = False
    assert step in all_steps(canary.run_for(A_ROUND_SECONDS))


def test_a_stage_that_comes_late() -> None:
    canary = CanaryWorld()
    canary.run()
    canary.sweeps = False
    canary.pass_time(600)
    canary.sweeps = True
    canary.pass_time(60)
    waiting, _ = canary.run()
    (failure,) = waiting.failures
    assert failure.step == "still"
    assert failure.found.endswith("s late")


def test_a_stage_that_is_not_delivered() -> None:
    def kept_back(replies: Sequence[Reply]) -> Sequence[Reply]:
        return [reply for reply in replies if "busy" not in reply.text]

    canary = CanaryWorld()
    canary.doors["direct"].tamper = kept_back
    assert {"still", "order"} <= all_steps(canary.run_for(900))


def test_a_queue_that_gives_no_receipt() -> None:
    canary = CanaryWorld()
    fail_always(canary.world, "agents.")
    assert "agents" in all_steps(canary.run_for(900))


def test_a_page_that_gives_no_receipt() -> None:
    canary = CanaryWorld()
    fail_always(canary.world, "pager.")
    came = canary.run_for(1500)
    heal(canary.world)
    assert all_steps(came) == {"agents"}
    (failure,) = [failure for one in came for failure in one.failures]
    assert failure.found == "supervisor"


def test_what_was_told_once_is_not_told_at_every_run() -> None:
    canary = CanaryWorld()
    fail_always(canary.world, "pager.")
    came = canary.run_for(2400)
    assert sum(len(one.failures) for one in came) == 1


def test_a_real_agent_who_takes_it() -> None:
    canary = CanaryWorld()
    waiting, _ = canary.run()
    conversation = canary.doors[waiting.case.channel].conversation(waiting.case.customer)
    canary.world.desk.claim(f"{conversation}-1", "ana", None)
    assert steps(canary.run()[0]) == {"undisturbed"}


def test_one_that_somebody_ended_is_told_of_and_the_next_begins() -> None:
    canary = CanaryWorld()
    waiting, _ = canary.run()
    canary.desk.tamper = lambda action, answer: (
        answer if action else {**answer, "open": False, "holder": "closed"}
    )
    ended, _ = canary.run()
    assert ended.case == waiting.case
    assert steps(ended) == {"undisturbed"}
    assert waiting.case.customer not in canary.notebook.cases


def test_a_button_that_the_door_does_not_take() -> None:
    canary = CanaryWorld()
    canary.doors["direct"].refuses = lambda _text, action: action is not None
    waiting, _ = canary.run()
    assert steps(waiting) == {"write"}
    canary.doors["direct"].refuses = lambda _text, _action: False
    # It is no longer the one who waits: another begins.
    assert canary.run()[0].case != waiting.case


def test_a_desk_that_does_not_say() -> None:
    def away(_action: str, _answer: dict[str, Any]) -> dict[str, Any]:
        raise AssertionError

    canary = CanaryWorld()
    canary.run()
    canary.desk.refuses = {""}
    assert steps(canary.run()[0]) == {"request"}
    # It is told once, and looked after again as soon as the desk answers.
    canary.desk.refuses = set()
    assert steps(canary.run()[0]) == set()


def test_one_who_was_acknowledged_and_is_nowhere_is_told_of_and_does_not_block_the_next() -> None:
    canary = CanaryWorld()
    take, canary.world.take = canary.world.take, lambda *_messages: None  # type: ignore[method-assign]
    lost, _ = canary.run()
    assert steps(lost) == {"request"}
    canary.world.take = take  # type: ignore[method-assign]
    came = canary.run_for(2 * 3600)
    assert lost.case.customer not in canary.notebook.cases
    assert {one.case.customer for one in came} > {lost.case.customer}


def test_a_channel_that_is_no_longer_tried_is_still_ended() -> None:
    canary = CanaryWorld()
    canary.canary.notebook.next("waiting")  # so that the web is next
    waiting, _ = canary.run()
    assert waiting.case.channel == "web"
    canary.canary = replace(canary.canary, channels=("direct",))
    came = canary.run_for(A_ROUND_SECONDS)
    assert all_steps(came) == set()
    assert [one.case for one in came if one.ended] == [waiting.case]


def test_off_hours_it_waits_for_the_opening_as_everybody_does() -> None:
    # The world's clock begins on Friday 15 January 2027 at 08:00 UTC; Mondays are open.
    hours = OpeningHours(UTC, {0: ((9 * 60, 18 * 60),)}, frozenset({date(2027, 1, 25)}))
    canary = CanaryWorld(promises=Promises(hours=hours))
    came = canary.run_for(24 * 3600, every=3600)
    assert all_steps(came) == set()
    assert len({one.case.customer for one in came}) == 1
    came = canary.run_for(3 * 24 * 3600, every=3600)
    assert all_steps(came) == set()
    assert any(one.ended for one in came)
