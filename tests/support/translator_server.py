"""Stands in for the translation services, over real HTTP on loopback, good and bad."""

import html
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

Translate = Callable[[str], str]


@dataclass
class Asked:
    """One request as it came in."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: str

    @property
    def form(self) -> dict[str, str]:
        return {k: v[0] for k, v in parse_qs(self.body, keep_blank_values=True).items()}


@dataclass
class TranslatorServer:
    """Answers in each service's manner with `translate`, or as told."""

    url: str = ""
    translate: Translate = str.upper
    status: int = 200
    raw: bytes | None = None
    padding: bytes = b""
    redirects: int = 0
    """Requests that are sent to where they came to, once more."""
    hang: bool = False
    drip_seconds: float = 0
    delay_seconds: float = 0
    requests: list[Asked] = field(default_factory=list)
    ended: threading.Event = field(default_factory=threading.Event)

    def body(self, asked: Asked) -> bytes:
        if self.raw is not None:
            return self.raw
        match asked.path:
            case "/m":
                said = html.escape(self.translate(asked.query["q"]))
                return f'<html><div class="result-container">{said}</div></html>'.encode()
            case "/v2/translate":
                said = self.translate(asked.form["text"])
                return json.dumps({"translations": [{"text": said}]}).encode()
            case "/libre/translate":
                return json.dumps({"translatedText": self.translate(asked.form["q"])}).encode()
            case "/microsoft":
                said = self.translate(json.loads(asked.body)[0]["text"])
                return json.dumps([{"translations": [{"text": said, "to": "x"}]}]).encode()
            case path:
                raise AssertionError(path)


@contextmanager
def translator_server() -> Iterator[TranslatorServer]:
    """Serve on a free port of loopback until the block ends."""
    state = TranslatorServer()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            _answer(self, state)

        def do_POST(self) -> None:
            _answer(self, state)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    state.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield state
    finally:
        state.ended.set()
        server.shutdown()
        server.server_close()
        thread.join()


def _answer(handler: BaseHTTPRequestHandler, state: TranslatorServer) -> None:
    address = urlsplit(handler.path)
    asked = Asked(
        handler.command,
        address.path,
        {k: v[0] for k, v in parse_qs(address.query).items()},
        {k.lower(): v for k, v in handler.headers.items()},
        handler.rfile.read(int(handler.headers.get("content-length") or 0)).decode(),
    )
    state.requests.append(asked)
    if state.hang:
        state.ended.wait()
        return
    state.ended.wait(state.delay_seconds)
    body = state.body(asked) + state.padding
    redirect = state.redirects > 0
    state.redirects -= 1
    handler.send_response(302 if redirect else state.status)
    if redirect:
        handler.send_header("Location", handler.path)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    with suppress(OSError):  # the client may have left, as it should
        for start in range(0, len(body), 1 if state.drip_seconds else len(body) or 1):
            handler.wfile.write(body[start : start + 1] if state.drip_seconds else body)
            if state.ended.is_set():
                return
            state.ended.wait(state.drip_seconds)
