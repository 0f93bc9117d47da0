"""The only door to customers: send a conversation's outbox strictly in order."""

import math
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import tzinfo

from handrail.application.decide import Authority
from handrail.application.delivery_ports import Deliveries
from handrail.application.ports import (
    BY_AGENT,
    Address,
    Catalogue,
    Channel,
    Clock,
    Knocking,
    ShowsAgents,
    Typing,
)
from handrail.application.protocol_ports import SentRow, Vault
from handrail.domain.conversation import Conversation, Holder
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
from handrail.domain.windows import reply_until

_ATTEMPTS_AT_ONCE = 2
"""How often a message of unknown fate is sent in one go."""
_ATTEMPTS_MIN = 5
"""How often a message was put off at least before it is given up, however old it is."""
_BACKOFF_FIRST_SECONDS = 5
_BACKOFF_SECONDS_MAX = 900
GIVE_UP_SECONDS = 24 * 3600
"""A message its channel has kept refusing for so long is given up, and an agent's is told."""


_WINDOW_CLOSED = "the channel's window is closed"
_NOT_TAKEN = "not taken for a day"
_STOPPED = "the customer has told us to stop"
KNOCK = "knock:"
"""What the receipt of a message begins with that only asks the customer to write."""
KNOCK_SECONDS = 7 * 24 * 3600
"""How long a person's words wait for the customer to open the channel's window."""
_LOOK_AGAIN_SECONDS = 3_600


def _knocks(sent: SentRow) -> tuple[str, ...]:
    return tuple(one for one in sent.receipts if one.startswith(KNOCK))


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
    chat_url: str = ""
    """Where customers can go on when their channel closes; empty where there is no such page."""

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
            waits = sent.put_off and sent.due is not None and sent.due > self.clock.now()
            if waits and not self._opened_again(conversation, sent):
                self._hold_behind(conversation_id, sent, rows)
                break
            if rested:
                # While the rows before it were sent the customer may have told us to stop.
                conversation = self.authority.conversations.load(conversation_id) or conversation
            attempts = progress.attempts if rested == 0 else 0
            try:
                if redelivered:
                    self.deliveries.tried(conversation_id, sent.row.sequence, self.clock.now())
                rests = self._settle(conversation, sent, attempts, rows)
            except HandrailError:
                if redelivered:
                    self._lived(conversation_id, sent.row.sequence)
                raise
            if not rests:
                break
            rested += 1
        return rested

    def show_typing(self, conversation_id: str, event_id: str) -> None:
        """Show a customer that an answer is being written, where the channel can.

        Only of whoever may speak: the agent who holds the conversation, else the bot.
        """
        conversation = self.authority.conversations.load(conversation_id)
        if conversation is None or conversation.stopped:
            return
        by_agent = event_id == BY_AGENT
        if by_agent is not (conversation.holder is Holder.AGENT):
            return
        channel = self.channels.get(conversation.channel)
        address = Address(conversation.channel, conversation.account, conversation.sender_ids)
        if by_agent and isinstance(channel, ShowsAgents):
            channel.agent_types(address)
        elif not by_agent and isinstance(channel, Typing):
            channel.typing(address, event_id)

    def _hold_behind(self, conversation: str, sent: SentRow, rows: Sequence[SentRow]) -> None:
        """Let rows be due no earlier than the one they wait behind: a sweep would ask in vain."""
        until = sent.due or 0.0
        behind = [
            one.row.sequence
            for one in rows
            if one.row.sequence > sent.row.sequence and one.due is not None and one.due < until
        ]
        if behind:
            self.deliveries.hold(conversation, behind, until)

    def _lived(self, conversation: str, sequence: int) -> None:
        """Take back that something may have died of a row; when that fails, it counts as one."""
        with suppress(HandrailError):
            self.deliveries.lived(conversation, sequence)

    def _settle(
        self, conversation: Conversation, sent: SentRow, attempts: int, rows: Sequence[SentRow]
    ) -> bool:
        """Send one of the rows; True when it came to rest, False when it has to wait."""
        row = sent.row
        if _knocks(sent) and not self._opened_again(conversation, sent):
            return self._wait_for_customer(conversation, sent, rows, _knocks(sent))
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
                return self._knock(conversation, sent, rows)
            case Retry(after_seconds=asked, taken=taken):
                pass
            case Unknown(taken=taken):
                asked = 0.0
        now = self.clock.now()
        # A row that waited for its customer, or behind one that did, could not be sent before.
        since = conversation.customer_wrote_at if _knocks(sent) else row.created_at
        if now - since > GIVE_UP_SECONDS and attempts >= _ATTEMPTS_MIN:
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
        taken = tuple(one for one in sent.receipts if not one.startswith(KNOCK))
        message = replace(self.rendered(conversation, sent), taken=taken)
        address = Address(conversation.channel, conversation.account, conversation.sender_ids)
        outcome: Delivery = Unknown()
        for _ in range(_ATTEMPTS_AT_ONCE):
            outcome = channel.send(address, message)
            if not isinstance(outcome, Unknown):
                break
            message = replace(message, taken=outcome.taken)
        return outcome

    def _opened_again(self, conversation: Conversation, sent: SentRow) -> bool:
        """Tell whether the customer we knocked at has written, so that the row can go out."""
        until = reply_until(conversation.channel, conversation.customer_wrote_at, agent=False)
        return bool(_knocks(sent)) and until is not None and until > self.clock.now()

    def _knock(self, conversation: Conversation, sent: SentRow, rows: Sequence[SentRow]) -> bool:
        """Ask the customer to open the window for what a person wrote; give up anything else."""
        channel = self.channels.get(conversation.channel)
        too_old = self.clock.now() - sent.row.created_at > KNOCK_SECONDS
        by_agent = sent.row.speaker is Speaker.AGENT
        if too_old or not by_agent or not isinstance(channel, Knocking):
            return self._undeliverable(conversation.id, sent, _WINDOW_CLOSED, rows)
        address = Address(conversation.channel, conversation.account, conversation.sender_ids)
        match channel.knock(address, self.rendered(conversation, sent)):
            case Delivered(ids=ids):
                knocks = (KNOCK + (ids[0] if ids else sent.row.key),)
                return self._wait_for_customer(conversation, sent, rows, knocks)
            case Retry(after_seconds=asked):
                until = self.clock.now() + max(asked, _BACKOFF_FIRST_SECONDS)
                self.deliveries.put_off(conversation.id, sent.row.sequence, until)
                return False
            case Unknown():
                # It may have arrived; a second one would only annoy.
                return self._wait_for_customer(conversation, sent, rows, (KNOCK,))
            case _:
                return self._undeliverable(conversation.id, sent, _WINDOW_CLOSED, rows)

    def _wait_for_customer(
        self,
        conversation: Conversation,
        sent: SentRow,
        rows: Sequence[SentRow],
        knocks: tuple[str, ...],
    ) -> bool:
        """Keep a row until the customer writes, for as long as that may be expected."""
        now = self.clock.now()
        if now - sent.row.created_at > KNOCK_SECONDS:
            return self._undeliverable(conversation.id, sent, _WINDOW_CLOSED, rows)
        until = now + _LOOK_AGAIN_SECONDS
        self.deliveries.put_off(conversation.id, sent.row.sequence, until, knocks)
        return False

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
            chat_url=self.chat_url,
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
