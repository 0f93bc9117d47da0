"""STOP and its kin: the words by which a customer ends all sending, and those that resume it.

Carriers and regulators name these words; a customer who sends one as the whole of a message is
not written to again, by anybody, before one of the others comes. What the customer writes
meanwhile is a person's to see.
"""

import unicodedata
from collections.abc import Mapping
from enum import StrEnum
from typing import Final


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
