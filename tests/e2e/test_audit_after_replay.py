"""After a small replay: the audit has nothing to say, and the report says 100 %."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from handrail.adapters.aws.stories import DynamoStories
from handrail.adapters.aws.touched import DynamoTouched
from handrail.adapters.aws.witness import LogWitness
from handrail.adapters.language.catalogue import packaged_recogniser
from handrail.application.reconcile import (
    LAG_SECONDS,
    SPAN_SECONDS,
    Cursor,
    Reconcile,
    Reconciled,
    span_of,
)
from handrail.domain.recognition import Intent
from handrail_ops.agent.target import noted
from handrail_ops.local.stack import LocalStack
from handrail_ops.memory.clock import ManualClock
from handrail_ops.replay.journal import Journal, Tally
from handrail_ops.replay.receiver import CallbackReceiver
from handrail_ops.replay.rows import Row
from handrail_ops.replay.run import Pace, play
from handrail_ops.replay.target import ACCOUNT, own_stack, parameters, target_of
from handrail_ops.replay.weather import FairWeather
from handrail_ops.report.cases import cases_of, delivered
from handrail_ops.report.command import report
from handrail_ops.report.figures import report_of
from handrail_ops.report.table import ReportTable
from support.stack import TEMPLATE, eventually

pytestmark = pytest.mark.timeout(240)

ROWS = [
    Row(0, "I want to talk to a human", "en", wants_human=True),
    Row(1, "Quiero hablar con una persona", "es", wants_human=True),
    Row(2, "How long does a refund take?", "en"),
    Row(3, "Je veux parler \u00e0 un humain", "fr", wants_human=True),
    Row(4, "xyzzy plugh"),
]


class Quiet:
    def show(self, phase: str, tally: Tally, unrest: dict[str, int]) -> None:
        """Show nothing."""


@dataclass
class Played:
    stack: LocalStack
    journal: Journal
    began: float

    @property
    def table(self) -> str:
        return self.stack.physical("Table")

    def logged(self, phrase: str) -> list[dict[str, Any]]:
        answer = self.stack.client("logs").filter_log_events(
            logGroupName=self.stack.physical("AuditLog"), filterPattern=f'"{phrase}"'
        )
        return [json.loads(one["message"]) for one in answer["events"]]

    def reconciled(self) -> Reconciled:
        """Reconcile everything of the replay, as if it were an hour later."""
        dynamodb = self.stack.client("dynamodb")
        touched = DynamoTouched(dynamodb, self.table)
        touched.move(Cursor(span_of(self.began) - SPAN_SECONDS))
        groups = [self.stack.physical(f"{door}Log") for door in ("Receive", "Site", "Socket")]
        recogniser = packaged_recogniser()
        return Reconcile(
            touched,
            DynamoStories(dynamodb, self.table),
            LogWitness(self.stack.client("logs"), groups),
            lambda text, language: recogniser.recognise(text, language).intent is Intent.PERSON,
            ManualClock(time.time() + LAG_SECONDS + 2 * SPAN_SECONDS),
        ).reconcile(time.time() * 2)


@pytest.fixture(scope="module")
def played() -> Iterator[Played]:
    began = time.time()
    with ExitStack() as cleanup:
        journal = Journal(ROWS, ACCOUNT, "audited")
        receiver = CallbackReceiver(journal, port=0, mood=FairWeather().mood)
        cleanup.callback(receiver.close)
        values = parameters(receiver.url, short=False)
        stack = cleanup.enter_context(own_stack(TEMPLATE, values, lambda _line: None))
        pace = Pace(4, agents=3, patience_seconds=60, rest_seconds=120)
        target = target_of(stack)
        outcome = play(target, journal, receiver, FairWeather(), pace, "audited", Quiet())
        assert outcome.verdict.kept, outcome
        assert outcome.unrest == {}
        yield Played(stack, journal, began)


def test_nothing_was_violated(played: Played) -> None:
    eventually(
        lambda: len(played.logged("time_to_human")) > len(ROWS), "the audit comes to the end"
    )
    assert played.logged("the promise was broken") == []
    assert played.logged("the function failed") == []


def test_everybody_is_reconciled_and_nobody_is_lost(played: Played) -> None:
    found = played.reconciled()
    assert found.conversations == len(ROWS)
    assert found.requests >= 3
    assert found.escalations_lost == []
    assert found.inbound_lost == []
    assert found.misread == []


def test_the_report_says_a_hundred_percent(played: Played) -> None:
    source = ReportTable(played.stack.client("dynamodb"), played.table)
    stories = list(source.stories(source.conversations()))
    cases = [case for story in stories for case in cases_of(story, 60)]
    told = report_of(cases, delivered(stories), time.time(), 180)
    assert told.all.requests >= 3
    assert told.all.reached.percent == 100
    assert told.all.promises.percent == 100
    assert told.offers.percent == 100
    assert told.unreadable == ()
    assert {"en", "es", "fr"} <= {language for language, _ in told.groups}


def test_the_report_finds_the_stack_that_runs_here(
    played: Played, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with noted(played.stack.url, "", played.stack.environment, tmp_path):
        here = CliRunner().invoke(report)
    assert here.exit_code == 0, here.output
    assert "promises kept" in here.output
    nowhere = CliRunner().invoke(report)
    assert nowhere.exit_code == 1
    assert "give --stack NAME or --table NAME" in nowhere.output


def test_an_acknowledged_message_that_vanishes_is_missed(played: Played) -> None:
    """The last of all: it takes a customer's message away."""
    customer = played.journal.customers[2]
    key = {
        "pk": {"S": f"C#{customer.conversation}"},
        "sk": {"S": f"IN#{customer.event_id}"},
    }
    played.stack.client("dynamodb").delete_item(TableName=played.table, Key=key)
    (lost,) = played.reconciled().inbound_lost
    assert (lost.conversation, lost.event_id) == (customer.conversation, customer.event_id)
    (line,) = eventually(lambda: played.logged("the promise was broken"), "the audit sees it go")
    assert (line["rule"], line["conversation"]) == ("S3", customer.conversation)
