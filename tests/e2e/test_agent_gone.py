"""An agent's machine dies in mid-chat: the customer is back in front of the queue, and told."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from handrail.domain.conversation import Holder
from support.stack import LEASE_SECONDS, World, eventually

HELD_FOR_SECONDS = LEASE_SECONDS + 1.0
"""Longer than a lease: while the process lives, its heartbeats keep the customer with it."""


def test_a_killed_agents_customer_goes_back_to_the_front_and_is_told(world: World) -> None:
    customer = world.customer()
    customer.writes("I want to talk to a human", language="en")
    request = world.waiting.wait(customer)
    agent = subprocess.Popen(  # noqa: S603 - our own script, our own arguments
        [
            sys.executable,
            str(Path(__file__).with_name("agent_process.py")),
            world.stack.url,
            request["escalation"],
        ],
        env={**os.environ, **world.stack.environment},
    )
    try:
        said = world.callbacks.wait(customer.name, lambda m: m.speaker == "agent")
        held = time.monotonic()
        eventually(
            lambda: time.monotonic() > held + HELD_FOR_SECONDS or agent.poll() is not None,
            "a lease's time passes",
        )
        assert agent.poll() is None, "the agent's process ended by itself"
        conversation = customer.conversation
        assert conversation is not None
        assert conversation.holder is Holder.AGENT

        os.kill(agent.pid, signal.SIGKILL)
        killed_at = time.time()
    finally:
        agent.kill()
        agent.wait()

    told = world.callbacks.wait(
        customer.name,
        lambda m: m.waiting,
        after=said.sequence,
        seconds=LEASE_SECONDS + 60,
    )
    again = world.waiting.wait(customer, before=1)
    assert told.at - killed_at <= LEASE_SECONDS + 60
    assert again["priority"] == "front"
    assert again["escalation"] == request["escalation"]
    assert again["asked_at"] == request["asked_at"]

    # Somebody else takes over, and the dead agent's words would not be sent any more.
    successor = world.claim(request["escalation"])
    late = world.desk.post(
        f"/v1/desk/escalations/{request['escalation']}/messages",
        {"agent": "doomed", "epoch": successor.epoch - 2, "id": "late", "text": "Still there?"},
    )
    assert (late.status, late.body["error"]) == (409, "fenced")
    successor.sees_everything()
    assert successor.says("I take over.").done
    assert successor.ends("resolve").done
    world.callbacks.wait(customer.name, lambda m: m.text == "I take over.")
