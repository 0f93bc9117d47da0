"""Puts `dead_letters` together: a dead-letter queue is a person."""

from collections.abc import Callable, Sequence
from typing import Any

from handrail.adapters.aws.clients import Clients
from handrail.adapters.aws.sqs_events import (
    Patience,
    Record,
    by_key,
    handle_each,
    read_records,
)
from handrail.application.dead_letters import InboundDeadLetters, OutboundDeadLetters
from handrail.application.keep import Keep
from handrail.bootstrap.handler import Handler, left_seconds, observed
from handrail.bootstrap.privacy import passing_redactor
from handrail.bootstrap.protocol import Protocol
from handrail.observability import count, logger
from handrail.settings import DeadLettersSettings

_ATTEMPT_SECONDS = 12
"""What an attempt takes at most: its calls with their retries, and a slow channel."""


def build(settings: DeadLettersSettings, clients: Clients | None = None) -> Handler:
    """Return the handler of `dead_letters`."""
    clients = clients or Clients()
    protocol = Protocol(settings, clients)
    inbound = InboundDeadLetters(
        authority=protocol.authority,
        keep=Keep(protocol.conversations, passing_redactor(), protocol.clock),
        clock=protocol.clock,
        promises=protocol.promises,
        default_language=settings.default_language,
    )
    outbound = OutboundDeadLetters(
        protocol.authority, protocol.deliveries, protocol.clock, protocol.promises
    )

    def take_agents(record: Record) -> None:
        # The request itself is in the table and due there: only its hint was refused.
        logger.error("agents' consumers refused an escalation", message_id=record.id)

    consumers: dict[str, Callable[[Record], None]] = {
        settings.inbound_dead_letters_arn: lambda r: inbound.take(r.body, r.group, r.id),
        settings.outbound_dead_letters_arn: lambda r: outbound.take(r.group),
        settings.agents_dead_letters_arn: take_agents,
    }

    def take(records: Sequence[Record]) -> None:
        for record in records:
            count("dead_letters")
            consumers[record.source_arn](record)

    def handle(event: dict[str, Any], context: Any) -> dict[str, Any]:
        patience = Patience(lambda: left_seconds(context), _ATTEMPT_SECONDS)
        return handle_each(by_key(read_records(event), lambda record: record.id), take, patience)

    return observed(handle)
