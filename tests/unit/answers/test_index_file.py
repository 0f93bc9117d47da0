from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handrail.adapters.knowledge.index import KnowledgeIndex
from handrail.adapters.knowledge.index_file import (
    FILE_NAME,
    IndexFile,
    LanguageIndex,
    order_mark,
    stands_in_order,
)
from handrail.adapters.knowledge.texts import Texts
from handrail_ops.knowledge import compiling, texts
from handrail_ops.knowledge.articles import read_articles
from handrail_ops.knowledge.build import build_index
from handrail_ops.knowledge.texts import code_texts
from support.articles import NOW, article, write, write_sample

ANY_TEXT = st.text() | st.text(alphabet="aA bé. 退款คืนเงิน हिन्दी👍🏽\n\u200d", max_size=60)


def decoded(written: list[str]) -> list[str]:
    coded = code_texts(written)
    read = Texts(
        memoryview(coded.codes),
        memoryview(coded.ends),
        memoryview(coded.tokens),
        memoryview(coded.token_ends),
    )
    return [read.text(number) for number in range(len(written))]


@given(st.lists(ANY_TEXT, max_size=8))
def test_texts_are_read_as_they_were_written(written: list[str]) -> None:
    assert decoded(written) == written


def test_characters_without_a_code_are_written_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(texts, "_CHARACTERS_MAX", 2)
    written = ["退款👍🏽", "a\U0010ffff", "\0\0", ""]
    assert decoded(written) == written


def test_what_is_said_often_takes_little() -> None:
    said = ["आपका पैसा सात दिनों में वापस आ जाएगा", "We refund your payment within seven days"] * 20
    coded = code_texts(said)
    assert len(coded.codes) * 2 < sum(len(text.encode()) for text in said) / 4


def test_neighbours_are_whole_marks() -> None:
    marks = [0x0201, 0x0403, 0x0605, 0x0201]
    order = b"".join(mark.to_bytes(2, "little") for mark in marks)
    assert stands_in_order(order[2:6], order)
    assert stands_in_order(order[4:8], order)
    assert not stands_in_order(order[1:5], order)
    assert not stands_in_order(order[0:2] + order[4:6], order)
    assert 1 <= order_mark("card") <= 0xFFFF


def sample(directory: Path) -> LanguageIndex:
    build_index(read_articles(write_sample(directory / "articles")), directory)
    return IndexFile(directory / FILE_NAME).languages["en"]


@pytest.mark.parametrize("two_bytes", [1, 65_536])
def test_any_number_of_passages_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, two_bytes: int
) -> None:
    monkeypatch.setattr(compiling, "_TWO_BYTES", two_bytes)
    sample(tmp_path)
    found = KnowledgeIndex(tmp_path).search("how much is the late fee", "en", 3, NOW)
    assert found[0].passage.id == "fees/en#1"


def test_pieces_that_stand_nearly_everywhere_are_known_but_not_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handrail.adapters.knowledge.index._COMMON_DOCUMENTS_MIN", 1)
    index = sample(tmp_path)
    pieces = {piece: index.postings(f"~{piece}") for piece in ("_ref", "refu")}
    assert all(postings is not None and postings.having == 0 for postings in pieces.values())
    whole = index.postings("refun")
    assert whole is not None
    assert whole.having > 1
    assert index.postings("~nowhere") is None


def test_passages_and_questions_are_numbered_apart(tmp_path: Path) -> None:
    index = sample(tmp_path)
    number = index.find("fees")
    assert number is not None
    assert [index.question(one) for one in index.questions_of(number)][1].startswith("How much")
    assert "late fee of €4" in index.text(index.passages_of(number)[0])
    assert index.article(number)["link"] == "https://help.example.com/fees"
    assert index.find("fee") is None
    assert index.find("zzz") is None


def test_a_title_without_words_is_no_question(tmp_path: Path) -> None:
    write(tmp_path, "a", article("a", "Some text.", title="?!", questions=("?", "What is it?")))
    build_index(read_articles(tmp_path), tmp_path)
    assert IndexFile(tmp_path / FILE_NAME).languages["en"].questions == 1
