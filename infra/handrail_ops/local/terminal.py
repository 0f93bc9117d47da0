"""How the output of the workers looks in a terminal: CloudWatch's lines, for people.

A handler's error must be read without searching: one line says what and where, its traceback
follows as Python would print it. What a handler logs at INFO and its metrics are shown only when
asked for; what has no level (a print, a traceback) always is.
"""

from __future__ import annotations

import json
import re
from typing import Any, Final

_LEVELS: Final = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
_QUIET: Final = ("DEBUG", "INFO")
_TAGGED = re.compile(r"^\[(DEBUG|INFO|WARNING|ERROR|CRITICAL)\]\s")
_TOLD_APART = {
    "errorMessage",
    "errorType",
    "requestId",
    "stackTrace",
    "level",
    "location",
    "message",
    "timestamp",
    "service",
    "exception",
    "exception_name",
    "stack_trace",
    "sampling_rate",
    "function_name",
    "function_arn",
    "function_memory_size",
    "function_request_id",
    "cold_start",
    "xray_trace_id",
}
_INDENT = "      "


def show(function: str, raw: bytes, *, verbose: bool) -> str | None:
    """The text to print for one line of a worker's output; None if there is nothing to show."""
    # Lambda's runtime client parts the lines of a traceback with carriage returns and indents
    # them with no-break spaces, so that CloudWatch keeps them together.
    line = raw.decode(errors="replace").replace("\u00a0", " ").rstrip()
    if not line:
        return None
    entry = _as_json(line)
    if entry is None:
        tagged = _TAGGED.match(line)
        if tagged and tagged[1] in _QUIET and not verbose:
            return None
        return f"{function} | " + f"\n{_INDENT}".join(line.replace("\r", "\n").split("\n"))
    if "_aws" in entry:
        return f"{function} | metrics {line}" if verbose else None
    level = str(entry.get("level", "")).upper()
    if level in _QUIET and not verbose:
        return None
    return _render(function, level, entry)


def _as_json(line: str) -> dict[str, Any] | None:
    if not line.startswith("{"):
        return None
    try:
        entry = json.loads(line)
    except ValueError:
        return None
    return entry if isinstance(entry, dict) else None


def _render(function: str, level: str, entry: dict[str, Any]) -> str:
    message = entry.get("message", entry.get("errorMessage", ""))
    text = message if isinstance(message, str) else json.dumps(message, ensure_ascii=False)
    if error_type := entry.get("errorType"):
        text = f"{error_type}: {text}"
    details = " ".join(
        f"{name}={json.dumps(value, ensure_ascii=False)}"
        for name, value in entry.items()
        if name not in _TOLD_APART and value not in (None, "")
    )
    head = f"{function} | {level if level in _LEVELS else 'LOG'} {text}"
    lines = [f"{head}  {details}" if details else head]
    if exception := entry.get("exception"):
        lines += str(exception).splitlines()
    elif isinstance(entry.get("stackTrace"), list):
        lines += "".join(map(str, entry["stackTrace"])).splitlines()
    return f"\n{_INDENT}".join(lines)
