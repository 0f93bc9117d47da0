"""The front door on 127.0.0.1: one port for the HTTP API, the WebSocket API and `@connections`.

A WebSocket API is at the path of its stage, as on AWS; the HTTP API has everything else.
`/healthz` belongs to the stack itself.
"""

from __future__ import annotations

import asyncio
import json
import socket
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final
from urllib.parse import unquote

from aiohttp import web

from handrail_ops.local.apis import HttpApi, WebSocketApi
from handrail_ops.local.aws_processes import StackStartError
from handrail_ops.local.http_gateway import PAYLOAD_LIMIT_BYTES, HttpGateway
from handrail_ops.local.invocations import Outcome
from handrail_ops.local.lambda_service import LambdaService
from handrail_ops.local.template import TemplateError
from handrail_ops.local.websocket_gateway import IDLE_SECONDS, WebSocketGateway

HEALTH_PATH: Final = "/healthz"
_INVOKING_THREADS: Final = 128
_GONE: Final = {"x-amzn-ErrorType": "GoneException"}
_TOO_LARGE: Final = {"x-amzn-ErrorType": "PayloadTooLargeException"}


def reserve(port: int) -> socket.socket:
    """A socket bound to the port, so that its address can be told before anything is served."""
    try:
        return socket.create_server(("127.0.0.1", port), backlog=256)
    except OSError as error:
        message = (
            f"port {port} on 127.0.0.1 cannot be used ({error.strerror}); "
            "choose another with --port or PORT"
        )
        raise StackStartError(message) from error


class Gateway:
    """Serves the APIs of a template in a thread of its own."""

    def __init__(
        self,
        listener: socket.socket,
        service: LambdaService,
        http_apis: Sequence[HttpApi],
        websocket_apis: Sequence[WebSocketApi],
        *,
        idle_seconds: float = IDLE_SECONDS,
    ) -> None:
        if len(http_apis) > 1:
            names = ", ".join(api.api_id for api in http_apis)
            message = f"one HTTP API can be served on one port, the template has {names}"
            raise TemplateError(message)
        self._listener = listener
        self._service = service
        self._pool = ThreadPoolExecutor(_INVOKING_THREADS, thread_name_prefix="gateway-invoke")
        self._http = HttpGateway(http_apis[0], self._invoke) if http_apis else None
        self._sockets = {
            api.stage: WebSocketGateway(api, self._invoke, idle_seconds=idle_seconds)
            for api in websocket_apis
        }
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="gateway", daemon=True)
        self._serving = threading.Event()
        self._serves = False
        self._runner: web.AppRunner | None = None

    def start(self) -> None:
        """Serve; returns when requests are answered."""
        self._thread.start()
        self._serving.wait()
        if not self._serves:
            message = "the gateway could not start; the error above says why"
            raise StackStartError(message)

    def stop(self) -> None:
        """Close all connections and stop."""
        if self._serves and self._thread.is_alive():
            asyncio.run_coroutine_threadsafe(self._shut_down(), self._loop).result(timeout=10)
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(timeout=10)
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_until_complete(self._serve())
            self._serves = True
            self._serving.set()
            self._loop.run_forever()
        finally:
            self._serving.set()
            self._loop.close()

    async def _serve(self) -> None:
        application = web.Application(client_max_size=PAYLOAD_LIMIT_BYTES)
        application.router.add_route("*", "/{anything:.*}", self._handle)
        self._runner = web.AppRunner(
            application, access_log=None, auto_decompress=False, shutdown_timeout=1.0
        )
        await self._runner.setup()
        await web.SockSite(self._runner, self._listener).start()

    async def _shut_down(self) -> None:
        for gateway in self._sockets.values():
            await gateway.close()
        if self._runner is not None:
            await self._runner.cleanup()

    async def _invoke(self, function: str, event: Mapping[str, Any]) -> Outcome:
        payload = json.dumps(event).encode()
        return await self._loop.run_in_executor(
            self._pool, self._service.invoke, function, payload
        )

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        if request.path == HEALTH_PATH:
            return web.json_response({"status": "ready"})
        stage, _, rest = request.path.lstrip("/").partition("/")
        gateway = self._sockets.get(stage)
        if gateway is not None and rest.startswith("@connections/"):
            # A connection id ends in "=", which clients send encoded.
            return await self._connections(request, gateway, unquote(rest.split("/", 1)[1]))
        upgrade = request.headers.get("Upgrade", "").lower() == "websocket"
        if gateway is not None and upgrade and not rest:
            return await gateway.handle(request)
        if self._http is not None:
            return await self._http.handle(request)
        return web.json_response({"message": "Not Found"}, status=404)

    @staticmethod
    async def _connections(
        request: web.Request, gateway: WebSocketGateway, identifier: str
    ) -> web.Response:
        match request.method:
            case "POST":
                status = await gateway.push(identifier, await request.read())
                headers = _GONE if status == web.HTTPGone.status_code else _TOO_LARGE
                if status != web.HTTPOk.status_code:
                    return web.json_response({"message": None}, status=status, headers=headers)
                return web.Response(status=200)
            case "DELETE" if await gateway.drop(identifier):
                return web.Response(status=204)
            case "GET" if description := gateway.describe(identifier):
                return web.json_response(description)
            case _:
                return web.json_response({"message": None}, status=410, headers=_GONE)
