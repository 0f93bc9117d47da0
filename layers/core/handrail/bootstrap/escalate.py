"""Puts `escalate` together: the steps of the escalation workflow."""

from typing import Any

from handrail.adapters.aws.clients import Clients
from handrail.application.escalate import Escalate
from handrail.bootstrap.handler import Handler, observed
from handrail.bootstrap.protocol import Protocol
from handrail.settings import EscalateSettings


def build(settings: EscalateSettings, clients: Clients | None = None) -> Handler:
    """Return the handler of `escalate`."""
    clients = clients or Clients()
    protocol = Protocol(settings, clients)
    ask = protocol.ask_agents(settings, clients)
    escalate = Escalate(
        conversations=protocol.conversations,
        ask_agents=ask,
        tend=protocol.tend(ask),
        workflow=protocol.workflow,
        clock=protocol.clock,
    )

    def handle(event: dict[str, Any], _context: object) -> dict[str, Any]:
        return escalate.step(event)

    return observed(handle)
