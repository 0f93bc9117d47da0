"""A door in front of the queues through which the escalation workflow itself pushes."""

import json
import urllib.error
import urllib.request
from types import TracebackType
from typing import Self

from workflows.faults import FAULTS, Plan

from handrail_ops.local.invocations import ThrottledError
from handrail_ops.local.loopback_http import LoopbackServer, Request, Response

PUSH = "push"


class QueueDoor:
    """Passes requests on to the local SQS, except those that the plan spoils."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self.behind = ""

    def __enter__(self) -> Self:
        self._server = LoopbackServer(self._answer, name="queue-door")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.close()

    @property
    def url(self) -> str:
        return self._server.url

    def _answer(self, request: Request) -> Response:
        asked = json.loads(request.body or b"{}")
        try:
            conversation = json.loads(asked.get("MessageBody", "{}"))["conversation"]
        except (KeyError, ValueError, TypeError):
            return self._pass(request)
        fault = self._plan.of(conversation, PUSH)
        if fault is None:
            return self._pass(request)
        try:
            return Response(200, json.dumps(FAULTS[fault]()).encode())
        except ThrottledError:
            return _refusal("RequestThrottled", 400)
        except Exception as error:  # noqa: BLE001 - any fault of the service
            return _refusal(type(error).__name__, 500)

    def _pass(self, request: Request) -> Response:
        wanted = {
            name: value
            for name, value in request.headers.items()
            if name not in ("host", "content-length", "connection")
        }
        passed = urllib.request.Request(  # noqa: S310 - a loopback address of this test
            self.behind + request.target, request.body, wanted, method=request.method
        )
        try:
            with urllib.request.urlopen(passed, timeout=10) as answer:  # noqa: S310
                return Response(answer.status, answer.read(), dict(answer.headers))
        except urllib.error.HTTPError as error:
            return Response(error.code, error.read(), dict(error.headers))


def _refusal(code: str, status: int) -> Response:
    body = json.dumps({"__type": code, "message": "refused"}).encode()
    return Response(status, body, {"Content-Type": "application/x-amz-json-1.0"})
