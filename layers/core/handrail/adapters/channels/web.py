"""The web channel: customers on a page of ours, reached through a mailbox and open connections.

A message that lies in the mailbox is delivered: the page fetches whatever it missed, however long
it slept. Pushing it to open connections only makes it fast.
"""

import re
from collections.abc import Sequence
from typing import Any

from handrail.adapters.channels.cleaning import (
    clean_line,
    clean_text,
    language_tag,
    time_zone_name,
)
from handrail.adapters.channels.direct_messages import parse_json
from handrail.adapters.channels.kit.plain import isolated
from handrail.application.ports import Address, Request
from handrail.application.web_chat import messages_frame, session_of, typing_frame
from handrail.application.web_ports import Connections, Letter, Mailbox, Push, Sessions
from handrail.domain.delivery import Delivered, Delivery, OutboundMessage, Speaker, Unknown
from handrail.domain.errors import MalformedRequestError, UnavailableError
from handrail.domain.message import InboundMessage, Kind, Sender, clamp_position

_MESSAGE_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_ACTION_ID = re.compile(r"[A-Za-z0-9:._-]{1,64}")


class WebChannel:
    """The web chat as a channel like any other."""

    name = "web"

    def __init__(
        self,
        sessions: Sessions,
        mailbox: Mailbox,
        connections: Connections,
        push: Push,
    ) -> None:
        """Take what proves sessions and what reaches them."""
        self._sessions = sessions
        self._mailbox = mailbox
        self._connections = connections
        self._push = push

    def handshake(self, request: Request) -> None:
        """Return None: the web channel has no set-up request."""

    def verify(self, request: Request, now: float) -> None:
        """Check that the request's token proves a session."""
        session_of(request, self._sessions, now)

    def to_messages(self, request: Request, received_at: float) -> Sequence[InboundMessage]:
        """Read one message of the page.

        The page is ours and its customer is looking at it, so that an unreadable message is
        refused with a reason instead of becoming a person's work.
        """
        session = session_of(request, self._sessions, received_at)
        data = parse_json(request.body)
        if not isinstance(data, dict):
            message = "the body must be a JSON object with 'id' and 'text' or 'action'"
            raise MalformedRequestError(message)
        message_id = data.get("id")
        if not isinstance(message_id, str) or not _MESSAGE_ID.fullmatch(message_id):
            message = "'id' must be 1 to 64 letters, digits, '-' or '_', new for every message"
            raise MalformedRequestError(message)
        kind, text, action = _content(data)
        details = {}
        if data.get("language_chosen") is True:
            # Chosen by hand on the page, not merely what the browser says.
            details["language_chosen"] = language_tag(data.get("language")) or ""
        if isinstance(data.get("text"), str) and text and len(text) < len(data["text"].strip()):
            details["original_chars"] = str(len(data["text"]))
        if kind is Kind.MEDIA:
            details["media_name"] = clean_line(str(data["file"].get("name") or ""))
        return [
            InboundMessage(
                channel=self.name,
                account=session.account,
                # Another session's id can't be met by chance or on purpose.
                event_id=f"{session.id}.{message_id}",
                position=clamp_position(received_at, received_at),
                sender=Sender(
                    ids=(session.id,),
                    locale=language_tag(data.get("language")),
                    time_zone=time_zone_name(data.get("time_zone")),
                ),
                kind=kind,
                occurred_at=received_at,
                received_at=received_at,
                text=text,
                action=action,
                details={name: value for name, value in details.items() if value},
            )
        ]

    def send(self, address: Address, message: OutboundMessage) -> Delivery:
        """Put the message into the mailbox, then tell whoever is connected."""
        letter = Letter(message.sequence, render(message))
        try:
            for session_id in address.sender_ids:
                self._mailbox.put(session_id, letter)
        except UnavailableError:
            return Unknown()
        for session_id in address.sender_ids:
            self._push_to(session_id, messages_frame([letter]))
        return Delivered((f"{address.sender_ids[0]}.{message.sequence}",))

    def typing(self, address: Address, _event_id: str) -> None:
        """Tell whoever is connected that an answer is being written; nobody waits for it."""
        for session_id in address.sender_ids:
            self._push_to(session_id, typing_frame(Speaker.BOT))

    def agent_types(self, address: Address) -> None:
        """Tell whoever is connected that the agent is writing."""
        for session_id in address.sender_ids:
            self._push_to(session_id, typing_frame(Speaker.AGENT))

    def _push_to(self, session_id: str, data: str) -> None:
        try:
            for connection_id in self._connections.open_for(session_id):
                if not self._push.push(connection_id, data):
                    self._connections.remove(connection_id)
        except UnavailableError:
            # What was sent is delivered all the same; the page asks for what it missed.
            return


def render(message: OutboundMessage) -> dict[str, Any]:
    """Return a message as the page gets it. It shows buttons, so the hint stays out."""
    return {
        "sequence": message.sequence,
        "speaker": str(message.speaker),
        "agent": message.agent,
        "text": isolated(message.text, message.direction),
        "language": message.language,
        "direction": str(message.direction),
        "actions": [{"id": str(b.action), "label": b.label} for b in message.buttons],
        "sent_at": message.sent_at,
        # After this one the page asks whether the problem is solved.
        "ends": message.phrase == "resolved",
    }


def _content(data: dict[str, Any]) -> tuple[Kind, str | None, str | None]:
    action, raw = data.get("action"), data.get("text")
    if raw is not None and not isinstance(raw, str):
        message = "'text' must be a string"
        raise MalformedRequestError(message)
    text = clean_text(raw) or None if raw else None
    if action is not None:
        if not isinstance(action, str) or not _ACTION_ID.fullmatch(action):
            message = "'action' must be the id of a button"
            raise MalformedRequestError(message)
        return Kind.ACTION, text, action
    if isinstance(data.get("file"), dict):
        return Kind.MEDIA, text, None
    if not text:
        message = "the message is empty: it needs a 'text', an 'action' or a 'file'"
        raise MalformedRequestError(message)
    return Kind.TEXT, text, None
