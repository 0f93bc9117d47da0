"""Build what SAM deploys, without Docker and with compiled bytecode.

SAM installs and copies; it neither compiles nor looks at sizes. Both matter in Lambda: a function
without bytecode compiles every module it imports at each cold start, for more than twice the time,
and a function above 250 MB is refused when it is deployed.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from handrail_ops.languages.shipping import leave_out_sources
from handrail_ops.template.installed import InstalledOtherwiseError, hold_to
from handrail_ops.template.source import Source, read

BUILT = Path(".aws-sam/build")
UNZIPPED_BYTES_MAX = 250 * 1024 * 1024
"""What Lambda takes of a function and its layers together, unzipped."""

_SAM = Path(".venv-sam/bin/sam")


class BuildError(RuntimeError):
    """The project cannot be built; the message says what is missing and how to get it."""


@dataclass(frozen=True, slots=True)
class Size:
    """How large a function is with its layers, unzipped and compiled."""

    function: str
    own_bytes: int
    layers_bytes: int

    @property
    def bytes(self) -> int:
        """What counts against Lambda's limit."""
        return self.own_bytes + self.layers_bytes


def build(root: Path, say: Callable[[str], None]) -> list[Size]:
    """Build every layer and function into `.aws-sam/build` and return the functions' sizes.

    Raises:
        BuildError: the interpreter or SAM is missing, a step failed, or a function is too large.

    """
    source = read(root)
    version = runtime_version(source)
    python = find_interpreter(version)
    say(f"Building for python{version} with {python}")
    _run([*_sam(root), "build"], root, python)
    for artifact, mounted in artifacts(source):
        hold_to_lock(source, artifact, say)
        if freed := leave_out_sources(root / BUILT / artifact):
            say(f"{artifact}: left out {freed / 1e6:.1f} MB of translators' files")
        compile_bytecode(python, root / BUILT / artifact, mounted)
    sizes = list(measure(source))
    too_large = [size.function for size in sizes if size.bytes > UNZIPPED_BYTES_MAX]
    if too_large:
        message = f"larger than the 250 MB that Lambda takes: {', '.join(too_large)}"
        raise BuildError(message)
    return sizes


def runtime_version(source: Source) -> str:
    """Return the Python version that the template's functions run on, such as `3.13`."""
    runtime = str(source.document.get("Globals", {}).get("Function", {}).get("Runtime", ""))
    if not runtime.startswith("python"):
        message = f"Globals.Function.Runtime is {runtime!r}; python3.13 or the like was expected"
        raise BuildError(message)
    return runtime.removeprefix("python")


def find_interpreter(version: str, environ: Mapping[str, str] | None = None) -> Path:
    """Return an interpreter of the very version that Lambda runs; bytecode fits no other.

    Raises:
        BuildError: there is none; the message says how to get one.

    """
    environ = os.environ if environ is None else environ
    for candidate in _candidates(version, environ):
        if _is_version(candidate, version):
            return candidate
    message = (
        f"python{version} is what Lambda runs, and none was found that starts. Get it with "
        f"`.tools/bin/uv python install {version}`, `pyenv install {version}` or your system's "
        "packages, and put it on the PATH"
    )
    raise BuildError(message)


def _candidates(version: str, environ: Mapping[str, str]) -> Iterator[Path]:
    name = f"python{version}"
    on_path = (Path(entry) / name for entry in environ.get("PATH", "").split(os.pathsep) if entry)
    yield from (path for path in on_path if path.is_file())
    # A version manager keeps interpreters that are not on the PATH of every folder.
    home = Path(environ.get("HOME", "/"))
    managed = (
        Path(environ.get("PYENV_ROOT", home / ".pyenv")) / "versions",
        Path(environ.get("UV_PYTHON_INSTALL_DIR", home / ".local/share/uv/python")),
    )
    for folder in managed:
        yield from sorted(folder.glob(f"*{version}*/bin/{name}"), reverse=True)


def _is_version(python: Path, version: str) -> bool:
    ask = "import sys; print('%d.%d' % sys.version_info[:2])"
    try:
        done = subprocess.run(  # noqa: S603 - an interpreter that was found by its name
            [str(python), "-c", ask], capture_output=True, text=True, check=False, timeout=30
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.stdout.strip() == version


def artifacts(source: Source) -> Iterator[tuple[str, str]]:
    """Yield each built folder and where Lambda mounts it."""
    for name, _ in source.of_type("AWS::Serverless::Function"):
        yield name, "/var/task"
    for name, _ in source.of_type("AWS::Serverless::LayerVersion"):
        if _is_built(source, name):
            yield name, "/opt"


def hold_to_lock(source: Source, artifact: str, say: Callable[[str], None]) -> None:
    """Take out of a built folder what its requirements do not name, and check the versions."""
    properties = source.resources[artifact]["Properties"]
    origin = source.root / str(properties.get("CodeUri") or properties["ContentUri"])
    folder = source.root / BUILT / artifact
    if source.resources[artifact]["Type"] == "AWS::Serverless::LayerVersion":
        folder /= "python"
    requirements = origin / "requirements.txt"
    text = requirements.read_text(encoding="utf-8") if requirements.is_file() else ""
    try:
        extra = hold_to(folder, text)
    except InstalledOtherwiseError as error:
        raise BuildError(str(error)) from error
    if extra:
        say(f"{artifact}: took out {', '.join(extra)}")


def compile_bytecode(python: Path, folder: Path, mounted: str) -> None:
    """Compile a built folder for where it will be mounted.

    Unchecked: nothing compares a source's time, which packaging changes, before using bytecode.
    """
    command = [
        *(str(python), "-m", "compileall", "-q", "-j", "0"),
        *("--invalidation-mode", "unchecked-hash"),
        *("-s", str(folder), "-p", mounted, str(folder)),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - fixed
    if done.returncode:
        message = f"{folder} cannot be compiled:\n{done.stdout}{done.stderr}"
        raise BuildError(message)


def measure(source: Source) -> Iterator[Size]:
    """Yield the size of each function with its layers."""
    everywhere = _layers(source.document.get("Globals", {}).get("Function", {}))
    for name, properties in source.of_type("AWS::Serverless::Function"):
        layers = [*everywhere, *_layers(properties)]
        folders = [_folder(source, layer, "ContentUri") for layer in layers]
        own = _bytes(_folder(source, name, "CodeUri"))
        yield Size(name, own, sum(_bytes(folder) for folder in folders))


def _layers(properties: Mapping[str, Any]) -> list[str]:
    return [str(layer["Ref"]) for layer in properties.get("Layers", ())]


def _is_built(source: Source, layer: str) -> bool:
    return "BuildMethod" in (source.resources[layer].get("Metadata") or {})


def _folder(source: Source, name: str, uri: str) -> Path:
    built = source.root / BUILT / name
    return (
        built if built.is_dir() else source.root / str(source.resources[name]["Properties"][uri])
    )


def _bytes(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _sam(root: Path) -> list[str]:
    own = root / _SAM
    found = str(own) if own.exists() else shutil.which("sam")
    if found is None:
        message = "the SAM command line is not installed; `make build` installs it into .venv-sam"
        raise BuildError(message)
    return [found]


def _run(command: list[str], root: Path, python: Path) -> None:
    # SAM takes the first interpreter of the right name on the PATH.
    environ = {**os.environ, "PATH": f"{python.parent}{os.pathsep}{os.environ.get('PATH', '')}"}
    environ |= {"SAM_CLI_TELEMETRY": "0"}
    environ.setdefault("AWS_DEFAULT_REGION", "eu-west-1")
    done = subprocess.run(command, cwd=root, env=environ, check=False)  # noqa: S603 - fixed
    if done.returncode:
        message = f"`{' '.join(command)}` failed; what it says stands above"
        raise BuildError(message)
