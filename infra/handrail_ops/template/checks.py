"""What no other tool sees in a template: names in it that lead to nothing, or not to what fits."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from handrail_ops.template.findings import Finding
from handrail_ops.template.source import TEMPLATE, Source
from handrail_ops.verify.lint import check_workflow, substitutions

Path = tuple[object, ...]

_RATE = re.compile(r"rate\(([^)]*)\)")
_RATE_WORDS = re.compile(r"(\d+) (minute|hour|day)(s?)")
_RUNBOOK = re.compile(r"infra/runbooks/[\w-]+\.md")


def check(source: Source) -> list[Finding]:
    """Return what every check finds."""
    return [finding for one in CHECKS for finding in one(source)]


def handlers_exist(source: Source) -> Iterator[Finding]:
    """A function's handler must be in the file that it names."""
    common = source.document.get("Globals", {}).get("Function", {})
    for name, properties in source.of_type("AWS::Serverless::Function"):
        handler = str(properties.get("Handler", common.get("Handler", "")))
        module, _, attribute = handler.rpartition(".")
        folder = source.root / str(properties.get("CodeUri", common.get("CodeUri", "")))
        file = folder / f"{module.replace('.', '/')}.py"
        path = ("Resources", name, "Properties", "CodeUri")
        if not file.is_file():
            where = file.relative_to(source.root)
            yield _finding(source, path, "HR01", f"{name}: its handler's file {where} is missing")
        elif attribute not in _assigned(file.read_text(encoding="utf-8")):
            yield _finding(source, path, "HR01", f"{name}: {file.name} has no {attribute}")


def rates_are_grammatical(source: Source) -> Iterator[Finding]:
    """`rate(5 minute)` and `rate(1 minutes)` are refused only when they are deployed."""
    for path, text in _texts(source.document):
        for inner in _RATE.findall(text):
            found = _RATE_WORDS.fullmatch(inner)
            if found is None or (found[1] == "1") == bool(found[3]):
                yield _finding(source, path, "HR02", f"rate({inner}) is refused by EventBridge")


def fifo_queues_fit(source: Source) -> Iterator[Finding]:
    """A FIFO queue's name ends in .fifo, and its dead letters are FIFO as well."""
    queues = dict(source.of_type("AWS::SQS::Queue"))
    for name, properties in queues.items():
        fifo = properties.get("FifoQueue", False)
        path: Path = ("Resources", name, "Properties")
        given = properties.get("QueueName")
        text = given.get("Fn::Sub") if isinstance(given, dict) else given
        if text is not None and str(text).endswith(".fifo") != fifo:
            message = f"{name}: a name ends in .fifo if the queue is FIFO, and only then"
            yield _finding(source, (*path, "QueueName"), "HR03", message)
        letters = _target(properties.get("RedrivePolicy", {}).get("deadLetterTargetArn"))
        if letters in queues and queues[letters].get("FifoQueue", False) != fifo:
            message = f"{name}: {letters} is not of the same kind, FIFO or standard"
            yield _finding(source, (*path, "RedrivePolicy"), "HR03", message)


def substitutions_match(source: Source) -> Iterator[Finding]:
    """What a definition asks for is what the template gives it."""
    for name, properties in source.of_type("AWS::Serverless::StateMachine"):
        file = source.root / str(properties.get("DefinitionUri", ""))
        path: Path = ("Resources", name, "Properties", "DefinitionSubstitutions")
        if not file.is_file():
            message = f"{name}: its definition {properties.get('DefinitionUri')} is missing"
            yield _finding(source, path[:-1], "HR04", message)
            continue
        asked = substitutions(file.read_text(encoding="utf-8"))
        given = set(properties.get("DefinitionSubstitutions", {}))
        for missing in sorted(asked - given):
            yield _finding(source, path, "HR04", f"{name}: ${{{missing}}} is given by nobody")
        for unused in sorted(given - asked):
            yield _finding(source, (*path, unused), "HR04", f"{name}: {unused} is used by nobody")


def workflows_keep_the_rules(source: Source) -> Iterator[Finding]:
    """Every workflow is proved, as by `handrail verify`."""
    for _, properties in source.of_type("AWS::Serverless::StateMachine"):
        uri = str(properties.get("DefinitionUri", ""))
        if not (source.root / uri).is_file():
            continue
        text = (source.root / uri).read_text(encoding="utf-8")
        for fault in check_workflow(text):
            yield Finding(uri, _line_of_state(text, fault.state), "HR05", str(fault))


def alarms_have_runbooks(source: Source) -> Iterator[Finding]:
    """Whoever is woken by an alarm is told what to do."""
    for name, properties in source.of_type("AWS::CloudWatch::Alarm"):
        path = ("Resources", name, "Properties", "AlarmDescription")
        found = _RUNBOOK.findall(str(properties.get("AlarmDescription", "")))
        if not found:
            message = f"{name}: its description names no infra/runbooks/….md"
            yield _finding(source, path, "HR06", message)
        for runbook in found:
            if not (source.root / runbook).is_file():
                yield _finding(source, path, "HR06", f"{name}: {runbook} is missing")


def parameters_are_used(source: Source) -> Iterator[Finding]:
    """A parameter that nothing reads is a promise to operators that nobody keeps."""
    rest = {key: value for key, value in source.document.items() if key != "Parameters"}
    text = json.dumps(rest, default=str)
    for name in source.document.get("Parameters", {}):
        if f'"Ref": "{name}"' not in text and f"${{{name}}}" not in text:
            yield _finding(source, ("Parameters", name), "HR07", f"{name} is read by nothing")


CHECKS: tuple[Callable[[Source], Iterator[Finding]], ...] = (
    handlers_exist,
    rates_are_grammatical,
    fifo_queues_fit,
    substitutions_match,
    workflows_keep_the_rules,
    alarms_have_runbooks,
    parameters_are_used,
)


def _finding(source: Source, path: Path, rule: str, message: str) -> Finding:
    return Finding(TEMPLATE, source.line(path), rule, message)


def _assigned(text: str) -> set[str]:
    """Return the names that a module binds at its top."""
    names: set[str] = set()
    for statement in ast.parse(text).body:
        match statement:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                names.add(name)
            case ast.Assign(targets=targets):
                names |= {target.id for target in targets if isinstance(target, ast.Name)}
            case ast.Import(names=imported) | ast.ImportFrom(names=imported):
                names |= {one.asname or one.name for one in imported}
            case _:
                pass
    return names


def _texts(value: Any, path: Path = ()) -> Iterator[tuple[Path, str]]:
    match value:
        case str():
            yield path, value
        case dict():
            for key, inner in value.items():
                yield from _texts(inner, (*path, key))
        case list():
            for index, inner in enumerate(value):
                yield from _texts(inner, (*path, index))
        case _:
            pass


def _target(arn: object) -> str:
    """Return the resource behind a GetAtt of its Arn."""
    if isinstance(arn, Mapping):
        return str(next(iter(arn.get("Fn::GetAtt", ())), ""))
    return ""


def _line_of_state(text: str, state: str) -> int:
    before, found, _ = text.partition(f"{json.dumps(state, ensure_ascii=False)}: {{")
    return before.count("\n") + 1 if found and state else 1
