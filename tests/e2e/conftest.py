"""One running stack for all tests that need the whole system."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from support.stack import World, running_world

HERE = Path(__file__).parent
OWN_WORDS = '{"department": ["atelier"], "person": ["stylist*"]}'
"""A company's own departments and titles."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # Booting a stack is dear: with several test processes, one of them has it.
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("whole-system"))


@pytest.fixture(scope="session")
def world() -> Iterator[World]:
    with running_world({"OwnWords": OWN_WORDS}) as running:
        yield running
