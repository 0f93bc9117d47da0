"""A whole template running on this machine, as one object.

    with LocalStack(Path("template.yaml"), {"Stage": "local"}) as stack:
        requests.post(stack.url + "/hello")

Tests, `handrail local` and `handrail replay` start their stacks here.
"""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from handrail_ops.local.apis import http_apis_of, websocket_apis_of
from handrail_ops.local.aws_processes import PROCESSES, AwsProcesses
from handrail_ops.local.chaos import Calm, Chaos
from handrail_ops.local.deployment import Deployment, client
from handrail_ops.local.event_bus import EventBus, rule_of
from handrail_ops.local.event_sources import QueuePoller, queue_mapping
from handrail_ops.local.functions import functions_of
from handrail_ops.local.gateway import Gateway, reserve
from handrail_ops.local.invocations import Outcome
from handrail_ops.local.lambda_api import InvokeApi
from handrail_ops.local.lambda_service import LambdaService
from handrail_ops.local.logs import TARGET as LOGS_TARGET
from handrail_ops.local.logs import Logs
from handrail_ops.local.loopback_http import LoopbackServer, Request, Response
from handrail_ops.local.schedules import Scheduler, schedules_of
from handrail_ops.local.streams import StreamPoller, stream_mapping
from handrail_ops.local.targets import Targets
from handrail_ops.local.template import TemplateError, load_template
from handrail_ops.local.terminal import show
from handrail_ops.local.websocket_gateway import IDLE_SECONDS

_FEWEST_WORKERS: Final = 4
_EVENTS_TARGET: Final = "AWSEvents."
_FUNCTION: Final = "AWS::Lambda::Function"


def has_runtime_client() -> bool:
    """Is Lambda's own runtime client installed? Without it, workers run a plain loop instead."""
    return importlib.util.find_spec("awslambdaric") is not None


def default_workers_limit() -> int:
    """How many workers a function may have on this machine.

    More than there are cores, because a function that starts a workflow waits for others; measured
    on four cores, six are as fast as eight, and each takes some 50 MB.
    """
    return max(_FEWEST_WORKERS, (os.cpu_count() or 1) + 2)


def _print_line(line: str) -> None:
    sys.stderr.write(line + "\n")
    sys.stderr.flush()


class LocalStack:
    """Runs one template. Start it once, stop it once; both are safe to call from any thread.

    `extra_environment` is put over each function's own environment, and `preload` names a module
    that every worker imports before its handler, found on `extra_python_path`: so a replay can
    inject faults into a function without the function knowing. `chaos` puts faults between them.
    """

    def __init__(
        self,
        template: Path,
        parameters: Mapping[str, str] | None = None,
        *,
        port: int = 0,
        verbose: bool = False,
        on_line: Callable[[str], None] = _print_line,
        chaos: Chaos | None = None,
        extra_environment: Mapping[str, str] | None = None,
        extra_python_path: Sequence[Path] = (),
        preload: str = "",
        workers_limit: int | None = None,
        websocket_idle_seconds: float = IDLE_SECONDS,
        processes: tuple[tuple[str, ...], ...] = PROCESSES,
    ) -> None:
        self._template_path = template
        self._parameters = dict(parameters or {})
        self._port = port
        self._verbose = verbose
        self._on_line = on_line
        self._chaos = chaos or Calm()
        self._extra_environment = dict(extra_environment or {})
        self._extra_python_path = tuple(extra_python_path)
        self._preload = preload
        self._workers_limit = workers_limit or default_workers_limit()
        self._idle_seconds = websocket_idle_seconds
        self._processes = processes
        self._cleanup = contextlib.ExitStack()
        self._lock = threading.Lock()
        self._names: dict[str, str] = {}
        self._logs = Logs({})
        self.boot_seconds = 0.0

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Start everything; returns when requests are served, or raises and leaves nothing behind.

        Raises `TemplateError` for a template that cannot be run, `StackStartError` for a machine
        that cannot run it.
        """
        started = time.monotonic()
        try:
            self._start()
        except BaseException:
            self.stop()
            raise
        self.boot_seconds = time.monotonic() - started

    def stop(self) -> None:
        """Stop everything this stack has started, all processes too."""
        with self._lock:
            cleanup = self._cleanup.pop_all()
        cleanup.close()

    @property
    def url(self) -> str:
        """Where the HTTP API is."""
        return f"http://{self._address}"

    @property
    def websocket_urls(self) -> Mapping[str, str]:
        """Where each WebSocket API is, by its API id."""
        return {api.api_id: f"ws://{self._address}/{api.stage}" for api in self._sockets}

    @property
    def ws_url(self) -> str:
        """Where the only WebSocket API is."""
        addresses = list(self.websocket_urls.values())
        if len(addresses) != 1:
            message = f"the template has {len(addresses)} WebSocket APIs; use websocket_urls"
            raise TemplateError(message)
        return addresses[0]

    @property
    def environment(self) -> Mapping[str, str]:
        """The variables that make boto3, in any process, speak to this stack."""
        return self._aws.environment

    @property
    def outputs(self) -> Mapping[str, str]:
        """The outputs of the template, with addresses of this machine."""
        return self._deployment.outputs()

    def client(self, service: str, *, attempts: int = 3) -> Any:
        """A boto3 client for this stack."""
        return client(service, self._aws.environment, attempts=attempts)

    def client_of_sockets(self) -> Any:
        """A boto3 client that pushes to the clients of the only WebSocket API."""
        endpoint = self.ws_url.replace("ws://", "http://", 1)
        return client("apigatewaymanagementapi", self._aws.environment, endpoint=endpoint)

    def physical(self, logical_id: str) -> str:
        """What `Ref` says of a resource: a queue's URL, a table's name, a secret's ARN."""
        return self._deployment.ref(logical_id)

    def attribute(self, logical_id: str, name: str) -> str:
        """What `Fn::GetAtt` says of a resource."""
        return self._deployment.attribute(logical_id, name)

    def invoke(self, function: str, event: Any) -> Outcome:
        """Invoke a function, by its logical id, and wait for its outcome."""
        return self._service.invoke(self._names[function], json.dumps(event).encode())

    def kill_worker(self, function: str) -> int:
        """Kill the workers of a function, by its logical id; how many there were."""
        return self._service.kill_workers(self._names[function])

    def process_ids(self) -> list[int]:
        """All processes of the stack but this one."""
        return [*set(self._aws.process_ids.values()), *self._service.process_ids()]

    def _start(self) -> None:
        listener = reserve(self._port)
        self._cleanup.callback(listener.close)
        self._address = f"127.0.0.1:{listener.getsockname()[1]}"
        self._service = LambdaService(
            chaos=self._chaos,
            on_output=self._show_output,
            deliver_to=self._deliver_to,
            workers_limit=self._workers_limit,
            preload=self._preload,
        )
        self._cleanup.callback(self._service.close)
        self._bus: EventBus | None = None
        self._invoke_api = InvokeApi(self._service)
        control = LoopbackServer(self._control, name="lambda-api")
        self._cleanup.callback(control.close)
        self._aws = AwsProcesses(control.url, self._on_line, self._processes)
        self._cleanup.callback(self._aws.stop)
        self._aws.start()
        # The processes boot while the template is read.
        template = load_template(self._template_path, self._parameters)
        self._deployment = Deployment(template, self._aws.environment, self._address)
        self._aws.wait()
        self._deployment.create_all()
        self._start_functions()
        self._start_sources()
        self._sockets = websocket_apis_of(self._deployment)
        gateway = Gateway(
            listener,
            self._service,
            http_apis_of(self._deployment),
            self._sockets,
            idle_seconds=self._idle_seconds,
        )
        gateway.start()
        self._cleanup.callback(gateway.stop)

    def _start_functions(self) -> None:
        self._service.environment = self._aws.environment
        extras = self._extra_environment, self._extra_python_path
        for function in functions_of(self._deployment, *extras):
            self._names[function.logical_id] = function.name
            self._service.register(function)
        self._logs = Logs(
            {
                self._deployment.ref(logical_id): properties["LoggingConfig"]["LogGroup"]
                for logical_id, properties in self._deployment.of_type(_FUNCTION).items()
                if "LogGroup" in (properties.get("LoggingConfig") or {})
            }
        )

    def _start_sources(self) -> None:
        environment = self._aws.environment
        self._targets = Targets(self._service, environment)
        queues = {
            self._deployment.attribute(logical_id, "Arn"): self._deployment.ref(logical_id)
            for logical_id in self._deployment.of_type("AWS::SQS::Queue")
        }
        sources = self._deployment.of_type("AWS::Lambda::EventSourceMapping")
        for logical_id, properties in sources.items():
            if properties.get("Enabled") in (False, "false"):
                continue
            arn = properties["EventSourceArn"]
            match arn.split(":")[2]:
                case "sqs" if arn in queues:
                    mapping = queue_mapping(logical_id, properties, queues[arn])
                    poller = QueuePoller(
                        mapping, self._service, environment, self._chaos, self._problem
                    )
                    self._cleanup.callback(poller.stop)
                    poller.start(self._workers_limit)
                case "dynamodb":
                    reader = StreamPoller(
                        stream_mapping(properties),
                        self._service,
                        self._targets,
                        environment,
                        self._problem,
                    )
                    self._cleanup.callback(reader.stop)
                    reader.start()
                case _:
                    message = f"{logical_id}: event source {arn} has no local stand-in"
                    raise TemplateError(message)
        self._start_schedules()

    def _start_schedules(self) -> None:
        rules = self._deployment.of_type("AWS::Events::Rule")
        timed = {**rules, **self._deployment.of_type("AWS::Scheduler::Schedule")}
        schedules = [
            schedule
            for logical_id, properties in timed.items()
            for schedule in schedules_of(
                logical_id, self._deployment.attribute(logical_id, "Arn"), properties, time.time()
            )
        ]
        patterns = [rule_of(logical_id, properties) for logical_id, properties in rules.items()]
        found = [rule for rule in patterns if rule is not None]
        self._bus = EventBus(found, self._targets, self._problem)
        scheduler = Scheduler(self._targets, self._problem)
        self._cleanup.callback(scheduler.stop)
        scheduler.start(schedules)

    def _control(self, request: Request) -> Response:
        """What the workers and the local AWS ask of this process: Lambda, the bus, the logs."""
        target = request.headers.get("x-amz-target", "")
        if target.startswith(LOGS_TARGET):
            return self._logs(request)
        if not target.startswith(_EVENTS_TARGET):
            return self._invoke_api(request)
        if self._bus is None:
            return Response(503)
        return self._bus(request)

    def _deliver_to(self, arn: str, event: dict[str, Any]) -> None:
        self._targets.deliver(arn, event)

    def _show_output(self, function: str, raw: bytes) -> None:
        self._logs.keep(function, raw)
        line = show(function, raw, verbose=self._verbose)
        if line is not None:
            self._on_line(line)

    def _problem(self, text: str) -> None:
        self._on_line(f"local stack | {text}")
