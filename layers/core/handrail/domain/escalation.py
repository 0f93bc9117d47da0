"""The life of a request for a person: asked, kept, claimed, answered, and every way it can go.

    bot ──asks──► waiting ──claims──► agent ──resolves──► closed ──writes──► bot
     ▲               │ ▲                │ │
     └──withdraws────┘ └──agent lost────┘ └──hands back──► bot

Each function takes the conversation as it was read and returns one decision, to be committed
whole or not at all, or raises a `RefusedError` that says why not.
"""

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import replace

from handrail.domain.conversation import Conversation, Escalation, Holder, Lease, Stage
from handrail.domain.decision import Change, Decision, Ending, Event
from handrail.domain.delivery import Speaker
from handrail.domain.errors import (
    FencedError,
    NothingToClaimError,
    UnansweredError,
    UnseenError,
)
from handrail.domain.ledger import Handling
from handrail.domain.message import InboundMessage
from handrail.domain.outbox import OutboxRow, Promise, PromiseKind
from handrail.domain.promises import Promises
from handrail.domain.turn import Reason

# ------------------------------------------------------------------ asking and waiting


def ask_for_person(
    conversation: Conversation,
    messages: Sequence[InboundMessage],
    reason: Reason,
    now: float,
    promises: Promises,
    *,
    turn: str | None = None,
) -> Decision:
    """Record messages that need a person, and make sure that one is asked for.

    Whoever holds the conversation, the messages are in the ledger as a person's. With the bot or
    after an ending a request opens; while one waits, the customer hears that the place is kept;
    while an agent holds the conversation, the agent sees them, and the bot is silent. `turn` is
    the one that came to no answer, if it is for that.
    """
    event = Event.REQUEST if turn is None else Event.FAILED_TURN
    if reason is Reason.DEAD_LETTER:
        event = Event.DEAD_LETTER
    change = Change.of(event, conversation, now, promises)
    for message in messages:
        change.record(message, Handling.FOR_PERSON)
    last = messages[-1].event_id
    match conversation.holder:
        case Holder.BOT | Holder.CLOSED:
            escalation = _opened(conversation, reason, now, promises, turn)
            change.hand_to(Holder.WAITING)
            change.open(escalation)
            change.say(
                f"requested.{reason}",
                f"request/{escalation.number}",
                promise=escalation.promise,
                follow_up=escalation.promise.kind is PromiseKind.OPENING,
            )
        case Holder.WAITING:
            promise = conversation.open_escalation.promise
            phrase = _KEPT_PHRASES.get(reason, "waiting.failed_turn")
            change.say(
                phrase,
                f"kept/{last}",
                promise=promise if phrase == "waiting.again" and promise.at > now else None,
            )
        case Holder.AGENT:
            pass  # The agent sees them.
    return change.done()


_KEPT_PHRASES = {
    **dict.fromkeys(
        (
            *(Reason.ASKED, Reason.SENSITIVE, Reason.FRAUD, Reason.BEREAVEMENT),
            *(Reason.LEGAL, Reason.VULNERABILITY, Reason.FRUSTRATED),
        ),
        "waiting.again",
    ),
    Reason.EMERGENCY: "sensitive.emergency",
    Reason.MEDIA: "media.kept",
    Reason.VOICE: "media.kept",
}
"""What a customer who waits hears about one more message that is a person's."""


def _opened(
    conversation: Conversation,
    reason: Reason,
    now: float,
    promises: Promises,
    turn: str | None,
) -> Escalation:
    number = conversation.escalations + 1
    return Escalation(
        id=f"{conversation.id}-{number}",
        number=number,
        reference=reference_number(conversation.id, number),
        reason=reason,
        asked_at=now,
        stage=Stage.ASKED,
        stage_since=now,
        promise=promises.news(now, promises.pickup_seconds),
        ask_by=now + promises.ask_again_seconds,
        turn=turn,
    )


def reference_number(conversation: str, number: int) -> str:
    """Return what the customer may refer to: eight characters of base32, in two groups."""
    digest = hashlib.sha256(f"{conversation}-{number}".encode()).digest()
    code = base64.b32encode(digest).decode("ascii")[:8]
    return f"{code[:4]}-{code[4:]}"


def withdraw(
    conversation: Conversation, message: InboundMessage, now: float, promises: Promises
) -> Decision:
    """End the request because the customer no longer wants a person.

    Only requests older than the withdrawal end: a message that is a person's and is as new or
    newer wins, and the place is kept.
    """
    change = Change.of(Event.WITHDRAWAL, conversation, now, promises)
    if conversation.holder is not Holder.WAITING:
        return _told(change, message)
    change.record(message, Handling.ANSWERED)
    if message.position <= conversation.for_person_at:
        return _kept(change, message)
    change.end(Ending.WITHDRAWN)
    change.hand_to(Holder.BOT)
    change.say("withdrawn", f"withdrawn/{message.event_id}")
    return change.done()


def choose_follow_up(
    conversation: Conversation, message: InboundMessage, now: float, promises: Promises
) -> Decision:
    """Promise a follow-up by a stated time, because the customer would rather not wait.

    Like a withdrawal it says so only of requests older than itself.
    """
    change = Change.of(Event.FOLLOW_UP, conversation, now, promises)
    if conversation.holder is not Holder.WAITING:
        return _told(change, message)
    change.record(message, Handling.ANSWERED)
    if message.position <= conversation.for_person_at:
        return _kept(change, message)
    promise = promises.follow_up(now)
    _enter_stage(change, Stage.FOLLOW_UP, promise)
    change.say("followup.chosen", f"follow-up/{message.event_id}", promise=promise)
    return change.done()


def _kept(change: Change, message: InboundMessage) -> Decision:
    """Say that the place is kept: what the message wished is older than what it would undo."""
    promise = change.before.open_escalation.promise
    change.say(
        "waiting.again",
        f"kept/{message.event_id}",
        promise=promise if promise.at > change.now else None,
    )
    return change.done()


def _told(change: Change, message: InboundMessage) -> Decision:
    """Take a wish about waiting from a customer who does not wait."""
    if change.before.holder is Holder.AGENT:
        change.record(message, Handling.FOR_PERSON)
        return change.done()
    change.record(message, Handling.ANSWERED)
    if change.before.holder is Holder.CLOSED:
        change.hand_to(Holder.BOT)
    change.say("ask.no_said", f"told/{message.event_id}")
    return change.done()


def keep_promise(conversation: Conversation, now: float, promises: Promises) -> Decision | None:
    """Say what was promised to be said by now, and promise the next; None when nothing is due."""
    if conversation.holder is not Holder.WAITING:
        return None
    escalation = conversation.open_escalation
    if promises.falls_due(escalation.promise) > now:
        return None
    change = Change.of(Event.PROMISE, conversation, now, promises)
    key = f"promise/{escalation.number}/{conversation.version}"
    if escalation.stage in (Stage.SUPERVISOR, Stage.FOLLOW_UP):
        promise = promises.follow_up(now, escalation.follow_ups)
        late = escalation.stage is Stage.FOLLOW_UP
        _enter_stage(change, Stage.FOLLOW_UP, promise)
        change.say("followup.late" if late else "followup.promised", key, promise=promise)
        return change.done()
    stage = _NEXT[escalation.stage]
    seconds = promises.seconds(stage) - promises.seconds(escalation.stage)
    promise = promises.news(now, seconds)
    _enter_stage(change, stage, promise)
    change.say(f"waiting.{stage}", key, promise=promise, follow_up=True)
    return change.done()


_NEXT = {
    Stage.ASKED: Stage.STILL,
    Stage.STILL: Stage.WIDER,
    Stage.WIDER: Stage.SUPERVISOR,
}


def _enter_stage(change: Change, stage: Stage, promise: Promise) -> None:
    escalation = change.after.open_escalation
    change.set(
        escalation=replace(
            escalation,
            stage=stage,
            promise=promise,
            ask_by=change.now,
            asked_agents=None,
            follow_ups=escalation.follow_ups + (stage is Stage.FOLLOW_UP),
        )
    )


def agents_asked(
    conversation: Conversation, escalation: str, stage: Stage, now: float, promises: Promises
) -> Decision | None:
    """Note the receipt of the agents queue for a stage; None when it no longer matters."""
    current = conversation.escalation
    if conversation.holder is not Holder.WAITING or current is None:
        return None
    if current.id != escalation or current.stage is not stage or current.agents_are_asked:
        return None
    change = Change.of(Event.ASKED, conversation, now, promises)
    change.set(escalation=replace(current, asked_agents=stage))
    return change.done()


# ------------------------------------------------------------------ an agent holds it


def claim(
    conversation: Conversation,
    escalation: str,
    agent: str,
    name: str | None,
    now: float,
    promises: Promises,
) -> Decision:
    """Give the conversation to one agent.

    Raises:
        NothingToClaimError: the request has ended, or another agent was first.

    """
    current = conversation.escalation
    if conversation.holder is not Holder.WAITING or current is None or current.id != escalation:
        message = "nobody waits under this request any more: it was claimed, withdrawn or ended"
        raise NothingToClaimError(message)
    change = Change.of(Event.CLAIM, conversation, now, promises)
    change.set(
        escalation=replace(current, claimed_at=current.claimed_at or now, answered=False),
        lease=Lease(
            agent=agent,
            name=name,
            until=now + promises.lease_seconds,
            seen=0,
            silent_since=now,
        ),
    )
    change.hand_to(Holder.AGENT)
    key = f"joined/{change.after.epoch}"
    if name:
        change.say("agent.joined_named", key, fields={"agent": name})
    else:
        change.say("agent.joined", key)
    return change.done()


def holds(conversation: Conversation, agent: str, epoch: int) -> Lease:
    """Return the lease under which an agent acts.

    Raises:
        FencedError: the agent's epoch is over; what was typed stays a draft.

    """
    lease = conversation.lease
    if (
        conversation.holder is not Holder.AGENT
        or conversation.epoch != epoch
        or lease is None
        or lease.agent != agent
    ):
        message = "this conversation has moved on: you no longer hold it, so nothing was sent"
        raise FencedError(message)
    return lease


def beat(
    conversation: Conversation, agent: str, epoch: int, now: float, promises: Promises
) -> Decision:
    """Renew an agent's lease. Raises FencedError when there is nothing to renew."""
    lease = holds(conversation, agent, epoch)
    change = Change.of(Event.HEARTBEAT, conversation, now, promises)
    change.set(lease=replace(lease, until=now + promises.lease_seconds))
    return change.done()


def see(
    conversation: Conversation, agent: str, epoch: int, entry: int, now: float, promises: Promises
) -> Decision:
    """Note that the agent has been shown the ledger up to an entry.

    Raises:
        FencedError: the agent no longer holds the conversation.

    """
    lease = holds(conversation, agent, epoch)
    seen = max(lease.seen, min(entry, conversation.entries))
    change = Change.of(Event.SEE, conversation, now, promises)
    change.set(lease=replace(lease, seen=seen, until=now + promises.lease_seconds))
    return change.done()


def agent_says(
    conversation: Conversation,
    agent: str,
    epoch: int,
    message_id: str,
    text: str,
    language: str | None,
    now: float,
    promises: Promises,
) -> Decision:
    """Commit an agent's message with its final, customer-facing text.

    Raises:
        FencedError: the agent no longer holds the conversation.

    """
    lease = holds(conversation, agent, epoch)
    change = Change.of(Event.AGENT_MESSAGE, conversation, now, promises)
    change.only_once(f"agent/{message_id}")
    change.set(
        escalation=replace(conversation.open_escalation, answered=True, unreached=False),
        lease=replace(lease, until=now + promises.lease_seconds, silent_since=None, nudged=False),
    )
    change.speak(text, f"agent/{message_id}", lease.name, language)
    return change.done()


def hand_back(
    conversation: Conversation, agent: str, epoch: int, now: float, promises: Promises
) -> Decision:
    """Give the customer back to the bot.

    Raises:
        FencedError: the agent no longer holds the conversation.
        UnseenError: the customer wrote something the agent has not been shown.
        UnansweredError: the agent has not written to the customer.

    """
    change = _ending(Event.HAND_BACK, conversation, agent, epoch, now, promises)
    change.hand_to(Holder.BOT)
    change.say("handed_back", f"handed-back/{epoch}")
    return change.done()


def resolve(
    conversation: Conversation, agent: str, epoch: int, now: float, promises: Promises
) -> Decision:
    """Close the conversation; the customer's next message opens a new epoch with the bot.

    Raises:
        FencedError: the agent no longer holds the conversation.
        UnseenError: the customer wrote something the agent has not been shown.
        UnansweredError: the agent has not written to the customer.

    """
    change = _ending(Event.RESOLVE, conversation, agent, epoch, now, promises)
    change.hand_to(Holder.CLOSED)
    change.say("resolved", f"resolved/{epoch}")
    return change.done()


def _ending(
    event: Event,
    conversation: Conversation,
    agent: str,
    epoch: int,
    now: float,
    promises: Promises,
) -> Change:
    lease = holds(conversation, agent, epoch)
    if lease.seen < conversation.entries:
        message = (
            f"the customer wrote something you have not seen: you saw up to entry {lease.seen}, "
            f"there are {conversation.entries}; read it first"
        )
        raise UnseenError(message)
    escalation = conversation.open_escalation
    if not escalation.answered:
        message = "the customer has not heard from you yet: write a message first"
        raise UnansweredError(message)
    change = Change.of(event, conversation, now, promises)
    change.end(_ending_of(escalation))
    return change


def _ending_of(escalation: Escalation) -> Ending:
    if escalation.unreached:
        return Ending.UNREACHABLE
    if escalation.follow_ups:
        return Ending.FOLLOWED_UP
    return Ending.ANSWERED


def listen(
    conversation: Conversation,
    messages: Sequence[InboundMessage],
    now: float,
    promises: Promises,
) -> Decision:
    """Record what a customer writes to the agent who holds the conversation."""
    change = Change.of(Event.MESSAGE, conversation, now, promises)
    for message in messages:
        change.record(message, Handling.FOR_PERSON)
    return change.done()


def check_lease(conversation: Conversation, now: float, promises: Promises) -> Decision | None:
    """Act on an agent who is gone or silent; None when neither is so by now.

    A vanished agent's customer goes back to the front of the queue with the original waiting
    time, and is told. One who is there but does not answer is nudged first.
    """
    if conversation.holder is not Holder.AGENT:
        return None
    lease = conversation.held_lease
    if lease.until <= now:
        if lease.external:
            return _release_external(conversation, now, promises)
        return _back_to_front(Event.AGENT_LOST, conversation, "agent.lost", now, promises)
    if lease.external or lease.silent_since is None:
        return None
    if lease.nudged and lease.silent_since + promises.reply_seconds <= now:
        return _back_to_front(Event.AGENT_SILENT, conversation, "agent.silent", now, promises)
    if not lease.nudged and lease.silent_since + promises.nudge_seconds <= now:
        change = Change.of(Event.NUDGE, conversation, now, promises)
        change.set(lease=replace(lease, nudged=True))
        return change.done()
    return None


def _back_to_front(
    event: Event, conversation: Conversation, phrase: str, now: float, promises: Promises
) -> Decision:
    change = Change.of(event, conversation, now, promises)
    promise = promises.news(now, promises.pickup_seconds)
    change.set(
        lease=None,
        escalation=replace(
            conversation.open_escalation,
            stage=Stage.ASKED,
            stage_since=now,
            promise=promise,
            ask_by=now,
            asked_agents=None,
            front=True,
        ),
    )
    change.hand_to(Holder.WAITING)
    change.say(phrase, f"lost/{conversation.epoch}", promise=promise, follow_up=True)
    return change.done()


def could_not_deliver(
    conversation: Conversation,
    row: OutboxRow,
    reason: str,
    now: float,
    promises: Promises,
    *,
    superseded: bool,
) -> Decision:
    """Give up a message that its channel refuses for good, and tell who must know.

    A bot's or a status message is marked and shown in the transcript. An agent's is more: while
    its agent holds the conversation, the agent gets a notice that has to be seen before anything
    can end; when the request has ended, it counts as unreachable and the supervisor is paged.
    `superseded` says that a later message of an agent follows under the same request: what counts
    is whether the last word arrives.
    """
    change = Change.of(Event.UNDELIVERABLE, conversation, now, promises)
    change.give_up(row, reason)
    if row.speaker is not Speaker.AGENT or row.escalation is None:
        return change.done()
    current = conversation.escalation
    if current is not None and current.number == row.escalation:
        change.set(escalation=replace(current, unreached=current.unreached or not superseded))
        if conversation.holder is Holder.AGENT:
            change.notice(f"undeliverable/{row.sequence}")
    elif not superseded:
        change.miss(row.escalation)
    return change.done()


def paged(
    conversation: Conversation, escalation: int, now: float, promises: Promises
) -> Decision | None:
    """Note that a supervisor was paged for an unreachable customer; None when that is known."""
    if conversation.missed != escalation:
        return None
    change = Change.of(Event.PAGED, conversation, now, promises)
    change.set(missed=None)
    return change.done()


# ------------------------------------------------------------------ another console


def hold_externally(
    conversation: Conversation,
    message: InboundMessage,
    console: str,
    now: float,
    promises: Promises,
) -> Decision:
    """Give the conversation to a person who answers from another console, known by an echo.

    An open request is theirs now, answered by what they wrote, unless it is newer than that: an
    echo that comes late says nothing about what was asked since. There is no lease to renew: after
    quiet hours without a further echo the conversation returns.
    """
    change = Change.of(Event.ECHO, conversation, now, promises)
    change.record(message, Handling.NOTED)
    if message.position <= conversation.for_person_at:
        return change.done()
    lease = Lease(
        agent=f"external:{console}",
        until=now + promises.quiet_seconds,
        seen=change.after.entries,
        external=True,
    )
    if conversation.escalation is not None:
        change.end(Ending.ANSWERED)
    if conversation.holder is Holder.AGENT:
        current = conversation.held_lease
        if current.agent != lease.agent:
            change.hand_to(Holder.AGENT)
    else:
        change.hand_to(Holder.AGENT)
    change.set(lease=lease)
    return change.done()


def _release_external(conversation: Conversation, now: float, promises: Promises) -> Decision:
    unseen = conversation.entries > conversation.held_lease.seen
    event = Event.QUIET_UNSEEN if unseen else Event.QUIET
    change = Change.of(event, conversation, now, promises)
    change.set(lease=None)
    if not unseen:
        change.hand_to(Holder.CLOSED)
        return change.done()
    escalation = _opened(conversation, Reason.FAILED, now, promises, None)
    change.hand_to(Holder.WAITING)
    change.open(escalation)
    change.say("agent.silent", f"quiet/{conversation.epoch}", promise=escalation.promise)
    return change.done()
