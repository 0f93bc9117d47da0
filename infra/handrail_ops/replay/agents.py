"""The replay's own agents: they take requests from the queue, claim, answer and let go."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from handrail_ops.replay.http import Answer, SignedHttp

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

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
    escalation: str
    agent: str
    epoch: int
    seen: int
    said: int = 0


class Agents:
    """Some agents at work, each in a thread, until they are told to stop."""

    def __init__(
        self,
        desk: SignedHttp,
        sqs: SQSClient,
        queue_url: str,
        *,
        count: int,
        run: str,
        temper: Callable[[], Temper] = Temper,
    ) -> None:
        """Hire so many agents; `temper` is asked for each chat."""
        self.log = AgentLog()
        self._desk = desk
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
        try:
            escalation = str(json.loads(message["Body"])["escalation"])
        except (ValueError, KeyError, TypeError):
            with self._lock:
                self.log.unread += 1
            return False
        temper = self._temper()
        chat, over = self._claim(escalation, agent)
        if chat is None:
            if over:
                self._delete(message)
            return False
        if not (temper.conduct.vanishes and temper.keeps_hint):
            self._delete(message)
        if temper.conduct is not Conduct.VANISH_SILENT:
            self._answer(chat)
        if temper.conduct.vanishes:
            with self._lock:
                self.log.vanished += 1
                if temper.returns_after_seconds is not None:
                    at = time.monotonic() + temper.returns_after_seconds
                    self._zombies.append(_Zombie(chat, at))
            return True
        self._end(chat, temper.conduct)
        return False

    def _claim(self, escalation: str, agent: str) -> tuple[_Chat | None, bool]:
        """Claim; without a chat, tell whether nobody waits under this request any more."""
        asked_at = time.monotonic()
        fields = {"agent": agent, "name": "Replay"}
        answer = self._ask(escalation, "claim", fields)
        if not answer.done:
            error = self._refused(answer)
            return None, error in _ENDED
        with self._lock:
            self.log.claims.append(
                Claimed(escalation, answer.body["epoch"], agent, asked_at, time.monotonic())
            )
        return _Chat(escalation, agent, answer.body["epoch"], _newest(answer, "entries", 0)), False

    def _answer(self, chat: _Chat) -> bool:
        """Show what has come and write to the customer; False when the chat is over."""
        seen = {"agent": chat.agent, "epoch": chat.epoch, "entry": chat.seen}
        if not self._ask(chat.escalation, "seen", seen).done:
            return False
        return self._say(chat)

    def _say(self, chat: _Chat) -> bool:
        chat.said += 1
        message_id = f"{chat.agent}-{chat.escalation}-{chat.epoch}-{chat.said}"
        text = (
            f"Hello, a person here. Your request {chat.escalation} is in my hands "
            f"[{chat.epoch}.{chat.said}]."
        )
        asked_at = time.monotonic()
        fields = {"agent": chat.agent, "epoch": chat.epoch, "id": message_id, "text": text}
        answer = self._ask(chat.escalation, "messages", fields)
        if not answer.done:
            self._refused(answer)
            return False
        with self._lock:
            self.log.said.append(
                Said(
                    chat.escalation,
                    chat.epoch,
                    chat.agent,
                    message_id,
                    answer.body.get("sequence"),
                    asked_at,
                )
            )
        return True

    def _end(self, chat: _Chat, conduct: Conduct) -> None:
        """Let go of a customer, once everything that came meanwhile is seen and answered."""
        for _ in range(_ROUNDS_MAX):
            fields = {"agent": chat.agent, "epoch": chat.epoch}
            answer = self._ask(chat.escalation, conduct, fields)
            if answer.done:
                with self._lock:
                    self.log.ended[conduct] = self.log.ended.get(conduct, 0) + 1
                return
            match self._refused(answer):
                case "unseen":
                    if not self._catch_up(chat):
                        return
                case "unanswered":
                    if not self._answer(chat):
                        return
                case _:
                    return

    def _catch_up(self, chat: _Chat) -> bool:
        fields = {"agent": chat.agent, "epoch": chat.epoch}
        answer = self._ask(chat.escalation, "heartbeat", fields)
        if not answer.done:
            return False
        chat.seen = _newest(answer, "news", chat.seen)
        return self._answer(chat)

    # ------------------------------------------------------------------ helpers

    def _haunt(self) -> None:
        """Bring back those who vanished: they write under the epoch they remember."""
        while not self._stopping.wait(_PAUSE_SECONDS):
            now = time.monotonic()
            with self._lock:
                due = [zombie for zombie in self._zombies if zombie.at <= now]
                self._zombies = [zombie for zombie in self._zombies if zombie.at > now]
            for zombie in due:
                said = self._say(zombie.chat)
                with self._lock:
                    self.log.returned += 1
                    self.log.fenced += not said

    def _ask(self, escalation: str, action: str, fields: Mapping[str, Any]) -> Answer:
        """Ask the desk, again while it has trouble; every action may be repeated."""
        path = f"/v1/desk/escalations/{escalation}/{action}"
        answer = self._desk.post(path, fields)
        for attempt in range(_ATTEMPTS_MAX):
            if not answer.passing:
                break
            self._stopping.wait(_BACKOFF_SECONDS * 2**attempt)
            answer = self._desk.post(path, fields)
        return answer

    def _refused(self, answer: Answer) -> str:
        error = str(answer.body.get("error", answer.status))
        with self._lock:
            self.log.refusals[error] = self.log.refusals.get(error, 0) + 1
        return error

    def _delete(self, message: Mapping[str, Any]) -> None:
        try:
            self._sqs.delete_message(
                QueueUrl=self._queue_url, ReceiptHandle=message["ReceiptHandle"]
            )
        except (BotoCoreError, ClientError):
            # It comes back, and the claim says that nobody waits there any more.
            return


def _newest(answer: Answer, name: str, before: int) -> int:
    """Return the highest ledger entry an answer shows."""
    shown = [int(line["entry"]) for line in answer.body.get(name, ()) if "entry" in line]
    return max(shown, default=before)
