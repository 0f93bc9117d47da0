"""Posting callbacks to an address that a customer of ours configured, over plain `http.client`.

The standard library's client was chosen over urllib3: the copy that comes with the Lambda runtime
changes under us with the runtime, and what matters here (which address is really connected to, and
whether a byte left us before something failed) is exactly what a higher client hides.
"""

import contextlib
import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from urllib.parse import SplitResult, urlsplit

from handrail.adapters.channels.direct import (
    CallbackAnswer,
    CallbackNotSentError,
    CallbackRefusedError,
    CallbackUnansweredError,
)

CONNECT_TIMEOUT_SECONDS = 3.0
ANSWER_TIMEOUT_SECONDS = 8.0
ANSWER_BYTES_MAX = 65_536
"""What is read of an answer, which says how a message fared and no more."""
IDLE_CONNECTIONS_MAX = 8
"""Idle connections kept per process, over all applications."""

Resolve = Callable[[str, int], Sequence[str]]
"""Returns the addresses of a host; raises OSError when it has none."""

_NETWORK = ipaddress.IPv4Network | ipaddress.IPv6Network
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_IP_ADDRESS = ipaddress.IPv4Address | ipaddress.IPv6Address


def resolve(host: str, port: int) -> list[str]:
    """Return a host's addresses in the order in which the system would try them."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class CallbackPolicy:
    """Which URLs may be called: https anywhere public, plain http only on this machine.

    An account's callback URL is configuration, but configuration may be somebody else's: without
    this rule it could read a cloud's metadata address or a neighbour in the private network.
    """

    def __init__(
        self, allowed_networks: Sequence[str] = (), *, allow_loopback: bool = False
    ) -> None:
        """Take further networks, as `10.1.0.0/16`, in which callbacks are wanted.

        `allow_loopback` is for the local stack and tests.
        """
        self._networks: list[_NETWORK] = [ipaddress.ip_network(n) for n in allowed_networks]
        self._allow_loopback = allow_loopback

    def check_url(self, url: str) -> SplitResult:
        """Return the parts of a URL that may be called, as far as its text tells.

        Raises:
            CallbackRefusedError: scheme, user name, port or host are not acceptable.

        """
        try:
            parts = urlsplit(url)
            port_is_fine = parts.port is None or parts.port > 0
        except ValueError as error:
            raise CallbackRefusedError(str(error)) from error
        plain = url.isascii() and url.isprintable() and " " not in url
        if not parts.hostname or not port_is_fine or not plain:
            message = "the callback URL needs a host, and only printable ASCII without spaces"
            raise CallbackRefusedError(message)
        if parts.username is not None:
            message = "the callback URL must not carry a user name or password"
            raise CallbackRefusedError(message)
        if parts.scheme != "https" and not (parts.scheme == "http" and self._allow_loopback):
            message = "the callback URL must start with https://"
            raise CallbackRefusedError(message)
        return parts

    def check_address(self, scheme: str, address: str) -> None:
        """Check an address that a host resolved to, right before it is connected to.

        Raises:
            CallbackRefusedError: private, link-local, reserved or otherwise not public.

        """
        ip = _effective(ipaddress.ip_address(address.partition("%")[0]))
        if ip.is_loopback and self._allow_loopback:
            return
        if scheme != "https":
            message = "plain http is for this machine's own addresses only"
            raise CallbackRefusedError(message)
        if any(ip.version == n.version and ip in n for n in self._networks):
            return
        if not ip.is_global or ip.is_multicast:
            message = "the callback URL leads to an address that is not public"
            raise CallbackRefusedError(message)


def _effective(ip: _IP_ADDRESS) -> _IP_ADDRESS:
    """Return the IPv4 address that an IPv6 one stands for, when it stands for one."""
    if isinstance(ip, ipaddress.IPv6Address):
        embedded = ip.ipv4_mapped or ip.sixtofour
        if embedded is None and ip in _NAT64:
            embedded = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        return embedded or ip
    return ip


class HttpCallbacks:
    """Posts callbacks over kept-alive connections; may be shared between threads."""

    def __init__(
        self,
        policy: CallbackPolicy,
        *,
        connect_timeout_seconds: float = CONNECT_TIMEOUT_SECONDS,
        answer_timeout_seconds: float = ANSWER_TIMEOUT_SECONDS,
        answer_bytes_max: int = ANSWER_BYTES_MAX,
        resolve: Resolve = resolve,
        user_agent: str = "Handrail",
    ) -> None:
        """Set up without connecting to anything."""
        self._policy = policy
        self._connect_timeout_seconds = connect_timeout_seconds
        self._answer_timeout_seconds = answer_timeout_seconds
        self._answer_bytes_max = answer_bytes_max
        self._resolve = resolve
        self._user_agent = user_agent
        self._idle: dict[tuple[str, str, int], list[http.client.HTTPConnection]] = {}
        self._lock = threading.Lock()

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> CallbackAnswer:
        """Post once."""
        return self.request("POST", url, headers, body)

    def request(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes
    ) -> CallbackAnswer:
        """Ask once; an idle connection that turns out dead is replaced by a new one."""
        parts = self._policy.check_url(url)
        host = parts.hostname or ""
        port = parts.port or (443 if parts.scheme == "https" else 80)
        key = (parts.scheme, host, port)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        while connection := self._take(key):
            answer = self._try(key, connection, (method, target), headers, body, reused=True)
            if answer is not None:
                return answer
        connection = self._connect(parts.scheme, host, port)
        answer = self._try(key, connection, (method, target), headers, body, reused=False)
        if answer is None:  # pragma: no cover  (only a reused connection may be found dead)
            raise CallbackUnansweredError
        return answer

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        # Loading the certificate authorities takes milliseconds that `receive` never needs.
        return ssl.create_default_context()

    def close(self) -> None:
        """Close the idle connections."""
        with self._lock:
            idle = [c for connections in self._idle.values() for c in connections]
            self._idle.clear()
        for connection in idle:
            connection.close()

    def _try(
        self,
        key: tuple[str, str, int],
        connection: http.client.HTTPConnection,
        line: tuple[str, str],
        headers: Mapping[str, str],
        body: bytes,
        *,
        reused: bool,
    ) -> CallbackAnswer | None:
        """Return the answer, or None when a reused connection had been closed by the peer."""
        late = threading.Event()
        watchdog = threading.Timer(self._answer_timeout_seconds, _hang_up, (connection.sock, late))
        watchdog.daemon = True
        watchdog.start()
        try:
            connection.request(
                *line, body=body or None, headers={"User-Agent": self._user_agent, **headers}
            )
            response = connection.getresponse()
            answer_body = _read(response, self._answer_bytes_max)
        except (OSError, http.client.HTTPException) as error:
            connection.close()
            dead = isinstance(error, ConnectionError | http.client.BadStatusLine)
            if reused and dead and not late.is_set():
                # The peer closed it while it lay idle. Had it read the message after all, the
                # idempotency key makes the second copy harmless.
                return None
            raise CallbackUnansweredError(type(error).__name__) from error
        finally:
            watchdog.cancel()
        if response.isclosed() and not response.will_close and not late.is_set():
            self._keep(key, connection)
        else:
            # It said more than we read, was too slow, or wants the connection closed.
            connection.close()
        return CallbackAnswer(
            response.status, {n.lower(): v for n, v in response.getheaders()}, answer_body
        )

    def _connect(self, scheme: str, host: str, port: int) -> http.client.HTTPConnection:
        try:
            addresses = self._resolve(host, port)
        except (OSError, UnicodeError) as error:
            message = f"the host has no address ({type(error).__name__})"
            raise CallbackNotSentError(message) from error
        # Every address is checked before any is tried, and the one checked is the one connected
        # to: a name that resolves differently a moment later gains nothing.
        for address in addresses:
            self._policy.check_address(scheme, address)
        failure: Exception | None = None
        for address in addresses:
            try:
                return self._open(scheme, host, address, port)
            except OSError as error:
                failure = error
        message = f"no connection ({type(failure).__name__})"
        raise CallbackNotSentError(message) from failure

    def _open(self, scheme: str, host: str, address: str, port: int) -> http.client.HTTPConnection:
        raw = socket.create_connection((address, port), self._connect_timeout_seconds)
        try:
            # One request goes out as one packet when it can; waiting for more would cost 40 ms.
            raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connected = (
                self._tls.wrap_socket(raw, server_hostname=host) if scheme == "https" else raw
            )
            connected.settimeout(self._answer_timeout_seconds)
        except BaseException:
            raw.close()
            raise
        kind = http.client.HTTPSConnection if scheme == "https" else http.client.HTTPConnection
        connection = kind(host, port, timeout=self._answer_timeout_seconds)
        connection.sock = connected
        # It is connected to a checked address already; it must never reconnect by itself.
        connection.auto_open = 0
        return connection

    def _take(self, key: tuple[str, str, int]) -> http.client.HTTPConnection | None:
        with self._lock:
            idle = self._idle.get(key)
            return idle.pop() if idle else None

    def _keep(self, key: tuple[str, str, int], connection: http.client.HTTPConnection) -> None:
        with self._lock:
            if sum(map(len, self._idle.values())) < IDLE_CONNECTIONS_MAX:
                self._idle.setdefault(key, []).append(connection)
                return
        with contextlib.suppress(OSError):
            connection.close()


def _hang_up(sock: socket.socket, late: threading.Event) -> None:
    """End an exchange that takes too long in all, though each single read is quick enough."""
    late.set()
    with contextlib.suppress(OSError):
        # The plain socket's own shutdown: that of a TLS socket would take its state away under
        # the thread that reads from it.
        socket.socket.shutdown(sock, socket.SHUT_RDWR)


def _read(response: http.client.HTTPResponse, bytes_max: int) -> bytes:
    """Return what can be read of an answer's body; its status alone decides already."""
    try:
        return response.read(bytes_max)
    except (OSError, http.client.HTTPException):
        return b""
