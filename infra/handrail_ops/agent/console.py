"""An agent at work without a screen: claim, stay, show, write, let go.

The terminal stands on this, and so may a company's own consumer: the queue says who waits, the
desk API is the only way to answer, and `Chat` keeps the lease and the `seen` position honest.
"""

from __future__ import annotations

import contextlib
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Protocol

from handrail_ops.agent.client import (
    DeskClient,
    DeskError,
    DeskRefusedError,
    DeskUnavailableError,
)
from handrail_ops.agent.reach import Reach
from handrail_ops.agent.requests import Requests, Waiting

BEAT_SECONDS = 3.0
"""How often a chat asks for news; each time renews the lease too."""
TYPING_SECONDS = 10.0
"""How often the customer is told, at most, that the agent is writing."""
LEASE_SHARE = 4
"""At least so many beats fit into a lease."""


class Screen(Protocol):
    """Where a chat shows what happens; called from the chat's own thread as well."""

    def lines(self, lines: Sequence[Mapping[str, Any]]) -> None:
        """Show lines of the transcript; once this returns they count as seen."""
        ...

    def nudged(self) -> None:
        """Say that the customer has been waiting for an answer."""
        ...

    def reach(self, message: str) -> None:
        """Say whether, and until when, what is written reaches the customer."""
        ...

    def draft(self) -> str:
        """Return the words that are being written and were not sent yet."""
        ...

    def trouble(self, message: str) -> None:
        """Say that the desk does not answer at the moment."""
        ...

    def lost(self, message: str) -> None:
        """Say that the chat is over for this agent, and why."""
        ...


class Chat:
    """A claimed conversation: stays alive by itself, and shows what comes."""

    def __init__(
        self,
        desk: DeskClient,
        claimed: Mapping[str, Any],
        screen: Screen,
        beat_seconds: float = BEAT_SECONDS,
        now: Callable[[], float] = time.time,
    ) -> None:
        """Take the answer to a claim; nothing is shown or sent before `start`."""
        self._now = now
        self._claimed = claimed
        self._reach = Reach()
        self._desk = desk
        self._screen = screen
        self.escalation = str(claimed["escalation"])
        self.epoch = int(claimed["epoch"])
        self.language = str(claimed["language"])
        self.transcript: list[Mapping[str, Any]] = list(claimed["transcript"])
        self._beat_seconds = min(beat_seconds, float(claimed["lease_seconds"]) / LEASE_SHARE)
        self._shown = 0
        self._seen = 0
        self._nudged = False
        self._draft = ""
        self._typing_from = 0.0
        """When the customer may be told again."""
        self._over = threading.Event()
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._stay, name="chat", daemon=True)

    @property
    def over(self) -> bool:
        """Whether this agent no longer holds the conversation, by whatever way."""
        return self._over.is_set()

    def start(self) -> None:
        """Show the transcript so far, and stay from now on."""
        self._show(self.transcript)
        self._tell_reach(self._claimed)
        self._thread.start()

    def say(
        self,
        text: str,
        *,
        message_id: str | None = None,
        language: str | None = None,
        untranslated: bool = False,
    ) -> str:
        """Write to the customer; returns the text as the customer reads it.

        Raises:
            DeskRefusedError: `translation_failed`: try again, or untranslated; `fenced`: over.
            DeskUnavailableError: try again with the same `message_id`.

        """
        message_id = message_id or uuid.uuid4().hex
        with self._ending_when_fenced():
            answer = self._desk.message(
                self.escalation,
                self.epoch,
                message_id,
                text,
                language=language,
                untranslated=untranslated,
            )
        self._nudged = False
        return str(answer["text"])

    def hand_back(self) -> None:
        """Give the customer back to the bot; refused while something is unseen."""
        with self._ending_when_fenced():
            self._desk.hand_back(self.escalation, self.epoch)
        self.leave()

    def resolve(self) -> None:
        """Close the conversation; refused while something is unseen."""
        with self._ending_when_fenced():
            self._desk.resolve(self.escalation, self.epoch)
        self.leave()

    def reveal(self, event_id: str, reason: str) -> str | None:
        """Return the original of a redacted message."""
        with self._ending_when_fenced():
            return self._desk.reveal(self.escalation, self.epoch, event_id, reason)

    def file(self, event_id: str, number: int) -> Iterator[tuple[str, bytes]]:
        """Yield a customer's file in pieces, each with its name."""
        with self._ending_when_fenced():
            yield from self._desk.file(self.escalation, self.epoch, event_id, number)

    def catch_up(self) -> None:
        """Ask for news now instead of at the next beat."""
        with self._ending_when_fenced():
            self._beat()

    def leave(self) -> None:
        """Stop staying. Whoever leaves without ending the chat loses it when the lease is over."""
        self._over.set()
        if self._thread.is_alive() and self._thread is not threading.current_thread():
            self._thread.join()

    def _stay(self) -> None:
        troubled = False
        while not self._over.wait(self._beat_seconds):
            try:
                self._beat()
            except DeskRefusedError as error:
                if not self._over.is_set():
                    self._over.set()
                    self._screen.lost(str(error))
            except DeskUnavailableError as error:
                if not troubled:
                    self._screen.trouble(str(error))
                troubled = True
            else:
                troubled = False

    def _beat(self) -> None:
        with self._lock:
            if self.over:
                return
            answer = self._desk.heartbeat(self.escalation, self.epoch)
            self._show(answer.get("news", ()))
            self._tell_reach(answer)
        self._tell_typing()
        if answer.get("nudge") and not self._nudged:
            self._screen.nudged()
        self._nudged = bool(answer.get("nudge"))

    def _show(self, lines: Sequence[Mapping[str, Any]]) -> None:
        """Show what was not shown yet, and only then say that it was seen."""
        entries = [int(line["entry"]) for line in lines if line.get("entry") is not None]
        fresh = [
            line for line in lines if line.get("entry") is None or int(line["entry"]) > self._shown
        ]
        if fresh:
            self._screen.lines(fresh)
        self._shown = max([self._shown, *entries])
        if self._shown > self._seen:
            self._desk.seen(self.escalation, self.epoch, self._shown)
            self._seen = self._shown

    def _tell_typing(self) -> None:
        """Tell the customer that somebody writes, while there is more of it at each look."""
        draft, now = self._screen.draft(), self._now()
        is_typing = bool(draft.strip()) and draft != self._draft
        self._draft = draft
        if is_typing and now >= self._typing_from:
            self._typing_from = now + TYPING_SECONDS
            with contextlib.suppress(DeskError):
                self._desk.typing(self.escalation, self.epoch)

    def _tell_reach(self, answer: Mapping[str, Any]) -> None:
        told = self._reach.heard(answer, self._now())
        if told is not None:
            self._screen.reach(told)

    @contextlib.contextmanager
    def _ending_when_fenced(self) -> Iterator[None]:
        try:
            yield
        except DeskRefusedError as error:
            if error.code == "fenced":
                self._over.set()
            raise


class AgentConsole:
    """An agent at work: claims requests and hands out chats."""

    def __init__(
        self,
        desk: DeskClient,
        requests: Requests,
        name: str | None = None,
        beat_seconds: float = BEAT_SECONDS,
    ) -> None:
        """Work under a display name that customers see, or without one."""
        self.desk = desk
        self.requests = requests
        self._name = name
        self._beat_seconds = beat_seconds

    def claim(self, waiting: Waiting, screen: Screen) -> Chat | None:
        """Claim a request; None when nobody waits under it any more.

        The message leaves the queue either way: what happens next stands in the table, which asks
        again by itself when this agent vanishes.

        Raises:
            DeskUnavailableError: the message stays in the queue and comes back.

        """
        try:
            claimed = self.desk.claim(waiting.escalation, self._name)
        except DeskRefusedError:
            self.requests.done(waiting)
            return None
        with contextlib.suppress(DeskUnavailableError):
            # Should it come again, it finds the customer claimed.
            self.requests.done(waiting)
        return Chat(self.desk, claimed, screen, self._beat_seconds)
