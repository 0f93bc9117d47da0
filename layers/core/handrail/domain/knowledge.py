"""What the company says: passages of its articles, and how well they fit a question."""

from collections.abc import Sequence
from dataclasses import dataclass

from handrail.domain.turn import Citation, NeedsPerson, Reason

CONFIDENCE_MIN = 0.55
"""Below this an article is taken not to say: measured, see docs/decisions/0006-retrieval.md."""

DOUBTFUL_MIN = 0.5
"""From here on an article may speak about a question: the customer hears that we are not sure."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A quotable piece of an article in one language."""

    id: str
    """`<article id>/<language>#<number>`: stable for a given article text."""
    article: str
    title: str
    language: str
    text: str
    """Plain text; headings, paragraphs and list items stand on lines of their own."""
    link: str
    sensitive: tuple[str, ...] = ()

    def citation(self) -> Citation:
        """Return how an answer names this passage."""
        return Citation(passage=self.id, title=self.title, link=self.link)


@dataclass(frozen=True, slots=True)
class Found:
    """A passage and how well it fits.

    The order of a search is its verdict; `score` compares within one search and language only.
    """

    passage: Passage
    score: float
    confidence: float
    """0 to 1: how much of the question's weight the passage covers; comparable across searches."""
    asked: str | None = None
    """The question in the passage's language, where it was translated to find it."""


def person_instead(
    passages: Sequence[Found], confidence_min: float = CONFIDENCE_MIN
) -> NeedsPerson | None:
    """Return that a person is needed when what was found must not be answered from, else None.

    The best passage decides: a company that marks an article as sensitive wants a person to speak
    about it, whatever else was found.
    """
    if not passages or passages[0].confidence < min(confidence_min, DOUBTFUL_MIN):
        return NeedsPerson(Reason.NO_ANSWER)
    if passages[0].confidence < confidence_min:
        return NeedsPerson(Reason.LOW_CONFIDENCE)
    if passages[0].passage.sensitive:
        return NeedsPerson(Reason.SENSITIVE)
    return None
