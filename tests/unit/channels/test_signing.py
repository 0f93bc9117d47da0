"""Who may speak in a company's name: nobody without its secret, and nobody later."""

import hashlib
import hmac

import pytest

from handrail.adapters.channels.signing import (
    REPLAY_WINDOW_SECONDS,
    SharedSecret,
    sign,
    signature_headers,
    verify_signature,
)
from handrail.domain.errors import ForgedRequestError

NOW = 1_800_000_000.0
BODY = '{"text": "où est mon colis ?"}'.encode()
OLD, NEW = SharedSecret("old"), SharedSecret("new")


def _verify(secret: SharedSecret | None, *, signed_by: SharedSecret, at: float = NOW) -> None:
    headers = signature_headers(signed_by, int(at), BODY)
    verify_signature(
        secret, headers["Handrail-Timestamp"], headers["Handrail-Signature"], BODY, NOW
    )


def test_the_signature_is_what_the_documentation_says() -> None:
    digest = hmac.new(b"new", b"1800000000." + BODY, hashlib.sha256).hexdigest()
    assert sign(b"new", 1_800_000_000, BODY) == f"v1={digest}"


def test_a_genuine_request_verifies() -> None:
    _verify(NEW, signed_by=NEW)


@pytest.mark.parametrize("signed_by", [OLD, NEW])
def test_both_secrets_count_while_one_replaces_the_other(signed_by: SharedSecret) -> None:
    _verify(SharedSecret("new", previous="old"), signed_by=signed_by)


def test_a_request_signed_during_rotation_suits_a_peer_that_knows_either_secret() -> None:
    rotating = SharedSecret("new", previous="old")
    _verify(OLD, signed_by=rotating)
    _verify(NEW, signed_by=rotating)


def test_a_retired_secret_is_refused() -> None:
    with pytest.raises(ForgedRequestError):
        _verify(NEW, signed_by=OLD)


@pytest.mark.parametrize("secret", [None, SharedSecret(""), SharedSecret(" ", previous="")])
def test_without_a_secret_nothing_verifies(secret: SharedSecret | None) -> None:
    with pytest.raises(ForgedRequestError):
        _verify(secret, signed_by=SharedSecret("x"))
    headers = {"t": str(int(NOW)), "s": sign(b"", int(NOW), BODY)}
    with pytest.raises(ForgedRequestError):
        verify_signature(secret, headers["t"], headers["s"], BODY, NOW)


@pytest.mark.parametrize("offset", [-REPLAY_WINDOW_SECONDS, 0, REPLAY_WINDOW_SECONDS])
def test_inside_the_replay_window_it_verifies(offset: int) -> None:
    _verify(NEW, signed_by=NEW, at=NOW + offset)


@pytest.mark.parametrize("offset", [-REPLAY_WINDOW_SECONDS - 1, REPLAY_WINDOW_SECONDS + 1])
def test_outside_the_replay_window_it_does_not(offset: int) -> None:
    with pytest.raises(ForgedRequestError, match="clock"):
        _verify(NEW, signed_by=NEW, at=NOW + offset)


@pytest.mark.parametrize(
    "timestamp", [None, "", "now", "-1800000000", "1.8e9", "١٨٠٠٠٠٠٠٠٠", "9" * 40, "1800000000 "]
)
def test_a_strange_timestamp_is_refused(timestamp: str | None) -> None:
    signature = sign(b"new", int(NOW), BODY)
    with pytest.raises(ForgedRequestError):
        verify_signature(NEW, timestamp, signature, BODY, NOW)


@pytest.mark.parametrize(
    "signature",
    [
        None,
        "",
        "v1=",
        "v0=" + "0" * 64,
        "v1=" + "0" * 64,
        "é",
        "\ud800",
        ",".join(["v1=0"] * 1000),
    ],
)
def test_a_strange_signature_is_refused(signature: str | None) -> None:
    with pytest.raises(ForgedRequestError):
        verify_signature(NEW, str(int(NOW)), signature, BODY, NOW)


def test_one_changed_byte_is_refused() -> None:
    headers = signature_headers(NEW, int(NOW), BODY)
    with pytest.raises(ForgedRequestError):
        verify_signature(
            NEW,
            headers["Handrail-Timestamp"],
            headers["Handrail-Signature"],
            BODY + b" ",
            NOW,
        )


def test_a_secret_does_not_show_in_logs() -> None:
    assert "hidden" not in repr(SharedSecret("hidden", previous="hidden too"))
