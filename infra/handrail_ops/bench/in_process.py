"""The whole deployment in one process: the template's resources, real workflows, real functions.

The functions are put together by their own `bootstrap` modules, from the environment that the
template gives them, and run in this process on demand, one at a time. So what they cost can be
counted and timed, and a test can put a broken one in a real one's place. Queues are delivered when
asked, by `drain`; schedules never fire.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

import handrail.settings
from handrail.adapters.aws.clients import Clients
from handrail.adapters.channels.callbacks import HttpCallbacks
from handrail_ops.local.aws_processes import REGION, AwsProcesses
from handrail_ops.local.deployment import Deployment, client
from handrail_ops.local.functions import functions_of
from handrail_ops.local.invocations import (
    Function,
    Outcome,
    ThrottledError,
    UnknownFunctionError,
)
from handrail_ops.local.lambda_api import InvokeApi
from handrail_ops.local.lambda_service import LambdaService
from handrail_ops.local.loopback_http import LoopbackServer, listen
from handrail_ops.local.template import load_template

if TYPE_CHECKING:
    from mypy_boto3_apigatewaymanagementapi import ApiGatewayManagementApiClient
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_secretsmanager import SecretsManagerClient
    from mypy_boto3_sns import SNSClient
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_stepfunctions import SFNClient

_Client = TypeVar("_Client")
Handler = Callable[[Any, Any], Any]
Observe = Callable[[str, Any], None]
"""Told of each client that a function makes: the function's logical id, and the client."""


@dataclass(frozen=True, slots=True)
class Context:
    """What Lambda tells a handler about its invocation."""

    seconds: float
    aws_request_id: str = "in-process"

    def get_remaining_time_in_millis(self) -> int:
        """Return the whole time limit: nothing here is stopped."""
        return int(self.seconds * 1000)


class InProcess:
    """Runs one template. Use it in a `with`; only one may run in a process at a time."""

    def __init__(
        self,
        template: Path,
        parameters: Mapping[str, str] | None = None,
        observe: Observe = lambda _function, _client: None,
    ) -> None:
        """Take a template and, maybe, who is told of every client."""
        self._template = template
        self._parameters = dict(parameters or {})
        self.problems: list[str] = []
        """What the local AWS complained of."""
        self._observe = observe
        self._clients: list[Any] = []
        self._replaced: dict[str, Handler] = {}
        self._built: dict[str, Handler] = {}
        self._functions: dict[str, Function] = {}
        self.invocations: list[str] = []
        """The functions that were invoked, by logical id, in order."""
        self.batches = 0
        """How many batches of messages were delivered."""
        self.cpu_seconds: dict[str, list[float]] = {}
        """The CPU time that each invocation of a function took itself."""

    def __enter__(self) -> Self:
        """Create the resources."""
        listener = listen()
        self._gateway = f"127.0.0.1:{listener.getsockname()[1]}"
        listener.close()
        # The API asks a service for two methods; these are they.
        self._lambda = LoopbackServer(InvokeApi(cast("LambdaService", self)), name="lambda-api")
        self._aws = AwsProcesses(self._lambda.url, self._tell)
        self._aws.start()
        try:
            template = load_template(self._template, self._parameters)
            self.deployment = Deployment(template, self._aws.environment, self._gateway)
            self._aws.wait()
            self.deployment.create_all()
        except BaseException:
            self._aws.stop()
            raise
        self._functions = {one.logical_id: one for one in functions_of(self.deployment, {}, ())}
        self._names = {one.name: one.logical_id for one in self._functions.values()}
        self._outside = dict(os.environ)
        # Functions find their services by the environment, as they do in Lambda.
        os.environ.update(self._aws.environment)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop everything."""
        os.environ.clear()
        os.environ.update(self._outside)
        # In Lambda these end with their process; here the process goes on.
        for kept in [one for one in gc.get_objects() if isinstance(one, HttpCallbacks)]:
            kept.close()
        created_with = self.deployment._clients.values()  # noqa: SLF001 - it closes none itself
        for made in (*self._clients, *created_with):
            made.close()
        self._aws.stop()
        self._lambda.close()

    def _tell(self, line: str) -> None:
        self.problems.append(line)

    # ------------------------------------------------------------------ what there is

    @property
    def environment(self) -> Mapping[str, str]:
        """The variables that lead boto3 to this deployment."""
        return self._aws.environment

    def client(self, service: str) -> Any:
        """Return a client that nobody observes."""
        made = client(service, self._aws.environment)
        self._clients.append(made)
        return made

    def ref(self, logical_id: str) -> str:
        """Return what `Ref` says of a resource."""
        return self.deployment.ref(logical_id)

    @property
    def gateway(self) -> str:
        """Where functions believe the HTTP API to be: a host and a port that nobody holds."""
        return self._gateway

    @property
    def function_names(self) -> list[str]:
        """The logical ids of the functions."""
        return list(self._functions)

    def handler(self, logical_id: str) -> Handler:
        """Return the handler of a function: the one put in its place, or its own."""
        if logical_id in self._replaced:
            return self._replaced[logical_id]
        if logical_id not in self._built:
            self._built[logical_id] = self._build(self._functions[logical_id])
        return self._built[logical_id]

    def replace(self, logical_id: str, handler: Handler | None) -> None:
        """Put a handler in a function's place, or its own back with None."""
        if handler is None:
            self._replaced.pop(logical_id, None)
        else:
            self._replaced[logical_id] = handler

    def _build(self, function: Function) -> Handler:
        name = function.code.name
        settings_name = "".join(part.capitalize() for part in name.split("_")) + "Settings"
        settings = getattr(handrail.settings, settings_name).from_env(function.environment)
        module = importlib.import_module(f"handrail.bootstrap.{name}")

        def made(one: Any) -> None:
            self._clients.append(one)
            self._observe(function.logical_id, one)

        clients = ObservedClients(made)
        handler: Handler = module.build(settings, clients)
        return handler

    # ------------------------------------------------------------------ what happens

    def call(self, logical_id: str, event: Any) -> Any:
        """Run a function and return what it returns; what it raises is raised."""
        self.invocations.append(logical_id)
        context = Context(self._functions[logical_id].timeout_seconds)
        handler = self.handler(logical_id)
        # Of this thread alone: what a function waits for runs in others, and in other processes.
        began = time.thread_time()
        try:
            return handler(event, context)
        finally:
            self.cpu_seconds.setdefault(logical_id, []).append(time.thread_time() - began)

    def http(
        self, logical_id: str, method: str, path: str, body: str = "", **more: Any
    ) -> dict[str, Any]:
        """Send a function an HTTP request as the gateway would."""
        event = {
            "version": "2.0",
            "rawPath": path,
            "rawQueryString": "",
            "headers": more.get("headers", {}),
            "queryStringParameters": more.get("query", {}),
            "pathParameters": more.get("path_parameters", {}),
            "requestContext": {"http": {"method": method, "path": path}},
            "body": body,
            "isBase64Encoded": False,
        }
        result: dict[str, Any] = self.call(logical_id, event)
        return result

    def drain(self) -> int:
        """Deliver what is in the queues that feed functions, until they are empty; how much."""
        sqs = self.client("sqs")
        delivered = 0
        while True:
            before = delivered
            mappings = self.deployment.of_type("AWS::Lambda::EventSourceMapping")
            for properties in mappings.values():
                delivered += self._deliver(sqs, properties)
            if delivered == before:
                return delivered

    def _deliver(self, sqs: Any, properties: Mapping[str, Any]) -> int:
        arn = str(properties["EventSourceArn"])
        if ":sqs:" not in arn:
            return 0  # a stream; it watches, and nothing waits for it
        url = sqs.get_queue_url(QueueName=arn.rpartition(":")[2])["QueueUrl"]
        taken = sqs.receive_message(
            QueueUrl=url,
            MaxNumberOfMessages=int(properties["BatchSize"]),
            MessageSystemAttributeNames=["All"],
        ).get("Messages", [])
        if not taken:
            return 0
        self.batches += 1
        records = [
            {
                "messageId": one["MessageId"],
                "body": one["Body"],
                "attributes": one.get("Attributes", {}),
                "eventSourceARN": arn,
                "eventSource": "aws:sqs",
                "awsRegion": REGION,
            }
            for one in taken
        ]
        answer = self.call(self._names[str(properties["FunctionName"])], {"Records": records})
        failed = {one["itemIdentifier"] for one in answer["batchItemFailures"]}
        for one in taken:
            if one["MessageId"] not in failed:
                sqs.delete_message(QueueUrl=url, ReceiptHandle=one["ReceiptHandle"])
        return len(taken)

    # ------------------------------------------------------------------ what Lambda's API asks

    def function(self, reference: str) -> Function:
        """Return the function that a name or an ARN refers to."""
        name = reference.partition(":function:")[2] or reference
        if name not in self._names:
            message = f"no function {name!r} in the template"
            raise UnknownFunctionError(message)
        return self._functions[self._names[name]]

    def invoke(self, reference: str, payload: bytes, _context: str | None = None) -> Outcome:
        """Run a function for Step Functions, or for another function.

        Raises:
            ThrottledError: a handler that was put in a function's place says so.

        """
        logical_id = self.function(reference).logical_id
        try:
            returned = json.dumps(self.call(logical_id, json.loads(payload or b"{}")))
        except ThrottledError:
            raise
        except Exception as error:  # noqa: BLE001 - what a handler raises is its outcome
            told = {
                "errorMessage": str(error),
                "errorType": type(error).__name__,
                "stackTrace": traceback.format_tb(error.__traceback__),
            }
            return Outcome(json.dumps(told).encode(), "Unhandled")
        return Outcome(returned.encode())


class ObservedClients(Clients):
    """A function's clients, each shown to somebody when it is made."""

    def __init__(self, observe: Callable[[Any], None]) -> None:
        """Take whoever is told."""
        self._observe = observe

    def _shown(self, made: _Client) -> _Client:
        self._observe(made)
        return made

    @cached_property
    def dynamodb(self) -> DynamoDBClient:
        """The table."""
        return self._shown(super().dynamodb)

    @cached_property
    def sqs(self) -> SQSClient:
        """The queues."""
        return self._shown(super().sqs)

    @cached_property
    def sns(self) -> SNSClient:
        """The pager."""
        return self._shown(super().sns)

    @cached_property
    def secrets(self) -> SecretsManagerClient:
        """The secrets."""
        return self._shown(super().secrets)

    @cached_property
    def workflows(self) -> SFNClient:
        """The escalation workflows."""
        return self._shown(super().workflows)

    @cached_property
    def turns(self) -> SFNClient:
        """The turn workflow."""
        return self._shown(super().turns)

    @cached_property
    def functions(self) -> LambdaClient:
        """Other functions."""
        return self._shown(super().functions)

    def connections(self, endpoint: str) -> ApiGatewayManagementApiClient:
        """Open connections of a WebSocket API."""
        return self._shown(super().connections(endpoint))
