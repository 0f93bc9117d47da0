"""Answers written by a language model, from the company's passages only.

The model proposes and decides nothing: no tools, no secrets, no say in whether a person is
offered. What a customer or an article says reaches it as quoted data. What it returns is read
strictly; whatever is not exactly as asked for ends as a person, never as a guess.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import openai

from handrail.adapters.circuit_breaker import CircuitBreaker
from handrail.adapters.model.api import Api
from handrail.adapters.model.instructions import INSTRUCTIONS
from handrail.adapters.model.openai_server import (
    UNREADABLE,
    ModelServer,
    Reply,
    Task,
    unavailable,
    unreadable,
)
from handrail.adapters.model.prompt import document, fitting
from handrail.adapters.patience import within
from handrail.application.ports import Clock, Exchange
from handrail.domain.errors import UnavailableError
from handrail.domain.glossary import Glossary
from handrail.domain.knowledge import Found, person_instead
from handrail.domain.limits import ANSWER_CHARS_MAX, PASSAGES_MAX
from handrail.domain.turn import Answered, NeedsPerson, Outcome, Reason

_WHAT: Final = "the model"
"""How errors name it."""

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
        self._server: Final = ModelServer(
            _WHAT, api_key=api_key, model=model, base_url=base_url, api=api
        )
        self._clock: Final = clock
        self._task: Final = Task(INSTRUCTIONS, {}, output_tokens_max, REPLY_BYTES_MAX)
        self._breaker: Final = breaker or CircuitBreaker(_WHAT, time.monotonic)
        self._glossary: Final = glossary or Glossary()
        self._used: Final = used
        self._sleep: Final = sleep

    def close(self) -> None:
        """Close the connections; a function keeps them for as long as it lives."""
        self._server.close()

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
                raise unavailable(_WHAT, error) from None
            pause = _retry_after(error.response.headers)
            failure = unavailable(_WHAT, error)
        except openai.APIConnectionError as error:
            pause, failure = _RETRY_AFTER_SECONDS, unavailable(_WHAT, error)
        if self._seconds_left(deadline) - pause < _RETRY_SECONDS_MIN:
            raise failure
        self._sleep(pause)
        try:
            return self._attempt(document, labels, deadline)
        except openai.APIError as error:
            raise unavailable(_WHAT, error) from None

    def _attempt(self, document: str, labels: Sequence[str], deadline: float) -> _Draft | None:
        seconds = self._seconds_left(deadline)
        task = replace(self._task, form=_form(labels))
        reply = within(seconds, _WHAT, lambda: self._server.ask(task, document, seconds))
        if (tokens := reply.tokens()) is not None:  # also of a reply that cannot be used
            self._used(*tokens)
        return _read(reply)

    def _seconds_left(self, deadline: float) -> float:
        return deadline - _SECONDS_KEPT_BACK - self._clock.now()


def _form(labels: Sequence[str]) -> Mapping[str, Any]:
    schema = {
        "type": "object",
        "properties": {
            "answer": {"type": "string"},
            "citations": {"type": "array", "items": {"type": "string", "enum": list(labels)}},
            "wants_person": {"type": "boolean"},
        },
        "required": ["answer", "citations", "wants_person"],
        "additionalProperties": False,
    }
    return {"name": "draft", "strict": True, "schema": schema}


def _read(reply: Reply) -> _Draft | None:
    """Return the draft in a reply, or None when the model declined to write one."""
    try:
        match reply.said():
            case None:
                return None
            case {
                "answer": str(answer),
                "citations": list(citations),
                "wants_person": bool(wants_person),
                **rest,
            } if not rest and all(isinstance(label, str) for label in citations):
                return _Draft(answer.strip(), tuple(dict.fromkeys(citations)), wants_person)
            case _:
                raise unreadable(_WHAT)
    except UNREADABLE as error:
        raise unreadable(_WHAT, error) from None


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
