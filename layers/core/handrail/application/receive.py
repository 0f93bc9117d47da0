"""Take in what a channel sends: verified, normalised, durable, and only then acknowledged."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from handrail.application.ports import Channel, Clock, Replying, Request, Response
from handrail.application.protocol_ports import InboundQueue, Inbox
from handrail.domain.delivery import Action
from handrail.domain.errors import (
    ForgedRequestError,
    MalformedRequestError,
    UnavailableError,
)
from handrail.domain.limits import REQUEST_BYTES_MAX
from handrail.domain.message import InboundMessage, Kind, conversation_id
from handrail.domain.recognition import Intent, Recogniser
from handrail.domain.sensitive import SensitiveWords
from handrail.domain.stopping import tells_us_to_stop
from handrail.domain.turn import Reason

READING_SECONDS = 0.03
"""How long the messages of one request are read for whom they ask. A thousand long ones would take
seconds, and a provider that is not answered in time brings all of them again."""

_WITH_WORDS = frozenset({Kind.TEXT, Kind.EDIT, Kind.MEDIA, Kind.UNSUPPORTED})
"""In whose words an emergency may be: a file's, and those of forms and other things, too."""

_NO_LEDGER = frozenset({Kind.RECEIPT, Kind.LIFECYCLE})
"""What may be done with and never come to the ledger, where the audit would look for it."""


@dataclass(frozen=True, slots=True)
class Receive:
    """Between the outside and the inbound queue. No model and no translation here."""

    recogniser: Recogniser
    queue: InboundQueue
    inbox: Inbox
    clock: Clock
    acknowledged: Callable[[Sequence[InboundMessage]], None] = lambda _messages: None
    """Told what is durable, before anybody is told that it is."""
    passed_over: Callable[[Sequence[InboundMessage]], None] = lambda _messages: None
    """Told of events in which nothing of a customer's is; they are acknowledged all the same."""
    failed: Callable[[Exception], None] = lambda _error: None
    """Told of a fault of ours in reading a message, which keeps no message out."""
    sensitive: SensitiveWords = field(default_factory=SensitiveWords.none)
    """By which an emergency is noticed: it waits behind nothing either."""

    def handle(self, channel: Channel, request: Request) -> Response:
        """Answer one webhook: 2xx only after every message in it is durable."""
        if len(request.body) > REQUEST_BYTES_MAX:
            return _refused(413, f"the body is larger than {REQUEST_BYTES_MAX} bytes")
        now = self.clock.now()
        try:
            handshake = channel.handshake(request)
            if handshake is not None:
                return handshake
            channel.verify(request, now)
            messages = channel.to_messages(request, now)
        except ForgedRequestError as error:
            return _refused(401, str(error))
        except MalformedRequestError as error:
            return _refused(400, str(error))
        except UnavailableError:
            return _refused(503, "nobody can be let in right now; send the request again")
        try:
            accepted = self.accept(messages)
        except UnavailableError:
            return _refused(503, "nothing was stored; send the request again")
        reply = channel.reply(request, accepted) if isinstance(channel, Replying) else None
        return reply or Response(
            status=200,
            body=json.dumps({"accepted": accepted}),
            headers={"content-type": "application/json"},
        )

    def accept(self, messages: Sequence[InboundMessage]) -> int:
        """Make messages durable, in the queue or else in the inbox; return how many.

        Raises:
            UnavailableError: both refused at least one of them: nothing may be acknowledged.

        """
        wanted = [message for message in messages if message.is_news]
        grouped = sorted(self._grouped(wanted), key=_group)
        for group, message in self._send(grouped):
            self.inbox.park(group, message, self.clock.now())
        self.acknowledged([message for message in wanted if message.kind not in _NO_LEDGER])
        if len(wanted) < len(messages):
            self.passed_over([message for message in messages if not message.is_news])
        return len(wanted)

    def _grouped(self, messages: Sequence[InboundMessage]) -> Iterator[tuple[str, InboundMessage]]:
        """Yield messages with their groups, reading as many of them as there is time for.

        What is left unread takes the quick lane. It is read again behind the queue in any case,
        and somebody who asks for a person there must not wait behind a running turn.
        """
        until = self.clock.now() + READING_SECONDS
        for message in messages:
            is_read = len(messages) == 1 or self.clock.now() < until
            yield (self.group(message) if is_read else _quick(_conversation(message))), message

    def group(self, message: InboundMessage) -> str:
        """Return the queue group: the conversation, or its own lane for wanting a person."""
        conversation = _conversation(message)
        try:
            wants_person = self._wants_person(message)
        except Exception as error:  # noqa: BLE001
            self.failed(error)
            # A fault of ours in reading it must not keep a message out. It takes the quick lane;
            # should reading fail again behind it, the dead-letter queue is a person.
            wants_person = True
        return _quick(conversation) if wants_person else conversation

    def _wants_person(self, message: InboundMessage) -> bool:
        if tells_us_to_stop(message):
            return True
        if message.kind is Kind.ACTION:
            return message.action == Action.PERSON
        if message.kind not in _WITH_WORDS or not message.text:
            return False
        if self.sensitive.topic_of(message.text) is Reason.EMERGENCY:
            return True
        if message.kind not in (Kind.TEXT, Kind.EDIT):
            return False
        verdict = self.recogniser.recognise(message.text, message.sender.locale)
        return verdict.intent is Intent.PERSON

    def _send(
        self, grouped: Sequence[tuple[str, InboundMessage]]
    ) -> Sequence[tuple[str, InboundMessage]]:
        try:
            return self.queue.send_all(grouped)
        except UnavailableError:
            return grouped


def _conversation(message: InboundMessage) -> str:
    return conversation_id(message.channel, message.account, message.sender.ids[0])


def _quick(conversation: str) -> str:
    """Return the lane that waits behind no turn."""
    return f"{conversation}/person"


def _group(pair: tuple[str, InboundMessage]) -> str:
    return pair[0]


def _refused(status: int, message: str) -> Response:
    return Response(
        status=status,
        body=json.dumps({"message": message}),
        headers={"content-type": "application/json"},
    )
