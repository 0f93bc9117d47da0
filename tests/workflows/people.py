"""Customers and agents of the deployment that the tests run."""

import itertools
import json
import threading
import time
from collections.abc import Callable
from typing import Any

from handrail.adapters.aws.conversations import DynamoConversations
from handrail.adapters.aws.escalations import DynamoEscalations
from handrail.domain.conversation import Conversation
from handrail.domain.delivery import Action
from handrail.domain.message import InboundMessage, Kind, Sender, conversation_id
from handrail.domain.outbox import OutboxRow
from handrail_ops.bench.in_process import InProcess

_NUMBERS = itertools.count(1)


class Company:
    """One deployment: what customers send it, what agents do in it, what it has stored."""

    def __init__(self, deployment: InProcess) -> None:
        self.deployment = deployment
        dynamodb, table = deployment.client("dynamodb"), deployment.ref("Table")
        self._conversations = DynamoConversations(dynamodb, table)
        self._escalations = DynamoEscalations(dynamodb, table)
        self._sqs = deployment.client("sqs")
        self._states = deployment.client("stepfunctions")
        self.asked: dict[str, list[dict[str, Any]]] = {}
        """What came through the agents queue, by conversation."""

    # ------------------------------------------------------------------ customers

    def new_customer(self) -> tuple[str, str]:
        """Return a customer's id, and the conversation it will have."""
        name = f"customer-{next(_NUMBERS)}"
        return name, conversation_id("direct", "shop", name)

    def write(self, customer: str, text: str | None = None, action: Action | None = None) -> None:
        """Let `conduct` decide a message of a customer."""
        now = time.time()
        message = InboundMessage(
            channel="direct",
            account="shop",
            event_id=f"event-{next(_NUMBERS)}",
            position=int(now * 1000),
            sender=Sender((customer,)),
            kind=Kind.ACTION if action else Kind.TEXT,
            occurred_at=now,
            received_at=now,
            text=text,
            action=str(action) if action else None,
        )
        record = {
            "messageId": message.event_id,
            "body": json.dumps(message.to_dict()),
            "attributes": {
                "MessageGroupId": conversation_id("direct", "shop", customer),
                "ApproximateReceiveCount": "1",
            },
            "eventSourceARN": "in-process",
        }
        answer = self.deployment.call("ConductFunction", {"Records": [record]})
        assert answer == {"batchItemFailures": []}, "conduct did not decide the message"

    # ------------------------------------------------------------------ agents

    def listen(self) -> None:
        """Take whatever is in the agents queue."""
        url = self.deployment.ref("AgentsQueue")
        while messages := self._sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get(
            "Messages"
        ):
            for message in messages:
                body = json.loads(message["Body"])
                self.asked.setdefault(body["conversation"], []).append(body)
                self._sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])

    def desk(self, escalation: str, action: str, **fields: Any) -> tuple[int, dict[str, Any]]:
        """Do something at the desk."""
        path = f"/v1/desk/escalations/{escalation}/{action}"
        answer = self.deployment.http("DeskApiFunction", "POST", path, json.dumps(fields))
        return int(answer["statusCode"]), json.loads(answer["body"])

    def claim(self, escalation: str) -> dict[str, Any]:
        """Claim as an agent, and return what every later call has to name."""
        status, claimed = self.desk(escalation, "claim", agent="ana")
        assert status == 200, claimed
        return {"agent": "ana", "epoch": claimed["epoch"]}

    def serve(self, escalation: str) -> bool:
        """Claim, see everything, write and resolve; False when the lease ran out meanwhile."""
        held = self.claim(escalation)
        status, beat = self.desk(escalation, "heartbeat", **held)
        entries = [line["entry"] for line in beat.get("news", ())]
        if entries:
            self.desk(escalation, "seen", **held, entry=max(entries))
        name = f"{escalation}-{held['epoch']}"
        self.desk(escalation, "messages", **held, id=name, text="I am here. All is well.")
        status, _ = self.desk(escalation, "resolve", **held)
        return status == 200

    # ------------------------------------------------------------------ what is stored

    def sweep(self) -> None:
        """Run the sweep."""
        self.deployment.call("SweepFunction", {})

    def conversation(self, conversation: str) -> Conversation:
        """Return a conversation as it is stored."""
        stored = self._conversations.load(conversation)
        assert stored is not None, "the customer is lost: nothing is stored"
        return stored

    def rows(self, conversation: str) -> list[OutboxRow]:
        """Return what was decided to be said."""
        return [sent.row for sent in self._conversations.rows(conversation)]

    def ending(self, escalation: str) -> str | None:
        """Return how a request ended."""
        ending = self._escalations.ending(escalation)
        return str(ending) if ending is not None else None

    def execution(self, escalation: str) -> str:
        """Return the status of a request's workflow."""
        machine = self.deployment.ref("EscalationWorkflow")
        arn = f"{machine.replace(':stateMachine:', ':execution:')}:{escalation}"
        return str(self._states.describe_execution(executionArn=arn)["status"])


def eventually(look: Callable[[], bool], seconds: float) -> bool:
    """Look until it is so, or the time is over."""
    deadline = time.monotonic() + seconds
    moment = threading.Event()
    while not (found := look()) and time.monotonic() < deadline:
        moment.wait(0.2)
    return found
