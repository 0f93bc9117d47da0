"""Hands an event to whatever an ARN names: a function, a queue, a topic or a workflow.

Schedules, event rules, destinations of asynchronous invocations and of event sources all end here.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from typing import Any

from handrail_ops.local.deployment import client
from handrail_ops.local.lambda_service import LambdaService
from handrail_ops.local.template import TemplateError

_SERVICES = ("lambda", "sqs", "sns", "states")


class Targets:
    """Delivers to functions of `service` and to queues, topics and workflows of the local AWS."""

    def __init__(self, service: LambdaService, environment: Mapping[str, str]) -> None:
        self._service = service
        self._sqs = client("sqs", environment)
        self._sns = client("sns", environment)
        self._states = client("stepfunctions", environment)

    def deliver(self, arn: str, event: Any, *, group: str | None = None) -> None:
        """Send `event` to the resource with this ARN; `group` is for a FIFO queue."""
        body = event if isinstance(event, str) else json.dumps(event)
        match arn.split(":")[2]:
            case "lambda":
                self._service.invoke_later(arn, body.encode())
            case "sqs":
                self._send(arn.rsplit(":", maxsplit=1)[-1], body, group)
            case "sns":
                self._sns.publish(TopicArn=arn, Message=body)
            case "states":
                self._states.start_execution(stateMachineArn=arn, input=body)
            case _:
                require_target("an event", arn)

    def _send(self, queue: str, body: str, group: str | None) -> None:
        url = self._sqs.get_queue_url(QueueName=queue)["QueueUrl"]
        ordered = {}
        if queue.endswith(".fifo"):
            unique = str(uuid.uuid4())
            ordered = {"MessageGroupId": group or unique, "MessageDeduplicationId": unique}
        self._sqs.send_message(QueueUrl=url, MessageBody=body, **ordered)


def require_target(whose: str, arn: str) -> None:
    """Refuse a target that cannot be delivered to on one machine."""
    if arn.split(":")[2] not in _SERVICES:
        message = f"{whose} is sent to {arn}; only {', '.join(_SERVICES)} can be reached locally"
        raise TemplateError(message)
