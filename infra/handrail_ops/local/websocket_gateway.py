"""Serves WebSocket APIs as API Gateway does, and the `@connections` that push to their clients."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import datetime as dt
import json
import time
import uuid
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from aiohttp import WSCloseCode, WSMsgType, web

from handrail_ops.local.apis import WebSocketApi
from handrail_ops.local.invocations import Outcome, ThrottledError
from handrail_ops.local.sigv4 import SignatureError, verify

MESSAGE_LIMIT_BYTES: Final = 128 * 1024
IDLE_SECONDS: Final = 600.0
_LIFETIME_SECONDS: Final = 7200.0
_SUCCESS: Final = range(200, 300)

Invoke = Callable[[str, Mapping[str, Any]], Awaitable[Outcome]]


@dataclass(slots=True)
class _Connection:
    identifier: str
    socket: web.WebSocketResponse
    opened: float
    source_ip: str
    user_agent: str
    last_active: float


class WebSocketGateway:
    """Holds the connections of one WebSocket API."""

    def __init__(
        self, api: WebSocketApi, invoke: Invoke, *, idle_seconds: float = IDLE_SECONDS
    ) -> None:
        self.api = api
        self._invoke = invoke
        self._idle_seconds = idle_seconds
        self._connections: dict[str, _Connection] = {}

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """One connection, from $connect to $disconnect."""
        identifier = base64.b64encode(uuid.uuid4().bytes[:11]).decode()
        connected_at = time.time()
        context = self._context(request, identifier, connected_at)
        refused, protocol = await self._connect(request, context)
        if refused is not None:
            return refused
        socket = web.WebSocketResponse(
            max_msg_size=MESSAGE_LIMIT_BYTES, protocols=[protocol] if protocol else []
        )
        await socket.prepare(request)
        self._connections[identifier] = _Connection(
            identifier,
            socket,
            connected_at,
            request.remote or "127.0.0.1",
            request.headers.get("User-Agent", ""),
            connected_at,
        )
        try:
            await self._converse(socket, context)
        finally:
            self._connections.pop(identifier, None)
            await self._disconnect(socket, context)
        return socket

    async def push(self, identifier: str, data: bytes) -> int:
        """Send to a client; the HTTP status of the answer."""
        connection = self._connections.get(identifier)
        if connection is None or connection.socket.closed:
            return 410
        if len(data) > MESSAGE_LIMIT_BYTES:
            return 413
        try:
            await connection.socket.send_str(data.decode())
        except (ConnectionError, RuntimeError):
            return 410
        connection.last_active = time.time()
        return 200

    def describe(self, identifier: str) -> dict[str, Any] | None:
        """What GetConnection says of a client; None if there is none."""
        connection = self._connections.get(identifier)
        if connection is None:
            return None
        return {
            "connectedAt": _iso(connection.opened),
            "lastActiveAt": _iso(connection.last_active),
            "identity": {
                "sourceIp": connection.source_ip,
                "userAgent": connection.user_agent,
            },
        }

    async def drop(self, identifier: str) -> bool:
        """Close a client's connection; False if there is none."""
        connection = self._connections.get(identifier)
        if connection is None:
            return False
        # The closing handshake takes as long as the client likes.
        closing = asyncio.ensure_future(connection.socket.close(code=WSCloseCode.OK))
        closing.add_done_callback(lambda _: None)
        return True

    async def close(self) -> None:
        """Close every connection."""
        for connection in list(self._connections.values()):
            with contextlib.suppress(Exception):
                await connection.socket.close(code=WSCloseCode.GOING_AWAY)

    async def _connect(
        self, request: web.Request, context: Mapping[str, Any]
    ) -> tuple[web.Response | None, str | None]:
        headers = dict(request.headers)
        if self.api.iam:
            lowered = {name.lower(): value for name, value in headers.items()}
            url = request.rel_url
            try:
                verify(
                    "GET",
                    url.raw_path,
                    url.raw_query_string,
                    lowered,
                    b"",
                    dt.datetime.now(dt.UTC),
                )
            except SignatureError as error:
                return web.json_response({"message": str(error)}, status=403), None
        function = self.api.routes.get("$connect")
        if function is None:
            return None, None
        event: dict[str, Any] = {
            "headers": headers,
            "multiValueHeaders": {name: request.headers.getall(name) for name in headers},
            "requestContext": {**context, "routeKey": "$connect", "eventType": "CONNECT"},
            "isBase64Encoded": False,
        }
        if request.query:
            event["queryStringParameters"] = dict(request.query)
            event["multiValueQueryStringParameters"] = {
                name: request.query.getall(name) for name in request.query
            }
        try:
            outcome = await self._invoke(function, event)
            answer = {} if outcome.error else json.loads(outcome.payload)
            status = int(answer.get("statusCode", 500)) if isinstance(answer, dict) else 500
        except ThrottledError:
            status, answer = 429, {}
        except ValueError:
            status, answer = 502, {}
        if status not in _SUCCESS:
            return web.Response(status=status), None
        returned = {name.lower(): value for name, value in (answer.get("headers") or {}).items()}
        return None, returned.get("sec-websocket-protocol")

    async def _converse(self, socket: web.WebSocketResponse, context: dict[str, Any]) -> None:
        connection = self._connections[context["connectionId"]]
        ends = time.monotonic() + _LIFETIME_SECONDS
        while (remaining := ends - time.monotonic()) > 0:
            try:
                message = await socket.receive(min(self._idle_seconds, remaining))
            except TimeoutError:
                idle = time.time() - connection.last_active
                if idle < self._idle_seconds and remaining > self._idle_seconds:
                    continue
                break
            if message.type not in (WSMsgType.TEXT, WSMsgType.BINARY):
                return
            connection.last_active = time.time()
            await self._dispatch(socket, context, message.data)
        await socket.close(code=WSCloseCode.GOING_AWAY, message=b"Going away")

    async def _dispatch(
        self, socket: web.WebSocketResponse, context: Mapping[str, Any], data: str | bytes
    ) -> None:
        key = self._route_key(data)
        request_id = str(uuid.uuid4())
        if key is None:
            await self._complain(socket, context, "Forbidden", request_id)
            return
        event = {
            "requestContext": {
                **context,
                "requestId": request_id,
                "routeKey": key,
                "eventType": "MESSAGE",
                "messageId": str(uuid.uuid4()),
                "requestTimeEpoch": int(time.time() * 1000),
            },
            "body": data if isinstance(data, str) else base64.b64encode(data).decode(),
            "isBase64Encoded": isinstance(data, bytes),
        }
        try:
            outcome = await self._invoke(self.api.routes[key], event)
        except ThrottledError:
            outcome = Outcome(b"", "Throttled")
        if outcome.error:
            await self._complain(socket, context, "Internal server error", request_id)

    @staticmethod
    async def _complain(
        socket: web.WebSocketResponse, context: Mapping[str, Any], text: str, request_id: str
    ) -> None:
        connection_id = context["connectionId"]
        told = {"message": text, "connectionId": connection_id, "requestId": request_id}
        with contextlib.suppress(ConnectionError, RuntimeError):
            await socket.send_json(told)

    def _route_key(self, data: str | bytes) -> str | None:
        try:
            body = json.loads(data)
        except ValueError:
            body = None
        key = body.get(self.api.selection) if isinstance(body, dict) else None
        if isinstance(key, str) and key in self.api.routes and not key.startswith("$"):
            return key
        return "$default" if "$default" in self.api.routes else None

    async def _disconnect(self, socket: web.WebSocketResponse, context: Mapping[str, Any]) -> None:
        function = self.api.routes.get("$disconnect")
        if function is None:
            return
        event = {
            "headers": {"Host": context["domainName"]},
            "requestContext": {
                **context,
                "routeKey": "$disconnect",
                "eventType": "DISCONNECT",
                "disconnectStatusCode": socket.close_code or WSCloseCode.ABNORMAL_CLOSURE,
                "disconnectReason": "",
            },
            "isBase64Encoded": False,
        }
        with contextlib.suppress(ThrottledError):
            await self._invoke(function, event)

    def _context(
        self, request: web.Request, identifier: str, connected_at: float
    ) -> dict[str, Any]:
        now = dt.datetime.now(dt.UTC)
        request_id = str(uuid.uuid4())
        return {
            "apiId": self.api.api_id,
            "connectedAt": int(connected_at * 1000),
            "connectionId": identifier,
            "domainName": request.host,
            "extendedRequestId": request_id,
            "identity": {
                "sourceIp": request.remote or "127.0.0.1",
                "userAgent": request.headers.get("User-Agent", ""),
            },
            "messageDirection": "IN",
            "requestId": request_id,
            "requestTime": now.strftime("%d/%b/%Y:%H:%M:%S +0000"),
            "requestTimeEpoch": int(connected_at * 1000),
            "stage": self.api.stage,
        }


def _iso(seconds: float) -> str:
    return dt.datetime.fromtimestamp(seconds, dt.UTC).isoformat().replace("+00:00", "Z")
