from pathlib import Path

import pytest
from click.testing import CliRunner

from handrail_ops.knowledge.articles import read_articles
from handrail_ops.knowledge.check import check_articles
from handrail_ops.knowledge.command import knowledge
from support.articles import NOW, article, write, write_sample


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(knowledge, arguments)
    return result.exit_code, result.output


def test_build_then_ask(tmp_path: Path) -> None:
    articles, index = str(write_sample(tmp_path / "articles")), str(tmp_path / "index")
    code, output = run("build", "--articles", articles, "--index", index)
    assert code == 0
    assert "6 articles" not in output
    assert "zh-Hans" in output
    code, output = run("ask", "How much is the late fee?", "--index", index)
    assert code == 0
    assert "fees/en#1" in output
    assert "We charge a late fee of €4" in output
    code, output = run("ask", "what is the capital of France", "--index", index)
    assert "A person is needed: no_answer" in output


def test_a_faulty_article_builds_nothing(tmp_path: Path) -> None:
    write_sample(tmp_path / "articles")
    write(tmp_path / "articles", "broken", "no front matter")
    code, output = run(
        "build", "--articles", str(tmp_path / "articles"), "--index", str(tmp_path / "index")
    )
    assert code == 1
    assert "en/broken.md:1" in output
    assert not (tmp_path / "index").exists()


def test_the_same_fault_of_a_line_is_said_once(tmp_path: Path) -> None:
    write_sample(tmp_path)
    (tmp_path / "en" / "script.md").write_text(
        article("script", "Text with <script>alert(1)</script>."), encoding="utf-8"
    )
    code, output = run("check", "--articles", str(tmp_path))
    assert code == 1
    assert "Error: 1 fault\n" in output
    assert output.count("HTML is not read here") == 1


def test_asking_without_an_index_says_what_to_do(tmp_path: Path) -> None:
    code, output = run("ask", "hello", "--index", str(tmp_path))
    assert code == 1
    assert "handrail knowledge build" in output


def test_check_is_content_with_a_good_set(tmp_path: Path) -> None:
    code, output = run("check", "--articles", str(write_sample(tmp_path)))
    assert code == 0, output
    assert "0 faults" in output


@pytest.mark.parametrize(
    ("text", "said", "is_fault"),
    [
        (article("old", "It is over.", extra="valid_until: 2026-01-31\n"), "expired", True),
        (article("soon", "It ends.", extra="valid_until: 2027-01-20\n"), "expires", False),
        (article("later", "It comes.", valid_from="2028-01-01"), "not valid yet", False),
        (article("again", "Late.", questions=("how much is the LATE fee",)), "also that", True),
        (
            article("lost", "Something else.", questions=("completely unrelated words xyz",)),
            "",
            False,
        ),
    ],
)
def test_check_finds_what_would_mislead(
    tmp_path: Path, text: str, said: str, *, is_fault: bool
) -> None:
    write_sample(tmp_path)
    write(tmp_path, "extra", text)
    findings = check_articles(read_articles(tmp_path), NOW)
    about = [f for f in findings if f.file == "en/extra.md" or "en/extra.md" in f.what]
    if said:
        assert any(said in f.what and f.is_fault is is_fault for f in about), findings
    else:
        assert not any(finding.is_fault for finding in about)


def test_check_remarks_on_a_translation_of_nothing(tmp_path: Path) -> None:
    write_sample(tmp_path)
    findings = check_articles(read_articles(tmp_path), NOW)
    assert any("returns" in finding.what and not finding.is_fault for finding in findings)


def test_diff_shows_what_would_be_answered_otherwise(tmp_path: Path) -> None:
    articles, old, new = (tmp_path / name for name in ("articles", "old", "new"))
    write_sample(articles)
    run("build", "--articles", str(articles), "--index", str(old))
    fees = articles / "en" / "fees.md"
    text = fees.read_text(encoding="utf-8").replace("late fee of €4", "late fee of €5")
    extra = 'valid_until: 2027-12-31\nquestions:\n  - "Is it 5 now?"'
    fees.write_text(text.replace("questions:", extra), encoding="utf-8")
    (articles / "de" / "returns.md").unlink()
    write(articles, "aaa", article("aaa", "We also sell maps."))
    run("build", "--articles", str(articles), "--index", str(new))

    code, output = run("diff", str(old), str(new / "knowledge.index"))
    assert code == 0, output
    lines = output.splitlines()
    assert [line for line in lines if not line.startswith(" ")] == [
        "removed de/returns",
        "added en/aaa",
        "changed en/fees",
        "articles: 1 added, 1 removed, 1 changed",
    ]
    assert "    -We charge a late fee of €4 when a payment is 7 days overdue." in lines
    assert "    +We charge a late fee of €5 when a payment is 7 days overdue." in lines
    assert "    +Is it 5 now?" in lines
    assert any("until 2028-01-01" in line for line in lines)
    assert "  title:" not in lines
    assert run("diff", str(old), str(old))[1] == "articles: 0 added, 0 removed, 0 changed\n"


def test_diff_refuses_what_is_no_index(tmp_path: Path) -> None:
    code, output = run("diff", str(tmp_path), str(tmp_path))
    assert code == 1
    assert "handrail knowledge build" in output
