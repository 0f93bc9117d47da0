"""One deployment with quick workflows for the whole tier, and what its functions called."""

import os
from collections.abc import Iterator

import pytest
from workflows.faults import Plan
from workflows.people import Company
from workflows.permissions import Calls
from workflows.queue_door import QueueDoor
from workflows.quick import PARAMETERS, project

from handrail_ops.bench.in_process import InProcess

STEPS = ("UnderstandFunction", "DraftAnswerFunction", "CheckGroundingFunction", "EscalateFunction")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/workflows" in str(item.path):
            item.add_marker(pytest.mark.timeout(180))


@pytest.fixture(scope="session")
def plan() -> Plan:
    return Plan()


@pytest.fixture(scope="session")
def calls() -> Calls:
    return Calls()


@pytest.fixture(scope="session")
def company(
    tmp_path_factory: pytest.TempPathFactory, plan: Plan, calls: Calls
) -> Iterator[Company]:
    template = project(tmp_path_factory.mktemp("project"))
    with QueueDoor(plan) as door:
        # The interpreter's own calls of SQS pass through the door; nothing else does.
        os.environ["AWS_ENDPOINT_URL_SQS"] = door.url
        try:
            deployment = InProcess(template, PARAMETERS, calls.observe)
            with deployment:
                del os.environ["AWS_ENDPOINT_URL_SQS"]
                door.behind = deployment.environment["AWS_ENDPOINT_URL"]
                for name in STEPS:
                    deployment.replace(name, plan.around(deployment.handler(name), name))
                yield Company(deployment)
        finally:
            os.environ.pop("AWS_ENDPOINT_URL_SQS", None)
