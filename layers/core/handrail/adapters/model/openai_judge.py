"""A judge of answers: a model that reads an answer beside its passages, in whatever languages.

It is asked one question and returns one word. Whatever is not exactly that is no verdict.
"""

import json
import time
from collections.abc import Sequence
from typing import Final

import openai

from handrail.adapters.circuit_breaker import CircuitBreaker
from handrail.adapters.model.api import Api
from handrail.adapters.model.instructions import JUDGE_INSTRUCTIONS
from handrail.adapters.model.openai_server import (
    UNREADABLE,
    ModelServer,
    Reply,
    Task,
    unavailable,
    unreadable,
)
from handrail.adapters.patience import within
from handrail.application.ports import Clock
from handrail.domain.knowledge import Passage

_WHAT: Final = "the judge"
"""How errors name it."""

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
_TASK: Final = Task(JUDGE_INSTRUCTIONS, _FORM, OUTPUT_TOKENS_MAX, REPLY_BYTES_MAX)


class OpenAIJudge:
    """A `Judge` over any server that speaks OpenAI's API."""

    def __init__(
        self,
        clock: Clock,
        *,
        api_key: str,
        model: str,
        base_url: str | None = None,
        api: Api = "responses",
        breaker: CircuitBreaker | None = None,
    ) -> None:
        # No retry: the step that asks has seconds, and goes on without a verdict.
        self._server: Final = ModelServer(
            _WHAT, api_key=api_key, model=model, base_url=base_url, api=api
        )
        self._clock: Final = clock
        self._breaker: Final = breaker or CircuitBreaker(_WHAT, time.monotonic)

    def close(self) -> None:
        """Close the connections to the model's server."""
        self._server.close()

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
        ask = self._server.ask
        try:
            reply = within(seconds, _WHAT, lambda: ask(_TASK, document, seconds))
        except openai.APIError as error:
            raise unavailable(_WHAT, error) from None
        return _verdict(reply)


def _verdict(reply: Reply) -> bool:
    try:
        match reply.said():
            case {"supported": bool(supported), **rest} if not rest:
                return supported
            case _:
                raise unreadable(_WHAT)
    except UNREADABLE as error:
        raise unreadable(_WHAT, error) from None
