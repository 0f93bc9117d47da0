"""Holds every decision against the models' transition table, so that code and models stay one."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from handrail.domain.conversation import Conversation
from handrail.domain.decision import Decision, Event
from handrail.domain.promises import Promises
from handrail.domain.windows import closing_at

TABLE = Path(__file__).parents[2] / "models" / "transitions.json"
Key = tuple[str, str, str, str]
"""From, event, to, and whether the epoch rises."""


@dataclass(slots=True)
class Moment:
    """A decision at the moment of its commit, and what the watcher knows apart from the code."""

    decision: Decision
    now: float
    promises: Promises
    newest_for_person: int
    """The position of the newest message that is a person's, by the watcher's own count."""
    began: frozenset[int]
    """The epochs in which turns over these messages began."""
    replied: bool
    """Whether the agent has written in this epoch, by the watcher's own count."""
    acting: tuple[str, int | None] | None
    """The agent whose client asks for this, and the epoch the client believes in."""
    known: bool
    """Whether one of the messages was in the ledger before."""

    @property
    def before(self) -> Conversation:
        """The conversation as it was."""
        return self.decision.before

    @property
    def position(self) -> int:
        """The newest position among the decided messages."""
        return max((row.position for row in self.decision.ledger), default=-1)


def _holds(moment: Moment) -> bool:
    lease = moment.before.lease
    return lease is not None and moment.acting == (lease.agent, moment.before.epoch)


def _silent(moment: Moment, *, nudged: bool, seconds: int) -> bool:
    lease = moment.before.lease
    return (
        lease is not None
        and lease.nudged is nudged
        and lease.silent_since is not None
        and lease.silent_since + seconds <= moment.now
    )


_WHEN: Mapping[str, Callable[[Moment], bool]] = {
    "no_row": lambda m: not m.known,
    # A turn that failed may have failed before it began; a person is asked for all the same.
    "same_epoch": lambda m: m.decision.event is Event.FAILED_TURN or m.before.epoch in m.began,
    "newer": lambda m: m.position > m.newest_for_person,
    "not_newer": lambda m: m.position <= m.newest_for_person,
    "holds": _holds,
    "all_seen": lambda m: m.before.lease is not None and m.before.lease.seen == m.before.entries,
    "not_all_seen": lambda m: (
        m.before.lease is not None and m.before.lease.seen < m.before.entries
    ),
    "replied": lambda m: m.replied,
    "lease_over": lambda m: m.before.lease is not None and m.before.lease.until <= m.now,
    "silent": lambda m: _silent(m, nudged=True, seconds=m.promises.reply_seconds),
    "silent_first": lambda m: _silent(m, nudged=False, seconds=m.promises.nudge_seconds),
    "due": lambda m: (
        m.before.escalation is not None
        and m.promises.falls_due(m.before.escalation.promise) <= m.now
    ),
    "closing": lambda m: (at := closing_at(m.before)) is not None and at <= m.now,
    "external": lambda m: m.before.lease is not None and m.before.lease.external,
    "not_external": lambda m: m.before.lease is not None and not m.before.lease.external,
    "unasked": lambda m: (
        m.before.escalation is not None and not m.before.escalation.agents_are_asked
    ),
    "missed": lambda m: m.before.missed is not None,
}


@cache
def _own() -> Mapping[str, Any]:
    table: Mapping[str, Any] = json.loads(TABLE.read_text(encoding="utf-8"))
    return table


class Transitions:
    """The table, and which of its rows have been seen."""

    def __init__(self, table: Mapping[str, Any] | None = None) -> None:
        """Read the table of the models, or take another."""
        table = table or _own()
        self._rows: dict[Key, list[tuple[str, ...]]] = defaultdict(list)
        for row in table["transitions"]:
            if "models_only" not in row:
                key = (row["from"], row["event"], row["to"], row["epoch"])
                self._rows[key].append(tuple(row["when"]))
        self.seen: set[Key] = set()

    @property
    def keys(self) -> set[Key]:
        """Every transition that the code may take."""
        return set(self._rows)

    def fault(self, moment: Moment) -> str | None:
        """Return why a decision is none of the table's, or None when it is."""
        before, after = moment.before, moment.decision.after
        rises = "+1" if after.epoch > before.epoch else "same"
        key = (str(before.holder), str(moment.decision.event), str(after.holder), rises)
        rows = self._rows.get(key)
        if rows is None:
            return f"{' '.join(key)} is no transition of the models"
        lacks = [[one for one in when if not _WHEN[one](moment)] for when in rows]
        if all(lacks):
            return f"{' '.join(key)} without {' or '.join(', '.join(one) for one in lacks)}"
        self.seen.add(key)
        return None
