"""A synthetic customer whom nobody claims on purpose: each stage must come, and ask people.

What is expected when follows from the promises alone, as they were said: each is counted from the
moment at which the one before was really said, opening hours included.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any

from handrail.application.canary_talk import Step, Talk
from handrail.domain.conversation import Stage
from handrail.domain.outbox import PromiseKind
from handrail.domain.phrases import Phrases, say_duration, say_time
from handrail.domain.promises import Promises

SWEEP_SECONDS = 60.0
"""Whatever is due is acted upon within this."""
_STAGES = (
    (Stage.ASKED, Step.STILL, Stage.STILL, "waiting.still"),
    (Stage.STILL, Step.WIDER, Stage.WIDER, "waiting.wider"),
    (Stage.WIDER, Step.SUPERVISOR, Stage.SUPERVISOR, "waiting.supervisor"),
    (Stage.SUPERVISOR, Step.FOLLOW_UP, Stage.FOLLOW_UP, "followup.promised"),
)
"""Each stage, the step that its end proves, the next stage, and how that is said."""


@dataclass(frozen=True, slots=True)
class Said:
    """A message of ours as the desk's transcript has it."""

    at: float
    sequence: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """Holds a waiting request to its promises."""

    promises: Promises

    def check(self, talk: Talk, stands: Mapping[str, Any]) -> bool:
        """Note every stage that came late or not at all; True when the last has come."""
        transcript = stands.get("transcript", ())
        said = _said(transcript, "requested.asked")
        if said is None:
            talk.fail(Step.REQUEST, "the request is in the transcript")
            return False
        seconds, before = self.promises.pickup_seconds, Stage.ASKED
        for stage, step, after, phrase in _STAGES:
            news = self._due(said.at, seconds)
            came = _said(transcript, phrase)
            if came is None:
                if talk.clock.now() > news + SWEEP_SECONDS + self._delivery_seconds:
                    talk.fail(step, "the stage is said by its time")
                self._people_are_asked(talk, stands, said.at)
                return False
            if came.at > news + SWEEP_SECONDS:
                talk.fail(step, "the stage is said by its time", f"{came.at - news:.0f} s late")
            self._arrives(talk, step, came)
            seconds = self.promises.seconds(after) - self.promises.seconds(stage)
            said, before = came, after
        self._people_are_asked(talk, stands, said.at)
        return before is Stage.FOLLOW_UP and stands.get("agents_asked") is True

    @property
    def _delivery_seconds(self) -> float:
        """How long a message may take when its hint was lost: what the sweep waits, and a run."""
        return self.promises.deliver_seconds + SWEEP_SECONDS

    def _due(self, at: float, seconds: float) -> float:
        return self.promises.falls_due(self.promises.news(at, seconds))

    def _arrives(self, talk: Talk, step: Step, came: Said) -> None:
        heard = any(reply.sequence == came.sequence for reply in talk.heard)
        if not heard and talk.clock.now() > came.at + self._delivery_seconds:
            talk.fail(step, "the stage reaches the customer", f"sequence {came.sequence}")

    def _people_are_asked(self, talk: Talk, stands: Mapping[str, Any], since: float) -> None:
        late = since + self.promises.ask_again_seconds + SWEEP_SECONDS
        if stands.get("agents_asked") is not True and talk.clock.now() > late:
            expected = "what the stage asks of people has a receipt"
            talk.fail(Step.AGENTS, expected, str(stands.get("stage")))


def said_time(promises: Promises, said_at: float, phrases: Phrases, zone: tzinfo) -> str:
    """Return the time, in words, that the confirmation of a request must name."""
    promise = promises.news(said_at, promises.pickup_seconds)
    if promise.kind is PromiseKind.WITHIN:
        words = say_duration(phrases, max(1, round(promise.at - said_at)))
    else:
        words = say_time(phrases, promise.at, said_at, zone, zone_known=False)
    return plain(words)


def plain(text: str) -> str:
    """Return a text with every run of white space as one space, as it is sent."""
    return " ".join(text.split())


def _said(transcript: Sequence[Mapping[str, Any]], phrase: str) -> Said | None:
    for line in transcript:
        if line.get("kind") == phrase and "sequence" in line:
            return Said(float(line["at"]), int(line["sequence"]))
    return None
