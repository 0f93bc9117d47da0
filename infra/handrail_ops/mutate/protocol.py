"""Breaks the protocol in every way that was thought of, and says what notices it.

Each mutant is one change of a source file, tried on a copy of the sources with the simulation of
`handrail_ops.simulate`; what no seed notices is left to the tests of the protocol. The copy
belongs to one worker and holds one mutant at a time.
"""

from __future__ import annotations

import json
import os
import queue
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from handrail_ops.mutate.verdict import Verdict

MUTANTS = Path(__file__).with_name("protocol.toml")
ROOT = Path(__file__).resolve().parents[3]
SEEDS_MAX = 6_000
_FEW_SEEDS = 200
_SECONDS_MAX = 1_800
_TESTS = "tests/unit/protocol"
_COPIED = (
    *("layers/core/handrail", "infra/handrail_ops", "infra/models", "infra/workflows"),
    *("tests/support", _TESTS),
)


@dataclass(frozen=True, slots=True)
class Change:
    """A mutant: what stands in a file, and what a mistake would put there."""

    name: str
    file: str
    old: str
    new: str
    equivalent: str | None = None


class StaleMutantError(Exception):
    """A mutant no longer fits its source; the message says which, and what to do."""


def changes() -> list[Change]:
    """Return every mutant, each checked against the source it changes.

    Raises:
        StaleMutantError: what a mutant changes is not there exactly once.

    """
    listed = tomllib.loads(MUTANTS.read_text(encoding="utf-8"))["mutant"]
    found = [Change(**one) for one in listed]
    for change in found:
        times = (ROOT / change.file).read_text(encoding="utf-8").count(change.old)
        if times != 1:
            message = (
                f"the mutant {change.name!r} changes what stands {times} times in {change.file}; "
                f"give it the text as it stands there now, in {MUTANTS.name}"
            )
            raise StaleMutantError(message)
    return found


def run(
    workers: int, say: Callable[[str], None], chosen: Sequence[Change] | None = None
) -> list[Verdict]:
    """Try every mutant: on few seeds, since most need no more, on many, and then on the tests."""
    tries: list[Callable[[Path], str | None]] = [
        lambda copy: _hunt(copy, 0, _FEW_SEEDS),
        lambda copy: _hunt(copy, _FEW_SEEDS, SEEDS_MAX),
        _test,
    ]
    left = list(changes() if chosen is None else chosen)
    verdicts: dict[str, Verdict] = {}
    with _copies(workers) as free, ThreadPoolExecutor(workers) as pool:
        for attempt in tries:
            tried = pool.map(lambda one, look=attempt: _tried(one, free, look), left)
            for change, killed_by in zip(list(left), tried, strict=True):
                if killed_by is not None:
                    left.remove(change)
                    say(f"{change.name}: {killed_by}")
                verdicts[change.name] = Verdict(change.name, killed_by, change.equivalent)
        for change in left:
            say(f"{change.name}: {change.equivalent or 'SURVIVES'}")
    return list(verdicts.values())


def _tried(
    change: Change, free: queue.Queue[Path], look: Callable[[Path], str | None]
) -> str | None:
    """Return by what a mutant was noticed, or None."""
    copy = free.get()
    source = copy / change.file
    original = source.read_text(encoding="utf-8")
    try:
        source.write_text(original.replace(change.old, change.new), encoding="utf-8")
        return look(copy)
    finally:
        source.write_text(original, encoding="utf-8")
        free.put(copy)


def _hunt(copy: Path, first: int, end: int) -> str | None:
    """Return which seed notices what is in a copy, and by which rule."""
    try:
        done = _run(copy, "handrail_ops.mutate.hunt", str(first), str(end))
    except subprocess.TimeoutExpired:
        return f"it never ends, within {_SECONDS_MAX} s"
    if done.returncode:
        return f"it does not run: {done.stderr.strip().splitlines()[-1][:160]}"
    found = json.loads(done.stdout)
    if found is None:
        return None
    return f"seed {found['seed']}, {found['rule']}: {found['what']}"


def _test(copy: Path) -> str | None:
    """Return which test of the protocol notices what is in a copy."""
    options = ("-x", "-q", "-rf", "--import-mode=importlib", "-o", "pythonpath=tests")
    done = _run(copy, "pytest", *options, "-p", "no:cacheprovider", _TESTS)
    failed = [line for line in done.stdout.splitlines() if line.startswith("FAILED ")]
    if done.returncode and not failed:
        return f"the tests do not run: {done.stdout.strip().splitlines()[-1][:160]}"
    return f"no seed, but {failed[0].split()[1]}" if failed else None


def _run(copy: Path, *module: str) -> subprocess.CompletedProcess[str]:
    paths = (str(copy / "layers/core"), str(copy / "infra"))
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(paths),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    # Our own code, with a mistake of ours in it.
    return subprocess.run(  # noqa: S603
        [sys.executable, "-m", *module],
        cwd=copy,
        env=environment,
        capture_output=True,
        text=True,
        timeout=_SECONDS_MAX,
        check=False,
    )


@contextmanager
def _copies(workers: int) -> Iterator[queue.Queue[Path]]:
    """Copy the sources once for each worker."""
    free: queue.Queue[Path] = queue.Queue()
    with tempfile.TemporaryDirectory(prefix="handrail-mutants-") as folder:
        for number in range(workers):
            copy = Path(folder) / str(number)
            for name in _COPIED:
                ignored = shutil.ignore_patterns("__pycache__")
                shutil.copytree(ROOT / name, copy / name, ignore=ignored)
            free.put(copy)
        yield free
