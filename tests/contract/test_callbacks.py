"""The callback client over real loopback connections, and the addresses it never calls."""

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator

import pytest

from handrail.adapters.channels.callbacks import CallbackPolicy, HttpCallbacks
from handrail.adapters.channels.direct import (
    CallbackNotSentError,
    CallbackRefusedError,
    CallbackUnansweredError,
)

pytestmark = pytest.mark.enable_socket

Script = Callable[[socket.socket, bytes], bool]
"""What a peer does with one request; False ends the connection."""

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


class Peer:
    """A server on loopback that runs a script per request."""

    def __init__(self, *scripts: Script) -> None:
        self.scripts = list(scripts)
        self.requests: list[bytes] = []
        self.connections = 0
        self._open: list[socket.socket] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}/in?x=1"
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connection in self._open:
            connection.close()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            self._open.append(connection)
            threading.Thread(target=self._talk, args=(connection,), daemon=True).start()

    def _talk(self, connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            while request := _read_request(connection):
                self.requests.append(request)
                if not self.scripts.pop(0)(connection, request):
                    return


def _read_request(connection: socket.socket) -> bytes:
    data = b""
    while b"\r\n\r\n" not in data:
        part = connection.recv(65536)
        if not part:
            return b""
        data += part
    head, _, body = data.partition(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
    while len(body) < length:
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body


def says(answer: bytes, *, keep: bool = True) -> Script:
    def script(connection: socket.socket, _request: bytes) -> bool:
        connection.sendall(answer)
        return keep

    return script


def hangs_up(_connection: socket.socket, _request: bytes) -> bool:
    return False


def goes_quiet(connection: socket.socket, _request: bytes) -> bool:
    connection.recv(1)  # until the other side gives up
    return False


def drips(connection: socket.socket, _request: bytes) -> bool:
    """Send one byte of a header at a time, each well within any read timeout."""
    connection.settimeout(0.02)
    while True:
        connection.sendall(b"H")
        with contextlib.suppress(TimeoutError):
            if connection.recv(1) == b"":
                return False


@pytest.fixture
def client() -> Iterator[HttpCallbacks]:
    callbacks = HttpCallbacks(
        CallbackPolicy(allow_loopback=True),
        connect_timeout_seconds=0.5,
        answer_timeout_seconds=0.2,
    )
    yield callbacks
    callbacks.close()


@contextlib.contextmanager
def peer(*scripts: Script) -> Iterator[Peer]:
    made = Peer(*scripts)
    try:
        yield made
    finally:
        made.close()


def test_it_posts_what_it_is_given(client: HttpCallbacks) -> None:
    with peer(says(OK)) as application:
        answer = client.post(application.url, {"Idempotency-Key": "k"}, b"{1}")
    assert (answer.status, answer.body) == (200, b"{}")
    head, _, body = application.requests[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /in?x=1 HTTP/1.1\r\n")
    assert b"Idempotency-Key: k" in head
    assert body == b"{1}"


def test_a_connection_is_kept_for_the_next_message(client: HttpCallbacks) -> None:
    with peer(says(OK), says(OK)) as application:
        client.post(application.url, {}, b"1")
        client.post(application.url, {}, b"2")
        assert application.connections == 1


def test_an_idle_connection_that_was_closed_is_replaced(client: HttpCallbacks) -> None:
    with peer(says(OK, keep=False), says(OK)) as application:
        client.post(application.url, {}, b"1")
        assert client.post(application.url, {}, b"2").status == 200
        assert application.connections == 2


def test_a_new_connection_that_breaks_leaves_it_unknown(client: HttpCallbacks) -> None:
    with peer(hangs_up) as application, pytest.raises(CallbackUnansweredError):
        client.post(application.url, {}, b"1")


@pytest.mark.parametrize("script", [goes_quiet, drips])
def test_too_slow_an_answer_leaves_it_unknown(client: HttpCallbacks, script: Script) -> None:
    with peer(script) as application, pytest.raises(CallbackUnansweredError):
        client.post(application.url, {}, b"1")


def test_a_slow_answer_on_a_kept_connection_is_not_sent_twice(client: HttpCallbacks) -> None:
    with peer(says(OK), drips, says(OK)) as application:
        client.post(application.url, {}, b"1")
        with pytest.raises(CallbackUnansweredError):
            client.post(application.url, {}, b"2")
        assert len(application.requests) == 2


@pytest.mark.parametrize(
    "rubbish",
    [b"SSH-2.0-x\r\n\r\n", b"HTTP/1.1 abc\r\n\r\n", b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 200],
)
def test_an_answer_that_is_not_http_leaves_it_unknown(
    client: HttpCallbacks, rubbish: bytes
) -> None:
    with (
        peer(says(rubbish, keep=False)) as application,
        pytest.raises(CallbackUnansweredError),
    ):
        client.post(application.url, {}, b"1")


def test_a_status_counts_even_if_its_body_breaks_off(client: HttpCallbacks) -> None:
    cut = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"
    with peer(says(cut, keep=False)) as application:
        assert client.post(application.url, {}, b"1").status == 200


def test_a_huge_answer_is_not_read_to_its_end(client: HttpCallbacks) -> None:
    huge = b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n" + b"x" * 1_000_000
    with peer(says(huge), says(OK)) as application:
        assert len(client.post(application.url, {}, b"1").body) == 65_536
        assert client.post(application.url, {}, b"2").status == 200
        assert application.connections == 2


def test_no_redirect_is_followed(client: HttpCallbacks) -> None:
    moved = b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"
    with peer(says(moved)) as application:
        assert client.post(application.url, {}, b"1").status == 302


def test_where_nobody_listens_nothing_was_sent(client: HttpCallbacks) -> None:
    with peer() as application:
        url = application.url
    with pytest.raises(CallbackNotSentError):
        client.post(url, {}, b"1")


def test_a_peer_that_does_not_speak_tls_got_nothing(client: HttpCallbacks) -> None:
    with peer() as application:
        url = application.url.replace("http:", "https:")
        with pytest.raises(CallbackNotSentError):
            client.post(url, {}, b"1")


def test_a_host_without_an_address_was_not_reached() -> None:
    def resolve(_host: str, _port: int) -> list[str]:
        raise socket.gaierror

    with pytest.raises(CallbackNotSentError):
        HttpCallbacks(CallbackPolicy(), resolve=resolve).post("https://a.example/", {}, b"")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "a.example",
        "http://a.example/",
        "ftp://a.example/",
        "file:///etc/passwd",
        "https://",
        "https://user:secret@a.example/",
        "https://a.example:0/",
        "https://a.example:99999/",
        "https://a.example/\r\nHost: b",
        "https://a.example/a b",
        "https://a.ex\u00e4mple/",
        "https://[::1",
    ],
)
def test_urls_that_are_never_called(url: str) -> None:
    with pytest.raises(CallbackRefusedError):
        CallbackPolicy().check_url(url)


@pytest.mark.parametrize(
    "private",
    [
        "127.0.0.1",
        "0.0.0.0",  # noqa: S104
        "10.0.0.1",
        "172.16.9.9",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "198.18.0.1",
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1%eth0",
        "fd00:ec2::254",
        "ff02::1",
        "::ffff:10.0.0.1",
        "2002:a9fe:a9fe::",
        "64:ff9b::a9fe:a9fe",
    ],
)
def test_a_public_name_that_leads_to_a_private_address_is_refused(private: str) -> None:
    callbacks = HttpCallbacks(
        CallbackPolicy(), resolve=lambda _host, _port: ["93.184.216.34", private]
    )
    with pytest.raises(CallbackRefusedError, match="public"):
        callbacks.post("https://a.example/", {}, b"")


def test_private_networks_are_called_only_when_they_are_named() -> None:
    policy = CallbackPolicy(["10.1.0.0/16", "fd00::/8"])
    policy.check_address("https", "10.1.2.3")
    policy.check_address("https", "fd00::1")
    for address in ("10.2.0.1", "127.0.0.1"):
        with pytest.raises(CallbackRefusedError):
            policy.check_address("https", address)


def test_plain_http_stays_on_this_machine() -> None:
    policy = CallbackPolicy(["10.0.0.0/8"], allow_loopback=True)
    policy.check_address("http", "127.0.0.1")
    policy.check_address("http", "::1")
    for address in ("10.0.0.1", "93.184.216.34"):
        with pytest.raises(CallbackRefusedError):
            policy.check_address("http", address)
