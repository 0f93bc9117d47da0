"""What the bot may do: answer, ask back, change language, take note. Never while a person holds.

Everything here is decided for the epoch in which it began: when the conversation has moved on,
`FencedError` says so, nothing is committed, and the message is decided again.
"""

from collections.abc import Sequence

from handrail.domain.conversation import Conversation, Holder
from handrail.domain.decision import Change, Decision, Event
from handrail.domain.delivery import Speaker
from handrail.domain.errors import FencedError
from handrail.domain.escalation import ask_for_person
from handrail.domain.ledger import Handling
from handrail.domain.media import FILE_BYTES_MAX, Refusal, refusal
from handrail.domain.message import InboundMessage
from handrail.domain.outbox import Way
from handrail.domain.promises import Promises
from handrail.domain.turn import Answered, NeedsPerson, Outcome


def commit_turn(
    conversation: Conversation,
    begun: int,
    messages: Sequence[InboundMessage],
    outcome: Outcome,
    now: float,
    promises: Promises,
    *,
    turn: str | None = None,
) -> Decision:
    """Commit what a turn came to, in the epoch in which it began.

    With the bot, an answer answers and anything else asks for a person. While the customer waits,
    an answer helps meanwhile, and anything else only says that the place is kept.

    Raises:
        FencedError: the epoch is over, or a person holds the conversation.

    """
    if conversation.epoch != begun or conversation.holder is Holder.AGENT:
        message = "the turn began in an epoch that is over; decide again"
        raise FencedError(message)
    match outcome:
        case NeedsPerson(reason=reason):
            return ask_for_person(conversation, messages, reason, now, promises, turn=turn)
        case Answered(text=text, citations=citations, language=language):
            change = _with_bot(Event.ANSWER, conversation, messages, now, promises)
            change.answer(text, f"answer/{messages[-1].event_id}", citations, language)
            return change.done()


def ask_back(
    conversation: Conversation,
    messages: Sequence[InboundMessage],
    now: float,
    promises: Promises,
) -> Decision:
    """Ask a customer who may want a person whether that is so."""
    change = _with_bot(Event.ASK_BACK, conversation, messages, now, promises)
    key = f"ask/{messages[-1].event_id}"
    if change.after.holder is Holder.WAITING:
        promise = change.after.open_escalation.promise
        change.say("waiting.again", key, promise=promise if promise.at > now else None)
    else:
        change.say("ask.person", key, way=Way.ASK, speaker=Speaker.BOT)
    return change.done()


def go_on(
    conversation: Conversation, message: InboundMessage, now: float, promises: Promises
) -> Decision:
    """Go on with the bot after the answer No to whether a person is wanted."""
    change = _with_bot(Event.GO_ON, conversation, (message,), now, promises)
    change.say("ask.no_said", f"go-on/{message.event_id}", speaker=Speaker.BOT)
    return change.done()


def welcome(
    conversation: Conversation, message: InboundMessage, now: float, promises: Promises
) -> Decision:
    """Greet somebody who pressed a channel's start button."""
    change = _with_bot(Event.GO_ON, conversation, (message,), now, promises)
    change.say("welcome", f"welcome/{message.event_id}", speaker=Speaker.BOT)
    return change.done()


def refuse_file(
    conversation: Conversation, message: InboundMessage, now: float, promises: Promises
) -> Decision:
    """Say that a file is not taken, and what would be."""
    why = refusal(message.details) or Refusal.REFUSED
    change = _with_bot(Event.GO_ON, conversation, (message,), now, promises)
    size = {"size": f"{FILE_BYTES_MAX // 1_000_000} MB"} if why is Refusal.TOO_LARGE else {}
    change.say(f"media.{why}", f"file/{message.event_id}", fields=size, speaker=Speaker.BOT)
    return change.done()


def switch_language(
    conversation: Conversation,
    message: InboundMessage,
    language: str,
    now: float,
    promises: Promises,
) -> Decision:
    """Go on in the language the customer asked for, whoever holds the conversation."""
    if conversation.holder is Holder.AGENT:
        change = Change.of(Event.LANGUAGE, conversation, now, promises)
        change.record(message, Handling.FOR_PERSON)
        change.set(language=language, language_chosen=True)
        return change.done()
    change = _with_bot(Event.LANGUAGE, conversation, (message,), now, promises)
    change.set(language=language, language_chosen=True)
    change.say("language.switched", f"language/{message.event_id}", speaker=Speaker.BOT)
    return change.done()


def take_note(
    conversation: Conversation,
    messages: Sequence[InboundMessage],
    now: float,
    promises: Promises,
) -> Decision:
    """Record what needs no reply: a reaction, a deletion. An agent sees it in the transcript."""
    change = Change.of(Event.NOTE, conversation, now, promises)
    for message in messages:
        change.record(message, Handling.NOTED)
    return change.done()


def _with_bot(
    event: Event,
    conversation: Conversation,
    messages: Sequence[InboundMessage],
    now: float,
    promises: Promises,
) -> Change:
    if conversation.holder is Holder.AGENT:
        message = "a person holds the conversation; the bot commits nothing"
        raise FencedError(message)
    change = Change.of(event, conversation, now, promises)
    for message_ in messages:
        change.record(message_, Handling.ANSWERED)
    if conversation.holder is Holder.CLOSED:
        change.hand_to(Holder.BOT)
    return change
