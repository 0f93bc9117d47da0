"""The desk API as methods: the only way in which a consumer of the agents queue may act."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Mapping
from typing import Any, Protocol

from handrail_ops.replay.http import Answer


class DeskError(Exception):
    """The desk did not do what was asked of it."""


class DeskRefusedError(DeskError):
    """The protocol says no; `code` says why."""

    def __init__(self, code: str, message: str) -> None:
        """Take what the desk answered."""
        super().__init__(message)
        self.code = code


class DeskUnavailableError(DeskError):
    """The desk did not answer, or could not; what was asked may have happened."""


class SignedSender(Protocol):
    """Sends signed JSON to the desk API; `handrail_ops.replay.http.SignedHttp` is one."""

    def post(self, path: str, fields: Mapping[str, Any]) -> Answer:
        """Post an object."""
        ...

    def get(self, path: str) -> Answer:
        """Read."""
        ...


class DeskClient:
    """The desk API as methods. May be shared between threads if its sender may."""

    def __init__(self, http: SignedSender, agent: str) -> None:
        """Act as one agent."""
        self._http = http
        self.agent = agent

    def claim(self, escalation: str, name: str | None = None) -> dict[str, Any]:
        """Claim a waiting customer.

        Raises:
            DeskRefusedError: nobody waits under it, or another agent was first.
            DeskUnavailableError: no answer; claiming again is harmless.

        """
        fields: dict[str, Any] = {"agent": self.agent}
        return self._post(escalation, "claim", fields | ({"name": name} if name else {}))

    def read(self, escalation: str) -> dict[str, Any]:
        """Return where an escalation stands, and its whole transcript."""
        return _granted(self._http.get(f"/v1/desk/escalations/{escalation}"))

    def heartbeat(self, escalation: str, epoch: int) -> dict[str, Any]:
        """Renew the lease; returns what the customer wrote that is not seen yet."""
        return self._post(escalation, "heartbeat", self._as_holder(epoch))

    def typing(self, escalation: str, epoch: int) -> None:
        """Show the customer that the agent is writing; nothing depends on it."""
        self._post(escalation, "typing", self._as_holder(epoch))

    def seen(self, escalation: str, epoch: int, entry: int) -> None:
        """Say that everything up to an entry was shown."""
        self._post(escalation, "seen", self._as_holder(epoch) | {"entry": entry})

    def message(
        self,
        escalation: str,
        epoch: int,
        message_id: str,
        text: str,
        *,
        language: str | None = None,
        untranslated: bool = False,
    ) -> dict[str, Any]:
        """Write to the customer; the same id is sent once, however often it is tried."""
        fields = self._as_holder(epoch) | {"id": message_id, "text": text}
        if language:
            fields["language"] = language
        if untranslated:
            fields["untranslated"] = True
        return self._post(escalation, "messages", fields)

    def hand_back(self, escalation: str, epoch: int) -> dict[str, Any]:
        """Give the customer back to the bot."""
        return self._post(escalation, "handback", self._as_holder(epoch))

    def resolve(self, escalation: str, epoch: int) -> dict[str, Any]:
        """Close the conversation."""
        return self._post(escalation, "resolve", self._as_holder(epoch))

    def reveal(self, escalation: str, epoch: int, event_id: str, reason: str) -> str | None:
        """Return the original of a redacted message; it is noted who asked, and why."""
        fields = self._as_holder(epoch) | {"event_id": event_id, "reason": reason}
        text = self._post(escalation, "reveal", fields).get("text")
        return text if isinstance(text, str) else None

    def file(
        self, escalation: str, epoch: int, event_id: str, number: int
    ) -> Iterator[tuple[str, bytes]]:
        """Yield a customer's file in pieces, each with the file's name; every piece is noted.

        Raises:
            DeskRefusedError: `fenced`, or `file_refused` and `file_gone`: nobody can open it.
            DeskUnavailableError: its provider did not give it; try again.

        """
        start, more = 0, True
        while more:
            fields = {"event_id": event_id, "file": number, "start": start}
            answer = self._post(escalation, "file", self._as_holder(epoch) | fields)
            try:
                piece = base64.b64decode(str(answer["data"]), validate=True)
            except (KeyError, binascii.Error) as error:
                message = "the desk's answer holds no piece of the file"
                raise DeskUnavailableError(message) from error
            yield str(answer.get("name") or "file"), piece
            start += len(piece)
            more = answer.get("more") is True and bool(piece)

    def _as_holder(self, epoch: int) -> dict[str, Any]:
        return {"agent": self.agent, "epoch": epoch}

    def _post(self, escalation: str, action: str, fields: Mapping[str, Any]) -> dict[str, Any]:
        return _granted(self._http.post(f"/v1/desk/escalations/{escalation}/{action}", fields))


def _granted(answer: Answer) -> dict[str, Any]:
    if answer.done:
        return dict(answer.body)
    told = str(answer.body.get("message") or f"the desk answered {answer.status or 'nothing'}")
    if answer.passing:
        raise DeskUnavailableError(told)
    raise DeskRefusedError(str(answer.body.get("error") or answer.status), told)
