"""One running fixture stack for the tests that only look at it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from local.helpers import FIXTURES, TEMPLATE, Mischief

from handrail_ops.local.stack import LocalStack


@pytest.fixture(scope="session")
def lines() -> list[str]:
    """What the shared stack has printed."""
    return []


@pytest.fixture(scope="session")
def mischief() -> Mischief:
    """The chaos of the shared stack; a test may plan some, for names that only it uses."""
    return Mischief()


@pytest.fixture(scope="session")
def stack(lines: list[str], mischief: Mischief) -> Iterator[LocalStack]:
    with LocalStack(
        TEMPLATE,
        {"Pace": "rate(1 second)"},
        on_line=lines.append,
        chaos=mischief,
        extra_environment={"EXTRA": "for every function"},
        extra_python_path=[FIXTURES / "preload"],
        preload="preloaded",
        workers_limit=4,
    ) as running:
        yield running
