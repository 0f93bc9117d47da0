"""The replay's own agents: they take requests from the queue, claim, answer and let go."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeVar

from botocore.exceptions import BotoCoreError, ClientError

from handrail_ops.agent.client import (
    DeskClient,
    DeskRefusedError,
    DeskUnavailableError,
    SignedSender,
)

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

T = TypeVar("T")

_POLL_SECONDS = 2
_PAUSE_SECONDS = 0.5
_ATTEMPTS_MAX = 6
_BACKOFF_SECONDS = 0.25
_ROUNDS_MAX = 20
_ENDED = ("fenced", "nothing_to_claim")


class Conduct(StrEnum):
    """What an agent does with a chat."""

    RESOLVE = "resolve"
    HAND_BACK = "handback"
    VANISH_SILENT = "vanish_silent"
    """Claims, and is never heard of again."""
    VANISH_IN_CHAT = "vanish_in_chat"
    """Writes to the customer, and is never heard of again."""

    @property
    def vanishes(self) -> bool:
        """Whether the customer is left with nobody."""
        return self in (Conduct.VANISH_SILENT, Conduct.VANISH_IN_CHAT)


@dataclass(frozen=True, slots=True)
class Temper:
    """What an agent will do with the next chat."""

    conduct: Conduct = Conduct.RESOLVE
    keeps_hint: bool = False
    """Whether the queue's message is left undeleted, so that it comes back."""
    returns_after_seconds: float | None = None
    """When one who vanished writes again as if nothing had happened."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A claim that was granted."""

    escalation: str
    epoch: int
    agent: str
    asked_at: float
    granted_at: float


@dataclass(frozen=True, slots=True)
class Said:
    """A message of an agent's that the desk took."""

    escalation: str
    epoch: int
    agent: str
    message_id: str
    sequence: int | None
    asked_at: float


@dataclass(slots=True)
class AgentLog:
    """What the agents did and were told."""

    claims: list[Claimed] = field(default_factory=list)
    said: list[Said] = field(default_factory=list)
    ended: dict[str, int] = field(default_factory=dict)
    """How often each way of ending a chat was granted."""
    vanished: int = 0
    returned: int = 0
    """How often one who had vanished wrote again."""
    fenced: int = 0
    """How often that was refused."""
    refusals: dict[str, int] = field(default_factory=dict)
    """What else the desk refused, by name."""
    unread: int = 0
    """Messages of the agents queue that name no escalation."""


@dataclass(frozen=True, slots=True)
class _Zombie:
    chat: _Chat
    at: float


@dataclass(slots=True)
class _Chat:
    desk: DeskClient
    escalation: str
    epoch: int
    seen: int
    said: int = 0


class Agents:
    """Some agents at work, each in a thread, until they are told to stop."""

    def __init__(
        self,
        http: SignedSender,
        sqs: SQSClient,
        queue_url: str,
        *,
        count: int,
        run: str,
        temper: Callable[[], Temper] = Temper,
    ) -> None:
        """Hire so many agents; `temper` is asked for each chat."""
        self.log = AgentLog()
        self._http = http
        self._sqs = sqs
        self._queue_url = queue_url
        self._run = run
        self._temper = temper
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._zombies: list[_Zombie] = []
        self._lives = 0
        self._threads = [
            threading.Thread(target=self._work, name=f"agent-{number}", daemon=True)
            for number in range(count)
        ]
        self._threads.append(
            threading.Thread(target=self._haunt, name="agents-returning", daemon=True)
        )

    def start(self) -> None:
        """Let them work."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Let them finish what they are at, and go."""
        self._stopping.set()
        for thread in self._threads:
            thread.join()

    # ------------------------------------------------------------------ one agent

    def _work(self) -> None:
        agent = self._new_agent()
        while not self._stopping.is_set():
            for message in self._take():
                if self._serve(agent, message):
                    # Whoever vanished is somebody else's name from now on.
                    agent = self._new_agent()

    def _new_agent(self) -> str:
        with self._lock:
            self._lives += 1
            return f"agent-{self._run}-{self._lives}"

    def _take(self) -> Sequence[Mapping[str, Any]]:
        try:
            answer = self._sqs.receive_message(
                QueueUrl=self._queue_url, MaxNumberOfMessages=1, WaitTimeSeconds=_POLL_SECONDS
            )
        except (BotoCoreError, ClientError):
            self._stopping.wait(_PAUSE_SECONDS)
            return ()
        return answer.get("Messages", ())

    def _serve(self, agent: str, message: Mapping[str, Any]) -> bool:
        """Take one request to its end; True when the agent vanished on the way."""
        escalation = self._read(message)
        if escalation is None:
            return False
        temper = self._temper()
        chat, over = self._claim(escalation, agent)
        if chat is None:
            if over:
                self._delete(message)
            return False
        if not (temper.conduct.vanishes and temper.keeps_hint):
            self._delete(message)
        try:
            if temper.conduct is not Conduct.VANISH_SILENT:
                self._answer(chat)
            if not temper.conduct.vanishes:
                self._end(chat, temper.conduct)
        except DeskRefusedError as refused:
            self._refused(refused)
        except DeskUnavailableError:
            # Nothing more to be done from here: the lease runs out, and the customer goes back.
            pass
        if temper.conduct.vanishes:
            self._vanish(chat, temper)
        return temper.conduct.vanishes

    def _read(self, message: Mapping[str, Any]) -> str | None:
        """Return whose request it is, or None when it is nobody's: unreadable, or synthetic."""
        try:
            request = json.loads(message["Body"])
            escalation = str(request["escalation"])
        except (ValueError, KeyError, TypeError):
            with self._lock:
                self.log.unread += 1
            return None
        if request.get("synthetic") is True:
            self._delete(message)
            return None
        return escalation

    def _vanish(self, chat: _Chat, temper: Temper) -> None:
        with self._lock:
            self.log.vanished += 1
            if temper.returns_after_seconds is not None:
                at = time.monotonic() + temper.returns_after_seconds
                self._zombies.append(_Zombie(chat, at))

    def _claim(self, escalation: str, agent: str) -> tuple[_Chat | None, bool]:
        """Claim; without a chat, tell whether nobody waits under this request any more."""
        desk = DeskClient(self._http, agent)
        asked_at = time.monotonic()
        try:
            claimed = self._again(lambda: desk.claim(escalation, "Replay"))
        except DeskUnavailableError:
            return None, False
        except DeskRefusedError as refused:
            self._refused(refused)
            return None, refused.code in _ENDED
        epoch = int(claimed["epoch"])
        with self._lock:
            self.log.claims.append(Claimed(escalation, epoch, agent, asked_at, time.monotonic()))
        return _Chat(desk, escalation, epoch, _newest(claimed, "entries", 0)), False

    def _answer(self, chat: _Chat) -> None:
        """Show what has come, and write to the customer.

        Raises:
            DeskError: the chat is over, or the desk is away.

        """
        self._again(lambda: chat.desk.seen(chat.escalation, chat.epoch, chat.seen))
        self._say(chat)

    def _say(self, chat: _Chat) -> None:
        chat.said += 1
        agent = chat.desk.agent
        message_id = f"{agent}-{chat.escalation}-{chat.epoch}-{chat.said}"
        text = (
            f"Hello, a person here. Your request {chat.escalation} is in my hands "
            f"[{chat.epoch}.{chat.said}]."
        )
        asked_at = time.monotonic()
        taken = self._again(
            lambda: chat.desk.message(chat.escalation, chat.epoch, message_id, text)
        )
        sequence = taken.get("sequence")
        said = Said(chat.escalation, chat.epoch, agent, message_id, sequence, asked_at)
        with self._lock:
            self.log.said.append(said)

    def _end(self, chat: _Chat, conduct: Conduct) -> None:
        """Let go of a customer, once everything that came meanwhile is seen and answered.

        Raises:
            DeskError: the chat is over, or the desk is away.

        """
        end = chat.desk.resolve if conduct is Conduct.RESOLVE else chat.desk.hand_back
        for _ in range(_ROUNDS_MAX):
            try:
                self._again(lambda: end(chat.escalation, chat.epoch))
            except DeskRefusedError as refused:
                match refused.code:
                    case "unseen":
                        self._catch_up(chat)
                    case "unanswered":
                        self._answer(chat)
                    case _:
                        raise
            else:
                with self._lock:
                    self.log.ended[conduct] = self.log.ended.get(conduct, 0) + 1
                return

    def _catch_up(self, chat: _Chat) -> None:
        news = self._again(lambda: chat.desk.heartbeat(chat.escalation, chat.epoch))
        chat.seen = _newest(news, "news", chat.seen)
        self._answer(chat)

    # ------------------------------------------------------------------ helpers

    def _haunt(self) -> None:
        """Bring back those who vanished: they write under the epoch they remember."""
        while not self._stopping.wait(_PAUSE_SECONDS):
            now = time.monotonic()
            with self._lock:
                due = [zombie for zombie in self._zombies if zombie.at <= now]
                self._zombies = [zombie for zombie in self._zombies if zombie.at > now]
            for zombie in due:
                fenced = self._is_fenced(zombie.chat)
                with self._lock:
                    self.log.returned += 1
                    self.log.fenced += fenced

    def _is_fenced(self, chat: _Chat) -> bool:
        try:
            self._say(chat)
        except DeskRefusedError as refused:
            return refused.code == "fenced"
        except DeskUnavailableError:
            pass
        return False

    def _again(self, act: Callable[[], T]) -> T:
        """Act, again while the desk has trouble: every action may be repeated."""
        for attempt in range(_ATTEMPTS_MAX):
            try:
                return act()
            except DeskUnavailableError:
                self._stopping.wait(_BACKOFF_SECONDS * 2**attempt)
        return act()

    def _refused(self, refused: DeskRefusedError) -> None:
        with self._lock:
            self.log.refusals[refused.code] = self.log.refusals.get(refused.code, 0) + 1

    def _delete(self, message: Mapping[str, Any]) -> None:
        try:
            self._sqs.delete_message(
                QueueUrl=self._queue_url, ReceiptHandle=message["ReceiptHandle"]
            )
        except (BotoCoreError, ClientError):
            # It comes back, and the claim says that nobody waits there any more.
            return


def _newest(answer: Mapping[str, Any], name: str, before: int) -> int:
    """Return the highest ledger entry an answer shows."""
    shown = [int(line["entry"]) for line in answer.get(name, ()) if "entry" in line]
    return max(shown, default=before)
