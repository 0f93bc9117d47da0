"""Who may hold a conversation after what: the protocol's ways, written down once more.

The code that decides does not read this. What it wrote is held against it, so that a way which
nobody meant is seen in production; `infra/models/transitions.json` is the models' own table, and a
test holds the two together.
"""

from collections.abc import Mapping
from typing import Final

from handrail.domain.conversation import Holder
from handrail.domain.decision import Event

_B, _W, _A, _C = Holder.BOT, Holder.WAITING, Holder.AGENT, Holder.CLOSED
_Way = tuple[Holder, Holder]

_SAME: Final = frozenset((holder, holder) for holder in Holder)
_WITH_BOT: Final = frozenset({(_B, _B), (_W, _W), (_C, _B)})
_LISTENING: Final = frozenset({(_A, _A)})
_KEPT: Final = frozenset({(_W, _W)})
_NEEDS_PERSON: Final = frozenset({(_B, _W), (_C, _W), (_W, _W)})

WAYS: Final[Mapping[Event, frozenset[_Way]]] = {
    Event.ANSWER: _WITH_BOT,
    Event.ASK_BACK: _WITH_BOT,
    Event.GO_ON: _WITH_BOT,
    Event.LANGUAGE: _WITH_BOT | _LISTENING,
    Event.NOTE: _SAME,
    Event.REQUEST: _NEEDS_PERSON | _LISTENING,
    Event.FAILED_TURN: _NEEDS_PERSON,
    Event.DEAD_LETTER: _NEEDS_PERSON | _LISTENING,
    Event.MESSAGE: _LISTENING,
    Event.WITHDRAWAL: _WITH_BOT | _LISTENING | {(_W, _B)},
    Event.FOLLOW_UP: _WITH_BOT | _LISTENING,
    Event.PROMISE: _KEPT,
    Event.ASKED: _KEPT,
    Event.CLAIM: frozenset({(_W, _A)}),
    Event.HEARTBEAT: _LISTENING,
    Event.SEE: _LISTENING,
    Event.AGENT_MESSAGE: _LISTENING,
    Event.HAND_BACK: frozenset({(_A, _B)}),
    Event.RESOLVE: frozenset({(_A, _C)}),
    Event.NUDGE: _LISTENING,
    Event.AGENT_LOST: frozenset({(_A, _W)}),
    Event.AGENT_SILENT: frozenset({(_A, _W)}),
    Event.UNDELIVERABLE: _SAME,
    Event.PAGED: _SAME,
    Event.STOP: _SAME,
    Event.RESUME: _SAME | {(_C, _B)},
    Event.WINDOW: _KEPT,
    Event.ECHO: _SAME | {(_B, _A), (_C, _A), (_W, _A)},
    Event.QUIET: frozenset({(_A, _C)}),
    Event.QUIET_UNSEEN: frozenset({(_A, _W)}),
}


def is_way(event: Event, before: Holder, after: Holder) -> bool:
    """Tell whether an event may leave a conversation of one holder with another."""
    return (before, after) in WAYS[event]
