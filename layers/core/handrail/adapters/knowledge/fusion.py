"""Words and meaning together: two searches, their orders fused by reciprocal rank.

Words find what is named, in one language; vectors find what is meant, in any. The scores of the
two say nothing about each other, so only the places count: 1 / (60 + place) in either order, the
constant that this way of fusing was published with. Whatever fails about the vectors, the customer
has what words found.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from handrail.adapters.knowledge.vectors_file import Near
from handrail.application.ports import Clock, Retriever
from handrail.domain.errors import UnavailableError
from handrail.domain.knowledge import Found, Passage

RANK_CONSTANT: Final = 60
_WIDER: Final = 3
"""How many more each search brings than are wanted: a passage may be far down in one of them."""
_LIKENESS_MIN: Final = 0.2
"""Below this cosine the models that we know say nothing about a question."""


class Embedder(Protocol):
    """Makes vectors of texts."""

    def embed(self, texts: Sequence[str], deadline: float) -> Sequence[Sequence[float]]:
        """Return a vector for each text.

        Raises:
            UnavailableError: there are none by the deadline.

        """
        ...


class VectorSearch(Protocol):
    """Finds the vectors that are nearest to one."""

    def nearest(self, vector: Sequence[float], limit: int, deadline: float) -> Sequence[Near]:
        """Return passages, the nearest first.

        Raises:
            UnavailableError: nothing was found out by the deadline.

        """
        ...


class Index(Retriever, Protocol):
    """A search by words that knows which of its passages answer now."""

    def valid(self, passage_id: str, language: str, now: float) -> Passage | None:
        """Return a passage if it answers at `now`, in a customer's language where it has one."""
        ...


@dataclass(frozen=True, slots=True)
class FusedRetriever:
    """A `Retriever` by words and by meaning."""

    index: Index
    embedder: Embedder
    vectors: VectorSearch
    fallback: Retriever
    """Who searches when there is no vector of the question."""
    clock: Clock
    seconds: float
    """How long finding by meaning may take."""
    failed: Callable[[UnavailableError], None] = lambda _error: None
    """Told of a search that had to do without."""

    def search(self, question: str, language: str, limit: int, now: float) -> Sequence[Found]:
        """Return the passages that fit best, best first; only articles valid at `now`."""
        if limit < 1:
            return ()
        deadline = self.clock.now() + self.seconds
        try:
            (vector,) = self.embedder.embed([question], deadline)
            near = self.vectors.nearest(vector, _WIDER * limit, deadline)
        except UnavailableError as error:
            self.failed(error)
            return self.fallback.search(question, language, limit, now)
        by_words = self.index.search(question, language, _WIDER * limit, now)
        by_meaning = [
            Found(passage, one.likeness, one.likeness)
            for one in near
            if one.likeness >= _LIKENESS_MIN
            and (passage := self.index.valid(one.passage, language, now)) is not None
        ]
        return fused(by_words, by_meaning)[:limit]

    def passage(self, passage_id: str) -> Passage | None:
        """Return one passage of the index, or None."""
        return self.index.passage(passage_id)


def fused(*orders: Sequence[Found]) -> list[Found]:
    """Return what was found in one order; each passage as surely as the surest search has it."""
    scores: dict[str, float] = {}
    surest: dict[str, Found] = {}
    for order in orders:
        passages = dict.fromkeys(one.passage.id for one in order)
        for place, passage in enumerate(passages, 1):
            scores[passage] = scores.get(passage, 0.0) + 1 / (RANK_CONSTANT + place)
        for one in order:
            known = surest.get(one.passage.id)
            if known is None or one.confidence > known.confidence:
                surest[one.passage.id] = one
    return [
        Found(surest[passage].passage, score, surest[passage].confidence)
        for passage, score in sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))
    ]
