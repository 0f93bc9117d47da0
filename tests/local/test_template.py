"""Reading a template: what is resolved, and what is refused by name."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from handrail_ops.local.deployment import Deployment
from handrail_ops.local.expressions import Expressions
from handrail_ops.local.functions import functions_of
from handrail_ops.local.resource_types import HONOURED_TYPES, INERT_TYPES
from handrail_ops.local.template import Template, TemplateError, find_template, load_template

QUEUE = "Resources: {Q: {Type: AWS::SQS::Queue}}"
Write = Callable[[str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "app.py").write_text("def handle(event, context): return event\n")

    def write_template(text: str) -> Path:
        path = tmp_path / "template.yaml"
        path.write_text(f"Transform: AWS::Serverless-2016-10-31\n{text}")
        return path

    return write_template


class Names:
    """Resources whose every answer can be told apart."""

    def ref(self, logical_id: str) -> str:
        return f"<{logical_id}>"

    def attribute(self, logical_id: str, name: str) -> str:
        return f"<{logical_id}.{name}>"


def _expressions(**parts: Any) -> Expressions:
    given = {"parameters": {"P": "p"}, **parts}
    template = Template(
        path=Path("t"),
        **{field: {} for field in ("resources", "conditions", "mappings", "outputs")} | given,
    )
    return Expressions(template, Names(), "shop")


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ({"Ref": "P"}, "p"),
        ({"Ref": "Queue"}, "<Queue>"),
        ({"Ref": "AWS::Region"}, "us-east-1"),
        ({"Fn::GetAtt": ["Queue", "Arn"]}, "<Queue.Arn>"),
        ({"Fn::GetAtt": "Queue.Arn"}, "<Queue.Arn>"),
        ({"Fn::Sub": "a-${P}-${Queue.Arn}-${!kept}"}, "a-p-<Queue.Arn>-${kept}"),
        ({"Fn::Sub": ["${own} ${P}", {"own": {"Ref": "Queue"}}]}, "<Queue> p"),
        ({"Fn::Join": ["/", ["a", {"Ref": "P"}]]}, "a/p"),
        ({"Fn::Select": ["1", {"Fn::Split": [",", "a,b"]}]}, "b"),
        ({"Fn::FindInMap": ["M", {"Ref": "P"}, "k"]}, "found"),
        ({"Fn::If": ["Yes", "then", "else"]}, "then"),
        ({"Fn::If": ["No", "then", {"Ref": "P"}]}, "p"),
        ({"a": {"Ref": "AWS::NoValue"}, "b": 1}, {"b": 1}),
        ([1, {"Fn::If": ["No", 2, {"Ref": "AWS::NoValue"}]}], [1]),
        ({"Condition": {"StringEquals": {"x": "y"}}}, {"Condition": {"StringEquals": {"x": "y"}}}),
        ({"Fn::Base64": "text"}, "dGV4dA=="),
    ],
)
def test_an_expression_has_its_value(expression: Any, value: Any) -> None:
    conditions = {
        "Yes": {"Fn::Equals": [{"Ref": "P"}, "p"]},
        "No": {"Fn::And": [{"Condition": "Yes"}, {"Fn::Not": [{"Condition": "Yes"}]}]},
    }
    mappings = {"M": {"p": {"k": "found"}}}
    assert _expressions(conditions=conditions, mappings=mappings).resolve(expression) == value


@pytest.mark.parametrize(
    "expression",
    [
        {"Fn::ImportValue": "other-stack"},
        {"Fn::Transform": {"Name": "x"}},
        {"Fn::FindInMap": ["Nothing", "a", "b"]},
        {"Fn::If": ["Unknown", 1, 2]},
    ],
)
def test_an_expression_that_means_nothing_here_is_refused(expression: Any) -> None:
    with pytest.raises(TemplateError):
        _expressions().resolve(expression)


def _function(**properties: str) -> str:
    given = {"CodeUri": "code", "Handler": "app.handle", "Runtime": "python3.13", **properties}
    flow = ", ".join(f"{name}: {value}" for name, value in given.items())
    return f"Resources: {{F: {{Type: AWS::Serverless::Function, Properties: {{{flow}}}}}}}"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Resources: {A: {Type: AWS::EC2::Instance}}", "A: no local stand-in for AWS::EC2::Inst"),
        (
            "Resources: {Q: {Type: AWS::SQS::Queue, Properties: {Colour: red}}}",
            "Q: property Colour of AWS::SQS::Queue is not supported",
        ),
        (_function(Runtime="nodejs22.x"), "F: runtime 'nodejs22.x'; only Python"),
        (_function(CodeUri="gone"), "F: its code 'gone' is not a directory"),
        (_function(Handler="other.handle"), "F: its handler 'other.handle' is not in"),
        (
            _function(Environment="{Variables: {WHERE: /opt/knowledge}}"),
            "F: none of its layers has /opt/knowledge",
        ),
        (_function(Events="{X: {Type: Nonsense}}"), "SAM cannot transform the template"),
        ("Parameters: {P: {Type: String}}\nResources: {}", "parameter P has no default"),
        (
            "Parameters: {P: {Type: String, Default: c, AllowedValues: [a, b]}}\nResources: {}",
            "parameter P is 'c'; one of ['a', 'b']",
        ),
        ("Resources: {", "is not valid YAML"),
        ("Nothing: here", "has no Resources"),
    ],
)
def test_what_cannot_run_is_refused_by_name(write: Write, text: str, told: str) -> None:
    with pytest.raises(TemplateError, match=re.escape(told)):
        functions_of(Deployment(load_template(write(text), {}), {}, "127.0.0.1:1"), {}, [])


def test_all_refusals_are_told_at_once(write: Write) -> None:
    text = "Resources: {A: {Type: AWS::EC2::VPC}, B: {Type: AWS::RDS::DBCluster}}"
    with pytest.raises(TemplateError, match=r"A: .*\n.*B: "):
        Deployment(load_template(write(text), {}), {}, "127.0.0.1:1")


def test_resources_that_need_each_other_are_told(write: Write) -> None:
    text = """
Resources:
  A: {Type: AWS::SSM::Parameter, Properties: {Type: String, Value: !Ref B}}
  B: {Type: AWS::SSM::Parameter, Properties: {Type: String, Value: !Ref A}}
"""
    deployment = Deployment(load_template(write(text), {}), {}, "127.0.0.1:1")
    with pytest.raises(TemplateError, match="A -> B -> A"):
        deployment.create_all()


def test_an_address_of_api_gateway_becomes_this_machines(write: Write) -> None:
    deployment = Deployment(load_template(write(QUEUE), {}), {}, "127.0.0.1:8080")
    value = ["https://abc1.execute-api.us-east-1.amazonaws.com/live", {"x": "https://a.example"}]
    assert deployment.localise(value) == ["http://127.0.0.1:8080/live", {"x": "https://a.example"}]


def test_a_bucket_of_s3_is_reached_where_moto_answers(write: Write) -> None:
    moto = {"AWS_ENDPOINT_URL": "http://127.0.0.1:4566"}
    deployment = Deployment(load_template(write(QUEUE), {}), moto, "127.0.0.1:8080")
    value = "https://handrail-files.s3.us-east-1.amazonaws.com"
    assert deployment.localise(value) == "http://127.0.0.1:4566"


def test_a_later_layer_wins_and_a_path_under_opt_is_found(write: Write, tmp_path: Path) -> None:
    for layer in ("one", "two"):
        (tmp_path / layer / "python").mkdir(parents=True)
    (tmp_path / "one" / "knowledge").mkdir()
    text = """
Resources:
  One: {Type: AWS::Serverless::LayerVersion, Properties: {ContentUri: one}}
  Two: {Type: AWS::Serverless::LayerVersion, Properties: {ContentUri: two}}
  F:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: code
      Handler: app.handle
      Runtime: python3.13
      Layers: [!Ref One, !Ref Two]
      Environment: {Variables: {WHERE: /opt/knowledge}}
"""
    (function,) = functions_of(
        Deployment(load_template(write(text), {}), {}, "127.0.0.1:1"), {}, []
    )
    assert function.search_path == (tmp_path / "two" / "python", tmp_path / "one" / "python")
    assert function.environment["WHERE"] == str(tmp_path / "one" / "knowledge")


def test_the_nearest_template_is_found_upward(tmp_path: Path) -> None:
    (tmp_path / "template.yaml").touch()
    (tmp_path / "a" / "b").mkdir(parents=True)
    assert find_template(start=tmp_path / "a" / "b") == tmp_path / "template.yaml"
    with pytest.raises(TemplateError, match=r"no absent\.yaml in"):
        find_template("absent.yaml", tmp_path)


def test_no_type_is_both_honoured_and_inert() -> None:
    assert not set(HONOURED_TYPES) & set(INERT_TYPES)
    for name, kind in HONOURED_TYPES.items():
        assert not kind.honoured & kind.inert, name
