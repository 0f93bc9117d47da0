"""Starts and stops the processes of the local AWS, and says where each service listens."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping

from handrail_ops.local.loopback_http import listen

REGION = "us-east-1"
ACCOUNT = "123456789012"
# moto asks for keys but checks none; the gateway checks them on IAM-authorised routes.
ACCESS_KEY_ID = "LOCALLOCALLOCALLOCAL"
SECRET_ACCESS_KEY = "local-secret-that-opens-nothing"  # noqa: S105 - it is no secret

# Which services of `moto_service` share a process. Together, one conversation waits for another's
# JSON; apart, they use as many cores: `handrail_ops.bench.local_stack` has the figures.
PROCESSES = (("dynamodb",), ("states",), ("general",))
_PATIENCE_SECONDS = 120.0
_PROBE_SECONDS = 0.02


class StackStartError(RuntimeError):
    """The local stack could not start; the message says which part and why."""


class AwsProcesses:
    """moto in three processes: DynamoDB, Step Functions, and everything else."""

    def __init__(
        self,
        control_url: str,
        on_line: Callable[[str], None],
        processes: tuple[tuple[str, ...], ...] = PROCESSES,
    ) -> None:
        self._on_line = on_line
        self._listeners = {services: listen() for services in processes}
        self._processes: dict[tuple[str, ...], subprocess.Popen[bytes]] = {}
        self._pipe_read, self._pipe_write = os.pipe()
        urls = {
            service: f"http://127.0.0.1:{listener.getsockname()[1]}"
            for services, listener in self._listeners.items()
            for service in services
        }
        self.urls: Mapping[str, str] = urls
        self.environment: Mapping[str, str] = {
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ACCESS_KEY_ID": ACCESS_KEY_ID,
            "AWS_SECRET_ACCESS_KEY": SECRET_ACCESS_KEY,
            "AWS_EC2_METADATA_DISABLED": "true",
            # StartSyncExecution prefixes the host name, which a loopback address cannot have.
            "AWS_DISABLE_HOST_PREFIX_INJECTION": "true",
            "AWS_ENDPOINT_URL": urls["general"],
            "AWS_ENDPOINT_URL_DYNAMODB": urls["dynamodb"],
            "AWS_ENDPOINT_URL_DYNAMODB_STREAMS": urls["dynamodb"],
            "AWS_ENDPOINT_URL_SFN": urls["states"],
            # Lambda, the event bus and what functions logged are this stack's own.
            "AWS_ENDPOINT_URL_CLOUDWATCH_LOGS": control_url,
            "AWS_ENDPOINT_URL_LAMBDA": control_url,
            "AWS_ENDPOINT_URL_EVENTBRIDGE": control_url,
        }

    def start(self) -> None:
        """Start all processes; they boot side by side. `wait` until they answer."""
        for services, listener in self._listeners.items():
            # Everything in the arguments is ours: the interpreter, a module, two descriptors.
            process = subprocess.Popen(  # noqa: S603
                [
                    sys.executable,
                    "-m",
                    "handrail_ops.local.moto_service",
                    *services,
                    f"--listener={listener.fileno()}",
                    f"--parent={self._pipe_read}",
                ],
                env={**os.environ, **self.environment, "MOTO_ACCOUNT_ID": ACCOUNT},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                pass_fds=(listener.fileno(), self._pipe_read),
                start_new_session=True,
            )
            self._processes[services] = process
            threading.Thread(
                target=self._read_errors, args=(process,), name="aws-errors", daemon=True
            ).start()
            listener.close()

    def wait(self) -> None:
        """Block until every process answers, or say which one does not."""
        deadline = time.monotonic() + _PATIENCE_SECONDS
        for services, process in self._processes.items():
            name = " and ".join(services)
            address = ("127.0.0.1", int(self.urls[services[0]].rpartition(":")[2]))
            while not _answers(address):
                if process.poll() is not None:
                    message = f"the local {name} ended at once with status {process.returncode}"
                    raise StackStartError(message)
                if time.monotonic() > deadline:
                    message = f"the local {name} did not answer within {_PATIENCE_SECONDS:.0f} s"
                    raise StackStartError(message)
                time.sleep(_PROBE_SECONDS)

    def stop(self) -> None:
        """Stop all processes and wait for them."""
        for process in self._processes.values():
            process.kill()
        for process in self._processes.values():
            process.wait()
        for descriptor in (self._pipe_read, self._pipe_write):
            with contextlib.suppress(OSError):
                os.close(descriptor)

    def _read_errors(self, process: subprocess.Popen[bytes]) -> None:
        if process.stderr is None:
            return
        with process.stderr as stream:
            for line in stream:
                self._on_line(f"local AWS | {line.decode(errors='replace').rstrip()}")

    @property
    def process_ids(self) -> Mapping[str, int]:
        """The process of each service."""
        return {name: one.pid for names, one in self._processes.items() for name in names}


def _answers(address: tuple[str, int]) -> bool:
    # The socket listens from the start; only an answer shows that the process has booted.
    try:
        with socket.create_connection(address, timeout=_PATIENCE_SECONDS) as connection:
            connection.sendall(b"GET /moto-api/ HTTP/1.1\r\nHost: local\r\n\r\n")
            return connection.recv(16).startswith(b"HTTP/1.1")
    except OSError:
        return False
