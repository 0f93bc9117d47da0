"""A company's own application on the direct channel, as tests need it: it keeps what it gets."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from handrail.adapters.channels.signing import (
    SIGNATURE_HEADER,
    TIMESTAMP_HEADER,
    SharedSecret,
    verify_signature,
)
from handrail_ops.local.loopback_http import LoopbackServer, Request, Response


@dataclass(frozen=True)
class Message:
    """One callback that was taken."""

    customer: str
    sequence: int
    key: str
    speaker: str
    text: str
    language: str
    actions: tuple[str, ...]
    conversation: str
    at: float

    @property
    def waiting(self) -> bool:
        """Whether it is a status while the customer waits for a person."""
        return self.speaker == "status" and "withdraw:v1" in self.actions


class Callbacks:
    """Takes signed callbacks and lets tests wait for them."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._messages: list[Message] = []
        self._secret = SharedSecret("")
        self.forged = 0
        self._server = LoopbackServer(self._take, name="test-callbacks")

    @property
    def url(self) -> str:
        return f"{self._server.url}/callbacks"

    def trust(self, secret: str) -> None:
        self._secret = SharedSecret(secret)

    def close(self) -> None:
        self._server.close()

    def of(self, customer: str) -> list[Message]:
        """What a customer has got so far, in the order in which it came."""
        with self._changed:
            return [message for message in self._messages if message.customer == customer]

    def wait(
        self,
        customer: str,
        wanted: Callable[[Message], bool],
        *,
        seconds: float = 60.0,
        after: int = 0,
    ) -> Message:
        """Wait for a message to a customer, beyond a sequence; fail when none comes in time."""
        deadline = time.monotonic() + seconds
        with self._changed:
            while True:
                got = [message for message in self._messages if message.customer == customer]
                found = next((m for m in got if m.sequence > after and wanted(m)), None)
                if found is not None:
                    return found
                left = deadline - time.monotonic()
                if left <= 0:
                    told = [(m.sequence, m.speaker, m.text[:60]) for m in got]
                    message = f"not within {seconds} s; {customer} got {told}"
                    raise AssertionError(message)
                self._changed.wait(left)

    def _take(self, request: Request) -> Response:
        at = time.time()
        try:
            verify_signature(
                self._secret,
                request.headers.get(TIMESTAMP_HEADER.lower()),
                request.headers.get(SIGNATURE_HEADER.lower()),
                request.body,
                at,
            )
        except Exception:  # noqa: BLE001 - whatever is wrong with it, it is not ours
            self.forged += 1
            return Response(401)
        body: dict[str, Any] = json.loads(request.body)
        message = Message(
            customer=body["customer"],
            sequence=body["sequence"],
            key=body["id"],
            speaker=body["speaker"],
            text=body["text"],
            language=body["language"],
            actions=tuple(action["id"] for action in body["actions"]),
            conversation=body["conversation"],
            at=at,
        )
        with self._changed:
            self._messages.append(message)
            self._changed.notify_all()
        return Response(200)
