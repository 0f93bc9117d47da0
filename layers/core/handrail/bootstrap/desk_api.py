"""Puts `desk_api` together: what agents do, over HTTP."""

from typing import Any

from handrail.adapters.aws.clients import Clients
from handrail.adapters.aws.http import to_request, to_result
from handrail.adapters.aws.kept_files import S3CustomerFiles
from handrail.adapters.aws.lambda_translator import LambdaTranslator
from handrail.adapters.aws.queues import SqsTypingHints
from handrail.adapters.aws.secret_values import SecretValues
from handrail.adapters.channels.files import ChannelFiles
from handrail.adapters.channels.registry import Registry
from handrail.application.desk import Desk
from handrail.application.desk_api import DeskApi
from handrail.bootstrap.handler import Handler, observed
from handrail.bootstrap.messengers import tools
from handrail.bootstrap.protocol import Protocol
from handrail.settings import DeskApiSettings


def build(settings: DeskApiSettings, clients: Clients | None = None) -> Handler:
    """Return the handler of `desk_api`."""
    clients = clients or Clients()
    protocol = Protocol(settings, clients)
    secrets = SecretValues(clients.secrets, protocol.clock)
    accounts = tools(secrets, settings.accounts_secret_arn, protocol.clock, whole_files=True)
    desk = Desk(
        authority=protocol.authority,
        vault=protocol.vault,
        translator=LambdaTranslator(clients.functions, settings.translate_function),
        catalogue=protocol.catalogue,
        clock=protocol.clock,
        promises=protocol.promises,
        agents_language=settings.agents_language,
        files=S3CustomerFiles(
            lambda: clients.files,
            settings.files_bucket,
            others=ChannelFiles(Registry({}, accounts), accounts.http),
        ),
        typing_hints=SqsTypingHints(clients.sqs, settings.outbound_queue_url),
    )
    api = DeskApi(desk)

    def handle(event: dict[str, Any], _context: object) -> dict[str, Any]:
        return to_result(api.respond(to_request(event)))

    return observed(handle)
