"""Puts `conduct` together: the inbound queue in, decisions out."""

from collections.abc import Sequence
from typing import Any

from handrail.adapters.aws.clients import Clients
from handrail.adapters.aws.queues import SqsTypingHints
from handrail.adapters.aws.sqs_events import (
    Patience,
    Record,
    by_key,
    handle_each,
    read_records,
)
from handrail.adapters.aws.workflows import StepFunctionsTurns
from handrail.adapters.language.identify import PackagedIdentifier
from handrail.application.conduct import TURN_NEEDS_SECONDS, Conduct
from handrail.application.keep import Keep
from handrail.application.wishes import Wishes
from handrail.bootstrap.handler import Handler, left_seconds, observed
from handrail.bootstrap.privacy import redactor
from handrail.bootstrap.protocol import Protocol
from handrail.bootstrap.recognition import recogniser, sensitive_words
from handrail.domain.errors import MalformedRequestError
from handrail.domain.message import InboundMessage
from handrail.observability import unread
from handrail.settings import ConductSettings


def build(settings: ConductSettings, clients: Clients | None = None) -> Handler:
    """Return the handler of `conduct`."""
    clients = clients or Clients()
    protocol = Protocol(settings, clients)
    redacting = redactor(settings.privacy_secret_arn, clients)
    conduct = Conduct(
        authority=protocol.authority,
        keep=Keep(protocol.conversations, redacting, protocol.clock),
        turns=StepFunctionsTurns(clients.turns, settings.turn_workflow_arn, protocol.drafts),
        wishes=Wishes(
            recogniser(settings.own_words),
            PackagedIdentifier(),
            protocol.catalogue,
            settings.default_language,
            failed=unread,
            sensitive=sensitive_words(settings.sensitive_topics, settings.sensitive_words),
        ),
        clock=protocol.clock,
        promises=protocol.promises,
        typing=SqsTypingHints(clients.sqs, settings.outbound_queue_url),
    )

    def handle(event: dict[str, Any], context: Any) -> dict[str, Any]:
        deadline = protocol.clock.now() + left_seconds(context)

        def take(records: Sequence[Record]) -> None:
            conduct.conduct([_message(record) for record in records], deadline)

        grouped = by_key(read_records(event), lambda record: record.group)
        # Whoever asks for a person comes first, should the threads not be enough.
        ordered = dict(sorted(grouped.items(), key=lambda one: not one[0].endswith("/person")))
        patience = Patience(lambda: deadline - protocol.clock.now(), TURN_NEEDS_SECONDS)
        return handle_each(ordered, take, patience)

    return observed(handle)


def _message(record: Record) -> InboundMessage:
    if record.body is None:
        message = "the record is not a JSON object; the dead-letter consumer takes it to a person"
        raise MalformedRequestError(message)
    try:
        return InboundMessage.from_dict(record.body)
    except (KeyError, TypeError, ValueError) as error:
        message = "the record is not an inbound message; the dead-letter consumer takes it"
        raise MalformedRequestError(message) from error
