"""Whoever is woken knows by what, and finds a page that says what to do."""

import re
from typing import Any

import pytest

from handrail_ops.template.source import Source

from .conftest import ROOT

Resources = dict[str, dict[str, Any]]

PROMISED = {
    # What keeps the promise, and what tells that it is not kept.
    "InboundAgeAlarm": "queues",
    "OutboundAgeAlarm": "queues",
    "DeadLettersAlarm": "dead-letters",
    "InboundDeadLetterAgeAlarm": "dead-letters",
    "OutboundDeadLetterAgeAlarm": "dead-letters",
    "AgentsDeadLetterAgeAlarm": "dead-letters",
    "SweepMissingAlarm": "sweep",
    "SweepErrorsAlarm": "sweep",
    "OverdueAlarm": "sweep",
    "InboxAlarm": "inbox",
    "ReceiveErrorsAlarm": "inbox",
    "HttpErrorsAlarm": "inbox",
    "UnreachableAlarm": "unreachable",
    "TurnsFailedAlarm": "turns",
    "TurnStepsAlarm": "turns",
    "NotReadAlarm": "turns",
    "EscalationsFailedAlarm": "escalations",
    "CanaryFailedAlarm": "canary",
    "CanaryMissingAlarm": "canary",
    "InvariantsAlarm": "promise",
    "EscalationsLostAlarm": "promise",
    "InboundLostAlarm": "promise",
    "StuckAlarm": "promise",
    "OfferAlarm": "promise",
    "PromisesAlarm": "promise",
    "AuditAgeAlarm": "audit",
    "AuditErrorsAlarm": "audit",
    "AuditFailedAlarm": "audit",
    "AuditUnseenAlarm": "audit",
    "ReconcileAlarm": "audit",
}

SILENCE = {"SweepMissingAlarm", "StuckAlarm", "ReconcileAlarm", "CanaryMissingAlarm"}
"""Where hearing nothing is the alarm: what watches, and what everything leans on."""


def alarms(resources: Resources) -> dict[str, dict[str, Any]]:
    return {
        name: one["Properties"]
        for name, one in resources.items()
        if one["Type"] == "AWS::CloudWatch::Alarm"
    }


def test_these_are_all_the_alarms(resources: Resources) -> None:
    assert set(alarms(resources)) == set(PROMISED)


@pytest.mark.parametrize(("name", "runbook"), PROMISED.items())
def test_an_alarm_has_a_page_that_names_it(resources: Resources, name: str, runbook: str) -> None:
    alarm = alarms(resources)[name]
    assert f"infra/runbooks/{runbook}.md" in alarm["AlarmDescription"]
    assert name in (ROOT / "infra" / "runbooks" / f"{runbook}.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", PROMISED)
def test_an_alarm_reaches_somebody(resources: Resources, name: str) -> None:
    alarm = alarms(resources)[name]
    assert alarm["AlarmActions"] == [{"Ref": "AlarmsTopic"}]
    missing = "breaching" if name in SILENCE else "notBreaching"
    assert alarm["TreatMissingData"] == missing


def test_a_canary_that_is_off_wakes_nobody(source: Source, resources: Resources) -> None:
    for name in ("CanaryFailedAlarm", "CanaryMissingAlarm"):
        enabled = alarms(resources)[name]["ActionsEnabled"]
        assert enabled == {"Fn::If": ["CanaryIsOn", True, False]}
    assert source.document["Parameters"]["Canary"]["Default"] == "off"


def test_a_canary_that_is_absent_for_ten_minutes_wakes_somebody(resources: Resources) -> None:
    alarm = alarms(resources)["CanaryMissingAlarm"]
    assert alarm["Period"] * alarm["EvaluationPeriods"] == 600
    # A run that began and broke off is no run: it is counted at its end.
    assert alarm["MetricName"] == "canary_runs"


def test_every_page_is_of_an_alarm() -> None:
    pages = {path.stem for path in (ROOT / "infra" / "runbooks").glob("*.md")}
    assert pages == set(PROMISED.values())


COUNTED = (
    "DeadLettersAlarm",
    "OverdueAlarm",
    "InboxAlarm",
    "ReceiveErrorsAlarm",
    "NotReadAlarm",
    "UnreachableAlarm",
    "CanaryFailedAlarm",
    "CanaryMissingAlarm",
    "InvariantsAlarm",
    "EscalationsLostAlarm",
    "InboundLostAlarm",
    "StuckAlarm",
    "OfferAlarm",
    "PromisesAlarm",
    "ReconcileAlarm",
    "AuditFailedAlarm",
)


def test_these_are_all_that_watch_metrics_of_our_own(resources: Resources) -> None:
    own = {n for n, one in alarms(resources).items() if one.get("Namespace") == "Handrail"}
    assert own == set(COUNTED)


@pytest.mark.parametrize("name", COUNTED)
def test_a_metric_of_our_own_is_one_that_the_code_counts(resources: Resources, name: str) -> None:
    code = "\n".join(
        path.read_text(encoding="utf-8")
        for path in (ROOT / "layers" / "core" / "handrail").rglob("*.py")
    )
    counted = set(re.findall(r'(?:count|measure_seconds)\(\s*"(\w+)"', code))
    alarm = alarms(resources)[name]
    assert alarm["MetricName"] in counted
    assert alarm["Dimensions"] == [{"Name": "service", "Value": "handrail"}]


def test_the_service_is_the_one_the_metrics_carry(source: Source) -> None:
    variables = source.document["Globals"]["Function"]["Environment"]["Variables"]
    assert variables["POWERTOOLS_SERVICE_NAME"] == "handrail"
    assert variables["POWERTOOLS_METRICS_NAMESPACE"] == "Handrail"
