"""The default event bus: matches events with the template's rules and delivers them.

Step Functions announces its executions here, as it does on AWS, and functions may put events of
their own. Delivery is best effort, once.
"""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from handrail_ops.local.aws_processes import ACCOUNT, REGION
from handrail_ops.local.loopback_http import Request, Response
from handrail_ops.local.targets import Targets, require_target
from handrail_ops.local.template import TemplateError

_OPERATORS: Final = ("prefix", "suffix", "anything-but", "exists", "equals-ignore-case")
_HEADERS: Final = {"Content-Type": "application/x-amz-json-1.1"}


@dataclass(frozen=True, slots=True)
class Rule:
    """One event rule with a pattern."""

    name: str
    pattern: Mapping[str, Any]
    targets: tuple[Mapping[str, Any], ...]


def rule_of(logical_id: str, properties: Mapping[str, Any]) -> Rule | None:
    """The rule of a template, if it has a pattern (a schedule is none of the bus's business)."""
    pattern = properties.get("EventPattern")
    if not pattern or properties.get("State") == "DISABLED":
        return None
    _require_known(logical_id, pattern)
    targets = tuple(properties.get("Targets") or ())
    for target in targets:
        require_target(logical_id, target["Arn"])
        if "InputTransformer" in target or "InputPath" in target:
            message = f"{logical_id}: a target's InputTransformer or InputPath has no stand-in"
            raise TemplateError(message)
    return Rule(str(properties.get("Name", logical_id)), pattern, targets)


class EventBus:
    """Answers PutEvents and delivers what the rules ask for."""

    def __init__(
        self, rules: Sequence[Rule], targets: Targets, on_problem: Callable[[str], None]
    ) -> None:
        self._rules = rules
        self._targets = targets
        self._on_problem = on_problem

    def __call__(self, request: Request) -> Response:
        """Answer PutEvents."""
        entries = json.loads(request.body)["Entries"]
        answered = []
        for entry in entries:
            event = _event(entry)
            answered.append({"EventId": event["id"]})
            self.publish(event)
        body = json.dumps({"FailedEntryCount": 0, "Entries": answered}).encode()
        return Response(200, body, _HEADERS)

    def publish(self, event: Mapping[str, Any]) -> None:
        """Deliver one event to the targets of every rule that matches."""
        for rule in self._rules:
            if not matches(rule.pattern, event):
                continue
            for target in rule.targets:
                group = (target.get("SqsParameters") or {}).get("MessageGroupId")
                try:
                    self._targets.deliver(target["Arn"], target.get("Input", event), group=group)
                except Exception as error:  # noqa: BLE001 - delivery is best effort, as on AWS
                    self._on_problem(f"rule {rule.name} could not deliver: {error}")


def matches(pattern: Mapping[str, Any], event: Mapping[str, Any]) -> bool:
    """Does an event match an EventBridge pattern?"""
    for key, wanted in pattern.items():
        present = key in event
        value = event.get(key)
        if isinstance(wanted, Mapping):
            if not isinstance(value, Mapping) or not matches(wanted, value):
                return False
        elif not any(_one(choice, value, present=present) for choice in wanted):
            return False
    return True


def _one(choice: Any, value: Any, *, present: bool) -> bool:
    if isinstance(value, list):
        return any(_one(choice, part, present=True) for part in value)
    if not isinstance(choice, Mapping):
        return present and bool(choice == value)
    ((operator, operand),) = choice.items()
    text = value if isinstance(value, str) else ""
    match operator:
        case "exists":
            return present is bool(operand)
        case "prefix":
            return text.startswith(operand)
        case "suffix":
            return text.endswith(operand)
        case "equals-ignore-case":
            return text.lower() == str(operand).lower()
        case _:
            unwanted = operand if isinstance(operand, list) else [operand]
            return present and value not in unwanted


def _require_known(logical_id: str, pattern: Any) -> None:
    match pattern:
        case Mapping():
            for wanted in pattern.values():
                _require_known(logical_id, wanted)
        case list():
            for choice in pattern:
                if isinstance(choice, Mapping) and next(iter(choice)) not in _OPERATORS:
                    message = f"{logical_id}: pattern operator {choice} has no local stand-in"
                    raise TemplateError(message)
        case _:
            message = f"{logical_id}: {pattern!r} in an event pattern; a list was expected"
            raise TemplateError(message)


def _event(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": entry.get("DetailType", ""),
        "source": entry.get("Source", ""),
        "account": ACCOUNT,
        "time": dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "region": REGION,
        "resources": entry.get("Resources", []),
        "detail": json.loads(entry.get("Detail", "{}")),
    }
