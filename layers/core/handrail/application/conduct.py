"""Take what a customer wrote to its decision: an answer, a person, or a note in the ledger."""

import base64
import hashlib
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from handrail.application.decide import Authority
from handrail.application.keep import Keep
from handrail.application.losses import Losses
from handrail.application.ports import Clock, TypingHints
from handrail.application.protocol_ports import Kept, TurnWorkflow
from handrail.application.wishes import Wish, Wishes, WishKind
from handrail.domain.answering import (
    ask_back,
    commit_turn,
    go_on,
    refuse_file,
    switch_language,
    take_note,
    welcome,
)
from handrail.domain.conversation import Conversation, Holder
from handrail.domain.decision import Decision
from handrail.domain.errors import (
    ConflictError,
    DuplicateError,
    FencedError,
    HandrailError,
    UnavailableError,
)
from handrail.domain.escalation import (
    ask_for_person,
    choose_follow_up,
    hold_externally,
    listen,
    withdraw,
)
from handrail.domain.limits import DECISION_ATTEMPTS_MAX, TURN_SECONDS_MAX
from handrail.domain.message import InboundMessage, Kind
from handrail.domain.promises import Promises
from handrail.domain.stopping import resume, stop
from handrail.domain.turn import NeedsPerson, Outcome, Reason
from handrail.domain.windows import reply_until

_COMMIT_SECONDS = 4
"""What is kept back of a turn's time for committing what it came to."""

SHOWS_TYPING = frozenset(
    {"whatsapp_cloud", "messenger", "instagram", "twilio_whatsapp", "telegram", "line", "web"}
)
"""The channels that have an indicator; for others no hint is sent."""

TURN_NEEDS_SECONDS = TURN_SECONDS_MAX + _COMMIT_SECONDS
"""With less time than this no turn is begun: the message is a person's then."""

_Decide = Callable[[Conversation, Wish], Decision]

_BY_ONE_MESSAGE: Mapping[
    WishKind, Callable[[Conversation, InboundMessage, float, Promises], Decision]
] = {
    WishKind.WITHDRAW: withdraw,
    WishKind.FOLLOW_UP: choose_follow_up,
    WishKind.STOP: stop,
    WishKind.RESUME: resume,
}
"""The wishes that one message decides, whoever holds the conversation."""
_BY_THE_BOT: Mapping[
    WishKind, Callable[[Conversation, InboundMessage, float, Promises], Decision]
] = {
    WishKind.BOT: go_on,
    WishKind.WELCOME: welcome,
    WishKind.REFUSED_FILE: refuse_file,
}
"""Those that only the bot answers: a person who holds the conversation reads them."""


@dataclass(frozen=True, slots=True)
class Conduct:
    """Decides inbound messages, per conversation and in the order of their positions."""

    authority: Authority
    keep: Keep
    turns: TurnWorkflow
    wishes: Wishes
    clock: Clock
    promises: Promises
    typing: TypingHints | None = None
    """Where there are channels that show the customer that an answer is being written."""

    def conduct(self, messages: Sequence[InboundMessage], deadline: float) -> None:
        """Decide the messages of one customer; when it returns they are all in the ledger.

        `deadline` is when this process is stopped, in seconds since the epoch.

        Raises:
            UnavailableError, ConflictError: not everything was decided: deliver them again.

        """
        losses = Losses(self.authority, self.keep, self.clock, self.promises)
        for receipt in (m for m in messages if m.kind is Kind.RECEIPT and m.is_news):
            losses.note(receipt, self.wishes.first_language(receipt))
        wanted = [m for m in messages if m.kind is not Kind.RECEIPT and m.is_news]
        if not wanted:
            return
        # Two receptions of one message may come in one batch; the first is as good as the other.
        once = {message.event_id: message for message in reversed(wanted)}
        ordered = sorted(once.values(), key=lambda m: (m.position, m.event_id))
        known = self.keep.find(ordered[0], self.wishes.first_language(ordered[0]))
        if not known.version:
            # That two ids are one customer's says nothing about somebody who never wrote.
            ordered = [m for m in ordered if m.kind is not Kind.LIFECYCLE]
        fresh = [m for m in ordered if self.keep.keep(known.id, m) is Kept.NEW]
        fresh, waits = self._ready(known, fresh)
        if not fresh and waits is None:
            # A duplicate changes nothing, but its first delivery may have died before the hint.
            self.authority.hints.kick(known.id)
            return
        for wish in self.wishes.of(fresh, known):
            if wish.kind is WishKind.ANSWER:
                self._turn(known, wish, deadline)
            else:
                self._commit(known, wish, self._decide)
        until = reply_until(known.channel, known.customer_wrote_at, agent=False)
        if until is not None and until < self.clock.now():
            # The window is open again: what a person wrote may be waiting for that.
            self.authority.hints.kick(known.id)
        if waits is not None:
            raise waits

    def _ready(
        self, known: Conversation, messages: Sequence[InboundMessage]
    ) -> tuple[list[InboundMessage], UnavailableError | None]:
        """Return what can be decided now, and why what comes behind it has to wait.

        An echo that waits holds up what is newer, and nothing older: that would be received in
        vain until it is a dead letter, and a person be asked for whom nobody wants.
        """
        ready: list[InboundMessage] = []
        for message in messages:
            try:
                sorted_ = self.keep.sort_echo(known, message)
            except UnavailableError as error:
                return ready, error
            if sorted_ is not None:
                ready.append(sorted_)
        return ready, None

    def _decide(self, conversation: Conversation, wish: Wish) -> Decision:
        now, promises = self.clock.now(), self.promises
        first = wish.messages[0]
        match wish.kind:
            case WishKind.PERSON:
                return ask_for_person(conversation, wish.messages, wish.reason, now, promises)
            case kind if kind in _BY_ONE_MESSAGE:
                return _BY_ONE_MESSAGE[kind](conversation, first, now, promises)
            case WishKind.LANGUAGE:
                language = wish.language or conversation.language
                return switch_language(conversation, first, language, now, promises)
            case WishKind.NOTE:
                return take_note(conversation, wish.messages, now, promises)
            case WishKind.ECHO:
                console = first.details.get("console", first.channel)
                return hold_externally(conversation, first, console, now, promises)
            case _ if conversation.holder is Holder.AGENT:
                return listen(conversation, wish.messages, now, promises)
            case kind if kind in _BY_THE_BOT:
                return _BY_THE_BOT[kind](conversation, first, now, promises)
            case _:
                return ask_back(conversation, wish.messages, now, promises)

    def _turn(self, known: Conversation, wish: Wish, deadline: float) -> None:
        """Run a turn and commit what it came to; decide again when its fence is lost."""
        for attempt in range(DECISION_ATTEMPTS_MAX):
            current = self._current(known, wish)
            if current.holder is Holder.AGENT:
                decide: _Decide = self._listen
            else:
                turn = turn_id(current, wish.messages, attempt)
                if attempt == 0:
                    self._show_typing(current, wish)
                outcome = self._outcome(current, turn, wish, deadline)
                decide = self._committing(current.epoch, outcome, turn)
            try:
                self._commit(known, wish, decide)
            except FencedError:
                continue
            return
        message = "the conversation kept changing hands; deliver the message again"
        raise ConflictError(message)

    def _show_typing(self, conversation: Conversation, wish: Wish) -> None:
        """Show that somebody is at it; what cannot be shown is left out."""
        if self.typing is not None and conversation.channel in SHOWS_TYPING:
            with suppress(HandrailError):
                self.typing.show(conversation.id, wish.messages[-1].event_id)

    def _listen(self, conversation: Conversation, wish: Wish) -> Decision:
        if conversation.holder is not Holder.AGENT:
            message = "the person let go meanwhile; decide again"
            raise FencedError(message)
        return listen(conversation, wish.messages, self.clock.now(), self.promises)

    def _committing(self, begun: int, outcome: Outcome, turn: str) -> _Decide:
        def decide(conversation: Conversation, wish: Wish) -> Decision:
            now, promises = self.clock.now(), self.promises
            return commit_turn(
                conversation, begun, wish.messages, outcome, now, promises, turn=turn
            )

        return decide

    def _outcome(
        self, conversation: Conversation, turn: str, wish: Wish, deadline: float
    ) -> Outcome:
        if deadline - self.clock.now() < TURN_NEEDS_SECONDS:
            return NeedsPerson(Reason.FAILED)
        try:
            return self.turns.run(
                conversation.id,
                turn,
                [message.event_id for message in wish.messages],
                conversation.language,
            )
        except UnavailableError:
            return NeedsPerson(Reason.FAILED)

    def _commit(self, known: Conversation, wish: Wish, decide: _Decide) -> None:
        """Commit on the newest version; messages that others decided meanwhile are left out."""
        for _ in range(DECISION_ATTEMPTS_MAX):
            decision = decide(self._current(known, wish), wish)
            try:
                self.authority.conversations.commit(decision)
            except DuplicateError as error:
                left = tuple(m for m in wish.messages if m.event_id not in error.event_ids)
                if not left:
                    return
                wish = replace(wish, messages=left)
            except ConflictError:
                continue
            else:
                self.authority.hints.follow(decision)
                return
        message = f"conversation {known.id} kept changing; deliver the message again"
        raise ConflictError(message)

    def _current(self, known: Conversation, wish: Wish) -> Conversation:
        """Return the newest version, with what these messages tell about the customer."""
        current = self.authority.conversations.load(known.id) or known
        sender = wish.messages[-1].sender
        named = wish.language if wish.kind is not WishKind.LANGUAGE else None
        return replace(
            current,
            sender_ids=tuple(dict.fromkeys((*sender.ids, *current.sender_ids))),
            zone=sender.time_zone or current.zone,
            heard=current.heard if wish.heard is None else wish.heard,
            language=named or current.language,
        )


def turn_id(conversation: Conversation, messages: Sequence[InboundMessage], attempt: int) -> str:
    """Return the key of a turn's draft row: the same for a redelivery in the same epoch."""
    parts = (conversation.id, str(conversation.epoch), str(attempt))
    events = (message.event_id for message in messages)
    digest = hashlib.sha256("\x1f".join((*parts, *events)).encode("utf-8", "replace")).digest()
    return base64.b32encode(digest).decode("ascii").lower()[:26]
