"""The outermost layer of every function."""

from typing import Any, NoReturn

import pytest

from handrail.bootstrap.handler import FunctionFailedError, observed
from handrail.observability import count


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
