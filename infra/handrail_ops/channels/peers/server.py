"""A peer on 127.0.0.1, for the local stack to send to."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager

from handrail.adapters.channels.direct import CallbackNotSentError, CallbackUnansweredError
from handrail_ops.channels.peers.base import Peer
from handrail_ops.local.loopback_http import LoopbackServer, Request, Response

_GATEWAY_TIMEOUT = 504


@contextmanager
def serving(peer: Peer, port: int = 0) -> Iterator[str]:
    """Serve a peer while the block runs, and say where; 0 takes a free port."""

    def handle(request: Request) -> Response:
        try:
            answer = peer.request(request.method, request.target, request.headers, request.body)
        except (CallbackNotSentError, CallbackUnansweredError):
            return Response(_GATEWAY_TIMEOUT)
        return Response(answer.status, answer.body, answer.headers)

    listener = socket.create_server(("127.0.0.1", port))
    server = LoopbackServer(handle, name="peer", listener=listener)
    try:
        yield server.url
    finally:
        server.close()
