"""Lambda's Invoke API, as boto3 and the Step Functions interpreter call it."""

from __future__ import annotations

import json
import uuid
from typing import Final
from urllib.parse import unquote

from handrail_ops.local.invocations import (
    ASYNC_PAYLOAD_LIMIT_BYTES,
    PAYLOAD_LIMIT_BYTES,
    ThrottledError,
    UnknownFunctionError,
)
from handrail_ops.local.lambda_service import LambdaService
from handrail_ops.local.loopback_http import Request, Response

_JSON: Final = {"Content-Type": "application/json"}


class InvokeApi:
    """Answers `POST /2015-03-31/functions/{name}/invocations`; nothing else of Lambda."""

    def __init__(self, service: LambdaService) -> None:
        self._service = service

    def __call__(self, request: Request) -> Response:
        """Answer one request."""
        match request.method, request.path.split("/"):
            case "POST", ["", "2015-03-31", "functions", name, "invocations"]:
                return self._invoke(unquote(name), request)
            case _:
                message = (
                    f"{request.method} {request.path} is not served by the local Lambda; "
                    "only Invoke is"
                )
                return _error(501, "NotImplementedException", message)

    def _invoke(self, name: str, request: Request) -> Response:
        kind = request.headers.get("x-amz-invocation-type", "RequestResponse")
        limit = ASYNC_PAYLOAD_LIMIT_BYTES if kind == "Event" else PAYLOAD_LIMIT_BYTES
        if len(request.body) > limit:
            message = (
                f"Request must be smaller than {limit} bytes for the InvokeFunction operation"
            )
            return _error(413, "RequestTooLargeException", message)
        try:
            match kind:
                case "DryRun":
                    self._service.function(name)
                    return Response(204)
                case "Event":
                    self._service.invoke_later(name, request.body)
                    return Response(202)
                case _:
                    context = request.headers.get("x-amz-client-context")
                    outcome = self._service.invoke(name, request.body, context)
        except UnknownFunctionError as error:
            return _error(404, "ResourceNotFoundException", f"Function not found: {error}")
        except ThrottledError as error:
            return _error(429, "TooManyRequestsException", f"Rate Exceeded: {error}")
        headers = {**_JSON, "X-Amz-Executed-Version": "$LATEST", "x-amzn-RequestId": _request_id()}
        if outcome.error:
            headers["X-Amz-Function-Error"] = outcome.error
        return Response(200, outcome.payload, headers)


def _error(status: int, kind: str, message: str) -> Response:
    headers = {**_JSON, "x-amzn-ErrorType": kind, "x-amzn-RequestId": _request_id()}
    return Response(status, json.dumps({"Type": "User", "message": message}).encode(), headers)


def _request_id() -> str:
    return str(uuid.uuid4())
