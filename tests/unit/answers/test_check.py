import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from click.testing import CliRunner

from handrail_ops.knowledge.articles import read_articles
from handrail_ops.knowledge.check import check_articles
from handrail_ops.knowledge.command import knowledge
from handrail_ops.knowledge.links import links_of, page_of, unreachable
from support.articles import NOW, article, write, write_sample

TEXT = (
    "Paying early is free. Open your account, choose the order, and press the button. "
    "The money is taken from your card on the same day, and we send you a receipt by mail."
)


def found(directory: Path, file: str) -> list[tuple[str, bool]]:
    findings = check_articles(read_articles(directory), NOW)
    return [(one.what, one.is_fault) for one in findings if one.file == file]


def test_the_same_text_twice_is_a_fault_and_nearly_the_same_a_remark(tmp_path: Path) -> None:
    changed = TEXT.replace("by mail", "by post").replace("free", "without any cost")
    write(tmp_path, "a", article("a", TEXT, questions=("pay early?",)))
    write(tmp_path, "b", article("b", TEXT.upper(), questions=("early?",)))
    write(tmp_path, "c", article("c", changed, questions=("sooner?",)))
    write(tmp_path, "d", article("d", "Something else is said here.", questions=("else?",)))
    assert ("says the same as en/a.md; keep one of them", True) in found(tmp_path, "en/b.md")
    remarks = [what for what, is_fault in found(tmp_path, "en/c.md") if not is_fault]
    assert any("stands in en/a.md too" in what for what in remarks), remarks
    assert not [what for what, _ in found(tmp_path, "en/d.md") if "en/a.md" in what]


def test_a_translation_is_no_duplicate_of_its_original(tmp_path: Path) -> None:
    write(tmp_path, "a", article("a", "Visa, Mastercard, 4 EUR", questions=("pay?",)))
    german = article("a", "Visa, Mastercard, 4 EUR", language="de", questions=("zahlen?",))
    write(tmp_path, "a", german, "de")
    assert not [what for what, _ in found(tmp_path, "de/a.md") if "same" in what]


def test_links_that_lead_to_no_article(tmp_path: Path) -> None:
    body = (
        "See [fees](https://help.example.com/fees#when), [old](https://help.example.com/old), "
        "[nothing](https://help.example.com/nothing) and [shop](https://shop.example.com/x)."
    )
    write(tmp_path, "a", article("a", body))
    write(tmp_path, "fees", article("fees", "We charge 4 EUR."))
    write(tmp_path, "old", article("old", "It is over.", extra="valid_until: 2026-01-31\n"))
    links = dict(one for one in found(tmp_path, "en/a.md") if one[0].startswith("links to"))
    site = "links to https://help.example.com"
    assert links == {
        f"{site}/nothing, where articles' pages are, but it is none's": False,
        f"{site}/old, the page of en/old.md, which does not answer now": True,
    }


class Site(BaseHTTPRequestHandler):
    def do_HEAD(self) -> None:
        codes = {"/fine": 200, "/pages/fine": 200, "/gone": 404, "/kept-out": 403, "/no-head": 405}
        self._answer(codes[self.path])

    def do_GET(self) -> None:
        codes = {"/gone": 404, "/kept-out": 403, "/no-head": 200}
        self._answer(codes[self.path])

    def _answer(self, code: int) -> None:
        self.send_response(code)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its base's name
        pass


@pytest.fixture
def site() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Site) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_pages_outside_are_asked_for(site: str) -> None:
    names = ("fine", "gone", "kept-out", "no-head")
    assert unreachable([f"{site}/{name}" for name in names], 5) == {
        f"{site}/gone": ("answers 404", True),
        f"{site}/kept-out": ("answers 403", False),
    }
    wrong = unreachable(["http://127.0.0.1:1/x"], 5)["http://127.0.0.1:1/x"]
    assert "cannot be reached" in wrong[0]
    assert wrong[1]


def test_check_asks_outside_only_when_told(tmp_path: Path, site: str) -> None:
    body = f"Paying is easy ({site}/gone)."
    text = article("a", body, questions=("is paying easy",))
    write(tmp_path, "a", text.replace("https://help.example.com/a", f"{site}/pages/fine"))
    arguments = ["check", "--articles", str(tmp_path), "--json"]
    result = CliRunner().invoke(knowledge, arguments)
    assert result.exit_code == 0, result.output
    result = CliRunner().invoke(knowledge, [*arguments, "--outside"])
    assert result.exit_code == 1
    told = json.loads(result.output)
    assert told["faults"] == 1
    assert told["findings"] == [
        {"file": "en/a.md", "what": f"{site}/gone answers 404", "is_fault": True}
    ]


def test_findings_are_a_table_with_faults_first(tmp_path: Path) -> None:
    write_sample(tmp_path)
    extra = article("zzz", "It is over.", extra="valid_until: 2026-01-31\n")
    write(tmp_path, "zzz", extra)
    result = CliRunner().invoke(knowledge, ["check", "--articles", str(tmp_path)])
    assert result.exit_code == 1
    rows = [line for line in result.output.splitlines() if "fault " in line or "remark" in line]
    assert "en/zzz.md" in rows[0]
    assert "expired, so it never answers; remove it" in rows[0]
    assert "remark" in rows[-2]


def test_links_stop_where_their_sentence_does(tmp_path: Path) -> None:
    body = "A (https://a.example/x). B <https://b.example/y_(z)>, https://C.example?q=1#part!"
    write(tmp_path, "a", article("a", body))
    assert links_of(read_articles(tmp_path)[0]) == {
        "https://a.example/x",
        "https://b.example/y_(z)",
        "https://c.example/?q=1",
    }
    assert page_of("https://A.example") == "https://a.example/"
