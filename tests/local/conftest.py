"""One running fixture stack for the tests that only look at it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from local.helpers import TEMPLATE

from handrail_ops.local.stack import LocalStack


@pytest.fixture(scope="session")
def lines() -> list[str]:
    """What the shared stack has printed."""
    return []


@pytest.fixture(scope="session")
def stack(lines: list[str]) -> Iterator[LocalStack]:
    with LocalStack(
        TEMPLATE, {"Pace": "rate(1 second)"}, on_line=lines.append, workers_limit=4
    ) as running:
        yield running
