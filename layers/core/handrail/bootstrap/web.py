"""What `socket` and `site` have in common: sessions, the mailbox, and the way in."""

from collections.abc import Sequence

from handrail.adapters.aws.clients import Clients
from handrail.adapters.aws.inbox import DynamoInbox
from handrail.adapters.aws.push import ApiGatewayPush
from handrail.adapters.aws.queues import SqsInboundQueue
from handrail.adapters.aws.secret_values import SecretValues
from handrail.adapters.aws.web_files import S3Uploads
from handrail.adapters.aws.web_store import DynamoConnections, DynamoMailbox, DynamoSurveys
from handrail.adapters.channels.web import WebChannel
from handrail.adapters.channels.web_session import SessionTokens
from handrail.adapters.clock import SystemClock
from handrail.application.receive import Receive
from handrail.application.web_chat import WebChat
from handrail.application.web_files import WebFiles
from handrail.application.web_ports import Push
from handrail.bootstrap.recognition import recogniser, sensitive_words
from handrail.domain.errors import UnavailableError
from handrail.domain.message import InboundMessage
from handrail.observability import acknowledged, count, unread
from handrail.settings import SiteSettings, SocketSettings


class NoPush:
    """For `site`, which holds no connections: the mailbox is read, nothing is pushed."""

    def push(self, _connection_id: str, _data: str) -> bool:
        """Leave the connection alone; whoever holds it reads the mailbox."""
        return True


def web_chat(settings: SiteSettings | SocketSettings, clients: Clients) -> WebChat:
    """Return the web chat's use cases."""
    clock = SystemClock()
    secrets = SecretValues(clients.secrets, clock)
    receive = Receive(
        recogniser=recogniser(settings.own_words),
        queue=SqsInboundQueue(clients.sqs, settings.inbound_queue_url),
        inbox=DynamoInbox(clients.dynamodb, settings.table_name),
        clock=clock,
        acknowledged=acknowledged,
        failed=unread,
        sensitive=sensitive_words(),
    )

    def accept(messages: Sequence[InboundMessage]) -> int:
        try:
            return receive.accept(messages)
        except UnavailableError:
            count("not_stored")
            raise

    push: Push = NoPush()
    if isinstance(settings, SocketSettings):
        push = ApiGatewayPush(clients.connections(settings.socket_endpoint))
    sessions = SessionTokens(lambda: secrets.shared(settings.web_secret_arn))
    mailbox = DynamoMailbox(clients.dynamodb, settings.table_name, clock)
    connections = DynamoConnections(clients.dynamodb, settings.table_name, clock)
    return WebChat(
        sessions=sessions,
        channel=WebChannel(sessions, mailbox, connections, push),
        mailbox=mailbox,
        connections=connections,
        push=push,
        accept=accept,
        files=_files(settings, clients),
        surveys=DynamoSurveys(clients.dynamodb, settings.table_name, clock),
        surveyed=lambda solved: count("survey_solved" if solved else "survey_not_solved"),
    )


def _files(settings: SiteSettings | SocketSettings, clients: Clients) -> WebFiles | None:
    """Return what takes files: only `site` does, unless its operator takes none."""
    if isinstance(settings, SocketSettings) or not settings.takes_files:
        return None
    # The client is made for the first file; the page does not wait for it.
    uploads = S3Uploads(lambda: clients.files, settings.files_bucket)
    return WebFiles(uploads, int(settings.file_bytes_max))
