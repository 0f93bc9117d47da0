"""A decision: what one transaction changes, and the builder that keeps its rules.

The builder is the only code that writes a conversation's next state, so what must always hold is
held here: the version rises, the epoch rises exactly when the holder changes, entries and
sequences are numbered without gaps, and `due` follows from the state.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Self

from handrail.domain.conversation import Conversation, Escalation, Holder
from handrail.domain.delivery import Speaker
from handrail.domain.ledger import Handling, LedgerRow
from handrail.domain.message import InboundMessage
from handrail.domain.outbox import OutboxRow, Promise, State, Way
from handrail.domain.promises import Promises, due
from handrail.domain.turn import Citation
from handrail.domain.windows import OPENS_WINDOW


class Ending(StrEnum):
    """How a request for a person ended. There is no other way."""

    ANSWERED = "answered"
    """An agent claimed it and wrote to the customer."""
    WITHDRAWN = "withdrawn"
    """The customer no longer wanted a person."""
    FOLLOWED_UP = "followed_up"
    """An agent's message went to the promised contact, after the waiting."""
    UNREACHABLE = "unreachable"
    """Every known contact failed for good; shown to the supervisor and counted apart."""


class Event(StrEnum):
    """What a decision decided about, in the words of the protocol's transition table."""

    ANSWER = "answer"
    ASK_BACK = "ask_back"
    GO_ON = "go_on"
    LANGUAGE = "language"
    NOTE = "note"
    REQUEST = "request"
    FAILED_TURN = "failed_turn"
    DEAD_LETTER = "dead_letter"
    MESSAGE = "message"
    """The customer wrote to the agent who holds the conversation."""
    WITHDRAWAL = "withdrawal"
    FOLLOW_UP = "follow_up"
    PROMISE = "promise"
    ASKED = "asked"
    """The agents queue gave a receipt."""
    CLAIM = "claim"
    HEARTBEAT = "heartbeat"
    SEE = "see"
    AGENT_MESSAGE = "agent_message"
    HAND_BACK = "hand_back"
    RESOLVE = "resolve"
    NUDGE = "nudge"
    AGENT_LOST = "agent_lost"
    AGENT_SILENT = "agent_silent"
    UNDELIVERABLE = "undeliverable"
    PAGED = "paged"
    STOP = "stop"
    """The customer told us to stop: nothing is sent any more."""
    RESUME = "resume"
    WINDOW = "window"
    """The channel's window is about to close on a customer who waits."""
    ECHO = "echo"
    QUIET = "quiet"
    """Another console has been quiet for long enough, and everything was seen there."""
    QUIET_UNSEEN = "quiet_unseen"


class Hint(StrEnum):
    """What may be done at once after a commit. A hint may be lost: the sweep does it then."""

    DELIVER = "deliver"
    ASK_AGENTS = "ask_agents"
    WAKE = "wake"


@dataclass(frozen=True, slots=True)
class EscalationEnd:
    """The ending of a request, for the record."""

    escalation: Escalation
    ending: Ending
    at: float


@dataclass(frozen=True, slots=True)
class GivenUp:
    """An outbox row that its channel refused for good, and why."""

    sequence: int
    reason: str
    was: State = State.PENDING
    """What the row must still be: a message that was taken may be reported lost later."""


@dataclass(frozen=True, slots=True)
class Decision:
    """One transaction: it applies wholly, to the version it read, or not at all."""

    event: Event
    before: Conversation
    after: Conversation
    ledger: tuple[LedgerRow, ...] = ()
    outbox: tuple[OutboxRow, ...] = ()
    opened: Escalation | None = None
    ended: EscalationEnd | None = None
    unreachable: int | None = None
    """The number of an ended request whose answer could not be delivered, for good."""
    undeliverable: GivenUp | None = None
    """The outbox row that is marked so in the same transaction."""
    once: str | None = None
    """A key that must never have been used in this conversation: an agent's message id."""
    hints: frozenset[Hint] = frozenset()


@dataclass(slots=True)
class Change:
    """Builds one decision from a conversation as it was read."""

    event: Event
    before: Conversation
    now: float
    promises: Promises
    _after: Conversation
    _ledger: list[LedgerRow]
    _outbox: list[OutboxRow]
    _opened: Escalation | None = None
    _ended: EscalationEnd | None = None
    _unreachable: int | None = None
    _undeliverable: GivenUp | None = None
    _once: str | None = None

    @classmethod
    def of(cls, event: Event, conversation: Conversation, now: float, promises: Promises) -> Self:
        """Start from a conversation as it was read, and from what happened to it."""
        return cls(event, conversation, now, promises, replace(conversation), [], [])

    @property
    def after(self) -> Conversation:
        """The conversation as it will be."""
        return self._after

    def set(self, **changes: Any) -> None:
        """Change plain fields; who holds the conversation changes through `hand_to` alone."""
        forbidden = {"holder", "epoch", "version", "entries", "outbound", "due"} & changes.keys()
        if forbidden:
            message = f"these fields follow from other changes: {sorted(forbidden)}"
            raise AssertionError(message)
        self._write(**changes)

    def _write(self, **changes: Any) -> None:
        """Change the copy that nobody has but this builder, until it is handed out as frozen.

        A decision changes a conversation half a dozen times; copying it each time was a tenth
        of what a decision costs.
        """
        for name, value in changes.items():
            object.__setattr__(self._after, name, value)

    def hand_to(self, holder: Holder) -> None:
        """Change who may speak, which is what opens a new epoch."""
        self._write(holder=holder, epoch=self._after.epoch + 1)

    def open(self, escalation: Escalation) -> None:
        """Open a request for a person; there is at most one."""
        if self._after.escalation is not None:
            message = "a request for a person is open already"
            raise AssertionError(message)
        self._write(escalation=escalation, escalations=escalation.number)
        self._opened = escalation

    def end(self, ending: Ending) -> None:
        """End the open request for a person."""
        self._ended = EscalationEnd(self._after.open_escalation, ending, self.now)
        self._write(escalation=None, lease=None)

    def give_up(self, row: OutboxRow, reason: str) -> None:
        """Mark an outbox row undeliverable."""
        self._undeliverable = GivenUp(row.sequence, reason, row.state)

    def miss(self, escalation: int) -> None:
        """Count an ended request as unreachable; a page is due until it has a receipt."""
        self._unreachable = escalation
        self._write(missed=escalation, missed_at=self.now)

    def only_once(self, key: str) -> None:
        """Refuse the whole decision when this key was ever used before."""
        self._once = key

    def record(
        self, message: InboundMessage, handling: Handling, *, expects_reply: bool = True
    ) -> None:
        """Write a message into the ledger.

        An agent who holds the conversation has from then on to reply to it, if it expects one.
        """
        entry = self._after.entries + 1
        self._ledger.append(LedgerRow(entry, message.event_id, message.position, handling))
        newest = self._after.for_person_at
        if handling is Handling.FOR_PERSON:
            newest = max(newest, message.position)
        wrote_at = self._after.customer_wrote_at
        if message.kind in OPENS_WINDOW:
            wrote_at = max(wrote_at, message.occurred_at)
        self._write(entries=entry, for_person_at=newest, customer_wrote_at=wrote_at)
        lease = self._after.lease
        if handling is Handling.FOR_PERSON and expects_reply and lease and not lease.external:
            self._write(lease=replace(lease, silent_since=lease.silent_since or self.now))

    def notice(self, event_id: str) -> None:
        """Put a word of ours to the agent into the ledger, to be seen like a message."""
        entry = self._after.entries + 1
        position = int(self.now * 1000)
        self._ledger.append(LedgerRow(entry, event_id, position, Handling.NOTICE))
        self._write(entries=entry)

    def say(
        self,
        phrase: str,
        key: str,
        *,
        fields: Mapping[str, str] | None = None,
        promise: Promise | None = None,
        follow_up: bool = False,
        way: Way | None = None,
        speaker: Speaker = Speaker.STATUS,
        until: float | None = None,
    ) -> None:
        """Put a phrase of ours into the outbox; `until` is a moment in it that is no promise."""
        escalation = self._after.escalation
        self._put(
            speaker=speaker,
            key=key,
            phrase=phrase,
            fields=dict(fields or {}),
            promise=promise,
            follow_up=follow_up,
            until=until,
            way=way or self._way(),
            reference=escalation.reference if escalation else None,
        )

    def answer(self, text: str, key: str, citations: tuple[Citation, ...], language: str) -> None:
        """Put an answer of the bot's into the outbox."""
        escalation = self._after.escalation
        self._put(
            speaker=Speaker.BOT,
            key=key,
            text=text,
            citations=citations,
            text_language=language,
            way=self._way(),
            reference=escalation.reference if escalation else None,
        )

    def speak(self, text: str, key: str, agent: str | None, language: str | None) -> None:
        """Put an agent's message into the outbox, as the customer will read it."""
        self._put(
            speaker=Speaker.AGENT,
            key=key,
            text=text,
            agent=agent,
            text_language=language,
            way=Way.NONE,
        )

    def done(self) -> Decision:
        """Return the decision, with everything that follows from its changes."""
        if (self._after.epoch != self.before.epoch) != (
            _speaker(self._after) != _speaker(self.before)
        ):
            message = "the epoch rises exactly when it changes who may speak"
            raise AssertionError(message)
        after = self._after
        self._write(version=self.before.version + 1, due=due(after, self.promises))
        return Decision(
            event=self.event,
            before=self.before,
            after=after,
            ledger=tuple(self._ledger),
            outbox=tuple(self._outbox),
            opened=self._opened,
            ended=self._ended,
            unreachable=self._unreachable,
            undeliverable=self._undeliverable,
            once=self._once,
            hints=self._hints(after),
        )

    def _hints(self, after: Conversation) -> frozenset[Hint]:
        hints = set()
        if self._outbox:
            hints.add(Hint.DELIVER)
        if after.holder is Holder.WAITING and not after.open_escalation.agents_are_asked:
            hints.add(Hint.ASK_AGENTS)
        if after.epoch != self.before.epoch and self.before.escalation is not None:
            hints.add(Hint.WAKE)
        return frozenset(hints)

    def _way(self) -> Way:
        return Way.WITHDRAW if self._after.holder is Holder.WAITING else Way.PERSON

    def _put(self, *, speaker: Speaker, key: str, way: Way, **row: Any) -> None:
        disclose = speaker is not Speaker.AGENT and not self._after.disclosed
        escalation = self._after.escalation
        sequence = self._after.outbound + 1
        self._outbox.append(
            OutboxRow(
                sequence=sequence,
                epoch=self._after.epoch,
                speaker=speaker,
                key=f"{self._after.id}/{key}",
                language=self._after.language,
                created_at=self.now,
                way=way,
                disclose=disclose,
                escalation=escalation.number if escalation else None,
                zone=self._after.zone,
                **row,
            )
        )
        self._write(
            outbound=sequence,
            disclosed=self._after.disclosed or disclose,
            asked=way is Way.ASK,
        )


def _speaker(conversation: Conversation) -> tuple[Holder, str | None]:
    lease = conversation.lease
    return conversation.holder, lease.agent if lease else None
