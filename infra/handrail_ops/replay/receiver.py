"""The customers' own application: takes Handrail's callbacks, checks and journals them."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass

from handrail.adapters.channels.signing import (
    SIGNATURE_HEADER,
    TIMESTAMP_HEADER,
    SharedSecret,
    verify_signature,
)
from handrail.domain.errors import ForgedRequestError
from handrail_ops.local.loopback_http import LoopbackServer, Request, Response
from handrail_ops.replay.journal import Journal, Received

_LISTEN_BACKLOG = 256


@dataclass(frozen=True, slots=True)
class Mood:
    """How the application treats one callback."""

    status: int = 200
    """What it answers; anything but 2xx means that it did not take the message."""
    taken: bool = True
    """Whether it took the message, whatever it answered."""
    wait_seconds: float = 0.0
    """How long it takes to answer."""
    retry_after: str | None = None


GOOD_MOOD = Mood()


class CallbackReceiver:
    """Listens on 127.0.0.1 from the start; trusts nothing until it is told the secret."""

    def __init__(
        self, journal: Journal, *, port: int = 0, mood: Callable[[], Mood] = lambda: GOOD_MOOD
    ) -> None:
        """Open the port; `mood` is asked for each callback."""
        self._journal = journal
        self._mood = mood
        self._secret: SharedSecret | None = None
        listener = socket.create_server(("127.0.0.1", port), backlog=_LISTEN_BACKLOG)
        self._server = LoopbackServer(self._take, name="callbacks", listener=listener)

    @property
    def url(self) -> str:
        """Where callbacks are to be sent."""
        return f"{self._server.url}/callbacks"

    def trust(self, secret: str) -> None:
        """Say with which secret callbacks are signed."""
        self._secret = SharedSecret(secret)

    def close(self) -> None:
        """Stop listening."""
        self._server.close()

    def _take(self, request: Request) -> Response:
        received_at = time.time()
        try:
            verify_signature(
                self._secret,
                request.headers.get(TIMESTAMP_HEADER.lower()),
                request.headers.get(SIGNATURE_HEADER.lower()),
                request.body,
                received_at,
            )
            body = json.loads(request.body)
            name, message = str(body["customer"]), Received.of(body, received_at)
        except (ForgedRequestError, ValueError, KeyError, TypeError):
            self._journal.refused()
            return Response(401)
        mood = self._mood()
        if mood.taken:
            self._journal.received(name, message)
        if mood.wait_seconds:
            time.sleep(mood.wait_seconds)
        headers = {"Retry-After": mood.retry_after} if mood.retry_after else {}
        return Response(mood.status, b"", headers)
