"""Who has this customer? Asked of whole conversations, and of what was acknowledged."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

import pytest

from handrail.application.protocol_ports import Body, SentRow
from handrail.application.reconcile import (
    LAG_SECONDS,
    SPAN_SECONDS,
    Acknowledged,
    Cursor,
    Message,
    Reconcile,
    Reconciled,
    Request,
    Story,
    span_of,
)
from handrail.domain.conversation import Conversation, Holder
from handrail.domain.decision import Ending
from handrail.domain.delivery import Action
from handrail.domain.ledger import Handling
from handrail.domain.message import Kind
from handrail.domain.outbox import State
from handrail_ops.memory.clock import ManualClock
from support.stores import ID, NOW, answered, asked, claimed, fresh, message

LATER = NOW + 2 * LAG_SECONDS
ASKED = Body("e1", 1, Kind.TEXT, "a person please", received_at=NOW)
FOR_PERSON = Message(ASKED, 1, Handling.FOR_PERSON)
ANSWERED = Message(ASKED, 1, Handling.ANSWERED)
REQUEST = Request(1, "ABCD-EFGH", "asked", "en", "direct", NOW, NOW + 5)


@dataclass
class MemoryTouched:
    spans: dict[int, dict[str, Sequence[str]]] = field(default_factory=dict)
    at: Cursor | None = None

    def note(self, span: int, key: str, conversations: Iterable[str]) -> None:
        self.spans.setdefault(span, {})[key] = sorted(set(conversations))

    def rows(self, span: int, after: str) -> Iterator[tuple[str, Sequence[str]]]:
        found = sorted(self.spans.get(span, {}).items())
        return (row for row in found if row[0] > after)

    def cursor(self) -> Cursor | None:
        return self.at

    def move(self, cursor: Cursor) -> None:
        self.at = cursor


@dataclass
class MemoryStories:
    stories: dict[str, Story] = field(default_factory=dict)
    read_: list[str] = field(default_factory=list)
    slow: Callable[[], None] = lambda: None

    def read(self, conversations: Sequence[str]) -> Sequence[Story]:
        self.read_ += conversations
        self.slow()
        return [self.stories.get(one, Story(one, None)) for one in conversations]

    def missing(self, messages: Sequence[Acknowledged]) -> Sequence[Acknowledged]:
        held = {
            (story.id, one.body.event_id)
            for story in self.stories.values()
            for one in story.messages
        }
        return [one for one in messages if (one.conversation, one.event_id) not in held]


@dataclass
class MemoryWitness:
    said: list[tuple[float, Acknowledged]] = field(default_factory=list)

    def acknowledged(self, since: float, until: float) -> Iterator[Acknowledged]:
        return (one for at, one in self.said if since <= at < until)


@dataclass
class Scene:
    clock: ManualClock = field(default_factory=lambda: ManualClock(LATER))
    touched: MemoryTouched = field(default_factory=MemoryTouched)
    stories: MemoryStories = field(default_factory=MemoryStories)
    witness: MemoryWitness = field(default_factory=MemoryWitness)

    @property
    def reconcile(self) -> Reconcile:
        return Reconcile(
            self.touched,
            self.stories,
            self.witness,
            lambda text, _language: "person" in text,
            self.clock,
        )

    def run(self, deadline: float | None = None) -> Reconciled:
        return self.reconcile.reconcile(LATER * 2 if deadline is None else deadline)


def look(story: Story, now: float = LATER) -> Reconciled:
    found = Reconciled()
    Scene().reconcile.look(story, now, found)
    return found


def lost(story: Story, now: float = LATER) -> list[str]:
    return [one.why for one in look(story, now).escalations_lost]


def closed(holder: Holder = Holder.CLOSED) -> Conversation:
    return replace(fresh(), version=9, holder=holder, entries=1, escalations=1)


def ended(ending: Ending | None = Ending.ANSWERED, at: float | None = NOW + 60) -> Request:
    return replace(REQUEST, ending=ending, ended_at=at)


@pytest.mark.parametrize("ending", Ending)
@pytest.mark.parametrize("holder", [Holder.BOT, Holder.CLOSED])
def test_a_request_that_ended_is_nobodys_loss(holder: Holder, ending: Ending) -> None:
    story = Story(ID, closed(holder), (FOR_PERSON,), (), (ended(ending),))
    assert lost(story) == []
    assert look(story).requests == 1
    assert look(story).misread == []


@pytest.mark.parametrize(
    "requests",
    [
        (),
        (ended(None, None),),
        (ended(None),),
        (ended(at=NOW - 60),),
        (ended(Ending.ANSWERED, None),),
    ],
)
def test_a_request_that_never_ended_is_lost(requests: tuple[Request, ...]) -> None:
    (why,) = lost(Story(ID, closed(), (FOR_PERSON,), (), requests))
    assert "closed" in why


def test_of_two_requests_one_that_came_after_counts() -> None:
    early, late = ended(at=NOW - 60), replace(ended(), number=2)
    assert lost(Story(ID, closed(), (FOR_PERSON,), (), (early, late))) == []


def test_who_waits_is_not_lost_while_something_acts_in_time() -> None:
    waits = asked(fresh(), [message()]).after
    story = Story(ID, waits, (FOR_PERSON,), (), (REQUEST,))
    assert waits.due is not None
    assert lost(story, waits.due + 120) == []
    assert lost(story, waits.due + 121) == ["due 121 s ago"]
    assert lost(replace(story, conversation=replace(waits, due=None))) == ["waiting without a due"]


def test_whom_an_agent_holds_is_not_lost_while_the_lease_is_watched() -> None:
    held = claimed(asked(fresh(), [message()]).after).after
    story = Story(ID, held, (FOR_PERSON,), (), (REQUEST,))
    assert held.due is not None
    assert lost(story, held.due + 120) == []
    assert lost(story, held.due + 200) == ["due 200 s ago"]


def test_a_ledger_without_a_conversation_is_lost() -> None:
    assert lost(Story(ID, None, (FOR_PERSON,))) == ["there is no conversation item"]


def test_a_person_at_another_console_has_what_they_answered() -> None:
    echo = Message(Body("echo", 2, Kind.ECHO, "", NOW + 9), 2, Handling.NOTED)
    assert lost(Story(ID, closed(), (FOR_PERSON, echo))) == []
    late = Message(replace(ASKED, event_id="e3"), 3, Handling.FOR_PERSON)
    assert len(lost(Story(ID, closed(), (echo, late)))) == 1


def test_a_request_that_was_not_recognised_is_counted_and_lost_when_nobody_came() -> None:
    story = Story(ID, closed(Holder.BOT), (ANSWERED,))
    assert len(look(story).misread) == 1
    assert len(lost(story)) == 1
    helped = replace(story, requests=(ended(),))
    assert len(look(helped).misread) == 1
    assert lost(helped) == []


@pytest.mark.parametrize(
    ("body", "wants"),
    [
        (ASKED, True),
        (replace(ASKED, text="a refund please"), False),
        (replace(ASKED, text="  "), False),
        (replace(ASKED, kind=Kind.EDIT), True),
        (replace(ASKED, kind=Kind.ACTION, text="", action=Action.PERSON), True),
        (replace(ASKED, kind=Kind.ACTION, text="person", action=Action.WITHDRAW), False),
        (replace(ASKED, kind=Kind.ECHO), False),
    ],
)
def test_what_counts_as_a_request(body: Body, wants: bool) -> None:
    found = look(Story(ID, closed(Holder.BOT), (Message(body, 1, Handling.ANSWERED),)))
    assert len(found.misread) == wants
    assert found.requests == wants


def test_a_notice_of_ours_is_no_request() -> None:
    notice = Message(replace(ASKED, kind=Kind.LIFECYCLE), 1, Handling.NOTICE)
    assert look(Story(ID, closed(), (notice,))).requests == 0


def test_a_message_that_was_kept_and_never_decided_is_lost() -> None:
    story = Story(ID, closed(Holder.BOT), (Message(ASKED),))
    assert look(story, NOW + LAG_SECONDS - 1).inbound_lost == []
    (one,) = look(story, NOW + LAG_SECONDS).inbound_lost
    assert (one.event_id, one.why) == ("e1", "kept, and never decided")


def test_what_cannot_be_read_is_nobodys() -> None:
    (why,) = lost(Story(ID, closed(), unreadable=("IN#e1",)))
    assert why == "cannot be read"


def test_an_echo_of_our_own_is_never_decided_and_not_lost() -> None:
    (row,) = answered(fresh(), [message()]).outbox
    rows = (SentRow(replace(row, state=State.DELIVERED), ("wire-1",)),)
    for receipt, count in (("wire-1", 0), ("wire-2", 1)):
        body = replace(ASKED, kind=Kind.ECHO, details={"message_id": receipt})
        found = look(Story(ID, closed(Holder.BOT), (Message(body),), rows))
        assert len(found.inbound_lost) == count
    no_echo = Message(replace(ASKED, details={"message_id": "wire-1"}))
    assert len(look(Story(ID, closed(Holder.BOT), (no_echo,), rows)).inbound_lost) == 1


# ---------------------------------------------------------------- from span to span

FIRST = span_of(LATER - LAG_SECONDS) - SPAN_SECONDS


def test_the_first_run_begins_with_the_newest_span_that_may_be_looked_at() -> None:
    scene = Scene()
    scene.touched.note(FIRST - SPAN_SECONDS, "1", ["older"])
    scene.touched.note(FIRST, "1", [ID])
    scene.touched.note(FIRST + SPAN_SECONDS, "1", ["newer"])
    found = scene.run()
    assert scene.stories.read_ == [ID]
    assert scene.touched.at == Cursor(FIRST + SPAN_SECONDS)
    assert LAG_SECONDS <= found.behind_seconds <= LAG_SECONDS + SPAN_SECONDS


def test_a_run_that_was_missed_is_made_up_for() -> None:
    scene = Scene(touched=MemoryTouched(at=Cursor(FIRST - 2 * SPAN_SECONDS)))
    for number in range(3):
        scene.touched.note(FIRST - number * SPAN_SECONDS, "1", [f"c{number}"])
    scene.run()
    assert scene.stories.read_ == ["c2", "c1", "c0"]


def test_a_run_that_came_to_its_deadline_is_gone_on_with() -> None:
    scene = Scene()
    for key in "123":
        scene.touched.note(FIRST, key, [f"c{key}"])
    scene.stories.slow = lambda: scene.clock.advance(50)
    found = scene.run(LATER + 10)
    assert scene.stories.read_ == ["c1"]
    assert scene.touched.at == Cursor(FIRST, "1")
    assert found.behind_seconds > LAG_SECONDS
    scene.run()
    assert scene.stories.read_ == ["c1", "c2", "c3"]


def test_a_conversation_is_looked_at_once_in_a_span() -> None:
    scene = Scene()
    scene.touched.note(FIRST, "1", [ID, "b"])
    scene.touched.note(FIRST, "2", ["b", ID])
    assert scene.run().conversations == 2


def test_what_was_acknowledged_and_is_nowhere_is_lost() -> None:
    scene = Scene()
    scene.stories.stories[ID] = Story(ID, closed(Holder.BOT), (ANSWERED,))
    there = Acknowledged("direct", "shop", ID, "e1")
    gone = Acknowledged("direct", "shop", ID, "e2")
    too_new = Acknowledged("direct", "shop", ID, "e3")
    scene.witness.said = [(FIRST, there), (FIRST, gone), (FIRST + SPAN_SECONDS, too_new)]
    (one,) = scene.run().inbound_lost
    assert one.event_id == "e2"
    assert scene.run().inbound_lost == [], "and is counted once"


def test_a_conversation_that_a_fault_of_ours_cannot_look_at_keeps_nothing_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    scene = Scene()
    look_ = Reconcile.look

    def stumble(self: Reconcile, story: Story, now: float, found: Reconciled) -> None:
        if story.id == "b":
            raise RuntimeError
        look_(self, story, now, found)

    monkeypatch.setattr(Reconcile, "look", stumble)
    scene.touched.note(FIRST, "1", ["a", "b", "c"])
    found = scene.run()
    assert (found.conversations, found.failed) == (2, ["b"])
    assert scene.touched.at == Cursor(FIRST + SPAN_SECONDS)


def test_what_the_recogniser_fails_on_is_a_persons() -> None:
    def fail(_text: str, _language: str) -> bool:
        raise ValueError

    found = Reconciled()
    story = Story(ID, closed(Holder.BOT), (ANSWERED,))
    replace(Scene().reconcile, wants_person=fail).look(story, LATER, found)
    assert len(found.misread) == 1


def test_nothing_is_looked_at_twice_when_level() -> None:
    scene = Scene()
    scene.touched.note(FIRST, "1", [ID])
    scene.run()
    assert scene.run().conversations == 0
