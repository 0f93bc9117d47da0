# ruff: noqa: INP001, BLE001 - a script, run by its path; whatever a handler raises is its answer
"""The first thing that runs in a worker process: become what Lambda would have started.

It is run as a script, without the site module, so that a function can import what its code
directory, its layers and the runtime provide and nothing that merely happens to be installed for
developers: a layer that is missing in the template is missing here.

    python -P -S boot.py <descriptor of the parent's pipe> <module to preload or ""> <handler>
"""

import importlib
import json
import os
import sys
import threading
import time
import traceback
import types
from collections.abc import Callable
from http.client import HTTPConnection
from typing import Any


def _leave_with_parent(descriptor: int) -> None:
    # The twin of handrail_ops.local.orphans, which a worker cannot import.
    def wait() -> None:
        try:
            while os.read(descriptor, 1):
                pass
        finally:
            os._exit(0)

    threading.Thread(target=wait, name="leave-with-parent", daemon=True).start()


class _Context(types.SimpleNamespace):
    """What handlers read of Lambda's context object."""

    def get_remaining_time_in_millis(self) -> int:
        return max(0, int(self.deadline_milliseconds - time.time() * 1000))


def _describe(error: BaseException) -> dict[str, Any]:
    return {
        "errorMessage": str(error),
        "errorType": type(error).__name__,
        "stackTrace": traceback.format_tb(error.__traceback__),
    }


def _serve_without_runtime_client(handler_name: str) -> None:
    """Speak the Lambda runtime API in plain Python, where awslambdaric has no wheel."""
    api = os.environ["AWS_LAMBDA_RUNTIME_API"]

    def call(method: str, path: str, body: str | None = None) -> tuple[Any, bytes]:
        connection = HTTPConnection(api)
        connection.request(method, f"/2018-06-01/runtime/{path}", body)
        answer = connection.getresponse()
        return answer.headers, answer.read()

    try:
        module, _, name = handler_name.rpartition(".")
        handler: Callable[[Any, Any], Any] = getattr(importlib.import_module(module), name)
    except Exception as error:
        traceback.print_exc()
        call("POST", "init/error", json.dumps(_describe(error)))
        sys.exit(1)
    while True:
        headers, event = call("GET", "invocation/next")
        request_id = headers["Lambda-Runtime-Aws-Request-Id"]
        context = _Context(
            aws_request_id=request_id,
            invoked_function_arn=headers["Lambda-Runtime-Invoked-Function-Arn"],
            deadline_milliseconds=int(headers["Lambda-Runtime-Deadline-Ms"]),
            function_name=os.environ["AWS_LAMBDA_FUNCTION_NAME"],
            function_version="$LATEST",
            memory_limit_in_mb=os.environ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"],
        )
        try:
            result = json.dumps(handler(json.loads(event), context))
        except Exception as error:
            traceback.print_exc()
            failure = json.dumps(_describe(error))
            call("POST", f"invocation/{request_id}/error", failure)
        else:
            call("POST", f"invocation/{request_id}/response", result)


def main() -> None:
    """Load what was asked for, then serve the handler until the parent ends."""
    descriptor, preload, handler = sys.argv[1:4]
    _leave_with_parent(int(descriptor))
    if preload:
        importlib.import_module(preload)
    try:
        from awslambdaric.__main__ import main as serve  # noqa: PLC0415 - may not be installed
    except ImportError:
        _serve_without_runtime_client(handler)
    else:
        serve(["awslambdaric", handler])


if __name__ == "__main__":
    main()
