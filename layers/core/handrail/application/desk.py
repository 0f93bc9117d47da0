"""What an agent can do: claim, stay present, see, write, hand back, resolve, reveal, open."""

import base64
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from handrail.application.decide import Authority, Decide
from handrail.application.ports import (
    BY_AGENT,
    Address,
    Catalogue,
    Clock,
    CustomerFiles,
    Translator,
    TypingHints,
)
from handrail.application.protocol_ports import Reveal, Vault
from handrail.application.transcript import customer_line, transcript
from handrail.domain.conversation import Conversation, Holder
from handrail.domain.decision import Decision
from handrail.domain.errors import (
    ConflictError,
    DuplicateError,
    FencedError,
    FileGoneError,
    FileRefusedError,
    InvalidInputError,
    NothingToClaimError,
    UnavailableError,
)
from handrail.domain.escalation import (
    agent_says,
    beat,
    claim,
    hand_back,
    holds,
    resolve,
    see,
)
from handrail.domain.limits import DECISION_ATTEMPTS_MAX, TEXT_CHARS_MAX
from handrail.domain.media import FILE_BYTES_MAX, File, files, looks_runnable
from handrail.domain.promises import Promises
from handrail.domain.synthetic import is_synthetic
from handrail.domain.windows import reply_until

_TRANSLATE_SECONDS = 8
PIECE_BYTES_MAX = 4_000_000
"""How much of a file one answer holds: as base64 it has to fit into Lambda's six megabytes."""


class TranslationFailedError(UnavailableError):
    """An agent's message could not be translated; the agent chooses what to do."""


@dataclass(frozen=True, slots=True)
class Desk:
    """Every action is checked against the authority in the write that does it."""

    authority: Authority
    vault: Vault
    translator: Translator
    catalogue: Catalogue
    clock: Clock
    promises: Promises
    agents_language: str
    files: CustomerFiles | None = None
    """None where customers send no files, as in a simulation."""
    typing_hints: TypingHints | None = None
    """None where nobody is shown that somebody is writing."""

    def claim(self, escalation: str, agent: str, name: str | None) -> dict[str, Any]:
        """Give an escalation to an agent; claiming again what one holds changes nothing.

        Raises:
            NothingToClaimError: it has ended, or another agent was first.

        """

        def decide(current: Conversation) -> Decision | None:
            if self._held_by(current, escalation, agent):
                return None
            return claim(current, escalation, agent, name, self.clock.now(), self.promises)

        current = self._change(escalation, decide)
        open_escalation = current.open_escalation
        entries = self.authority.conversations.entries(current.id)
        return {
            "escalation": escalation,
            "conversation": current.id,
            "channel": current.channel,
            "epoch": current.epoch,
            "lease_seconds": self.promises.lease_seconds,
            "language": current.language,
            "reference": open_escalation.reference,
            "reason": str(open_escalation.reason),
            "asked_at": open_escalation.asked_at,
            **_reach(current),
            "entries": [customer_line(entry).to_dict() for entry in entries],
            "transcript": self._transcript(current),
        }

    def read(self, escalation: str) -> dict[str, Any]:
        """Return where an escalation stands, and the whole transcript."""
        current = self._load(escalation)
        request = current.escalation
        is_open = request is not None and request.id == escalation
        return {
            "escalation": escalation,
            "conversation": current.id,
            "open": is_open,
            "stage": str(request.stage) if is_open and request else None,
            "agents_asked": is_open and request is not None and request.agents_are_asked,
            "synthetic": is_synthetic(current.channel, current.account),
            "holder": str(current.holder),
            "agent": current.lease.agent if current.lease else None,
            "language": current.language,
            **_reach(current),
            "transcript": self._transcript(current),
        }

    def heartbeat(self, escalation: str, agent: str, epoch: int) -> dict[str, Any]:
        """Renew a lease, and return what the agent has not seen yet.

        Raises:
            FencedError: the agent no longer holds the conversation.

        """
        current = self._change(
            escalation, lambda c: beat(c, agent, epoch, self.clock.now(), self.promises)
        )
        lease = current.held_lease
        return {
            "lease_seconds": self.promises.lease_seconds,
            "seen": lease.seen,
            "nudge": lease.nudged,
            **_reach(current),
            "news": self._news(current.id, lease.seen),
        }

    def typing(self, escalation: str, agent: str, epoch: int) -> dict[str, Any]:
        """Show the customer that the agent is writing; nothing depends on it.

        Raises:
            FencedError: the agent does not hold the conversation.

        """
        current = self._load(escalation)
        holds(current, agent, epoch)
        if self.typing_hints is not None:
            with suppress(UnavailableError):
                self.typing_hints.show(current.id, BY_AGENT)
        return {}

    def seen(self, escalation: str, agent: str, epoch: int, entry: int) -> dict[str, Any]:
        """Note what the agent has been shown."""
        current = self._change(
            escalation, lambda c: see(c, agent, epoch, entry, self.clock.now(), self.promises)
        )
        return {"seen": current.held_lease.seen}

    def message(
        self,
        escalation: str,
        agent: str,
        epoch: int,
        message_id: str,
        text: str,
        *,
        language: str | None = None,
        untranslated: bool = False,
    ) -> dict[str, Any]:
        """Commit an agent's message with its final text, translated first if need be.

        `language` is the one the agent wrote in; `untranslated` sends the original with a notice
        in the customer's language.

        Raises:
            FencedError: the agent no longer holds the conversation; nothing was sent.
            TranslationFailedError: send again, or with `untranslated`.
            InvalidInputError: the text is empty or too long.

        """
        text = text.strip()
        if not text or len(text) > TEXT_CHARS_MAX:
            message = f"a message has 1 to {TEXT_CHARS_MAX} characters; this one has {len(text)}"
            raise InvalidInputError(message)
        current = self._load(escalation)
        holds(current, agent, epoch)
        final = self._final(text, language, current.language, untranslated=untranslated)

        def decide(newest: Conversation) -> Decision:
            return agent_says(
                newest,
                agent,
                epoch,
                message_id,
                final,
                current.language,
                self.clock.now(),
                self.promises,
            )

        try:
            after = self._change(escalation, decide)
        except DuplicateError:
            return {"sequence": None, "text": final, "repeated": True}
        return {"sequence": after.outbound, "text": final, "repeated": False}

    def hand_back(self, escalation: str, agent: str, epoch: int) -> dict[str, Any]:
        """Give the customer back to the bot. Raises what `domain.escalation.hand_back` does."""
        return self._end(
            escalation, lambda c: hand_back(c, agent, epoch, self.clock.now(), self.promises)
        )

    def resolve(self, escalation: str, agent: str, epoch: int) -> dict[str, Any]:
        """Close the conversation. Raises what `domain.escalation.resolve` does."""
        return self._end(
            escalation, lambda c: resolve(c, agent, epoch, self.clock.now(), self.promises)
        )

    def reveal(
        self, escalation: str, agent: str, epoch: int, event_id: str, reason: str
    ) -> dict[str, Any]:
        """Show the original of a redacted message to the agent who holds the conversation.

        Raises:
            FencedError: no live lease, no reveal.
            InvalidInputError: no reason was given.

        """
        if not reason.strip():
            message = "say why the original is needed; the reason is kept"
            raise InvalidInputError(message)
        current = self._load(escalation)
        self._note_reading(current, agent, epoch, event_id, reason.strip())
        original = self.vault.original(current.id, event_id)
        return {"text": original.text if original is not None else None}

    def file(
        self, escalation: str, agent: str, epoch: int, event_id: str, number: int, start: int
    ) -> dict[str, Any]:
        """Open a customer's file for the agent who holds the conversation, a piece at a time.

        It goes as data inside of JSON, under a name and a type that run nothing.

        Raises:
            FencedError: no live lease, no file.
            FileGoneError, FileRefusedError: there is none that could be opened.
            UnavailableError: its provider did not give it; try again.

        """
        current = self._load(escalation)
        holds(current, agent, epoch)
        file = self._file(current.id, event_id, number)
        if file is None or self.files is None:
            message = f"this message has no file {number}"
            raise FileGoneError(message)
        if file.refusal is not None:
            raise FileRefusedError(_REFUSED)
        self._note_reading(current, agent, epoch, event_id, f"file {number}, from byte {start}")
        address = Address(current.channel, current.account, current.sender_ids)
        piece = self.files.fetch(address, file, start, PIECE_BYTES_MAX)
        end = start + len(piece.data)
        if end > FILE_BYTES_MAX or (start == 0 and looks_runnable(piece.data)):
            raise FileRefusedError(_REFUSED)
        more = end < piece.total if piece.total is not None else len(piece.data) > 0
        return {
            "name": file.safe_name,
            "type": file.shown_type,
            "bytes": piece.total,
            "start": start,
            "data": base64.b64encode(piece.data).decode("ascii"),
            "more": more,
        }

    # ------------------------------------------------------------------ helpers

    def _note_reading(
        self, current: Conversation, agent: str, epoch: int, event_id: str, reason: str
    ) -> None:
        """Write who is about to read what is not redacted, and why; only with a live lease."""
        lease = holds(current, agent, epoch)
        now = self.clock.now()
        if lease.until <= now:
            message = "your lease has run out; claim the conversation again"
            raise FencedError(message)
        try:
            self.vault.audit(Reveal(current.id, epoch, agent, event_id, reason, now))
        except ConflictError as error:
            message = "this conversation has moved on: you no longer hold it"
            raise FencedError(message) from error

    def _file(self, conversation: str, event_id: str, number: int) -> File | None:
        entries = self.authority.conversations.entries(conversation)
        details = (entry.body.details for entry in entries if entry.body.event_id == event_id)
        found = (file for told in details for file in files(told) if file.number == number)
        return next(found, None)

    def _final(self, text: str, language: str | None, target: str, *, untranslated: bool) -> str:
        if untranslated:
            return f"{self.catalogue.phrases(target).say('original.notice')}\n{text}"
        source = self.catalogue.supported(language)
        if source is None or source == target:
            return text
        try:
            deadline = self.clock.now() + _TRANSLATE_SECONDS
            return self.translator.translate(text, source, target, deadline)
        except UnavailableError as error:
            message = "translation failed: send it again, or untranslated with a notice"
            raise TranslationFailedError(message) from error

    def _end(self, escalation: str, decide: Decide) -> dict[str, Any]:
        after = self._change(escalation, decide)
        return {"holder": str(after.holder), "epoch": after.epoch}

    def _change(self, escalation: str, decide: Decide) -> Conversation:
        """Commit on the newest version and return the conversation as it is then."""
        for _ in range(DECISION_ATTEMPTS_MAX):
            current = self._load(escalation)
            decision = decide(current)
            if decision is None:
                return current
            try:
                self.authority.conversations.commit(decision)
            except DuplicateError:
                raise
            except ConflictError:
                continue
            self.authority.hints.follow(decision)
            return decision.after
        message = "the conversation kept changing; try again"
        raise ConflictError(message)

    def _load(self, escalation: str) -> Conversation:
        conversation = escalation.rpartition("-")[0]
        current = self.authority.conversations.load(conversation) if conversation else None
        if current is None:
            message = f"there is no escalation {escalation!r}"
            raise NothingToClaimError(message)
        return current

    def _held_by(self, current: Conversation, escalation: str, agent: str) -> bool:
        return (
            current.holder is Holder.AGENT
            and current.escalation is not None
            and current.escalation.id == escalation
            and current.held_lease.agent == agent
        )

    def _news(self, conversation: str, seen: int) -> list[dict[str, Any]]:
        entries = self.authority.conversations.entries(conversation, seen)
        return [customer_line(entry).to_dict() for entry in entries]

    def _transcript(self, current: Conversation) -> list[dict[str, Any]]:
        lines = transcript(
            self.authority.conversations.entries(current.id),
            self.authority.conversations.rows(current.id),
            self.catalogue.phrases(self.agents_language),
        )
        return [line.to_dict() for line in lines]


_REFUSED = (
    f"this file is not opened here: it runs, or has more than {FILE_BYTES_MAX // 1_000_000} MB."
    " Ask the customer for a picture or a PDF"
)


def _reach(conversation: Conversation) -> dict[str, Any]:
    """Return whether and until when this customer can be written to."""
    wrote_at = conversation.customer_wrote_at
    return {
        "reply_until": reply_until(conversation.channel, wrote_at, agent=True),
        "stopped": conversation.stopped,
    }
