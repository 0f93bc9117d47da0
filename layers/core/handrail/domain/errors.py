"""Every error Handrail raises on purpose.

HandrailError
├── InvalidInputError        what came in cannot be used: the sender is told, nothing is stored
│   ├── ForgedRequestError   signature, token or session does not verify
│   └── MalformedRequestError  verified, but not what the channel promises
├── ConflictError            the conversation moved on since it was read: decide again
│   └── DuplicateError       some of it is in the table already: decide without that
├── RefusedError             the protocol says no: the caller is told why
│   ├── FencedError          the caller no longer holds the conversation
│   ├── UnseenError          the agent has not seen every message yet
│   ├── UnansweredError      the agent has not written to the customer yet
│   ├── NothingToClaimError  nobody waits, or somebody else was first
│   ├── FileRefusedError     a customer's file is none that anybody should open
│   └── FileGoneError        a customer's file is no longer, or not, where it was kept
├── UnavailableError         a service did not answer or is throttled: try again
└── SettingsError            a setting is missing or makes no sense
"""


class HandrailError(Exception):
    """Base of every error Handrail raises on purpose."""


class InvalidInputError(HandrailError):
    """What came in cannot be used; the message tells the sender what was expected."""


class ForgedRequestError(InvalidInputError):
    """A signature, token or session does not verify; nothing of the request was parsed."""


class MalformedRequestError(InvalidInputError):
    """The request is genuine but not what its channel promises to send."""


class ConflictError(HandrailError):
    """Somebody else changed the conversation first; read it again and decide again."""


class DuplicateError(ConflictError):
    """Some of a decision's messages, or its once-key, are in the table already."""

    def __init__(self, event_ids: frozenset[str]) -> None:
        """Name the messages that others decided first; empty when it was the once-key."""
        super().__init__(f"{len(event_ids)} messages of this decision were decided before")
        self.event_ids = event_ids


class RefusedError(HandrailError):
    """The protocol does not allow the action now; the message says why and what to do."""


class FencedError(RefusedError):
    """The caller's epoch is over: somebody else holds the conversation."""


class UnseenError(RefusedError):
    """The customer wrote something the agent has not been shown yet."""


class UnansweredError(RefusedError):
    """The agent has not written to the customer under this request."""


class NothingToClaimError(RefusedError):
    """No customer waits under this escalation, or another agent was first."""


class FileRefusedError(RefusedError):
    """The file is too large, or runs when it is opened."""


class FileGoneError(RefusedError):
    """There is no such file, or its provider keeps it no longer."""


class UnavailableError(HandrailError):
    """A service failed, is throttled or answered too late; what was asked may have happened."""


class SettingsError(HandrailError):
    """A setting is missing or makes no sense; the message names it and what is expected."""
