"""CloudFormation's intrinsic functions, as far as they mean something on one machine."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Mapping
from typing import Any, Final, Protocol

from handrail_ops.local.aws_processes import ACCOUNT, REGION
from handrail_ops.local.template import Template, TemplateError

_SUBSTITUTION = re.compile(r"\$\{([^}]*)\}")
_NO_VALUE: Final = object()


class References(Protocol):
    """Who knows the values of resources."""

    def ref(self, logical_id: str) -> str:
        """What `Ref` answers."""

    def attribute(self, logical_id: str, name: str) -> Any:
        """What `Fn::GetAtt` answers."""


class Expressions:
    """Resolves expressions of one template; resources are asked of `references`."""

    def __init__(self, template: Template, references: References, stack_name: str) -> None:
        self._template = template
        self._references = references
        self._pseudo: Mapping[str, Any] = {
            "AWS::AccountId": ACCOUNT,
            "AWS::NoValue": _NO_VALUE,
            "AWS::NotificationARNs": [],
            "AWS::Partition": "aws",
            "AWS::Region": REGION,
            "AWS::StackId": f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/{stack_name}/local",
            "AWS::StackName": stack_name,
            "AWS::URLSuffix": "amazonaws.com",
        }
        self._functions: Mapping[str, Callable[[Any], Any]] = {
            "Ref": self._ref,
            "Condition": self.holds,
            "Fn::And": lambda parts: all(self.resolve(part) for part in parts),
            "Fn::Base64": lambda text: base64.b64encode(self.resolve(text).encode()).decode(),
            "Fn::Equals": lambda sides: self._text(sides[0]) == self._text(sides[1]),
            "Fn::FindInMap": self._find_in_map,
            "Fn::GetAtt": self._get_att,
            "Fn::If": self._if,
            "Fn::Join": lambda parts: parts[0].join(str(v) for v in self.resolve(parts[1])),
            "Fn::Not": lambda part: not self.resolve(part[0]),
            "Fn::Or": lambda parts: any(self.resolve(part) for part in parts),
            "Fn::Select": lambda parts: self.resolve(parts[1])[int(self.resolve(parts[0]))],
            "Fn::Split": lambda parts: self.resolve(parts[1]).split(parts[0]),
            "Fn::Sub": self._sub,
        }

    def resolve(self, expression: Any) -> Any:
        """The value of an expression; parts that are AWS::NoValue vanish."""
        if isinstance(expression, list):
            values = [self.resolve(part) for part in expression]
            return [value for value in values if value is not _NO_VALUE]
        if not isinstance(expression, dict):
            return expression
        if len(expression) == 1:
            ((name, argument),) = expression.items()
            if name in self._functions and (name != "Condition" or isinstance(argument, str)):
                return self._functions[name](argument)
            if name.startswith("Fn::"):
                message = f"{name} cannot be resolved on one machine: {argument!r}"
                raise TemplateError(message)
        resolved = {name: self.resolve(part) for name, part in expression.items()}
        return {name: value for name, value in resolved.items() if value is not _NO_VALUE}

    def holds(self, condition: str) -> bool:
        """Does a condition of the template hold?"""
        if condition not in self._template.conditions:
            message = f"there is no condition {condition} in the template"
            raise TemplateError(message)
        return bool(self.resolve(self._template.conditions[condition]))

    def _text(self, expression: Any) -> str:
        value = self.resolve(expression)
        return str(value).lower() if isinstance(value, bool) else str(value)

    def _ref(self, name: str) -> Any:
        if name in self._pseudo:
            return self._pseudo[name]
        if name in self._template.parameters:
            return self._template.parameters[name]
        return self._references.ref(name)

    def _get_att(self, argument: str | list[str]) -> Any:
        logical_id, name = argument.split(".", 1) if isinstance(argument, str) else argument
        return self._references.attribute(logical_id, self.resolve(name))

    def _if(self, argument: list[Any]) -> Any:
        condition, when_true, when_false = argument
        return self.resolve(when_true if self.holds(condition) else when_false)

    def _find_in_map(self, argument: list[Any]) -> Any:
        name, first, second = (self.resolve(part) for part in argument)
        try:
            return self._template.mappings[name][first][second]
        except KeyError as error:
            message = f"the template has no mapping {name}.{first}.{second}"
            raise TemplateError(message) from error

    def _sub(self, argument: str | list[Any]) -> str:
        text, own = (argument, {}) if isinstance(argument, str) else argument

        def substitute(found: re.Match[str]) -> str:
            name = found[1]
            if name.startswith("!"):
                return "${" + name[1:] + "}"
            name = name.strip()
            if name in own:
                return self._text(own[name])
            value = self._get_att(name) if "." in name else self._ref(name)
            return str(value)

        return _SUBSTITUTION.sub(substitute, text)
