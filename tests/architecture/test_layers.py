"""Imports go one way, and the innermost layer needs nothing but Python."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest
from architecture.project import FUNCTIONS, ROOT, python_files, text_of

DOMAIN = python_files("layers/core/handrail/domain/")
CLOCKS = {"time", "os", "logging", "socket", "subprocess", "pathlib", "io", "random", "secrets"}
"""Standard modules through which a pure function would stop being one."""


def imports_of(name: str) -> set[str]:
    """Return the top packages that a file imports, wherever in it."""
    found = set()
    for node in ast.walk(ast.parse(text_of(name))):
        match node:
            case ast.Import(names=names):
                found |= {one.name.partition(".")[0] for one in names}
            case ast.ImportFrom(module=str(module), level=0):
                found.add(module.partition(".")[0])
            case ast.Call(
                func=ast.Name(id="import_module" | "_module"), args=[ast.Constant(value=str(m))]
            ):
                found.add(m.partition(".")[0])
            case _:
                pass
    return found


def test_import_linter_agrees(tmp_path: Path) -> None:
    # In a process of its own: it switches off every logger that is there already.
    command = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    done = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-c", command, "--cache-dir", str(tmp_path)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", DOMAIN)
def test_the_domain_imports_the_standard_library_alone(name: str) -> None:
    assert imports_of(name) - {"handrail"} <= sys.stdlib_module_names


@pytest.mark.parametrize("name", DOMAIN)
def test_the_domain_has_no_clock_and_no_door(name: str) -> None:
    assert not imports_of(name) & CLOCKS


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_handler_is_read_at_a_glance(name: str) -> None:
    assert len(text_of(f"functions/{name}/app.py").splitlines()) <= 15


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_handler_is_put_together_by_its_own_module(name: str) -> None:
    text = text_of(f"functions/{name}/app.py")
    assert f"from handrail.bootstrap.{name} import build" in text
    assert "lambda_handler = build(" in text
    assert (ROOT / "layers/core/handrail/bootstrap" / f"{name}.py").is_file()


@pytest.mark.parametrize(
    ("library", "only"),
    [
        ("openai", "layers/core/handrail/adapters/model/"),
        ("deep_translator", "layers/core/handrail/adapters/translation/"),
        ("phonenumbers", "layers/core/handrail/adapters/privacy/"),
        ("fasttext", "layers/core/handrail/adapters/language/"),
    ],
)
def test_a_library_stands_behind_one_adapter(library: str, only: str) -> None:
    users = [name for name in python_files("layers/") if library in imports_of(name)]
    assert users
    assert all(name.startswith(only) for name in users), users
