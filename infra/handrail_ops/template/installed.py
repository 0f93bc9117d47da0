"""What a build has installed, held to what the lock file says.

pip fetches the dependencies of what it is told to install, also those that a requirements file
leaves out on purpose, and in whatever version is newest. So what was not asked for is taken out
again, and what was asked for must have the very version.
"""

from __future__ import annotations

import re
import shutil
from importlib.metadata import Distribution, distributions
from pathlib import Path


class InstalledOtherwiseError(RuntimeError):
    """A build holds something else than the lock file; the message names it."""


def hold_to(folder: Path, requirements: str) -> list[str]:
    """Take out what was not asked for and return its names.

    Raises:
        InstalledOtherwiseError: something is missing, or has another version than it is pinned to.

    """
    pinned = pins(requirements)
    installed = {_normal(one.name): one for one in distributions(path=[str(folder)])}
    for name, one in installed.items():
        if name in pinned and one.version not in pinned[name]:
            message = f"{folder}: {name} is {one.version}, uv.lock says {sorted(pinned[name])}"
            raise InstalledOtherwiseError(message)
    missing = sorted(line for name, line in _needed(requirements).items() if name not in installed)
    if missing:
        message = f"{folder}: {', '.join(missing)} is not installed"
        raise InstalledOtherwiseError(message)
    extra = sorted(set(installed) - set(pinned))
    for name in extra:
        _take_out(folder, name, installed[name])
    return extra


def pins(requirements: str) -> dict[str, set[str]]:
    """Return the versions that each distribution may have; several, where markers choose."""
    found: dict[str, set[str]] = {}
    for line in requirements.splitlines():
        name, equals, rest = line.partition("==")
        if equals and not line.startswith("#"):
            found.setdefault(_normal(name), set()).add(rest.partition(";")[0].strip())
    return found


def _needed(requirements: str) -> dict[str, str]:
    """Return what must be there whatever the markers say: the lines without one."""
    lines = [line for line in requirements.splitlines() if "==" in line and ";" not in line]
    return {_normal(line.partition("==")[0]): line for line in lines if not line.startswith("#")}


def _take_out(folder: Path, name: str, distribution: Distribution) -> None:
    """Remove a distribution's files, and the folders that are empty then."""
    root = folder.resolve()
    for file in distribution.files or ():
        path = (folder / str(file)).resolve()
        if path.is_relative_to(root):
            path.unlink(missing_ok=True)
            _remove_empty(path.parent, root)
    for metadata in folder.glob("*.dist-info"):
        if _normal(metadata.name.partition("-")[0]) == name:
            shutil.rmtree(metadata)


def _remove_empty(folder: Path, root: Path) -> None:
    while folder != root and folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()
        folder = folder.parent


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
