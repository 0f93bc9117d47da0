"""The three steps of a turn. Each writes only its keyed draft row; none decides anything.

They are separate functions so that nothing the model's function does can break the others.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial
from typing import Any

from handrail.application.ports import Clock, Drafter, Exchange, Retriever
from handrail.application.protocol_ports import Conversations, Draft, Drafts, Entry, SentRow
from handrail.application.second_look import SecondLook
from handrail.domain.delivery import Speaker
from handrail.domain.errors import MalformedRequestError, UnavailableError
from handrail.domain.grounding import Ungrounded, check, is_across
from handrail.domain.knowledge import Found, Passage
from handrail.domain.ledger import Handling
from handrail.domain.limits import HISTORY_LOOKED_MAX, PASSAGES_MAX
from handrail.domain.reading import words
from handrail.domain.repetition import Asked, Said, is_asked_again, is_said_again
from handrail.domain.turn import Answered, NeedsPerson, Reason


class Verdict(StrEnum):
    """What a step says to the workflow, in the words it chooses by."""

    GO_ON = "go_on"
    PERSON = "person"


def verdict(value: Verdict) -> dict[str, Any]:
    """Return a step's result: a verdict and nothing else, so that no customer text travels."""
    return {"verdict": str(value)}


@dataclass(frozen=True, slots=True)
class Understand:
    """Puts the messages of a turn together into the question it has to answer."""

    conversations: Conversations
    drafts: Drafts

    def step(self, event: dict[str, Any]) -> dict[str, Any]:
        """Write the question of a turn.

        Raises:
            MalformedRequestError: the event is not the workflow's.

        """
        try:
            conversation, turn = str(event["conversation"]), str(event["turn"])
            event_ids = tuple(str(e) for e in event["events"])
            language = str(event["language"])
        except (KeyError, TypeError) as error:
            message = f"a turn needs conversation, turn, events and language: {error}"
            raise MalformedRequestError(message) from error
        bodies = self.conversations.bodies(conversation, event_ids)
        question = "\n".join(body.text for body in bodies if body.text).strip()
        asked_at = min((body.received_at for body in bodies), default=0.0)
        draft = Draft(turn, conversation, event_ids, question, language, asked_at)
        if not words(question):
            self.drafts.put(replace(draft, reason=Reason.UNSUPPORTED))
            return verdict(Verdict.PERSON)
        self.drafts.put(draft)
        return verdict(Verdict.GO_ON)


@dataclass(frozen=True, slots=True)
class DraftAnswer:
    """Finds passages and has an answer drafted from them."""

    conversations: Conversations
    drafts: Drafts
    retriever: Retriever
    drafter: Drafter
    clock: Clock
    seconds: float
    """How long drafting may take."""

    def step(self, event: dict[str, Any]) -> dict[str, Any]:
        """Write the draft of a turn, or why a person is needed.

        Raises:
            UnavailableError: the model failed; the workflow offers a person.

        """
        draft = read_draft(self.drafts, event)
        now = self.clock.now()
        entries = self.conversations.entries(draft.conversation)
        rows = self.conversations.rows(draft.conversation)
        question, answers = Asked(draft.question, draft.asked_at or now), answers_in(rows)
        if is_asked_again(question, questions_in(entries), answers):
            return self._person(draft, Reason.REPEATED)
        found = self.retriever.search(draft.question, draft.language, PASSAGES_MAX, now)
        outcome = self.drafter.draft(
            draft.question, draft.language, found, history(entries, rows), now + self.seconds
        )
        match outcome:
            case NeedsPerson(reason=reason, draft=text):
                return self._person(_with(draft, text, found), reason)
            case Answered(text=text) if is_said_again(text, question, answers):
                return self._person(replace(draft, answer=outcome), Reason.REPEATED)
            case Answered():
                self.drafts.put(replace(draft, answer=outcome))
                return verdict(Verdict.GO_ON)

    def _person(self, draft: Draft, reason: Reason) -> dict[str, Any]:
        self.drafts.put(replace(draft, reason=reason))
        return verdict(Verdict.PERSON)


@dataclass(frozen=True, slots=True)
class CheckGrounding:
    """Checks in code that a draft stands in the passages it cites.

    An answer in another language than its passages is looked at again: by its translation back,
    or by a judge. Without either it is refused, never held to less.
    """

    drafts: Drafts
    passage: Callable[[str], Passage | None]
    again: SecondLook | None = None
    approved: Sequence[str] = ()
    """Sentences of the company's own, which need no passage."""
    instructions: str = ""
    """What the model is told, and customers are not."""

    def step(self, event: dict[str, Any]) -> dict[str, Any]:
        """Mark a draft as grounded, or say that a person is needed."""
        draft = read_draft(self.drafts, event)
        if draft.answer is None:
            self.drafts.put(replace(draft, reason=Reason.FAILED))
            return verdict(Verdict.PERSON)
        cited = [self.passage(citation.passage) for citation in draft.answer.citations]
        passages = [passage for passage in cited if passage is not None]
        missing = len(passages) != len(cited)
        if missing or self._fault(draft, draft.answer, passages) is not None:
            self.drafts.put(replace(draft, reason=Reason.NOT_GROUNDED, grounded=False))
            return verdict(Verdict.PERSON)
        self.drafts.put(replace(draft, grounded=True))
        return verdict(Verdict.GO_ON)

    def _fault(
        self, draft: Draft, answer: Answered, passages: Sequence[Passage]
    ) -> Ungrounded | None:
        """Return why an answer must not be given; None when it may."""
        checked = partial(
            check,
            answer,
            passages,
            question=draft.question,
            language=draft.language,
            approved=self.approved,
            instructions=self.instructions,
        )
        fault = checked()
        if self.again is None or not passages:
            return fault
        if fault is Ungrounded.SUPPORT and is_across(answer, passages):
            translated = self.again.translated(answer, passages)
            if translated is not None:
                fault = checked(translated=translated)
            elif self.again.agrees(answer, passages):
                return checked(judged=True)
        objects = fault is None and self.again.agrees(answer, passages) is False
        return Ungrounded.SUPPORT if objects else fault


def read_draft(drafts: Drafts, event: dict[str, Any]) -> Draft:
    """Return the draft an event is about.

    Raises:
        MalformedRequestError: the event names no turn.
        UnavailableError: the earlier step's draft is not there.

    """
    turn = event.get("turn")
    if not isinstance(turn, str):
        message = "a step of a turn needs the turn's id"
        raise MalformedRequestError(message)
    draft = drafts.get(turn)
    if draft is None:
        message = f"turn {turn} has no draft: an earlier step did not run"
        raise UnavailableError(message)
    return draft


def _with(draft: Draft, text: str | None, found: Sequence[Found]) -> Draft:
    """Keep what a model wrote although it wants a person: the agent sees it, as unverified."""
    if not text or not found:
        return draft
    citations = tuple(one.passage.citation() for one in found)
    return replace(draft, answer=Answered(text, citations, draft.language))


def questions_in(entries: Sequence[Entry]) -> list[Asked]:
    """Return what the customer asked and the bot answered."""
    return [
        Asked(entry.body.text, entry.body.received_at)
        for entry in entries
        if entry.handling is Handling.ANSWERED and entry.body.text
    ]


def answers_in(rows: Sequence[SentRow]) -> list[Said]:
    """Return what the bot answered from the articles; a greeting of ours leads to none."""
    return [
        Said(sent.row.text, sent.row.created_at)
        for sent in rows
        if sent.row.text is not None
        and sent.row.speaker is Speaker.BOT
        and any(citation.link for citation in sent.row.citations)
    ]


def history(entries: Sequence[Entry], rows: Sequence[SentRow]) -> list[Exchange]:
    """Return the last few messages before this turn, redacted, oldest first."""
    said = [(entry.body.received_at, Exchange("customer", entry.body.text)) for entry in entries]
    said += [
        (sent.row.created_at, Exchange(str(sent.row.speaker), sent.row.text))
        for sent in rows
        if sent.row.text is not None and sent.row.speaker is not Speaker.STATUS
    ]
    said.sort(key=lambda pair: pair[0])
    return [exchange for _, exchange in said if exchange.text][-HISTORY_LOOKED_MAX:]


def proposal(draft: Draft | None, proposed: str) -> Answered | NeedsPerson:
    """Return what a turn came to, from what the workflow proposed and the draft it left.

    An answer counts only when the grounding check marked this very draft.
    """
    if draft is None:
        return NeedsPerson(Reason.FAILED)
    if proposed == "answer" and draft.grounded and draft.answer is not None:
        return draft.answer
    text = draft.answer.text if draft.answer is not None else None
    return NeedsPerson(draft.reason or Reason.FAILED, draft=text)
