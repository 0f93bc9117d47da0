"""A conversation in a terminal: what comes in does not tear apart what is being typed.

Who speaks stands on a line of its own and the words below it, so that a terminal that knows
right-to-left writing lays out each paragraph by its own first letter. Piped, the same text comes
out without colours and without a prompt.
"""

from __future__ import annotations

import contextlib
import re
import sys
import threading
from collections.abc import Iterator, Sequence
from typing import TextIO

from rich.console import Console
from rich.text import Text

try:
    from readline import get_line_buffer as _typed
except ImportError:  # Windows has none; what was typed is then not redrawn.

    def _typed() -> str:
        return ""


_CLEAR_LINE = "\r\x1b[K"
_INDENT = "  "
# Whatever moves a cursor or rings a bell is no part of a message.
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")


class Terminal:
    """One conversation on a screen, or through a pipe."""

    def __init__(
        self, source: TextIO | None = None, sink: TextIO | None = None, prompt: str = "> "
    ) -> None:
        """Read from `source` and write to `sink`: this process's own, unless told otherwise."""
        self._source = source or sys.stdin
        self._sink = sink or sys.stdout
        self._console = Console(file=self._sink, highlight=False, soft_wrap=True)
        self._prompt = prompt
        self._lock = threading.Lock()
        self._asked: str | None = None
        """The prompt behind which somebody is typing right now."""
        self.interactive = self._source.isatty() and self._sink.isatty()

    def message(self, who: str, text: str, style: str, notes: Sequence[str] = ()) -> None:
        """Show a message: who speaks, the words, and what goes with them."""
        with self._above_the_prompt():
            self._console.print(Text(clean(who), style=f"bold {style}"))
            for line in clean(text).split("\n"):
                self._console.print(Text(_INDENT + line if line else ""))
            for note in notes:
                self._console.print(Text(_INDENT + clean(note), style="cyan"))
            self._console.print()

    def note(self, text: str, style: str = "dim") -> None:
        """Say something that is no message."""
        with self._above_the_prompt():
            for line in clean(text).split("\n"):
                self._console.print(Text(line, style=style))

    def read(self, prompt: str | None = None) -> str | None:
        """Return the next line that was typed, or None when there will be no more."""
        if not self.interactive:
            line = self._source.readline()
            return line.rstrip("\r\n") if line else None
        prompt = self._prompt if prompt is None else prompt
        with self._lock:
            self._asked = prompt
        try:
            return input(prompt)
        except EOFError:
            return None
        finally:
            with self._lock:
                self._asked = None

    def draft(self) -> str:
        """Return what was typed behind the usual prompt and not sent yet; none through a pipe."""
        with self._lock:
            return _typed() if self._asked == self._prompt else ""

    @contextlib.contextmanager
    def _above_the_prompt(self) -> Iterator[None]:
        with self._lock:
            if self._asked is not None:
                self._sink.write(_CLEAR_LINE)
            yield
            if self._asked is not None:
                self._sink.write(self._asked + _typed())
            self._sink.flush()


def clean(text: str) -> str:
    """Return text without anything that a terminal would act on."""
    return _CONTROLS.sub("", text)
