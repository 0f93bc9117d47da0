"""What a function is told is what it reads, and its time fits into what waits for it."""

import dataclasses
import json
from typing import Any

import pytest

import handrail.settings
from handrail.adapters.aws.clients import TURN_READ_SECONDS
from handrail.domain.limits import DRAFT_SECONDS, TURN_SECONDS_MAX
from handrail.settings import Settings
from handrail_ops.evaluate.drafted import MODEL
from handrail_ops.template.source import Source
from handrail_ops.verify.proof import prove

from .conftest import ROOT

Resources = dict[str, dict[str, Any]]

POWERTOOLS = {"POWERTOOLS_SERVICE_NAME", "POWERTOOLS_METRICS_NAMESPACE"}
FUNCTIONS = sorted(path.parent.name for path in (ROOT / "functions").glob("*/app.py"))


def camel(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("_"))


def function(resources: Resources, name: str) -> dict[str, Any]:
    properties: dict[str, Any] = resources[f"{camel(name)}Function"]["Properties"]
    return properties


def test_every_folder_is_a_function(resources: Resources) -> None:
    deployed = {n for n, one in resources.items() if one["Type"] == "AWS::Lambda::Function"}
    assert deployed == {f"{camel(name)}Function" for name in FUNCTIONS}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_environment_is_the_settings(resources: Resources, name: str) -> None:
    settings: type[Settings] = getattr(handrail.settings, f"{camel(name)}Settings")
    fields = {field.name.upper() for field in dataclasses.fields(settings)}
    variables = set(function(resources, name)["Environment"]["Variables"])
    assert variables - POWERTOOLS == fields


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_is_bounded(resources: Resources, name: str) -> None:
    properties = function(resources, name)
    assert properties["Runtime"] == "python3.13"
    assert properties["Architectures"] == ["arm64"]
    assert properties["Handler"] == "app.lambda_handler"
    # The canary waits for what customers wait for, one step after the other.
    assert 5 <= properties["Timeout"] <= (120 if name == "canary" else 60)
    assert properties["TracingConfig"] == {"Mode": "Active"}


def workflow(name: str) -> dict[str, Any]:
    text = (ROOT / "infra" / "workflows" / f"{name}.asl.json").read_text(encoding="utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


def test_a_turn_ends_while_conduct_still_waits(resources: Resources) -> None:
    turn = workflow("turn")
    worst = prove(json.dumps(turn)).worst
    assert worst is not None
    assert worst.refused_at_once <= turn["TimeoutSeconds"]
    assert turn["TimeoutSeconds"] <= TURN_SECONDS_MAX < TURN_READ_SECONDS
    # What the workflow says of its caller is what its caller does.
    assert f"@caller({TURN_READ_SECONDS})" in turn["Comment"]
    # Time to commit, after the longest turn.
    assert function(resources, "conduct")["Timeout"] >= TURN_READ_SECONDS + 5


def test_a_step_is_heard_to_be_late_before_lambda_ends_it(resources: Resources) -> None:
    steps = {
        "Understand the question": "understand",
        "Draft an answer": "draft_answer",
        "Check the grounding": "check_grounding",
    }
    states = workflow("turn")["States"]
    for state, name in steps.items():
        assert states[state]["TimeoutSeconds"] <= function(resources, name)["Timeout"], state
    drafting = states["Draft an answer"]["TimeoutSeconds"]
    assert drafting - 2 > DRAFT_SECONDS, "a late model is heard of as such"


def test_a_sweep_ends_before_the_next_begins(resources: Resources) -> None:
    assert function(resources, "sweep")["Timeout"] < 60
    schedule = resources["SweepFunctionEveryMinute"]["Properties"]
    assert schedule["ScheduleExpression"] == {"Ref": "SweepRate"}


def test_the_canary_ends_before_the_next_begins_and_rests_while_it_is_off(
    resources: Resources,
) -> None:
    assert function(resources, "canary")["Timeout"] < 300
    schedule = resources["CanaryFunctionRegularly"]["Properties"]
    assert schedule["ScheduleExpression"] == {"Ref": "CanaryRate"}
    assert schedule["State"] == {"Fn::If": ["CanaryIsOn", "ENABLED", "DISABLED"]}


def test_a_request_over_http_is_answered_before_the_gateway_gives_up(
    resources: Resources,
) -> None:
    for name in ("receive", "desk_api", "site", "canary_callback"):
        assert function(resources, name)["Timeout"] < 30, name


def test_the_knowledge_is_where_the_functions_look(source: Source) -> None:
    for name, properties in source.of_type("AWS::Serverless::Function"):
        variables = properties.get("Environment", {}).get("Variables", {})
        layers = [layer["Ref"] for layer in properties.get("Layers", ())]
        assert ("KNOWLEDGE_DIRECTORY" in variables) == ("KnowledgeLayer" in layers), name
        assert variables.get("KNOWLEDGE_DIRECTORY", "/opt/knowledge") == "/opt/knowledge"


def test_the_desk_is_closed_to_strangers(resources: Resources) -> None:
    paths = resources["HttpApi"]["Properties"]["Body"]["paths"]
    desk = [
        method for path, methods in paths.items() if "/desk/" in path for method in methods.items()
    ]
    assert len(desk) == 2
    for name, method in desk:
        assert method["security"] == [{"AWS_IAM": []}], name


def test_answers_are_evaluated_with_the_model_that_is_deployed(source: Source) -> None:
    assert source.document["Parameters"]["OpenAiModel"]["Default"] == MODEL
