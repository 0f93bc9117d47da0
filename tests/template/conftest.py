"""The template as it is written, and as CloudFormation would get it."""

from pathlib import Path
from typing import Any

import pytest

from handrail_ops.template.source import Source, read, transform

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def source() -> Source:
    return read(ROOT)


@pytest.fixture(scope="session")
def resources(source: Source) -> dict[str, dict[str, Any]]:
    """Every resource after SAM's transform, by logical id."""
    transformed: dict[str, dict[str, Any]] = transform(source)["Resources"]
    return transformed
