"""The project has no findings, and each check finds what it is for."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from handrail_ops.template.checks import check
from handrail_ops.template.command import template
from handrail_ops.template.findings import Finding
from handrail_ops.template.lint import lint, lint_transformed
from handrail_ops.template.source import Source, TemplateUnreadableError, read, transform

from .conftest import ROOT

GOOD = """\
Transform: AWS::Serverless-2016-10-31
Parameters:
  Pace: {Type: String, Default: rate(5 minutes)}
Globals:
  Function: {Runtime: python3.13, Handler: app.handle}
Resources:
  Jobs:
    Type: AWS::SQS::Queue
    Properties:
      FifoQueue: true
      QueueName: !Sub ${AWS::StackName}-jobs.fifo
      VisibilityTimeout: 90
      RedrivePolicy: {deadLetterTargetArn: !GetAtt Dead.Arn, maxReceiveCount: 2}
  Dead:
    Type: AWS::SQS::Queue
    Properties: {FifoQueue: true}
  Work:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: work
      Timeout: 30
      Events:
        Often: {Type: ScheduleV2, Properties: {ScheduleExpression: !Ref Pace}}
        Queue: {Type: SQS, Properties: {Queue: !GetAtt Jobs.Arn}}
  Way:
    Type: AWS::Serverless::StateMachine
    Properties:
      DefinitionUri: way.asl.json
      DefinitionSubstitutions: {Worker: !GetAtt Work.Arn}
      Policies: []
  Late:
    Type: AWS::CloudWatch::Alarm
    Properties:
      AlarmDescription: Late. Runbook infra/runbooks/late.md.
      Namespace: AWS/SQS
      MetricName: ApproximateAgeOfOldestMessage
      Dimensions: [{Name: QueueName, Value: !GetAtt Jobs.QueueName}]
      Statistic: Maximum
      Period: 60
      EvaluationPeriods: 1
      Threshold: 60
      ComparisonOperator: GreaterThanOrEqualToThreshold
"""

WAY = {
    "Comment": "One step. @person(go=person) @caller(60) @failure(its caller)",
    "StartAt": "Work",
    "TimeoutSeconds": 60,
    "States": {
        "Work": {
            "Comment": "Do it.",
            "Type": "Task",
            "Resource": "${Worker}",
            "TimeoutSeconds": 10,
            "ResultPath": "$.done",
            "Retry": [{"ErrorEquals": ["States.ALL"], "MaxAttempts": 2}],
            "Catch": [
                {"ErrorEquals": ["States.ALL"], "ResultPath": "$.failure", "Next": "Person"}
            ],
            "Next": "Person",
        },
        "Person": {
            "Comment": "@person",
            "Type": "Pass",
            "Result": {"go": "person"},
            "End": True,
        },
    },
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A small project without a finding."""
    (tmp_path / "template.yaml").write_text(GOOD, encoding="utf-8")
    (tmp_path / "way.asl.json").write_text(json.dumps(WAY), encoding="utf-8")
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / "app.py").write_text(
        "def handle(event, context): ...\n", encoding="utf-8"
    )
    (tmp_path / "infra" / "runbooks").mkdir(parents=True)
    (tmp_path / "infra" / "runbooks" / "late.md").write_text("Hurry.\n", encoding="utf-8")
    return tmp_path


def changed(project: Path, before: str, after: str) -> list[Finding]:
    text = (project / "template.yaml").read_text(encoding="utf-8")
    assert before in text
    (project / "template.yaml").write_text(text.replace(before, after), encoding="utf-8")
    return check(read(project))


def test_the_project_has_no_findings() -> None:
    assert lint(ROOT) == []


def test_a_good_project_has_none(project: Path) -> None:
    assert check(read(project)) == []


@pytest.mark.parametrize(
    ("before", "after", "rule", "told"),
    [
        ("CodeUri: work", "CodeUri: wrok", "HR01", "wrok/app.py is missing"),
        ("app.handle", "app.handel", "HR01", "has no handel"),
        ("rate(5 minutes)", "rate(5 minute)", "HR02", "rate(5 minute)"),
        ("rate(5 minutes)", "rate(1 minutes)", "HR02", "rate(1 minutes)"),
        ("-jobs.fifo", "-jobs", "HR03", "ends in .fifo"),
        ("Properties: {FifoQueue: true}", "Properties: {}", "HR03", "not of the same kind"),
        ("{Worker: !GetAtt Work.Arn}", "{Wroker: !GetAtt Work.Arn}", "HR04", "${Worker}"),
        ("{Worker: !GetAtt Work.Arn}", "{Wroker: !GetAtt Work.Arn}", "HR04", "Wroker is used"),
        ("way.asl.json", "yaw.asl.json", "HR04", "yaw.asl.json is missing"),
        ("runbooks/late.md", "runbooks/later.md", "HR06", "later.md is missing"),
        ("Runbook infra/runbooks/late.md.", "Hurry.", "HR06", "names no infra/runbooks"),
        ("!Ref Pace", "rate(1 hour)", "HR07", "Pace is read by nothing"),
    ],
)
def test_a_check_finds_what_it_is_for(
    project: Path, before: str, after: str, rule: str, told: str
) -> None:
    found = changed(project, before, after)
    assert [one for one in found if one.rule == rule and told in one.message]
    assert {one.rule for one in found} == {rule}


def test_a_finding_says_where_it_is(project: Path) -> None:
    (finding,) = changed(project, "rate(5 minutes)", "rate(5 minute)")
    assert str(finding).startswith("template.yaml:3: HR02 ")


def test_a_workflows_finding_names_file_and_line(project: Path) -> None:
    way: Any = json.loads(json.dumps(WAY))
    del way["States"]["Work"]["TimeoutSeconds"]
    (project / "way.asl.json").write_text(json.dumps(way, indent=2), encoding="utf-8")
    (finding,) = check(read(project))
    assert str(finding) == "way.asl.json:6: HR05 'Work' has no TimeoutSeconds"


@pytest.mark.parametrize(
    ("before", "after", "rule"),
    [
        ("VisibilityTimeout: 90", "VisibilityTimeout: 10", "E3505"),
        ("!GetAtt Jobs.QueueName", "!GetAtt Jobs.QueueNmae", "E1010"),
        ("Statistic: Maximum", "Statistic: Largest", "E3030"),
    ],
)
def test_what_sam_makes_of_it_is_linted(project: Path, before: str, after: str, rule: str) -> None:
    text = (project / "template.yaml").read_text(encoding="utf-8")
    line = text[: text.index(before)].count("\n") + 1
    (project / "template.yaml").write_text(text.replace(before, after), encoding="utf-8")
    source = read(project)
    found = [one for one in lint_transformed(source, transform(source)) if one.rule == rule]
    assert found
    if rule != "E3505":  # a relation between two resources is told at the other one
        assert found[0].line == line


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda p: p.unlink(), "cannot be read"),
        (lambda p: p.write_text("a: [", encoding="utf-8"), "cannot be read"),
        (lambda p: p.write_text("Parameters: {}", encoding="utf-8"), "has no Resources"),
    ],
)
def test_an_unreadable_template_is_one_finding(
    project: Path, spoil: Callable[[Path], object], told: str
) -> None:
    spoil(project / "template.yaml")
    with pytest.raises(TemplateUnreadableError, match=told):
        read(project)
    (finding,) = lint(project)
    assert finding.rule == "HR00"


def test_a_template_that_sam_refuses_is_a_finding(project: Path) -> None:
    text = GOOD.replace("Type: ScheduleV2", "Type: Scheduel")
    (project / "template.yaml").write_text(text, encoding="utf-8")
    (finding,) = lint(project)
    assert "SAM cannot transform" in finding.message


def test_the_command_says_so_and_fails(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.rmtree(project / "infra")
    monkeypatch.chdir(project)
    result = CliRunner().invoke(template, ["lint"])
    assert result.exit_code == 1
    assert "HR06" in result.output


def test_a_generated_resource_is_told_at_its_origin(source: Source) -> None:
    at = source.line_of_transformed(("Resources", "ConductFunctionRole", "Properties"))
    assert at == source.line(("Resources", "ConductFunction"))
    text = (ROOT / "template.yaml").read_text(encoding="utf-8").splitlines()
    assert text[at - 1].strip() == "ConductFunction:"
