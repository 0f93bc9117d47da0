"""What a turn and a request for a person may cost: a budget, counted."""

from collections.abc import Iterator

import pytest
from workflows.quick import ROOT

from handrail_ops.bench.day import QUESTIONS, Bill, Day


@pytest.fixture(scope="module")
def day() -> Iterator[Day]:
    with Day(ROOT / "template.yaml", counting=True).running() as running:
        running.ask(QUESTIONS[0])  # secrets are read once
        yield running


@pytest.fixture(scope="module")
def turn(day: Day) -> Bill:
    before = day.received
    bill, _ = day.bill(lambda: day.ask(QUESTIONS[1]))
    assert day.received == before + 1
    return bill


@pytest.fixture(scope="module")
def request_for_a_person(day: Day) -> Bill:
    def served() -> str:
        day.ask("I want to talk to a human")
        return day.serve()

    bill, escalation = day.bill(served)
    bill.transitions = day.transitions(escalation)
    return bill


def test_an_answered_turn_is_six_invocations(turn: Bill) -> None:
    # receive, conduct, the three steps, deliver
    assert turn.counts["Lambda invocations"] == 6
    assert turn.counts["Express executions"] == 1
    # a batch in and a hint out, each sent, received and deleted
    assert turn.counts["SQS requests"] == 6


def test_an_answered_turn_is_cheap_at_the_table(turn: Bill) -> None:
    assert 0 < turn.write_units <= 16
    assert 0 < turn.read_units <= 16


def test_warm_functions_read_no_secret(turn: Bill) -> None:
    assert turn.counts["secret reads"] == 0


def test_a_request_is_bounded_too(request_for_a_person: Bill) -> None:
    assert 0 < request_for_a_person.counts["Lambda invocations"] <= 20
    assert 0 < request_for_a_person.transitions <= 20
    assert 0 < request_for_a_person.write_units <= 70
