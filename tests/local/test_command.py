"""`handrail local`: it starts, says where, and leaves nothing behind however it ends."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from click.testing import CliRunner
from local.helpers import TEMPLATE, eventually

from handrail_ops.local.command import as_typed, local

COMMAND = [sys.executable, "-c", "from handrail_ops.local.command import local; local()"]
linux = pytest.mark.skipif(sys.platform != "linux", reason="children are found in /proc")


def _children(parent: int) -> list[int]:
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == parent and fields[0] != "Z":
            found.append(int(stat.parent.name))
    return found


def _alive(process: int) -> bool:
    try:
        stat = Path(f"/proc/{process}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


@pytest.fixture
def running() -> Iterator[tuple[subprocess.Popen[str], str]]:
    process = subprocess.Popen(  # noqa: S603 - our own command
        [*COMMAND, "--template", str(TEMPLATE), "--port", "0", "--parameter", "Greeting=hi"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    try:
        url = ""
        while not url:
            line = process.stdout.readline()
            assert line, "the command ended before it was ready"
            if found := re.search(r"Ready after .* at (http://\S+)", line):
                url = found[1]
        yield process, url
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


@linux
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_no_process_outlives_it(
    running: tuple[subprocess.Popen[str], str], how: signal.Signals
) -> None:
    process, url = running
    shown = requests.get(f"{url}/do/show", timeout=20).json()
    assert shown["requestContext"]["domainName"] in url
    children = _children(process.pid)
    assert len(children) >= 4, "three processes of the local AWS and a worker"
    os.kill(process.pid, how)
    process.wait(timeout=20)
    assert process.returncode == (-signal.SIGKILL if how == signal.SIGKILL else 0)
    eventually(lambda: not any(_alive(child) for child in children), "the end of all processes")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--parameter", "Nobody=1"], "has no parameter Nobody"),
        (["--parameter", "Greeting"], "Name=value was expected"),
    ],
)
def test_wrong_arguments_are_told(arguments: list[str], told: str) -> None:
    outcome = CliRunner().invoke(local, ["--template", str(TEMPLATE), *arguments])
    assert outcome.exit_code != 0
    assert told in outcome.output


def test_a_port_in_use_is_told() -> None:
    from handrail_ops.local.loopback_http import listen

    with listen() as taken:
        port = str(taken.getsockname()[1])
        outcome = CliRunner().invoke(local, ["--template", str(TEMPLATE), "--port", port])
    assert outcome.exit_code == 1
    assert f"port {port} on 127.0.0.1 cannot be used" in outcome.output
    assert "--port or PORT" in outcome.output


def test_what_to_type_is_what_can_be_typed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    program = tmp_path / ".venv" / "bin" / "handrail"
    program.parent.mkdir(parents=True)
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", [str(program)])
    monkeypatch.setenv("PATH", os.devnull)
    assert as_typed() == ".venv/bin/handrail"
    monkeypatch.setenv("PATH", str(program.parent))
    assert as_typed() == "handrail"
