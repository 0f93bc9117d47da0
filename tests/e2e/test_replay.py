"""`handrail replay`: the command, its stack and its verdict, in one."""

import json
from pathlib import Path

from click.testing import CliRunner

from handrail_ops.replay.command import replay
from support.stack import ROOT

ROWS = [
    {"text": "I want to talk to a human", "language": "en", "wants_human": True},
    {"text": "Quiero hablar con una persona", "language": "es", "wants_human": True},
    {"text": "How long does a refund take?", "language": "en"},
    {"text": "xyzzy plugh", "wants_human": False},
]


def test_it_plays_every_row_and_prints_one_line(tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_text("\n".join(json.dumps(row) for row in ROWS), encoding="utf-8")

    result = CliRunner().invoke(
        replay,
        [str(file), "--json", "--template", str(ROOT / "template.yaml"), "--agents", "2"],
    )

    assert result.exit_code == 0, result.output
    (line,) = result.stdout.splitlines()
    told = json.loads(line)
    assert told["sent"] == len(ROWS)
    assert told["escalated"] >= 2
    assert told["answered"] + told["escalated"] >= len(ROWS)
    for zero in ("lost", "unanswered", "offers_missing", "requests_missed", "duplicates"):
        assert told[zero] == 0, zero
    assert told["violations"] == {}
    assert told["unrest"] == {}
    assert told["table_checked"]
    assert 0 < told["p50_ms"] <= told["p95_ms"]


def test_what_cannot_be_played_is_told(tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_text("nonsense", encoding="utf-8")

    unreadable = CliRunner().invoke(replay, [str(file)])
    assert unreadable.exit_code == 1
    assert "line 1 is not JSON" in unreadable.output

    file.write_text('{"text": "a"}', encoding="utf-8")
    unsigned = CliRunner().invoke(replay, [str(file), "--url", "http://127.0.0.1:1"])
    assert unsigned.exit_code == 2
    assert "--secret" in unsigned.output
