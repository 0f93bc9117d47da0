"""Articles are read strictly, and every fault says its file and line."""

from pathlib import Path

import pytest

from handrail_ops.knowledge.articles import (
    ARTICLE_BYTES_MAX,
    ArticleError,
    read_article,
    read_articles,
)
from handrail_ops.knowledge.courtesies import courtesies, with_courtesies
from handrail_ops.knowledge.markdown import Block
from support.articles import article, write

GOOD = article("refunds", "A refund takes 5 days.\n\n## When\n\nIt takes 7 days.")


def faults(directory: Path, text: str | bytes) -> list[tuple[int, str]]:
    path = write(directory, "page", "")
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(ArticleError) as caught:
        read_article(path, "en/page.md")
    assert all(
        str(fault).startswith(f"en/page.md:{fault.line}: ") for fault in caught.value.faults
    )
    return [(fault.line, fault.what) for fault in caught.value.faults]


def test_an_article_is_read_whole(tmp_path: Path) -> None:
    text = article(
        "late-fees",
        "We charge **€4** after `7` days.\n\n## When\n\n1. First\n2. Second\n\n"
        "- See [the page](https://help.example.com/x) or <https://help.example.com/y>.",
        title="Late fees",
        questions=("How much?", "Why?"),
        extra="valid_until: 2026-12-31\nsensitive: [fraud]\n",
    )
    read = read_article(write(tmp_path, "late-fees", text), "en/late-fees.md")
    assert (read.id, read.title, read.language) == ("late-fees", "Late fees", "en")
    assert read.questions == ("How much?", "Why?")
    assert read.sensitive == ("fraud",)
    assert read.valid_until is not None
    assert read.valid_until - read.valid_from == 365 * 86_400
    intro, when = read.sections
    assert (intro.heading, when.heading) == ("", "When")
    assert intro.blocks == (Block("We charge €4 after 7 days."),)
    assert when.blocks == (
        Block("1. First", listed=True),
        Block("2. Second", listed=True),
        Block(
            "- See the page (https://help.example.com/x) or https://help.example.com/y.",
            listed=True,
        ),
    )


def test_a_table_becomes_a_list(tmp_path: Path) -> None:
    text = article("t", "| Fee | After |\n|---|---|\n| €4 | 7 days |")
    (section,) = read_article(write(tmp_path, "t", text), "t.md").sections
    assert [block.text for block in section.blocks] == ["- Fee: After", "- €4: 7 days"]


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("", 1, "front matter"),
        ("# No front matter\n", 1, "front matter"),
        ("---\nid: x\n", 2, "never ends"),
        (GOOD.replace("title:", "title: ["), 4, "not YAML"),
        (GOOD.replace("id: refunds", "id: refunds\nid: again"), 3, "twice"),
        (GOOD.replace("language: en", "language: English!"), 4, "'language'"),
        (GOOD.replace("language: en", "language: no"), 4, "'language'"),
        (GOOD.replace("id: refunds", "id: ../../etc/passwd"), 2, "'id'"),
        (GOOD.replace("valid_from: 2026-01-01", "valid_from: soon"), 6, "'valid_from'"),
        (GOOD.replace("valid_from: 2026-01-01", "valid_from: 2026-02-31"), 2, "not YAML"),
        (GOOD.replace("https://", "javascript:"), 7, "'source'"),
        (GOOD.replace("audience: customers\n", ""), 2, "'audience' is missing"),
        (GOOD.replace("audience:", "audiance:"), 5, "'audiance' is not known"),
        (GOOD.replace('  - "What is it?"', "  - 5"), 8, "'questions'"),
        (GOOD.replace('  - "What is it?"', f'  - "{"x" * 400}"'), 8, "more than"),
        (GOOD.replace("A page", "x" * 300), 3, "'title'"),
        (GOOD.replace("id: refunds", "id: &a refunds"), 2, "anchors"),
        (GOOD.replace("id: refunds", "? [a]\n: b"), 2, "not YAML"),
        (GOOD.replace("id: refunds", "id: !!python/object/apply:os.system [id]"), 2, "not YAML"),
        (GOOD.replace("questions:", "questions: " + "[" * 3_000), 2, "not YAML"),
        (GOOD.partition("\nA refund")[0], 10, "empty"),
        (GOOD.partition("\nA refund")[0] + "\n## Only a heading\n", 10, "empty"),
        (GOOD + "\n<script>alert(1)</script>\n", 18, "HTML"),
        (GOOD + "\nHello <b onclick=x>there</b>\n", 18, "HTML"),
        (GOOD + "\n[press](javascript:alert(1))\n", 18, "link"),
        (GOOD + "\n[press](data:text/html,x)\n", 18, "link"),
        (GOOD + "\n![logo](https://example.com/x.png)\n", 18, "pictures"),
        (GOOD + "\nzero\0byte\n", 18, "U+0000"),
        (GOOD + "\nturned \u202e around\n", 18, "U+202E"),
        (GOOD.encode() + b"\nbroken \xff here\n", 18, "UTF-8"),
    ],
    ids=lambda value: None if isinstance(value, (str, bytes)) else str(value),
)
def test_what_is_wrong_is_said_with_its_line(
    tmp_path: Path, text: str | bytes, line: int, said: str
) -> None:
    found = faults(tmp_path, text)
    assert any(at == line and said in what for at, what in found), found


def test_a_bomb_of_aliases_is_refused_at_once(tmp_path: Path) -> None:
    bomb = "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n"
    assert faults(tmp_path, GOOD.replace("id: refunds\n", bomb))


def test_a_huge_file_is_not_even_read(tmp_path: Path) -> None:
    assert "bytes" in faults(tmp_path, GOOD + "x" * ARTICLE_BYTES_MAX)[0][1]


def test_deep_nesting_ends(tmp_path: Path) -> None:
    path = write(tmp_path, "page", GOOD + "\n" + "> " * 20_000 + "deep\n")
    assert read_article(path, "page.md").sections


def test_a_link_to_a_file_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, "real", GOOD)
    link = path.with_name("link.md")
    link.symlink_to(path)
    with pytest.raises(ArticleError, match="plain file"):
        read_article(link, "link.md")


def test_all_faults_of_all_files_are_said_at_once(tmp_path: Path) -> None:
    write(tmp_path, "one", GOOD.replace("language: en", "language: 1"))
    write(tmp_path, "two", GOOD.replace("id: refunds", "id: Refunds"))
    write(tmp_path, "three", GOOD)
    with pytest.raises(ArticleError) as caught:
        read_articles(tmp_path)
    assert {fault.file for fault in caught.value.faults} == {"en/one.md", "en/two.md"}


def test_the_same_article_twice_is_a_fault(tmp_path: Path) -> None:
    write(tmp_path, "one", GOOD)
    write(tmp_path, "two", GOOD)
    with pytest.raises(ArticleError, match=r"en/two\.md:1: .*en/one\.md"):
        read_articles(tmp_path)


def test_no_articles_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(ArticleError, match="no articles"):
        read_articles(tmp_path)


def test_courtesies_are_added_in_the_articles_languages_unless_replaced(tmp_path: Path) -> None:
    write(tmp_path, "greeting", article("greeting", "Welcome to our shop."))
    own = read_articles(tmp_path)
    every = with_courtesies(own)
    assert {one.language for one in every} == {"en"}
    assert [one.source for one in every if one.id == "greeting"] == [own[0].source]
    assert {one.id for one in every} == {one.id for one in courtesies()}


def test_courtesies_are_the_same_in_every_language() -> None:
    by_language: dict[str, set[str]] = {}
    for courtesy in courtesies():
        by_language.setdefault(courtesy.language, set()).add(courtesy.id)
    assert len(by_language) == 10
    assert set(map(frozenset, by_language.values())) == {
        frozenset({"greeting", "thanks", "goodbye", "assistant"})
    }
