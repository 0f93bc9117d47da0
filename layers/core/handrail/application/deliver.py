"""The only door to customers: send a conversation's outbox strictly in order."""

import math
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import tzinfo

from handrail.application.decide import Authority
from handrail.application.ports import Address, Catalogue, Channel, Clock
from handrail.application.protocol_ports import Deliveries, SentRow, Vault
from handrail.domain.conversation import Conversation
from handrail.domain.decision import Decision
from handrail.domain.delivery import (
    Delivered,
    Delivery,
    OutboundMessage,
    Permanent,
    Retry,
    Speaker,
    Unknown,
    WindowClosed,
)
from handrail.domain.errors import HandrailError
from handrail.domain.escalation import could_not_deliver
from handrail.domain.offer import render
from handrail.domain.outbox import OutboxRow, State
from handrail.domain.privacy import placeholders_in
from handrail.domain.promises import Promises

_ATTEMPTS_AT_ONCE = 2
"""How often a message of unknown fate is sent in one go."""
_BACKOFF_FIRST_SECONDS = 5
_BACKOFF_SECONDS_MAX = 900
GIVE_UP_SECONDS = 24 * 3600
"""A message its channel has kept refusing for so long is given up, and an agent's is told."""


_WINDOW_CLOSED = "the channel's window is closed"
_NOT_TAKEN = "not taken for a day"
_STOPPED = "the customer has told us to stop"


def is_superseded(row: OutboxRow, rows: Sequence[SentRow]) -> bool:
    """Tell whether a later message of an agent follows under the same request."""
    return any(
        later.row.sequence > row.sequence
        and later.row.speaker is Speaker.AGENT
        and later.row.escalation == row.escalation
        for later in rows
    )


@dataclass(frozen=True, slots=True)
class Deliver:
    """Renders rows, sends them, and records what came of it."""

    authority: Authority
    deliveries: Deliveries
    vault: Vault
    channels: Mapping[str, Channel]
    catalogue: Catalogue
    clock: Clock
    promises: Promises
    zone: Callable[[str | None], tzinfo]
    """Returns a customer's time zone by name, the company's for None or an unknown one."""
    language_names: Mapping[str, str] = field(default_factory=dict)

    def deliver(self, conversation_id: str, *, redelivered: bool = False) -> int:
        """Send what is not at rest, in order, and return how many rows came to rest.

        A row that has to wait keeps everything behind it waiting; the hint is done with all the
        same, because the row's `due` brings the sweep. `redelivered` says that an earlier run
        over the same hint died: what it died of is remembered, for the dead-letter consumer.

        Raises:
            UnavailableError: the table did not answer; the hint is to be delivered again.

        """
        conversation = self.authority.conversations.load(conversation_id)
        if conversation is None:
            return 0
        progress = self.deliveries.progress(conversation_id)
        rested = 0
        rows = self.authority.conversations.rows(conversation_id, progress.sent)
        for sent in rows:
            if sent.row.state is not State.PENDING:
                self.deliveries.passed(conversation_id, sent.row.sequence)
                continue
            if sent.put_off and sent.due is not None and sent.due > self.clock.now():
                break
            if rested:
                # While the rows before it were sent the customer may have told us to stop.
                conversation = self.authority.conversations.load(conversation_id) or conversation
            attempts = progress.attempts if rested == 0 else 0
            try:
                if redelivered:
                    self.deliveries.tried(conversation_id, sent.row.sequence)
                rests = self._settle(conversation, sent, attempts, rows)
            except HandrailError:
                if redelivered:
                    self._lived(conversation_id, sent.row.sequence)
                raise
            if not rests:
                break
            rested += 1
        return rested

    def _lived(self, conversation: str, sequence: int) -> None:
        """Take back that something may have died of a row; when that fails, it counts as one."""
        with suppress(HandrailError):
            self.deliveries.lived(conversation, sequence)

    def _settle(
        self, conversation: Conversation, sent: SentRow, attempts: int, rows: Sequence[SentRow]
    ) -> bool:
        """Send one of the rows; True when it came to rest, False when it has to wait."""
        row = sent.row
        if conversation.stopped:
            return self._undeliverable(conversation.id, sent, _STOPPED, rows)
        match self._send(conversation, sent):
            case Delivered(ids=ids):
                self.deliveries.delivered(conversation.id, row.sequence, ids)
                return True
            case Permanent(reason=reason):
                self._undeliverable(conversation.id, sent, reason, rows)
                return True
            case WindowClosed():
                self._undeliverable(conversation.id, sent, _WINDOW_CLOSED, rows)
                return True
            case Retry(after_seconds=asked, taken=taken):
                pass
            case Unknown(taken=taken):
                asked = 0.0
        now = self.clock.now()
        if now - row.created_at > GIVE_UP_SECONDS:
            self._undeliverable(conversation.id, sent, _NOT_TAKEN, rows)
            return True
        backoff = min(_BACKOFF_FIRST_SECONDS * 2 ** min(attempts, 10), _BACKOFF_SECONDS_MAX)
        asked = asked if math.isfinite(asked) else 0.0
        until = now + max(asked, backoff)
        self.deliveries.put_off(conversation.id, row.sequence, until, taken)
        return False

    def _send(self, conversation: Conversation, sent: SentRow) -> Delivery:
        channel = self.channels.get(conversation.channel)
        if channel is None:
            return Permanent(f"channel {conversation.channel} is not configured")
        message = replace(self.rendered(conversation, sent), taken=sent.receipts)
        address = Address(conversation.channel, conversation.account, conversation.sender_ids)
        outcome: Delivery = Unknown()
        for _ in range(_ATTEMPTS_AT_ONCE):
            outcome = channel.send(address, message)
            if not isinstance(outcome, Unknown):
                break
            message = replace(message, taken=outcome.taken)
        return outcome

    def rendered(self, conversation: Conversation, sent: SentRow) -> OutboundMessage:
        """Render a row as its customer gets it."""
        row = sent.row
        restorable = row.text is not None and bool(placeholders_in(row.text))
        return render(
            conversation,
            row,
            self.catalogue.phrases(row.language),
            zone=self.zone(row.zone),
            language_names=self.language_names,
            placeholders=self.vault.placeholders(conversation.id) if restorable else {},
        )

    def _undeliverable(
        self, conversation: str, sent: SentRow, reason: str, rows: Sequence[SentRow]
    ) -> bool:
        """Give a row up; False when the customer, who had told us to stop, resumed meanwhile."""
        superseded = is_superseded(sent.row, rows)
        resumed = False

        def decide(current: Conversation) -> Decision | None:
            nonlocal resumed
            resumed = reason is _STOPPED and not current.stopped
            if resumed:
                return None
            return could_not_deliver(
                current,
                sent.row,
                reason,
                self.clock.now(),
                self.promises,
                superseded=superseded,
            )

        self.authority.change(conversation, decide)
        if resumed:
            return False
        self.deliveries.passed(conversation, sent.row.sequence)
        return True
