"""The web chat's use cases: a session, its messages, and the connections that make it quick.

Two doors lead here, HTTP and WebSocket, with the same JSON. HTTP alone is enough: every message
is posted, answered only when it is durable, and every answer can be fetched. A connection is a
favour that may break at any moment without anything being lost.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from handrail.application.ports import Channel, Request
from handrail.application.web_files import WebFiles
from handrail.application.web_ports import (
    Accept,
    Connections,
    Letter,
    Mailbox,
    Push,
    Session,
    Sessions,
    Surveys,
    UploadTicket,
)
from handrail.domain.delivery import Speaker
from handrail.domain.errors import (
    ForgedRequestError,
    InvalidInputError,
    MalformedRequestError,
    UnavailableError,
)
from handrail.domain.message import InboundMessage, Kind

PAGE_MESSAGES = 100
"""How many messages one reading returns at most."""

FRAME_BYTES_MAX = 30_000
"""What a frame with several messages may weigh: API Gateway bills and splits at 32 KB."""

SEQUENCE_MAX = 2**53 - 1

_BEARER = re.compile(r"Bearer +([^ ]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a session's mailbox holds after a sequence."""

    letters: Sequence[Letter]
    more: bool
    """There is more: read again after the last one."""


def session_of(request: Request, sessions: Sessions, now: float) -> Session:
    """Return the session whose token the request carries.

    Raises:
        ForgedRequestError: it carries none that counts.

    """
    bearer = _BEARER.fullmatch(request.headers.get("authorization", "").strip())
    if bearer is None:
        message = "the request needs a header 'Authorization: Bearer <session token>'"
        raise ForgedRequestError(message)
    return sessions.read(bearer.group(1), now)


def messages_frame(letters: Sequence[Letter], after: int | None = None) -> str:
    """Return messages as one WebSocket frame.

    `after` says that these are all there are since that sequence; without it they are a push,
    before which another one may have been lost.
    """
    frame = {"type": "messages", "messages": [dict(entry.content) for entry in letters]}
    return json.dumps(frame if after is None else frame | {"after": after})


def typing_frame(speaker: Speaker) -> str:
    """Return that somebody is writing as one WebSocket frame."""
    return json.dumps({"type": "typing", "speaker": str(speaker)})


class WebChat:
    """What the page and its connections may ask for."""

    def __init__(
        self,
        *,
        sessions: Sessions,
        channel: Channel,
        mailbox: Mailbox,
        connections: Connections,
        push: Push,
        accept: Accept,
        files: WebFiles | None = None,
        surveys: Surveys | None = None,
        surveyed: Callable[[bool], None] = lambda _solved: None,
    ) -> None:
        """Take the ports; `accept` is the receive use case of every channel.

        `files` and `surveys` are None for a door that takes none; `surveyed` is told of every
        answer that is new.
        """
        self._sessions = sessions
        self._channel = channel
        self._mailbox = mailbox
        self._connections = connections
        self._push = push
        self._accept = accept
        self._files = files
        self._surveys = surveys
        self._surveyed = surveyed

    @property
    def files(self) -> WebFiles | None:
        """What decides about files; None where none are taken."""
        return self._files

    def start_session(self, request: Request, now: float) -> Session:
        """Return a new session, or a fresh token when the request proves an old one.

        Raises:
            ForgedRequestError: it tries to prove one and fails. A new session in its place would
                have the page mix up two conversations.
            UnavailableError: sessions are not set up.

        """
        if "authorization" not in request.headers:
            return self._sessions.issue(now)
        proven = session_of(request, self._sessions, now)
        return self._sessions.issue(now, proven.id, proven.account)

    def post_message(self, request: Request, now: float) -> str:
        """Take a customer's message; returns its id once it is durable.

        Raises:
            ForgedRequestError, MalformedRequestError: refused, nothing is stored.
            UnavailableError: not stored; the same message may be sent again.

        """
        self._channel.verify(request, now)
        messages = [self._with_file(one) for one in self._channel.to_messages(request, now)]
        self._accept(messages)
        return messages[-1].event_id.partition(".")[2]

    def offer_upload(self, request: Request, now: float) -> UploadTicket:
        """Let a customer's browser upload the file of a message that it is going to post.

        Raises:
            ForgedRequestError, MalformedRequestError: refused.
            UnavailableError: not now.

        """
        session = session_of(request, self._sessions, now)
        wish = _frame(request.body.decode("utf-8", "replace"))
        return self._taking_files().ticket(session, wish)

    def take_survey(self, request: Request, now: float) -> None:
        """Take whether a problem is solved, once for each conversation that a person closed.

        Raises:
            ForgedRequestError, MalformedRequestError: refused.
            UnavailableError: not stored; it may be sent again.

        """
        session = session_of(request, self._sessions, now)
        answer = _frame(request.body.decode("utf-8", "replace"))
        sequence, solved = _sequence(answer.get("sequence")), answer.get("solved")
        ends = self._mailbox.letters(session.id, max(sequence - 1, 0), 1)
        fits = isinstance(solved, bool) and any(
            letter.sequence == sequence and letter.content.get("ends") for letter in ends
        )
        if self._surveys is None or not fits:
            message = "it must be of 'sequence' that a person's closing has, and 'solved' or not"
            raise MalformedRequestError(message)
        if self._surveys.put(session.id, sequence, solved=bool(solved)):
            self._surveyed(bool(solved))

    def _with_file(self, message: InboundMessage) -> InboundMessage:
        return self._taking_files().kept(message) if message.kind is Kind.MEDIA else message

    def _taking_files(self) -> WebFiles:
        if self._files is None:
            message = "no files are taken here"
            raise MalformedRequestError(message)
        return self._files

    def read_messages(self, request: Request, now: float) -> Reading:
        """Return what the session was sent after the sequence that the request names.

        Raises:
            ForgedRequestError: not this session's reader.
            MalformedRequestError: `after` is no sequence.
            UnavailableError: the mailbox cannot be read now.

        """
        session = session_of(request, self._sessions, now)
        return self._read(session.id, _sequence(request.query.get("after", "0")))

    def disconnect(self, connection_id: str) -> None:
        """Forget a connection that was closed."""
        try:
            self._connections.remove(connection_id)
        except UnavailableError:
            # The next push finds it gone; until then it does no harm.
            return

    def receive_frame(self, connection_id: str, data: str, now: float) -> None:
        """Act on one WebSocket frame and answer on the same connection.

        `hello` binds the connection to the session and brings what it missed; `ping` asks for
        what it missed; `message` is a customer's message. Each carries the token: a connection
        by itself proves nothing. Whatever is wrong with a frame is said in the answer.
        """
        frame: Mapping[str, Any] = {}
        try:
            frame = _frame(data)
            for answer in self._answers(connection_id, frame, data, now):
                if not self._push.push(connection_id, answer):
                    self._connections.remove(connection_id)
                    return
        except (InvalidInputError, UnavailableError) as error:
            self._refuse(connection_id, frame, error)

    def _answers(
        self, connection_id: str, frame: Mapping[str, Any], data: str, now: float
    ) -> Iterator[str]:
        token = frame.get("token")
        request = Request(
            method="POST",
            path="/v1/web/messages",
            headers={"authorization": f"Bearer {token if isinstance(token, str) else ''}"},
            body=data.encode("utf-8", "replace"),
        )
        match frame.get("type"):
            case "hello" | "ping" as kind:
                session = session_of(request, self._sessions, now)
                after = _sequence(frame.get("after", 0))
                if kind == "hello":
                    # First bound, then read: a message that comes in between is pushed or read,
                    # perhaps both, never neither.
                    self._connections.add(session.id, connection_id)
                yield from _frames(self._read(session.id, after).letters, after)
            case "message":
                message_id = self.post_message(request, now)
                yield json.dumps({"type": "accepted", "id": message_id})
            case _:
                message = "'type' must be 'hello', 'ping' or 'message'"
                raise MalformedRequestError(message)

    def _refuse(
        self,
        connection_id: str,
        frame: Mapping[str, Any],
        error: InvalidInputError | UnavailableError,
    ) -> None:
        match error:
            case ForgedRequestError():
                code, message = "session", str(error)
            case InvalidInputError():
                code, message = "malformed", str(error)
            case _:
                # What failed is ours to know; the page only needs to try again.
                code, message = "unavailable", "try again in a moment"
        message_id = frame.get("id")
        refusal = {
            "type": "refused",
            "id": message_id if isinstance(message_id, str) else None,
            "error": code,
            "message": message,
        }
        try:
            self._push.push(connection_id, json.dumps(refusal))
        except UnavailableError:
            # The page has not heard that its message was accepted and posts it again.
            return

    def _read(self, session_id: str, after: int) -> Reading:
        letters = self._mailbox.letters(session_id, after, PAGE_MESSAGES)
        return Reading(letters, more=len(letters) == PAGE_MESSAGES)


def _frame(data: str) -> dict[str, Any]:
    try:
        frame = json.loads(data)
    except (ValueError, RecursionError) as error:
        message = "what is sent must be a JSON object"
        raise MalformedRequestError(message) from error
    if not isinstance(frame, dict):
        message = "what is sent must be a JSON object"
        raise MalformedRequestError(message)
    return frame


def _sequence(raw: object) -> int:
    """Return a sequence given as a number or as digits."""
    if isinstance(raw, str) and re.fullmatch(r"[0-9]{1,16}", raw):
        raw = int(raw)
    if type(raw) is not int or not 0 <= raw <= SEQUENCE_MAX:
        message = "'after' must be the sequence of the last message you have, or 0"
        raise MalformedRequestError(message)
    return raw


def _frames(letters: Sequence[Letter], after: int) -> Iterator[str]:
    """Return the messages in as few frames as their size allows; at least one, if empty."""
    batch: list[Letter] = []
    size = 0
    for letter in letters:
        weight = len(json.dumps(dict(letter.content)))
        if batch and size + weight > FRAME_BYTES_MAX:
            yield messages_frame(batch, after)
            after = batch[-1].sequence
            batch, size = [], 0
        batch.append(letter)
        size += weight
    yield messages_frame(batch, after)
