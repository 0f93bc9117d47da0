"""Puts `canary` together: a synthetic customer, and the agent who serves it."""

import time
import uuid
from collections.abc import Sequence
from typing import Any

from handrail.adapters.aws.clients import Clients
from handrail.adapters.aws.notebook import MAIL_SECONDS, PARTITION, DynamoNotebook
from handrail.adapters.aws.secret_values import SecretValues
from handrail.adapters.aws.web_store import DynamoMailbox
from handrail.adapters.canary.doors import DirectDoor, WebDoor
from handrail.adapters.canary.http import JsonHttp, desk_for_role
from handrail.adapters.channels.web_session import SessionTokens
from handrail.adapters.clock import SystemClock
from handrail.adapters.language.catalogue import PackagedCatalogue
from handrail.application.canary import Canary, Tried
from handrail.application.canary_ports import Door
from handrail.bootstrap.handler import Handler, left_seconds, observed
from handrail.observability import count, logger, measured, measured_seconds
from handrail.settings import CanarySettings

_LEFT_SECONDS = 10
"""Kept back of a run's time: for calls under way, and to report."""


def build(settings: CanarySettings, clients: Clients | None = None) -> Handler:
    """Return the handler of `canary`."""
    canary = compose(settings, clients or Clients())

    def handle(_event: object, context: Any) -> dict[str, Any]:
        tried = canary.run(canary.clock.now() + left_seconds(context) - _LEFT_SECONDS)
        failed = sum(report(one) for one in tried)
        count("canary_failed", failed)
        count("canary_runs")
        return {"tried": len(tried), "failed": failed, "customers": [_told(one) for one in tried]}

    return observed(handle)


def compose(settings: CanarySettings, clients: Clients) -> Canary:
    """Return the use case over the configured channels."""
    clock = SystemClock()
    secrets = SecretValues(clients.secrets, clock)
    http = JsonHttp(settings.api_url)
    mailbox = DynamoMailbox(
        clients.dynamodb,
        settings.table_name,
        clock,
        partition=PARTITION,
        keep_seconds=MAIL_SECONDS,
    )
    sessions = SessionTokens(lambda: secrets.shared(settings.web_secret_arn))
    doors: dict[str, Door] = {
        DirectDoor.name: DirectDoor(
            http, lambda: secrets.shared(settings.canary_secret_arn), mailbox, clock
        ),
        WebDoor.name: WebDoor(http, sessions, clock),
    }
    catalogue = PackagedCatalogue()
    return Canary(
        doors=doors,
        channels=settings.channels(),
        desk=desk_for_role(http),
        notebook=DynamoNotebook(clients.dynamodb, settings.table_name, clock),
        languages=[spoken.code for spoken in catalogue.languages],
        questions=settings.questions(),
        catalogue=catalogue,
        clock=clock,
        pause=time.sleep,
        promises=settings.clock_of_promises(),
        zone=settings.zone(),
        new_id=lambda: f"canary-{uuid.uuid4().hex[:20]}",
    )


def report(tried: Tried) -> int:
    """Count and log what came of one customer; returns how many expectations were not met."""
    case = tried.case
    for failure in tried.failures:
        measured(
            "canary_failed",
            1,
            channel=case.channel,
            language=case.language,
            step=str(failure.step),
        )
        logger.error(
            "a synthetic customer found something that does not hold",
            extra={
                "step": str(failure.step),
                "expected": failure.expected,
                "found": failure.found,
                "channel": case.channel,
                "language": case.language,
                "customer": case.customer,
                "conversation": failure.conversation,
            },
        )
    if tried.ended and not tried.failures and not case.reported:
        measured("canary_ok", 1, channel=case.channel, language=case.language)
    # By channel alone: which language it was matters when something fails, and costs when not.
    if tried.to_offer_seconds is not None:
        measured_seconds("canary_to_offer_seconds", tried.to_offer_seconds, channel=case.channel)
    if tried.to_escalation_seconds is not None:
        measured_seconds(
            "canary_to_escalation_seconds", tried.to_escalation_seconds, channel=case.channel
        )
    return len(tried.failures)


def _told(tried: Tried) -> dict[str, Any]:
    return {
        "customer": tried.case.customer,
        "channel": tried.case.channel,
        "language": tried.case.language,
        "purpose": str(tried.case.purpose),
        "ended": tried.ended,
        "failures": _steps(tried),
    }


def _steps(tried: Tried) -> Sequence[str]:
    return [str(failure.step) for failure in tried.failures]
