"""One synthetic customer's conversation, and the canary's agent in it: every expectation is named.

An expectation that is not met is noted and the talk goes on as far as it can, because a slow model
must not keep the canary from finding out whether a person can be reached.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from handrail.application.canary_ports import (
    Case,
    DeskDoor,
    Door,
    NotServedError,
    Reply,
)
from handrail.application.ports import Clock
from handrail.domain.conversation import Holder
from handrail.domain.delivery import Action, Speaker
from handrail.domain.escalation import reference_number
from handrail.domain.turn import Reason

AGENT = "canary"
"""Who claims, in the desk's books."""

CLAIM_SECONDS = 15.0
MESSAGE_SECONDS = 15.0
RESOLVE_SECONDS = 15.0
_LOOK_EVERY_SECONDS = 0.25
_WAYS = frozenset({str(Action.PERSON), str(Action.WITHDRAW)})
_FAULTS_OF_OURS = frozenset({Reason.FAILED, Reason.DEAD_LETTER})
_MARKS = dict.fromkeys(map(ord, "\u200e\u200f\u2066\u2067\u2068\u2069"))
"""What a channel may put around a number, to keep its order in a text from right to left."""


class Step(StrEnum):
    """Where a synthetic customer's way to a person can break."""

    WRITE = "write"
    """The door acknowledges what is written."""
    ANSWER = "answer"
    """A question is answered, or made a person's because the articles do not say."""
    OFFER = "offer"
    """Every message no agent wrote carries a way to a person."""
    LANGUAGE = "language"
    """What is said is in the customer's language."""
    ORDER = "order"
    """The wire has no gap and no repetition."""
    REQUEST = "request"
    """A request is confirmed with its reference number and a time."""
    AGENTS = "agents"
    """What a stage asks of people has a receipt."""
    CLAIM = "claim"
    """The request can be claimed, with all that was written, and the customer is told."""
    SEE = "see"
    MESSAGE = "message"
    """The agent's words arrive as they were written."""
    RESOLVE = "resolve"
    """The conversation closes, and the customer is offered a person again."""
    STILL = "still"
    WIDER = "wider"
    SUPERVISOR = "supervisor"
    FOLLOW_UP = "follow_up"
    UNDISTURBED = "undisturbed"
    """No real agent takes a synthetic customer."""


@dataclass(frozen=True, slots=True)
class Failure:
    """An expectation that was not met: which, and of whom, in ids."""

    case: Case
    step: Step
    expected: str
    """A fixed sentence; nothing of what was written is in it."""
    conversation: str
    found: str = ""
    """A status or a number that says more."""


class Talk:
    """What one synthetic customer writes and hears, and what the canary's agent does for it."""

    def __init__(
        self,
        case: Case,
        door: Door,
        desk: DeskDoor,
        clock: Clock,
        pause: Callable[[float], None],
        deadline: float,
    ) -> None:
        """Say nothing yet. `deadline` ends every wait, whatever it was given."""
        self.case = case
        self.conversation = door.conversation(case.customer)
        self.escalation = f"{self.conversation}-1"
        self.reference = reference_number(self.conversation, 1)
        self.failures: list[Failure] = []
        self.heard: list[Reply] = []
        self.clock = clock
        self._door = door
        self._desk = desk
        self._pause = pause
        self._deadline = deadline
        self._written: list[str] = []
        """The ids of what was acknowledged."""
        self._asked = ""
        """The last of it: the request, of which nothing is ever redacted."""

    # ------------------------------------------------------------------ noting

    def fail(self, step: Step, expected: str, found: str = "") -> None:
        """Note an expectation that is not met, once for a case and step."""
        known = {failure.step for failure in self.failures}
        if step not in known and step not in self.case.reported:
            self.failures.append(Failure(self.case, step, expected, self.conversation, found))

    @property
    def last(self) -> int:
        """The last sequence that was heard."""
        return self.heard[-1].sequence if self.heard else 0

    # ------------------------------------------------------------------ the customer

    def write(self, text: str | None = None, action: str | None = None) -> bool:
        """Write or press as the customer; False when the door did not take it."""
        message_id = f"{self.case.customer}-{len(self._written) + 1}"
        try:
            self._door.write(
                self.case.customer, message_id, self.case.language, text=text, action=action
            )
        except NotServedError as error:
            self.fail(Step.WRITE, "the door acknowledges a message", str(error))
            return False
        self._written.append(message_id)
        self._asked = text or action or ""
        return True

    def listen(self) -> None:
        """Take what has come since, and hold each message to what all of them promise."""
        for reply in self._door.replies(self.case.customer, self.last):
            if reply.sequence != self.last + 1:
                found = f"{reply.sequence} after {self.last}"
                self.fail(Step.ORDER, "sequences follow one another", found)
            if reply.speaker != Speaker.AGENT:
                if not _WAYS & set(reply.actions):
                    expected = "a message no agent wrote carries a way to a person"
                    self.fail(Step.OFFER, expected, f"sequence {reply.sequence}")
                if reply.language != self.case.language:
                    expected = "our words are in the customer's language"
                    self.fail(Step.LANGUAGE, expected, f"{reply.language}")
            self.heard.append(reply)

    def hear(
        self,
        wanted: Callable[[Reply], bool],
        after: int,
        seconds: float,
        step: Step,
        expected: str,
    ) -> Reply | None:
        """Wait for a message after a sequence; None, and a failure, when none came in time."""
        began = self.clock.now()
        while True:
            try:
                self.listen()
                trouble = ""
            except NotServedError as error:
                trouble = str(error)
            for reply in self.heard:
                if reply.sequence > after and wanted(reply):
                    return reply
            if self._is_over(began, seconds, step, expected, trouble):
                return None

    # ------------------------------------------------------------------ the desk

    def read(self) -> Mapping[str, Any] | None:
        """Return where the request stands, or None when the desk does not say."""
        try:
            return self._desk.read(self.escalation)
        except NotServedError:
            return None

    def until(
        self,
        wanted: Callable[[Mapping[str, Any]], bool],
        seconds: float,
        step: Step,
        expected: str,
    ) -> bool:
        """Wait until the desk says that the request stands as wanted."""
        began = self.clock.now()
        while True:
            try:
                if wanted(self._desk.read(self.escalation)):
                    return True
                trouble = ""
            except NotServedError as error:
                trouble = str(error)
            if self._is_over(began, seconds, step, expected, trouble):
                return False

    def _is_over(
        self, began: float, seconds: float, step: Step, expected: str, trouble: str
    ) -> bool:
        """Wait a little, or note that the time of a wait is over."""
        now = self.clock.now()
        if now < min(began + seconds, self._deadline):
            self._pause(_LOOK_EVERY_SECONDS)
            return False
        self.fail(step, expected, trouble or f"not within {now - began:.0f} s")
        return True

    def is_disturbed(self, stands: Mapping[str, Any]) -> bool:
        """Note it when a real agent holds the synthetic customer."""
        holder = stands.get("holder")
        disturbed = holder == Holder.AGENT and stands.get("agent") not in (None, AGENT)
        if disturbed:
            self.fail(Step.UNDISTURBED, "agents pass over what is synthetic", "claimed")
        return bool(disturbed)

    def serve(self) -> bool:
        """Claim, see, write and resolve as the canary's agent; True when the request has ended."""
        claimed = self._act(Step.CLAIM, "claim", {})
        if claimed is None:
            return False
        self._sees_everything(claimed.get("entries", ()))
        if claimed.get("reason") in _FAULTS_OF_OURS:
            expected = "a question fails for no fault of ours"
            self.fail(Step.ANSWER, expected, str(claimed["reason"]))
        joined = _sequence_of("agent.joined", claimed)
        self.hear(
            lambda reply: reply.sequence == joined,
            0,
            CLAIM_SECONDS,
            Step.CLAIM,
            "the customer is told that a person is there",
        )
        held = {"epoch": claimed.get("epoch")}
        entry = max((int(line.get("entry", 0)) for line in claimed.get("entries", ())), default=0)
        if self._act(Step.SEE, "seen", {**held, "entry": entry}) is None:
            return False
        return self._answer(held) and self._resolve(held)

    def _sees_everything(self, entries: Sequence[Mapping[str, Any]]) -> None:
        """Hold the agent's view to what was written: by ids, since a question may be redacted."""
        ids = [str(line.get("event_id", "")) for line in entries]
        shown = [one for one in self._written if any(each.endswith(one) for each in ids)]
        asked = not self._asked or any(line.get("text") == self._asked for line in entries)
        if shown != self._written or not asked:
            expected = "the agent sees everything the customer wrote"
            self.fail(Step.CLAIM, expected, f"{len(shown)} of {len(self._written)}")

    def _answer(self, held: Mapping[str, Any]) -> bool:
        # Of this claim: under a later one the customer has to be answered again.
        name = f"{self.case.customer}-{held['epoch']}"
        words = f"Handrail canary {name}"
        fields = {**held, "id": name, "text": words}
        said = self._act(Step.MESSAGE, "messages", fields)
        if said is None:
            return False
        self.hear(
            lambda reply: reply.speaker == Speaker.AGENT and _unmarked(reply.text) == words,
            0,
            MESSAGE_SECONDS,
            Step.MESSAGE,
            "the agent's words arrive as they were written",
        )
        return True

    def _resolve(self, held: Mapping[str, Any]) -> bool:
        mark = self.last
        if self._act(Step.RESOLVE, "resolve", held) is None:
            return False
        self.hear(
            lambda reply: reply.speaker == Speaker.STATUS and Action.PERSON in reply.actions,
            mark,
            RESOLVE_SECONDS,
            Step.RESOLVE,
            "the customer hears that it is closed, and is offered a person again",
        )
        return True

    def _act(self, step: Step, action: str, fields: Mapping[str, Any]) -> Mapping[str, Any] | None:
        try:
            return self._desk.act(self.escalation, action, {"agent": AGENT, **fields})
        except NotServedError as error:
            self.fail(step, f"the desk grants `{action}`", str(error))
            return None


def _sequence_of(phrase: str, stands: Mapping[str, Any]) -> int | None:
    """Return the newest sequence at which one of our phrases was said."""
    found = [line for line in stands.get("transcript", ()) if line.get("kind") == phrase]
    return int(found[-1].get("sequence", 0)) if found else None


def _unmarked(text: str) -> str:
    return text.translate(_MARKS)
