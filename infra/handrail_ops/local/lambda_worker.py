"""One execution environment: a real worker process and the runtime API that it polls.

The process runs Lambda's own runtime client, so cold starts, environment, isolation, serialisation
and error shapes are the real ones. The parent holds the clock: a handler that does not answer in
its time is killed with its process, as Lambda does.
"""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Mapping
from pathlib import Path

from handrail_ops.local.invocations import Function, Invocation, Outcome
from handrail_ops.local.loopback_http import LoopbackServer, Request, Response

# Lambda gives the init phase ten seconds before it counts against the invocation.
_INIT_SECONDS = 10.0
_BOOT = Path(__file__).parent / "worker_boot" / "boot.py"
_RUNTIME_PATH = "/2018-06-01/runtime/"
_NOT_FOUND = Response(404)
_ACCEPTED = Response(202, b'{"status":"OK"}', {"Content-Type": "application/json"})


class Worker:
    """A process that runs one handler, one invocation at a time."""

    def __init__(
        self,
        function: Function,
        environment: Mapping[str, str],
        *,
        parent_pipe: int,
        preload: str,
        on_output: Callable[[str, bytes], None],
    ) -> None:
        self.function = function
        self.alive = True
        self._inbox: queue.SimpleQueue[Invocation | None] = queue.SimpleQueue()
        self._current: Invocation | None = None
        self._lock = threading.Lock()
        self._server = LoopbackServer(self._answer, name=f"runtime-{function.name}")
        # Nothing in the arguments comes from outside the template.
        self._process = subprocess.Popen(  # noqa: S603
            [sys.executable, "-P", "-S", str(_BOOT), str(parent_pipe), preload, function.handler],
            env=self._environment(environment),
            cwd=function.code,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            pass_fds=(parent_pipe,),
            start_new_session=True,
        )
        self._reader = threading.Thread(
            target=self._read_output, args=(on_output,), name="worker-output", daemon=True
        )
        self._reader.start()

    @property
    def process_id(self) -> int:
        """The worker's process."""
        return self._process.pid

    @property
    def running(self) -> bool:
        """Can it take an invocation?"""
        return self.alive and self._process.poll() is None

    def run(self, invocation: Invocation) -> Outcome:
        """Run one invocation to its end, whatever that is."""
        started = time.monotonic()
        with self._lock:
            self._current = invocation
        self._inbox.put(invocation)
        init_deadline = started + _INIT_SECONDS + self.function.timeout_seconds
        while True:
            deadline = invocation.deadline or init_deadline
            invocation.changed.wait(max(0.0, deadline - time.monotonic()))
            invocation.changed.clear()
            if invocation.outcome is not None:
                return invocation.outcome
            if self._process.poll() is not None:
                return self._exited(invocation)
            if time.monotonic() >= (invocation.deadline or init_deadline):
                return self._timed_out(invocation)

    def kill(self) -> None:
        """End the process and everything it started."""
        self.alive = False
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._inbox.put(None)
        self._server.close()

    def _exited(self, invocation: Invocation) -> Outcome:
        status = self._process.returncode
        how = f"signal: {signal.Signals(-status).name}" if status < 0 else f"exit status {status}"
        # What it wrote last is the reason; let it be read before the end is told.
        self._reader.join(timeout=1.0)
        self.kill()
        if invocation.outcome is not None:
            return invocation.outcome
        message = f"RequestId: {invocation.request_id} Error: Runtime exited with error: {how}"
        return Outcome.failure("Runtime.ExitError", message)

    def _timed_out(self, invocation: Invocation) -> Outcome:
        self.kill()
        seconds = self.function.timeout_seconds
        message = f"RequestId: {invocation.request_id} Error: Task timed out after {seconds:.2f} "
        return Outcome.failure("Sandbox.Timedout", message + "seconds")

    def _read_output(self, on_output: Callable[[str, bytes], None]) -> None:
        stream = self._process.stdout
        if stream is None:
            return
        with stream:
            for line in stream:
                on_output(self.function.name, line)
        # The end of the output is the end of the process: whoever waits must look.
        self._process.wait()
        with self._lock:
            current = self._current
        if current is not None:
            current.changed.set()

    def _answer(self, request: Request) -> Response:
        path = request.path.removeprefix(_RUNTIME_PATH)
        match request.method, path.split("/"):
            case "GET", ["invocation", "next"]:
                return self._next()
            case "POST", ["invocation", request_id, "response"]:
                return self._finish(request_id, Outcome(request.body))
            case "POST", ["invocation", request_id, "error"]:
                return self._finish(request_id, Outcome(request.body, "Unhandled"))
            case "POST", ["init", "error"]:
                # The client exits after this; whoever waits now or comes next gets the reason.
                self.alive = False
                invocation = self._inbox.get()
                if invocation is not None:
                    invocation.outcome = Outcome(request.body, "Unhandled")
                return _ACCEPTED
            case _:
                return _NOT_FOUND

    def _next(self) -> Response:
        invocation = self._inbox.get()
        if invocation is None:
            return Response(410)
        function = self.function
        now, wall = time.monotonic(), time.time()
        invocation.deadline = now + function.timeout_seconds
        invocation.changed.set()
        headers = {
            "Content-Type": "application/json",
            "Lambda-Runtime-Aws-Request-Id": invocation.request_id,
            "Lambda-Runtime-Deadline-Ms": str(int((wall + function.timeout_seconds) * 1000)),
            "Lambda-Runtime-Invoked-Function-Arn": function.arn,
            "Lambda-Runtime-Trace-Id": (
                f"Root=1-{int(wall):08x}-{uuid.uuid4().hex[:24]};"
                f"Parent={uuid.uuid4().hex[:16]};Sampled=0"
            ),
        }
        if invocation.client_context:
            headers["Lambda-Runtime-Client-Context"] = invocation.client_context
        return Response(200, invocation.payload, headers)

    def _finish(self, request_id: str, outcome: Outcome) -> Response:
        with self._lock:
            invocation = self._current
        if invocation is None or invocation.request_id != request_id:
            return Response(400)
        invocation.outcome = outcome
        invocation.changed.set()
        return _ACCEPTED

    def _environment(self, stack: Mapping[str, str]) -> dict[str, str]:
        function = self.function
        installed = [entry for entry in sys.path if entry.endswith("site-packages")]
        search_path = [str(function.code), *map(str, function.search_path), *installed]
        stream = time.strftime("%Y/%m/%d/[$LATEST]", time.gmtime()) + uuid.uuid4().hex
        return {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": "/tmp",  # noqa: S108 - as on Lambda, the only place that can be written
            "LANG": "en_US.UTF-8",
            "TZ": ":UTC",
            "PYTHONPATH": os.pathsep.join(search_path),
            "AWS_EXECUTION_ENV": f"AWS_Lambda_{function.runtime}",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory_mb),
            "AWS_LAMBDA_FUNCTION_NAME": function.name,
            "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
            "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
            "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{function.name}",
            "AWS_LAMBDA_LOG_STREAM_NAME": stream,
            "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{self._server.port}",
            "AWS_SESSION_TOKEN": "local",
            "LAMBDA_TASK_ROOT": str(function.code),
            "_HANDLER": function.handler,
            **stack,
            **function.environment,
        }
