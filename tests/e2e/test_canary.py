"""The canary over the whole system: green when all is well, and truthful when it is not."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from handrail.adapters.canary.http import JsonHttp
from handrail.application.canary_ports import NotServedError
from handrail.domain.message import conversation_id
from handrail.domain.synthetic import CANARY_ACCOUNT
from support.stack import World, eventually

Run = Callable[[], tuple[dict[str, Any], dict[str, Any]]]
RUNS_MAX = 60
"""More than it takes to see every stage of the tests' short promises."""


@pytest.fixture
def run(world: World) -> Run:
    """Run the canary as its schedule would: the customer who waits, and the one who is served."""
    functions = world.stack.client("lambda", attempts=1)

    def invoke() -> tuple[dict[str, Any], dict[str, Any]]:
        answer = functions.invoke(
            FunctionName=world.stack.physical("CanaryFunction"), Payload=b"{}"
        )
        told = json.loads(answer["Payload"].read())
        assert "FunctionError" not in answer, told
        waiting, served = told["customers"]
        return waiting, served

    return invoke


def test_one_is_served_at_every_run_and_one_waits_through_every_stage(
    world: World, run: Run
) -> None:
    channels = set()
    for _ in range(RUNS_MAX):
        waiting, served = run()
        assert (waiting["failures"], served["failures"], served["ended"]) == ([], [], True)
        channels.add(served["channel"])
        if waiting["ended"]:
            break
    assert waiting["ended"]
    assert channels == {"direct", "web"}
    if waiting["channel"] == "direct":
        conversation = conversation_id("direct", CANARY_ACCOUNT, waiting["customer"])
        asked = eventually(lambda: world.waiting.of(conversation), "the agents are asked")
        assert all(message["synthetic"] is True for message in asked)


def test_step_functions_away_is_told(world: World, run: Run) -> None:
    with world.gates["SFN"].away():
        _, served = run()
    # The turn fails for a fault of ours, and says so; a person is reached all the same.
    assert served["failures"] == ["answer"]
    assert served["ended"]


def test_the_agents_queue_away_is_told(world: World, run: Run) -> None:
    queue = world.stack.physical("AgentsQueue").rpartition("/")[2].encode()
    with world.gates["SQS"].away(lambda request: queue in request.body):
        _, served = run()
    assert "agents" in served["failures"]


def test_nobody_else_gets_into_its_account(world: World) -> None:
    body = json.dumps({"id": "m1", "customer": "canary-1", "text": "human"}).encode()
    path = f"/v1/channels/direct/{CANARY_ACCOUNT}"
    assert world.post(body, path=path).status == 401
    http = JsonHttp(world.stack.url)
    try:
        with pytest.raises(NotServedError, match="401"):
            http.send(http.request("POST", "/v1/canary/callbacks", body, {}), "a callback")
    finally:
        http.close()
