"""Puts `check_grounding` together, the last step of a turn."""

import time
from pathlib import Path
from typing import Any

from handrail.adapters.aws.clients import Clients
from handrail.adapters.aws.lambda_translator import LambdaTranslator
from handrail.adapters.aws.secret_values import SecretValues
from handrail.adapters.circuit_breaker import CircuitBreaker
from handrail.adapters.knowledge.approved_file import read_approved
from handrail.adapters.knowledge.glossary_file import read_glossary
from handrail.adapters.knowledge.index import KnowledgeIndex
from handrail.adapters.model.api import read_api
from handrail.adapters.model.instructions import INSTRUCTIONS
from handrail.adapters.translation.breaking import BreakingTranslator
from handrail.application.across_languages import GlossaryTranslator
from handrail.application.ports import Judge, Translator
from handrail.application.second_look import SecondLook
from handrail.application.turn_steps import CheckGrounding
from handrail.bootstrap.handler import Handler, observed
from handrail.bootstrap.protocol import Table
from handrail.settings import CheckGroundingSettings

_LOOK_SECONDS = 1.4
"""What one second look may take: two of them fit into the workflow's step, with room to start."""


def build(settings: CheckGroundingSettings, clients: Clients | None = None) -> Handler:
    """Return the handler of `check_grounding`."""
    clients = clients or Clients()
    table = Table(settings, clients)
    directory = Path(settings.knowledge_directory)
    index = KnowledgeIndex(directory)
    check = CheckGrounding(
        table.drafts,
        index.passage,
        again=SecondLook(
            table.clock,
            _LOOK_SECONDS,
            translator=_translator(settings, clients, table),
            judge=_judge(settings, clients, table),
        ),
        approved=read_approved(directory),
        instructions=INSTRUCTIONS,
    )

    def handle(event: dict[str, Any], _context: object) -> dict[str, Any]:
        return check.step(event)

    return observed(handle)


def _translator(
    settings: CheckGroundingSettings, clients: Clients, table: Table
) -> Translator | None:
    """Return what translates an answer back; None where nobody translates."""
    if settings.translator == "none":
        return None
    translator = LambdaTranslator(clients.functions, settings.translate_function, table.clock)
    breaker = CircuitBreaker("the translator", time.monotonic)
    glossary = read_glossary(Path(settings.knowledge_directory))
    return GlossaryTranslator(BreakingTranslator(translator, breaker), glossary)


def _judge(settings: CheckGroundingSettings, clients: Clients, table: Table) -> Judge | None:
    """Return the judge that is configured; None without a model for it, or without a key."""
    if not settings.judge_model:
        return None
    key = SecretValues(clients.secrets, table.clock).key(settings.model_secret_arn)
    if key is None:
        return None
    api = read_api(settings.openai_api)
    # Imported here because it costs half a second, which only a configured judge should.
    from handrail.adapters.model.openai_judge import OpenAIJudge  # noqa: PLC0415

    return OpenAIJudge(
        table.clock,
        api_key=key,
        model=settings.judge_model,
        base_url=settings.openai_base_url or None,
        api=api,
    )
