"""Building finds the right interpreter or says how to get it, and compiles for where it runs."""

import os
import re
import sys
from pathlib import Path

import pytest

from handrail_ops.template.build import (
    BuildError,
    artifacts,
    compile_bytecode,
    find_interpreter,
    measure,
    runtime_version,
)
from handrail_ops.template.installed import InstalledOtherwiseError, hold_to
from handrail_ops.template.source import Source

HERE = f"{sys.version_info.major}.{sys.version_info.minor}"


def script(folder: Path, name: str, text: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def test_the_version_is_the_templates(source: Source) -> None:
    assert runtime_version(source) == "3.13"


def test_an_interpreter_on_the_path_is_found(tmp_path: Path) -> None:
    own = script(tmp_path, f"python{HERE}", f'exec "{sys.executable}" "$@"')
    assert find_interpreter(HERE, {"PATH": str(tmp_path), "HOME": str(tmp_path)}) == own


def test_one_that_only_pretends_is_passed_over(tmp_path: Path) -> None:
    # A version manager's shim answers for versions that are not chosen here.
    script(tmp_path / "shims", "python9.9", "exit 127")
    right = script(tmp_path / "bin", "python9.9", "echo 9.9")
    path = os.pathsep.join([str(tmp_path / "shims"), str(tmp_path / "bin")])
    assert find_interpreter("9.9", {"PATH": path, "HOME": str(tmp_path)}) == right


def test_one_of_a_version_manager_is_found(tmp_path: Path) -> None:
    managed = script(tmp_path / ".pyenv/versions/9.9.1/bin", "python9.9", "echo 9.9")
    assert find_interpreter("9.9", {"PATH": "", "HOME": str(tmp_path)}) == managed


def test_without_one_it_says_how_to_get_it(tmp_path: Path) -> None:
    with pytest.raises(BuildError, match=r"uv python install 9\.9"):
        find_interpreter("9.9", {"PATH": str(tmp_path), "HOME": str(tmp_path)})


def test_bytecode_is_used_whatever_happens_to_times(tmp_path: Path) -> None:
    module = tmp_path / "some" / "module.py"
    module.parent.mkdir()
    module.write_text("VALUE = 1\n", encoding="utf-8")
    compile_bytecode(Path(sys.executable), tmp_path, "/var/task")
    (compiled,) = (tmp_path / "some" / "__pycache__").glob("*.pyc")
    content = compiled.read_bytes()
    # PEP 552: bit 0 says that a hash stands there, bit 1 that it is compared.
    assert int.from_bytes(content[4:8], "little") == 0b01
    assert b"/var/task/some/module.py" in content


def test_what_does_not_compile_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "module.py").write_text("def (\n", encoding="utf-8")
    with pytest.raises(BuildError, match="cannot be compiled"):
        compile_bytecode(Path(sys.executable), tmp_path, "/opt")


def test_every_artifact_is_compiled_for_its_place(source: Source) -> None:
    places = dict(artifacts(source))
    assert places["CoreLayer"] == "/opt"
    assert places["ConductFunction"] == "/var/task"
    assert "KnowledgeLayer" not in places, "it holds no code"


def test_a_functions_size_counts_its_layers(source: Source) -> None:
    sizes = {size.function: size for size in measure(source)}
    plain, drafting = sizes["ConductFunction"], sizes["DraftAnswerFunction"]
    assert drafting.layers_bytes > plain.layers_bytes > 0
    assert plain.bytes == plain.own_bytes + plain.layers_bytes


def install(folder: Path, name: str, version: str) -> None:
    package = folder / name.replace("-", "_")
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("", encoding="utf-8")
    metadata = folder / f"{package.name}-{version}.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text(f"Name: {name}\nVersion: {version}\n", encoding="utf-8")
    (metadata / "RECORD").write_text(
        f"{package.name}/__init__.py,,\n{metadata.name}/METADATA,,\n../../outside.txt,,\n",
        encoding="utf-8",
    )


def test_what_was_not_asked_for_is_taken_out(tmp_path: Path) -> None:
    outside = tmp_path.parent / "outside.txt"
    outside.write_text("stays", encoding="utf-8")
    folder = tmp_path / "built"
    install(folder, "some-library", "1.2")
    install(folder, "its_dependency", "9.9")
    (folder / "app.py").write_text("", encoding="utf-8")
    assert hold_to(folder, "# comment == 1\nsome-library==1.2\n") == ["its-dependency"]
    left = {path.name for path in folder.iterdir()}
    assert left == {"some_library", "some_library-1.2.dist-info", "app.py"}
    assert outside.exists()


@pytest.mark.parametrize(
    ("requirements", "told"),
    [
        ("some-library==1.3", "is 1.2, uv.lock says"),
        ("some-library==1.2\nanother==1", "another==1 is not installed"),
    ],
)
def test_what_is_not_as_locked_is_an_error(tmp_path: Path, requirements: str, told: str) -> None:
    install(tmp_path, "some-library", "1.2")
    with pytest.raises(InstalledOtherwiseError, match=re.escape(told)):
        hold_to(tmp_path, requirements)


def test_a_marker_may_choose_between_versions(tmp_path: Path) -> None:
    install(tmp_path, "some-library", "1.2")
    text = "some-library==1.2 ; python_version >= '3'\nsome-library==1.1 ; python_version < '3'"
    assert hold_to(tmp_path, text) == []
