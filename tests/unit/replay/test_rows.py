"""Which rows are played."""

from pathlib import Path

import pytest

from handrail_ops.replay.rows import Row, RowsError, choose_rows, read_rows


def test_rows_are_read_with_what_they_have(tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_text(
        '{"text": "Hallo", "language": "de", "wants_human": true, "kind": "x"}\n\n{"text": ""}\n',
        encoding="utf-8",
    )
    assert read_rows(file) == [Row(0, "Hallo", "de", wants_human=True), Row(2, "")]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "no rows"),
        (b"{", "line 1 is not JSON"),
        (b'{"text": "a"}\n[]', "line 2 must be an object"),
        (b'{"text": 7}', "line 1 must be an object with a string 'text'"),
        (b'{"text": "a", "language": 7}', "'language' must be a string"),
        (b"\xff\xfe", "cannot be read as UTF-8"),
    ],
)
def test_a_bad_file_is_told_by_its_line(tmp_path: Path, content: bytes, told: str) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_bytes(content)
    with pytest.raises(RowsError, match=told):
        read_rows(file)


def test_a_limit_keeps_every_row_that_wants_a_person() -> None:
    rows = [Row(n, f"row {n}", wants_human=n % 10 == 0) for n in range(100)]
    chosen = choose_rows(rows, 25, seed=1)

    assert len(chosen) == len({row.index for row in chosen}) == 25
    assert {row.index for row in rows if row.wants_human} <= {row.index for row in chosen}
    assert all(row.wants_human for row in choose_rows(rows, 5, seed=1))


def test_the_seed_alone_decides() -> None:
    rows = [Row(n, f"row {n}") for n in range(50)]
    assert choose_rows(rows, 20, seed=3) == choose_rows(rows, 20, seed=3)
    assert choose_rows(rows, 20, seed=3) != choose_rows(rows, 20, seed=4)
    assert sorted(choose_rows(rows, None, seed=3), key=lambda row: row.index) == rows
