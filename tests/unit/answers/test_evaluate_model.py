"""What a model's answers are measured by: against a server that answers, and that does not."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from handrail_ops.evaluate.command import evaluate
from support.articles import sample_index
from support.openai_server import OpenAIServer, Reply, good, openai_server

QUESTIONS = """\
question,expected,article
When does a refund arrive?,5 to 7,refunds
How much is the late fee?,€4,fees
"""


def run(path: Path, *more: str, server: OpenAIServer | None, **env: str) -> tuple[int, str]:
    variables = {"OPENAI_API_KEY": "k", "OPENAI_API": "", "OPENAI_MODEL": "m", **env}
    if server is not None:
        variables["OPENAI_BASE_URL"] = server.url
    arguments = ["answers", str(path), "--index", str(path.parent / "index"), *more]
    result = CliRunner().invoke(evaluate, arguments, env=variables)
    return result.exit_code, result.output


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    sample_index(tmp_path)
    path = tmp_path / "questions.csv"
    path.write_text(QUESTIONS)
    return path


def figures(path: Path, *replies: Reply, more: tuple[str, ...] = ()) -> dict[str, Any]:
    with openai_server(*replies) as server:
        code, output = run(path, "--model", "--json", *more, server=server)
    assert code == 0, output
    return dict(json.loads(output))


def test_what_the_model_answers_is_checked_and_counted(questions: Path) -> None:
    right = good(answer="A refund arrives within 5 to 7 business days.")
    right.tokens = (900, 60)
    wrong = good(answer="The late fee is €9.")
    wrong.tokens = (700, 40)
    got = figures(questions, right, wrong, more=("--prices", "2", "10"))
    assert got["model.handed_over"] == got["model.not_grounded"] == 0.5
    assert got["model.failed"] == 0
    assert got["model.answer_contains"] == 1
    assert 0 < got["model.answer_f1"] < 1
    assert (got["model.tokens_given"], got["model.tokens_written"]) == (800, 50)
    assert got["model.cost_per_question"] == pytest.approx((1600 * 2 + 100 * 10) / 2e6)
    assert got["model.milliseconds_per_question"] > 0


def test_a_model_that_fails_hands_over(questions: Path) -> None:
    got = figures(questions, Reply(status=400, draft="no"))
    assert got["model.failed"] == got["model.handed_over"] == 1
    assert got["model.not_grounded"] == 0
    assert "model.answer_contains" not in got
    assert "model.cost_per_question" not in got


def test_only_so_many_questions_are_paid_for(questions: Path) -> None:
    with openai_server(good(wants_person=True)) as server:
        assert run(questions, "--model", "--questions", "1", server=server)[0] == 0
        assert len(server.requests) == 1


def test_nothing_personal_leaves(questions: Path) -> None:
    questions.write_text(
        "question,article\nWhen does the refund for jo@example.com arrive?,refunds\n"
    )
    with openai_server(good(wants_person=True)) as server:
        assert run(questions, "--model", server=server)[0] == 0
        assert "jo@example.com" not in json.dumps(server.requests)


def test_the_table_and_the_page_show_units(questions: Path, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    with openai_server(good()) as server:
        code, output = run(questions, "--model", "--html", str(page), server=server)
    assert code == 0, output
    assert " ms" in output
    assert "to the checked answer" in page.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("more", "env", "said"),
    [
        (("--model",), {"OPENAI_API_KEY": ""}, "OPENAI_API_KEY"),
        (("--model",), {"OPENAI_API": "soap"}, "responses or chat"),
        (("--prices", "1", "2"), {}, "--model"),
    ],
)
def test_what_is_missing_is_said(
    questions: Path, more: tuple[str, ...], env: dict[str, str], said: str
) -> None:
    code, output = run(questions, *more, server=None, **env)
    assert code in (1, 2)
    assert said in output
