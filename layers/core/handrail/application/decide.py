"""Read, decide, commit: the loop that every change of a conversation goes through."""

from collections.abc import Callable
from dataclasses import dataclass

from handrail.application.hints import Hints
from handrail.application.protocol_ports import Conversations
from handrail.domain.conversation import Conversation
from handrail.domain.decision import Decision
from handrail.domain.errors import ConflictError, DuplicateError
from handrail.domain.limits import DECISION_ATTEMPTS_MAX

Decide = Callable[[Conversation], Decision | None]


@dataclass(frozen=True, slots=True)
class Authority:
    """Commits decisions on conversations, one transaction each, and follows them with hints."""

    conversations: Conversations
    hints: Hints

    def change(self, conversation: str, decide: Decide) -> Decision | None:
        """Decide on the newest version of a stored conversation until a decision is committed.

        Returns the committed decision, or None when there was nothing to decide, which includes a
        conversation that does not exist and a once-only decision that was taken before.

        Raises:
            ConflictError: others were first, every time; what came in has to be redelivered.
            HandrailError: whatever `decide` or the store raises.

        """
        for _ in range(DECISION_ATTEMPTS_MAX):
            current = self.conversations.load(conversation)
            if current is None:
                return None
            decision = decide(current)
            if decision is None:
                return None
            try:
                self.conversations.commit(decision)
            except DuplicateError as error:
                if not error.event_ids:
                    return None  # what it does once has been done
                continue
            except ConflictError:
                continue
            self.hints.follow(decision)
            return decision
        message = f"conversation {conversation} kept changing; nothing was committed"
        raise ConflictError(message)
