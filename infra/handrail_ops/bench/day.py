"""A day in one process: customers who ask, and one who wants a person and gets one.

What is counted and timed here is what a deployment would be billed for: the functions, queues and
workflows are those of the template, and nothing is left out but what idles.
"""

from __future__ import annotations

import contextlib
import io
import itertools
import json
import logging
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from typing import Any

from handrail.adapters.channels.signing import SharedSecret, signature_headers
from handrail.observability import logger
from handrail_ops.bench.in_process import InProcess
from handrail_ops.bench.operations import TableMeter
from handrail_ops.local.loopback_http import LoopbackServer, Request, Response

QUESTIONS = (
    "How long does a refund take?",
    "When is my payment due?",
    "Where is my order?",
    "How do I return an order?",
    "Why was my purchase declined?",
)
_HEARTBEATS = 3
_PATIENCE_SECONDS = 30.0
_BILLED = {
    "SendMessage": "SQS requests",
    "SendMessageBatch": "SQS requests",
    "ReceiveMessage": "SQS requests",
    "DeleteMessage": "SQS requests",
    "Publish": "SNS requests",
    "GetSecretValue": "secret reads",
    "StartSyncExecution": "Express executions",
}


def _ignore(_function: str, _client: Any) -> None:
    """Count nothing."""


class BenchError(RuntimeError):
    """The day did not go as it should; the message says where."""


@dataclass(slots=True)
class Bill:
    """What something costs, counted."""

    counts: Counter[str] = field(default_factory=Counter)
    write_units: float = 0.0
    read_units: float = 0.0
    transitions: int = 0


class Day:
    """One deployment with its meters. Use it in a `with`."""

    def __init__(self, template: Path, *, counting: bool) -> None:
        """Take a template; counting costs CPU time of its own, so what is timed is not counted."""
        self._meters: dict[str, TableMeter] = {}
        self._counts: Counter[str] = Counter()
        self._numbers = itertools.count(1)
        self._received: list[dict[str, Any]] = []
        self._callbacks = LoopbackServer(self._called_back, name="callbacks")
        parameters = {"DirectCallbackUrl": f"{self._callbacks.url}/handrail"}
        observe = self._observe if counting else _ignore
        self.deployment = InProcess(template, parameters, observe)

    @contextmanager
    def running(self) -> Iterator[Day]:
        """Run the deployment while the block runs."""
        # Functions print their metrics and log; that is not what is asked for here.
        level = logger.log_level
        logger.setLevel(logging.CRITICAL)
        with contextlib.redirect_stdout(io.StringIO()), self.deployment:
            secrets = self.deployment.client("secretsmanager")
            arn = self.deployment.ref("DirectSecret")
            self._secret = SharedSecret(secrets.get_secret_value(SecretId=arn)["SecretString"])
            try:
                yield self
            finally:
                self._callbacks.close()
                logger.setLevel(level)

    # ------------------------------------------------------------------ what happens

    def ask(self, text: str, customer: str | None = None) -> str:
        """Write as a customer, have it decided and delivered, and return the customer's id."""
        number = next(self._numbers)
        customer = customer or f"customer-{number}"
        body = json.dumps({"id": f"m{number}", "customer": customer, "text": text})
        headers = signature_headers(self._secret, int(time.time()), body.encode())
        answer = self.deployment.http(
            "ReceiveFunction",
            "POST",
            "/v1/channels/direct/shop",
            body,
            headers={name.lower(): value for name, value in headers.items()},
            path_parameters={"channel": "direct", "account": "shop"},
        )
        if answer["statusCode"] != 200:  # noqa: PLR2004
            message = f"the webhook answered {answer}"
            raise BenchError(message)
        self.deployment.drain()
        return customer

    def serve(self) -> str:
        """Take the next request as an agent, answer and resolve it; return its id."""
        request = self._take()
        escalation = str(request["escalation"])
        held = {"agent": "bench", "epoch": self._desk(escalation, "claim", agent="bench")["epoch"]}
        for _ in range(_HEARTBEATS):
            news = self._desk(escalation, "heartbeat", **held)["news"]
        if news:
            self._desk(escalation, "seen", **held, entry=news[-1]["entry"])
        self._desk(escalation, "messages", **held, id="b1", text="I have looked into it for you.")
        self._desk(escalation, "resolve", **held)
        self.deployment.drain()
        self._wait(lambda: self._status(escalation) == "SUCCEEDED", "the workflow ends")
        return escalation

    def bill(self, happen: Callable[[], str]) -> tuple[Bill, str]:
        """Count what something costs, and return that with its result."""
        self._counts.clear()
        self.deployment.invocations.clear()
        self.deployment.batches = 0
        for meter in self._meters.values():
            meter.cost = type(meter.cost)()
        result = happen()
        bill = Bill()
        for operation, number in self._counts.items():
            bill.counts[_BILLED.get(operation, operation)] += number
        # Lambda asks a queue for a batch and deletes it, with a request for each.
        bill.counts["SQS requests"] += 2 * self.deployment.batches
        bill.counts["Lambda invocations"] = len(self.deployment.invocations)
        bill.write_units = sum(meter.cost.write_units for meter in self._meters.values())
        bill.read_units = sum(meter.cost.read_units for meter in self._meters.values())
        return bill, result

    def transitions(self, escalation: str) -> int:
        """Return how many steps a request's workflow took."""
        states = self.deployment.client("stepfunctions")
        pages = states.get_paginator("get_execution_history").paginate(
            executionArn=self._execution(escalation)
        )
        kinds = [event["type"] for page in pages for event in page["events"]]
        return sum(kind.endswith("StateEntered") for kind in kinds)

    @property
    def received(self) -> int:
        """How many messages customers have got."""
        return len(self._received)

    # ------------------------------------------------------------------ parts

    def _observe(self, function: str, client: Any) -> None:
        service = client.meta.service_model.service_id
        if service == "DynamoDB":
            reader = self.deployment.client("dynamodb")
            # A meter for each function: two functions may be at work at once.
            self._meters.setdefault(function, TableMeter(reader)).watch(client)
            return

        def count(model: Any, **_: Any) -> None:
            self._counts[model.name] += 1

        event = f"before-parameter-build.{service.replace(' ', '-').lower()}"
        client.meta.events.register(event, count)

    def _called_back(self, request: Request) -> Response:
        self._received.append(json.loads(request.body))
        return Response(200, b"{}", {"content-type": "application/json"})

    def _take(self) -> Mapping[str, Any]:
        found: list[Mapping[str, Any]] = []
        sqs, url = self.deployment.client("sqs"), self.deployment.ref("AgentsQueue")

        def look() -> bool:
            for message in sqs.receive_message(QueueUrl=url).get("Messages", []):
                sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
                # An agents' application pays for both.
                self._counts.update({"ReceiveMessage": 1, "DeleteMessage": 1})
                found.append(json.loads(message["Body"]))
            return bool(found)

        self._wait(look, "a request comes through the agents queue")
        return found[0]

    def _desk(self, escalation: str, action: str, **fields: Any) -> dict[str, Any]:
        path = f"/v1/desk/escalations/{escalation}/{action}"
        answer = self.deployment.http("DeskApiFunction", "POST", path, json.dumps(fields))
        body: dict[str, Any] = json.loads(answer["body"])
        if answer["statusCode"] != 200:  # noqa: PLR2004
            message = f"the desk refused {action}: {body}"
            raise BenchError(message)
        return body

    def _execution(self, escalation: str) -> str:
        machine = self.deployment.ref("EscalationWorkflow")
        return f"{machine.replace(':stateMachine:', ':execution:')}:{escalation}"

    def _status(self, escalation: str) -> str:
        states = self.deployment.client("stepfunctions")
        found = states.describe_execution(executionArn=self._execution(escalation))
        return str(found["status"])

    @staticmethod
    def _wait(look: Callable[[], bool], what: str) -> None:
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while not look():
            if time.monotonic() > deadline:
                message = f"this did not happen within {_PATIENCE_SECONDS:.0f} s: {what}"
                raise BenchError(message)
            Event().wait(0.1)
