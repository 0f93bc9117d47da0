"""What the messages of one burst ask for, in order, and in which language to go on."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from handrail.application.ports import Catalogue, LanguageIdentifier
from handrail.domain.conversation import Conversation, Heard, Holder
from handrail.domain.delivery import WELCOME, Action
from handrail.domain.language import choose_language
from handrail.domain.limits import HEARD_MESSAGES_MAX
from handrail.domain.media import VOICE, refusal
from handrail.domain.message import InboundMessage, Kind
from handrail.domain.recognition import NOTHING, Intent, Recognised, Recogniser
from handrail.domain.sensitive import TOPICS, SensitiveWords
from handrail.domain.stopping import Consent, consent_of
from handrail.domain.turn import Reason


class WishKind(StrEnum):
    """What a message asks for."""

    PERSON = "person"
    WITHDRAW = "withdraw"
    FOLLOW_UP = "follow_up"
    LANGUAGE = "language"
    BOT = "bot"
    """To go on with the bot: the answer No to whether a person is wanted."""
    ASK_BACK = "ask_back"
    ANSWER = "answer"
    NOTE = "note"
    STOP = "stop"
    """That nothing is sent any more."""
    RESUME = "resume"
    WELCOME = "welcome"
    """Nothing yet: the channel's start button."""
    REFUSED_FILE = "refused_file"
    """A file of a kind or size that nobody is to open."""
    ECHO = "echo"


@dataclass(frozen=True, slots=True)
class Wish:
    """Messages that are decided together, and what they ask for."""

    kind: WishKind
    messages: tuple[InboundMessage, ...]
    reason: Reason = Reason.ASKED
    language: str | None = None
    """The language in which to go on, when the messages say so."""
    heard: tuple[Heard, ...] | None = None
    """What has been heard of the customer's language, these messages included."""


UNSURE = "unsure"
"""The detail of an echo that may be of a message of ours whose fate nobody knows."""

_ACTIONS = {
    Action.PERSON: WishKind.PERSON,
    Action.WITHDRAW: WishKind.WITHDRAW,
    Action.FOLLOW_UP: WishKind.FOLLOW_UP,
    Action.BOT: WishKind.BOT,
}
_INTENTS = {
    Intent.PERSON: WishKind.PERSON,
    Intent.MAYBE_PERSON: WishKind.ASK_BACK,
    Intent.WITHDRAW: WishKind.WITHDRAW,
    Intent.LANGUAGE: WishKind.LANGUAGE,
    Intent.NONE: WishKind.ANSWER,
}
_CONSENTS = {Consent.STOPPED: WishKind.STOP, Consent.RESUMED: WishKind.RESUME}
_ON_THEIR_OWN = frozenset({WishKind.ECHO, WishKind.STOP, WishKind.RESUME})
"""What a request that came after it does not take along."""
_TOGETHER = frozenset({WishKind.ANSWER, WishKind.ASK_BACK})
_FRUSTRATION = "frustration"
"""The rule by which the lists notice that a customer is annoyed."""
_REASONS = (
    Reason.EMERGENCY,
    Reason.ASKED,
    *TOPICS[1:],
    Reason.FRUSTRATED,
    Reason.FAILED,
    Reason.VOICE,
    Reason.MEDIA,
    Reason.UNSUPPORTED,
)
"""Of several messages that need a person the weightiest says why."""


@dataclass(frozen=True, slots=True)
class _Read:
    """A message, and what was read in it."""

    message: InboundMessage
    kind: WishKind
    verdict: Recognised = NOTHING
    reason: Reason = Reason.ASKED
    """Why a person is needed, if one is."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """Reads bursts. A request for a person is never kept waiting by what came before it."""

    recogniser: Recogniser
    identifier: LanguageIdentifier
    catalogue: Catalogue
    default_language: str
    failed: Callable[[Exception], None] = lambda _error: None
    """Told of a fault of ours in reading a message, which costs the customer nothing."""
    sensitive: SensitiveWords = field(default_factory=SensitiveWords.none)
    """What a person speaks about, whoever asks."""

    def of(self, messages: Sequence[InboundMessage], conversation: Conversation) -> Sequence[Wish]:
        """Return what a burst asks for.

        Everything up to the last message that needs a person is decided as one request: it goes
        to that person. What follows is a turn of the bot, or a wish of its own.
        """
        read = list(self._read_all(messages, conversation))
        last = max((i for i, one in enumerate(read) if one.kind is WishKind.PERSON), default=-1)
        wishes = []
        if last >= 0:
            upto = read[: last + 1]
            for_person = [one.message for one in upto if one.kind not in _ON_THEIR_OWN]
            reasons = {one.reason for one in upto if one.kind is WishKind.PERSON}
            reason = min(reasons, key=_REASONS.index)
            language, heard = self._language(for_person, read[last].verdict, conversation)
            wishes.append(Wish(WishKind.PERSON, tuple(for_person), reason, language, heard))
            wishes += [Wish(one.kind, (one.message,)) for one in upto if one.kind in _ON_THEIR_OWN]
        for kind, run in _runs(read[last + 1 :]):
            together = tuple(one.message for one in run)
            language, heard = self._language(together, run[-1].verdict, conversation)
            wishes.append(Wish(kind, together, language=language, heard=heard))
        return wishes

    def first_language(self, message: InboundMessage) -> str:
        """Return the language in which a conversation begins when its words say nothing."""
        return self.catalogue.supported(message.sender.locale) or self.default_language

    def _read_all(
        self, messages: Sequence[InboundMessage], conversation: Conversation
    ) -> Iterator[_Read]:
        """Yield what each message asks for, by what those before it said about being written to.

        Whoever has told us to stop gets no answer. What they write all the same is a person's.
        """
        stopped = conversation.stopped
        for message in messages:
            consent = None
            if message.kind in (Kind.TEXT, Kind.ACTION, Kind.MEDIA):
                consent = consent_of(
                    message.text, message.channel, message.details, stopped=stopped
                )
            if consent is not None:
                stopped = consent is Consent.STOPPED
                yield _Read(message, _CONSENTS[consent])
                continue
            read = self._read(message, conversation)
            if stopped and read.kind in _TOGETHER:
                read = replace(read, kind=WishKind.PERSON)
            yield read

    def _read(self, message: InboundMessage, conversation: Conversation) -> _Read:
        match message.kind:
            case Kind.ACTION:
                return _Read(message, _pressed(message.action))
            case Kind.REACTION | Kind.DELETE | Kind.LIFECYCLE:
                return _Read(message, WishKind.NOTE)
            case Kind.MEDIA if not message.text and refusal(message.details) is not None:
                return _Read(message, WishKind.REFUSED_FILE)
            case Kind.ECHO if UNSURE in message.details:
                return _Read(message, WishKind.NOTE)
            case Kind.ECHO:
                return _Read(message, WishKind.ECHO)
            case Kind.TEXT | Kind.EDIT if message.text and message.text.strip():
                typed = self._typed(message.text, conversation)
                if typed is not None:
                    return _Read(message, typed)
                return self._recognised(message, message.text, conversation)
            case Kind.MEDIA:
                of_file = Reason.VOICE if VOICE in message.details else Reason.MEDIA
                return _Read(message, WishKind.PERSON, reason=self._unread(message, of_file))
            case _:
                unread = self._unread(message, Reason.UNSUPPORTED)
                return _Read(message, WishKind.PERSON, reason=unread)

    def _unread(self, message: InboundMessage, reason: Reason) -> Reason:
        """Return why what we cannot read is a person's: its words may be of an emergency."""
        try:
            if message.text and self.sensitive.topic_of(message.text) is Reason.EMERGENCY:
                return Reason.EMERGENCY
        except Exception as error:  # noqa: BLE001 - as below
            self.failed(error)
        return reason

    def _recognised(self, message: InboundMessage, text: str, conversation: Conversation) -> _Read:
        waits = conversation.holder is Holder.WAITING
        try:
            topic = self.sensitive.topic_of(text)
            verdict = self.recogniser.recognise(
                text, conversation.language, answering=waits or conversation.asked
            )
        except Exception as error:  # noqa: BLE001
            self.failed(error)
            # A fault of ours in reading is a person's at once: the dead-letter queue would come
            # to the same, minutes later, and with everything that waits behind this message.
            return _Read(message, WishKind.PERSON, reason=Reason.FAILED)
        if topic is Reason.EMERGENCY:
            return _Read(message, WishKind.PERSON, verdict, topic)
        match verdict.intent:
            case Intent.YES if conversation.asked:
                return _Read(message, WishKind.PERSON, verdict)
            case Intent.NO if conversation.asked:
                return _Read(message, WishKind.BOT, verdict)
            case Intent.FOLLOW_UP if waits:
                return _Read(message, WishKind.FOLLOW_UP, verdict)
            case Intent.PERSON | Intent.WITHDRAW | Intent.LANGUAGE as intent:
                return _Read(message, _INTENTS[intent], verdict)
            case _ if topic is not None:
                return _Read(message, WishKind.PERSON, verdict, topic)
            case Intent.MAYBE_PERSON if _is_annoyed(verdict, conversation):
                return _Read(message, WishKind.PERSON, verdict, Reason.FRUSTRATED)
            case intent:
                return _Read(message, _INTENTS.get(intent, WishKind.ANSWER), verdict)

    def _typed(self, text: str, conversation: Conversation) -> WishKind | None:
        """Take the words that stand for the buttons of someone who waits."""
        if conversation.holder is not Holder.WAITING:
            return None
        word = text.strip().strip(".!\"'").casefold()
        phrases = self.catalogue.phrases(conversation.language)
        if word == phrases.say("withdraw.word").casefold():
            return WishKind.WITHDRAW
        if word == phrases.say("followup.word").casefold():
            return WishKind.FOLLOW_UP
        return None

    def _language(
        self,
        messages: Sequence[InboundMessage],
        verdict: Recognised,
        conversation: Conversation,
    ) -> tuple[str | None, tuple[Heard, ...]]:
        """Return the language to go on in, None to leave it, and what was heard so far."""
        if verdict.intent is Intent.LANGUAGE:
            return self.catalogue.supported(verdict.language), conversation.heard
        picked = self.catalogue.supported(messages[-1].details.get("language_chosen"))
        if picked is not None:
            return picked, conversation.heard
        if conversation.language_chosen:
            return None, conversation.heard
        words = " ".join(message.text or "" for message in messages)
        heard = (*conversation.heard, *self._hear(words, verdict))[-HEARD_MESSAGES_MAX:]
        hint = self.catalogue.supported(messages[-1].sender.locale)
        if not heard and hint is None:
            return None, heard
        language = choose_language(
            conversation.language if conversation.entries else None,
            [(one.language, one.confidence) for one in heard],
            hint=hint,
            explicit=None,
            words=len(words.split()),
        )
        return language, heard

    def _hear(self, words: str, verdict: Recognised) -> tuple[Heard, ...]:
        if verdict.language and verdict.intent is not Intent.NONE:
            # The list that recognised a request knows its language better than a short text tells.
            return (Heard(verdict.language, 1.0),)
        try:
            found = self.identifier.identify(words) if words.strip() else None
        except Exception as error:  # noqa: BLE001
            self.failed(error)
            # Not to know a language keeps nobody from an answer.
            return ()
        return (Heard(found.language, found.confidence),) if found else ()


def _is_annoyed(verdict: Recognised, conversation: Conversation) -> bool:
    """Say whether a customer is annoyed with us, who have said something already.

    Somebody who begins so may be annoyed with anything, and is asked.
    """
    return (
        verdict.rule.startswith(_FRUSTRATION)
        and conversation.holder is Holder.BOT
        and conversation.outbound > 0
    )


def _pressed(action: str | None) -> WishKind:
    """Read a button; one that is not ours is a customer's message like any other."""
    if action == WELCOME:
        return WishKind.WELCOME
    known = set(Action)
    return _ACTIONS[Action(action)] if action in known else WishKind.PERSON


def _runs(read: Sequence[_Read]) -> Iterator[tuple[WishKind, list[_Read]]]:
    """Put neighbours together that one turn, or one note, takes."""
    run: list[_Read] = []
    kind: WishKind | None = None
    same: Callable[[WishKind, WishKind], bool] = lambda a, b: (  # noqa: E731
        {a, b} <= _TOGETHER or (a is b and a is WishKind.NOTE)
    )
    for one in read:
        if kind is not None and same(kind, one.kind):
            run.append(one)
            if one.kind is WishKind.ANSWER:
                kind = WishKind.ANSWER
            continue
        if kind is not None:
            yield kind, run
        kind, run = one.kind, [one]
    if kind is not None:
        yield kind, run
