"""The configured channels as `deliver` uses them."""

from collections.abc import Mapping

from handrail.adapters.aws.clients import Clients
from handrail.adapters.aws.push import ApiGatewayPush
from handrail.adapters.aws.secret_values import SecretValues
from handrail.adapters.aws.web_store import DynamoConnections, DynamoMailbox
from handrail.adapters.channels.callbacks import CallbackPolicy, HttpCallbacks
from handrail.adapters.channels.direct import DirectChannel
from handrail.adapters.channels.registry import Registry
from handrail.adapters.channels.web import WebChannel
from handrail.adapters.channels.web_session import SessionTokens
from handrail.adapters.clock import SystemClock
from handrail.application.ports import Channel
from handrail.bootstrap.direct import direct_secrets
from handrail.bootstrap.messengers import LOOPBACK, tools
from handrail.domain.synthetic import CANARY_ACCOUNT
from handrail.settings import DeliverSettings


def channels(settings: DeliverSettings, clients: Clients) -> Mapping[str, Channel]:
    """Return the channels by name."""
    clock = SystemClock()
    secrets = SecretValues(clients.secrets, clock)
    url, canary_url = settings.direct_callback_url, settings.canary_callback_url
    # Plain http is only for a callback on this very machine: the local stack and tests.
    policy = CallbackPolicy(
        allow_loopback=any(one.startswith(LOOPBACK) for one in (url, canary_url))
    )
    direct = DirectChannel(
        secrets=direct_secrets(secrets, settings.direct_secret_arn, settings.canary_secret_arn),
        callback_url=lambda account: (canary_url if account == CANARY_ACCOUNT else url) or None,
        callbacks=HttpCallbacks(policy),
        clock=clock,
    )
    web = WebChannel(
        sessions=SessionTokens(lambda: secrets.shared(settings.web_secret_arn)),
        mailbox=DynamoMailbox(clients.dynamodb, settings.table_name, clock),
        connections=DynamoConnections(clients.dynamodb, settings.table_name, clock),
        push=ApiGatewayPush(clients.connections(settings.socket_endpoint)),
    )
    return Registry(
        {direct.name: direct, web.name: web}, tools(secrets, settings.accounts_secret_arn, clock)
    )
