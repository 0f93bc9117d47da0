"""`handrail verify` as it is called: by people, by machines, and by pre-commit."""

import importlib.util
import json
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

from handrail_ops.verify.command import verify
from handrail_ops.verify.report import plain

from .conftest import ROOT, text_of, workflow_of

HOOK = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))[0]


def run(*arguments: str | Path) -> Result:
    result = CliRunner().invoke(verify, [str(one) for one in arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result


@pytest.fixture
def good(tmp_path: Path) -> Path:
    path = tmp_path / "good.asl.json"
    path.write_text(text_of("turn"), encoding="utf-8")
    return path


@pytest.fixture
def bad(tmp_path: Path) -> Path:
    workflow = workflow_of("turn")
    workflow["States"]["Draft an answer"]["Catch"][0]["Next"] = "Offer the answer"
    path = tmp_path / "bad.asl.json"
    path.write_text(json.dumps(workflow), encoding="utf-8")
    return path


def test_without_files_it_proves_the_project_s_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT / "tests")
    result = run()
    assert result.exit_code == 0
    assert result.output.count(": proved") == len(list((ROOT / "infra/workflows").glob("*.json")))
    assert "47 s at worst, cut off after 25" in result.output


def test_nothing_asked_is_nothing_proved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = run()
    assert result.exit_code == 2
    assert "no FILE is named" in result.output


def test_a_violation_shows_the_way_and_exits_1(bad: Path) -> None:
    result = run(bad)
    assert result.exit_code == 1
    lines = [line.strip() for line in result.output.splitlines()]
    at = next(i for i, line in enumerate(lines) if "on a way on which something failed" in line)
    assert lines[at + 1 : at + 9] == [
        "Understand the question",
        "↓ succeeds",
        "Is there a question?",
        "↓ $.understood.verdict is 'go_on'",
        "Draft an answer",
        "↓ fails with any error",
        "Offer the answer",
        "↓ the workflow ends",
    ]


def test_one_unreadable_file_among_good_ones_is_2(good: Path, bad: Path, tmp_path: Path) -> None:
    assert run(good).exit_code == 0
    assert run(good, bad).exit_code == 1
    assert run(good, tmp_path / "none.asl.json").exit_code == 2
    assert run(good, tmp_path / "none.asl.json", bad).exit_code == 2


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "is no JSON"),
        (b"\xff\xfe\x00", "is no text in UTF-8"),
        (b"{}", "it has no StartAt and States"),
        (b'{"StartAt": "A", "States": {"A": {"Type": "Map"}}}', "uses Map, which is not modelled"),
    ],
)
def test_what_cannot_be_read_is_one_clear_line(tmp_path: Path, data: bytes, told: str) -> None:
    path = tmp_path / "it.asl.json"
    path.write_bytes(data)
    result = run(path)
    assert result.exit_code == 2
    (line,) = result.output.splitlines()
    assert line.startswith("? ")
    assert told in line
    assert ": proved" not in line


def test_a_folder_and_a_missing_file_are_said_too(tmp_path: Path) -> None:
    assert "Is a directory" in run(tmp_path).output
    assert "No such file" in run(tmp_path / "none").output


def test_json_is_one_object(good: Path, bad: Path, tmp_path: Path) -> None:
    found: dict[str, Any] = json.loads(run("--json", good, bad, tmp_path / "none").output)
    assert found["proved"] is False
    assert [one["verdict"] for one in found["files"]] == ["proved", "refuted", "unreadable"]
    proved, refuted, unreadable = found["files"]
    assert proved["worst"]["all_tries"] == 47
    assert proved["rests_on"]
    violation = next(one for one in refuted["violations"] if one["rule"] == "ends")
    assert violation["path"][-2] == {"state": "Draft an answer", "how": "fails with any error"}
    assert "violations" not in unreadable
    assert unreadable["problem"]
    assert json.loads(run("--json", good).output)["proved"] is True


def test_no_name_in_a_file_reaches_the_terminal_raw(tmp_path: Path) -> None:
    workflow = workflow_of("turn")
    evil = "\x1b]0;owned\x07[bold]x\u202e\ud800"
    workflow["States"][evil] = {"Type": "Succeed", "Comment": "Lonely."}
    path = tmp_path / "evil.asl.json"
    path.write_text(json.dumps(workflow), encoding="utf-8")
    result = run(path)
    assert result.exit_code == 1
    assert "\x1b" not in result.output
    assert "\u202e" not in result.output
    assert "[bold]x" in result.output


@given(st.text())
def test_plain_words_can_always_be_printed(words: str) -> None:
    shown = plain(words)
    assert shown.isprintable()
    shown.encode("utf-8")


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=60))
def test_any_bytes_are_2(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "any.asl.json"
    path.write_bytes(data)
    assert run(path).exit_code == 2


# ---------------------------------------------------------------- the pre-commit hook


def hooked(*files: Path) -> subprocess.CompletedProcess[str]:
    """Run the hook's entry as pre-commit does: the installed script, then the files."""
    script, *rest = shlex.split(HOOK["entry"])
    command = [str(Path(sys.executable).with_name(script)), *rest, *map(str, files)]
    return subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603


def test_the_hook_s_entry_works(good: Path, bad: Path) -> None:
    assert HOOK["id"] == "handrail-verify"
    assert HOOK["language"] == "python"
    assert hooked(good).returncode == 0
    failed = hooked(good, bad)
    assert failed.returncode == 1
    assert "bad.asl.json: not proved" in failed.stdout


def test_the_hook_s_environment_has_what_it_needs(good: Path, tmp_path: Path) -> None:
    """Only what the hook declares, and what that needs itself, is there to be imported."""
    wanted = [one.partition(">")[0] for one in HOOK["additional_dependencies"]]
    site = tmp_path / "site"
    site.mkdir()
    for name in (*wanted, "pygments", "markdown_it", "mdurl"):  # the last three are rich's own
        found = importlib.util.find_spec(name)
        assert found is not None
        assert found.submodule_search_locations
        (site / name).symlink_to(found.submodule_search_locations[0])
    for package in ("infra/handrail_ops", "layers/core/handrail"):
        (site / Path(package).name).symlink_to(ROOT / package)
    code = "import sys; from handrail_ops.cli import main; sys.argv[0] = 'handrail'; main()"
    done = subprocess.run(  # noqa: S603 - this interpreter, without its installed packages
        [sys.executable, "-S", "-c", code, "verify", str(good)],
        env={"PYTHONPATH": str(site), "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert ": proved" in done.stdout
