"""What a turn may come to: an answer that cites, or a person. There is nothing else."""

from dataclasses import dataclass
from enum import StrEnum


class Reason(StrEnum):
    """Why a person is needed. What the customer hears of each stands beside `ask_for_person`."""

    ASKED = "asked"
    """The customer asked for one, in words or with the button."""
    NO_ANSWER = "no_answer"
    """The company's articles do not say."""
    LOW_CONFIDENCE = "low_confidence"
    """An article may speak about it, but not surely enough to answer from."""
    REPEATED = "repeated"
    """What was answered already is asked again: the answer did not help."""
    FRUSTRATED = "frustrated"
    """The customer is annoyed with what the bot said."""
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
    """The topic is a person's by configuration: an article's, or words of the operator's."""
    EMERGENCY = "emergency"
    """Somebody may be in danger: the customer is told at once where help is, besides."""
    FRAUD = "fraud"
    """The customer was, or fears to be, robbed or impersonated."""
    BEREAVEMENT = "bereavement"
    """Somebody has died."""
    LEGAL = "legal"
    """The customer speaks of lawyers, courts or authorities."""
    VULNERABILITY = "vulnerability"
    """Violence at home, grave illness, nothing to eat: somebody who needs care."""
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
