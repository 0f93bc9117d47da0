"""A workflow as values: what Amazon States Language says, read once and typed.

Everything after the reader works on these values. What is not here, is not modelled; the reader
refuses it by name, so that nothing is ever proved of a feature that nobody thought about.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from handrail_ops.verify.tags import Tags

ALL = "States.ALL"
TIMEOUT = "States.Timeout"
CALLBACK = ".waitForTaskToken"


@dataclass(frozen=True, slots=True)
class Condition:
    """One test of a Choice, or an And, Or or Not of several."""

    operator: str
    variable: str = ""
    """Empty for And, Or and Not."""
    value: Any = None
    parts: tuple[Condition, ...] = ()

    def certain(self) -> Iterator[Condition]:
        """Yield the tests that have held, in their order, when this condition holds."""
        if self.operator == "And":
            for part in self.parts:
                yield from part.certain()
        elif self.operator not in ("Or", "Not"):
            yield self

    @property
    def is_certain(self) -> bool:
        """Whether this condition holds whenever all of its certain tests hold."""
        if self.operator == "And":
            return all(part.is_certain for part in self.parts)
        return self.operator not in ("Or", "Not")


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of a Choice."""

    condition: Condition
    target: str


@dataclass(frozen=True, slots=True)
class Catcher:
    """Where a Task goes when it fails with one of some errors."""

    errors: tuple[str, ...]
    target: str
    result_path: str | None = "$"

    def catches(self, error: str) -> bool:
        """Tell whether an error goes this way, if no earlier catcher takes it."""
        return error in self.errors or ALL in self.errors


@dataclass(frozen=True, slots=True)
class Retrier:
    """How a Task is tried again."""

    errors: tuple[str, ...]
    attempts: int = 3
    interval_seconds: int = 1
    backoff: float = 2.0
    delay_max_seconds: int | None = None

    def waits_seconds(self) -> float:
        """Return the longest time spent between tries; jitter only makes it shorter."""
        total, delay = 0.0, float(self.interval_seconds)
        for _ in range(self.attempts):
            most = self.delay_max_seconds
            total += delay if most is None else min(delay, most)
            delay = min(delay * self.backoff, 1e9)
        return total


@dataclass(frozen=True, slots=True)
class State:
    """One state. Fields that its type does not have keep their defaults."""

    name: str
    kind: str
    comment: str = ""
    tags: Tags = field(default_factory=Tags)
    next: str | None = None
    end: bool = False
    rules: tuple[Rule, ...] = ()
    default: str | None = None
    catchers: tuple[Catcher, ...] = ()
    retriers: tuple[Retrier, ...] = ()
    resource: str = ""
    timeout_seconds: int | None = None
    timeout_path: str | None = None
    heartbeat_seconds: int | None = None
    heartbeat_path: str | None = None
    wait_seconds: int | None = None
    wait_path: str | None = None
    waits_until: bool = False
    """A Wait for a moment, given as a timestamp."""
    input_path: str | None = "$"
    output_path: str | None = "$"
    result_path: str | None = "$"
    parameters: Any = None
    has_parameters: bool = False
    selector: Any = None
    has_selector: bool = False
    result: Any = None
    has_result: bool = False
    branches: tuple[Workflow, ...] = ()
    """Of a Parallel: what runs at once inside of it. Its tags count for nothing there."""

    @property
    def ends(self) -> bool:
        """Whether the workflow ends here."""
        return self.kind in ("Succeed", "Fail") or self.end

    @property
    def works(self) -> bool:
        """Whether something is done here that may fail, and is caught: a Task, or a Parallel."""
        return self.kind in ("Task", "Parallel")

    @property
    def waits_for_token(self) -> bool:
        """Whether this is a Task that waits until somebody gives its token back."""
        return self.resource.endswith(CALLBACK)

    @property
    def tries(self) -> int:
        """How often this Task runs at most, in one visit."""
        return 1 + sum(one.attempts for one in self.retriers)

    @property
    def service(self) -> str:
        """What a Task calls: `lambda`, `sqs`, …; a function's ARN counts as `lambda`."""
        _, native, called = self.resource.partition(":states:::")
        if not native:
            return "lambda"
        name = called.partition(".")[0]
        return name.removeprefix("aws-sdk:").partition(":")[0]

    def steps(self) -> Iterator[Step]:
        """Yield every way out of this state, in the order in which it is chosen."""
        for rule in self.rules:
            yield Step(self.name, rule.target, told(rule.condition), rule=rule)
        if self.default is not None:
            yield Step(self.name, self.default, "no rule applies")
        if self.next is not None:
            done = "succeeds" if self.works else ""
            yield Step(self.name, self.next, done)
        taken: set[str] = set()
        for catcher in self.catchers:
            errors = tuple(one for one in catcher.errors if one not in taken)
            taken.update(errors)
            names = " or ".join(
                "any other error" if e == ALL and taken - {ALL} else _named(e) for e in errors
            )
            yield Step(self.name, catcher.target, f"fails with {names}", catcher=catcher)


@dataclass(frozen=True, slots=True)
class Step:
    """A way from one state to another."""

    source: str
    target: str
    how: str
    """What happens at the source when this way is taken; empty when nothing is to be said."""
    rule: Rule | None = None
    catcher: Catcher | None = None

    @property
    def error(self) -> bool:
        """Whether something failed."""
        return self.catcher is not None

    @property
    def only_late(self) -> bool:
        """Whether nothing failed but that nobody came in time."""
        return self.catcher is not None and set(self.catcher.errors) <= {
            TIMEOUT,
            "States.HeartbeatTimeout",
        }


@dataclass(frozen=True, slots=True)
class Workflow:
    """A whole definition."""

    start: str
    states: Mapping[str, State]
    timeout_seconds: int | None = None
    comment: str = ""
    tags: Tags = field(default_factory=Tags)

    def steps(self) -> Iterator[Step]:
        """Yield every way there is between states."""
        for state in self.states.values():
            yield from state.steps()


def told(condition: Condition) -> str:
    """Say a condition in a few words."""
    tests = list(condition.certain())
    words = [test for test in tests if test.operator not in _TYPE_TESTS] or tests[:1]
    return " and ".join(_said(test) for test in words) or "a rule applies"


def _said(test: Condition) -> str:
    if test.operator in _TYPE_TESTS:
        negated = "" if test.value is True else "not "
        return f"{test.variable} is {negated}{_TYPE_TESTS[test.operator]}"
    shown = test.value if test.operator.endswith("Path") else repr(test.value)
    return f"{test.variable} {_SAID.get(test.operator, test.operator)} {shown}"


_TYPE_TESTS = {
    "IsPresent": "there",
    "IsString": "a string",
    "IsNumeric": "a number",
    "IsBoolean": "true or false",
    "IsTimestamp": "a timestamp",
    "IsNull": "null",
}
_SAID = {
    "StringEquals": "is",
    "NumericEquals": "is",
    "NumericGreaterThan": ">",
    "NumericGreaterThanPath": ">",
    "NumericGreaterThanEquals": ">=",
    "NumericGreaterThanEqualsPath": ">=",
    "NumericLessThan": "<",
    "NumericLessThanPath": "<",
    "NumericLessThanEquals": "<=",
    "NumericLessThanEqualsPath": "<=",
}


def _named(error: str) -> str:
    return "any error" if error == ALL else error
