"""What every deciding function is put together from."""

import json
from typing import Any
from unittest.mock import MagicMock

from handrail.bootstrap.protocol import Protocol
from handrail.domain.answering import commit_turn
from handrail.domain.conversation import Conversation
from handrail.domain.message import InboundMessage, Kind, Sender
from handrail.domain.turn import NeedsPerson, Reason
from handrail.settings import HintSettings

NOW = 1_800_000_000.0
DELIVER_SECONDS = 7


def test_the_deliver_seconds_parameter_reaches_the_rows_that_are_written() -> None:
    clients = MagicMock()
    settings = HintSettings(
        table_name="table",
        default_language="en",
        time_zone="Etc/UTC",
        opening_hours="{}",
        promises=json.dumps({"deliver_seconds": DELIVER_SECONDS}),
        outbound_queue_url="outbound",
        escalation_workflow_arn="workflow",
    )
    protocol = Protocol(settings, clients)
    message = InboundMessage(
        "direct", "a", "e1", 1, Sender(("c",)), Kind.TEXT, NOW, NOW, text="Hello"
    )
    conversation = Conversation("c1", "direct", "a", ("c",), "en")
    decision = commit_turn(
        conversation, 0, (message,), NeedsPerson(Reason.NO_ANSWER), NOW, protocol.promises
    )

    protocol.conversations.commit(decision)

    (call,) = clients.dynamodb.transact_write_items.call_args_list
    items: list[dict[str, Any]] = [
        write["Put"]["Item"] for write in call.kwargs["TransactItems"] if "Put" in write
    ]
    (row,) = [item for item in items if item["sk"]["S"].startswith("OUT#")]
    assert float(row["due_at"]["N"]) == NOW + DELIVER_SECONDS
