"""What functions print, as CloudWatch Logs would give it back: `FilterLogEvents`, and no more.

A function may ask what another one logged, so the lines have to be somewhere. They are kept in
memory, the newest of each log group; moto's own would cost a request for every line.
"""

from __future__ import annotations

import json
import threading
import time
import uuid
from collections import deque
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, Final

from handrail_ops.local.loopback_http import Request, Response

TARGET: Final = "Logs_20140328."
_LINES_KEPT: Final = 10_000
"""For each log group: some minutes of a replay, hours of a conversation by hand."""
_PAGE_MAX: Final = 10_000
_MS: Final = 1000
_JSON: Final = {"Content-Type": "application/x-amz-json-1.1"}

_Line = tuple[int, str]


class Logs:
    """The log groups of a stack's functions."""

    def __init__(self, groups: Mapping[str, str]) -> None:
        """Take the name of each function's log group, by the name of the function."""
        self._groups = dict(groups)
        self._lines: dict[str, deque[_Line]] = {
            group: deque(maxlen=_LINES_KEPT) for group in groups.values()
        }
        self._lock = threading.Lock()

    def keep(self, function: str, raw: bytes) -> None:
        """Keep a line that a function printed."""
        group = self._groups.get(function)
        line = raw.decode(errors="replace").rstrip("\n")
        if group is not None and line:
            with self._lock:
                self._lines[group].append((int(time.time() * _MS), line))

    def __call__(self, request: Request) -> Response:
        """Answer one request of the API."""
        operation = request.headers.get("x-amz-target", "").removeprefix(TARGET)
        if operation != "FilterLogEvents":
            message = f"{operation} is not served by the local logs; only FilterLogEvents is"
            return _error("InvalidOperationException", message)
        wanted = json.loads(request.body)
        group = str(wanted.get("logGroupName"))
        if group not in self._lines:
            return _error("ResourceNotFoundException", f"there is no log group {group}")
        phrase = str(wanted.get("filterPattern") or '""')
        if not (phrase.startswith('"') and phrase.endswith('"')) or '"' in phrase[1:-1]:
            message = f"the pattern {phrase} is not served locally; one quoted phrase is"
            return _error("InvalidParameterException", message)
        return self._filtered(group, phrase[1:-1], wanted)

    def _filtered(self, group: str, phrase: str, wanted: Mapping[str, Any]) -> Response:
        first = int(wanted.get("nextToken") or 0)
        limit = min(int(wanted.get("limit") or _PAGE_MAX), _PAGE_MAX)
        since, until = int(wanted.get("startTime", 0)), wanted.get("endTime")
        found = self._matching(group, phrase, since, None if until is None else int(until))
        page = list(islice(found, first, first + limit + 1))
        answer: dict[str, Any] = {"events": [_event(*line) for line in page[:limit]]}
        if len(page) > limit:
            answer["nextToken"] = str(first + limit)
        return Response(200, json.dumps(answer).encode(), _JSON)

    def _matching(self, group: str, phrase: str, since: int, until: int | None) -> Iterator[_Line]:
        with self._lock:
            lines = list(self._lines[group])
        for at, text in lines:
            # Both ends belong to what is asked for, as the service has it.
            if at >= since and (until is None or at <= until) and phrase in text:
                yield at, text


def _event(at: int, text: str) -> dict[str, Any]:
    return {
        "logStreamName": "local",
        "timestamp": at,
        "ingestionTime": at,
        "message": text,
        "eventId": uuid.uuid4().hex,
    }


def _error(kind: str, message: str) -> Response:
    return Response(400, json.dumps({"__type": kind, "message": message}).encode(), _JSON)
