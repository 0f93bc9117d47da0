"""Keeping a customer's file on this machine: a new name, never opened, never over another."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Final

_NAMES_MAX: Final = 1_000


def save(pieces: Iterable[tuple[str, bytes]], folder: Path) -> Path:
    """Write a file's pieces into a folder and return where; half of a file is not left behind.

    Raises:
        OSError: it cannot be written.

    """
    path: Path | None = None
    try:
        for name, piece in pieces:
            if path is None:
                folder.mkdir(parents=True, exist_ok=True)
                path = _reserved(folder, plain_name(name))
            with path.open("ab") as file:
                file.write(piece)
    except BaseException:
        if path is not None:
            path.unlink(missing_ok=True)
        raise
    if path is None:
        message = "the desk gave no piece of the file"
        raise OSError(message)
    return path


def plain_name(name: str) -> str:
    """Return a name without a folder in it, whatever the desk says."""
    plain = PureWindowsPath(PurePosixPath(name).name).name.strip(". ")
    return plain or "file"


def _reserved(folder: Path, name: str) -> Path:
    """Make an empty file that only its owner can read, and that was not there before."""
    stem, suffix = Path(name).stem, Path(name).suffix
    for number in range(1, _NAMES_MAX):
        path = folder / (name if number == 1 else f"{stem} ({number}){suffix}")
        try:
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        except FileExistsError:
            continue
        return path
    message = f"{folder} has too many files called {name!r}"
    raise OSError(message)
