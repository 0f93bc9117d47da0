"""Makes vectors of passages by a model of embeddings, and keeps them beside the index or in S3.

What has not changed since the last build is not sent again, so a build that changes nothing costs
nothing and writes the same bytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING, Final

from handrail.adapters.knowledge.index_file import FILE_NAME as INDEX_NAME
from handrail.adapters.knowledge.index_file import IndexFile
from handrail.adapters.knowledge.vectors_file import (
    DIGEST_BYTES,
    FILE_NAME,
    Vectors,
    packed,
    quantised,
    unpacked,
)
from handrail.domain.errors import InvalidInputError, SettingsError
from handrail_ops.knowledge.build import replace_file

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from handrail.adapters.aws.s3_vectors import S3Vectors
    from handrail.adapters.knowledge.fusion import Embedder
    from handrail.application.ports import Clock

BATCH: Final = 64
BATCH_SECONDS: Final = 60.0
_EIGHT: Final = 8


@dataclass(frozen=True, slots=True)
class Embedded:
    """What a build of vectors came to."""

    path: Path
    passages: int
    sent: int
    """How many had changed."""
    dimensions: int
    bytes_written: int


def texts_of(directory: Path) -> Iterator[tuple[str, str]]:
    """Yield the id and text of every passage that has a page to open; a greeting means nothing."""
    for language, index in IndexFile(directory / INDEX_NAME).languages.items():
        for number in range(index.passages):
            article = index.article_of(number)
            if index.is_courtesy(article):
                continue
            record = index.article(article)
            place = number - index.passages_of(article).start + 1
            yield f"{record['id']}/{language}#{place}", f"{record['title']}\n{index.text(number)}"


def embed_passages(
    directory: Path,
    embedder: Embedder,
    model: str,
    clock: Clock,
    *,
    store: S3Vectors | None = None,
    chosen: bool = False,
) -> Embedded:
    """Write the vectors of an index's passages beside it, or into a store.

    `chosen` says that the embedder was told how long its vectors are to be.

    Raises:
        UnavailableError: the model or the store failed; nothing beside the index has changed.
        InvalidInputError: the model's vectors cannot be kept.

    """
    texts = dict(texts_of(directory))
    digests = {key: _digest(text) for key, text in texts.items()}
    path = directory / FILE_NAME
    before = _before(path, model, kept=store is None)
    unchanged = {key for key, digest in digests.items() if before.get(key, (b"",))[0] == digest}
    changed = [key for key in texts if key not in unchanged]
    fresh: dict[str, Sequence[float]] = {}
    for start in range(0, len(changed), BATCH):
        keys = changed[start : start + BATCH]
        vectors = embedder.embed([texts[key] for key in keys], clock.now() + BATCH_SECONDS)
        fresh |= zip(keys, vectors, strict=True)
    lengths = {len(vector) for vector in fresh.values()} | {before[key][1] for key in unchanged}
    if len(lengths) > 1 or any(length % _EIGHT for length in lengths):
        message = (
            f"the model's vectors have lengths {sorted(lengths)}; one length that eight divides is"
            f" needed: remove {path} to make all anew, or choose --dimensions"
        )
        raise InvalidInputError(message)
    dimensions = max(lengths, default=_EIGHT)
    values: list[Sequence[int]] = []
    if store is None:
        values = [quantised(fresh[key]) if key in fresh else before[key][2] for key in texts]
    else:
        store.replace(fresh, frozenset(unchanged))
    data = packed(Vectors(model, dimensions, list(texts), list(digests.values()), values, chosen))
    replace_file(path, data)
    return Embedded(path, len(texts), len(changed), dimensions, len(data))


def _before(
    path: Path, model: str, *, kept: bool
) -> Mapping[str, tuple[bytes, int, Sequence[int]]]:
    """Return what the last build made of the same model: digest, length and numbers by id."""
    try:
        vectors = unpacked(path.read_bytes())
    except (OSError, SettingsError):
        return {}
    if vectors.model != model or bool(vectors.values) != kept:
        return {}
    values = vectors.values or [()] * len(vectors.ids)
    return {
        key: (digest, vectors.dimensions, numbers)
        for key, digest, numbers in zip(vectors.ids, vectors.digests, values, strict=True)
    }


def _digest(text: str) -> bytes:
    return blake2b(text.encode(), digest_size=DIGEST_BYTES).digest()
