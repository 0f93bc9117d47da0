"""What the company says: passages of its articles, and how well they fit a question."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Passage:
    """A quotable piece of an article in one language."""

    id: str
    """`<article id>/<language>#<number>`: stable for a given article text."""
    article: str
    title: str
    language: str
    text: str
    link: str
    sensitive: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """A passage and how well it fits: `score` is comparable within one search only."""

    passage: Passage
    score: float
    confidence: float
    """0 to 1: how much of the question's weight the passage covers; comparable across searches."""
