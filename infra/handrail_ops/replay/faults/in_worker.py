"""Imported by every worker before its handler: faults at botocore, in the worker's own process.

Registered on boto3's default session, whose events every client inherits. A fault is counted in
the shared file before it happens, since a crash cannot be counted afterwards.
"""

from __future__ import annotations

import itertools
import os
import random
import threading
import time
from pathlib import Path
from typing import Any, Final

import boto3
from botocore.exceptions import ClientError, EndpointConnectionError, ReadTimeoutError
from botocore.httpsession import URLLib3Session

from handrail_ops.replay.faults.plan import (
    ANSWER_LOST_BELOW_RATE,
    BEGUN_FILE,
    CALL_RATES,
    COUNTS_FILE,
    CRASH_STATUS,
    DIRECTORY_VARIABLE,
    ENDED_FILE,
    MODEL_SLOW_SECONDS,
    SEED_VARIABLE,
    SLOW_SECONDS,
    Fault,
    Outage,
    outage_at,
)

_LOOK_SECONDS: Final = 0.2
_THROTTLES: Final = {
    "dynamodb": "ProvisionedThroughputExceededException",
    "sqs": "ThrottlingException",
    "sfn": "ThrottlingException",
}
_BEFORE: Final = (
    Fault.THROTTLED,
    Fault.SERVER_ERROR,
    Fault.NO_CONNECTION,
    Fault.SLOW,
    Fault.CRASH_BEFORE,
)
_AFTER: Final = (Fault.ANSWER_LOST, Fault.CRASH_AFTER)


class _Weather:
    """Knows whether faults happen now, and draws them."""

    def __init__(self, directory: Path, seed: int, function: str) -> None:
        self.function = function
        self._directory = directory
        self._seed = seed
        self._lock = threading.Lock()
        self._looked_at = -1.0
        self._begun: float | None = None
        self._ended = False
        self._counts = os.open(directory / COUNTS_FILE, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        self._draw = random.Random(f"{seed}/{function}/{self._ordinal()}")  # noqa: S311

    def _ordinal(self) -> int:
        """Take the next number among the workers of this function: two must not draw alike."""
        for number in itertools.count():
            try:
                (self._directory / f"{self.function}-{number}").touch(exist_ok=False)
            except FileExistsError:
                continue
            return number
        raise AssertionError

    def blowing(self) -> bool:
        """Tell whether faults happen now."""
        with self._lock:
            now = time.monotonic()
            if now - self._looked_at >= _LOOK_SECONDS:
                self._looked_at = now
                self._ended = self._ended or (self._directory / ENDED_FILE).exists()
                if self._begun is None:
                    self._begun = self._read_begun()
        return self._begun is not None and not self._ended

    def _read_begun(self) -> float | None:
        try:
            return float((self._directory / BEGUN_FILE).read_text(encoding="ascii"))
        except (OSError, ValueError):
            return None

    def outage(self) -> Outage | None:
        """Return what is away now."""
        if not self.blowing() or self._begun is None:
            return None
        return outage_at(self._seed, time.time() - self._begun)

    def one_of(self, faults: tuple[Fault, ...]) -> Fault | None:
        """Draw at most one of these faults for a call."""
        if not self.blowing():
            return None
        with self._lock:
            drawn = self._draw.random()
        for fault in faults:
            drawn -= CALL_RATES[fault]
            if drawn < 0:
                return fault
        return None

    def happens(self, rate: float) -> bool:
        """Draw whether something of this rate happens."""
        if not self.blowing():
            return False
        with self._lock:
            return self._draw.random() < rate

    def seconds(self, between: tuple[float, float]) -> float:
        """Draw a duration."""
        with self._lock:
            return self._draw.uniform(*between)

    def count(self, what: str) -> None:
        """Count a fault, for all workers together: one write of one line is not torn."""
        os.write(self._counts, f"{what}\n".encode())


def install() -> None:
    """Put the faults under boto3."""
    directory = os.environ.get(DIRECTORY_VARIABLE)
    if not directory:
        return
    function = Path(os.environ.get("LAMBDA_TASK_ROOT", "unknown")).name
    weather = _Weather(Path(directory), int(os.environ[SEED_VARIABLE]), function)
    boto3.setup_default_session()
    session: Any = boto3.DEFAULT_SESSION
    hooks = _Hooks(weather)
    session.events.register_first("before-call", hooks.before)
    session.events.register_last("after-call", hooks.after)
    _lose_answers_below_retries(weather)


class _Hooks:
    """What botocore calls around each call."""

    def __init__(self, weather: _Weather) -> None:
        self._weather = weather

    def before(self, model: Any, params: dict[str, Any], **_: Any) -> None:
        service = model.service_model.service_id.hyphenize()
        self._away(service, model.name, params)
        fault = self._weather.one_of(_BEFORE)
        if fault is None:
            return
        self._weather.count(fault)
        match fault:
            case Fault.THROTTLED:
                raise _error(model.name, _THROTTLES.get(service, "ThrottlingException"), 400)
            case Fault.SERVER_ERROR:
                raise _error(model.name, "InternalServerError", 500)
            case Fault.NO_CONNECTION:
                raise EndpointConnectionError(endpoint_url=params["url"])
            case Fault.CRASH_BEFORE:
                os._exit(CRASH_STATUS)
            case _:
                time.sleep(self._weather.seconds(SLOW_SECONDS))

    def after(self, model: Any, **_: Any) -> None:
        fault = self._weather.one_of(_AFTER)
        if fault is None:
            return
        self._weather.count(fault)
        if fault is Fault.CRASH_AFTER:
            os._exit(CRASH_STATUS)
        raise ReadTimeoutError(endpoint_url=model.service_model.service_name)

    def _away(self, service: str, operation: str, params: dict[str, Any]) -> None:
        """Refuse what belongs to a service that is away."""
        outage = self._weather.outage()
        match outage:
            case None | Outage.CALLBACKS:
                return
            case Outage.MODEL if self._weather.function == "draft_answer":
                self._weather.count(outage)
                message = "the model is away"
                raise RuntimeError(message)
            case Outage.MODEL_SLOW if self._weather.function == "draft_answer":
                self._weather.count(outage)
                time.sleep(MODEL_SLOW_SECONDS)
                return
            case Outage.WORKFLOWS if service == "sfn":
                pass
            case Outage.TABLE if service == "dynamodb":
                pass
            case Outage.AGENTS_QUEUE if _for_queue("AGENTS_QUEUE_URL", service, params):
                pass
            case Outage.INBOUND_QUEUE if _for_queue("INBOUND_QUEUE_URL", service, params):
                pass
            case Outage.OUTBOUND_QUEUE if _for_queue("OUTBOUND_QUEUE_URL", service, params):
                pass
            case _:
                return
        self._weather.count(outage)
        raise _error(operation, "ServiceUnavailable", 503)


def _for_queue(variable: str, service: str, params: dict[str, Any]) -> bool:
    url = os.environ.get(variable)
    if service != "sqs" or not url:
        return False
    body = params.get("body", b"")
    return url.encode() in (body if isinstance(body, bytes) else str(body).encode())


def _error(operation: str, code: str, status: int) -> ClientError:
    response: Any = {
        "Error": {"Code": code, "Message": "injected"},
        "ResponseMetadata": {"HTTPStatusCode": status},
    }
    return ClientError(response, operation)


def _lose_answers_below_retries(weather: _Weather) -> None:
    """Let a request have its effect and its answer be lost, where botocore would try again."""
    send: Any = URLLib3Session.send

    def sending(self: URLLib3Session, request: Any) -> Any:
        answer = send(self, request)
        if weather.happens(ANSWER_LOST_BELOW_RATE):
            weather.count(Fault.ANSWER_LOST_BELOW)
            raise ReadTimeoutError(endpoint_url=request.url)
        return answer

    URLLib3Session.send = sending  # type: ignore[method-assign]


install()
