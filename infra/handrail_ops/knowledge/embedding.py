"""What `handrail knowledge build --embeddings` does, with the key and the server it is told of."""

from __future__ import annotations

import os
from contextlib import closing
from typing import TYPE_CHECKING

import click

from handrail.adapters.clock import SystemClock
from handrail.adapters.knowledge.vectors_file import FILE_NAME
from handrail.domain.errors import SettingsError
from handrail_ops.knowledge.vectors import embed_passages

if TYPE_CHECKING:
    from pathlib import Path

    from handrail.adapters.aws.s3_vectors import S3Vectors


def embed_or_forget(
    directory: Path, model: str | None, dimensions: int | None, vector_index: str | None
) -> None:
    """Make vectors of an index's passages, or remove those of an older one.

    Vectors of other articles than the index's would find what is no longer there.

    Raises:
        SettingsError: there is no key.
        UnavailableError: the model or the store failed.
        InvalidInputError: the model's vectors cannot be kept.

    """
    if model is None:
        (directory / FILE_NAME).unlink(missing_ok=True)
        return
    key = os.environ.get("OPENAI_API_KEY")
    if not key:
        message = "OPENAI_API_KEY is not set; a model of embeddings needs it"
        raise SettingsError(message)
    # The client takes half a second to import, which a build without vectors need not wait for.
    from handrail.adapters.model.openai_embedder import OpenAIEmbedder  # noqa: PLC0415

    clock = SystemClock()
    store = _store(vector_index) if vector_index else None
    with closing(
        OpenAIEmbedder(
            clock,
            api_key=key,
            model=model,
            dimensions=dimensions,
            base_url=os.environ.get("OPENAI_BASE_URL") or None,
        )
    ) as embedder:
        made = embed_passages(
            directory, embedder, model, clock, store=store, chosen=dimensions is not None
        )
    click.echo(
        f"{made.path}: {made.passages} vectors of {made.dimensions} numbers, {made.sent} made "
        f"anew, {made.bytes_written / 1000:.0f} kB"
        + (f"; kept in {vector_index}" if vector_index else "")
    )


def _store(vector_index: str) -> S3Vectors:
    import boto3  # noqa: PLC0415 - only who keeps vectors in AWS needs it

    from handrail.adapters.aws.s3_vectors import S3Vectors  # noqa: PLC0415

    region = vector_index.split(":")[3] if vector_index.count(":") > 3 else None  # noqa: PLR2004
    return S3Vectors(boto3.client("s3vectors", region_name=region), vector_index)
