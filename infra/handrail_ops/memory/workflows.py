"""The two workflows in memory.

The turn runs the three real steps one after the other, as the state machine does. Of the
escalation workflow only what the protocol sees is here: what was started, which token waits, what
was woken; whoever simulates it calls the real steps of `application.escalate` itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from handrail.application.protocol_ports import Drafts
from handrail.application.turn_steps import Verdict, proposal
from handrail.domain.conversation import Escalation
from handrail.domain.errors import UnavailableError
from handrail.domain.turn import Outcome
from handrail_ops.memory.faults import Fault, no_fault, port_call


class Step(Protocol):
    """A step of a turn, as its function calls it."""

    def step(self, event: dict[str, Any]) -> dict[str, Any]:
        """Do the step."""
        ...


class MemoryTurnWorkflow:
    """`application.protocol_ports.TurnWorkflow`, in this process."""

    def __init__(self, steps: Sequence[Step], drafts: Drafts, fault: Fault = no_fault) -> None:
        """Take the steps in their order: understand, draft an answer, check grounding."""
        self.fault = fault
        self._steps = steps
        self._drafts = drafts

    @port_call("turns.run")
    def run(
        self, conversation: str, turn: str, event_ids: Sequence[str], language: str
    ) -> Outcome:
        """Run the steps; whatever one of them raises, a person is proposed."""
        event = {
            "conversation": conversation,
            "turn": turn,
            "events": list(event_ids),
            "language": language,
        }
        proposed = (
            "answer" if all(self._goes_on(step, event) for step in self._steps) else "person"
        )
        return proposal(self._drafts.get(turn), proposed)

    def _goes_on(self, step: Step, event: dict[str, Any]) -> bool:
        try:
            verdict = step.step(event)
        except Exception:  # noqa: BLE001 - a state's Catch takes every error to a person
            return False
        return verdict.get("verdict") == Verdict.GO_ON


@dataclass(frozen=True, slots=True)
class Started:
    """An execution of the escalation workflow, by the ids it was given."""

    conversation: str
    escalation: str


class MemoryEscalationWorkflow:
    """`application.protocol_ports.EscalationWorkflow`, without its clock."""

    def __init__(self, fault: Fault = no_fault) -> None:
        """Start with nothing running."""
        self.fault = fault
        self.started: dict[str, Started] = {}
        """Every execution ever started, by its name: a name is used once."""
        self.tokens: dict[str, str] = {}
        """The token each conversation's workflow waits for."""
        self.woken: list[str] = []
        """The tokens that were answered, in order."""
        self.gone: set[str] = set()
        """Tokens that nobody waits for any more: timed out, or of a workflow that has died."""
        self.running = True
        """False: the service is down."""

    @port_call("escalations.start")
    def start(self, escalation: Escalation, conversation: str) -> None:
        """Start the workflow of an escalation, once."""
        self._answers()
        self.started.setdefault(escalation.id, Started(conversation, escalation.id))

    @port_call("escalations.wake")
    def wake(self, conversation: str) -> None:
        """Answer the token, if there is one; one that is gone counts as done."""
        token = self.tokens.get(conversation)
        if token is None:
            return
        self._answers()
        if token not in self.gone:
            self.woken.append(token)
        del self.tokens[conversation]

    @port_call("escalations.remember")
    def remember(self, conversation: str, token: str) -> None:
        """Keep the newest token."""
        self.tokens[conversation] = token

    def _answers(self) -> None:
        if not self.running:
            message = "the workflow service does not answer"
            raise UnavailableError(message)
