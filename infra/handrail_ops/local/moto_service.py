"""One process of the local AWS: moto, repaired, behind the loopback server.

Python runs one thread at a time, so one moto for everything tops out at a few hundred requests a
second. The stack starts one such process for DynamoDB, one for Step Functions and one for the
rest; each applies only the repairs it needs. The parent hands over the listening socket, so every
process knows every port before any of them has started, and the child leaves when its parent does.
"""

from __future__ import annotations

import argparse
import io
import logging
import socket
import sys
import threading
from collections.abc import Callable, Iterable
from typing import Any, Final

from botocore.exceptions import ClientError
from moto.backends import SERVICE_NAMES, get_backend
from moto.core.request import Request as MotoRequest
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

from handrail_ops.local.loopback_http import LoopbackServer, Request, Response
from handrail_ops.local.orphans import leave_with_parent

LOG = logging.getLogger(__name__)

_STACK_BYTES = 1024 * 1024
# What templates use besides queues. Loading SSM alone takes a second; the other processes take
# longer to boot than this one, so it is better spent then than at the first request.
_LOADED_EARLY: Final[tuple[SERVICE_NAMES, ...]] = ("kms", "s3", "secretsmanager", "sns", "ssm")
_Dispatch = Callable[[MotoRequest], tuple[int, dict[str, Any], Any]]


class MotoFront:
    """Answers AWS requests; the busy services without the detour through Flask's routing."""

    def __init__(self, direct: dict[str, _Dispatch]) -> None:
        self._direct = direct
        self._everything: Any = DomainDispatcherApplication(create_backend_app)

    def __call__(self, request: Request) -> Response:
        """Answer one request."""
        environ = _environ(request)
        target = request.headers.get("x-amz-target", "").partition(".")[0]
        dispatch = self._direct.get(target)
        if dispatch is None:
            return self._through_flask(environ)
        try:
            status, headers, content = dispatch(MotoRequest(environ))
        except ClientError as error:
            return Response(400, str(error.response["Error"]["Message"]).encode())
        body = content.encode() if isinstance(content, str) else bytes(content or b"")
        return Response(int(status), body, {name: str(value) for name, value in headers.items()})

    def _through_flask(self, environ: dict[str, Any]) -> Response:
        answered: list[tuple[str, list[tuple[str, str]]]] = []

        def start_response(status: str, headers: list[tuple[str, str]], *_: object) -> None:
            answered.append((status, headers))

        chunks: Iterable[bytes] = self._everything(environ, start_response)
        body = b"".join(chunks)
        status, headers = answered[-1]
        return Response(int(status.split(" ", 1)[0]), body, dict(headers))


def _environ(request: Request) -> dict[str, Any]:
    environ: dict[str, Any] = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": request.path,
        "RAW_URI": request.target,
        "QUERY_STRING": request.query,
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": request.headers.get("host", ":0").rpartition(":")[2],
        "SERVER_PROTOCOL": "HTTP/1.1",
        "CONTENT_TYPE": request.headers.get("content-type", ""),
        "CONTENT_LENGTH": str(len(request.body)),
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(request.body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in request.headers.items():
        if name not in ("content-type", "content-length", "transfer-encoding"):
            environ["HTTP_" + name.upper().replace("-", "_")] = value
    return environ


# Imports are local to each function: a process loads only the services it serves.
def _dynamodb() -> dict[str, _Dispatch]:
    from moto.dynamodb.responses import DynamoHandler  # noqa: PLC0415
    from moto.dynamodbstreams.responses import DynamoDBStreamsHandler  # noqa: PLC0415

    from handrail_ops.local.moto_repairs import (  # noqa: PLC0415
        dynamodb,
        dynamodb_index,
        dynamodb_speed,
        dynamodb_stream,
    )

    dynamodb_speed.write_attribute_values_directly()
    dynamodb_speed.parse_update_expressions_once()
    dynamodb.snapshot_only_what_is_touched()
    dynamodb.remember_client_request_tokens()
    dynamodb_index.look_up_partitions()
    dynamodb_stream.write_records_alone()
    dynamodb_stream.forget_what_was_read()
    dynamodb.one_writer_at_a_time()
    return {
        "DynamoDB_20120810": DynamoHandler.dispatch,
        "DynamoDBStreams_20120810": DynamoDBStreamsHandler.dispatch,
    }


def _step_functions() -> dict[str, _Dispatch]:
    from moto.stepfunctions.responses import StepFunctionResponse  # noqa: PLC0415

    from handrail_ops.local.moto_repairs import asl, callbacks, step_functions  # noqa: PLC0415

    step_functions.repair()
    callbacks.repair()
    asl.repair()
    return {"AWSStepFunctions": StepFunctionResponse.dispatch}


def _general() -> dict[str, _Dispatch]:
    from moto.sqs.responses import SQSResponse  # noqa: PLC0415

    from handrail_ops.local.moto_repairs import sqs  # noqa: PLC0415

    sqs.shelve_messages()
    sqs.ask_for_one_attribute()
    for name in _LOADED_EARLY:
        get_backend(name)
    return {"AmazonSQS": SQSResponse.dispatch}


SERVICES: dict[str, Callable[[], dict[str, _Dispatch]]] = {
    "dynamodb": _dynamodb,
    "states": _step_functions,
    "general": _general,
}


def serve(names: Iterable[str], listener: socket.socket | None = None) -> LoopbackServer:
    """Repair moto and serve the named services of `SERVICES` from this process."""
    from handrail_ops.local.moto_repairs import speed  # noqa: PLC0415

    speed.remember_method_names()
    speed.draw_identifiers_at_once()
    direct: dict[str, _Dispatch] = {}
    for name in names:
        direct |= SERVICES[name]()
    return LoopbackServer(MotoFront(direct), name="moto", listener=listener)


def main() -> None:
    """Entry point of the child process; see the module's docstring."""
    parser = argparse.ArgumentParser()
    parser.add_argument("services", nargs="+", choices=sorted(SERVICES))
    parser.add_argument("--listener", type=int, required=True, help="descriptor of the socket")
    parser.add_argument(
        "--parent", type=int, required=True, help="descriptor of the parent's pipe"
    )
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.WARNING, format="%(name)s: %(message)s")
    leave_with_parent(arguments.parent)
    # An execution that waits for a person is a thread, and there may be thousands of them.
    threading.stack_size(_STACK_BYTES)
    serve(arguments.services, socket.socket(fileno=arguments.listener))
    threading.Event().wait()


if __name__ == "__main__":
    main()
