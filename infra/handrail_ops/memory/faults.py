"""Where faults enter: every call of an in-memory port passes here before and after its effect.

A fault *before* the effect is a refusal; one *after* it is the ambiguous kind, where the caller
hears of a failure and the effect has happened. Whatever the hook raises, the caller gets.
"""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, Protocol, TypeVar

Fault = Callable[[str], None]
"""Told of each moment, `before conversations.commit` and `after conversations.commit`."""


class _Faulty(Protocol):
    fault: Fault


_Port = TypeVar("_Port", bound=_Faulty)
_Parameters = ParamSpec("_Parameters")
_Result = TypeVar("_Result")
_Method = Callable[Concatenate[_Port, _Parameters], _Result]


def no_fault(_moment: str) -> None:
    """Let everything happen."""


def port_call(
    name: str,
) -> Callable[[_Method[_Port, _Parameters, _Result]], _Method[_Port, _Parameters, _Result]]:
    """Make a method a port's call of this name, with its two moments for faults."""
    before, after = f"before {name}", f"after {name}"

    def decorate(
        method: _Method[_Port, _Parameters, _Result],
    ) -> _Method[_Port, _Parameters, _Result]:
        @wraps(method)
        def call(port: _Port, /, *args: _Parameters.args, **kwargs: _Parameters.kwargs) -> _Result:
            port.fault(before)
            result = method(port, *args, **kwargs)
            port.fault(after)
            return result

        return call

    return decorate
