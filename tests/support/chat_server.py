"""The chat page over real HTTP and WebSocket, with a scripted company behind it.

The page, its assets, sessions and both doors are the product's own; only what would answer is
scripted, so that a browser test says what the customer hears and when.
"""

import asyncio
import contextlib
import itertools
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

from handrail.adapters.channels.signing import SharedSecret
from handrail.adapters.channels.web import WebChannel
from handrail.adapters.channels.web_session import SessionTokens
from handrail.adapters.site import packaged_assets
from handrail.application.ports import Address, Catalogue, Request
from handrail.application.site import Site, SiteSettings
from handrail.application.web_chat import WebChat
from handrail.domain.delivery import Action, Button, OutboundMessage, Speaker
from handrail.domain.errors import UnavailableError
from handrail.domain.message import InboundMessage
from support.fakes_web import FakeConnections, FakeMailbox

WEBSOCKET_PATH = "/ws"


@dataclass
class LoopPush:
    """Pushes into the open WebSockets of this server, from whatever thread."""

    loop: asyncio.AbstractEventLoop | None = None
    sockets: dict[str, web.WebSocketResponse] = field(default_factory=dict)
    lossy: bool = False

    def push(self, connection_id: str, data: str) -> bool:
        socket = self.sockets.get(connection_id)
        if socket is None or socket.closed or self.loop is None:
            return False
        if not self.lossy:
            asyncio.run_coroutine_threadsafe(socket.send_str(data), self.loop)
        return True


class ChatServer:
    """A running chat page; `said` is what customers wrote, `say` is what they hear."""

    def __init__(self, catalogue: Catalogue, language_names: dict[str, str]) -> None:
        self.catalogue = catalogue
        self.language_names = language_names
        self.said: list[InboundMessage] = []
        self.broken = False
        self.websocket = True
        self.answer: Callable[[ChatServer, InboundMessage], None] = lambda _server, _message: None
        self.push = LoopPush()
        self.mailbox = FakeMailbox()
        self.connections = FakeConnections()
        self.secret = SharedSecret("the browser tests' secret")
        self.sessions = SessionTokens(lambda: self.secret)
        self.channel = WebChannel(self.sessions, self.mailbox, self.connections, self.push)
        self.chat = WebChat(
            sessions=self.sessions,
            channel=self.channel,
            mailbox=self.mailbox,
            connections=self.connections,
            push=self.push,
            accept=self._accept,
        )
        self.requests: list[str] = []
        self.url = ""
        self._seen: set[str] = set()
        self._sequences: dict[str, Iterator[int]] = {}
        self._site: Site | None = None

    def say(
        self,
        text: str,
        *,
        speaker: Speaker = Speaker.BOT,
        language: str = "en",
        buttons: Sequence[tuple[Action, str]] | None = None,
        agent: str | None = None,
        session: str | None = None,
    ) -> None:
        """Send a message to a session, the last one that wrote unless told otherwise."""
        session = session or self.said[-1].sender.ids[0]
        phrases = self.catalogue.phrases(language)
        if buttons is None:
            offer = (Action.PERSON, phrases.say("offer.label"))
            buttons = () if speaker is Speaker.AGENT else (offer,)
        sequence = next(self._sequences.setdefault(session, itertools.count(1)))
        self.channel.send(
            Address("web", "site", (session,)),
            OutboundMessage(
                conversation="c",
                sequence=sequence,
                key=f"{session}-{sequence}",
                speaker=speaker,
                text=text,
                language=language,
                direction=phrases.direction,
                buttons=tuple(Button(action, label) for action, label in buttons),
                hint="",
                sent_at=time.time(),
                agent=agent,
            ),
        )

    def _accept(self, messages: Sequence[InboundMessage]) -> None:
        if self.broken:
            reason = "broken on purpose"
            raise UnavailableError(reason)
        for message in messages:
            if message.event_id not in self._seen:
                self._seen.add(message.event_id)
                self.said.append(message)
                self.answer(self, message)

    async def _http(self, request: web.Request) -> web.Response:
        self.requests.append(f"{request.method} {request.path}")
        assert self._site is not None
        asked = Request(
            request.method,
            request.path,
            {name.lower(): value for name, value in request.headers.items()},
            dict(request.query),
            await request.read(),
        )
        answer = await asyncio.to_thread(self._site.respond, asked, time.time())
        return web.Response(
            status=answer.status, body=answer.body.encode(), headers=dict(answer.headers)
        )

    async def _socket(self, request: web.Request) -> web.WebSocketResponse:
        if not self.websocket:
            raise web.HTTPServiceUnavailable
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        connection = f"connection-{id(socket)}"
        self.push.sockets[connection] = socket
        try:
            async for frame in socket:
                if frame.type is WSMsgType.TEXT:
                    await asyncio.to_thread(
                        self.chat.receive_frame, connection, frame.data, time.time()
                    )
        finally:
            del self.push.sockets[connection]
            self.chat.disconnect(connection)
        return socket

    def cut_connections(self) -> None:
        """Close every open WebSocket, as a network would."""
        loop = self.push.loop
        assert loop is not None
        for socket in list(self.push.sockets.values()):
            asyncio.run_coroutine_threadsafe(socket.close(), loop).result(5)

    async def _serve(self, ready: threading.Event, stop: asyncio.Event, port: int) -> None:
        app = web.Application(client_max_size=10_000_000)
        app.router.add_get(WEBSOCKET_PATH, self._socket)
        app.router.add_route("*", "/{path:.*}", self._http)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        server = web.TCPSite(runner, "127.0.0.1", port)
        await server.start()
        bound: Any = runner.addresses[0]
        self.url = f"http://127.0.0.1:{bound[1]}"
        settings = SiteSettings(websocket_url=f"ws://127.0.0.1:{bound[1]}{WEBSOCKET_PATH}")
        self._site = Site(
            packaged_assets(), self.catalogue, self.language_names, self.chat, settings
        )
        ready.set()
        await stop.wait()
        await runner.cleanup()

    @contextlib.contextmanager
    def running(self, port: int = 0) -> Iterator["ChatServer"]:
        """Serve until the block ends."""
        ready = threading.Event()
        loop = asyncio.new_event_loop()
        stop = asyncio.Event()
        self.push.loop = loop

        def serve() -> None:
            with contextlib.closing(loop):
                loop.run_until_complete(self._serve(ready, stop, port))

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        if not ready.wait(10):
            message = "the chat server did not start"
            raise RuntimeError(message)
        try:
            yield self
        finally:
            loop.call_soon_threadsafe(stop.set)
            thread.join(10)
