"""STOP and its kin: the words by which a customer ends all sending, and those that resume it.

Carriers and regulators name these words; a customer who sends one as the whole of a message is
not written to again, by anybody, before one of the others comes. What the customer writes
meanwhile is a person's to see.
"""

import unicodedata
from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from handrail.domain.conversation import Conversation, Holder
from handrail.domain.decision import Change, Decision, Event
from handrail.domain.ledger import Handling
from handrail.domain.message import InboundMessage
from handrail.domain.promises import Promises


class Consent(StrEnum):
    """What a message says about being written to."""

    STOPPED = "stopped"
    RESUMED = "resumed"


OPT_OUT: Final = "opt_out"
"""The detail of a message by which a provider says that it has read it as such: `stop`, `start`
or `help`."""

_TOLD: Final = {"stop": Consent.STOPPED, "start": Consent.RESUMED}

STOP_EVERYWHERE: Final = frozenset(
    {
        "stop",
        "stopall",
        "stop all",
        "unsubscribe",
        "optout",
        "opt out",
        "opt-out",
        "unsubscribe all",
    }
)
"""Words that mean nothing else on any messenger."""

STOP_ON_SMS: Final = STOP_EVERYWHERE | {
    # The carriers' and Twilio's in the United States and Canada, the regulator's, and Amazon's.
    *("cancel", "end", "quit", "revoke", "remove", "td"),
    *("arret", "arrêt", "arrete", "arrête", "arrett"),
}
"""Where carriers take these words, they stop the sending whatever anybody meant by them."""

START_WORDS: Final = frozenset({"start", "unstop", "resume", "subscribe", "yes"})
"""Taken as such only from a customer who has stopped us."""

_KEYWORD_CHARS_MAX: Final = 40
_MARKS: Final = ".,!?/\"'\u2018\u2019\u201c\u201d\u00a1\u00bf\u2026"
_SMS: Final = frozenset({"twilio_sms"})
_WITHOUT: Final = frozenset({"direct", "web"})
"""Channels of our own: whoever is there has come to us, and closes the page to go."""


def tells_us_to_stop(message: InboundMessage) -> bool:
    """Tell whether a message surely tells us to stop: that must not wait behind a turn.

    That what follows it then may overtake it does no harm, since the newer word counts.
    """
    return (
        consent_of(message.text, message.channel, message.details, stopped=False)
        is Consent.STOPPED
    )


def consent_of(
    text: str | None, channel: str, details: Mapping[str, str], *, stopped: bool
) -> Consent | None:
    """Return what a message says about being written to, None when it is about anything else."""
    told = _TOLD.get(details.get(OPT_OUT, ""))
    if told is not None:
        return told
    if text is None or channel in _WITHOUT:
        return None
    word = _word(text)
    if word in (STOP_ON_SMS if channel in _SMS else STOP_EVERYWHERE):
        return Consent.STOPPED
    return Consent.RESUMED if stopped and word in START_WORDS else None


def _word(text: str) -> str:
    """Return a message that is nothing but a word or two, without its punctuation."""
    if len(text) > _KEYWORD_CHARS_MAX:
        return ""
    folded = unicodedata.normalize("NFKC", text).casefold()
    words = (word.strip(_MARKS) for word in folded.split())
    return " ".join(filter(None, words))


def stop(
    conversation: Conversation,
    message: InboundMessage,
    now: float,
    promises: Promises,
) -> Decision:
    """End all sending, whoever holds the conversation; nothing is said to that.

    A request for a person stays open: people see that the customer has told us to stop, and may
    know another way. Of two words about it with one position this one wins.
    """
    change = Change.of(Event.STOP, conversation, now, promises)
    waits = conversation.holder in (Holder.WAITING, Holder.AGENT)
    handling = Handling.FOR_PERSON if waits else Handling.NOTED
    change.record(message, handling, expects_reply=False)
    if message.position >= conversation.consent_position:
        change.set(stopped=True, consent_position=message.position)
    return change.done()


def resume(
    conversation: Conversation,
    message: InboundMessage,
    now: float,
    promises: Promises,
) -> Decision:
    """Write to the customer again, and say so; unless the customer told us to stop since."""
    change = Change.of(Event.RESUME, conversation, now, promises)
    held = conversation.holder is Holder.AGENT
    if message.position <= conversation.consent_position:
        handling = Handling.FOR_PERSON if held else Handling.NOTED
        change.record(message, handling, expects_reply=False)
        return change.done()
    change.record(message, Handling.FOR_PERSON if held else Handling.ANSWERED)
    change.set(stopped=False, consent_position=message.position)
    if conversation.holder is Holder.CLOSED:
        change.hand_to(Holder.BOT)
    change.say("resumed", f"resumed/{message.event_id}")
    return change.done()
