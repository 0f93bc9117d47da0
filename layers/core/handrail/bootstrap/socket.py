"""Puts `socket` together: the web chat's live connection."""

from typing import Any

from handrail.adapters.aws.clients import Clients
from handrail.adapters.clock import SystemClock
from handrail.bootstrap.handler import Handler, observed
from handrail.bootstrap.web import web_chat
from handrail.settings import SocketSettings

_OK = {"statusCode": 200}


def build(settings: SocketSettings, clients: Clients | None = None) -> Handler:
    """Return the handler of `socket`."""
    chat = web_chat(settings, clients or Clients())
    clock = SystemClock()

    def handle(event: dict[str, Any], _context: object) -> dict[str, Any]:
        context = event.get("requestContext", {})
        connection = str(context.get("connectionId", ""))
        match context.get("eventType"):
            case "CONNECT":
                # A browser cannot send headers here; the first frame proves the session.
                return _OK
            case "DISCONNECT":
                chat.disconnect(connection)
            case _:
                chat.receive_frame(connection, str(event.get("body") or ""), clock.now())
        return _OK

    return observed(handle)
