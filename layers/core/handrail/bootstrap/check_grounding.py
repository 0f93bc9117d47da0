"""Puts `check_grounding` together, the last step of a turn."""

from pathlib import Path
from typing import Any

from handrail.adapters.aws.clients import Clients
from handrail.adapters.knowledge.index import KnowledgeIndex
from handrail.application.turn_steps import CheckGrounding
from handrail.bootstrap.handler import Handler, observed
from handrail.bootstrap.protocol import Table
from handrail.settings import CheckGroundingSettings


def build(settings: CheckGroundingSettings, clients: Clients | None = None) -> Handler:
    """Return the handler of `check_grounding`."""
    table = Table(settings, clients or Clients())
    index = KnowledgeIndex(Path(settings.knowledge_directory))
    check = CheckGrounding(table.drafts, index.passage)

    def handle(event: dict[str, Any], _context: object) -> dict[str, Any]:
        return check.step(event)

    return observed(handle)
