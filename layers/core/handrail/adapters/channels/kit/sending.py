"""Sending to a provider: one exchange, what its answer means, and messages of several parts.

A table per channel sorts the provider's error codes; whatever it does not name is judged by the
status. Nothing here raises for what a provider answers.
"""

import email.utils
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Protocol, TypeVar

from handrail.adapters.channels.direct import (
    CallbackAnswer,
    CallbackNotSentError,
    CallbackRefusedError,
    CallbackUnansweredError,
)
from handrail.domain.delivery import (
    Delivered,
    Delivery,
    OutboundMessage,
    Permanent,
    Retry,
    Unknown,
    WindowClosed,
)
from handrail.domain.errors import UnavailableError

Answer = CallbackAnswer
P = TypeVar("P")

RETRY_SECONDS = 5.0
"""When to try again if the provider does not say."""
RETRY_SECONDS_MAX = 3_600.0
MISCONFIGURED_RETRY_SECONDS = 60.0
"""When to try again what a setting prevents: a token is expired, a permission is missing."""


class Http(Protocol):
    """Makes one request; follows no redirect."""

    def request(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes
    ) -> CallbackAnswer:
        """Ask once.

        Raises:
            CallbackNotSentError, CallbackUnansweredError, CallbackRefusedError: see there.

        """
        ...


class Sort(StrEnum):
    """What an error code means for a message."""

    RETRY = "retry"
    PERMANENT = "permanent"
    WINDOW = "window"
    UNKNOWN = "unknown"
    MISCONFIGURED = "misconfigured"
    """Something of ours has to be mended: kept, and tried once a minute."""
    ACCEPTED = "accepted"
    """An error in name alone: the message was taken before."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """A code's sort, and how long to wait where that is known."""

    sort: Sort
    after_seconds: float = RETRY_SECONDS


Verdicts = Mapping[int | str, Verdict]


def verdicts(
    *,
    retry: Mapping[int | str, float] | None = None,
    permanent: Sequence[int | str] = (),
    window: Sequence[int | str] = (),
    unknown: Sequence[int | str] = (),
    misconfigured: Sequence[int | str] = (),
    accepted: Sequence[int | str] = (),
) -> Verdicts:
    """Write a channel's table: codes to try again with their seconds, and the other sorts."""
    table: dict[int | str, Verdict] = {
        code: Verdict(Sort.RETRY, seconds) for code, seconds in (retry or {}).items()
    }
    for sort, codes in (
        (Sort.PERMANENT, permanent),
        (Sort.WINDOW, window),
        (Sort.UNKNOWN, unknown),
        (Sort.MISCONFIGURED, misconfigured),
        (Sort.ACCEPTED, accepted),
    ):
        table |= {code: Verdict(sort) for code in codes}
    return table


def exchange(
    http: Http, method: str, url: str, headers: Mapping[str, str], body: bytes = b""
) -> Answer | Delivery:
    """Make a request; what kept it from being answered is an outcome of the delivery."""
    try:
        return http.request(method, url, headers, body)
    except CallbackNotSentError:
        return Retry(RETRY_SECONDS)
    except CallbackUnansweredError:
        return Unknown()
    except CallbackRefusedError:
        return Permanent("address_refused")


def post_json(
    http: Http, url: str, payload: Mapping[str, Any], headers: Mapping[str, str] | None = None
) -> Answer | Delivery:
    """Post a JSON object."""
    body = json.dumps(payload).encode("ascii")
    return exchange(
        http, "POST", url, {"Content-Type": "application/json", **(headers or {})}, body
    )


def judge(
    answer: Answer, codes: Sequence[int | str | None], table: Verdicts, now: float
) -> Delivery:
    """Return what a refusal means, by the first of its codes that the table knows.

    Codes go from the most to the least specific; the status decides when none is known.
    """
    known = [code for code in codes if code is not None]
    for code in known:
        verdict = table.get(code)
        if verdict is not None:
            return _outcome(verdict, code, retry_after_seconds(answer.headers, now))
    return judge_status(answer, now, reason=f"code_{known[0]}" if known else None)


def judge_status(answer: Answer, now: float, reason: str | None = None) -> Delivery:
    """Return what a refusal means by its status alone."""
    after = retry_after_seconds(answer.headers, now)
    match answer.status:
        case 429 | 503:
            return Retry(after or RETRY_SECONDS)
        case 502 | 504:
            # A gateway gave up waiting; what stands behind it may have taken the message.
            return Unknown()
        case 401 | 403:
            return Retry(after or MISCONFIGURED_RETRY_SECONDS)
        case status if status >= 500 or status in (408, 409, 425):  # noqa: PLR2004
            return Retry(after or RETRY_SECONDS)
        case status:
            return Permanent(reason or f"status_{status}")


def _outcome(verdict: Verdict, code: int | str, after: float | None) -> Delivery:
    match verdict.sort:
        case Sort.RETRY:
            return Retry(after or verdict.after_seconds)
        case Sort.MISCONFIGURED:
            return Retry(after or MISCONFIGURED_RETRY_SECONDS)
        case Sort.PERMANENT:
            return Permanent(f"code_{code}")
        case Sort.WINDOW:
            return WindowClosed()
        case Sort.UNKNOWN:
            return Unknown()
        case Sort.ACCEPTED:
            return Delivered(())


def retry_after_seconds(headers: Mapping[str, str], now: float) -> float | None:
    """Return what Retry-After says, as seconds or as a date, within reason; None without it."""
    told = headers.get("retry-after", "").strip()
    if re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9})?", told):
        seconds = float(told)
    else:
        try:
            seconds = email.utils.parsedate_to_datetime(told).timestamp() - now
        except (ValueError, TypeError, OverflowError):
            return None
    return min(max(seconds, 1.0), RETRY_SECONDS_MAX)


def send_parts(
    message: OutboundMessage, parts: Sequence[P], send_one: Callable[[int, P], Delivery]
) -> Delivery:
    """Send what is left of a message's parts, in order, and stop at the first that is not taken.

    What was taken is kept with the outcome, so that the next attempt goes on behind it. A part
    without an id of the provider's gets one of ours, because parts are counted by their ids.
    """
    taken = list(message.taken[: len(parts)])
    for index in range(len(taken), len(parts)):
        outcome = send_one(index, parts[index])
        match outcome:
            case Delivered(ids=ids):
                taken.append(ids[0] if ids else f"{message.key}/{index}")
            case Retry() | Unknown():
                return replace(outcome, taken=tuple(taken))
            case _:
                return outcome
    return Delivered(tuple(taken))


def told_of(answer: Answer | Delivery) -> Any:
    """Return the JSON of an answer that grants a question; for reading, not for sending.

    Raises:
        UnavailableError: it was refused for now, not answered, or answered with something else.

    """
    if not isinstance(answer, Answer) or answer.status in (401, 403, 429) or answer.status >= 500:  # noqa: PLR2004
        message = "the provider did not answer, or the account may not ask this: look at its token"
        raise UnavailableError(message)
    return answered_json(answer) if 200 <= answer.status < 300 else None  # noqa: PLR2004


def answered_json(answer: Answer) -> Any:
    """Return the JSON of an answer, None when there is none."""
    try:
        return json.loads(answer.body)
    except (ValueError, RecursionError):
        return None
