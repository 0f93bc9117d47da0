"""A small HTTP/1.1 server for the stack's own loopback traffic.

Everything the workers and the Step Functions interpreter say to "AWS" passes through here, some
hundred thousand requests in a replay. The standard library's handler parses headers with the email
package, which alone costs more than a repaired DynamoDB read; this server keeps connections alive,
reads headers by hand and hands over plain values. It speaks only what boto3 and Lambda's runtime
client speak, and only on 127.0.0.1.
"""

from __future__ import annotations

import contextlib
import logging
import socket
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import BinaryIO

LOG = logging.getLogger(__name__)

_LISTEN_BACKLOG = 256
_TOLD_CHARACTERS = 400
_LINE_LIMIT_BYTES = 256 * 1024
_CUT_SHORT = "the connection ended in the middle of a request"
_REASONS = {status.value: status.phrase for status in HTTPStatus}


@dataclass(frozen=True, slots=True)
class Request:
    """One request; header names are lower case."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def path(self) -> str:
        """The target without its query."""
        return self.target.split("?", 1)[0]

    @property
    def query(self) -> str:
        """What follows the question mark."""
        return self.target.partition("?")[2]


@dataclass(frozen=True, slots=True)
class Response:
    """One answer."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


Handler = Callable[[Request], Response]


class LoopbackServer:
    """Serves `handler` on 127.0.0.1 until closed, one thread for each connection."""

    def __init__(
        self, handler: Handler, *, name: str, listener: socket.socket | None = None
    ) -> None:
        self._handler = handler
        self._name = name
        self._listener = listener or listen()
        self._connections: set[socket.socket] = set()
        self._lock = threading.Lock()
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, name=f"{name}-accept", daemon=True).start()

    @property
    def url(self) -> str:
        """The server's address."""
        return f"http://127.0.0.1:{self.port}"

    def close(self) -> None:
        """Stop listening and drop every open connection."""
        with contextlib.suppress(OSError):
            # Closing alone does not wake a thread that is blocked in accept.
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        with self._lock:
            open_connections = list(self._connections)
        for connection in open_connections:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with self._lock:
                self._connections.add(connection)
            threading.Thread(
                target=self._serve, args=(connection,), name=self._name, daemon=True
            ).start()

    def _serve(self, connection: socket.socket) -> None:
        try:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with connection, connection.makefile("rb") as reader:
                while (request := _read_request(reader, connection)) is not None:
                    keep_alive = request.headers.get("connection", "").lower() != "close"
                    connection.sendall(_render(self._answer(request), request.method))
                    if not keep_alive:
                        return
        except (OSError, ValueError):
            # A worker that was killed in the middle of a sentence; its invocation tells the story.
            LOG.debug("%s: connection ended", self._name, exc_info=True)
        finally:
            with self._lock:
                self._connections.discard(connection)

    def _answer(self, request: Request) -> Response:
        try:
            return self._handler(request)
        except Exception as error:
            LOG.exception("%s could not answer %s %s", self._name, request.method, request.target)
            return Response(500, f"{type(error).__name__}: {error}"[:_TOLD_CHARACTERS].encode())


def listen() -> socket.socket:
    """A listening socket on a free port; it can be handed to a child process to serve."""
    return socket.create_server(("127.0.0.1", 0), backlog=_LISTEN_BACKLOG)


def _read_request(reader: BinaryIO, connection: socket.socket) -> Request | None:
    line = reader.readline(_LINE_LIMIT_BYTES)
    if not line:
        return None
    method, target, _ = line.decode("latin-1").split(" ", 2)
    headers: dict[str, str] = {}
    while (line := reader.readline(_LINE_LIMIT_BYTES)) not in (b"\r\n", b"\n"):
        if not line:
            raise ValueError(_CUT_SHORT)
        name, _, value = line.decode("latin-1").partition(":")
        headers[name.strip().lower()] = value.strip()
    if headers.get("expect", "").lower() == "100-continue":
        connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
    return Request(method, target, headers, _read_body(reader, headers))


def _read_body(reader: BinaryIO, headers: Mapping[str, str]) -> bytes:
    if length := headers.get("content-length"):
        return _whole(reader, int(length))
    if "chunked" not in headers.get("transfer-encoding", "").lower():
        return b""
    chunks: list[bytes] = []
    while size := int(reader.readline(_LINE_LIMIT_BYTES).split(b";")[0], 16):
        chunks.append(_whole(reader, size))
        reader.readline(_LINE_LIMIT_BYTES)
    while reader.readline(_LINE_LIMIT_BYTES) not in (b"\r\n", b"\n", b""):
        pass
    return b"".join(chunks)


def _whole(reader: BinaryIO, size: int) -> bytes:
    """Read so many bytes; what was cut short, its sender having died, is no request."""
    read = reader.read(size)
    if len(read) < size:
        raise ValueError(_CUT_SHORT)
    return read


def _render(response: Response, method: str) -> bytes:
    reason = _REASONS.get(response.status, "Unknown")
    lines = [f"HTTP/1.1 {response.status} {reason}"]
    lines += [
        f"{name}: {value}"
        for name, value in response.headers.items()
        if name.lower() not in ("content-length", "transfer-encoding", "connection")
    ]
    lines.append(f"Content-Length: {len(response.body)}")
    head = ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")
    return head if method == "HEAD" else head + response.body
