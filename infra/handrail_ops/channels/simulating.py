"""Write to a running stack as a messenger's customer, correctly signed, and read the answers."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

import urllib3

from handrail.adapters.clock import SystemClock
from handrail.application.ports import Request
from handrail_ops.channels.accounts import AccountsError, Source, account_of
from handrail_ops.channels.peers.base import Got, Peer
from handrail_ops.channels.peers.server import serving
from handrail_ops.channels.peers.table import PEERS

_ACCOUNTS_MAX: Final = 9
"""How many simulations may run at once."""
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
    if not source.url.startswith("http://"):
        found = account_of(source, channel, account)
        url = f"{source.url}/v1/channels/{channel}/{found.id}"
        peer.account, peer.values = found.id, {"webhook_url": url, **found.values}
        webhook = _webhook(peer, customer or entry.customer, text, action)
        status, answer = _post(source.url, webhook)
        return Simulation(status, answer, ())
    with _own_account(source, channel, peer):
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


@contextlib.contextmanager
def _own_account(source: Source, channel: str, peer: Peer) -> Iterator[None]:
    """Serve the peer where an account of the local stack's expects it, put there if need be.

    Functions remember an account's address for minutes. So the port that was free at first is
    taken again, and where somebody has it by now (another simulation that runs), another account
    with another port. All peers' accounts are put there at once: functions look for a new one
    only now and then.
    """
    source = source.renewed()
    for number in range(1, _ACCOUNTS_MAX + 1):
        name = numbered(peer.account, number)
        known = source.book.of(channel).get(name)
        try:
            server = serving(peer, urlsplit(known.get("api_url")).port or 0 if known else 0)
        except OSError:
            continue
        with server as served:
            if known is None:
                source.put(_accounts(source.url, number, served.port))
                known = source.renewed().book.of(channel)[name]
            peer.account, peer.values = name, known.values
            yield
        return
    message = f"{_ACCOUNTS_MAX} simulations run on this machine; wait for one of them"
    raise AccountsError(message)


def numbered(account: str, number: int) -> str:
    """Return the name of one of a peer's accounts here; some may be digits alone."""
    return account if number == 1 else f"{account}{number}"


def _accounts(url: str, number: int, port: int) -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    """Return an account for every peer, all of them at one port."""
    accounts = {}
    for name, entry in PEERS.items():
        account = numbered(entry.kind.account, number)
        values = entry.kind.usual_values(f"{url}/v1/channels/{name}/{account}")
        accounts[name] = {account: {**values, "api_url": f"http://127.0.0.1:{port}"}}
    return accounts


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
