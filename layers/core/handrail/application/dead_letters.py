"""A dead-letter queue is a person: what could not be handled twice is handed to one.

Its own, simpler way: no recogniser, no workflow, no model. Of what is in the message it reads only
whether it is one of the words that end all sending, which is a comparison.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from handrail.application.decide import Authority
from handrail.application.deliver import is_superseded
from handrail.application.delivery_ports import Deliveries
from handrail.application.keep import Keep
from handrail.application.losses import Losses
from handrail.application.ports import Clock
from handrail.application.protocol_ports import Kept, SentRow
from handrail.domain.conversation import Conversation
from handrail.domain.decision import Decision
from handrail.domain.errors import ConflictError, DuplicateError, MalformedRequestError
from handrail.domain.escalation import ask_for_person, could_not_deliver
from handrail.domain.limits import DECISION_ATTEMPTS_MAX, DELIVERY_SECONDS_MAX
from handrail.domain.message import InboundMessage, Kind, Sender
from handrail.domain.outbox import OutboxRow, State
from handrail.domain.promises import Promises
from handrail.domain.stopping import stop, tells_us_to_stop
from handrail.domain.turn import Reason

_DEATHS_MIN = 2
"""How often delivery must have died on a row before the row is what it dies of."""


@dataclass(frozen=True, slots=True)
class InboundDeadLetters:
    """An inbound dead letter becomes a person, but for what no person could answer.

    STOP is a STOP here too, what a channel reports as lost is given up, and ids are linked.
    """

    authority: Authority
    keep: Keep
    clock: Clock
    promises: Promises
    default_language: str

    def take(self, body: Mapping[str, Any] | None, group: str, letter_id: str) -> None:
        """Escalate the customer behind one dead letter.

        `body` is None when it is not even JSON; then the queue's group tells the conversation.

        Raises:
            UnavailableError: it is about a message that may still be on its way.
            MalformedRequestError: neither tells a customer; it stays in the queue and alarms.

        """
        message = self._read(body)
        if message is not None and message.kind is Kind.RECEIPT:
            losses = Losses(self.authority, self.keep, self.clock, self.promises)
            losses.note(message, self.default_language)
            return
        if message is not None:
            known = self.keep.find(message, self.default_language)
        else:
            conversation = group.removesuffix("/person")
            stored = self.authority.conversations.load(conversation)
            if stored is None:
                text = f"dead letter {letter_id} names no customer that is known"
                raise MalformedRequestError(text)
            known = stored
            now = self.clock.now()
            message = InboundMessage(
                channel=known.channel,
                account=known.account,
                event_id=f"dead-letter/{letter_id}",
                position=self._newest_position(known.id),
                sender=Sender(known.sender_ids),
                kind=Kind.UNSUPPORTED,
                occurred_at=now,
                received_at=now,
            )
        if message.kind is Kind.LIFECYCLE or self.keep.keep(known.id, message) is Kept.KNOWN:
            return
        for _ in range(DECISION_ATTEMPTS_MAX):
            current = self.authority.conversations.load(known.id) or known
            decision = self._decide(current, message)
            try:
                self.authority.conversations.commit(decision)
            except DuplicateError:
                return
            except ConflictError:
                continue
            self.authority.hints.follow(decision)
            return
        text = f"conversation {known.id} kept changing; the dead letter stays"
        raise ConflictError(text)

    def _decide(self, current: Conversation, message: InboundMessage) -> Decision:
        now, promises = self.clock.now(), self.promises
        if tells_us_to_stop(message):
            return stop(current, message, now, promises)
        return ask_for_person(current, (message,), Reason.DEAD_LETTER, now, promises)

    def _newest_position(self, conversation: str) -> int:
        """Return a position that is no older than any message, in the channel's own numbers."""
        entries = self.authority.conversations.entries(conversation)
        return max((entry.body.position for entry in entries), default=0)

    def _read(self, body: Mapping[str, Any] | None) -> InboundMessage | None:
        try:
            return InboundMessage.from_dict(body) if body is not None else None
        except (KeyError, TypeError, ValueError, AttributeError):
            return None


@dataclass(frozen=True, slots=True)
class OutboundDeadLetters:
    """An outbound dead letter gives up the row on which delivery died, and delivers the rest."""

    authority: Authority
    deliveries: Deliveries
    clock: Clock
    promises: Promises

    def take(self, conversation: str) -> None:
        """Unblock one conversation's outbox.

        Only a row that redelivered hints got as far as, and died on twice, is given up: that is
        every one of them, since a hint is received three times. One death may be a machine's; and
        a hint that died before it came to a row, of a throttled table for one, points to nothing:
        then delivery is simply tried again. Another hint may be at the row meanwhile, and what
        is alive has not died.
        """
        progress = self.deliveries.progress(conversation)
        rows = self.authority.conversations.rows(conversation, progress.sent)
        alive = self.clock.now() - progress.tried_at < DELIVERY_SECONDS_MAX
        if progress.died - alive >= _DEATHS_MIN and rows:
            # The deaths are the next row's alone, also when it was given up a moment ago and only
            # that delivery has passed it could not be written.
            self._give_up(conversation, rows[0].row, rows)
        self.authority.hints.kick(conversation)

    def _give_up(self, conversation: str, row: OutboxRow, rows: Sequence[SentRow]) -> None:
        if row.state is State.PENDING:
            self.authority.change(
                conversation,
                lambda current: could_not_deliver(
                    current,
                    row,
                    "delivery died on it",
                    self.clock.now(),
                    self.promises,
                    superseded=is_superseded(row, rows),
                ),
            )
        self.deliveries.passed(conversation, row.sequence)
