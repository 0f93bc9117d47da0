"""`handrail local`, which `make run` starts: ready, the page is there, one Ctrl-C ends it all."""

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import urllib3

from support.stack import ROOT, eventually

READY = re.compile(r"(http://127\.0\.0\.1:\d+)")
START_SECONDS = 60
STOP_SECONDS = 20
HTTP = urllib3.PoolManager(retries=False, timeout=30.0)


class Running:
    """The command in a process of its own, and what it prints."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", "from handrail_ops.cli import main; main()", "local"],
            cwd=ROOT,
            env={**os.environ, "PORT": "0"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.lines: list[str] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as output:
            self.lines.extend(output)

    def end(self) -> None:
        self.process.kill()
        self.process.wait()
        self._reader.join()

    def url(self) -> str | None:
        found = READY.search("".join(self.lines))
        return found[1] if found else None

    def children(self) -> set[int]:
        """Every process below the command, however deep."""
        parents: dict[int, int] = {}
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = stat.read_text().rpartition(")")[2].split()
            except OSError:
                continue
            parents[int(stat.parent.name)] = int(fields[1])
        below = {self.process.pid}
        while True:
            more = {child for child, parent in parents.items() if parent in below} - below
            if not more:
                return below - {self.process.pid}
            below |= more


@pytest.fixture
def running() -> Iterator[Running]:
    started = Running()
    yield started
    started.end()


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks for processes in /proc")
def test_it_starts_serves_and_stops_whole(running: Running) -> None:
    url = eventually(running.url, "the address is printed", START_SECONDS)

    assert HTTP.request("GET", f"{url}/healthz").status == 200
    page = HTTP.request("GET", f"{url}/")
    assert page.status == 200
    assert page.headers["content-type"].startswith("text/html")
    assert b"<html" in page.data
    children = running.children()
    assert len(children) >= 4  # three of the local AWS, and the worker that served the page

    running.process.send_signal(signal.SIGINT)

    assert running.process.wait(STOP_SECONDS) == 0
    eventually(
        lambda: not any(Path(f"/proc/{pid}").exists() for pid in children),
        "every process has ended",
    )
    assert not any("Traceback" in line for line in running.lines)
