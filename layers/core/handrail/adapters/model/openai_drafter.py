"""Answers written by a language model, from the company's passages only.

The model proposes and decides nothing: no tools, no secrets, no say in whether a person is
offered. What a customer or an article says reaches it as quoted data. What it returns is read
strictly; whatever is not exactly as asked for ends as a person, never as a guess.
"""

import json
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from typing import Any, Final, Literal, cast

import httpx2
import openai

from handrail.adapters.circuit_breaker import CircuitBreaker
from handrail.adapters.model.instructions import INSTRUCTIONS
from handrail.adapters.model.prompt import document, fitting
from handrail.adapters.patience import within
from handrail.application.ports import Clock, Exchange
from handrail.domain.errors import UnavailableError
from handrail.domain.glossary import Glossary
from handrail.domain.knowledge import Found, person_instead
from handrail.domain.limits import ANSWER_CHARS_MAX, PASSAGES_MAX
from handrail.domain.turn import Answered, NeedsPerson, Outcome, Reason

Api = Literal["responses", "chat"]
"""`responses` is OpenAI's own; most compatible servers speak `chat`."""

CONFIDENCE_MIN: Final = 0.15
"""Passages found with less say nothing even to a model, which understands other words for it."""
OUTPUT_TOKENS_MAX: Final = 1_500
"""An answer takes some 300; the rest is room for models that think before they write."""
REPLY_BYTES_MAX: Final = 262_144

_SECONDS_KEPT_BACK: Final = 0.25
"""What is left of the deadline for reading the reply and returning."""
_RETRY_SECONDS_MIN: Final = 2.0
"""A second attempt with less time than this would only fail later."""
_RETRY_AFTER_SECONDS: Final = 0.5
_RETRIED_STATUSES: Final = frozenset({408, 409, 429, 500, 502, 503, 504, 529})


@dataclass(frozen=True, slots=True)
class _Draft:
    answer: str
    citations: tuple[str, ...]
    wants_person: bool


class OpenAIDrafter:
    """A `Drafter` over any server that speaks OpenAI's API."""

    def __init__(
        self,
        clock: Clock,
        *,
        api_key: str,
        model: str,
        base_url: str | None = None,
        api: Api = "responses",
        output_tokens_max: int = OUTPUT_TOKENS_MAX,
        glossary: Glossary | None = None,
        used: Callable[[int, int], None] = lambda _given, _written: None,
        breaker: CircuitBreaker | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Take the model. `used` is told of the tokens of each reply: those given and written."""
        # Retries are ours, since the client's know nothing of the turn's deadline.
        self._client: Final = openai.OpenAI(api_key=api_key, base_url=base_url, max_retries=0)
        self._clock: Final = clock
        self._model: Final = model
        self._api: Final = api
        self._output_tokens_max: Final = output_tokens_max
        self._breaker: Final = breaker or CircuitBreaker("the model", time.monotonic)
        self._glossary: Final = glossary or Glossary()
        self._used: Final = used
        self._sleep: Final = sleep

    def close(self) -> None:
        """Close the connections; a function keeps them for as long as it lives."""
        self._client.close()

    def draft(
        self,
        question: str,
        language: str,
        passages: Sequence[Found],
        history: Sequence[Exchange],
        deadline: float,
    ) -> Outcome:
        """Return the model's answer, or that a person is needed.

        Raises:
            UnavailableError: the model failed, is throttled, or answered too late or nonsense.

        """
        person = person_instead(passages, CONFIDENCE_MIN)
        if person is not None:
            return person
        free = [found for found in passages[:PASSAGES_MAX] if not found.passage.sensitive]
        given = {f"p{number}": found for number, found in enumerate(fitting(free), 1)}
        told = document(question, language, given, history, self._glossary)
        reply = self._breaker.call(lambda: self._ask(told, tuple(given), deadline))
        return _outcome(reply, language, given)

    def _ask(self, document: str, labels: Sequence[str], deadline: float) -> _Draft | None:
        """Return the model's draft, or None when it declined; try again once if there is time."""
        try:
            return self._attempt(document, labels, deadline)
        except openai.APIStatusError as error:
            if error.status_code not in _RETRIED_STATUSES:
                raise _unavailable(error) from None
            pause = _retry_after(error.response.headers)
            failure = _unavailable(error)
        except openai.APIConnectionError as error:
            pause, failure = _RETRY_AFTER_SECONDS, _unavailable(error)
        if self._seconds_left(deadline) - pause < _RETRY_SECONDS_MIN:
            raise failure
        self._sleep(pause)
        try:
            return self._attempt(document, labels, deadline)
        except openai.APIError as error:
            raise _unavailable(error) from None

    def _attempt(self, document: str, labels: Sequence[str], deadline: float) -> _Draft | None:
        seconds = self._seconds_left(deadline)
        body = within(seconds, "the model", lambda: self._post(document, labels, seconds))
        self._count(body)
        return _read(body, self._api)

    def _count(self, body: bytes) -> None:
        """Tell what a reply cost, where the server says it; also of one that cannot be used."""
        names = ("input_tokens", "output_tokens")
        if self._api == "chat":
            names = ("prompt_tokens", "completion_tokens")
        with suppress(ValueError, KeyError, TypeError, RecursionError):
            usage = json.loads(body)["usage"]
            given, written = (int(usage[name]) for name in names)
            self._used(given, written)

    def _seconds_left(self, deadline: float) -> float:
        return deadline - _SECONDS_KEPT_BACK - self._clock.now()

    def _post(self, document: str, labels: Sequence[str], seconds: float) -> bytes:
        """Return the reply's body; it is read here, so that its size and time are bounded."""
        until = time.monotonic() + seconds
        body = bytearray()
        with self._request(document, labels, seconds) as response:
            try:
                for chunk in response.iter_bytes():
                    body += chunk
                    if len(body) > REPLY_BYTES_MAX or time.monotonic() > until:
                        message = "the model's reply is too long or comes too slowly"
                        raise UnavailableError(message)
            except httpx2.HTTPError as error:
                raise openai.APIConnectionError(request=response.http_request) from error
        return bytes(body)

    def _request(
        self, document: str, labels: Sequence[str], seconds: float
    ) -> AbstractContextManager[openai.APIResponse[Any]]:
        form = {"name": "draft", "strict": True, "schema": _schema(labels)}
        if self._api == "responses":
            return self._client.responses.with_streaming_response.create(
                model=self._model,
                instructions=INSTRUCTIONS,
                input=document,
                max_output_tokens=self._output_tokens_max,
                store=False,
                text=cast("Any", {"format": {"type": "json_schema", **form}}),
                timeout=seconds,
            )
        return self._client.chat.completions.with_streaming_response.create(
            model=self._model,
            messages=[
                {"role": "system", "content": INSTRUCTIONS},
                {"role": "user", "content": document},
            ],
            max_completion_tokens=self._output_tokens_max,
            response_format=cast("Any", {"type": "json_schema", "json_schema": form}),
            timeout=seconds,
        )


def _schema(labels: Sequence[str]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {
            "answer": {"type": "string"},
            "citations": {"type": "array", "items": {"type": "string", "enum": list(labels)}},
            "wants_person": {"type": "boolean"},
        },
        "required": ["answer", "citations", "wants_person"],
        "additionalProperties": False,
    }


def _read(body: bytes, api: Api) -> _Draft | None:
    """Return the draft in a reply, or None when the model declined to write one."""
    try:
        reply = json.loads(body)
        text = _responses_text(reply) if api == "responses" else _chat_text(reply)
        if text is None:
            return None
        match json.loads(text):
            case {
                "answer": str(answer),
                "citations": list(citations),
                "wants_person": bool(wants_person),
                **rest,
            } if not rest and all(isinstance(label, str) for label in citations):
                return _Draft(answer.strip(), tuple(dict.fromkeys(citations)), wants_person)
            case _:
                message = "the model's reply has another shape than the one asked for"
                raise UnavailableError(message)
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError) as error:
        message = f"the model's reply cannot be read ({type(error).__name__})"
        raise UnavailableError(message) from None


def _responses_text(reply: Mapping[str, Any]) -> str | None:
    if reply["status"] != "completed":
        message = f"the model did not finish its reply: {str(reply['status'])[:40]!r}"
        raise UnavailableError(message)
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
        message = f"the model did not finish its reply: {str(choice['finish_reason'])[:40]!r}"
        raise UnavailableError(message)
    return str(choice["message"]["content"])


def _outcome(draft: _Draft | None, language: str, given: Mapping[str, Found]) -> Outcome:
    if draft is None:
        return NeedsPerson(Reason.MODEL_ASKED)
    shown = draft.answer[:ANSWER_CHARS_MAX] or None
    if draft.wants_person:
        return NeedsPerson(Reason.MODEL_ASKED, draft=shown)
    if not draft.answer:
        message = "the model neither answered nor asked for a person"
        raise UnavailableError(message)
    known = all(label in given for label in draft.citations)
    if not draft.citations or not known or len(draft.answer) > ANSWER_CHARS_MAX:
        return NeedsPerson(Reason.NOT_GROUNDED, draft=shown)
    citations = tuple(given[label].passage.citation() for label in draft.citations)
    return Answered(draft.answer, citations, language)


def _retry_after(headers: Mapping[str, str]) -> float:
    try:
        return max(0.0, float(headers.get("retry-after", "")))
    except ValueError:
        return _RETRY_AFTER_SECONDS


def _unavailable(error: openai.APIError) -> UnavailableError:
    """Say what failed without the reply's words, which may quote the request."""
    status = getattr(error, "status_code", None)
    what = f"with status {status}" if status else f"({type(error).__name__})"
    return UnavailableError(f"the model's server failed {what}")
