"""What `audit` makes of a batch, of the minute and of reconciling: metrics, lines, failures."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from handrail.adapters.aws.items import conversation_item, outbox_item
from handrail.application.audit import Audit
from handrail.application.reconcile import Reconcile, Reconciled
from handrail.bootstrap.audit import build
from handrail.bootstrap.handler import FunctionFailedError, Handler
from handrail.domain.conversation import Conversation
from handrail.domain.decision import Decision, Event
from handrail.domain.outbox import State
from handrail.domain.synthetic import CANARY_ACCOUNT
from handrail.observability import metrics
from handrail.settings import AuditSettings
from support.stores import NOW, answered, asked, claimed, fresh, message, says

SETTINGS = AuditSettings(
    table_name="table",
    default_language="en",
    time_zone="Etc/UTC",
    opening_hours="{}",
    promises="{}",
    receive_log="receive",
    site_log="site",
    socket_log="socket",
)
CONTEXT = SimpleNamespace(aws_request_id="r", get_remaining_time_in_millis=lambda: 60_000)


@dataclass
class Dynamo:
    """As much of a client as the audit uses."""

    put: list[dict[str, Any]] = field(default_factory=list)
    due: list[dict[str, Any]] = field(default_factory=list)
    away: bool = False

    def put_item(self, **arguments: Any) -> dict[str, Any]:
        if self.away:
            raise ClientError({"Error": {"Code": "ThrottlingException"}}, "PutItem")
        self.put.append(arguments["Item"])
        return {}

    def query(self, **arguments: Any) -> dict[str, Any]:
        values = arguments["ExpressionAttributeValues"]
        if "IndexName" in arguments:
            return {"Items": self.due if values[":shard"] == {"S": "0"} else []}
        return {"Items": []}

    def get_item(self, **_: Any) -> dict[str, Any]:
        return {}


class Logs:
    def filter_log_events(self, **_: Any) -> dict[str, Any]:
        return {"events": []}


@dataclass
class Stage:
    handler: Handler
    dynamo: Dynamo
    capsys: pytest.CaptureFixture[str]

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.capsys.readouterr().out.splitlines() if line]


@pytest.fixture
def stage(capsys: pytest.CaptureFixture[str]) -> Iterator[Stage]:
    metrics.clear_metrics()
    dynamo = Dynamo()
    clients: Any = SimpleNamespace(dynamodb=dynamo, logs=Logs())
    yield Stage(build(SETTINGS, clients), dynamo, capsys)
    metrics.clear_metrics()


def figures(lines: list[dict[str, Any]], name: str) -> list[float]:
    """Return the values of a metric under no dimension but the service."""
    found: list[float] = []
    for line in lines:
        for told in line.get("_aws", {}).get("CloudWatchMetrics", ()):
            if told["Dimensions"] == [["service"]] and name in line:
                found += line[name]
    return found


def record(pk: str, sk: str, number: int, new: Any, old: Any = None) -> dict[str, Any]:
    change: dict[str, Any] = {
        "Keys": {"pk": {"S": pk}, "sk": {"S": sk}},
        "SequenceNumber": str(number),
        "ApproximateCreationDateTime": NOW + 30,
        "NewImage": new,
    }
    if old is not None:
        change["OldImage"] = old
    return {"eventName": "MODIFY" if old else "INSERT", "dynamodb": change}


def head(decision: Decision, number: int = 1) -> dict[str, Any]:
    before, after = decision.before, decision.after
    old = conversation_item(before, Event.NOTE) if before.version else None
    return record(f"C#{after.id}", "HEAD", number, conversation_item(after, decision.event), old)


def body(number: int) -> dict[str, Any]:
    item = {
        "event_id": {"S": f"e{number}"},
        "position": {"N": "1"},
        "kind": {"S": "text"},
        "text": {"S": "hello"},
        "received_at": {"N": "1"},
    }
    return record(f"C#c{number}", f"IN#e{number}", number, item)


def waiting(of: Conversation | None = None) -> Conversation:
    return asked(of or fresh(), [message()]).after


def test_what_came_in_is_noted_once_a_batch(stage: Stage) -> None:
    stage.handler({"Records": [body(7), body(8), head(answered(fresh(), [message()]))]}, CONTEXT)
    (noted,) = stage.dynamo.put
    assert noted["pk"]["S"].startswith("H#")
    assert noted["sk"] == {"S": "7"}
    assert noted["conversations"] == {"SS": ["c7", "c8"]}


def test_batches_of_two_shards_do_not_replace_each_other(stage: Stage) -> None:
    for shard in ("a", "b", "b"):
        stage.handler({"Records": [{**body(7), "eventID": shard}]}, CONTEXT)
    assert [one["sk"]["S"] for one in stage.dynamo.put] == ["7/a", "7/b", "7/b"]


def test_a_batch_in_which_nothing_came_in_writes_nothing(stage: Stage) -> None:
    stage.handler({"Records": [head(answered(fresh(), [message()]))]}, CONTEXT)
    assert stage.dynamo.put == []


def test_a_clean_write_is_silent(stage: Stage) -> None:
    stage.handler({"Records": [head(answered(fresh(), [message()]))]}, CONTEXT)
    assert stage.lines() == []


def test_a_broken_rule_is_counted_by_its_name_and_logged_in_ids(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    decision = answered(fresh(), [message()])
    spoilt = replace(decision, after=replace(decision.after, version=9))
    stage.handler({"Records": [head(spoilt)]}, CONTEXT)
    lines = stage.lines()
    assert figures(lines, "invariant_violations") == [1]
    (by_rule,) = (one for one in lines if "rule" in one and "_aws" in one)
    assert by_rule["_aws"]["CloudWatchMetrics"][0]["Dimensions"] == [["service", "rule"]]
    assert (by_rule["rule"], by_rule["service"]) == ("S5", "handrail")
    (said,) = (vars(one) for one in caplog.records)
    assert (said["msg"], said["levelname"]) == ("the promise was broken", "ERROR")
    assert (said["rule"], said["conversation"]) == ("S5", decision.after.id)


def test_promises_offers_and_waits_are_figures(stage: Stage) -> None:
    (row,) = answered(fresh(), [message()]).outbox
    delivered = replace(row, state=State.DELIVERED)
    name = f"C#{fresh().id}"
    pair = [outbox_item(fresh().id, one, NOW) for one in (row, delivered)]
    sent = record(name, "OUT#00000001", 3, pair[1], pair[0])
    claim = claimed(waiting())
    stage.handler({"Records": [head(claim), head(says(claim.after), 2), sent]}, CONTEXT)
    lines = stage.lines()
    assert figures(lines, "promise_kept") == [1]
    assert figures(lines, "offer_coverage") == [1]
    assert figures(lines, "time_to_human") == [30]
    (apart,) = (one for one in lines if "language" in one)
    assert (apart["language"], apart["channel"], apart["time_to_human"]) == ("en", "direct", [30])


def test_a_customer_who_is_a_program_waits_for_nobody(stage: Stage) -> None:
    claim = claimed(waiting(replace(fresh(), account=CANARY_ACCOUNT)))
    stage.handler({"Records": [head(says(claim.after))]}, CONTEXT)
    assert figures(stage.lines(), "time_to_human") == []


def test_what_cannot_be_noted_comes_again_and_is_not_counted(stage: Stage) -> None:
    stage.dynamo.away = True
    decision = answered(fresh(), [message()])
    spoilt = replace(decision, after=replace(decision.after, version=9))
    with pytest.raises(FunctionFailedError):
        stage.handler({"Records": [head(spoilt), body(7)]}, CONTEXT)
    assert figures(stage.lines(), "invariant_violations") == []


def test_a_record_that_fails_is_passed_over_counted_and_named(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    look = Audit.look

    def stumble(self: Audit, write: Any, into: Any) -> None:
        if getattr(write, "conversation", "") == "c8":
            message_ = "a fault of ours"
            raise RuntimeError(message_)
        look(self, write, into)

    monkeypatch.setattr(Audit, "look", stumble)
    decision = answered(fresh(), [message()])
    spoilt = replace(decision, after=replace(decision.after, version=9))
    stage.handler({"Records": [body(7), body(8), head(spoilt, 9)]}, CONTEXT)
    lines = stage.lines()
    assert figures(lines, "invariant_violations") == [1]
    assert figures(lines, "audit_failed") == [1]
    named = [vars(one) for one in caplog.records if "looked at" in one.msg]
    assert [one["sequence_number"] for one in named] == ["8"]
    assert "a fault of ours" not in str(named)


def test_a_record_of_another_shape_is_passed_over_too(stage: Stage) -> None:
    strange = {"dynamodb": {"SequenceNumber": "5"}}
    stage.handler({"Records": [strange, {}, body(7)]}, CONTEXT)
    assert figures(stage.lines(), "audit_failed") == [1, 1]
    assert len(stage.dynamo.put) == 1


def test_the_minute_counts_what_is_stuck_and_nothing_too(stage: Stage) -> None:
    assert stage.handler({"audit": "stuck"}, CONTEXT) == {"stuck": 0}
    assert figures(stage.lines(), "stuck") == [0]
    key = {"pk": {"S": "C#c1"}, "sk": {"S": "HEAD"}, "due_at": {"N": "1"}}
    stage.dynamo.due = [key, {**key, "pk": {"S": "C#c2"}}]
    assert stage.handler({"audit": "stuck"}, CONTEXT) == {"stuck": 2}


def test_a_conversation_that_cannot_be_looked_at_is_counted_and_named(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    told = Reconciled(failed=["c1", "c2"])
    monkeypatch.setattr(Reconcile, "reconcile", lambda _self, _deadline: told)
    stage.handler({"audit": "reconcile"}, CONTEXT)
    assert figures(stage.lines(), "audit_failed") == [1, 1]
    named = [vars(one).get("conversation") for one in caplog.records]
    assert {"c1", "c2"} <= set(named)


def test_reconciling_always_says_its_figures(stage: Stage) -> None:
    told = stage.handler({"audit": "reconcile"}, CONTEXT)
    assert (told["escalations_lost"], told["inbound_lost"], told["requests_misread"]) == (0, 0, 0)
    lines = stage.lines()
    for name in ("escalations_lost", "inbound_lost", "requests_misread"):
        assert figures(lines, name) == [0], name
    assert 900 <= figures(lines, "reconcile_behind")[0] <= 1_500
