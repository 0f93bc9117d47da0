"""Passages as vectors in Amazon S3 Vectors: for more of them than a function should carry."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from handrail.adapters.aws.errors import asking
from handrail.adapters.clock import SystemClock
from handrail.adapters.knowledge.vectors_file import Near
from handrail.adapters.patience import within
from handrail.application.ports import Clock

BATCH_MAX: Final = 500
"""Vectors that one request may write or delete."""
NEAREST_MAX: Final = 30


class S3Vectors:
    """A `VectorSearch` over one vector index, whose distance is the cosine's.

    The client is boto3's `s3vectors`; a vector's key is its passage's id.
    """

    def __init__(self, client: Any, index_arn: str, clock: Clock | None = None) -> None:
        """Take a client that does not retry: the deadline is the caller's."""
        self._client = client
        self._index_arn = index_arn
        self._clock = clock or SystemClock()

    def nearest(self, vector: Sequence[float], limit: int, deadline: float) -> Sequence[Near]:
        """Return the passages that are nearest, or raise by the deadline."""
        seconds = deadline - self._clock.now()
        return within(seconds, "S3 Vectors", lambda: self._query(vector, limit))

    def _query(self, vector: Sequence[float], limit: int) -> Sequence[Near]:
        with asking("find vectors"):
            answer = self._client.query_vectors(
                indexArn=self._index_arn,
                topK=min(limit, NEAREST_MAX),
                queryVector={"float32": list(vector)},
                returnDistance=True,
            )
        near = [Near(one["key"], 1 - float(one["distance"])) for one in answer["vectors"]]
        return sorted(near, key=lambda one: (-one.likeness, one.passage))

    def replace(self, vectors: Mapping[str, Sequence[float]], keep: frozenset[str]) -> int:
        """Write vectors, and delete those that are neither written nor kept; return how many.

        Raises:
            UnavailableError: not everything was done; doing it again completes it.

        """
        with asking("write vectors"):
            for keys in _batches(list(vectors)):
                batch = [{"key": key, "data": {"float32": list(vectors[key])}} for key in keys]
                self._client.put_vectors(indexArn=self._index_arn, vectors=batch)
            gone = [key for key in self._keys() if key not in keep and key not in vectors]
            for keys in _batches(gone):
                self._client.delete_vectors(indexArn=self._index_arn, keys=list(keys))
        return len(gone)

    def _keys(self) -> Iterator[str]:
        asked: dict[str, Any] = {"indexArn": self._index_arn, "maxResults": BATCH_MAX}
        while True:
            answer = self._client.list_vectors(**asked)
            yield from (one["key"] for one in answer["vectors"])
            if not answer.get("nextToken"):
                return
            asked["nextToken"] = answer["nextToken"]


def _batches(keys: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(keys), BATCH_MAX):
        yield keys[start : start + BATCH_MAX]
