"""What can go wrong in a step, by the conversation that it is to go wrong for."""

import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

from workflows.quick import STEP_SECONDS

from handrail_ops.local.invocations import ThrottledError

Handler = Callable[[Any, Any], Any]

TOO_LARGE = "x" * 300_000
"""More than Step Functions carries between states."""


class BrokenError(Exception):
    """What a broken step raises."""


def raises() -> Any:
    message = "a customer's words must not travel in here"
    raise BrokenError(message)


def times_out() -> Any:
    threading.Event().wait(STEP_SECONDS + 1)
    return {"verdict": "go_on", "standing": "ended"}


def is_throttled() -> Any:
    message = "all workers are busy"
    raise ThrottledError(message)


FAULTS: dict[str, Callable[[], Any]] = {
    "raises": raises,
    "times out": times_out,
    "is throttled": is_throttled,
    "returns nothing": lambda: None,
    "returns a string": lambda: "go_on",
    "returns a list": lambda: [{"verdict": "go_on"}],
    "returns an empty object": dict,
    "returns another word": lambda: {"verdict": "maybe", "standing": "elsewhere"},
    "returns a word of another type": lambda: {"verdict": 1, "standing": True, "wait_seconds": ""},
    "returns too much": lambda: {"verdict": "go_on", "standing": "ended", "more": TOO_LARGE},
    "lies": lambda: {"verdict": "go_on", "standing": "waiting", "wait_seconds": 1},
}


class Plan:
    """Which fault happens to which conversation at which step, and how often it did."""

    def __init__(self) -> None:
        self._faults: dict[tuple[str, str], str] = {}
        self._once: set[tuple[str, str]] = set()
        self.happened: Counter[str] = Counter()

    def put(self, conversation: str, step: str, fault: str, *, once: bool = False) -> None:
        self._faults[conversation, step] = fault
        if once:
            self._once.add((conversation, step))

    def heal(self) -> None:
        self._faults.clear()

    def of(self, conversation: str, step: str) -> str | None:
        """Return what is to go wrong now, and note that it did."""
        fault = self._faults.get((conversation, step))
        if fault is not None:
            self.happened[conversation] += 1
            if (conversation, step) in self._once:
                del self._faults[conversation, step]
        return fault

    def around(self, handler: Handler, name: str) -> Handler:
        """Put the faults of this plan around a function's own handler."""

        def handle(event: Any, context: Any) -> Any:
            fault = None
            if isinstance(event, dict):
                about = event.get("of", event)
                fault = self.of(str(about.get("conversation")), str(event.get("step", name)))
            return FAULTS[fault]() if fault is not None else handler(event, context)

        return handle
