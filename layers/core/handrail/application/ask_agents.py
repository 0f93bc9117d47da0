"""Put an escalation before the agents, and note it only when the queue gave a receipt."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from handrail.application.decide import Authority
from handrail.application.ports import Catalogue, Clock
from handrail.application.protocol_ports import AgentsQueue, Drafts, Pager
from handrail.application.transcript import transcript
from handrail.domain.conversation import Conversation, Escalation, Holder, Stage
from handrail.domain.escalation import agents_asked, paged, reference_number
from handrail.domain.limits import TRANSCRIPT_MESSAGES_MAX
from handrail.domain.promises import Promises
from handrail.domain.synthetic import is_synthetic
from handrail.domain.turn import Reason
from handrail.domain.windows import reply_until

MESSAGE_VERSION = "1"
"""The version of the agents-queue message; `docs/agents-queue.schema.json` describes it."""


@dataclass(frozen=True, slots=True)
class AskAgents:
    """Pushes to the agents queue, and pages a supervisor from that stage on."""

    authority: Authority
    queue: AgentsQueue
    pager: Pager
    drafts: Drafts
    catalogue: Catalogue
    clock: Clock
    promises: Promises
    agents_language: str

    def ask(self, conversation_id: str) -> bool:
        """Ask people for the stage a request has come to; True when nothing is left to ask.

        Raises:
            UnavailableError: the queue or the pager gave no receipt: they are not asked.

        """
        conversation = self.authority.conversations.load(conversation_id)
        if conversation is not None and conversation.missed is not None:
            self._page_missed(conversation, conversation.missed)
        if conversation is None or conversation.holder is not Holder.WAITING:
            return True
        escalation = conversation.open_escalation
        if escalation.agents_are_asked:
            return True
        self.queue.push(self.message(conversation, escalation), conversation.id)
        if escalation.stage in (Stage.SUPERVISOR, Stage.FOLLOW_UP):
            self.pager.page(
                escalation.id,
                escalation.reference,
                str(escalation.stage),
                synthetic=is_synthetic(conversation.channel, conversation.account),
            )
        self.authority.change(
            conversation_id,
            lambda current: agents_asked(
                current, escalation.id, escalation.stage, self.clock.now(), self.promises
            ),
        )
        return True

    def _page_missed(self, conversation: Conversation, number: int) -> None:
        reference = reference_number(conversation.id, number)
        self.pager.page(
            f"{conversation.id}-{number}",
            reference,
            "unreachable",
            synthetic=is_synthetic(conversation.channel, conversation.account),
        )
        self.authority.change(
            conversation.id,
            lambda current: paged(current, number, self.clock.now(), self.promises),
        )

    def message(self, conversation: Conversation, escalation: Escalation) -> Mapping[str, Any]:
        """Return the self-contained message of an escalation, redacted."""
        entries = self.authority.conversations.entries(conversation.id)
        rows = self.authority.conversations.rows(conversation.id)
        phrases = self.catalogue.phrases(self.agents_language)
        lines = transcript(entries, rows, phrases)[-TRANSCRIPT_MESSAGES_MAX:]
        customer = [line.text for line in lines if line.speaker == "customer"]
        message: dict[str, Any] = {
            "version": MESSAGE_VERSION,
            "escalation": escalation.id,
            "conversation": conversation.id,
            "channel": conversation.channel,
            "reference": escalation.reference,
            "language": conversation.language,
            "priority": priority(escalation),
            "pool": str(escalation.stage),
            "reason": str(escalation.reason),
            "asked_at": escalation.asked_at,
            "promised_at": escalation.promise.at,
            "summary": " / ".join(customer[-3:])[:500],
            "transcript": [line.to_dict() for line in lines],
            "citations": [c for line in lines for c in line.citations],
        }
        until = reply_until(conversation.channel, conversation.customer_wrote_at, agent=True)
        if until is not None:
            message["reply_until"] = until
        if conversation.stopped:
            message["stopped"] = True
        if is_synthetic(conversation.channel, conversation.account):
            message["synthetic"] = True
        suggestion = self._suggestion(escalation)
        if suggestion is not None:
            message["suggested_answer"] = suggestion
        return message

    def _suggestion(self, escalation: Escalation) -> Mapping[str, Any] | None:
        draft = self.drafts.get(escalation.turn) if escalation.turn else None
        if draft is None or draft.answer is None:
            return None
        return {
            "text": draft.answer.text,
            "language": draft.answer.language,
            "verified": False,
            "citations": [
                {"passage": c.passage, "title": c.title, "link": c.link}
                for c in draft.answer.citations
            ],
        }


def priority(escalation: Escalation) -> str:
    """Return `front`, `high` or `normal`: who lost an agent goes first."""
    if escalation.front:
        return "front"
    pressing = escalation.stage in (Stage.SUPERVISOR, Stage.FOLLOW_UP)
    return "high" if pressing or escalation.reason is Reason.EMERGENCY else "normal"
