"""Do for a conversation whatever has fallen due: keep a promise, end a lease, ask the agents.

The escalation workflow and the sweep both call this; whoever comes first does it, once.
"""

from dataclasses import dataclass

from handrail.application.ask_agents import AskAgents
from handrail.application.decide import Authority
from handrail.application.ports import Clock
from handrail.domain.closing import tell_of_window
from handrail.domain.conversation import Conversation, Holder
from handrail.domain.decision import Decision
from handrail.domain.escalation import check_lease, keep_promise
from handrail.domain.promises import Promises


@dataclass(frozen=True, slots=True)
class Tend:
    """Acts on what is due in one conversation."""

    authority: Authority
    ask_agents: AskAgents
    clock: Clock
    promises: Promises

    def tend(self, conversation_id: str) -> Decision | None:
        """Act on a conversation if something of it is due, and say what was decided.

        Raises:
            UnavailableError: what was due is decided but the agents could not be asked, or
                nothing could be decided; it stays due.

        """
        decision = self.authority.change(conversation_id, self._due)
        if decision is None or _asks_people(decision.after):
            self.ask_agents.ask(conversation_id)
        return decision

    def _due(self, conversation: Conversation) -> Decision | None:
        now = self.clock.now()
        return (
            keep_promise(conversation, now, self.promises)
            or check_lease(conversation, now, self.promises)
            or tell_of_window(conversation, now, self.promises)
        )


def _asks_people(conversation: Conversation) -> bool:
    return conversation.holder is Holder.WAITING or conversation.missed is not None
