"""Puts `sweep` together: every minute, whatever is due."""

from typing import Any

from handrail.adapters.aws.clients import Clients
from handrail.adapters.aws.queues import SqsInboundQueue
from handrail.application.sweep import Sweep
from handrail.bootstrap.handler import Handler, left_seconds, observed
from handrail.bootstrap.protocol import Protocol
from handrail.observability import count, logger, measure_seconds, sweep_failed
from handrail.settings import SweepSettings

_LEFT_SECONDS = 5
"""What is kept back of the function's time for finishing what was begun."""


def build(settings: SweepSettings, clients: Clients | None = None) -> Handler:
    """Return the handler of `sweep`."""
    clients = clients or Clients()
    protocol = Protocol(settings, clients)
    ask = protocol.ask_agents(settings, clients)
    sweep = Sweep(
        agenda=protocol.agenda,
        tend=protocol.tend(ask),
        outbound=protocol.outbound,
        inbound=SqsInboundQueue(clients.sqs, settings.inbound_queue_url),
        inbox=protocol.inbox,
        clock=protocol.clock,
        failed=sweep_failed,
    )

    def handle(_event: object, context: Any) -> dict[str, int]:
        deadline = protocol.clock.now() + left_seconds(context) - _LEFT_SECONDS
        swept = sweep.sweep(deadline)
        measure_seconds("overdue_seconds", swept.overdue_seconds)
        count("inbox_parked", swept.parked)
        result = {"found": swept.found, "done": swept.done, "failed": swept.failed}
        logger.info("swept", extra=result)
        return result

    return observed(handle)
