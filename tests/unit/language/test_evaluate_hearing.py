"""What `handrail evaluate human-requests` and `languages` count, and on whose side a row falls."""

import json
import random
from pathlib import Path

import pytest
from click.testing import CliRunner

from handrail.application.ports import Identified
from handrail.domain.recognising.requests import Intent
from handrail.domain.recognition import Recogniser, RequestList, Rule
from handrail_ops.evaluate.command import evaluate
from handrail_ops.evaluate.human_requests import measure_requests, spoilt
from handrail_ops.evaluate.languages import measure_identification
from handrail_ops.evaluate.rows import Row, RowsUnreadableError, group, read_rows, same
from handrail_ops.languages.command import languages

SPOKEN = ["en", "de", "hr", "sr", "zh-Hans", "zh-Hant", "pt-BR"]


class _Saying:
    """An identifier that says what it is told to, by text."""

    def __init__(self, **answers: str) -> None:
        self._answers = answers

    def identify(self, text: str) -> Identified | None:
        language = self._answers.get(text.split("\n", maxsplit=1)[0])
        return None if language is None else Identified(language, 0.9)


def _recogniser() -> Recogniser:
    asks = Rule(Intent.MAYBE_PERSON, "hint", "{help}")
    return Recogniser.of(
        [RequestList("en", {"person": ["human"], "help": ["help"]}, rules=[asks])]
    )


def _row(text: str, *, wants: bool, language: str = "en", kind: str = "human") -> Row:
    return Row(language, text, wants_human=wants, kind=kind)


def test_requests_are_counted() -> None:
    rows = [
        _row("human", wants=True),
        _row("help", wants=True),
        _row("nobody", wants=True, language="de"),
        _row("human", wants=False),
        _row("help", wants=False),
        _row("parcel", wants=False),
        _row("human", wants=True, kind="contact-support"),
        _row("human", wants=False, kind="neg-console-ui"),
        _row("human", wants=True, language="xx"),
    ]
    measured = measure_requests(rows, _recogniser(), ["en", "de"])
    figures = measured.figures
    assert (figures["requests"], figures["others"], figures["outside"]) == (3, 3, 1)
    assert figures["recall"] == pytest.approx(1 / 3)
    assert figures["asked_back_of_requests"] == pytest.approx(1 / 3)
    assert figures["false_alarm_rate"] == pytest.approx(1 / 3)
    assert figures["asked_back_of_others"] == pytest.approx(1 / 3)
    assert figures["by_language"]["en"]["recall"] == pytest.approx(1 / 2)
    assert figures["by_language"]["rest"]["requests"] == 3
    assert figures["by_kind"]["neg-console-ui"]["false_alarm_rate"] == 1
    assert figures["microseconds_per_message"] > 0
    assert [one["text"] for one in measured.errors] == ["help", "nobody", "human"]


def test_languages_are_counted_as_a_customer_would_tell_them() -> None:
    rows = [
        Row("en", "one", set="commands"),
        Row("en", "two", set="commands"),
        Row("sr", "tri", set="commands"),
        Row("zh-TW", "han", set="commands"),
        Row("xx", "other", set="commands"),
    ]
    identifier = _Saying(one="en", two="de", tri="hr", han="zh-Hans", other="en")
    figures = measure_identification(rows, identifier, SPOKEN).figures
    commands = figures["by_set"]["commands"]
    assert commands["rows"] == 4
    assert commands["macro_accuracy"] == pytest.approx((1 / 2 + 1 + 1) / 3)
    assert commands["pair_accuracy"] == pytest.approx((1 / 2 + 1 + 1) / 3)
    assert figures["apart"]["sr"] == 0
    assert figures["apart"]["zh-Hant"] == 0
    assert figures["outside"] == {"rows": 1, "confident": 1}


@pytest.mark.parametrize(
    ("code", "canonical", "grouped"),
    [
        ("zh-CN", "zh-Hans", "zh"),
        ("zh-HK", "zh-Hant", "zh"),
        ("tl", "fil", "fil"),
        ("nn", "nb", "nb"),
        ("sr-Latn", "sr", "hr"),
        ("ms", "ms", "id"),
        ("pt", "pt", "pt"),
        ("en", "en", "en"),
    ],
)
def test_codes_that_mean_one_language(code: str, canonical: str, grouped: str) -> None:
    assert same(code) == canonical
    assert group(code) == grouped


def test_a_typo_is_one_letter() -> None:
    chance = random.Random(1)  # noqa: S311
    for _ in range(200):
        text = "let me talk to a human"
        assert abs(len(spoilt(text, chance)) - len(text)) <= 1
    assert spoilt("12 !?", chance) == "12 !?"


@pytest.mark.parametrize(
    "line", ["no json", "[]", '{"text": "a"}', '{"language": "en", "text": "a"}']
)
def test_a_line_that_is_no_row_is_named(tmp_path: Path, line: str) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_text(f'{{"language": "en", "text": "a", "wants_human": true}}\n{line}\n')
    with pytest.raises(RowsUnreadableError, match=r"rows.jsonl:2 is no row: it needs language"):
        read_rows(file, "wants_human")


def test_the_commands_measure_a_file(tmp_path: Path) -> None:
    file, errors = tmp_path / "rows.jsonl", tmp_path / "errors.jsonl"
    rows = [
        {"language": "en", "text": "I want to talk to a human", "wants_human": True, "set": "x"},
        {"language": "de", "text": "Wo ist mein Paket?", "wants_human": True, "set": "x"},
    ]
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    run = CliRunner().invoke
    asked = run(evaluate, ["human-requests", str(file), "--json", "--errors", str(errors)])
    assert json.loads(asked.output)["recall"] == pytest.approx(1 / 2)
    assert json.loads(errors.read_text())["text"] == "Wo ist mein Paket?"
    told = run(evaluate, ["languages", str(file), "--json"])
    assert json.loads(told.output)["by_set"]["x"]["macro_accuracy"] == 1
    assert json.loads(told.output)["voices"] == 3
    assert "macro_accuracy" in run(evaluate, ["languages", str(file)]).output
    assert "recall" in run(evaluate, ["human-requests", str(file), "--known"]).output


def test_one_message_is_heard_with_words_of_ones_own(tmp_path: Path) -> None:
    words = tmp_path / "words.json"
    words.write_text('{"department": ["atelier"]}')
    run = CliRunner().invoke
    text = "can I talk to the atelier"
    assert run(languages, ["hear", text]).output == "none\n"
    assert run(languages, ["hear", text, "--words", str(words)]).output == (
        "person (en: contact)\n"
    )
    assert run(languages, ["hear", "yes", "--language", "en-GB", "--answering"]).output.startswith(
        "yes ("
    )
    words.write_text('{"shops": ["atelier"]}')
    for arguments, said in (
        (["--words", str(words)], "given for 'shops'"),
        (["--language", "xx"], "'xx' is no language"),
    ):
        refused = run(languages, ["hear", text, *arguments])
        assert refused.exit_code == 1
        assert said in refused.output


def test_a_file_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "rows.jsonl").write_text("?")
    refused = CliRunner().invoke(evaluate, ["human-requests", str(tmp_path / "rows.jsonl")])
    assert refused.exit_code == 1
    assert "is no row" in refused.output
