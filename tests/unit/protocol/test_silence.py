"""An agent who is there and does not answer is nudged, and then loses the customer."""

import pytest

from handrail.domain.conversation import Holder
from handrail.domain.errors import FencedError
from handrail.domain.promises import Promises
from support.world import World


def test_who_is_there_but_silent_is_nudged_and_then_loses_the_customer_to_the_front() -> None:
    world = World(promises=Promises(lease_seconds=60))
    world.ask_person()
    epoch = world.claim()
    world.answer(epoch)
    world.say("are you there?")
    for _ in range(4):
        world.clock.advance(20)
        world.desk.heartbeat(world.escalation, "ana", epoch)
        world.sweep()
    assert world.desk.heartbeat(world.escalation, "ana", epoch)["nudge"]
    for _ in range(6):
        world.clock.advance(20)
        if world.now.holder is Holder.AGENT:
            world.desk.heartbeat(world.escalation, "ana", epoch)
        world.sweep()
    assert world.now.holder is Holder.WAITING
    assert world.said[-1] == "agent.silent"
    with pytest.raises(FencedError):
        world.desk.heartbeat(world.escalation, "ana", epoch)


def test_an_answer_ends_the_silence() -> None:
    world = World()
    world.ask_person()
    epoch = world.claim()
    world.say("are you there?")
    world.clock.advance(30)
    world.answer(epoch)
    assert world.now.held_lease.silent_since is None


@pytest.mark.parametrize("text", ["auf Deutsch bitte", "never mind", "human!"])
def test_an_agent_has_to_reply_to_whatever_the_customer_writes(text: str) -> None:
    world = World()
    world.ask_person()
    world.answer(world.claim())
    world.say(text)
    assert world.now.holder is Holder.AGENT
    assert world.now.held_lease.silent_since == world.clock.now()


def test_an_agent_need_not_reply_to_a_stop() -> None:
    world = World()
    world.ask_person()
    world.answer(world.claim())
    world.say("STOP")
    assert world.now.held_lease.silent_since is None
    world.say("START")
    assert world.now.held_lease.silent_since == world.clock.now()


def test_who_claims_and_never_writes_loses_the_customer_too() -> None:
    world = World()
    world.ask_person()
    epoch = world.claim()
    for _ in range(7):
        world.clock.advance(30)
        if world.now.holder is Holder.AGENT:
            world.desk.heartbeat(world.escalation, "ana", epoch)
        world.sweep()
    assert world.said[-1] == "agent.silent"
