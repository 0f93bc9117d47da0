"""Signatures that are an HMAC over the bytes as they came; the rule most messengers follow."""

import base64
import hashlib
import hmac
from collections.abc import Callable, Sequence

from handrail.domain.errors import ForgedRequestError

Encode = Callable[[bytes], str]
"""Writes a digest as it stands in the header."""


def as_hex(digest: bytes) -> str:
    """Write a digest in hexadecimal."""
    return digest.hex()


def as_base64(digest: bytes) -> str:
    """Write a digest in base64."""
    return base64.b64encode(digest).decode("ascii")


def sign(key: bytes, signed: bytes, *, algorithm: str = "sha256", encode: Encode = as_hex) -> str:
    """Return the signature of some bytes."""
    return encode(hmac.new(key, signed, getattr(hashlib, algorithm)).digest())


def check(
    keys: Sequence[bytes],
    signed: Sequence[bytes],
    offered: str | None,
    *,
    algorithm: str = "sha256",
    encode: Encode = as_hex,
    header: str,
) -> None:
    """Check that a signature was made with one of the keys over one of the byte strings.

    `signed` has more than one where a provider's own clients disagree about what is signed. Every
    pair is computed and compared in constant time; which of them fitted is not told.

    Raises:
        ForgedRequestError: no key is set, there is no signature, or none fits.

    """
    if not keys:
        # No secret means that nobody can prove anything: closed, never open.
        message = "this account accepts no requests: it does not exist or has no secret"
        raise ForgedRequestError(message)
    if not offered:
        message = f"{header} is missing; every request must be signed"
        raise ForgedRequestError(message)
    given = offered.strip().encode("utf-8", "replace")
    genuine = False
    for key in keys:
        for text in signed:
            expected = sign(key, text, algorithm=algorithm, encode=encode).encode()
            genuine |= hmac.compare_digest(expected, given)
    if not genuine:
        message = f"{header} does not match the body under this account's secret"
        raise ForgedRequestError(message)


def check_shared(keys: Sequence[bytes], offered: str | None, *, header: str) -> None:
    """Check a secret that is sent as it is.

    Raises:
        ForgedRequestError: no key is set, or what was sent is none of them.

    """
    if not keys:
        message = "this account accepts no requests: it does not exist or has no secret"
        raise ForgedRequestError(message)
    given = (offered or "").encode("utf-8", "replace")
    genuine = False
    for key in keys:
        genuine |= hmac.compare_digest(key, given)
    if not genuine:
        message = f"{header} is missing or is not this account's secret"
        raise ForgedRequestError(message)


def check_fresh(timestamp: str | None, now: float, *, window_seconds: int, header: str) -> None:
    """Check that a signed timestamp, in whole seconds, lies near our clock.

    Raises:
        ForgedRequestError: it is missing, no number, or too far off either way.

    """
    plain = timestamp is not None and timestamp.isascii() and timestamp.isdigit()
    if timestamp is None or not plain or len(timestamp) > 12:  # noqa: PLR2004 - year 33658
        message = f"{header} is missing or is not a time in whole seconds"
        raise ForgedRequestError(message)
    if abs(now - int(timestamp)) > window_seconds:
        message = f"{header} lies more than {window_seconds} seconds from our clock"
        raise ForgedRequestError(message)
