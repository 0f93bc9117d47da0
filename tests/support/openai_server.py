"""A stand-in for a server that speaks OpenAI's API, over real HTTP on loopback, good and bad."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BufferedIOBase
from typing import Any

GOOD = {"answer": "Refunds take 5 days.", "citations": ["p1"], "wants_person": False}


@dataclass
class Reply:
    """What the server does with one request."""

    status: int = 200
    draft: object = None
    """Becomes the model's text, as JSON unless it is a string already."""
    raw: bytes | None = None
    """The whole body instead, byte for byte."""
    headers: dict[str, str] = field(default_factory=dict)
    promised_bytes: int | None = None
    """A Content-Length that is more than what comes."""
    drip_seconds: float = 0
    """Pause between single bytes of the body."""
    hang_until: threading.Event | None = None
    finish: str = "stop"
    refusal: bool = False
    meanings: tuple[tuple[str, ...], ...] = ()
    """Words that mean the same, in any language: what embeddings are made of."""
    tokens: tuple[int, int] | None = None
    """How many went in and came out, as the server counts them."""


def good(**changes: object) -> Reply:
    return Reply(draft={**GOOD, **changes})


@dataclass
class OpenAIServer:
    """Answers with `replies` in turn, the last one for ever; keeps what it was asked."""

    url: str
    replies: list[Reply]
    requests: list[dict[str, Any]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)

    def next_reply(self) -> Reply:
        return self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]


def responses_body(reply: Reply) -> dict[str, Any]:
    text = reply.draft if isinstance(reply.draft, str) else json.dumps(reply.draft)
    part = {"type": "output_text", "text": text, "annotations": []}
    if reply.refusal:
        part = {"type": "refusal", "refusal": "I can't help with that."}
    return {
        "id": "resp_1",
        "object": "response",
        "status": "completed" if reply.finish == "stop" else "incomplete",
        "output": [
            {"type": "reasoning", "id": "rs_1", "summary": []},
            {"type": "message", "id": "msg_1", "role": "assistant", "content": [part]},
        ],
    }


def chat_body(reply: Reply) -> dict[str, Any]:
    text = reply.draft if isinstance(reply.draft, str) else json.dumps(reply.draft)
    message: dict[str, Any] = {"role": "assistant", "content": text}
    if reply.refusal:
        message = {"role": "assistant", "content": None, "refusal": "I can't help with that."}
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "choices": [{"index": 0, "message": message, "finish_reason": reply.finish}],
    }


_USAGE = {True: ("input_tokens", "output_tokens"), False: ("prompt_tokens", "completion_tokens")}
VECTOR_NUMBERS = 16


def embeddings_body(reply: Reply, texts: list[str]) -> dict[str, Any]:
    """Return a vector for each text: a number for each meaning, and a little of everything."""
    rows = []
    for index, text in enumerate(texts):
        vector = [0.05] * VECTOR_NUMBERS
        for number, words in enumerate(reply.meanings):
            vector[number] += any(word in text.casefold() for word in words)
        rows.append({"object": "embedding", "index": index, "embedding": vector})
    return {"object": "list", "data": rows[::-1], "model": "test-embeddings"}


@contextmanager
def openai_server(*replies: Reply) -> Iterator[OpenAIServer]:
    """Serve on a free port of loopback until the block ends."""
    ended = threading.Event()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(lambda: state, ended))
    server.daemon_threads = True
    state = OpenAIServer(f"http://127.0.0.1:{server.server_port}/v1", list(replies) or [good()])
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield state
    finally:
        ended.set()
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(
    state: Callable[[], OpenAIServer], ended: threading.Event
) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            request = self.rfile.read(int(self.headers["content-length"]))
            server = state()
            server.paths.append(self.path)
            server.requests.append(json.loads(request))
            reply = server.next_reply()
            if reply.hang_until is not None:
                while not (ended.is_set() or reply.hang_until.wait(0.01)):
                    pass
                self.close_connection = True
                return
            self._send(reply, json.loads(request))

        def _send(self, reply: Reply, request: dict[str, Any]) -> None:
            body = reply.raw
            if body is None and self.path.endswith("/embeddings"):
                body = json.dumps(embeddings_body(reply, request["input"])).encode()
            elif body is None:
                responses = self.path.endswith("/responses")
                made = responses_body(reply) if responses else chat_body(reply)
                if reply.tokens is not None:
                    names = _USAGE[responses]
                    made["usage"] = dict(zip(names, reply.tokens, strict=True))
                body = json.dumps(made).encode()
            self.send_response(reply.status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(reply.promised_bytes or len(body)))
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.close_connection = reply.promised_bytes is not None
            with suppress(OSError):  # the client may have left, as it should
                _write(self.wfile, body, reply.drip_seconds, ended)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Say nothing."""

    return Handler


def _write(file: BufferedIOBase, body: bytes, drip_seconds: float, ended: threading.Event) -> None:
    if not drip_seconds:
        file.write(body)
        return
    for byte in body:
        file.write(bytes([byte]))
        if ended.is_set():
            return
        ended.wait(drip_seconds)
