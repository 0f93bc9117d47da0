"""Where a queue's messages stand, and in what order they may leave.

moto keeps one list for each queue and walks it on every call: a send, a receive and a delete cost
more with every message, two receivers can be handed the same message, and a FIFO batch whose
visibility expires comes back out of order. `Shelf` is the same contract with the shelves AWS has:
what is ready (by message group on a FIFO queue), what is hidden and until when, and which
deduplication ids were seen in the last five minutes, deleted or not.
"""

from __future__ import annotations

import bisect
import heapq
import itertools
import threading
import time
from collections import OrderedDict, deque
from dataclasses import dataclass, field
from typing import Any

_DEDUPLICATION_SECONDS = 300
_FIRST_SEQUENCE_NUMBER = 18849496460467696128
_SEQUENCE_STEP = 256


@dataclass(slots=True, eq=False)
class Entry:
    """One message on the shelf. `hidden_until` is None while it may be received."""

    message: Any
    position: int
    group: str
    hidden_until: float | None = None
    in_flight: bool = False
    gone: bool = False
    handles: list[str] = field(default_factory=list)


class Shelf:
    """The messages of one queue; every method expects `lock` to be held by its caller."""

    def __init__(self, *, fifo: bool) -> None:
        self.fifo = fifo
        self.lock = threading.Condition()
        self.entries: dict[int, Entry] = {}
        self._positions = itertools.count(1)
        self._by_handle: dict[str, Entry] = {}
        self._deleted_handles: set[str] = set()
        # Groups are served in the order of their insertion; a served group goes last.
        self._ready: OrderedDict[str, deque[Entry]] = OrderedDict()
        self._in_flight: dict[str, int] = {}
        self._hidden: list[tuple[float, int, Entry]] = []
        self._tie = itertools.count()
        self._seen: OrderedDict[str, tuple[float, str, str]] = OrderedDict()

    def put(self, message: Any) -> None:
        """Add a message; a delay that moto has written into it is respected."""
        position = next(self._positions)
        group = message.group_id if self.fifo and message.group_id else ""
        entry = Entry(message, position, group)
        self.entries[position] = entry
        delayed_until = message.delayed_until / 1000
        if delayed_until > time.time():
            self._hide(entry, delayed_until)
        else:
            self._shelve(entry)
        self.lock.notify_all()

    def repeated(self, key: str, message: Any) -> bool:
        """Is this a duplicate within five minutes? Then give it the identity of the first."""
        now = time.time()
        while self._seen and next(iter(self._seen.values()))[0] <= now:
            self._seen.popitem(last=False)
        if first := self._seen.get(key):
            _, message.id, message.sequence_number = first
            return True
        if self.fifo:
            message.sequence_number = self.next_sequence_number()
        self._seen[key] = (now + _DEDUPLICATION_SECONDS, message.id, message.sequence_number)
        return False

    def next_sequence_number(self) -> str:
        """A sequence number larger than all before it."""
        return str(_FIRST_SEQUENCE_NUMBER + next(self._tie) * _SEQUENCE_STEP)

    def take(self, count: int) -> list[Entry]:
        """Up to `count` entries that may be received now, in order; they are left in place."""
        self._release(time.time())
        chosen: list[Entry] = []
        for group, ready in self._ready.items():
            if self.fifo and self._in_flight.get(group):
                continue
            chosen.extend(itertools.islice(ready, count - len(chosen)))
            if len(chosen) >= count:
                break
        return chosen

    def hand_out(self, entry: Entry, visibility_seconds: int) -> None:
        """Mark an entry as received."""
        self._unshelve(entry)
        message = entry.message
        message.mark_received(visibility_timeout=visibility_seconds)
        entry.handles.append(message.receipt_handle)
        self._by_handle[message.receipt_handle] = entry
        if visibility_seconds:
            self._start_flight(entry, time.time() + visibility_seconds)
        else:
            self._shelve(entry)
        if self.fifo and entry.group in self._ready:
            self._ready.move_to_end(entry.group)

    def drop(self, entry: Entry) -> None:
        """Take an entry away for good."""
        if entry.in_flight:
            self._end_flight(entry)
        elif entry.hidden_until is None:
            self._unshelve(entry)
        entry.gone = True
        self.entries.pop(entry.position, None)
        for handle in entry.handles:
            self._by_handle.pop(handle, None)
        self._deleted_handles.update(entry.handles)
        self.lock.notify_all()

    def holder(self, handle: str) -> Entry | None:
        """The entry that was handed out under this receipt handle."""
        return self._by_handle.get(handle)

    def was_deleted(self, handle: str) -> bool:
        """Did this handle belong to a message that is gone?"""
        return handle in self._deleted_handles

    def is_current(self, entry: Entry, handle: str) -> bool:
        """Does this handle still hold the message: the newest one, its visibility not over?"""
        self._release(time.time())
        return entry.in_flight and entry.handles[-1] == handle

    def change_visibility(self, entry: Entry, seconds: int) -> None:
        """Hide an entry that is in flight for so long from now; 0 gives it back."""
        self._end_flight(entry)
        entry.message.change_visibility(seconds)
        if seconds:
            self._start_flight(entry, time.time() + seconds)
        else:
            self._shelve(entry)
        self.lock.notify_all()

    def seconds_to_next_release(self, limit: float) -> float:
        """How long a receiver may sleep before something hidden comes back by itself."""
        while self._hidden and self._is_stale(self._hidden[0]):
            heapq.heappop(self._hidden)
        if not self._hidden:
            return limit
        return min(limit, max(0.0, self._hidden[0][0] - time.time()))

    def clear(self) -> None:
        """Drop everything."""
        for entry in list(self.entries.values()):
            self.drop(entry)

    def counts(self) -> tuple[int, int, int]:
        """Ready, in flight and delayed."""
        self._release(time.time())
        flying = sum(self._in_flight.values())
        ready = sum(len(waiting) for waiting in self._ready.values())
        return ready, flying, len(self.entries) - ready - flying

    def _shelve(self, entry: Entry) -> None:
        entry.hidden_until = None
        waiting = self._ready.setdefault(entry.group, deque())
        if waiting and waiting[-1].position > entry.position:
            waiting.insert(bisect.bisect([w.position for w in waiting], entry.position), entry)
        else:
            waiting.append(entry)

    def _unshelve(self, entry: Entry) -> None:
        waiting = self._ready[entry.group]
        if waiting[0] is entry:
            waiting.popleft()
        else:
            waiting.remove(entry)
        if not waiting:
            del self._ready[entry.group]

    def _hide(self, entry: Entry, until: float) -> None:
        entry.hidden_until = until
        heapq.heappush(self._hidden, (until, next(self._tie), entry))

    def _start_flight(self, entry: Entry, until: float) -> None:
        entry.in_flight = True
        self._in_flight[entry.group] = self._in_flight.get(entry.group, 0) + 1
        self._hide(entry, until)

    def _end_flight(self, entry: Entry) -> None:
        entry.in_flight = False
        entry.hidden_until = None
        self._in_flight[entry.group] -= 1
        if not self._in_flight[entry.group]:
            del self._in_flight[entry.group]

    @staticmethod
    def _is_stale(hidden: tuple[float, int, Entry]) -> bool:
        until, _, entry = hidden
        return entry.gone or entry.hidden_until != until

    def _release(self, now: float) -> None:
        while self._hidden and (self._hidden[0][0] <= now or self._is_stale(self._hidden[0])):
            hidden = heapq.heappop(self._hidden)
            if self._is_stale(hidden):
                continue
            entry = hidden[2]
            if entry.in_flight:
                self._end_flight(entry)
            self._shelve(entry)
