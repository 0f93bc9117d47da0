"""One conversation's story, line by line: times, events and ids, and nobody's words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from handrail.application.protocol_ports import SentRow
from handrail.application.reconcile import Message, Request, Story
from handrail.domain.outbox import State


@dataclass(frozen=True, slots=True)
class Line:
    """Something that happened."""

    at: float
    what: str
    detail: str


def lines_of(story: Story) -> list[Line]:
    """Return what happened in a conversation, in the order of its times."""
    found = [
        *(_message(message) for message in story.messages),
        *(_row(sent) for sent in story.rows),
        *(line for request in story.requests for line in _request(request)),
    ]
    return sorted(found, key=lambda line: line.at)


def state_of(story: Story, now: float) -> str:
    """Say who has the customer now."""
    head = story.conversation
    if head is None:
        return "there is no conversation item"
    said = f"holder {head.holder}, epoch {head.epoch}, version {head.version}"
    if head.lease is not None:
        said += f", agent {head.lease.agent}, seen {head.lease.seen} of {head.entries}"
    if head.due is None:
        return f"{said}, at rest"
    late = now - head.due
    when = f"overdue by {late:.0f} s" if late > 0 else f"due in {-late:.0f} s"
    return f"{said}, {when}"


def moment(at: float | None) -> str:
    """Return a moment in UTC, to the second."""
    if at is None:
        return ""
    return dt.datetime.fromtimestamp(at, dt.UTC).strftime("%Y-%m-%d %H:%M:%S")


def _message(message: Message) -> Line:
    body = message.body
    place = "not decided" if message.entry is None else f"entry {message.entry}"
    handled = f", {message.handling}" if message.handling else ""
    pressed = f" {body.action}" if body.action else ""
    detail = f"{place}{handled}: {body.kind}{pressed}, id {body.event_id}"
    return Line(body.received_at, "customer", detail)


def _row(sent: SentRow) -> Line:
    row = sent.row
    # A phrase's name is ours; what a text says stays where it is.
    said = row.phrase or "text"
    parts = [f"row {row.sequence}, epoch {row.epoch}: {said}", str(row.state)]
    if row.promise is not None:
        parts.append(f"promises {row.promise.kind} {moment(row.promise.at)}")
    if row.way != "none":
        parts.append(f"way {row.way}")
    if row.state is State.UNDELIVERABLE and sent.reason:
        parts.append(sent.reason)
    return Line(row.created_at, str(row.speaker), ", ".join(parts))


def _request(request: Request) -> Iterator[Line]:
    name = f"request {request.number} ({request.reference})"
    yield Line(request.asked_at, "request", f"{name} opened: {request.reason}")
    if request.claimed_at is not None:
        yield Line(request.claimed_at, "request", f"{name} claimed")
    if request.ended_at is not None:
        yield Line(request.ended_at, "request", f"{name} ended: {request.ending}")
