"""Vectors of texts, by any server that speaks OpenAI's embeddings endpoint."""

import json
import math
import time
from collections.abc import Sequence
from typing import Any, Final

import openai

from handrail.adapters.circuit_breaker import CircuitBreaker
from handrail.adapters.model.openai_server import bounded, unavailable
from handrail.adapters.patience import within
from handrail.application.ports import Clock
from handrail.domain.errors import UnavailableError

_WHAT: Final = "the embedding model"
"""How errors name it."""

TEXT_CHARS_MAX: Final = 6_000
"""Models take some 8,000 tokens of a text; a passage is far shorter, a message may not be."""
REPLY_BYTES_MAX: Final = 64_000_000
"""A hundred vectors of the longest kind, written as text."""
_SECONDS_KEPT_BACK: Final = 0.1


class OpenAIEmbedder:
    """An `Embedder`: one model, one length of vectors."""

    def __init__(
        self,
        clock: Clock,
        *,
        api_key: str,
        model: str,
        dimensions: int | None = None,
        base_url: str | None = None,
        breaker: CircuitBreaker | None = None,
    ) -> None:
        """Take the model; `dimensions` only where it can make vectors of several lengths."""
        self._client: Final = openai.OpenAI(api_key=api_key, base_url=base_url, max_retries=0)
        self._clock: Final = clock
        self._model: Final = model
        self._dimensions: Final = dimensions
        self._breaker: Final = breaker or CircuitBreaker(_WHAT, time.monotonic)

    def close(self) -> None:
        """Close the connections; a function keeps them for as long as it lives."""
        self._client.close()

    def embed(self, texts: Sequence[str], deadline: float) -> Sequence[Sequence[float]]:
        """Return a vector for each text.

        Raises:
            UnavailableError: the model failed, is throttled, late, or returned something else.

        """
        given = [text[:TEXT_CHARS_MAX] for text in texts]
        return self._breaker.call(lambda: self._ask(given, deadline))

    def _ask(self, texts: Sequence[str], deadline: float) -> Sequence[Sequence[float]]:
        seconds = deadline - _SECONDS_KEPT_BACK - self._clock.now()
        try:
            body = within(seconds, _WHAT, lambda: self._post(texts, seconds))
        except openai.APIError as error:
            raise unavailable(_WHAT, error) from None
        return _vectors(body, len(texts), self._dimensions)

    def _post(self, texts: Sequence[str], seconds: float) -> bytes:
        asked: dict[str, Any] = (
            {} if self._dimensions is None else {"dimensions": self._dimensions}
        )
        streaming = self._client.embeddings.with_streaming_response.create(
            model=self._model,
            input=list(texts),
            encoding_format="float",
            timeout=seconds,
            **asked,
        )
        return bounded(_WHAT, streaming, REPLY_BYTES_MAX, seconds)


def _vectors(body: bytes, count: int, dimensions: int | None) -> Sequence[Sequence[float]]:
    try:
        rows = sorted(json.loads(body)["data"], key=lambda row: row["index"])
        vectors = [[float(number) for number in row["embedding"]] for row in rows]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        message = f"the embedding model's reply cannot be read ({type(error).__name__})"
        raise UnavailableError(message) from None
    lengths = {len(vector) for vector in vectors}
    usable = all(map(math.isfinite, (number for vector in vectors for number in vector)))
    if len(vectors) != count or len(lengths) != 1 or not lengths or not usable:
        message = f"the embedding model returned {len(vectors)} vectors for {count} texts"
        raise UnavailableError(message)
    if 0 in lengths or (dimensions is not None and lengths != {dimensions}):
        message = f"the embedding model's vectors have lengths {sorted(lengths)}"
        raise UnavailableError(message)
    return vectors
