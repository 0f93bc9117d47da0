"""The canary's notebook: what is kept is there, what is closed is not, and counts go up."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from handrail.adapters.aws.notebook import DynamoNotebook
from handrail.application.canary_ports import Case, Notebook, Purpose
from handrail.domain.errors import UnavailableError
from handrail_ops.memory.clock import ManualClock
from support.aws import Aws, refusal
from support.canary_world import MemoryNotebook

NOW = 1_800_000_000.0
CASE = Case("canary-a", "direct", "en", Purpose.CLAIMED, NOW)


@pytest.fixture(params=["memory", "dynamodb"])
def notebook(request: pytest.FixtureRequest) -> Notebook:
    if request.param == "memory":
        return MemoryNotebook()
    make: Callable[[], Notebook] = request.getfixturevalue("dynamo_notebook")
    return make()


@pytest.fixture
def dynamo_notebook(aws: Aws, table_name: str) -> Callable[[], Notebook]:
    return lambda: DynamoNotebook(aws.dynamodb, table_name, ManualClock(NOW))


def test_it_begins_empty(notebook: Notebook) -> None:
    assert list(notebook.open_cases()) == []


def test_each_counter_counts_for_itself(notebook: Notebook) -> None:
    assert [notebook.next("served") for _ in range(3)] == [1, 2, 3]
    assert notebook.next("waiting") == 1


def test_what_is_kept_is_there_oldest_first(notebook: Notebook) -> None:
    later = replace(CASE, customer="canary-0", began_at=NOW + 5, purpose=Purpose.UNCLAIMED)
    notebook.keep(later)
    notebook.keep(CASE)
    notebook.next("served")
    assert list(notebook.open_cases()) == [CASE, later]


def test_keeping_again_takes_the_place(notebook: Notebook) -> None:
    notebook.keep(CASE)
    reported = replace(CASE, reported=("agents", "still"))
    notebook.keep(reported)
    assert list(notebook.open_cases()) == [reported]


def test_what_is_closed_is_gone_and_closing_again_is_harmless(notebook: Notebook) -> None:
    notebook.keep(CASE)
    notebook.close(CASE)
    notebook.close(CASE)
    assert list(notebook.open_cases()) == []


def test_a_table_that_is_away_is_said(aws: Aws, table_name: str) -> None:
    notebook = DynamoNotebook(aws.dynamodb, table_name, ManualClock(NOW))
    calls: list[Callable[[], Any]] = [
        lambda: notebook.next("served"),
        notebook.open_cases,
        lambda: notebook.keep(CASE),
        lambda: notebook.close(CASE),
    ]
    for call in calls:
        with refusal(aws.dynamodb, "ThrottlingException"), pytest.raises(UnavailableError):
            call()


def test_a_case_vanishes_by_itself_in_the_end(aws: Aws, table_name: str) -> None:
    DynamoNotebook(aws.dynamodb, table_name, ManualClock(NOW)).keep(CASE)
    (item,) = aws.dynamodb.scan(TableName=table_name)["Items"]
    assert int(item["expires_at"]["N"]) == NOW + 50 * 24 * 3600
