"""A customer of the web channel without a browser: a session, messages out, messages in."""

from __future__ import annotations

import json
import threading
import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from handrail_ops.replay.http import Answer, Http

_ATTEMPTS = 5
_BACKOFF_SECONDS = 0.3


class ChatError(Exception):
    """The web channel did not take or give what it was asked to; says what to look at."""


class WebCustomer:
    """One customer with one session. Reading and writing may be done from different threads."""

    def __init__(self, url: str, language: str | None = None) -> None:
        """Talk to a running stack; nothing is sent yet."""
        self._url = url
        self._http = Http(url, connections=2)
        self.language = language
        self._chosen = False
        self._token = ""
        self._last = 0
        self._pause = threading.Event()

    def start(self) -> None:
        """Get a session.

        Raises:
            ChatError: nothing answers there, or what does is no web chat.

        """
        answer = self._patiently(lambda: self._http.post("/v1/web/session", b"{}", {}))
        if not answer.done or "token" not in answer.body:
            message = f"no web chat answers at {self._url} ({_told(answer)}); is it running?"
            raise ChatError(message)
        self._token = str(answer.body["token"])

    def choose(self, language: str) -> None:
        """Write in another language from now on."""
        self.language, self._chosen = language, True

    def write(self, text: str) -> None:
        """Send a text.

        Raises:
            ChatError: it was refused, or could not be sent in several attempts.

        """
        self._send({"text": text})

    def press(self, action: str, label: str) -> None:
        """Press a button. Raises like `write`."""
        self._send({"action": action, "text": label})

    def read(self) -> Sequence[Mapping[str, Any]]:
        """Return what was not read yet; nothing when the stack does not answer right now.

        Raises:
            ChatError: the session has ended.

        """
        answer = self._http.get(f"/v1/web/messages?after={self._last}", self._headers)
        if not answer.done:
            if answer.passing:
                return ()
            message = f"the conversation can no longer be read: {_told(answer)}"
            raise ChatError(message)
        messages: list[dict[str, Any]] = list(answer.body.get("messages", ()))
        if messages:
            self._last = max(int(message["sequence"]) for message in messages)
        return messages

    def _send(self, content: Mapping[str, Any]) -> None:
        message = {
            "id": uuid.uuid4().hex,
            **content,
            "language": self.language,
            "language_chosen": self._chosen or None,
        }
        body = json.dumps({name: value for name, value in message.items() if value}).encode()
        # The same id at every attempt: it counts once.
        answer = self._patiently(lambda: self._http.post("/v1/web/messages", body, self._headers))
        if not answer.done:
            told = f"not sent: {_told(answer)}"
            raise ChatError(told)

    def _patiently(self, ask: Callable[[], Answer]) -> Answer:
        answer = ask()
        for attempt in range(1, _ATTEMPTS):
            if not answer.passing:
                break
            self._pause.wait(_BACKOFF_SECONDS * attempt)
            answer = ask()
        return answer

    @property
    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"}


def _told(answer: Answer) -> str:
    if not answer.status:
        return "no answer"
    return str(answer.body.get("message") or f"status {answer.status}")
