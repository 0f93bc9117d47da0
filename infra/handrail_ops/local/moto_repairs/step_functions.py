"""Repairs of moto's Step Functions service: what its API and its executions do otherwise than AWS.

How states are interpreted is repaired in `asl`; this module is about starting, ending, calling
back and calling out.
"""

# ruff: noqa: SLF001 - a repair replaces what upstream keeps to itself

from __future__ import annotations

import datetime as dt
import functools
import json
import logging
import queue
import threading
import uuid
import weakref
from typing import Any

import boto3
from moto.core.config import default_user_config
from moto.core.exceptions import ServiceException
from moto.core.responses import ActionResult
from moto.stepfunctions import models as simple_models
from moto.stepfunctions import responses
from moto.stepfunctions.parser import models, utils
from moto.stepfunctions.parser.api import HistoryEventType, TaskTimedOutEventDetails
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import FailureEvent
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name import (
    StatesErrorName,
)
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name_type import (
    StatesErrorNameType,
)
from moto.stepfunctions.parser.asl.component.common.path import result_path
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service import (
    state_task_service_callback as callback_states,
)
from moto.stepfunctions.parser.asl.eval.callback import callback
from moto.stepfunctions.parser.asl.eval.event.event_detail import EventDetails
from moto.stepfunctions.parser.asl.eval.program_state import ProgramStopped
from moto.stepfunctions.parser.asl.parse import asl_parser
from moto.stepfunctions.parser.asl.parse.preprocessor import Preprocessor
from moto.stepfunctions.parser.asl.utils import boto_client, json_path
from moto.stepfunctions.parser.backend import execution as executions
from moto.stepfunctions.parser.backend.execution import Execution, SyncExecution

from handrail_ops.local.moto_repairs.asl import with_subclasses

LOG = logging.getLogger("workflow")

_LARGEST_PAYLOAD_BYTES = 256 * 1024
_POOLED_CONNECTIONS = 256


class _RefusalError(ServiceException):
    """An error of the API. moto's own class looks its model up by the module it stands in."""


class _WrongTypeError(_RefusalError):
    code = "StateMachineTypeNotSupported"
    message = "Only an Express workflow can be run synchronously"


class _TooLargeError(_RefusalError):
    code = "ValidationException"

    def __init__(self, size: int) -> None:
        limit = _LARGEST_PAYLOAD_BYTES
        super().__init__(f"{size} bytes are more than the {limit} that are allowed")


class _UnknownTokenError(_RefusalError):
    code = "InvalidToken"
    message = "Invalid Token: 'Invalid token'"


class _StaleTokenError(_RefusalError):
    code = "TaskTimedOut"
    message = "Task Timed Out: 'Provided task does not exist anymore'"


def repair() -> None:
    """Apply every repair of this module; once, before the first request."""
    default_user_config["stepfunctions"] = {"execute_state_machine": True}
    keep_the_parser_clean()
    parse_definitions_once()
    parse_paths_once()
    call_out_through_shared_clients()
    name_executions()
    keep_the_type()
    write_start_time_as_text()
    answer_synchronous_starts()
    refuse_large_input()
    name_the_missed_heartbeat()
    hear_early_callbacks()
    refuse_stale_tokens()
    keep_the_reason_of_a_stop()
    forget_finished_threads()
    report_status_changes()


def keep_the_parser_clean() -> None:
    """Give each parse a query-language scope of its own.

    Fault: the scopes are one list on the class, shared by all threads and left dirty by a rejected
    definition, after which every valid one is rejected too.
    """
    parser: Any = Preprocessor
    original = parser.__init__

    def fresh(self: Any, *args: Any, **kwargs: Any) -> None:
        self._query_language_per_scope = []
        original(self, *args, **kwargs)

    parser.__init__ = fresh


def parse_definitions_once() -> None:
    """Parse a definition once, not at the start of each execution (1.7 ms for each state)."""
    parser: Any = asl_parser.AmazonStateLanguageParser
    parser.parse = staticmethod(functools.lru_cache(maxsize=256)(parser.parse))


def parse_paths_once() -> None:
    """Parse a JSONPath once, not at each read of it (a grammar is built each time: 2 ms)."""
    reading: Any = json_path
    writing: Any = result_path
    reading.parse = functools.lru_cache(maxsize=4096)(reading.parse)
    writing.parse = functools.lru_cache(maxsize=4096)(writing.parse)


def call_out_through_shared_clients() -> None:
    """Call other services through one client each, at the endpoint the environment names.

    Faults: the interpreter builds a boto3 client for every task (10 ms), and calls everything at
    one port, which cannot be when each service has a process and Lambda is not moto's.
    """
    module: Any = boto_client
    module.boto3 = _SharedClients()


class _SharedClients:
    """Stands in for the `boto3` module where the interpreter asks it for a client."""

    def __init__(self) -> None:
        self._clients: dict[tuple[str, str | None], Any] = {}
        self._lock = threading.Lock()

    def client(self, service_name: str, **arguments: Any) -> Any:
        key = (service_name, arguments.get("region_name"))
        with self._lock:
            if key not in self._clients:
                config = arguments["config"]
                config.max_pool_connections = _POOLED_CONNECTIONS
                self._clients[key] = boto3.client(
                    service_name,  # type: ignore[call-overload]
                    region_name=arguments.get("region_name"),
                    config=config,
                )
            return self._clients[key]


def name_executions() -> None:
    """Give an execution that is started without a name a random one, as AWS does.

    Fault: moto calls it `None`, so the second one is refused with ExecutionAlreadyExists.
    """
    backend: Any = models.StepFunctionsParserBackend
    original = backend.start_execution

    def start_execution(
        self: Any,
        state_machine_arn: str,
        name: str | None = None,
        execution_input: str | None = None,
        trace_header: str | None = None,
    ) -> Any:
        name = name or str(uuid.uuid4())
        return original(self, state_machine_arn, name, execution_input, trace_header)

    backend.start_execution = start_execution
    # With the interpreter on, the API reads these backends and nothing else.
    simple: Any = simple_models
    simple.stepfunctions_backends = models.stepfunctions_parser_backends


def keep_the_type() -> None:
    """Run an Express workflow as one. Fault: moto runs every state machine as STANDARD."""
    backend: Any = models.StepFunctionsParserBackend
    original = backend.create_state_machine

    def create_state_machine(self: Any, *args: Any, **kwargs: Any) -> Any:
        machine = original(self, *args, **kwargs)
        machine.sm_type = machine.type
        return machine

    backend.create_state_machine = create_state_machine


def write_start_time_as_text() -> None:
    """Put `$$.Execution.StartTime` into the context as text.

    Fault: it is a datetime; once it reaches an output, DescribeExecution answers 500.
    """
    original = Execution.get_start_execution_details

    def get_start_execution_details(self: Any) -> Any:
        details: Any = original(self)
        if isinstance(details.start_time, dt.datetime):
            started = details.start_time.astimezone(dt.UTC)
            details.start_time = started.isoformat(timespec="milliseconds")[:-6] + "Z"
        return details

    Execution.get_start_execution_details = get_start_execution_details  # type: ignore[method-assign]


def answer_synchronous_starts() -> None:
    """Implement StartSyncExecution, which moto lacks, on its own `SyncExecution`."""
    handler: Any = responses.StepFunctionResponse
    handler.start_sync_execution = _start_sync_execution


def _start_sync_execution(self: Any) -> ActionResult:
    backend = self.stepfunction_backend
    machine = backend.describe_state_machine(self._get_param("stateMachineArn"))
    if machine.sm_type != "EXPRESS":
        raise _WrongTypeError
    name = self._get_param("name") or str(uuid.uuid4())
    given = self._get_param("input", if_none="{}")
    _require_small_json("InvalidExecutionInput", given)
    region, account = backend.region_name, backend.account_id
    run = SyncExecution(
        name=name,
        sm_type=machine.sm_type,
        role_arn=machine.roleArn,
        exec_arn=f"arn:aws:states:{region}:{account}:express:{machine.name}:{name}:{uuid.uuid4()}",
        account_id=account,
        region_name=region,
        state_machine=machine,
        start_date=dt.datetime.now(dt.UTC),
        cloud_watch_logging_session=None,
        input_data=given,
        trace_header=None,
        activity_store={},
    )
    run.start()
    answer: dict[str, Any] = {
        "executionArn": run.exec_arn,
        "stateMachineArn": machine.arn,
        "name": name,
        "startDate": run.start_date,
        "stopDate": run.stop_date,
        "status": str(getattr(run.sync_execution_status, "value", run.sync_execution_status)),
        "input": given,
    }
    if answer["status"] == "SUCCEEDED":
        answer["output"] = json.dumps(run.output)
    answer |= {key: text for key in ("error", "cause") if (text := getattr(run, key))}
    return ActionResult(answer)


def refuse_large_input() -> None:
    """Refuse an execution input above 256 KiB, or one that is not JSON, when it is started."""
    backend: Any = models.StepFunctionsParserBackend
    original = backend.start_execution

    def start_execution(
        self: Any,
        state_machine_arn: str,
        name: str | None = None,
        execution_input: str | None = None,
        trace_header: str | None = None,
    ) -> Any:
        _require_small_json("InvalidExecutionInput", execution_input or "{}")
        return original(self, state_machine_arn, name, execution_input, trace_header)

    backend.start_execution = start_execution


def _require_small_json(code: str, text: str) -> None:
    size = len(text.encode())
    if size > _LARGEST_PAYLOAD_BYTES:
        raise _TooLargeError(size)
    try:
        json.loads(text)
    except ValueError as error:
        raise _RefusalError(code, f"Invalid JSON: {error}") from error


def name_the_missed_heartbeat() -> None:
    """Raise States.HeartbeatTimeout when a heartbeat is missed.

    Fault: moto raises States.Timeout.
    """
    for state in with_subclasses(callback_states.StateTaskServiceCallback):
        if "_from_error" in vars(state):
            _wrap_from_error(state)


def _wrap_from_error(state: Any) -> None:
    original = state._from_error

    def _from_error(self: Any, env: Any, ex: Exception) -> FailureEvent:
        if not isinstance(ex, callback.HeartbeatTimeoutError):
            event: FailureEvent = original(self, env, ex)
            return event
        missed = StatesErrorNameType.StatesHeartbeatTimeout
        return FailureEvent(
            env=env,
            error_name=StatesErrorName(typ=missed),
            event_type=HistoryEventType.TaskTimedOut,
            event_details=EventDetails(  # type: ignore[typeddict-item]
                taskTimedOutEventDetails=TaskTimedOutEventDetails(
                    resourceType=self._get_sfn_resource_type(),
                    resource=self._get_sfn_resource(),
                    error=missed.to_name(),
                )
            ),
        )

    state._from_error = _from_error


def hear_early_callbacks() -> None:
    """Deliver a callback that arrives before the task has begun to listen for it.

    Fault: with HeartbeatSeconds, a SendTaskSuccess between the token's birth and the heartbeat
    endpoint's is recorded but wakes nobody; the task then dies of a missed heartbeat.
    """
    endpoint: Any = callback.CallbackEndpoint
    original = endpoint.setup_heartbeat_endpoint

    def setup_heartbeat_endpoint(self: Any, heartbeat_seconds: int) -> Any:
        created = original(self, heartbeat_seconds)
        if self.get_outcome() is not None:
            created.notify()
        return created

    endpoint.setup_heartbeat_endpoint = setup_heartbeat_endpoint


# Which pool a token belongs to; a pool lives as long as its execution is remembered.
_pools: weakref.WeakValueDictionary[str, Any] = weakref.WeakValueDictionary()


def refuse_stale_tokens() -> None:
    """Answer a token whose task is over with TaskTimedOut, and find tokens without a search.

    Faults: moto accepts a late or second SendTaskSuccess in silence while the execution runs and
    says InvalidToken afterwards; when it does mean TaskTimedOut it raises it wrongly and answers
    500; output that is not JSON is accepted and kills the execution; and each call walks all
    executions, crashing on one that is only just starting.
    """
    pool: Any = callback.CallbackPoolManager
    endpoint: Any = callback.CallbackEndpoint
    backend: Any = models.StepFunctionsParserBackend
    original_add, original_interrupt = pool.add, endpoint.interrupt_all

    def add(self: Any, callback_id: str) -> Any:
        _pools[callback_id] = self
        return original_add(self, callback_id)

    def interrupt_all(self: Any) -> None:
        original_interrupt(self)
        self.report(callback.CallbackConsumerTimeout())

    def send_task_success(_: Any, task_token: str, outcome: str) -> None:
        _require_small_json("InvalidOutput", outcome)
        _call_back(task_token, callback.CallbackOutcomeSuccess(task_token, output=outcome))

    def send_task_failure(
        _: Any, task_token: str, error: str | None = None, cause: str | None = None
    ) -> None:
        _call_back(task_token, callback.CallbackOutcomeFailure(task_token, error, cause))

    pool.add = add
    endpoint.interrupt_all = interrupt_all
    backend.send_task_success = send_task_success
    backend.send_task_failure = send_task_failure
    backend.send_task_heartbeat = lambda _, task_token: _call_back(task_token, None)


_callback_lock = threading.Lock()


def _call_back(token: str, outcome: Any) -> None:
    pool = _pools.get(token)
    if pool is None:
        raise _UnknownTokenError
    with _callback_lock:
        waiting = pool.get(token)
        if waiting is None or waiting.consumer_error or waiting.get_outcome() is not None:
            raise _StaleTokenError
        if outcome is None:
            pool.heartbeat(token)
        else:
            pool.notify(token, outcome)


def keep_the_reason_of_a_stop() -> None:
    """Keep the error and cause that StopExecution gives. Fault: moto drops both."""
    handler: Any = responses.StepFunctionResponse
    communication: Any = executions.BaseExecutionWorkerCommunication
    original = communication._reflect_execution_status

    def stop_execution(self: Any) -> ActionResult:
        found = self.stepfunction_backend.describe_execution(self._get_param("executionArn"))
        stop_date = dt.datetime.now(dt.UTC)
        found.stop(stop_date, self._get_param("error"), self._get_param("cause"))
        return ActionResult({"stopDate": stop_date})

    def _reflect_execution_status(self: Any) -> None:
        original(self)
        state = self.execution.exec_worker.env.program_state()
        if isinstance(state, ProgramStopped):
            self.execution.error, self.execution.cause = state.error, state.cause

    handler.stop_execution = stop_execution
    communication._reflect_execution_status = _reflect_execution_status


def forget_finished_threads() -> None:
    """Let finished threads go. Fault: three for each task are kept in a list for ever."""
    backend: Any = models.StepFunctionsParserBackend
    original = backend.start_execution

    def start_execution(self: Any, *args: Any, **kwargs: Any) -> Any:
        utils.TMP_THREADS.clear()
        return original(self, *args, **kwargs)

    backend.start_execution = start_execution


def report_status_changes() -> None:
    """Put `Step Functions Execution Status Change` on the event bus; moto sends none.

    Best effort, as on AWS, and of Standard workflows only. A failure is also written to the log,
    in one line: the interpreter's own account of it is a page for each level of nesting.
    """
    logging.getLogger("moto.stepfunctions").setLevel(logging.CRITICAL)
    communication: Any = executions.BaseExecutionWorkerCommunication
    original_terminated = communication.terminated
    original_start = Execution.start

    def terminated(self: Any) -> None:
        original_terminated(self)
        run = self.execution
        status = run.exec_status.value
        if status not in ("SUCCEEDED", "ABORTED"):
            LOG.warning("%s %s: %s %s", run.exec_arn, status, run.error or "", run.cause or "")
        _publish(run, status)

    def start(self: Any) -> None:
        _publish(self, "RUNNING")
        original_start(self)

    threading.Thread(target=_announce, name="status-changes", daemon=True).start()
    communication.terminated = terminated
    Execution.start = start  # type: ignore[method-assign]


# One thread announces: a thread for each change would outnumber the executions themselves.
_changes: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()


def _publish(run: Any, status: str) -> None:
    if run.sm_type != "STANDARD":
        return
    detail = {
        "executionArn": run.exec_arn,
        "stateMachineArn": run.state_machine.arn,
        "name": run.name,
        "status": status,
        "startDate": int(run.start_date.timestamp() * 1000),
        "stopDate": int(run.stop_date.timestamp() * 1000) if run.stop_date else None,
        "error": run.error,
        "cause": run.cause,
    }
    _changes.put(
        {
            "Source": "aws.states",
            "DetailType": "Step Functions Execution Status Change",
            "Resources": [run.exec_arn],
            "Detail": json.dumps(detail),
        }
    )


def _announce() -> None:
    events = boto3.client("events")
    while True:
        entry = _changes.get()
        try:
            events.put_events(Entries=[entry])
        except Exception as error:  # noqa: BLE001 - an event is best effort, whatever the reason
            LOG.warning("a status change was not announced: %s", error)
