"""Puts `understand` together, the first step of a turn."""

from typing import Any

from handrail.adapters.aws.clients import Clients
from handrail.application.turn_steps import Understand
from handrail.bootstrap.handler import Handler, observed
from handrail.bootstrap.protocol import Table
from handrail.settings import UnderstandSettings


def build(settings: UnderstandSettings, clients: Clients | None = None) -> Handler:
    """Return the handler of `understand`."""
    table = Table(settings, clients or Clients())
    understand = Understand(table.conversations, table.drafts)

    def handle(event: dict[str, Any], _context: object) -> dict[str, Any]:
        return understand.step(event)

    return observed(handle)
