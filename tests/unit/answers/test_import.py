import io
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from handrail_ops.knowledge import documents, sources
from handrail_ops.knowledge.articles import Article, read_articles
from handrail_ops.knowledge.command import knowledge
from support.articles import article

DOCX_TEXT = (
    '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>'
    '<w:p><w:pPr><w:pStyle w:val="Heading1"/></w:pPr><w:r><w:t>Late fees</w:t></w:r></w:p>'
    "<w:p><w:r><w:t>We charge 4 EUR &lt;once&gt;.</w:t></w:r></w:p></w:body></w:document>"
)
DOCX_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default '
    'Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/word/document.xml" ContentType="application/'
    'vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
DOCX_RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r" Target="word/document.xml" Type="http://schemas.openxmlformats.org/'
    'officeDocument/2006/relationships/officeDocument"/></Relationships>'
)
PAGE = """<html lang="de"><head><title>Hilfe</title></head><body><nav>Menü</nav><main>
<h1>Mahngebühr</h1><p>Wir berechnen <b>4&nbsp;EUR</b>. <a href="/kontakt">Kontakt</a>
<a href="#oben">nach oben</a></p><ul><li>nach 7 Tagen<li>nach 21 Tagen</ul>
<table><tr><td>Tag</td><td>Gebühr</td></tr><tr><td>7</td><td>4 EUR</td></tr></table>
<img src="x.png" alt="Bild"></main><footer>Impressum</footer></body></html>"""


def packed(entries: dict[str, str | bytes], *, is_link: bool = False) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            entry = zipfile.ZipInfo(name)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = (stat.S_IFLNK if is_link else stat.S_IFREG) << 16
            archive.writestr(entry, content)
    return data.getvalue()


def pdf(text: str) -> bytes:
    """Write a page of text as PDF is written by hand."""
    lines = " T* ".join(f"({line}) Tj" for line in text.splitlines())
    stream = f"BT /F1 12 Tf 14 TL 50 700 Td {lines} ET"
    fonts = "/Resources << /Font << /F1 5 0 R >> >>"
    parts = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R /Contents 4 0 R /MediaBox [0 0 600 800] {fonts} >>",
        f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    out, places = "%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n{part}\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    size = len(parts) + 1
    out += f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer\n<< /Size {size} /Root 1 0 R >>\n"
    return f"{out}startxref\n{out.index('xref')}\n%%EOF\n".encode()


DOCX = packed(
    {
        "[Content_Types].xml": DOCX_TYPES,
        "_rels/.rels": DOCX_RELATIONS,
        "word/document.xml": DOCX_TEXT,
    }
)


def run(source: Path, to: Path, *options: str) -> tuple[int, str]:
    result = CliRunner().invoke(knowledge, ["import", str(source), "--to", str(to), *options])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exc_info
    return result.exit_code, result.output


def imported(tmp_path: Path, name: str, data: str | bytes, *options: str) -> tuple[Article, ...]:
    source = tmp_path / name
    source.write_bytes(data.encode() if isinstance(data, str) else data)
    code, output = run(source, tmp_path / "new", *options)
    assert code == 0, output
    return read_articles(tmp_path / "new")


def said(one: Article) -> str:
    return "\n".join(
        line
        for section in one.sections
        for line in (section.heading, *(block.text for block in section.blocks))
        if line
    )


def test_a_table_of_questions_and_answers_becomes_articles(tmp_path: Path) -> None:
    table = (
        "id,question,answer,language,valid_until,sensitive\n"
        'fees,How much?|What does it cost?,"We charge 4 EUR.\n\n'
        '- after 7 days\n* <b>never</b> 2*2",,,\n'
        ",退款要多久,5至7个工作日。,zh-Hans,2030-01-31,fraud|theft\n"
    )
    fees, refund = imported(tmp_path, "faq.csv", table, "--valid-from", "2026-02-01")
    assert (fees.id, fees.title, fees.language) == ("fees", "How much?", "en")
    assert fees.questions == ("How much?", "What does it cost?")
    assert fees.source == "https://help.example.com/fees"
    assert said(fees).splitlines() == [
        "We charge 4 EUR.",
        "- after 7 days",
        "- <b>never</b> 2*2",
    ]
    assert refund.language == "zh-Hans"
    assert refund.id.startswith("article-")
    assert refund.sensitive == ("fraud", "theft")
    assert refund.valid_until is not None


def test_a_page_becomes_an_article_without_what_stands_around_it(tmp_path: Path) -> None:
    (one,) = imported(
        tmp_path, "Mahn gebühr.html", PAGE, "--source-url", "https://shop.example/help"
    )
    assert (one.id, one.title, one.language) == ("mahn-gebuhr", "Mahngebühr", "de")
    assert said(one).splitlines() == [
        "Wir berechnen 4 EUR. Kontakt (https://shop.example/kontakt) nach oben",
        "- nach 7 Tagen",
        "- nach 21 Tagen",
        "- Tag: Gebühr",
        "- 7: 4 EUR",
    ]


def test_documents_become_articles(tmp_path: Path) -> None:
    (one,) = imported(tmp_path, "fees.docx", DOCX)
    assert one.title == "Late fees"
    assert said(one) == "We charge 4 EUR <once>."


def test_a_printed_page_becomes_an_article(tmp_path: Path) -> None:
    text = (
        "Late fees\nWe charge 4 EUR when a payment is seven days over-\ndue, and 4 EUR again.\n- x"
    )
    (one,) = imported(tmp_path, "fees.pdf", pdf(text))
    assert one.title == "Late fees"
    assert "seven days overdue, and 4 EUR again." in said(one)


def test_a_folder_and_an_archive_hold_articles_in_every_form(tmp_path: Path) -> None:
    files = {
        "en/fees.md": article("fees", "We charge 4 EUR."),
        "en/README.md": "no article",
        "de/plain.md": "# Titel\n\nEin Text.",
        "note.txt": "First line\n\n1. one\n2. two <script>",
        "picture.png": b"\x89PNG",
        ".hidden/x.md": "no",
    }
    for name, content in files.items():
        path = tmp_path / "folder" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    code, output = run(tmp_path / "folder", tmp_path / "one")
    assert code == 0, output
    assert "left out, since its kind holds no article: picture.png" in output
    (tmp_path / "all.zip").write_bytes(packed(files))
    assert run(tmp_path / "all.zip", tmp_path / "two")[0] == 0
    one, two = (read_articles(tmp_path / name) for name in ("one", "two"))
    assert [a.id for a in one] == [a.id for a in two] == ["fees", "note", "plain"]
    assert said(one[1]).splitlines() == ["First line", "1. one", "2. two <script>"]


def bomb() -> bytes:
    return packed({"en/a.md": b" " * 3_000_000})


def multiplying() -> bytes:
    """Return a document whose entities would fill the memory."""
    entities = '<!ENTITY a0 "' + "lol" * 100 + '">'
    entities += "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 50}">' for n in range(1, 9))
    text = f"<!DOCTYPE w [{entities}]>" + DOCX_TEXT.replace("Late", "&a8;")
    return packed(
        {
            "[Content_Types].xml": DOCX_TYPES,
            "_rels/.rels": DOCX_RELATIONS,
            "word/document.xml": text,
        }
    )


HOSTILE: list[tuple[str, Callable[[], bytes], str]] = [
    ("bomb.zip", bomb, "bomb.zip/en/a.md:1: more than"),
    ("out.zip", lambda: packed({"../../x.md": "x"}), "x.md:1: leads out of the archive"),
    ("out.zip", lambda: packed({"C:\\x.md": "x"}), "x.md:1: leads out of the archive"),
    ("root.zip", lambda: packed({"/etc/x.md": "x"}), "x.md:1: leads out of the archive"),
    ("link.zip", lambda: packed({"x.md": "/etc/passwd"}, is_link=True), "x.md:1: a link to"),
    ("broken.zip", lambda: b"PK\x03\x04nothing", "broken.zip:1: not a zip archive"),
    ("cut.zip", lambda: packed({"a.md": "# A\n\ntext"})[:-9], "cut.zip:1: not a zip archive"),
    ("empty.zip", lambda: packed({}), "no articles here"),
    ("big.txt", lambda: b"a" * 1_000_001, "big.txt:1: more than"),
    ("a.html", lambda: b"<p>a</p>\n<script>x</script>", "a.html:2: <script> has no place"),
    ("a.html", lambda: b"<p>a</p>\n\n<p onclick='x'>b", "a.html:3: onclick of <p>"),
    ("a.html", lambda: b"<a href='javascript:x()'>a</a>", "a.html:1: a link to javascript:"),
    ("a.html", lambda: b"<title>A</title><nav>only</nav>", "a.html:1: no text in it"),
    ("a.html", lambda: b"<meta charset='utf-8'>\n\xff", "a.html:2: not utf-8 here"),
    ("a.html", lambda: b"<meta charset='no-such'>x", "a.html:1: an unknown encoding"),
    ("a.html", lambda: b"<div>" * 5_000 + b"x", "a.html:1: nested too deeply"),
    ("a.md", lambda: b"# A\n\n<script>alert(1)</script>", "a.md:1: HTML is not read"),
    ("a.md", lambda: b"---\nid: [\n---\n\ntext", "a.md:2: not YAML"),
    ("a.md", lambda: article("a", "x", extra="nonsense: 1\n").encode(), "a.md:8: 'nonsense'"),
    ("a.md", lambda: "Größe".encode("latin-1"), "a.md:1: not utf-8 here"),
    ("a.txt", lambda: b"  \n\n ", "a.txt:1: no text in it"),
    ("a.csv", lambda: b"question\nx", "a.csv:1: expected columns named 'answer'"),
    ("a.csv", lambda: b"question,answer\nx,y\n,z", "a.csv:3: the question or the answer"),
    ("a.csv", lambda: b'question,answer\nx,"y', "a.csv:2: not a table"),
    ("a.csv", lambda: b"question,answer\nx,y,z", "a.csv:2: more cells"),
    ("a.csv", lambda: b"question,answer,id\nx,y,A b", "a.csv:2: 'id' is 'A b'"),
    ("a.csv", lambda: b"question,answer\nx,y\nx,z", "a.csv:3: has the same name"),
    ("a.docx", lambda: b"PK", "a.docx:1: not a document"),
    ("a.docx", lambda: packed({"x": b" " * 3_000_000}), "a.docx:1: more than"),
    ("a.docx", lambda: packed({"x": "y"}), "a.docx:1: not a document"),
    ("a.docx", multiplying, "a.docx:1: defines entities"),
    ("a.pdf", lambda: b"%PDF-1.4 nothing", "a.pdf:1: not a PDF"),
    ("a.pdf", lambda: pdf(""), "a.pdf:1: no text in it"),
    ("a.exe", lambda: b"MZ", "a.exe:1: expected a folder"),
]


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    HOSTILE,
    ids=[f"{number}-{name}" for number, (name, _, _) in enumerate(HOSTILE)],
)
def test_whatever_cannot_be_used_is_refused_whole(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    data: Callable[[], bytes],
    expected: str,
) -> None:
    monkeypatch.setattr(sources, "FILE_BYTES_MAX", 1_000_000)
    source = tmp_path / "source"
    source.mkdir()
    (source / name).write_bytes(data())
    code, output = run(source / name, tmp_path / "new")
    assert code == 1, output
    assert expected in output
    assert [path.name for path in tmp_path.iterdir()] == ["source"]


def test_one_faulty_file_of_many_and_nothing_is_imported(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "good.txt").write_text("Good\n\nText.", encoding="utf-8")
    (folder / "bad.html").write_text("<script>x</script>", encoding="utf-8")
    (folder / "link.md").symlink_to("/etc/passwd")
    code, output = run(folder, tmp_path / "new")
    assert code == 1
    assert "bad.html:1" in output
    assert "link.md:1: a link to" in output
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]


@pytest.mark.parametrize("is_packed", [True, False])
def test_more_than_anybody_writes_is_refused_before_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, is_packed: bool
) -> None:
    monkeypatch.setattr(sources, "ENTRIES_MAX", 3)
    files = {f"{number}.md": "<script>" for number in range(4)}
    source = tmp_path / ("a.zip" if is_packed else "a")
    if is_packed:
        source.write_bytes(packed(files))
    else:
        source.mkdir()
        for name, text in files.items():
            (source / name).write_text(text)
    code, output = run(source, tmp_path / "new")
    assert code == 1
    assert f"{source.name}:1: more than 3 files and folders" in output
    assert "script" not in output


def test_what_is_hidden_in_a_folder_does_not_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources, "ENTRIES_MAX", 3)
    hidden = tmp_path / "folder" / ".git"
    hidden.mkdir(parents=True)
    for number in range(9):
        (hidden / f"{number}.md").write_text("hidden")
    (tmp_path / "folder" / "a.txt").write_text("A\n\nText.", encoding="utf-8")
    code, output = run(tmp_path / "folder", tmp_path / "new")
    assert code == 0, output


def test_scripts_are_left_out_when_that_is_asked_for(tmp_path: Path) -> None:
    page = "<h1>A</h1><script>x</script><p onclick='y'>Text <a href='javascript:z'>here</a></p>"
    (one,) = imported(tmp_path, "a.html", page, "--leave-out-active")
    assert said(one) == "Text here"


def test_a_folder_that_is_there_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("A\n\nB", encoding="utf-8")
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "own.md").write_text("mine", encoding="utf-8")
    code, output = run(tmp_path / "a.txt", tmp_path / "new")
    assert code == 1
    assert "is there already" in output
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["own.md"]
    assert run(tmp_path / "none", tmp_path / "other")[0] == 1


def test_without_the_libraries_it_is_said_how_to_get_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("bs4", "mammoth", "pypdf"):
        monkeypatch.setitem(__import__("sys").modules, module, None)
    for name, data in (("a.html", b"<p>x"), ("a.docx", DOCX), ("a.pdf", pdf("x"))):
        (tmp_path / name).write_bytes(data)
        code, output = run(tmp_path / name, tmp_path / "new")
        assert code == 1
        assert "uv sync --group documents" in output
    assert documents.PDF_PAGES_MAX > 1
