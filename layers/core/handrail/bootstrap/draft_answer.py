"""Puts `draft_answer` together: the only function in which the model's client is imported."""

import time
from pathlib import Path
from typing import Any

from handrail.adapters.aws.clients import Clients
from handrail.adapters.aws.lambda_translator import LambdaTranslator
from handrail.adapters.aws.s3_vectors import S3Vectors
from handrail.adapters.aws.secret_values import SecretValues
from handrail.adapters.circuit_breaker import CircuitBreaker
from handrail.adapters.knowledge.fusion import FusedRetriever, VectorSearch
from handrail.adapters.knowledge.glossary_file import read_glossary
from handrail.adapters.knowledge.index import KnowledgeIndex
from handrail.adapters.knowledge.vectors_file import FILE_NAME as VECTORS_FILE
from handrail.adapters.knowledge.vectors_file import VectorsFile
from handrail.adapters.model.api import read_api
from handrail.adapters.model.extractive import ExtractiveDrafter
from handrail.adapters.translation.breaking import BreakingTranslator
from handrail.application.across_languages import AcrossLanguages, GlossaryTranslator
from handrail.application.ports import Drafter, Retriever
from handrail.application.turn_steps import DraftAnswer
from handrail.bootstrap.handler import Handler, observed
from handrail.bootstrap.protocol import Table
from handrail.domain.errors import SettingsError
from handrail.domain.limits import DRAFT_SECONDS
from handrail.observability import count, failure
from handrail.settings import DraftAnswerSettings

_TRANSLATE_SECONDS = 3.0
"""What of it translating a question may take: the model needs the rest."""
_MEANING_SECONDS = 2.0
"""What of it finding by meaning may take."""


def build(settings: DraftAnswerSettings, clients: Clients | None = None) -> Handler:
    """Return the handler of `draft_answer`."""
    clients = clients or Clients()
    table = Table(settings, clients)
    index = KnowledgeIndex(Path(settings.knowledge_directory))
    key = SecretValues(clients.secrets, table.clock).key(settings.model_secret_arn)
    draft = DraftAnswer(
        conversations=table.conversations,
        drafts=table.drafts,
        retriever=retriever(settings, index, key, clients, table),
        drafter=_drafter(settings, index, key, table),
        clock=table.clock,
        seconds=DRAFT_SECONDS,
    )

    def handle(event: dict[str, Any], _context: object) -> dict[str, Any]:
        return draft.step(event)

    return observed(handle)


def retriever(
    settings: DraftAnswerSettings,
    index: KnowledgeIndex,
    key: str | None,
    clients: Clients,
    table: Table,
) -> Retriever:
    """Return the search: by words, by translated words, and with a key and vectors by meaning."""
    by_words = _by_words(settings, index, clients, table)
    path = Path(settings.knowledge_directory) / VECTORS_FILE
    if key is None or not path.exists():
        return by_words
    try:
        file = VectorsFile(path)
    except SettingsError as error:
        failure("the vectors cannot be read; words alone find articles", error)
        return by_words
    if not file.kept and not settings.vector_index:
        count("vectors_missing")
        return by_words
    from handrail.adapters.model.openai_embedder import OpenAIEmbedder  # noqa: PLC0415 - as below

    vectors: VectorSearch = file
    if not file.kept:
        vectors = S3Vectors(clients.vectors, settings.vector_index, table.clock)
    return FusedRetriever(
        index=index,
        embedder=OpenAIEmbedder(
            table.clock,
            api_key=key,
            model=file.model,
            dimensions=file.dimensions if file.chosen else None,
            base_url=settings.openai_base_url or None,
        ),
        vectors=vectors,
        fallback=by_words,
        clock=table.clock,
        seconds=_MEANING_SECONDS,
        failed=lambda _error: count("search_by_meaning_failed"),
    )


def _by_words(
    settings: DraftAnswerSettings, index: KnowledgeIndex, clients: Clients, table: Table
) -> Retriever:
    """Return the index, behind a translator of questions where one is configured."""
    if settings.translator == "none":
        return index
    translator = LambdaTranslator(clients.functions, settings.translate_function, table.clock)
    breaker = CircuitBreaker("the translator", time.monotonic)
    glossary = read_glossary(Path(settings.knowledge_directory))
    return AcrossLanguages(
        index,
        GlossaryTranslator(BreakingTranslator(translator, breaker), glossary),
        lambda: index.languages,
        table.clock,
        _TRANSLATE_SECONDS,
    )


def _drafter(
    settings: DraftAnswerSettings, index: KnowledgeIndex, key: str | None, table: Table
) -> Drafter:
    """Return the model with a key, the quoting drafter without one."""
    if key is None:
        return ExtractiveDrafter(index.weight)
    api = read_api(settings.openai_api)
    # Imported here because it costs half a second, which only a configured model should.
    from handrail.adapters.model.openai_drafter import OpenAIDrafter  # noqa: PLC0415

    return OpenAIDrafter(
        table.clock,
        api_key=key,
        model=settings.openai_model,
        base_url=settings.openai_base_url or None,
        api=api,
        glossary=read_glossary(Path(settings.knowledge_directory)),
        used=_count_tokens,
    )


def _count_tokens(given: int, written: int) -> None:
    """Count what the model costs; its price is its provider's."""
    count("model_tokens_given", given)
    count("model_tokens_written", written)
