"""How a function starts: what it imports, and how long that takes with compiled bytecode.

Each start is a fresh process that imports the function's own `app`, as Lambda does, with an
environment such as the template gives it. Nothing answers there: secrets are made up.
"""

from __future__ import annotations

import dataclasses
import json
import os
import statistics
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import handrail.settings
from handrail.settings import Settings

_RUNS = 5

_START = """
import json, sys, time
began, cpu = time.perf_counter(), time.process_time()
from handrail.adapters.aws.secret_values import SecretValues
from handrail.adapters.channels.signing import SharedSecret
SecretValues.key = lambda self, arn: {key!r}
SecretValues.shared = lambda self, arn: SharedSecret("a secret")
import functions.{name}.app
milliseconds = (time.perf_counter() - began) * 1000
cpu_milliseconds = (time.process_time() - cpu) * 1000
print(json.dumps([milliseconds, cpu_milliseconds, sorted(sys.modules)]))
"""


class StartFailedError(RuntimeError):
    """A function does not start; the message is what it said."""


@dataclass(frozen=True, slots=True)
class Started:
    """One start of a function."""

    milliseconds: float
    """From the first import to the finished handler, on this machine as it is now."""
    cpu_milliseconds: float
    """The CPU time of the same, which a busy machine does not change."""
    modules: frozenset[str]


def functions(root: Path) -> list[str]:
    """Return the names of the functions."""
    return sorted(path.parent.name for path in (root / "functions").glob("*/app.py"))


def start(root: Path, name: str, key: str | None = None, **changes: str) -> Started:
    """Start a function once, with a model's key or without, and with changed settings.

    Raises:
        StartFailedError: it does not start.

    """
    done = subprocess.run(  # noqa: S603 - this interpreter, and the text above
        [sys.executable, "-c", _START.format(name=name, key=key)],
        env=environment(root, name) | changes,
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        message = f"{name} does not start:\n{done.stderr[-2000:]}"
        raise StartFailedError(message)
    milliseconds, cpu_milliseconds, modules = json.loads(done.stdout.splitlines()[-1])
    return Started(milliseconds, cpu_milliseconds, frozenset(modules))


def median(root: Path, name: str, key: str | None = None, **changes: str) -> Started:
    """Return how long a function's start takes; the first, which may compile, does not count."""
    runs = [start(root, name, key, **changes) for _ in range(_RUNS + 1)][1:]
    return Started(
        statistics.median(run.milliseconds for run in runs),
        statistics.median(run.cpu_milliseconds for run in runs),
        runs[-1].modules,
    )


def environment(root: Path, name: str) -> dict[str, str]:
    """Return an environment such as the template gives a function, made up."""
    settings: type[Settings] = getattr(
        handrail.settings, "".join(part.capitalize() for part in name.split("_")) + "Settings"
    )
    values = {
        "TIME_ZONE": "Etc/UTC",
        "OPENING_HOURS": "{}",
        "PROMISES": "{}",
        "OWN_WORDS": "{}",
        "DEFAULT_LANGUAGE": "en",
        "AGENTS_LANGUAGE": "en",
        "OPENAI_API": "responses",
        "OPENAI_BASE_URL": "",
        "KNOWLEDGE_DIRECTORY": str(root / "layers" / "knowledge" / "knowledge"),
        "SOCKET_ENDPOINT": "https://socket.example.com/live",
        "SOCKET_URL": "wss://socket.example.com/live",
        "DIRECT_CALLBACK_URL": "",
        "ALLOWED_ORIGINS": "",
        "FILES_ORIGIN": "https://files.example.com",
        "FILE_BYTES_MAX": "10000000",
        "API_URL": "https://api.example.com",
        "CANARY_CALLBACK_URL": "",
        "CANARY_CHANNELS": "direct web",
        "CANARY_QUESTIONS": "{}",
        "TRANSLATOR": "none",
    }
    fields = [field.name.upper() for field in dataclasses.fields(settings)]
    # PYTHONDONTWRITEBYTECODE is not among these: with it every start would compile again.
    return {
        **{field: values.get(field, "x") for field in fields},
        "AWS_DEFAULT_REGION": "eu-west-1",
        "POWERTOOLS_SERVICE_NAME": "handrail",
        "PATH": os.environ.get("PATH", ""),
        "PYTHONPATH": str(root),
    }
