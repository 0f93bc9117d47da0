"""A peer on 127.0.0.1, for the local stack to send to."""

from __future__ import annotations

import socket
from contextlib import AbstractContextManager, closing

from handrail.adapters.channels.direct import CallbackNotSentError, CallbackUnansweredError
from handrail_ops.channels.peers.base import Peer
from handrail_ops.local.loopback_http import LoopbackServer, Request, Response

_GATEWAY_TIMEOUT = 504


def serving(peer: Peer, port: int = 0) -> AbstractContextManager[LoopbackServer]:
    """Serve a peer until the block ends; 0 takes a free port.

    Raises:
        OSError: the port is taken.

    """

    def handle(request: Request) -> Response:
        try:
            answer = peer.request(request.method, request.target, request.headers, request.body)
        except (CallbackNotSentError, CallbackUnansweredError):
            return Response(_GATEWAY_TIMEOUT)
        return Response(answer.status, answer.body, answer.headers)

    listener = socket.create_server(("127.0.0.1", port))
    return closing(LoopbackServer(handle, name="peer", listener=listener))
