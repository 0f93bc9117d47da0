"""The replay's customers: each posts one message to the signed webhook until it is taken."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from handrail.adapters.channels.signing import SharedSecret, signature_headers
from handrail_ops.replay.http import Http
from handrail_ops.replay.journal import Customer

_ATTEMPTS_MAX = 40
_BACKOFF_SECONDS = 0.25
_BACKOFF_SECONDS_MAX = 5.0
_LATE_MAX = 32


@dataclass(frozen=True, slots=True)
class Habit:
    """What a customer's application does besides posting once."""

    repeats_at_once: bool = False
    repeats_after_seconds: float | None = None


class Customers:
    """Posts every customer's message, so many at a time."""

    def __init__(
        self,
        http: Http,
        account: str,
        secret: str,
        *,
        use_language: bool,
        patience_seconds: float,
        habit: Callable[[], Habit] = Habit,
    ) -> None:
        """Set up; `patience_seconds` is how long one customer keeps the next one waiting."""
        self._http = http
        self._path = f"/v1/channels/direct/{account}"
        self._secret = SharedSecret(secret)
        self._use_language = use_language
        self._patience_seconds = patience_seconds
        self._habit = habit
        self._stopping = threading.Event()
        self._late = ThreadPoolExecutor(max_workers=_LATE_MAX, thread_name_prefix="late")
        self.repeated = 0
        """How often a message was posted again though it had been acknowledged."""

    def play(
        self, customers: Sequence[Customer], at_once: int, acked: Callable[[Customer], None]
    ) -> None:
        """Let the customers write, `at_once` at a time, each until it needs no more."""

        def one(customer: Customer) -> None:
            if self._stopping.is_set():
                return
            self._write(customer, acked)
            customer.settled.wait(self._patience_seconds)

        with ThreadPoolExecutor(max_workers=at_once, thread_name_prefix="customer") as pool:
            for _ in pool.map(one, customers):
                pass
        self._late.shutdown(wait=True)

    def stop(self) -> None:
        """Let no further customer write."""
        self._stopping.set()

    def _write(self, customer: Customer, acked: Callable[[Customer], None]) -> None:
        body = self._body(customer)
        for attempt in range(_ATTEMPTS_MAX):
            if self._post(body):
                acked(customer)
                break
            pause = min(_BACKOFF_SECONDS * 2**attempt, _BACKOFF_SECONDS_MAX)
            if self._stopping.wait(pause):
                return
        habit = self._habit()
        if habit.repeats_at_once:
            self._repeat(body, 0.0)
        if habit.repeats_after_seconds is not None:
            self._late.submit(self._repeat, body, habit.repeats_after_seconds)

    def _repeat(self, body: bytes, after_seconds: float) -> None:
        self._stopping.wait(after_seconds)
        self.repeated += 1
        self._post(body)

    def _post(self, body: bytes) -> bool:
        headers = {
            "Content-Type": "application/json",
            **signature_headers(self._secret, int(time.time()), body),
        }
        return self._http.post(self._path, body, headers).done

    def _body(self, customer: Customer) -> bytes:
        message = {"id": customer.event_id, "customer": customer.name, "text": customer.row.text}
        if self._use_language and customer.row.language:
            message["language"] = customer.row.language
        return json.dumps(message).encode()
