"""The errors with which the repaired Step Functions refuses a request."""

from __future__ import annotations

import json

from moto.core.exceptions import ServiceException

_LARGEST_PAYLOAD_BYTES = 256 * 1024


class RefusalError(ServiceException):
    """An error of the API. moto's own class looks its model up by the module it stands in."""


class WrongTypeError(RefusalError):
    """A synchronous start of a Standard workflow."""

    code = "StateMachineTypeNotSupported"
    message = "Only an Express workflow can be run synchronously"


class TooLargeError(RefusalError):
    """Input or output above what a state may hold."""

    code = "ValidationException"

    def __init__(self, size: int) -> None:
        limit = _LARGEST_PAYLOAD_BYTES
        super().__init__(f"{size} bytes are more than the {limit} that are allowed")


class UnknownTokenError(RefusalError):
    """A task token that was never given out."""

    code = "InvalidToken"
    message = "Invalid Token: 'Invalid token'"


class StaleTokenError(RefusalError):
    """A task token whose task is over."""

    code = "TaskTimedOut"
    message = "Task Timed Out: 'Provided task does not exist anymore'"


def require_small_json(code: str, text: str) -> None:
    """Refuse text that is no JSON, by `code`, or too large for a state."""
    size = len(text.encode())
    if size > _LARGEST_PAYLOAD_BYTES:
        raise TooLargeError(size)
    try:
        json.loads(text)
    except ValueError as error:
        raise RefusalError(code, f"Invalid JSON: {error}") from error
