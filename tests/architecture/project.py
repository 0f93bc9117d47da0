"""The project as files."""

import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FUNCTIONS = sorted(path.parent.name for path in (ROOT / "functions").glob("*/app.py"))


@cache
def files() -> tuple[str, ...]:
    """Return every file of the project, by its path: what git keeps, or would."""
    git = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],  # noqa: S607 - no path
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if git.returncode:  # an unpacked archive
        hidden = (".venv", ".venv-sam", ".tools", ".aws-sam", "__pycache__", ".git")
        found = [path.relative_to(ROOT) for path in ROOT.rglob("*") if path.is_file()]
        return tuple(str(path) for path in found if not set(path.parts) & set(hidden))
    return tuple(name for name in git.stdout.splitlines() if (ROOT / name).is_file())


def python_files(*folders: str) -> list[str]:
    """Return the Python files below some folders."""
    return [name for name in files() if name.endswith(".py") and name.startswith(folders or ("",))]


def text_of(name: str) -> str:
    """Return a file's text."""
    return (ROOT / name).read_text(encoding="utf-8")
