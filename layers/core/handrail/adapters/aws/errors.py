"""What AWS says, in the protocol's words.

Only two answers are decisions: a condition that failed and a transaction that lost its race.
Everything else, refusals and timeouts alike, means that what was asked may or may not have
happened. No message here quotes what was sent: it may hold a customer's words, so the original
error is not chained either.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from handrail.domain.errors import ConflictError, HandrailError, UnavailableError

CONDITION_FAILED = "ConditionalCheckFailed"
"""The reason of a transaction's item whose condition did not hold."""
_LOST_RACE = frozenset({"TransactionConflict"})
_CONFLICTS = frozenset({"ConditionalCheckFailedException", "TransactionConflictException"})
_CANCELLED = "TransactionCanceledException"


def code_of(error: ClientError) -> str:
    """Return the service's word for what went wrong."""
    return str(error.response.get("Error", {}).get("Code", "unknown"))


def translated(error: BotoCoreError | ClientError, what: str) -> HandrailError:
    """Return the protocol's error for one of botocore's; `what` says what was being done."""
    if isinstance(error, ClientError):
        code = code_of(error)
        if code in _CONFLICTS:
            return ConflictError(f"to {what}: a condition did not hold, somebody was first")
        if code == _CANCELLED:
            return _translated_cancellation(error, what)
        request = error.response.get("ResponseMetadata", {}).get("RequestId", "unknown")
        return UnavailableError(f"could not {what}: {code} (request {request})")
    return UnavailableError(f"could not {what}: {type(error).__name__}")


def cancellation_reasons(error: ClientError) -> list[Mapping[str, Any]]:
    """Return why a transaction was cancelled, item by item and in their order."""
    response: Mapping[str, Any] = error.response
    return list(response.get("CancellationReasons") or ())


def _translated_cancellation(error: ClientError, what: str) -> HandrailError:
    codes = {str(reason.get("Code")) for reason in cancellation_reasons(error)} - {"None"}
    if codes & {CONDITION_FAILED, *_LOST_RACE}:
        return ConflictError(f"to {what}: somebody was first")
    # Throttled, too large, not allowed: a decision on the newest version would fare no better.
    return UnavailableError(f"could not {what}: cancelled for {', '.join(sorted(codes))}")


@contextmanager
def asking(
    what: str, decided: Callable[[ClientError], HandrailError | None] = lambda _error: None
) -> Iterator[None]:
    """Translate whatever botocore raises inside.

    `decided` may know more of a service's answer: what it returns is raised instead.
    """
    try:
        yield
    except ClientError as error:
        raise (decided(error) or translated(error, what)) from None
    except BotoCoreError as error:
        raise translated(error, what) from None


@contextmanager
def done_if(*codes: str, what: str) -> Iterator[None]:
    """Translate whatever botocore raises inside, but for answers that say it is done already."""
    try:
        yield
    except ClientError as error:
        if code_of(error) not in codes:
            raise translated(error, what) from None
    except BotoCoreError as error:
        raise translated(error, what) from None
