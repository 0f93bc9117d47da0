"""A turn of the real steps with a real drafter, run as the workflow does, over one passage."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from handrail.application.ports import Drafter
from handrail.application.protocol_ports import Draft
from handrail.application.turn_steps import (
    CheckGrounding,
    DraftAnswer,
    Understand,
    Verdict,
    proposal,
)
from handrail.domain.knowledge import Found, Passage
from handrail.domain.turn import Outcome
from support.world import World

PASSAGE = Passage(
    "refunds/en#1",
    "refunds",
    "Refunds",
    "en",
    "A refund takes 5 to 7 business days. A person can look at your case.",
    "https://help.example.com/refunds",
)


class WallClock:
    """The real time: a drafter's server is over real HTTP."""

    def now(self) -> float:
        return time.time()


class OnePassage:
    """An index that finds the same for everything."""

    def search(self, *_: object) -> Sequence[Found]:
        return (Found(PASSAGE, 10.0, 0.9),)

    def passage(self, passage_id: str) -> Passage | None:
        return PASSAGE if passage_id == PASSAGE.id else None


@dataclass
class ModelTurns:
    """The turn's three steps, run one after the other as the workflow does."""

    world: World
    drafter: Drafter
    seconds: float = 5.0
    """How long drafting may take."""
    drafts: dict[str, Draft] = field(default_factory=dict)

    def get(self, turn: str) -> Draft | None:
        return self.drafts.get(turn)

    def put(self, draft: Draft) -> None:
        self.drafts[draft.turn] = draft

    def run(
        self, conversation: str, turn: str, event_ids: Sequence[str], language: str
    ) -> Outcome:
        event = {
            "conversation": conversation,
            "turn": turn,
            "events": list(event_ids),
            "language": language,
        }
        table = self.world.table
        steps = (
            Understand(table, self),
            DraftAnswer(table, self, OnePassage(), self.drafter, WallClock(), self.seconds),
            CheckGrounding(self, OnePassage().passage),
        )
        for step in steps:
            if step.step(event)["verdict"] == Verdict.PERSON:
                return proposal(self.drafts.get(turn), "person")
        return proposal(self.drafts.get(turn), "answer")
