"""A list that tells of what is put into it, for whoever watches a port in memory."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

_T = TypeVar("_T")


class Noticing(list[_T]):
    """A list with somebody who is told of every `append`, the moment it happens."""

    def __init__(self, notice: Callable[[_T], None]) -> None:
        """Start empty."""
        super().__init__()
        self._notice = notice

    def append(self, one: _T) -> None:
        """Put something at the end, and tell."""
        super().append(one)
        self._notice(one)
