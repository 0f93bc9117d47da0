"""What a turn may come to: an answer that cites, or a person. There is nothing else."""

from dataclasses import dataclass
from enum import StrEnum


class Reason(StrEnum):
    """Why a person is needed. Every reason has a phrase of its own in every language."""

    ASKED = "asked"
    """The customer asked for one, in words or with the button."""
    NO_ANSWER = "no_answer"
    """The company's articles do not say."""
    NOT_GROUNDED = "not_grounded"
    """A draft could not be shown to stand in the articles."""
    MODEL_ASKED = "model_asked"
    """The model itself said that a person is needed."""
    FAILED = "failed"
    """Something of ours failed: model, workflow, queue, code."""
    UNSUPPORTED = "unsupported"
    """The customer sent something the bot cannot read."""
    MEDIA = "media"
    """The customer sent a file, which the bot does not look at."""
    VOICE = "voice"
    """The customer sent a voice message, which the bot does not listen to."""
    SENSITIVE = "sensitive"
    """The topic belongs to a person, by configuration."""
    DEAD_LETTER = "dead_letter"
    """The message could not be handled twice."""


@dataclass(frozen=True, slots=True)
class Citation:
    """Where an answer stands: a passage of an article, with what a customer can open."""

    passage: str
    title: str
    link: str


@dataclass(frozen=True, slots=True)
class Answered:
    """A turn that ends with an answer. The offer of a person is added when it is rendered."""

    text: str
    citations: tuple[Citation, ...]
    language: str

    def __post_init__(self) -> None:
        if not self.text.strip() or not self.citations:
            message = "an answer needs a text and at least one citation; without them ask a person"
            raise ValueError(message)


@dataclass(frozen=True, slots=True)
class NeedsPerson:
    """A turn that ends with a request for a person."""

    reason: Reason
    draft: str | None = None
    """What the bot would have said, for the agent only, marked as unverified."""


Outcome = Answered | NeedsPerson
