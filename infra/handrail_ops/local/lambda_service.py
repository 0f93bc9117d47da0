"""Lambda: pools of workers for each function, concurrency limits and asynchronous invocations."""

from __future__ import annotations

import heapq
import itertools
import json
import os
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from handrail_ops.local.chaos import Chaos
from handrail_ops.local.invocations import (
    PAYLOAD_LIMIT_BYTES,
    Function,
    Invocation,
    Outcome,
    ThrottledError,
    UnknownFunctionError,
)
from handrail_ops.local.lambda_worker import Worker

# Lambda waits one minute, then two; nobody waits that long in front of a terminal.
_RETRY_SECONDS = (1.0, 2.0)
_THROTTLED_RETRY_SECONDS = 0.5
_ASYNC_THREADS = 8


@dataclass(slots=True)
class _Pool:
    function: Function
    free: threading.Condition
    idle: list[Worker] = field(default_factory=list)
    busy: set[Worker] = field(default_factory=set)
    starting: int = 0

    @property
    def size(self) -> int:
        return len(self.idle) + len(self.busy) + self.starting


class LambdaService:
    """Runs the functions of one stack.

    `workers_limit` is this machine's limit for each function, not Lambda's: an invocation above it
    waits for a worker, while one above the template's reserved concurrency is throttled.
    """

    def __init__(
        self,
        *,
        chaos: Chaos,
        on_output: Callable[[str, bytes], None],
        deliver_to: Callable[[str, dict[str, Any]], None],
        workers_limit: int,
        preload: str = "",
    ) -> None:
        self.environment: Mapping[str, str] = {}
        self._chaos = chaos
        self._on_output = on_output
        self._deliver_to = deliver_to
        self._workers_limit = workers_limit
        self._preload = preload
        self._pools: dict[str, _Pool] = {}
        self._closed = False
        self._pipe_read, self._pipe_write = os.pipe()
        self._due: list[tuple[float, int, str, bytes, int]] = []
        self._due_changed = threading.Condition()
        self._tie = itertools.count()
        for number in range(_ASYNC_THREADS):
            threading.Thread(
                target=self._run_events, name=f"lambda-events-{number}", daemon=True
            ).start()

    def register(self, function: Function) -> None:
        """Make a function known; its workers start when it is invoked."""
        self._pools[function.name] = _Pool(function, threading.Condition())

    def function(self, reference: str) -> Function:
        """The function that a name, a partial or a whole ARN refers to."""
        return self._pool(reference).function

    def functions(self) -> list[Function]:
        """All functions of the stack."""
        return [pool.function for pool in self._pools.values()]

    def invoke(self, reference: str, payload: bytes, client_context: str | None = None) -> Outcome:
        """Run a function now and wait for its outcome; raises `ThrottledError`."""
        pool = self._pool(reference)
        worker = self._take(pool)
        killer = self._schedule_kill(pool.function, worker)
        try:
            outcome = worker.run(Invocation(payload or b"{}", client_context))
        finally:
            if killer:
                killer.cancel()
            self._give_back(pool, worker)
        if outcome.error is None and len(outcome.payload) > PAYLOAD_LIMIT_BYTES:
            message = (
                "Response payload size exceeded maximum allowed payload size "
                f"({PAYLOAD_LIMIT_BYTES} bytes)."
            )
            outcome = Outcome.failure("Function.ResponseSizeTooLarge", message)
        if outcome.platform:
            # The runtime client tells of a handler's error itself; of these only Lambda knows.
            self._on_output(pool.function.name, b"[ERROR]\t" + outcome.payload + b"\n")
        return self._chaos.outcome(pool.function.logical_id, outcome)

    def invoke_later(self, reference: str, payload: bytes) -> None:
        """Queue an asynchronous invocation; failures are retried, then sent to the destination."""
        self._schedule(self.function(reference).name, payload, 0, time.monotonic())

    def kill_workers(self, reference: str) -> int:
        """Kill every worker of a function, in the middle of whatever it does; how many were."""
        pool = self._pool(reference)
        with pool.free:
            victims = [*pool.idle, *pool.busy]
            pool.idle.clear()
        for worker in victims:
            worker.kill()
        return len(victims)

    def process_ids(self) -> list[int]:
        """The processes that run now."""
        return [
            worker.process_id
            for pool in self._pools.values()
            for worker in [*pool.idle, *pool.busy]
            if worker.alive
        ]

    def close(self) -> None:
        """Stop all workers; invocations under way fail."""
        self._closed = True
        with self._due_changed:
            self._due_changed.notify_all()
        for pool in self._pools.values():
            with pool.free:
                workers = [*pool.idle, *pool.busy]
                pool.idle.clear()
                pool.free.notify_all()
            for worker in workers:
                worker.kill()
        os.close(self._pipe_write)
        os.close(self._pipe_read)

    def _pool(self, reference: str) -> _Pool:
        name = reference
        if ":function:" in reference:
            name = reference.partition(":function:")[2]
        name = name.partition(":")[0]
        if name not in self._pools:
            known = ", ".join(sorted(self._pools)) or "none"
            message = f"no function {name!r} in the template; there are: {known}"
            raise UnknownFunctionError(message)
        return self._pools[name]

    def _take(self, pool: _Pool) -> Worker:
        reserved = pool.function.reserved_concurrency
        with pool.free:
            while True:
                if self._closed:
                    message = f"{pool.function.name} cannot run: the local stack is stopping"
                    raise ThrottledError(message)
                if reserved is not None and len(pool.busy) + pool.starting >= reserved:
                    message = f"{pool.function.name} uses all of its {reserved} reserved workers"
                    raise ThrottledError(message)
                while pool.idle:
                    worker = pool.idle.pop()
                    if worker.running:
                        pool.busy.add(worker)
                        return worker
                    worker.kill()
                if pool.size < self._workers_limit:
                    pool.starting += 1
                    break
                pool.free.wait()
        return self._start_worker(pool)

    def _start_worker(self, pool: _Pool) -> Worker:
        worker: Worker | None = None
        try:
            worker = Worker(
                pool.function,
                self.environment,
                parent_pipe=self._pipe_read,
                preload=self._preload,
                on_output=self._on_output,
            )
            return worker
        finally:
            with pool.free:
                pool.starting -= 1
                if worker is not None:
                    pool.busy.add(worker)

    def _give_back(self, pool: _Pool, worker: Worker) -> None:
        with pool.free:
            pool.busy.discard(worker)
            usable = worker.alive and not self._closed
            if usable:
                pool.idle.append(worker)
            pool.free.notify()
        if not usable:
            worker.kill()

    def _schedule_kill(self, function: Function, worker: Worker) -> threading.Timer | None:
        seconds = self._chaos.kill_after_seconds(function.logical_id)
        if seconds is None:
            return None
        timer = threading.Timer(seconds, worker.kill)
        timer.daemon = True
        timer.start()
        return timer

    def _schedule(self, name: str, payload: bytes, attempt: int, at: float) -> None:
        with self._due_changed:
            heapq.heappush(self._due, (at, next(self._tie), name, payload, attempt))
            self._due_changed.notify()

    def _run_events(self) -> None:
        while True:
            with self._due_changed:
                while not self._closed and (not self._due or self._due[0][0] > time.monotonic()):
                    pause = self._due[0][0] - time.monotonic() if self._due else None
                    self._due_changed.wait(pause)
                if self._closed:
                    return
                _, _, name, payload, attempt = heapq.heappop(self._due)
            self._run_event(name, payload, attempt)

    def _run_event(self, name: str, payload: bytes, attempt: int) -> None:
        policy = self._pools[name].function.asynchronous
        try:
            outcome = self.invoke(name, payload)
        except ThrottledError:
            # Lambda keeps a throttled event for hours and does not count it as an attempt.
            self._schedule(name, payload, attempt, time.monotonic() + _THROTTLED_RETRY_SECONDS)
            return
        if outcome.error and attempt < policy.maximum_retries:
            later = time.monotonic() + _RETRY_SECONDS[min(attempt, len(_RETRY_SECONDS) - 1)]
            self._schedule(name, payload, attempt + 1, later)
            return
        destination = policy.on_failure_arn if outcome.error else policy.on_success_arn
        if destination is None:
            return
        try:
            self._deliver_to(destination, _destination_record(name, payload, attempt, outcome))
        except Exception as error:  # noqa: BLE001 - the thread serves the next event
            if not self._closed:
                text = f"[ERROR]\tcannot deliver to the destination {destination}: {error}\n"
                self._on_output(name, text.encode())


def _destination_record(
    name: str, payload: bytes, attempt: int, outcome: Outcome
) -> dict[str, Any]:
    return {
        "version": "1.0",
        "requestContext": {
            "functionArn": f"{name}:$LATEST",
            "condition": "RetriesExhausted" if outcome.error else "Success",
            "approximateInvokeCount": attempt + 1,
        },
        "requestPayload": _json_or_text(payload),
        "responseContext": {
            "statusCode": 200,
            "executedVersion": "$LATEST",
            **({"functionError": outcome.error} if outcome.error else {}),
        },
        "responsePayload": _json_or_text(outcome.payload),
    }


def _json_or_text(payload: bytes) -> Any:
    try:
        return json.loads(payload)
    except ValueError:
        return payload.decode(errors="replace")
