"""One running stack for all tests that need the whole system."""

from collections.abc import Iterator

import pytest

from support.stack import World, running_world

OWN_WORDS = '{"department": ["atelier"], "person": ["stylist*"]}'
"""A company's own departments and titles."""


@pytest.fixture(scope="session")
def world() -> Iterator[World]:
    with running_world({"OwnWords": OWN_WORDS}) as running:
        yield running
