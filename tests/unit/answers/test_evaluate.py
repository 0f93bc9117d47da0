# ruff: noqa: RUF001 - marks of other scripts are meant

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from handrail_ops.evaluate.command import evaluate
from handrail_ops.evaluate.figures import Measured, Tally, together
from handrail_ops.evaluate.page import page_of
from handrail_ops.evaluate.sets import read_set
from support.articles import sample_index


def run(*arguments: object) -> tuple[int, str]:
    result = CliRunner().invoke(evaluate, ["answers", *(str(one) for one in arguments)])
    return result.exit_code, result.output


def paragraph(text: str, question: str, answer: str) -> dict[str, object]:
    return {"context": text, "qas": [{"question": question, "answers": [{"text": answer}]}]}


@pytest.fixture
def squad(tmp_path: Path) -> Path:
    paragraphs = [
        paragraph("The tower is 300 metres tall. It is old.", "How tall is the tower?", "300"),
        paragraph("The river is long. Fish live in it.", "What lives in the river?", "Fish"),
        paragraph("Bread is baked at night.", "How tall is the tower, again?", "nothing"),
    ]
    path = tmp_path / "set.en.json"
    path.write_text(json.dumps({"data": [{"paragraphs": paragraphs}]}))
    return path


@pytest.fixture
def index(tmp_path: Path) -> Path:
    sample_index(tmp_path)
    return tmp_path / "index"


def test_a_set_with_paragraphs_is_asked_of_them(squad: Path) -> None:
    code, output = run(squad, "--json")
    assert code == 0, output
    result = json.loads(output)
    assert result["questions"] == 3
    assert result["r_at_1"] == result["answer_contains"] == pytest.approx(2 / 3, abs=1e-6)
    assert result["r_at_3"] <= 1
    assert result["microseconds_per_query"] > 0
    assert [one["name"] for one in result["sets"]] == ["set.en.json"]
    assert "66.7%" in run(squad)[1]


def test_a_table_is_asked_of_the_index(tmp_path: Path, index: Path) -> None:
    path = tmp_path / "questions.csv"
    path.write_text(
        "question,expected,article,language\n"
        "How much is the late fee?,€4|four euros,fees,\n"
        "Wo ist meine Erstattung?,5 bis 7,refunds,de\n"
        "Do you sell cars?,,,\n"
        "Where is my refund?,never said,returns,en\n",
        encoding="utf-8",
    )
    code, output = run(path, "--index", index, "--json")
    assert code == 0, output
    result = json.loads(output)
    assert result["r_at_1"] == result["answer_contains"] == pytest.approx(2 / 3, abs=1e-6)
    assert result["uncalled_for"] == 0
    assert result["handed_over"] == 0.25


def test_recorded_messages_are_asked_but_for_who_wanted_a_person(
    tmp_path: Path, index: Path
) -> None:
    rows = [
        {"text": "where is my refund", "language": "en", "articles": ["refunds"]},
        {"text": "退款什么时候到账？", "language": "zh-Hans", "expected": "5至7"},
        {"text": "agent please", "wants_human": True},
        {"text": "do you sell cars", "articles": []},
    ]
    path = tmp_path / "recorded.jsonl"
    path.write_text("\n\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    code, output = run(path, "--index", index, "--json")
    assert code == 0, output
    result = json.loads(output)
    assert result["questions"] == 3
    assert result["r_at_1"] == result["answer_contains"] == 1
    assert result["uncalled_for"] == 0


def test_whole_conversations_are_asked_what_the_customer_said(tmp_path: Path, index: Path) -> None:
    messages = [
        {"from": "customer", "text": "where is my refund"},
        {"from": "bot", "text": "It is on its way."},
        {"from": "agent", "text": "Hello"},
        {"role": "user", "content": "how much is the late fee", "language": "de"},
        {"from": "customer", "text": "a person please", "wants_human": True},
        {"from": "customer", "text": " "},
    ]
    path = tmp_path / "recorded.jsonl"
    path.write_text(json.dumps({"language": "en", "messages": messages}), encoding="utf-8")
    assert [(one.text, one.language) for one in read_set(path).questions] == [
        ("where is my refund", "en"),
        ("how much is the late fee", "de"),
    ]
    code, output = run(path, "--index", index, "--json")
    assert code == 0, output
    assert json.loads(output)["questions"] == 2


def test_the_page_says_what_each_figure_is(squad: Path, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    run(squad, "--html", page)
    text = page.read_text(encoding="utf-8")
    assert "Questions whose article is found first. The line is our aim: at least 93.0%." in text
    assert text.index("r_<wbr>at_<wbr>1") < text.index("microseconds_<wbr>per")


def test_the_page_says_what_was_done_to_false_answers() -> None:
    names = ("corrupted_passed.negation", "across_languages.corrupted_passed.negation")
    page = page_of([Measured("own", 1, dict.fromkeys(names, Tally(1, 5)))], {names[0]: 0.2})
    told = "Answers let through with a no put in or left out."
    assert f"<p>{told} The line is our aim: at most 20.0%.</p>" in page
    assert f"<p>{told} In another language than the passages.</p>" in page


def test_a_pipe_has_every_name_whole(tmp_path: Path, index: Path) -> None:
    rows = tmp_path / f"{'long' * 20}.jsonl"
    row = {"question": "What does a late payment cost?", "language": "en", "articles": ["fees"]}
    rows.write_text(json.dumps({**row, "answer": "The fee is €4."}), encoding="utf-8")
    code, output = run(rows, "--index", index, "--corrupt")
    assert code == 0, output
    assert "corrupted_passed.invented" in output
    assert rows.name in output


def test_the_page_stands_alone_and_shows_every_set(squad: Path, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    assert run(squad, squad, "--html", page)[0] == 0
    text = page.read_text(encoding="utf-8")
    assert text.count("66.7%") >= 3
    assert "<svg" in text
    assert "http://" not in text
    assert "https://" not in text
    assert "<script" not in text


def test_names_of_files_are_text_in_the_page() -> None:
    page = page_of([Measured("<b>&", 1, {"r_at_1": Tally(1, 1)})], {})
    assert "<b>" not in page


def test_every_question_counts_the_same() -> None:
    one = Measured("one", 1, {"r_at_1": Tally(1, 1), "only": Tally(1, 2)})
    other = Measured("other", 3, {"r_at_1": Tally(0, 3)})
    every = together([one, other])
    assert every.questions == 4
    assert every.tallies["r_at_1"].mean == 0.25
    assert every.tallies["only"].mean == 0.5


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("set.en.json", "", "SQuAD"),
        ("set.en.json", "{}", "SQuAD"),
        ("set.en.json", '{"data": [{}]}', "SQuAD"),
        ("set.en.json", '{"data": []}', "no questions"),
        ("set.en.json", "[1]", "SQuAD"),
        ("set.en.json", "[" * 100_000, "SQuAD"),
        ("a.csv", "", "a.csv:1"),
        ("a.csv", "frage\nwas?\n", "a.csv:1"),
        ("a.csv", "question,expected\n ,x\n", "a.csv:2"),
        ("a.csv", 'question\n"open\n', "a.csv:2"),
        ("a.jsonl", "{\n", "a.jsonl:1"),
        ("a.jsonl", '{"text": "a"}\n{"text": 1}\n', "a.jsonl:2"),
        ("a.jsonl", "[1]\n", "a.jsonl:1"),
        ("a.jsonl", '{"text": "a", "articles": [1]}\n', "a.jsonl:1"),
        ("a.jsonl", '{"messages": "hello"}\n', "a.jsonl:1"),
        ("a.jsonl", '{"messages": [{"from": "customer"}]}\n', "a.jsonl:1"),
        ("a.txt", "hello", "a.txt"),
    ],
)
def test_another_form_is_refused_by_name(tmp_path: Path, name: str, text: str, said: str) -> None:
    path = tmp_path / name
    path.write_text(text)
    code, output = run(path, "--index", tmp_path)
    assert code == 1, output
    assert said in output


def test_a_file_that_is_not_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"question\n\xff\xfe\n")
    assert "UTF-8" in run(path)[1]
