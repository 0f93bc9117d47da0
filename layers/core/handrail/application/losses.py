"""What a channel took and reports as lost after all, in a receipt."""

from dataclasses import dataclass

from handrail.application.decide import Authority
from handrail.application.deliver import KNOCK, is_superseded
from handrail.application.keep import Keep
from handrail.application.ports import Clock
from handrail.domain.errors import UnavailableError
from handrail.domain.escalation import could_not_deliver
from handrail.domain.message import FAILED, InboundMessage
from handrail.domain.outbox import State
from handrail.domain.promises import Promises


@dataclass(frozen=True, slots=True)
class Losses:
    """Gives up what was lost, so that whoever must know is told."""

    authority: Authority
    keep: Keep
    clock: Clock
    promises: Promises

    def note(self, receipt: InboundMessage, language: str) -> None:
        """Give up the message that a receipt is about; one that is none of ours changes nothing.

        So is a message that was waiting for its customer, when what asked them to write is lost.
        `language` is for a customer who is not known.

        Raises:
            UnavailableError: it is not known to be sent yet; deliver the receipt again.

        """
        known = self.keep.find(receipt, language)
        rows = self.authority.conversations.rows(known.id) if known.version else ()
        message_id = receipt.details.get("message_id", "")
        sent = next((row for row in rows if message_id in row.receipts), None)
        knocked = next((row for row in rows if KNOCK + message_id in row.receipts), None)
        if sent is None and knocked is not None and knocked.row.state is State.PENDING:
            lost = knocked
        elif sent is not None and sent.row.state is State.DELIVERED:
            lost = sent
        elif (sent is None or sent.row.state is State.PENDING) and self.keep.may_be_ours(
            receipt, rows
        ):
            message = "what the receipt is about may still be on its way"
            raise UnavailableError(message)
        else:
            return
        reason = receipt.details.get(FAILED, "")
        superseded = is_superseded(lost.row, rows)
        self.authority.change(
            known.id,
            lambda current: could_not_deliver(
                current, lost.row, reason, self.clock.now(), self.promises, superseded=superseded
            ),
        )
