"""A judge of answers: a model that reads an answer beside its passages, in whatever languages.

It is asked one question and returns one word. Whatever is not exactly that is no verdict.
"""

import json
import time
from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any, Final, Literal, cast

import httpx2
import openai

from handrail.adapters.circuit_breaker import CircuitBreaker
from handrail.adapters.model.instructions import JUDGE_INSTRUCTIONS
from handrail.adapters.patience import within
from handrail.application.ports import Clock
from handrail.domain.errors import UnavailableError
from handrail.domain.knowledge import Passage

OUTPUT_TOKENS_MAX: Final = 800
"""The verdict takes ten; the rest is room for models that think before they write."""
REPLY_BYTES_MAX: Final = 65_536
_SECONDS_KEPT_BACK: Final = 0.1
_FORM: Final = {
    "name": "verdict",
    "strict": True,
    "schema": {
        "type": "object",
        "properties": {"supported": {"type": "boolean"}},
        "required": ["supported"],
        "additionalProperties": False,
    },
}


class OpenAIJudge:
    """A `Judge` over any server that speaks OpenAI's API."""

    def __init__(
        self,
        clock: Clock,
        *,
        api_key: str,
        model: str,
        base_url: str | None = None,
        api: Literal["responses", "chat"] = "responses",
        breaker: CircuitBreaker | None = None,
    ) -> None:
        # No retry: the step that asks has seconds, and goes on without a verdict.
        self._client: Final = openai.OpenAI(api_key=api_key, base_url=base_url, max_retries=0)
        self._clock: Final = clock
        self._model: Final = model
        self._api: Final = api
        self._breaker: Final = breaker or CircuitBreaker("the judge", time.monotonic)

    def close(self) -> None:
        """Close the connections to the model's server."""
        self._client.close()

    def agrees(self, answer: str, passages: Sequence[Passage], deadline: float) -> bool:
        """Say whether every statement of an answer stands in the passages.

        Raises:
            UnavailableError: there is no verdict by the deadline, or none that can be read.

        """
        document = json.dumps(
            {
                "reply": answer,
                "passages": [
                    {"title": passage.title, "text": passage.text} for passage in passages
                ],
            },
            ensure_ascii=False,
        )
        return self._breaker.call(lambda: self._ask(document, deadline))

    def _ask(self, document: str, deadline: float) -> bool:
        seconds = deadline - _SECONDS_KEPT_BACK - self._clock.now()
        try:
            body = within(seconds, "the judge", lambda: self._post(document, seconds))
        except openai.APIError as error:
            # What the server says may quote the request.
            status = getattr(error, "status_code", type(error).__name__)
            message = f"the judge's server failed ({status})"
            raise UnavailableError(message) from None
        return _verdict(body, self._api)

    def _post(self, document: str, seconds: float) -> bytes:
        until = time.monotonic() + seconds
        body = bytearray()
        with self._request(document, seconds) as response:
            try:
                for chunk in response.iter_bytes():
                    body += chunk
                    if len(body) > REPLY_BYTES_MAX or time.monotonic() > until:
                        message = "the judge's reply is too long or comes too slowly"
                        raise UnavailableError(message)
            except httpx2.HTTPError as error:
                raise openai.APIConnectionError(request=response.http_request) from error
        return bytes(body)

    def _request(
        self, document: str, seconds: float
    ) -> AbstractContextManager[openai.APIResponse[Any]]:
        if self._api == "responses":
            return self._client.responses.with_streaming_response.create(
                model=self._model,
                instructions=JUDGE_INSTRUCTIONS,
                input=document,
                max_output_tokens=OUTPUT_TOKENS_MAX,
                store=False,
                text=cast("Any", {"format": {"type": "json_schema", **_FORM}}),
                timeout=seconds,
            )
        return self._client.chat.completions.with_streaming_response.create(
            model=self._model,
            messages=[
                {"role": "system", "content": JUDGE_INSTRUCTIONS},
                {"role": "user", "content": document},
            ],
            max_completion_tokens=OUTPUT_TOKENS_MAX,
            response_format=cast("Any", {"type": "json_schema", "json_schema": _FORM}),
            timeout=seconds,
        )


def _verdict(body: bytes, api: str) -> bool:
    try:
        reply = json.loads(body)
        if api == "responses":
            finished = reply["status"] == "completed"
            text = "".join(
                part["text"]
                for item in reply["output"]
                if item["type"] == "message"
                for part in item["content"]
                if part["type"] == "output_text"
            )
        else:
            finished = reply["choices"][0]["finish_reason"] == "stop"
            text = str(reply["choices"][0]["message"]["content"])
        match json.loads(text) if finished else None:
            case {"supported": bool(supported), **rest} if not rest:
                return supported
            case _:
                message = "the judge's reply has another shape than the one asked for"
                raise UnavailableError(message)
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError) as error:
        message = f"the judge's reply cannot be read ({type(error).__name__})"
        raise UnavailableError(message) from None
