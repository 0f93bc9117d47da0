"""What the protocol costs at the table may not grow unnoticed."""

import pytest

from handrail_ops.bench.operations import Measured, measure, report, total


@pytest.fixture(scope="module")
def lines() -> list[Measured]:
    return measure()


def test_an_answered_turn(lines: list[Measured]) -> None:
    cost = total(lines, "turn")
    assert cost.write_units <= 14
    assert cost.read_units <= 12
    assert cost.calls <= 19
    assert cost.operations["TransactWriteItems"] == 1


def test_a_request_from_asked_to_resolved(lines: list[Measured]) -> None:
    cost = total(lines, "request")
    assert cost.write_units <= 51
    assert cost.read_units <= 26
    assert cost.calls <= 41


@pytest.mark.parametrize(
    ("what", "write_units"),
    [("an agent's heartbeat", 1), ("the agent has seen", 1), ("a sweep that finds nothing", 0)],
)
def test_what_happens_often_is_cheap(lines: list[Measured], what: str, write_units: float) -> None:
    (line,) = [line for line in lines if line.what == what]
    assert line.cost.write_units == write_units


def test_the_report_has_a_line_for_each_and_two_totals(lines: list[Measured]) -> None:
    assert len(report(lines, 1.0).splitlines()) == len(lines) + 4
