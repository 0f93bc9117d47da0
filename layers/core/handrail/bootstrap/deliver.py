"""Puts `deliver` together: the outbound queue in, channels out."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import tzinfo
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from handrail.adapters.aws.clients import Clients
from handrail.adapters.aws.queues import TYPING
from handrail.adapters.aws.sqs_events import (
    Patience,
    Record,
    by_key,
    handle_each,
    read_records,
)
from handrail.application.deliver import Deliver
from handrail.bootstrap.channels import channels
from handrail.bootstrap.handler import Handler, left_seconds, observed
from handrail.bootstrap.protocol import Protocol
from handrail.domain.errors import HandrailError
from handrail.observability import count
from handrail.settings import DeliverSettings

_ATTEMPT_SECONDS = 12
"""What an attempt takes at most: its calls with their retries, and a slow channel."""


def build(settings: DeliverSettings, clients: Clients | None = None) -> Handler:
    """Return the handler of `deliver`."""
    clients = clients or Clients()
    deliver = compose(settings, Protocol(settings, clients), clients)

    def take(records: Sequence[Record]) -> None:
        hint = records[-1].body or {}
        if TYPING in hint:
            # Late, or for somebody unknown, it is worth nothing: it is never redelivered.
            with suppress(HandrailError):
                deliver.show_typing(str(hint.get("conversation")), str(hint[TYPING]))
            return
        # Several hints of one conversation in a batch are one: delivery sends all there is.
        redelivered = max(record.receives for record in records) > 1
        count("delivered", deliver.deliver(records[0].group, redelivered=redelivered))

    def handle(event: dict[str, Any], context: Any) -> dict[str, Any]:
        patience = Patience(lambda: left_seconds(context), _ATTEMPT_SECONDS)
        return handle_each(
            by_key(read_records(event), lambda record: record.group), take, patience
        )

    return observed(handle)


def compose(settings: DeliverSettings, protocol: Protocol, clients: Clients) -> Deliver:
    """Return the use case over every configured channel."""
    company = settings.zone()

    def zone(name: str | None) -> tzinfo:
        try:
            return ZoneInfo(name) if name else company
        except (ZoneInfoNotFoundError, ValueError):
            return company

    return Deliver(
        authority=protocol.authority,
        deliveries=protocol.deliveries,
        vault=protocol.vault,
        channels=channels(settings, clients),
        catalogue=protocol.catalogue,
        clock=protocol.clock,
        promises=protocol.promises,
        zone=zone,
        chat_url=settings.chat_url,
        language_names={spoken.code: spoken.name for spoken in protocol.catalogue.languages},
    )
