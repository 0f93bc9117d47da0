"""Signed session tokens of the web chat: the only thing that says whose conversation it is.

A token is `v1.<payload>.<signature>`. There is no table of sessions to read at every request, and
no cookie: the page sends the token itself, so no other page can have a browser send it.
"""

import base64
import binascii
import hashlib
import hmac
import json
import re
import secrets
from collections.abc import Callable

from handrail.adapters.channels.signing import SharedSecret
from handrail.application.web_ports import SITE_ACCOUNT, Session
from handrail.domain.errors import ForgedRequestError, UnavailableError
from handrail.domain.synthetic import CANARY_ACCOUNT

SESSION_SECONDS = 30 * 24 * 3_600
"""How long a token is good for."""

_CLOCK_SKEW_SECONDS = 300
_SESSION_BYTES = 16
_TOKEN = re.compile(r"(v1\.([A-Za-z0-9_-]{1,200}))\.([A-Za-z0-9_-]{43})")
_SESSION_ID = re.compile(r"[a-z2-7]{26}")
_ACCOUNTS = (SITE_ACCOUNT, CANARY_ACCOUNT)


class SessionTokens:
    """Issues and reads tokens with one shared secret of Handrail's own functions."""

    def __init__(
        self,
        secret: Callable[[], SharedSecret | None],
        random_bytes: Callable[[int], bytes] = secrets.token_bytes,
    ) -> None:
        """Take the secret by look-up, so that it may rotate: old tokens stay good meanwhile."""
        self._secret = secret
        self._random_bytes = random_bytes

    def issue(
        self, now: float, session_id: str | None = None, account: str = SITE_ACCOUNT
    ) -> Session:
        """Return a new session, or a fresh token for an old one."""
        keys = self._keys()
        if not keys:
            message = "no session secret is set; set it before the web chat is opened"
            raise UnavailableError(message)
        if session_id is None:
            random = self._random_bytes(_SESSION_BYTES)
            session_id = base64.b32encode(random).decode("ascii").lower().rstrip("=")
        issued_at = int(now)
        claims = {"s": session_id, "t": issued_at}
        if account != SITE_ACCOUNT:
            claims["a"] = account
        payload = json.dumps(claims, separators=(",", ":"))
        signed = f"v1.{_base64(payload.encode())}"
        token = f"{signed}.{_signature(keys[0], signed)}"
        return Session(session_id, issued_at, issued_at + SESSION_SECONDS, token, account)

    def read(self, token: str, now: float) -> Session:
        """Return the session that a token proves; nothing in it is parsed before it verifies."""
        found = _TOKEN.fullmatch(token)
        if found is None:
            raise _no_session()
        signed, payload, signature = found.groups()
        genuine = False
        for key in self._keys():
            genuine |= hmac.compare_digest(_signature(key, signed), signature)
        if not genuine:
            raise _no_session()
        try:
            data = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
            session_id, issued_at = data["s"], data["t"]
            account = data.get("a", SITE_ACCOUNT)
        except (binascii.Error, ValueError, KeyError, TypeError) as error:
            raise _no_session() from error
        fits = isinstance(session_id, str) and _SESSION_ID.fullmatch(session_id)
        if not fits or type(issued_at) is not int or account not in _ACCOUNTS:
            raise _no_session()
        if not issued_at - _CLOCK_SKEW_SECONDS <= now < issued_at + SESSION_SECONDS:
            message = "this session has ended; start a new one with POST /v1/web/session"
            raise ForgedRequestError(message)
        return Session(session_id, issued_at, issued_at + SESSION_SECONDS, token, account)

    def _keys(self) -> tuple[bytes, ...]:
        secret = self._secret()
        return secret.usable_keys() if secret else ()


def _no_session() -> ForgedRequestError:
    return ForgedRequestError("the token proves no session; get one with POST /v1/web/session")


def _signature(key: bytes, signed: str) -> str:
    # The purpose is part of what is signed: a signature made for anything else never fits here.
    purpose = b"handrail web session\n"
    return _base64(hmac.new(key, purpose + signed.encode("ascii"), hashlib.sha256).digest())


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode("ascii").rstrip("=")
