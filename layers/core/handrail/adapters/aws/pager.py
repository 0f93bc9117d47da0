"""The supervisor's pager: a topic that the company's own paging service subscribes to."""

import json
from typing import TYPE_CHECKING

from handrail.adapters.aws.errors import asking
from handrail.domain.errors import UnavailableError

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient


class SnsPager:
    """`application.protocol_ports.Pager`. A page holds ids alone: it leaves by mail and phone."""

    def __init__(self, client: "SNSClient", topic_arn: str) -> None:
        """Take a client and the topic."""
        self._client = client
        self._topic_arn = topic_arn

    def page(self, escalation: str, reference: str, what: str) -> None:
        """Page the supervisor."""
        page = {"escalation": escalation, "reference": reference, "what": what}
        with asking("page the supervisor"):
            answer = self._client.publish(
                TopicArn=self._topic_arn,
                Subject=f"Handrail: a customer, {what} ({reference or escalation})"[:100],
                Message=json.dumps(page),
            )
        if not answer.get("MessageId"):
            message = "could not page the supervisor: the topic gave no receipt"
            raise UnavailableError(message)
