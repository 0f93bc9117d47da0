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
from handrail.application.site import Site
from handrail.application.site_settings import SiteSettings
from handrail.application.web_chat import WebChat, typing_frame
from handrail.application.web_files import WebFiles
from handrail.domain.delivery import Action, Button, OutboundMessage, Speaker
from handrail.domain.errors import UnavailableError
from handrail.domain.message import InboundMessage
from support.fakes_web import FakeConnections, FakeMailbox, FakeSurveys, FakeUploads

WEBSOCKET_PATH = "/ws"
FILE_BYTES_MAX = 1_000_000

SHOP = """<!doctype html>
<html lang="{language}" dir="{direction}"><head><meta charset="utf-8"><title>A shop</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="/shop.css"><script src="{chat}/widget.js" async {data}></script>
</head><body><header><b>Lantern &amp; Loom</b><nav>
<a href="/shop?lamps">Lamps</a><a href="/shop?rugs">Rugs</a>
<a href="#" data-handrail-open>Help</a></nav></header>
<main><h1>Light for long evenings</h1><p>Hand-made lamps and woven rugs, sent within two days.</p>
<ul><li></li><li></li><li></li><li></li><li></li><li></li></ul></main></body></html>"""
SHOP_CSS = """*{box-sizing:border-box}
iframe,dialog,button{display:none!important;color:red!important}
body{margin:0;font:16px/1.5 Georgia,serif;background:#faf6ef;color:#2b2118}
header{display:flex;justify-content:space-between;padding:20px 6vw;border-bottom:1px solid #e5dccd}
nav{display:flex;gap:24px} a{color:inherit} main{padding:6vh 6vw} h1{font-size:44px;margin:0}
ul{list-style:none;padding:0;display:grid;gap:20px}
ul{grid-template-columns:repeat(auto-fill,minmax(200px,1fr))}
li{height:220px;border-radius:8px;background:linear-gradient(160deg,#e8d7b8,#c79b63)}
@media(prefers-color-scheme:dark){body{background:#1d1813;color:#efe6d8}header{border-color:#3a3128}}
"""
"""A company's page, which would break the chat if it could, and forbids what it can."""


@dataclass
class LoopPush:
    """Pushes into the open WebSockets of this server, from whatever thread."""

    loop: asyncio.AbstractEventLoop | None = None
    sockets: dict[str, web.WebSocketResponse] = field(default_factory=dict)
    lossy: bool = False
    dead: set[str] = field(default_factory=set)
    """Connections that look open and bring nothing, as after a machine has slept."""

    def push(self, connection_id: str, data: str) -> bool:
        socket = self.sockets.get(connection_id)
        if socket is None or socket.closed or self.loop is None:
            return False
        if not self.lossy and connection_id not in self.dead:
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
        self.uploads = FakeUploads()
        self.surveys = FakeSurveys()
        self.store_away = False
        self.channel = WebChannel(self.sessions, self.mailbox, self.connections, self.push)
        self.chat = WebChat(
            sessions=self.sessions,
            channel=self.channel,
            mailbox=self.mailbox,
            connections=self.connections,
            push=self.push,
            accept=self._accept,
            files=WebFiles(self.uploads, FILE_BYTES_MAX),
            surveys=self.surveys,
        )
        self.requests: list[str] = []
        self.url = ""
        self.chat_url = ""
        """The same page under a name of the company's."""
        self.shop_url = ""
        """A page of the company's site, of another origin than the chat, with the widget on it."""
        self.partner_url = ""
        """The same on another site, where browsers may refuse the frame its storage."""
        self.shop = {"language": "en", "direction": "ltr", "data": ""}
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
        phrase: str | None = None,
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
                phrase=phrase,
            ),
        )

    def type(self, speaker: Speaker) -> None:
        """Show the customer who wrote last that somebody is writing."""
        for connection in self.connections.open_for(self.said[-1].sender.ids[0]):
            self.push.push(connection, typing_frame(speaker))

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

    async def _store(self, request: web.Request) -> web.Response:
        fields: dict[str, Any] = dict(await request.post())
        data = fields["file"].file.read()
        anybody = {"access-control-allow-origin": "*"}
        if self.store_away:
            return web.Response(status=503, headers=anybody)
        if len(data) > int(fields["most"]):
            return web.Response(status=400, headers=anybody)
        self.uploads.new[fields["key"]] = data
        return web.Response(status=204, headers=anybody)

    async def _shop(self, request: web.Request) -> web.Response:
        if request.path.endswith(".css"):
            return web.Response(text=SHOP_CSS, content_type="text/css")
        policy = (
            f"default-src 'none'; script-src {self.chat_url}; frame-src {self.chat_url}; "
            "style-src 'self'; require-trusted-types-for 'script'; trusted-types 'none'"
        )
        return web.Response(
            text=SHOP.format(chat=self.chat_url, **self.shop),
            content_type="text/html",
            headers={"content-security-policy": policy},
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
        app.router.add_post("/store", self._store)
        app.router.add_get("/shop", self._shop)
        app.router.add_get("/shop.css", self._shop)
        app.router.add_route("*", "/{path:.*}", self._http)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        server = web.TCPSite(runner, "127.0.0.1", port)
        await server.start()
        bound: Any = runner.addresses[0]
        self.url = f"http://127.0.0.1:{bound[1]}"
        self.chat_url = f"http://chat.shop.localhost:{bound[1]}"
        allowed = (f"http://www.shop.localhost:{bound[1]}", f"http://localhost:{bound[1]}")
        self.shop_url, self.partner_url = (f"{origin}/shop" for origin in allowed)
        settings = SiteSettings(
            websocket_url=f"ws://127.0.0.1:{bound[1]}{WEBSOCKET_PATH}",
            frame_ancestors=allowed,
            files_origin=self.url,
        )
        self.uploads.url = f"{self.url}/store"
        self._site = Site(
            packaged_assets(), self.catalogue, self.language_names, self.chat, settings
        )
        ready.set()
        await stop.wait()
        assert runner.server is not None
        transports = [one.transport for one in runner.server.connections]
        await runner.cleanup()
        # Closing only asks the loop to close, and this loop is about to end.
        for transport in transports:
            if transport is not None:
                transport.abort()
        await asyncio.sleep(0)

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
