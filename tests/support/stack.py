"""The whole of Handrail on this machine, with the people and the faults that tests need."""

from __future__ import annotations

import itertools
import json
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar
from unittest.mock import patch
from urllib.parse import urlsplit

import urllib3
from botocore.credentials import Credentials

from handrail.adapters.aws.conversations import DynamoConversations
from handrail.adapters.channels.signing import SharedSecret, signature_headers
from handrail.domain.conversation import Conversation
from handrail.domain.message import conversation_id
from handrail_ops.local.loopback_http import LoopbackServer, Request, Response
from handrail_ops.local.stack import LocalStack
from handrail_ops.replay.http import Answer, Http, SignedHttp
from support.callbacks import Callbacks

ROOT = Path(__file__).parents[2]
TEMPLATE = ROOT / "template.yaml"
ACCOUNT = "tests"
LEASE_SECONDS = 5
BEAT_SECONDS = 1.0
PATIENCE_SECONDS = 20.0
POLL_SECONDS = 0.05
_WARM_UPS_MAX = 5
FENCED = 409
TIMERS = {
    "PickupSeconds": "8",
    "WiderSeconds": "16",
    "SupervisorSeconds": "24",
    "FollowUpSeconds": "40",
    "FollowUpWithinSeconds": "60",
    "AskAgainSeconds": "1",
    "LeaseSeconds": str(LEASE_SECONDS),
    "NudgeSeconds": "30",
    "ReplySeconds": "60",
    "DeliverSeconds": "1",
    "SweepRate": "rate(1 second)",
}

T = TypeVar("T")


def eventually(look: Callable[[], T | None], what: str, seconds: float = PATIENCE_SECONDS) -> T:
    """Look again until there is something; no test sleeps for a fixed time."""
    deadline = time.monotonic() + seconds
    while not (found := look()):
        if time.monotonic() > deadline:
            message = f"{what}: not within {seconds:.0f} s"
            raise AssertionError(message)
        time.sleep(POLL_SECONDS)
    return found


class Gate:
    """Stands between the functions and one AWS service; a test closes it for a while.

    What is refused looks as it does when the service is unavailable; nothing of it gets through.
    """

    def __init__(self, name: str) -> None:
        self.closed: Callable[[Request], bool] = lambda _request: False
        self.refused = 0
        self._upstream = ""
        self._pool = urllib3.PoolManager(maxsize=32, retries=False, timeout=40.0)
        self._server = LoopbackServer(self._pass, name=f"gate-{name}")

    @property
    def url(self) -> str:
        return self._server.url

    def lead_to(self, upstream: str) -> None:
        self._upstream = upstream

    def close(self) -> None:
        self._server.close()
        self._pool.clear()

    @contextmanager
    def away(self, only: Callable[[Request], bool] = lambda _request: True) -> Iterator[None]:
        """Refuse some requests, or all, until the block ends."""
        self.closed = only
        try:
            yield
        finally:
            self.closed = lambda _request: False

    def _pass(self, request: Request) -> Response:
        if self.closed(request):
            self.refused += 1
            kind = "application/x-amz-json-1.0"
            body = b'{"__type": "ServiceUnavailable", "message": "away, by order of a test"}'
            return Response(503, body, {"Content-Type": kind})
        headers = {
            name: value
            for name, value in request.headers.items()
            if name not in ("content-length", "connection", "expect", "transfer-encoding")
        }
        headers["host"] = urlsplit(self._upstream).netloc
        answer = self._pool.request(
            request.method, self._upstream + request.target, body=request.body, headers=headers
        )
        return Response(answer.status, answer.data, dict(answer.headers))


@dataclass
class Customer:
    """A customer of the company's own application."""

    world: World
    name: str
    _count: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    @property
    def conversation_id(self) -> str:
        return conversation_id("direct", ACCOUNT, self.name)

    @property
    def conversation(self) -> Conversation | None:
        """The authority's own word."""
        return self.world.conversations.load(self.conversation_id)

    def event_id(self) -> str:
        return f"{self.name}-{next(self._count)}"

    def writes(self, text: str, **fields: object) -> float:
        """Write; returns when the webhook has acknowledged, and says when that was."""
        message = {"id": self.event_id(), "customer": self.name, "text": text, **fields}
        answer = self.world.webhook(message)
        assert answer.status == 200, answer
        return time.time()

    def presses(self, action: str) -> None:
        answer = self.world.webhook(
            {"id": self.event_id(), "customer": self.name, "action": action}
        )
        assert answer.status == 200, answer

    def ledger(self) -> list[str]:
        """What the ledger holds, in commit order."""
        return [
            entry.body.text or entry.body.action or str(entry.body.kind)
            for entry in self.world.conversations.entries(self.conversation_id)
        ]


@dataclass
class Chat:
    """An agent's chat with a customer; the agent is there until the chat is over."""

    desk: SignedHttp
    escalation: str
    agent: str
    epoch: int
    claimed: Mapping[str, Any]
    _over: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        threading.Thread(target=self._stay, name="heartbeats", daemon=True).start()

    def _stay(self) -> None:
        while not self._over.wait(BEAT_SECONDS):
            if self.ask("heartbeat").status == FENCED:
                return

    def ends(self, action: str) -> Answer:
        """Resolve or hand back; when that is granted the chat is over."""
        answer = self.ask(action)
        if answer.done:
            self._over.set()
        return answer

    def ask(self, action: str, **fields: object) -> Answer:
        path = f"/v1/desk/escalations/{self.escalation}/{action}"
        return self.desk.post(path, {"agent": self.agent, "epoch": self.epoch, **fields})

    def sees_everything(self) -> list[dict[str, Any]]:
        """Look at what is new, and say so."""
        news: list[dict[str, Any]] = self.ask("heartbeat").body["news"]
        entries = [line["entry"] for line in [*self.claimed["entries"], *news]]
        if entries:
            assert self.ask("seen", entry=max(entries)).done
        return news

    def says(self, text: str, **fields: object) -> Answer:
        message_id = f"{self.agent}-{time.monotonic_ns()}"
        return self.ask("messages", id=message_id, text=text, **fields)


class Waiting:
    """What waits in the agents queue, taken out of it once and kept by escalation."""

    def __init__(self, stack: LocalStack) -> None:
        self._sqs = stack.client("sqs")
        self._url = stack.physical("AgentsQueue")
        self._lock = threading.Lock()
        self._seen: dict[str, list[dict[str, Any]]] = {}

    def of(self, conversation: str) -> list[dict[str, Any]]:
        """Every request of a conversation that has come so far, oldest first."""
        with self._lock:
            answer = self._sqs.receive_message(
                QueueUrl=self._url, MaxNumberOfMessages=10, WaitTimeSeconds=0
            )
            for message in answer.get("Messages", ()):
                body = json.loads(message["Body"])
                self._seen.setdefault(body["conversation"], []).append(body)
                self._sqs.delete_message(
                    QueueUrl=self._url, ReceiptHandle=message["ReceiptHandle"]
                )
            return list(self._seen.get(conversation, ()))

    def wait(
        self, customer: Customer, *, before: int = 0, seconds: float = PATIENCE_SECONDS
    ) -> dict[str, Any]:
        """Wait until the agents are asked for a customer, once more than `before`."""
        found = eventually(
            lambda: self.of(customer.conversation_id)[before:], "the agents are asked", seconds
        )
        return found[-1]


@dataclass
class World:
    """A running stack, its customers, its agents and its gates."""

    stack: LocalStack
    callbacks: Callbacks
    secret: str
    waiting: Waiting
    conversations: DynamoConversations
    gates: Mapping[str, Gate]
    lines: list[str]
    http: Http
    _names: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def customer(self) -> Customer:
        return Customer(self, f"customer-{next(self._names)}")

    def webhook(self, message: Mapping[str, Any]) -> Answer:
        return self.post(json.dumps(message).encode())

    def post(
        self,
        body: bytes,
        *,
        key: str | None = None,
        path: str = f"/v1/channels/direct/{ACCOUNT}",
    ) -> Answer:
        """Post a body to the webhook, signed with the secret or another key."""
        signed = signature_headers(SharedSecret(key or self.secret), int(time.time()), body)
        headers = {"Content-Type": "application/json", **signed}
        return self.http.post(path, body, headers)

    @property
    def desk(self) -> SignedHttp:
        environment = self.stack.environment
        credentials = Credentials(
            environment["AWS_ACCESS_KEY_ID"], environment["AWS_SECRET_ACCESS_KEY"]
        )
        return SignedHttp(self.http, credentials, environment["AWS_REGION"])

    def claim(self, escalation: str, agent: str | None = None) -> Chat:
        """Claim a request."""
        agent = agent or f"agent-{next(self._names)}"
        path = f"/v1/desk/escalations/{escalation}/claim"
        answer = self.desk.post(path, {"agent": agent, "name": "Test"})
        assert answer.done, answer
        return Chat(self.desk, escalation, agent, answer.body["epoch"], answer.body)


@contextmanager
def running_world(
    parameters: Mapping[str, str] | None = None, *, warm: bool = True
) -> Iterator[World]:
    """Run the real template with short timers, gates in front of SQS and Step Functions."""
    with ExitStack() as cleanup:
        callbacks = Callbacks()
        cleanup.callback(callbacks.close)
        gates = {name: Gate(name) for name in ("SQS", "SFN")}
        for gate in gates.values():
            cleanup.callback(gate.close)
        lines: list[str] = []

        def show(line: str) -> None:
            lines.append(line)
            # Captured by pytest, and shown with a test that fails.
            sys.stderr.write(line + "\n")

        stack = LocalStack(
            TEMPLATE,
            {**TIMERS, "DirectCallbackUrl": callbacks.url, **(parameters or {})},
            on_line=show,
            extra_environment={
                f"AWS_ENDPOINT_URL_{name}": gate.url for name, gate in gates.items()
            },
            workers_limit=max(3, os.cpu_count() or 1),
        )
        # The workflows' own process takes its endpoints from here: both ways to the agents queue
        # lead through the gate.
        with patch.dict(os.environ, {"AWS_ENDPOINT_URL_SQS": gates["SQS"].url}):
            cleanup.enter_context(stack)
        gates["SQS"].lead_to(stack.environment["AWS_ENDPOINT_URL"])
        gates["SFN"].lead_to(stack.environment["AWS_ENDPOINT_URL_SFN"])
        secret = stack.client("secretsmanager").get_secret_value(
            SecretId=stack.physical("DirectSecret")
        )["SecretString"]
        callbacks.trust(secret)
        world = World(
            stack=stack,
            callbacks=callbacks,
            secret=secret,
            waiting=Waiting(stack),
            conversations=DynamoConversations(stack.client("dynamodb"), stack.physical("Table")),
            gates=gates,
            lines=lines,
            http=Http(stack.url, 16),
        )
        if warm:
            _warm_up(world)
        yield world


def _warm_up(world: World) -> None:
    """Go the whole way once: a cold start on a busy machine can be longer than a step's time."""
    for _ in range(_WARM_UPS_MAX):
        customer = world.customer()
        customer.writes("How long does a refund take?", language="en")
        first = world.callbacks.wait(customer.name, lambda _: True, seconds=60)
        if first.speaker == "bot":
            return
