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

    def page(self, escalation: str, reference: str, what: str, *, synthetic: bool = False) -> None:
        """Page the supervisor.

        That a customer is synthetic stands in the body and only there where it is true: a filter
        of a subscription can drop what says so, and never what says nothing. Message attributes
        could not do that: a page without any would pass no filter at all.
        """
        page: dict[str, str | bool] = {
            "escalation": escalation,
            "reference": reference,
            "what": what,
        }
        if synthetic:
            page["synthetic"] = True
        who = "a synthetic customer" if synthetic else "a customer"
        with asking("page the supervisor"):
            answer = self._client.publish(
                TopicArn=self._topic_arn,
                Subject=f"Handrail: {who}, {what} ({reference or escalation})"[:100],
                Message=json.dumps(page),
            )
        if not answer.get("MessageId"):
            message = "could not page the supervisor: the topic gave no receipt"
            raise UnavailableError(message)
