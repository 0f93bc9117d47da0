"""Puts `receive` together: webhooks in, the inbound queue out."""

from collections.abc import Mapping
from typing import Any

from handrail.adapters.aws.clients import Clients
from handrail.adapters.aws.http import to_request, to_result
from handrail.adapters.aws.inbox import DynamoInbox
from handrail.adapters.aws.queues import SqsInboundQueue
from handrail.adapters.aws.secret_values import SecretValues
from handrail.adapters.channels.callbacks import CallbackPolicy, HttpCallbacks
from handrail.adapters.channels.direct import DirectChannel
from handrail.adapters.channels.registry import Registry
from handrail.adapters.clock import SystemClock
from handrail.application.ports import Channel, Response
from handrail.application.receive import Receive
from handrail.bootstrap.direct import direct_secrets
from handrail.bootstrap.handler import Handler, observed
from handrail.bootstrap.messengers import tools
from handrail.bootstrap.recognition import recogniser, sensitive_words
from handrail.observability import acknowledged, count, unread
from handrail.settings import ReceiveSettings

_SERVER_ERROR = 500


def build(settings: ReceiveSettings, clients: Clients | None = None) -> Handler:
    """Return the handler of `receive`."""
    clients = clients or Clients()
    clock = SystemClock()
    secrets = SecretValues(clients.secrets, clock)
    receive = Receive(
        recogniser=recogniser(settings.own_words),
        queue=SqsInboundQueue(clients.sqs, settings.inbound_queue_url),
        inbox=DynamoInbox(clients.dynamodb, settings.table_name),
        clock=clock,
        acknowledged=acknowledged,
        passed_over=lambda messages: count("passed_over", len(messages)),
        failed=unread,
        sensitive=sensitive_words(),
    )
    direct = DirectChannel(
        secrets=direct_secrets(secrets, settings.direct_secret_arn, settings.canary_secret_arn),
        callback_url=lambda _account: None,
        callbacks=HttpCallbacks(CallbackPolicy()),
        clock=clock,
    )
    channels: Mapping[str, Channel] = Registry(
        {direct.name: direct}, tools(secrets, settings.accounts_secret_arn, clock)
    )

    def handle(event: dict[str, Any], _context: object) -> dict[str, Any]:
        request = to_request(event)
        name = str((event.get("pathParameters") or {}).get("channel", ""))
        channel = channels.get(name)
        if channel is None:
            return to_result(Response(404, f'{{"message": "there is no channel {name[:40]!r}"}}'))
        response = receive.handle(channel, request)
        if response.status >= _SERVER_ERROR:
            count("not_stored")
        return to_result(response)

    return observed(handle)
