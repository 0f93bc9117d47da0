"""Agents: they take requests off the queue, claim, answer and let go, or do none of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final

from handrail.domain.errors import (
    ConflictError,
    FencedError,
    NothingToClaimError,
    RefusedError,
    UnansweredError,
    UnavailableError,
    UnseenError,
)
from handrail.domain.promises import OpeningHours
from handrail_ops.simulate.functions import Functions
from handrail_ops.simulate.kernel import Crash
from handrail_ops.simulate.seen import Acting
from handrail_ops.simulate.weather import Trouble

_POLL_SECONDS: Final = 4 * 3600.0
_HEARTBEAT_SECONDS: Final = 30.0
_THINKING_SECONDS: Final = (1.0, 15.0, 45.0, 80.0)
_TRIES_MAX: Final = 6
_ROUNDS_MAX: Final = 25
_AWAY_SECONDS: Final = (100.0, 400.0, 900.0)


class _GoneError(Exception):
    """The agent is never heard of again."""


@dataclass(slots=True)
class Agent:
    """Somebody at a desk, for as long as they last."""

    functions: Functions
    name: str
    window: int
    """One person may work in several windows, under one name."""
    hours: OpeningHours | None
    chats: int = 0

    def work(self) -> None:
        """Take one request after the other, while the team is there."""
        kernel = self.functions.kernel
        while not kernel.over:
            if self.hours is not None and not self.hours.is_open(kernel.time):
                opening = self.hours.next_opening(kernel.time)
                kernel.sleep((opening or kernel.time) - kernel.time + 1.0)
                continue
            request = self.functions.agents.take(_POLL_SECONDS)
            if request is None or self._drops():
                continue
            kernel.sleep(kernel.rng.uniform(0.2, 8.0))
            self.chats += 1
            acting = Acting(self.name, str(request["escalation"]))
            try:
                _Chat(self.functions, acting, f"{self.window}.{self.chats}").serve()
            except (RefusedError, UnavailableError, ConflictError):
                continue  # the desk says that the conversation has moved on, or nothing at all
            except _GoneError:
                return

    def _drops(self) -> bool:
        functions = self.functions
        now = functions.kernel.time
        return functions.weather.strikes(Trouble.AGENT_DROPS, self.name, now)


@dataclass(slots=True)
class _Chat:
    """One request in one agent's hands."""

    functions: Functions
    acting: Acting
    name: str
    epoch: int = 0
    said: int = 0

    def serve(self) -> None:
        """Claim, read, answer, and end it as soon as the desk allows."""
        desk, rng = self.functions.desk, self.functions.kernel.rng
        claimed = self._api(partial(desk.claim, self.acting.escalation, self.acting.agent, None))
        self.epoch = int(claimed["epoch"])
        self.acting = replace(self.acting, epoch=self.epoch)
        self._see(claimed["entries"])
        for _ in range(rng.randint(0, 3)):
            self._think()
            self._write()
        leave = self._call(desk.hand_back if rng.random() < 0.3 else desk.resolve)
        for _ in range(_ROUNDS_MAX):
            try:
                self._api(leave)
            except UnseenError:
                self._see(self._news())
                self._write()
            except UnansweredError:
                self._write()
            else:
                return

    def _think(self) -> None:
        """Take time over an answer, with a client that gives signs of life, or not."""
        kernel = self.functions.kernel
        seconds = kernel.rng.choice(_THINKING_SECONDS) * kernel.rng.random()
        if self._strikes(Trouble.AGENT_VANISHES):
            raise _GoneError
        if self._strikes(Trouble.AGENT_RETURNS):
            kernel.sleep(kernel.rng.choice(_AWAY_SECONDS))
        if self._strikes(Trouble.AGENT_SILENT):
            seconds = kernel.rng.choice(_AWAY_SECONDS)
        while seconds > _HEARTBEAT_SECONDS:
            kernel.sleep(_HEARTBEAT_SECONDS)
            seconds -= _HEARTBEAT_SECONDS
            self._see(self._news())
        kernel.sleep(seconds)

    def _news(self) -> list[dict[str, Any]]:
        """Give a sign of life, and return what came meanwhile."""
        news: list[dict[str, Any]] = self._api(self._call(self.functions.desk.heartbeat))["news"]
        return news

    def _see(self, entries: list[dict[str, Any]]) -> None:
        if entries:
            shown = max(int(entry["entry"]) for entry in entries)
            self.acting = replace(self.acting, shown=shown)
            self._api(partial(self._call(self.functions.desk.seen), shown))

    def _write(self) -> None:
        """Write a message, under one id however often it has to be sent."""
        self.said += 1
        key = f"{self.acting.agent}-{self.name}-{self.said}"
        write = partial(
            self._call(self.functions.desk.message), key, f"Message {key}.", language="en"
        )
        for untranslated in (False, False, True):
            try:
                self._api(partial(write, untranslated=untranslated))
            except UnavailableError:
                continue  # no translation: once more, then as it is
            return

    def _call(self, action: Callable[..., Any]) -> Callable[..., Any]:
        return partial(action, self.acting.escalation, self.acting.agent, self.epoch)

    def _api(self, action: Callable[[], Any]) -> Any:
        """Call the desk, again when there was no answer.

        Raises:
            RefusedError: the desk refuses, and says why.
            UnavailableError: there was no answer, however often it was asked.

        """
        for tries in range(_TRIES_MAX):
            try:
                return self.functions.call("desk_api", action, self.acting)
            except (NothingToClaimError, FencedError, UnseenError, UnansweredError):
                raise
            except (UnavailableError, ConflictError, Crash):
                self.functions.kernel.sleep(1.0 + tries)
        message = "the desk does not answer"
        raise UnavailableError(message)

    def _strikes(self, trouble: Trouble) -> bool:
        functions = self.functions
        return functions.weather.strikes(trouble, self.acting.agent, functions.kernel.time)
