"""Repairs of moto's Step Functions service: what its API and its executions do otherwise than AWS.

How states are interpreted is repaired in `asl`, task tokens in `callbacks`; this module is about
starting, ending and calling out.
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
from typing import Any

import boto3
from moto.core.config import default_user_config
from moto.core.responses import ActionResult
from moto.stepfunctions import models as simple_models
from moto.stepfunctions import responses
from moto.stepfunctions.parser import models, utils
from moto.stepfunctions.parser.asl.component.common.path import result_path
from moto.stepfunctions.parser.asl.eval.program_state import ProgramStopped
from moto.stepfunctions.parser.asl.parse import asl_parser
from moto.stepfunctions.parser.asl.parse.preprocessor import Preprocessor
from moto.stepfunctions.parser.asl.utils import boto_client, json_path
from moto.stepfunctions.parser.backend import execution as executions
from moto.stepfunctions.parser.backend.execution import Execution, SyncExecution

from handrail_ops.local.moto_repairs.refusals import WrongTypeError, require_small_json

LOG = logging.getLogger("workflow")

_POOLED_CONNECTIONS = 256


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
        raise WrongTypeError
    name = self._get_param("name") or str(uuid.uuid4())
    given = self._get_param("input", if_none="{}")
    require_small_json("InvalidExecutionInput", given)
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
        require_small_json("InvalidExecutionInput", execution_input or "{}")
        return original(self, state_machine_arn, name, execution_input, trace_header)

    backend.start_execution = start_execution


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
