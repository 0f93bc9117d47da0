"""The desk API: which request is which of an agent's actions, and how a refusal is said."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from handrail.application.desk import Desk, TranslationFailedError
from handrail.application.ports import Request, Response
from handrail.domain.errors import (
    ConflictError,
    FencedError,
    FileGoneError,
    FileRefusedError,
    HandrailError,
    InvalidInputError,
    MalformedRequestError,
    NothingToClaimError,
    UnansweredError,
    UnavailableError,
    UnseenError,
)

_PATH = re.compile(r"/v1/desk/escalations/([a-z0-9]{1,40}-[0-9]{1,9})(?:/([a-z]+))?")
_BODY_BYTES_MAX = 200_000

_REFUSALS: tuple[tuple[type[HandrailError], int, str], ...] = (
    (FencedError, 409, "fenced"),
    (UnseenError, 409, "unseen"),
    (UnansweredError, 409, "unanswered"),
    (NothingToClaimError, 409, "nothing_to_claim"),
    (FileRefusedError, 409, "file_refused"),
    (FileGoneError, 409, "file_gone"),
    (TranslationFailedError, 409, "translation_failed"),
    (ConflictError, 503, "busy"),
    (UnavailableError, 503, "unavailable"),
    (InvalidInputError, 400, "invalid"),
)
"""What each refusal is called; 409 is final for this attempt, 503 may be tried again."""


@dataclass(frozen=True, slots=True)
class Call:
    """An agent's request, read: which escalation, and the fields of the body."""

    escalation: str
    fields: Mapping[str, Any]

    def text(self, name: str) -> str:
        """Return a required text field."""
        value = self.fields.get(name)
        if not isinstance(value, str) or not value.strip():
            message = f"{name!r} must be a text that is not empty"
            raise MalformedRequestError(message)
        return value

    def optional(self, name: str) -> str | None:
        """Return a text field that may be missing."""
        return self.text(name) if self.fields.get(name) is not None else None

    def number(self, name: str) -> int:
        """Return a required whole number."""
        value = self.fields.get(name)
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            message = f"{name!r} must be a whole number, 0 or more"
            raise MalformedRequestError(message)
        return value


@dataclass(frozen=True, slots=True)
class DeskApi:
    """Every route of `docs/desk.openapi.json`."""

    desk: Desk

    def respond(self, request: Request) -> Response:
        """Answer one request; whatever is wrong with it is said, never a stack trace."""
        found = _PATH.fullmatch(request.path)
        action = self._actions().get((request.method, found[2] or "")) if found else None
        if found is None or action is None:
            return _answer(404, {"error": "not_found", "message": "there is no such action"})
        try:
            return _answer(200, action(Call(found[1], _fields(request))))
        except HandrailError as error:
            for kind, status, name in _REFUSALS:
                if isinstance(error, kind):
                    return _answer(status, {"error": name, "message": str(error)})
            raise

    def _actions(self) -> dict[tuple[str, str], Callable[[Call], dict[str, Any]]]:
        desk = self.desk
        return {
            ("GET", ""): lambda c: desk.read(c.escalation),
            ("POST", "claim"): lambda c: desk.claim(
                c.escalation, c.text("agent"), c.optional("name")
            ),
            ("POST", "heartbeat"): lambda c: desk.heartbeat(
                c.escalation, c.text("agent"), c.number("epoch")
            ),
            ("POST", "typing"): lambda c: desk.typing(
                c.escalation, c.text("agent"), c.number("epoch")
            ),
            ("POST", "seen"): lambda c: desk.seen(
                c.escalation, c.text("agent"), c.number("epoch"), c.number("entry")
            ),
            ("POST", "messages"): lambda c: desk.message(
                c.escalation,
                c.text("agent"),
                c.number("epoch"),
                c.text("id"),
                c.text("text"),
                language=c.optional("language"),
                untranslated=c.fields.get("untranslated") is True,
            ),
            ("POST", "handback"): lambda c: desk.hand_back(
                c.escalation, c.text("agent"), c.number("epoch")
            ),
            ("POST", "resolve"): lambda c: desk.resolve(
                c.escalation, c.text("agent"), c.number("epoch")
            ),
            ("POST", "reveal"): lambda c: desk.reveal(
                c.escalation,
                c.text("agent"),
                c.number("epoch"),
                c.text("event_id"),
                c.text("reason"),
            ),
            ("POST", "file"): lambda c: desk.file(
                c.escalation,
                c.text("agent"),
                c.number("epoch"),
                c.text("event_id"),
                c.number("file"),
                c.number("start"),
            ),
        }


def _fields(request: Request) -> Mapping[str, Any]:
    if request.method == "GET":
        return {}
    if len(request.body) > _BODY_BYTES_MAX:
        message = f"the body is larger than {_BODY_BYTES_MAX} bytes"
        raise MalformedRequestError(message)
    try:
        fields = json.loads(request.body)
    except (ValueError, RecursionError) as error:
        message = "the body must be a JSON object"
        raise MalformedRequestError(message) from error
    if not isinstance(fields, dict):
        message = "the body must be a JSON object"
        raise MalformedRequestError(message)
    return fields


def _answer(status: int, body: Mapping[str, Any]) -> Response:
    return Response(
        status, json.dumps(body), {"content-type": "application/json", "cache-control": "no-store"}
    )
