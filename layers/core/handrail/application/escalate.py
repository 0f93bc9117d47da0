"""What the escalation workflow does at each of its steps. It is fast and visible, not trusted.

Every step re-reads the authority; the workflow may die at any moment without harm.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from handrail.application.ask_agents import AskAgents
from handrail.application.ports import Clock
from handrail.application.protocol_ports import Conversations, EscalationWorkflow
from handrail.application.tend import Tend
from handrail.domain.conversation import Conversation, Holder
from handrail.domain.errors import MalformedRequestError


class Standing(StrEnum):
    """Where a request stands, in the words the workflow chooses by."""

    WAITING = "waiting"
    WITH_AGENT = "with_agent"
    ENDED = "ended"


_WAIT_SECONDS_MAX = 3600
"""The workflow looks again at least this often, whatever was promised."""


@dataclass(frozen=True, slots=True)
class Escalate:
    """The steps: load, ask the agents, tell the customer, watch the chat."""

    conversations: Conversations
    ask_agents: AskAgents
    tend: Tend
    workflow: EscalationWorkflow
    clock: Clock

    def step(self, event: dict[str, Any]) -> dict[str, Any]:
        """Do one step; `event` has `step`, `of` (the execution's input) and maybe `token`.

        Raises:
            MalformedRequestError: the event is not one of the workflow's.
            UnavailableError: the step could not be done; the workflow takes its other way.

        """
        try:
            step = str(event["step"])
            of = event["of"]
            conversation, escalation = str(of["conversation"]), str(of["escalation"])
        except (KeyError, TypeError) as error:
            message = f"a workflow step needs {error}; check the state's parameters"
            raise MalformedRequestError(message) from error
        match step:
            case "load":
                return self._load(conversation, escalation)
            case "ask":
                return self._ask(conversation, escalation, str(event.get("token", "")))
            case "tell":
                self.tend.tend(conversation)
                return self._load(conversation, escalation)
            case "watch":
                return self._watch(conversation, escalation, str(event.get("token", "")))
            case _:
                message = f"unknown step {step!r}: expected load, ask, tell or watch"
                raise MalformedRequestError(message)

    def _load(self, conversation: str, escalation: str) -> dict[str, Any]:
        current = self.conversations.load(conversation)
        standing = stands(current, escalation)
        due = current.due if current is not None and standing is not Standing.ENDED else None
        wait = 1 if due is None else round(due - self.clock.now())
        return {"standing": str(standing), "wait_seconds": max(1, min(wait, _WAIT_SECONDS_MAX))}

    def _ask(self, conversation: str, escalation: str, token: str) -> dict[str, Any]:
        self.workflow.remember(conversation, token)
        self.ask_agents.ask(conversation)
        return self._still(conversation, escalation, Standing.WAITING)

    def _watch(self, conversation: str, escalation: str, token: str) -> dict[str, Any]:
        self.workflow.remember(conversation, token)
        return self._still(conversation, escalation, Standing.WITH_AGENT)

    def _still(self, conversation: str, escalation: str, expected: Standing) -> dict[str, Any]:
        """Wake the workflow at once when the world moved on before its token was kept."""
        standing = stands(self.conversations.load(conversation), escalation)
        if standing is not expected:
            self.workflow.wake(conversation)
        return {"standing": str(standing)}


def stands(conversation: Conversation | None, escalation: str) -> Standing:
    """Return where a request stands, from the authority alone."""
    if conversation is None or conversation.escalation is None:
        return Standing.ENDED
    if conversation.escalation.id != escalation:
        return Standing.ENDED
    return Standing.WAITING if conversation.holder is Holder.WAITING else Standing.WITH_AGENT
