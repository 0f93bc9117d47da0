"""Every step of a request's workflow times every fault: agents are asked, the customer is served.

The workflow, the function behind its steps and the sweep share the work: whoever fails, another
does it. Each case is one customer; all of them wait at once.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import pytest
from workflows.faults import FAULTS, Plan
from workflows.people import Company, eventually
from workflows.queue_door import PUSH
from workflows.quick import AT_ONCE

from handrail.domain.conversation import Holder
from handrail.domain.delivery import Action

STEPS = ("load", "ask", "tell", "watch")
CASES = [(step, fault) for step in STEPS for fault in FAULTS] + [
    (PUSH, fault) for fault in ("raises", "times out", "is throttled", "returns an empty object")
]
ASKED_SECONDS = 40
WATCH_SECONDS = 20
ENDED_SECONDS = 60


@dataclass
class Request:
    """A customer of one case, and what became of the request."""

    customer: str
    conversation: str
    escalation: str = ""
    asked: bool = False
    closed: bool = False
    ending: str | None = None
    status: str = ""
    faults: int = 0
    said: list[str] = field(default_factory=list)


Requests = dict[tuple[str, str], Request]


@pytest.fixture(scope="module")
def requests(company: Company, plan: Plan) -> Requests:
    """Let every customer ask, be served and go, with their faults in between."""
    found = {case: Request(*company.new_customer()) for case in CASES}
    for (step, fault), request in found.items():
        plan.put(request.conversation, step, fault)
        if step == PUSH:
            # The workflow pushes by itself only when the function has failed.
            plan.put(request.conversation, "load", "raises")
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(lambda one: ask(company, one), found.values()))
        eventually(lambda: heard(company, plan, found), ASKED_SECONDS)
        watched = [request for (step, _), request in found.items() if step == "watch"]
        list(pool.map(lambda one: company.claim(one.escalation), watched))
        eventually(lambda: all(plan.happened[one.conversation] for one in watched), WATCH_SECONDS)
        list(pool.map(lambda one: serve(company, one), found.values()))
    for request in found.values():
        request.faults = plan.happened[request.conversation]
    plan.heal()
    eventually(lambda: all(ended(company, one) for one in found.values()), ENDED_SECONDS)
    for request in found.values():
        request.closed = company.conversation(request.conversation).holder is Holder.CLOSED
        request.ending = company.ending(request.escalation)
        request.said = [row.phrase or "" for row in company.rows(request.conversation)]
    return found


def ask(company: Company, request: Request) -> None:
    """Press the button."""
    company.write(request.customer, action=Action.PERSON)
    request.escalation = company.conversation(request.conversation).open_escalation.id


def heard(company: Company, plan: Plan, found: Requests) -> bool:
    """Tell whether agents were asked about everybody, in spite of the faults before that."""
    company.sweep()
    company.listen()
    return all(
        request.conversation in company.asked
        and (step == "watch" or plan.happened[request.conversation])
        for (step, _), request in found.items()
    )


def serve(company: Company, request: Request) -> None:
    """Serve a customer whom agents were asked about; again, if the lease ran out meanwhile."""
    request.asked = request.conversation in company.asked
    if request.asked:
        eventually(lambda: company.serve(request.escalation), ASKED_SECONDS)


def ended(company: Company, request: Request) -> bool:
    """Tell whether a request's workflow has ended, and note how."""
    if request.status in ("", "RUNNING"):
        request.status = company.execution(request.escalation)
    return request.status != "RUNNING"


@pytest.mark.parametrize(("step", "fault"), CASES)
def test_a_fault_keeps_nobody_from_a_person(requests: Requests, step: str, fault: str) -> None:
    request = requests[step, fault]
    assert request.faults, "the fault did not happen"
    assert request.asked, "no agent was asked"
    assert request.closed
    assert request.ending in ("answered", "followed_up")
    assert request.said[0] == "requested.asked"


@pytest.mark.parametrize(("step", "fault"), CASES)
def test_a_workflow_ends_with_its_request_or_before(
    requests: Requests, step: str, fault: str
) -> None:
    status = requests[step, fault].status
    if fault == "returns too much" and step in ("load", "tell"):
        # Nothing catches it: from there on the sweep had to do it all.
        assert status == "FAILED"
    else:
        assert status == "SUCCEEDED"


def test_without_our_code_the_ids_alone_reach_the_agents(
    requests: Requests, company: Company
) -> None:
    """Step Functions itself puts them into the queue; nobody else sends so little."""
    heard_of = company.asked[requests["load", "raises"].conversation]
    assert {"conversation", "escalation"} in [set(body) for body in heard_of]
