"""The outermost layer of every function."""

from typing import Any, NoReturn

import pytest

from handrail.bootstrap.handler import FunctionFailedError, observed
from handrail.observability import count, unread


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
