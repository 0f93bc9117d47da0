"""The doors the canary goes in by: the direct channel and the web chat, as their customers do."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from handrail.adapters.canary.http import JsonHttp
from handrail.adapters.channels.signing import SharedSecret, signature_headers
from handrail.adapters.channels.web_session import SessionTokens
from handrail.application.canary_ports import NotServedError, Reply
from handrail.application.ports import Clock
from handrail.application.web_ports import Mailbox
from handrail.domain.errors import UnavailableError
from handrail.domain.message import conversation_id
from handrail.domain.synthetic import CANARY_ACCOUNT

_REPLIES_MAX = 100
_DIRECT_PATH = f"/v1/channels/direct/{CANARY_ACCOUNT}"


class DirectDoor:
    """A company's application, one of whose customers the canary is.

    What is sent to it arrives at the canary's own callback, a function of its own that checks the
    signature and puts each message into a mailbox; it is read from there.
    """

    name = "direct"

    def __init__(
        self,
        http: JsonHttp,
        secret: Callable[[], SharedSecret],
        mailbox: Mailbox,
        clock: Clock,
    ) -> None:
        """Take the secret by look-up, so that it may rotate."""
        self._http = http
        self._secret = secret
        self._mailbox = mailbox
        self._clock = clock

    def conversation(self, customer: str) -> str:
        """Return the id of a customer's conversation."""
        return conversation_id(self.name, CANARY_ACCOUNT, customer)

    def write(
        self,
        customer: str,
        message_id: str,
        language: str,
        *,
        text: str | None = None,
        action: str | None = None,
    ) -> None:
        """Post a signed message."""
        message = {"id": message_id, "customer": customer, "language": language}
        body = json.dumps(message | _content(text, action)).encode()
        try:
            signed = signature_headers(self._secret(), int(self._clock.now()), body)
        except UnavailableError as error:
            what = "the canary's secret"
            raise NotServedError(what, 0) from error
        self._http.send(self._http.request("POST", _DIRECT_PATH, body, signed), "the webhook")

    def replies(self, customer: str, after: int) -> Sequence[Reply]:
        """Read what the callback has been sent."""
        try:
            letters = self._mailbox.letters(customer, after, _REPLIES_MAX)
        except UnavailableError as error:
            what = "the canary's mailbox"
            raise NotServedError(what, 0) from error
        return [reply_of(letter.content) for letter in letters]


class WebDoor:
    """A visitor of the chat page, over its HTTP routes.

    The page's sessions are of customers who opened it, so the canary signs its own, of its own
    account, and then has it renewed at the door as every page does.
    """

    name = "web"

    def __init__(self, http: JsonHttp, sessions: SessionTokens, clock: Clock) -> None:
        """Take what issues sessions."""
        self._http = http
        self._sessions = sessions
        self._clock = clock
        self._tokens: dict[str, str] = {}

    def conversation(self, customer: str) -> str:
        """Return the id of a customer's conversation."""
        return conversation_id(self.name, CANARY_ACCOUNT, _session_id(customer))

    def write(
        self,
        customer: str,
        message_id: str,
        language: str,
        *,
        text: str | None = None,
        action: str | None = None,
    ) -> None:
        """Post a message of the session."""
        message = {"id": message_id, "language": language} | _content(text, action)
        self._send(customer, "POST", "/v1/web/messages", json.dumps(message).encode())

    def replies(self, customer: str, after: int) -> Sequence[Reply]:
        """Read the session's mailbox over HTTP."""
        answer = self._send(customer, "GET", f"/v1/web/messages?after={after}", b"")
        return [reply_of(message) for message in answer.get("messages", ())]

    def _send(self, customer: str, method: str, path: str, body: bytes) -> Mapping[str, Any]:
        token = self._tokens.get(customer) or self._open(customer)
        headers = {"Authorization": f"Bearer {token}"}
        what = f"{method} {path.partition('?')[0]}"
        return self._http.send(self._http.request(method, path, body, headers), what)

    def _open(self, customer: str) -> str:
        try:
            session = self._sessions.issue(
                self._clock.now(), _session_id(customer), CANARY_ACCOUNT
            )
        except UnavailableError as error:
            what = "the web chat's secret"
            raise NotServedError(what, 0) from error
        headers = {"Authorization": f"Bearer {session.token}"}
        request = self._http.request("POST", "/v1/web/session", b"", headers)
        token = str(self._http.send(request, "POST /v1/web/session").get("token") or "")
        # One run has a handful of customers; another run asks anew.
        self._tokens = {**dict(list(self._tokens.items())[-9:]), customer: token}
        return token


def reply_of(content: Mapping[str, Any]) -> Reply:
    """Read a message as it came; what is missing is empty, and fails the expectations."""
    actions = content.get("actions")
    return Reply(
        sequence=int(content.get("sequence") or 0),
        speaker=str(content.get("speaker") or ""),
        text=str(content.get("text") or ""),
        language=str(content.get("language") or ""),
        actions=tuple(str(one.get("id")) for one in actions) if actions else (),
        sent_at=float(content.get("sent_at") or 0.0),
    )


def _content(text: str | None, action: str | None) -> dict[str, str]:
    given = {"text": text, "action": action}
    return {name: value for name, value in given.items() if value is not None}


def _session_id(customer: str) -> str:
    """Return a customer's session: a digest in the form of a session's id."""
    return conversation_id("web", f"{CANARY_ACCOUNT}/session", customer)
