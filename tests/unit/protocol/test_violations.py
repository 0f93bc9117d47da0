"""Every rule of `domain.invariants` fires: a watcher that cannot bark is none."""

import copy
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any, TypeVar

import pytest

from handrail.domain.conversation import Conversation, Holder, Lease, Stage
from handrail.domain.decision import Decision, Event
from handrail.domain.delivery import Action, Speaker
from handrail.domain.invariants import of_decision
from handrail.domain.outbox import Way
from support.world import World

_T = TypeVar("_T")
Break = Callable[[Decision], Decision]


def test_what_the_protocol_decides_breaks_no_rule() -> None:
    for decision in decisions().values():
        assert not list(of_decision(decision)), decision.event


@cache
def decisions() -> dict[Event, Decision]:
    """Return one decision of each kind, from the life of one customer."""
    world, seen = World(), list[Decision]()
    real = world.table.commit

    def commit(decision: Decision) -> None:
        real(decision)
        seen.append(decision)

    world.table.commit = commit  # type: ignore[method-assign]
    world.say("how long does a refund take")
    world.ask_person()
    world.later(61)
    world.say("and my parcel")
    epoch = world.claim()
    world.say("are you there")
    world.desk.seen(world.escalation, "ana", epoch, world.now.entries)
    world.answer(epoch)
    world.desk.resolve(world.escalation, "ana", epoch)
    world.ask_person()
    world.take(world.press(Action.FOLLOW_UP))
    world.take(world.press(Action.WITHDRAW))
    world.say("how long does a refund take")
    world.ask_person()
    world.claim()
    world.later(1000)
    return {decision.event: decision for decision in seen}


def forced(value: _T, **changes: Any) -> _T:
    """Return a copy that no constructor would let through."""
    made = copy.copy(value)
    for name, changed in changes.items():
        object.__setattr__(made, name, changed)
    return made


def after(**changes: Any) -> Break:
    """Let a decision lead to another state."""
    return lambda decision: forced(decision, after=forced(decision.after, **changes))


def before(**changes: Any) -> Break:
    """Let a decision begin at another state."""
    return lambda decision: forced(decision, before=forced(decision.before, **changes))


def request(**changes: Any) -> Break:
    """Change the request that is open after a decision."""

    def change(decision: Decision) -> Decision:
        changed = forced(decision.after.open_escalation, **changes)
        return forced(decision, after=forced(decision.after, escalation=changed))

    return change


def lease(**changes: Any) -> Break:
    """Change the lease that is held after a decision."""

    def change(decision: Decision) -> Decision:
        changed = forced(decision.after.held_lease, **changes)
        return forced(decision, after=forced(decision.after, lease=changed))

    return change


def row(**changes: Any) -> Break:
    """Change the first row that a decision says."""

    def change(decision: Decision) -> Decision:
        first, *rest = decision.outbox
        return forced(decision, outbox=(forced(first, **changes), *rest))

    return change


def entry(**changes: Any) -> Break:
    """Change the first message that a decision decides."""

    def change(decision: Decision) -> Decision:
        first, *rest = decision.ledger
        return forced(decision, ledger=(forced(first, **changes), *rest))

    return change


def untold(decision: Decision) -> Decision:
    """Say nothing with a decision."""
    told = forced(decision.after, outbound=decision.before.outbound)
    return forced(decision, after=told, outbox=())


def past(decision: Decision) -> Decision:
    """Promise what is over, and store it so."""
    first, *rest = decision.outbox
    assert first.promise is not None
    promise = replace(first.promise, at=first.created_at - 1)
    return forced(
        request(promise=promise)(decision), outbox=(forced(first, promise=promise), *rest)
    )


def same_epoch(decision: Decision) -> Decision:
    """Let a change of hands open no epoch."""
    return before(epoch=decision.after.epoch)(decision)


def was_further(decision: Decision) -> Decision:
    """Let a request have waited through every stage before."""
    last = replace(decision.before.open_escalation, stage=Stage.FOLLOW_UP)
    return before(escalation=last)(decision)


def old_stop(decision: Decision) -> Decision:
    """Let an old word stop us after a newer one had us begin again."""
    return before(consent_position=10**9)(after(stopped=True)(decision))


NOBODY = Lease("ana", 0.0, 0)

CASES: list[tuple[str, str, Event, Break]] = [
    # what a conversation looks like
    ("STATE", "holder bot, with a request or a lease", Event.ANSWER, after(lease=NOBODY)),
    ("STATE", "waiting without a request", Event.REQUEST, after(escalation=None)),
    ("STATE", "held by an agent without a lease", Event.CLAIM, after(lease=None)),
    ("STATE", "held by an agent without a request", Event.CLAIM, after(escalation=None)),
    ("DUE", "holder waiting, due None", Event.REQUEST, after(due=None)),
    ("DUE", "holder bot, due 1", Event.ANSWER, after(due=1.0)),
    ("DUE", "only after the lease has run out", Event.CLAIM, after(due=9e9)),
    ("S3", "seen 99 of", Event.SEE, lease(seen=99)),
    # counters
    ("S5", "version", Event.ANSWER, after(version=99)),
    ("S8", "was followed by", Event.ANSWER, after(epoch=99)),
    ("S4", "outbound went back", Event.SEE, before(outbound=99)),
    ("S12", "forgot that the customer was told", Event.SEE, after(disclosed=False)),
    # hands
    ("S8", "to agent, epoch", Event.CLAIM, same_epoch),
    ("S7", "took a conversation held by bot", Event.CLAIM, before(holder=Holder.BOT)),
    ("S3", "starts with what another has seen", Event.CLAIM, lease(seen=1)),
    ("DUE", "time to reply began again", Event.SEE, lease(silent_since=9e9)),
    ("DUE", "whose time to reply did not begin", Event.MESSAGE, lease(silent_since=None)),
    # a request
    ("S12", "somebody waits and was not told", Event.REQUEST, untold),
    ("S6", "request 9 after", Event.REQUEST, request(number=9)),
    ("S5", "a request opened and the holder is bot", Event.REQUEST, after(holder=Holder.BOT)),
    ("S6", "while it was open", Event.PROMISE, request(id="another")),
    ("S3", "lost its place in the queue", Event.PROMISE, request(asked_at=0.0)),
    ("S12", "a promise changed and nothing says so", Event.FOLLOW_UP, untold),
    ("S12", "stage follow_up went back", Event.PROMISE, was_further),
    ("S11", "ended without a withdrawal", Event.WITHDRAWAL, after(holder=Holder.CLOSED)),
    # rows and messages of one transaction
    ("S4", "entries [9]", Event.ANSWER, entry(entry=9)),
    ("S4", "sequences [9]", Event.ANSWER, row(sequence=9)),
    ("S8", "a row of epoch 9", Event.ANSWER, row(epoch=9)),
    (
        "S9",
        "the bot speaks while the holder is agent",
        Event.AGENT_MESSAGE,
        row(speaker=Speaker.BOT),
    ),
    ("S7", "an agent speaks while the holder is", Event.ANSWER, row(speaker=Speaker.AGENT)),
    ("S12", "promises what is not stored", Event.REQUEST, request(promise=None)),
    ("S12", "promises what is past", Event.REQUEST, past),
    ("S12", "keeps a place while the holder is bot", Event.ANSWER, row(way=Way.WITHDRAW)),
    ("S12", "names another request", Event.REQUEST, row(reference="ZZ-99")),
    ("S1", "carries no way to a person", Event.ANSWER, row(way=Way.NONE)),
    ("S1", "says both or nothing", Event.ANSWER, row(phrase="welcome")),
    ("S10", "answers without a citation", Event.ANSWER, row(citations=())),
    ("S5", "is a person's, and the holder is bot", Event.REQUEST, after(holder=Holder.BOT)),
    ("S11", "newer than what counts as a person's", Event.REQUEST, after(for_person_at=-1)),
    ("S11", "changed without a message", Event.SEE, after(for_person_at=10**9)),
    # whether we may write
    ("STATE", "answer told us to stop", Event.ANSWER, after(stopped=True)),
    ("STATE", "write to who told us to stop", Event.ANSWER, before(stopped=True)),
    ("S11", "than what was said about writing", Event.ANSWER, old_stop),
    # endings
    ("S6", "a request went without an ending", Event.RESOLVE, lambda d: forced(d, ended=None)),
    ("S11", "is no newer than what it withdrew", Event.WITHDRAWAL, entry(position=-5)),
]


@pytest.mark.parametrize(("rule", "what", "event", "breaks"), CASES, ids=[c[1] for c in CASES])
def test_a_rule_that_is_broken_is_told(rule: str, what: str, event: Event, breaks: Break) -> None:
    found = [(one.rule, one.what) for one in of_decision(breaks(decisions()[event]))]

    assert any(rule == one and what in told for one, told in found), found


def test_an_agent_who_is_replaced_keeps_the_place_in_front() -> None:
    lost = decisions()[Event.AGENT_LOST]
    assert lost.after.open_escalation.front
    waiting = forced(lost, before=lost.after, after=request(front=False)(lost).after)

    assert ("S3", "a request lost its place in front") in told(waiting)


def test_a_resolve_over_what_was_not_seen_or_not_answered() -> None:
    resolve = decisions()[Event.RESOLVE]
    held = resolve.before

    unseen = forced(resolve, before=forced(held, lease=replace(held.held_lease, seen=0)))
    assert any("messages nobody has seen" in what for _, what in told(unseen))
    silent = forced(
        resolve, before=forced(held, escalation=replace(held.open_escalation, answered=False))
    )
    assert any("before its agent wrote" in what for _, what in told(silent))


def test_an_old_choice_of_a_follow_up() -> None:
    chosen = decisions()[Event.FOLLOW_UP]
    newer: Conversation = forced(chosen.before, for_person_at=10**9)

    assert any("an old choice" in what for _, what in told(forced(chosen, before=newer)))


def told(decision: Decision) -> list[tuple[str, str]]:
    """Return what is found wrong with a decision."""
    return [(one.rule, one.what) for one in of_decision(decision)]
