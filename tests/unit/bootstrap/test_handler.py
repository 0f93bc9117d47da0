"""The outermost layer of every function."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any, NoReturn

import pytest
from aws_lambda_powertools import Metrics

from handrail.bootstrap import handler
from handrail.bootstrap.handler import FunctionFailedError, observed
from handrail.observability import count, metrics, unread


def test_a_function_that_counts_nothing_writes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    # The library warns of an empty flush, on every invocation; warnings are errors here.
    assert observed(lambda event, _context: event)({"a": 1}, None) == {"a": 1}
    assert capsys.readouterr().out == ""


def test_what_was_counted_is_written_also_when_the_function_fails(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def fail(_event: Any, _context: Any) -> NoReturn:
        count("something")
        message = "quotes a customer"
        raise ValueError(message)

    with pytest.raises(FunctionFailedError, match=r"^ValueError$"):
        observed(fail)({}, None)

    out = capsys.readouterr().out
    assert '"something"' in out
    assert "quotes a customer" not in out


def test_metrics_that_cannot_be_written_fail_nothing(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(*_: object, **__: object) -> NoReturn:
        message = "no metrics now"
        raise RuntimeError(message)

    def work(_event: Any, _context: Any) -> str:
        count("something")
        return "done"

    monkeypatch.setattr(Metrics, "flush_metrics", refuse)
    assert observed(work)({}, None) == "done"
    assert "the metrics could not be written" in caplog.text
    assert not metrics.metric_set, "or they would fail every later writing, too"


def test_functions_that_share_a_process_write_metrics_one_at_a_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    refused: list[bool] = []

    def another(*_: object, **__: object) -> None:
        # While one writes, another cannot begin to.
        with ThreadPoolExecutor(1) as pool:
            refused.append(not pool.submit(handler.WRITING.acquire, blocking=False).result())

    def work(_event: Any, _context: Any) -> str:
        count("something")
        return "done"

    monkeypatch.setattr(Metrics, "flush_metrics", another)
    assert observed(work)({}, None) == "done"
    assert refused == [True]
    metrics.clear_metrics()


def test_a_fault_in_reading_is_logged_without_the_text(
    capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_event: Any, _context: Any) -> None:
        unread(ValueError("my card is 4111 1111 1111 1111"))

    observed(fail)({}, None)

    written = capsys.readouterr().out + caplog.text
    assert '"not_read"' in written
    assert "4111" not in written
    (record,) = [one for one in caplog.records if "could not be read" in one.getMessage()]
    assert record.__dict__["why"] == "ValueError"
