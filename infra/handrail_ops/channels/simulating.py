"""Write to a running stack as a messenger's customer, correctly signed, and read the answers."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Final

import urllib3

from handrail.adapters.clock import SystemClock
from handrail.application.ports import Request
from handrail_ops.channels.accounts import AccountsError, Source, account_of
from handrail_ops.channels.peers.base import Got, Peer
from handrail_ops.channels.peers.server import serving
from handrail_ops.channels.peers.table import PEERS

PORT: Final = 8_099
_PORT_SECONDS: Final = 60.0
"""Where the peer of the local stack listens: always the same, since accounts name it."""
_ACCEPTED: Final = 200
_FORGED: Final = 401
_NEW_ACCOUNT_SECONDS: Final = 20.0
"""How long until every function knows of an account that was just put there."""
_LOOK_SECONDS: Final = 0.1
_QUIET_SECONDS: Final = 2.0


@dataclass(frozen=True, slots=True)
class Simulation:
    """What came of a simulated message."""

    status: int
    answer: str
    got: tuple[Got, ...]


def simulate(
    source: Source,
    channel: str,
    *,
    text: str | None,
    action: str | None,
    customer: str | None,
    account: str | None,
    wait_seconds: float,
    told: Callable[[Got], None],
) -> Simulation:
    """Post one webhook, and show what the customer gets within a while.

    The stack that runs on this machine gets an account of its own for that, whose provider is a
    peer in this process. Another stack sends its answers to the real provider.

    Raises:
        AccountsError: the channel has no peer, or the stack no account that is meant.

    """
    entry = PEERS.get(channel)
    if entry is None:
        message = f"{channel} cannot be simulated; these can: {', '.join(sorted(PEERS))}"
        raise AccountsError(message)
    clock = SystemClock()
    peer = entry.kind(clock, first_number=int(clock.now() * 1000))
    own = _own_account(source, channel, peer) if source.url.startswith("http://") else None
    if own is None:
        found = account_of(source, channel, account)
        url = f"{source.url}/v1/channels/{channel}/{found.id}"
        peer.account, peer.values = found.id, {"webhook_url": url, **found.values}
        webhook = _webhook(peer, customer or entry.customer, text, action)
        status, answer = _post(source.url, webhook)
        return Simulation(status, answer, ())
    peer.values = own
    with _served(peer):
        name = customer or entry.customer
        webhook = _webhook(peer, name, text, action)
        until = time.monotonic() + _NEW_ACCOUNT_SECONDS
        while True:
            status, answer = _post(source.url, webhook)
            if status != _FORGED or time.monotonic() > until:
                break
            time.sleep(1.0)
        got = _watch(peer, name, wait_seconds, told) if status == _ACCEPTED else ()
        return Simulation(status, answer, got)


def _served(peer: Peer) -> AbstractContextManager[object]:
    """Serve the peer at its port; another simulation may be about to leave it."""
    until = time.monotonic() + _PORT_SECONDS
    while True:
        try:
            return serving(peer, PORT)
        except OSError as error:
            if time.monotonic() > until:
                message = f"port {PORT} of this machine is taken: is another simulation running?"
                raise AccountsError(message) from error
            time.sleep(0.5)


def _own_account(source: Source, channel: str, peer: Peer) -> Mapping[str, str]:
    """Return the values of the local stack's account at the peer, put there if need be.

    All peers' accounts are put there at once: functions look for a new one only now and then.
    """
    known = source.book.of(channel).get(peer.account)
    if known is not None:
        return known.values
    accounts = {}
    for name, entry in PEERS.items():
        url = f"{source.url}/v1/channels/{name}/{entry.kind.account}"
        values = {**entry.kind.usual_values(url), "api_url": f"http://127.0.0.1:{PORT}"}
        accounts[name] = {entry.kind.account: values}
    source.put(accounts)
    return accounts[channel][peer.account]


def _webhook(peer: Peer, name: str, text: str | None, action: str | None) -> Request:
    return peer.presses(name, action) if action else peer.writes(name, text or "")


def _post(url: str, webhook: Request) -> tuple[int, str]:
    answer = urllib3.request(
        webhook.method,
        f"{url.rstrip('/')}{webhook.path}",
        headers=dict(webhook.headers),
        body=webhook.body,
        retries=False,
        timeout=30.0,
    )
    return answer.status, answer.data.decode("utf-8", "replace")


def _watch(
    peer: Peer, name: str, wait_seconds: float, told: Callable[[Got], None]
) -> tuple[Got, ...]:
    """Tell what arrives, until nothing more comes for a moment."""
    until = time.monotonic() + wait_seconds
    seen: list[Got] = []
    pause = threading.Event()
    while time.monotonic() < until:
        fresh = peer.customer(name).got[len(seen) :]
        for got in fresh:
            told(got)
        if fresh:
            seen.extend(fresh)
            until = min(until, time.monotonic() + _QUIET_SECONDS)
        pause.wait(_LOOK_SECONDS)
    return tuple(seen)
