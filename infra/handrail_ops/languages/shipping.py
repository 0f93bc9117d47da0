"""Leaving what only translators need out of what is deployed."""

from pathlib import Path
from typing import Final

_SOURCES: Final = frozenset({".po", ".toml", ".txt"})
_COMPILED: Final = "catalogue.json"


def leave_out_sources(built: Path) -> int:
    """Take the sources of compiled languages out of a built layer; return how many bytes went.

    Every function mounts them otherwise, and none reads them: a quarter of the folder's size.
    """
    freed = 0
    for compiled in built.glob(f"python/handrail/languages/*/{_COMPILED}"):
        for path in compiled.parent.iterdir():
            if path.suffix in _SOURCES:
                freed += path.stat().st_size
                path.unlink()
    return freed
