"""Puts `canary_callback` together: where the canary's direct customers get their messages."""

from typing import Any

from handrail.adapters.aws.clients import Clients
from handrail.adapters.aws.http import to_request, to_result
from handrail.adapters.aws.notebook import MAIL_SECONDS, PARTITION
from handrail.adapters.aws.secret_values import SecretValues
from handrail.adapters.aws.web_store import DynamoMailbox
from handrail.adapters.canary.callback import CanaryCallback
from handrail.adapters.clock import SystemClock
from handrail.bootstrap.handler import Handler, observed
from handrail.settings import CanaryCallbackSettings


def build(settings: CanaryCallbackSettings, clients: Clients | None = None) -> Handler:
    """Return the handler of `canary_callback`."""
    clients = clients or Clients()
    clock = SystemClock()
    secrets = SecretValues(clients.secrets, clock)
    callback = CanaryCallback(
        secret=lambda: secrets.shared(settings.canary_secret_arn),
        mailbox=DynamoMailbox(
            clients.dynamodb,
            settings.table_name,
            clock,
            partition=PARTITION,
            keep_seconds=MAIL_SECONDS,
        ),
        clock=clock,
    )

    def handle(event: dict[str, Any], _context: object) -> dict[str, Any]:
        return to_result(callback.respond(to_request(event)))

    return observed(handle)
