"""What is done at once after a commit, so that nobody waits for the sweep. All of it may fail."""

from collections.abc import Callable
from dataclasses import dataclass

from handrail.application.protocol_ports import EscalationWorkflow, OutboundQueue
from handrail.domain.decision import Decision, Hint
from handrail.domain.errors import HandrailError


@dataclass(frozen=True, slots=True)
class Hints:
    """Follows a committed decision with the hints it asks for."""

    outbound: OutboundQueue
    workflow: EscalationWorkflow
    committed: Callable[[Decision], None] = lambda _decision: None
    """Told of each committed decision, to be counted."""
    lost: Callable[[Hint, HandrailError], None] = lambda _hint, _error: None
    """Told of each hint that failed: counted and logged, never raised."""

    def follow(self, decision: Decision) -> None:
        """Send a decision's hints; one that fails is left to the sweep."""
        self.committed(decision)
        conversation = decision.after.id
        if Hint.DELIVER in decision.hints:
            self.kick(conversation)
        if decision.opened is not None:
            opened = decision.opened
            self.attempt(Hint.ASK_AGENTS, lambda: self.workflow.start(opened, conversation))
        if Hint.WAKE in decision.hints:
            self.attempt(Hint.WAKE, lambda: self.workflow.wake(conversation))

    def kick(self, conversation: str) -> None:
        """Ask for delivery, again."""
        self.attempt(Hint.DELIVER, lambda: self.outbound.kick(conversation))

    def attempt(self, hint: Hint, send: Callable[[], None]) -> None:
        """Send one hint and let it fail."""
        try:
            send()
        except HandrailError as error:
            self.lost(hint, error)
