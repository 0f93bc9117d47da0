"""Asks a server that speaks OpenAI's API, within a size and a time, and reads what it replies.

Whoever uses a model here asks for one JSON object in a form that is given, never with tools.
Retries are the caller's, since the client's know nothing of a turn's deadline.
"""

import json
import time
from collections.abc import Mapping
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from typing import Any, Final, cast

import httpx2
import openai

from handrail.adapters.model.api import Api
from handrail.domain.errors import UnavailableError

UNREADABLE: Final = (ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError)
"""What reading a reply raises that is not as it should be."""

Streaming = AbstractContextManager[openai.APIResponse[Any]]


@dataclass(frozen=True, slots=True)
class Task:
    """What is asked each time, besides the document it is asked about."""

    instructions: str
    form: Mapping[str, Any]
    """The JSON schema of the reply, with its `name` and `strict`."""
    output_tokens_max: int
    reply_bytes_max: int


@dataclass(frozen=True, slots=True)
class Reply:
    """A server's reply, unread."""

    body: bytes
    api: Api

    def tokens(self) -> tuple[int, int] | None:
        """Return what was given and written, where the server says it."""
        names = ("input_tokens", "output_tokens")
        if self.api == "chat":
            names = ("prompt_tokens", "completion_tokens")
        with suppress(ValueError, KeyError, TypeError, RecursionError):
            usage = json.loads(self.body)["usage"]
            given, written = (int(usage[name]) for name in names)
            return given, written
        return None

    def said(self) -> Any:
        """Return the object the model wrote, None when it declined to.

        Raises:
            UnavailableError: it did not finish.
            ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError: the reply
                is not as it should be (`UNREADABLE`).

        """
        reply = json.loads(self.body)
        text = _responses_text(reply) if self.api == "responses" else _chat_text(reply)
        return None if text is None else json.loads(text)


class ModelServer:
    """One model on one server."""

    def __init__(
        self, what: str, *, api_key: str, model: str, base_url: str | None, api: Api
    ) -> None:
        """Take the server; `what` names the model's use in errors ("the judge")."""
        self._what: Final = what
        self._client: Final = openai.OpenAI(api_key=api_key, base_url=base_url, max_retries=0)
        self._model: Final = model
        self._api: Final = api

    def close(self) -> None:
        """Close the connections; a function keeps them for as long as it lives."""
        self._client.close()

    def ask(self, task: Task, document: str, seconds: float) -> Reply:
        """Return the reply to a document.

        Raises:
            openai.APIError: the server refused, failed or went away.
            UnavailableError: the reply is too long or comes too slowly.

        """
        streaming = self._request(task, document, seconds)
        return Reply(bounded(self._what, streaming, task.reply_bytes_max, seconds), self._api)

    def _request(self, task: Task, document: str, seconds: float) -> Streaming:
        if self._api == "responses":
            return self._client.responses.with_streaming_response.create(
                model=self._model,
                instructions=task.instructions,
                input=document,
                max_output_tokens=task.output_tokens_max,
                store=False,
                text=cast("Any", {"format": {"type": "json_schema", **task.form}}),
                timeout=seconds,
            )
        return self._client.chat.completions.with_streaming_response.create(
            model=self._model,
            messages=[
                {"role": "system", "content": task.instructions},
                {"role": "user", "content": document},
            ],
            max_completion_tokens=task.output_tokens_max,
            response_format=cast("Any", {"type": "json_schema", "json_schema": task.form}),
            timeout=seconds,
        )


def bounded(what: str, streaming: Streaming, bytes_max: int, seconds: float) -> bytes:
    """Return a reply's body; it is read here, so that its size and time are bounded.

    Raises:
        openai.APIError: the server refused, failed or went away.
        UnavailableError: the reply is too long or comes too slowly.

    """
    until = time.monotonic() + seconds
    body = bytearray()
    with streaming as response:
        try:
            for chunk in response.iter_bytes():
                body += chunk
                if len(body) > bytes_max or time.monotonic() > until:
                    message = f"{what}'s reply is too long or comes too slowly"
                    raise UnavailableError(message)
        except httpx2.HTTPError as error:
            raise openai.APIConnectionError(request=response.http_request) from error
    return bytes(body)


def unavailable(what: str, error: openai.APIError) -> UnavailableError:
    """Say what failed without the reply's words, which may quote the request."""
    status = getattr(error, "status_code", None)
    how = f"with status {status}" if status else f"({type(error).__name__})"
    return UnavailableError(f"{what}'s server failed {how}")


def unreadable(what: str, error: Exception | None = None) -> UnavailableError:
    """Say that a reply is not what was asked for, without its words."""
    if error is None:
        return UnavailableError(f"{what}'s reply has another shape than the one asked for")
    return UnavailableError(f"{what}'s reply cannot be read ({type(error).__name__})")


def _responses_text(reply: Mapping[str, Any]) -> str | None:
    if reply["status"] != "completed":
        raise _unfinished(reply["status"])
    parts = [
        part for item in reply["output"] if item["type"] == "message" for part in item["content"]
    ]
    if any(part["type"] == "refusal" for part in parts):
        return None
    return "".join(part["text"] for part in parts if part["type"] == "output_text")


def _chat_text(reply: Mapping[str, Any]) -> str | None:
    choice = reply["choices"][0]
    if choice["message"].get("refusal") or choice["finish_reason"] == "content_filter":
        return None
    if choice["finish_reason"] != "stop":
        raise _unfinished(choice["finish_reason"])
    return str(choice["message"]["content"])


def _unfinished(why: object) -> UnavailableError:
    return UnavailableError(f"the model did not finish its reply: {str(why)[:40]!r}")
