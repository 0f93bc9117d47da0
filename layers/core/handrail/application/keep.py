"""Find the conversation a message belongs to, and keep what it said before it is decided."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from handrail.application.ports import Address, Clock, Redacted, Redactor
from handrail.application.protocol_ports import Body, Conversations, Kept, SentRow, Vaulted
from handrail.application.wishes import UNSURE
from handrail.domain.conversation import Conversation
from handrail.domain.errors import UnavailableError
from handrail.domain.limits import DELIVERY_SECONDS_MAX, TEXT_CHARS_MAX
from handrail.domain.message import InboundMessage, Kind, conversation_id
from handrail.domain.outbox import State


@dataclass(frozen=True, slots=True)
class Keep:
    """Everything about a message that is no decision: whose it is, and its redacted body."""

    conversations: Conversations
    redactor: Redactor
    clock: Clock

    def find(self, message: InboundMessage, language: str) -> Conversation:
        """Return the sender's conversation, or a new one that is not stored yet.

        A sender with several ids keeps one conversation: the first id decides, then what an
        earlier message linked, then any conversation that another of the ids began.
        """
        channel, account, ids = message.channel, message.account, message.sender.ids
        own = conversation_id(channel, account, ids[0])
        stored = self.conversations.load(own)
        address = Address(channel, account, tuple(sorted(ids)))
        if stored is None:
            linked = self.conversations.resolve(address)
            stored = self.conversations.load(linked) if linked else None
        if stored is None:
            others = (conversation_id(channel, account, alias) for alias in ids[1:])
            stored = next(filter(None, map(self.conversations.load, others)), None)
        if stored is None:
            return Conversation(
                id=self._begun_as(address, own) if len(ids) > 1 else own,
                channel=channel,
                account=account,
                sender_ids=ids,
                language=language,
                zone=message.sender.time_zone,
                opened_at=self.clock.now(),
            )
        if set(ids) - set(stored.sender_ids):
            self.conversations.link(address, stored.id)
        return stored

    def _begun_as(self, address: Address, own: str) -> str:
        """Return under which conversation several ids begin: the first to link them decides.

        Two messages of a new sender may come at once, each with another id in front. A link that
        is there stays, and everybody links in one order, so both come to the same conversation.
        """
        self.conversations.link(address, own)
        return self.conversations.resolve(address) or own

    def keep(self, conversation: str, message: InboundMessage) -> Kept:
        """Store a message's body, redacted, with the original beside it in the vault."""
        text = (message.text or "")[:TEXT_CHARS_MAX]
        redacted = self.redactor.redact(text) if text else Redacted("")
        body = Body(
            event_id=message.event_id,
            position=message.position,
            kind=message.kind,
            text=redacted.text,
            received_at=message.received_at,
            action=message.action,
            details=message.details,
            locale=message.sender.locale,
        )
        vaulted = Vaulted(text, redacted.placeholders) if redacted.placeholders else None
        return self.conversations.keep(conversation, body, vaulted)

    def sort_echo(
        self, conversation: Conversation, message: InboundMessage
    ) -> InboundMessage | None:
        """Return an echo of what a person wrote elsewhere, None for one of what we sent ourselves.

        Ours is known by its id. It may come before the id is written down: while a message of
        ours may be on its way, an unknown echo waits. And where a message's fate stays unknown,
        its echo can't be told from another console's; such a one is marked, and holds nothing.

        Raises:
            UnavailableError: that cannot be told yet; deliver it again.

        """
        if message.kind is not Kind.ECHO:
            return message
        sent = message.details.get("message_id")
        rows = self.conversations.rows(conversation.id)
        if sent is not None and any(sent in row.receipts for row in rows):
            return None
        pending = [row for row in rows if row.row.state is State.PENDING]
        if self.may_be_ours(message, rows) and not any(row.put_off for row in pending):
            text = "a message of ours is on its way: whose echo this is shows when it has come"
            raise UnavailableError(text)
        if pending:
            return replace(message, details={**message.details, UNSURE: "true"})
        return message

    def may_be_ours(self, message: InboundMessage, rows: Sequence[SentRow]) -> bool:
        """Tell whether an echo or a receipt may be of a message whose id is not written down yet.

        Whoever sent it before this came in writes the id down within its run, or has died.
        """
        undecided = self.clock.now() < message.received_at + DELIVERY_SECONDS_MAX
        return undecided and any(row.row.state is State.PENDING for row in rows)
