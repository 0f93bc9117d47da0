"""One case for each request for a person: when it was asked, reached and ended, and its promises.

Everything here follows from the stored conversation alone, so that whoever doubts a figure can
look at the rows it was made of (`handrail report --reference`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from handrail.application.audit import PROMISE_GRACE_SECONDS
from handrail.application.reconcile import Request, Story
from handrail.domain.delivery import Speaker
from handrail.domain.outbox import OutboxRow, Promise, PromiseKind, State
from handrail.domain.synthetic import is_synthetic

OPEN: Final = "open"
"""How a request ended that has not."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A promise that was said, and when what it promised came."""

    said_at: float
    due_at: float
    news_at: float | None

    def is_kept(self, now: float) -> bool | None:
        """Tell whether it was kept; None while its time is not over."""
        limit = self.due_at + PROMISE_GRACE_SECONDS
        if self.news_at is None:
            return False if now > limit else None
        return self.news_at <= limit


@dataclass(frozen=True, slots=True)
class Case:
    """What became of one request for a person."""

    conversation: str
    number: int
    reference: str
    channel: str
    language: str
    reason: str
    asked_at: float
    claimed_at: float | None
    reached_at: float | None
    """When a person's first words were written that came to the customer."""
    ended_at: float | None
    ending: str
    promises: tuple[Kept, ...]

    @property
    def reached_seconds(self) -> float | None:
        """How long it took until a person's words were there."""
        return None if self.reached_at is None else max(0.0, self.reached_at - self.asked_at)

    def waited_seconds(self, now: float) -> float:
        """How long the customer waited, or has been waiting."""
        until = self.reached_at or self.ended_at or now
        return max(0.0, until - self.asked_at)


@dataclass(frozen=True, slots=True)
class Delivered:
    """How many messages that no agent wrote were delivered, and how many had an offer."""

    messages: int = 0
    offers: int = 0


def cases_of(story: Story, pickup_seconds: float) -> Iterator[Case]:
    """Yield the cases of a conversation, the first request first.

    `pickup_seconds` is what a promise to be there after opening leaves a person to get there.
    """
    for request in story.requests:
        rows = [sent.row for sent in story.rows if sent.row.escalation == request.number]
        yield Case(
            conversation=story.id,
            number=request.number,
            reference=request.reference,
            channel=request.channel,
            language=request.language,
            reason=request.reason,
            asked_at=request.asked_at,
            claimed_at=request.claimed_at,
            reached_at=_reached_at(request, rows),
            ended_at=request.ended_at,
            ending=str(request.ending) if request.ending else OPEN,
            promises=tuple(_promises(request, rows, pickup_seconds)),
        )


def delivered(stories: Iterable[Story]) -> Delivered:
    """Count the delivered messages that no agent wrote."""
    rows = [
        sent.row
        for story in stories
        for sent in story.rows
        if sent.row.state is State.DELIVERED and sent.row.speaker is not Speaker.AGENT
    ]
    return Delivered(len(rows), sum(row.way != "none" for row in rows))


def is_real(story: Story) -> bool:
    """Tell whether there is a customer behind a conversation."""
    head = story.conversation
    return head is None or not is_synthetic(head.channel, head.account)


def _reached_at(request: Request, rows: Sequence[OutboxRow]) -> float | None:
    spoken = (
        row.created_at
        for row in rows
        if row.speaker is Speaker.AGENT and row.state is State.DELIVERED
    )
    first = next(spoken, None)
    if first is None and request.claimed_at is None and request.ending == "answered":
        # Nobody claimed it at the desk: a person answered from another console.
        return request.ended_at
    return first


def _promises(
    request: Request, rows: Sequence[OutboxRow], pickup_seconds: float
) -> Iterator[Kept]:
    said: set[Promise] = set()
    for row in rows:
        promise = row.promise
        if promise is None or promise in said:
            # Said again, because the customer asked again: the same promise still stands.
            continue
        said.add(promise)
        due_at = promise.at
        if promise.kind is PromiseKind.OPENING:
            due_at += pickup_seconds
        yield Kept(row.created_at, due_at, _news(request, rows, row, promise))


def _news(
    request: Request, rows: Sequence[OutboxRow], said: OutboxRow, promise: Promise
) -> float | None:
    """Return when what was promised came: other news, a person, or the request's end."""
    moments = [
        row.created_at
        for row in rows
        if row.sequence > said.sequence
        and (row.speaker is Speaker.AGENT or _is_news(row, promise))
    ]
    moments += [
        moment
        for moment in (request.claimed_at, request.ended_at)
        if moment is not None and moment >= said.created_at
    ]
    return min(moments, default=None)


def _is_news(row: OutboxRow, promise: Promise) -> bool:
    joined = row.phrase is not None and row.phrase.startswith("agent.joined")
    return joined or (row.promise is not None and row.promise != promise)
