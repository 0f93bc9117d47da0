"""Repairs of moto's state language: errors that AWS does not forgive.

moto's interpreter is kinder than Step Functions. A workflow that survives here and dies there
would be a customer lost in production only, so what AWS treats as fatal is fatal here.
"""

# ruff: noqa: SLF001 - a repair replaces what upstream keeps to itself

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError
from moto.stepfunctions.parser.api import HistoryEventType, TaskFailedEventDetails
from moto.stepfunctions.parser.asl.component.common.error_name.custom_error_name import (
    CustomErrorName,
)
from moto.stepfunctions.parser.asl.component.common.error_name.error_equals_decl import (
    ErrorEqualsDecl,
)
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import (
    FailureEvent,
    FailureEventException,
)
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name import (
    StatesErrorName,
)
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name_type import (
    StatesErrorNameType,
)
from moto.stepfunctions.parser.asl.component.state.choice.comparison.comparison_operator_type import (  # noqa: E501
    ComparisonOperatorType,
)
from moto.stepfunctions.parser.asl.component.state.choice.comparison.comparison_variable import (
    ComparisonVariable,
)
from moto.stepfunctions.parser.asl.component.state.choice.comparison.variable import NoSuchVariable
from moto.stepfunctions.parser.asl.component.state.choice.state_choice import StateChoice
from moto.stepfunctions.parser.asl.component.state.exec.execute_state import ExecutionState
from moto.stepfunctions.parser.asl.component.state.exec.state_task.state_task import StateTask
from moto.stepfunctions.parser.asl.component.state.exec.state_task.state_task_lambda import (
    StateTaskLambda,
)
from moto.stepfunctions.parser.asl.eval.event.event_detail import EventDetails
from moto.stepfunctions.parser.asl.utils.json_path import NoSuchJsonPathError

_RUNTIME = StatesErrorName(typ=StatesErrorNameType.StatesRuntime)
_DATA_LIMIT = StatesErrorName(typ=StatesErrorNameType.StatesStatesDataLimitExceeded)


def repair() -> None:
    """Apply every repair of this module; once, before the first request."""
    let_nothing_catch_a_runtime_error()
    let_no_service_rename_it()
    fail_on_a_missing_variable()
    name_the_unmatched_choice()
    name_refused_invocations()


def let_nothing_catch_a_runtime_error() -> None:
    """Let States.Runtime, and under a wildcard States.DataLimitExceeded, end the execution.

    Fault: moto's Retry and Catch treat both like any error. On AWS `States.ALL` matches neither,
    and a States.Runtime always fails the execution (Step Functions developer guide, "Handling
    errors"). A data limit can still be caught by its own name.
    """
    declaration: Any = ErrorEqualsDecl
    original = declaration._eval_body

    def _eval_body(self: Any, env: Any) -> None:
        raised = env.stack[-1]
        fatal = raised == _RUNTIME or (raised == _DATA_LIMIT and raised not in self.error_names)
        if not fatal:
            original(self, env)
            return
        env.stack.pop()
        env.stack.append(False)

    declaration._eval_body = _eval_body


def let_no_service_rename_it() -> None:
    """Keep the name of an error that is not the called service's.

    Fault: a DynamoDB task calls whatever goes wrong in it, a missing path or an answer above the
    size limit too, `DynamoDB.AmazonDynamoDBException`, which `States.ALL` may catch; a bare Lambda
    ARN does the same under `States.TaskFailed`.
    """
    for state in with_subclasses(StateTask):
        if "_from_error" in vars(state):
            _keep_the_name(state)


def _keep_the_name(state: Any) -> None:
    original = state._from_error

    def _from_error(self: Any, env: Any, ex: Exception) -> FailureEvent:
        own = isinstance(ex, FailureEventException | NoSuchJsonPathError)
        event: FailureEvent = (
            ExecutionState._from_error(self, env, ex) if own else original(self, env, ex)
        )
        return event

    state._from_error = _from_error


def with_subclasses(root: type[Any]) -> list[type[Any]]:
    """A class and all that derive from it."""
    return [root, *(found for child in root.__subclasses__() for found in with_subclasses(child))]


def fail_on_a_missing_variable() -> None:
    """Fail a Choice that compares a variable which is not there; only IsPresent may ask.

    Fault: moto lets the comparison be false and takes Default. AWS fails with States.Runtime
    ("Invalid path ... The choice state's condition path references an invalid value"). Rules are
    evaluated left to right, so `And` with IsPresent first guards what follows.
    """
    comparison: Any = ComparisonVariable

    def _eval_body(self: Any, env: Any) -> None:
        self.variable.eval(env)
        value = env.stack[-1]
        operator = self.comparison_function.operator_type
        if isinstance(value, NoSuchVariable) and operator != ComparisonOperatorType.IsPresent:
            path = self.variable.string_sampler.literal_value
            cause = (
                f"Invalid path '{path}': The choice state's condition path references an invalid "
                "value."
            )
            raise _failure(env, StatesErrorNameType.StatesRuntime, cause)
        self.comparison_function.eval(env)

    comparison._eval_body = _eval_body


def name_refused_invocations() -> None:
    """Call a refused invocation by Lambda's own error, as `Lambda.TooManyRequestsException`.

    Fault: a task whose Resource is a function's plain ARN calls every refusal `Exception`, so
    that a Retry on a throttle never matches and it goes straight to Catch.
    """
    state: Any = StateTaskLambda
    original = state._from_error

    def _from_error(self: Any, env: Any, ex: Exception) -> FailureEvent:
        event: FailureEvent = original(self, env, ex)
        if not isinstance(ex, ClientError):
            return event
        name = f"Lambda.{ex.response['Error']['Code']}"
        details: Any = event.event_details
        details["lambdaFunctionFailedEventDetails"]["error"] = name
        return FailureEvent(env, CustomErrorName(name), event.event_type, details)

    state._from_error = _from_error


def name_the_unmatched_choice() -> None:
    """Fail a Choice without a match and without Default with States.NoChoiceMatched.

    Fault: moto raises an error of its own, which ends as States.Runtime.
    """
    choice: Any = StateChoice
    original = choice._eval_state

    def _eval_state(self: Any, env: Any) -> None:
        try:
            original(self, env)
        except RuntimeError as error:
            if self.default_state is not None:
                raise
            cause = f"No Choice Rule of '{self.name}' matched the input and there is no Default."
            name = StatesErrorNameType.StatesNoChoiceMatched
            raise _failure(env, name, cause) from error

    choice._eval_state = _eval_state


def _failure(env: Any, name: StatesErrorNameType, cause: str) -> FailureEventException:
    details = TaskFailedEventDetails(error=name.to_name(), cause=cause)
    return FailureEventException(
        FailureEvent(
            env=env,
            error_name=StatesErrorName(typ=name),
            event_type=HistoryEventType.TaskFailed,
            event_details=EventDetails(taskFailedEventDetails=details),  # type: ignore[typeddict-item]
        )
    )
