"""The signature of the direct channel, one rule for both directions.

Kept apart from the channel so that a peer (a sample application, the replay tool, a test) signs
and verifies with the very code that guards the door.
"""

import hashlib
import hmac
import re
from dataclasses import dataclass, field
from typing import Protocol

from handrail.domain.errors import ForgedRequestError

SIGNATURE_HEADER = "Handrail-Signature"
TIMESTAMP_HEADER = "Handrail-Timestamp"

REPLAY_WINDOW_SECONDS = 300
"""How far a request's timestamp may lie from our clock, either way."""

_SIGNATURES_MAX = 4
_TIMESTAMP = re.compile(r"[0-9]{1,12}")


@dataclass(frozen=True, slots=True)
class SharedSecret:
    """A secret both sides know, with the one before it while a rotation is under way."""

    current: str = field(repr=False)
    previous: str | None = field(default=None, repr=False)

    def usable_keys(self) -> tuple[bytes, ...]:
        """Return the usable keys, the current one first; none when nothing is set."""
        return tuple(s.encode() for s in (self.current, self.previous) if s and s.strip())


class Secrets(Protocol):
    """Looks up the secret of a channel's account, whenever it is needed, so that it may rotate."""

    def __call__(self, account: str, /) -> SharedSecret | None:
        """Return the account's secret, or None when there is no such account.

        Raises:
            UnavailableError: the secret cannot be read now.

        """
        ...


def sign(key: bytes, timestamp: int, body: bytes) -> str:
    """Return one signature as it stands in the header."""
    signed = f"{timestamp}.".encode() + body
    return "v1=" + hmac.new(key, signed, hashlib.sha256).hexdigest()


def signature_headers(secret: SharedSecret, timestamp: int, body: bytes) -> dict[str, str]:
    """Return the two headers of a signed request.

    While a rotation is under way the header carries a signature by each key, so that neither side
    has to change over at the same moment.
    """
    signatures = [sign(key, timestamp, body) for key in secret.usable_keys()]
    return {TIMESTAMP_HEADER: str(timestamp), SIGNATURE_HEADER: ",".join(signatures)}


def verify_signature(
    secret: SharedSecret | None,
    timestamp_header: str | None,
    signature_header: str | None,
    body: bytes,
    now: float,
) -> None:
    """Check a signed request; every key and signature is compared in constant time.

    Raises:
        ForgedRequestError: it does not verify; the message never says which key failed.

    """
    keys = secret.usable_keys() if secret else ()
    if not keys:
        # No secret means that nobody can prove anything: closed, never open.
        message = "this account accepts no requests: it does not exist or has no secret"
        raise ForgedRequestError(message)
    if not timestamp_header or not _TIMESTAMP.fullmatch(timestamp_header):
        message = f"{TIMESTAMP_HEADER} is missing or is not a time in whole seconds"
        raise ForgedRequestError(message)
    timestamp = int(timestamp_header)
    if abs(now - timestamp) > REPLAY_WINDOW_SECONDS:
        message = (
            f"{TIMESTAMP_HEADER} lies more than {REPLAY_WINDOW_SECONDS} seconds from our clock;"
            " sign the request when it is sent, with a clock that is set"
        )
        raise ForgedRequestError(message)
    offered = [part.strip() for part in (signature_header or "").split(",")][:_SIGNATURES_MAX]
    genuine = False
    for key in keys:
        expected = sign(key, timestamp, body).encode()
        for signature in offered:
            # Bytes: compare_digest refuses text that is not ASCII, which a forger may send.
            genuine |= hmac.compare_digest(expected, signature.encode("utf-8", "replace"))
    if not genuine:
        message = f"{SIGNATURE_HEADER} does not match the body under this account's secret"
        raise ForgedRequestError(message)
