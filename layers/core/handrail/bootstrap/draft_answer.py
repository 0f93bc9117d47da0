"""Puts `draft_answer` together: the only function in which the model's client is imported."""

from pathlib import Path
from typing import Any

from handrail.adapters.aws.clients import Clients
from handrail.adapters.aws.secret_values import SecretValues
from handrail.adapters.knowledge.index import KnowledgeIndex
from handrail.adapters.model.extractive import ExtractiveDrafter
from handrail.application.ports import Drafter
from handrail.application.turn_steps import DraftAnswer
from handrail.bootstrap.handler import Handler, observed
from handrail.bootstrap.protocol import Table
from handrail.domain.errors import SettingsError
from handrail.settings import DraftAnswerSettings

_DRAFT_SECONDS = 11.0
"""Less than the workflow gives this step, so that a late model is heard of as such."""


def build(settings: DraftAnswerSettings, clients: Clients | None = None) -> Handler:
    """Return the handler of `draft_answer`."""
    clients = clients or Clients()
    table = Table(settings, clients)
    index = KnowledgeIndex(Path(settings.knowledge_directory))
    key = SecretValues(clients.secrets, table.clock).key(settings.model_secret_arn)
    draft = DraftAnswer(
        conversations=table.conversations,
        drafts=table.drafts,
        retriever=index,
        drafter=_drafter(settings, index, key, table),
        clock=table.clock,
        seconds=_DRAFT_SECONDS,
    )

    def handle(event: dict[str, Any], _context: object) -> dict[str, Any]:
        return draft.step(event)

    return observed(handle)


def _drafter(
    settings: DraftAnswerSettings, index: KnowledgeIndex, key: str | None, table: Table
) -> Drafter:
    """Return the model with a key, the quoting drafter without one."""
    if key is None:
        return ExtractiveDrafter(index.weight)
    if settings.openai_api not in ("responses", "chat"):
        message = f"OPENAI_API must be responses or chat, not {settings.openai_api!r}"
        raise SettingsError(message)
    # Imported here because it costs half a second, which only a configured model should.
    from handrail.adapters.model.openai_drafter import OpenAIDrafter  # noqa: PLC0415

    return OpenAIDrafter(
        table.clock,
        api_key=key,
        model=settings.openai_model,
        base_url=settings.openai_base_url or None,
        api="chat" if settings.openai_api == "chat" else "responses",
    )
