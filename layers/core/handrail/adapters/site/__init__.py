"""The files of the chat page, read from the package."""

from collections.abc import Mapping
from pathlib import Path

from handrail.application.site_settings import Asset

FILES_FOLDER = Path(__file__).parent / "files"

_MEDIA_TYPES = {
    ".html": "text/html",
    ".js": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
}


def packaged_assets(folder: Path = FILES_FOLDER) -> Mapping[str, Asset]:
    """Return every file of the page by name."""
    return {
        path.name: Asset(path.read_text(encoding="utf-8"), _MEDIA_TYPES[path.suffix])
        for path in sorted(folder.iterdir())
        if path.suffix in _MEDIA_TYPES
    }
