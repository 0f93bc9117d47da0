"""Whose conversation it is: nobody reads another's, whatever they send."""

import base64
import hashlib
import hmac
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handrail.adapters.channels.signing import SharedSecret
from handrail.adapters.channels.web_session import SESSION_SECONDS, SessionTokens
from handrail.domain.errors import ForgedRequestError, UnavailableError

NOW = 1_800_000_000.0


def tokens(current: str | None = "s1", previous: str | None = None) -> SessionTokens:
    return SessionTokens(lambda: None if current is None else SharedSecret(current, previous))


def test_a_token_proves_its_session() -> None:
    session = tokens().issue(NOW)
    read = tokens().read(session.token, NOW + 5)
    assert read == session
    assert read.expires_at == NOW + SESSION_SECONDS


def test_sessions_are_random() -> None:
    ids = {tokens().issue(NOW).id for _ in range(50)}
    assert len(ids) == 50
    assert all(len(i) == 26 for i in ids)


def test_a_session_may_get_a_fresh_token() -> None:
    old = tokens().issue(NOW)
    fresh = tokens().issue(NOW + 1000, old.id)
    assert fresh.id == old.id
    assert fresh.expires_at == old.expires_at + 1000


def test_the_previous_secret_still_counts_and_a_retired_one_does_not() -> None:
    session = tokens("old").issue(NOW)
    assert tokens("new", "old").read(session.token, NOW).id == session.id
    with pytest.raises(ForgedRequestError):
        tokens("new").read(session.token, NOW)


@pytest.mark.parametrize("current", [None, "", "  "])
def test_without_a_secret_there_are_no_sessions(current: str | None) -> None:
    with pytest.raises(UnavailableError):
        tokens(current).issue(NOW)
    with pytest.raises(ForgedRequestError):
        tokens(current).read(tokens("x").issue(NOW).token, NOW)


@pytest.mark.parametrize("now", [NOW - 301, NOW + SESSION_SECONDS])
def test_a_token_outside_its_time_is_refused(now: float) -> None:
    session = tokens().issue(NOW)
    with pytest.raises(ForgedRequestError, match="ended"):
        tokens().read(session.token, now)


def test_another_session_cannot_be_written_into_a_token() -> None:
    mine, theirs = tokens().issue(NOW), tokens().issue(NOW)
    version, _, signature = mine.token.split(".")
    payload = theirs.token.split(".")[1]
    with pytest.raises(ForgedRequestError):
        tokens().read(f"{version}.{payload}.{signature}", NOW)


def test_a_signature_of_the_direct_channel_is_no_token() -> None:
    # The same secret set for two purposes by mistake must not open one with the other.
    payload = base64.urlsafe_b64encode(json.dumps({"s": "a" * 26, "t": int(NOW)}).encode())
    signed = b"v1." + payload.rstrip(b"=")
    raw = hmac.new(b"s1", signed, hashlib.sha256).digest()
    signature = base64.urlsafe_b64encode(raw).rstrip(b"=")
    with pytest.raises(ForgedRequestError):
        tokens().read((signed + b"." + signature).decode(), NOW)


def test_every_changed_character_breaks_the_token() -> None:
    token = tokens().issue(NOW).token
    survivors = []
    for index in range(len(token)):
        changed = token[:index] + ("A" if token[index] != "A" else "B") + token[index + 1 :]
        try:
            tokens().read(changed, NOW)
        except ForgedRequestError:
            continue
        survivors.append(index)
    assert survivors == []


@given(st.text(max_size=80) | st.text("v1.aA0_-=é\ud800", max_size=120))
def test_whatever_is_offered_as_a_token_is_refused_clearly(token: str) -> None:
    with pytest.raises(ForgedRequestError):
        tokens().read(token, NOW)
