"""What a recorded request of the chat page means: posted, or as an event of the WebSocket API.

No token is looked at: whoever wrote is called by the connection's id.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from handrail.adapters.channels.kit.reading import inbound, said
from handrail.adapters.channels.web import WebChannel
from handrail.application.ports import Request
from handrail.application.web_ports import SITE_ACCOUNT, Session
from handrail.domain.errors import InvalidInputError
from handrail.domain.message import InboundMessage, Kind, Sender

_NAME: Final = "web"
_FRAMES: Final = frozenset({"hello", "ping"})
"""Frames in which a page asks for what it missed."""


class _AnySession:
    """Takes every token for the same customer's."""

    def __init__(self, session_id: str) -> None:
        self._id = session_id

    def issue(
        self, now: float, session_id: str | None = None, account: str = SITE_ACCOUNT
    ) -> Session:
        return Session(session_id or self._id, now, now, "", account)

    def read(self, _token: str, now: float) -> Session:
        return self.issue(now)


def web_messages(path: Path, request: Request, now: float) -> list[InboundMessage]:
    """Return what a recording means.

    Raises:
        MalformedRequestError: it was posted, and the door would refuse it.

    """
    event = _websocket_event(path)
    if event is None:
        return _read("session", request.body, now)
    context = event["requestContext"]
    connection = str(context.get("connectionId") or "session")
    named = str(context.get("eventType") or "MESSAGE").lower()
    if named != "message":
        return [_event(f"{connection}/{named}", now, event=named)]
    body = str(event.get("body") or "").encode("utf-8", "replace")
    frame_type = _type_of(body)
    if frame_type in _FRAMES:
        return [_event(f"{connection}/{context.get('messageId')}", now, event=frame_type)]
    try:
        return _read(connection, body, now)
    except InvalidInputError as error:
        # The page is told what is wrong with its frame, on the same connection.
        reason = str(error)
        return [_event(f"{connection}/refused", now, event="refused", reason=reason)]


def _websocket_event(path: Path) -> Mapping[str, Any] | None:
    try:
        data = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return None
    context = data.get("requestContext") if isinstance(data, dict) else None
    return data if isinstance(context, dict) and "connectionId" in context else None


def _type_of(body: bytes) -> str:
    try:
        frame = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    return str(frame.get("type") or "") if isinstance(frame, dict) else ""


def _read(session_id: str, body: bytes, now: float) -> list[InboundMessage]:
    nobody: Any = None  # nothing is sent from here
    channel = WebChannel(_AnySession(session_id), nobody, nobody, nobody)
    headers = {"authorization": "Bearer any"}
    request = Request(method="POST", path="/v1/web/messages", headers=headers, body=body)
    return list(channel.to_messages(request, now))


def _event(event_id: str, now: float, **details: str) -> InboundMessage:
    return inbound(
        channel=_NAME,
        account=SITE_ACCOUNT,
        event_id=event_id,
        sender=Sender(()),
        kind=Kind.LIFECYCLE,
        received_at=now,
        details=said(**details),
    )
