"""What the roles of a transformed template allow, in words that can be compared."""

import json
from collections.abc import Iterator
from typing import Any

Resources = dict[str, dict[str, Any]]


def roles(resources: Resources) -> dict[str, dict[str, Any]]:
    return {
        name.removesuffix("Role"): resource["Properties"]
        for name, resource in resources.items()
        if resource["Type"] == "AWS::IAM::Role"
    }


def statements(role: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield what a role may, at most: what a condition may leave out is yielded too."""
    for policy in role.get("Policies", ()):
        for statement in policy["PolicyDocument"]["Statement"]:
            if "Fn::If" not in statement:
                yield statement
                continue
            _, granted, otherwise = statement["Fn::If"]
            assert otherwise == {"Ref": "AWS::NoValue"}
            yield granted


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def target(resource: Any) -> str:
    """Return a resource in words: its logical id, and what of it."""
    if resource == "*":
        return "*"
    match resource:
        case {"Ref": str(name)}:
            return name
        case {"Fn::GetAtt": [str(name), "Arn"]}:
            return name
        case {"Fn::GetAtt": [str(name), "StreamArn"]}:
            return f"{name} stream"
        case {"Fn::Sub": str(text)} if ":stateMachine:" in text:
            assert text.startswith("arn:${AWS::Partition}:states:${AWS::Region}:${AWS::AccountId}")
            return f"{text.rpartition('-')[2].capitalize()}Workflow"
        case {"Fn::Sub": str(text)}:
            return text.rpartition(":")[2].replace("${", "").replace("}", "").replace(".Arn", "")
        case _:
            return f"unknown {json.dumps(resource)}"


def allowed(role: dict[str, Any]) -> set[str]:
    """Return what a role allows, one action on one thing at a time."""
    found: set[str] = set()
    for statement in statements(role):
        assert statement["Effect"] == "Allow"
        assert "NotAction" not in statement
        assert "NotResource" not in statement
        keys = _leading_keys(statement)
        for action in listed(statement["Action"]):
            for resource in listed(statement["Resource"]):
                found |= {f"{action} {target(resource)}{key}" for key in keys}
    return found


def _leading_keys(statement: dict[str, Any]) -> list[str]:
    condition = statement.get("Condition")
    if condition is None:
        return [""]
    assert set(condition) == {"ForAllValues:StringLike"}
    assert set(condition["ForAllValues:StringLike"]) == {"dynamodb:LeadingKeys"}
    return [f" {key}" for key in condition["ForAllValues:StringLike"]["dynamodb:LeadingKeys"]]
