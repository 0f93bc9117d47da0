"""What became of one mutant."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Verdict:
    """A mutant, and what noticed it; or why there is nothing to notice."""

    name: str
    killed_by: str | None = None
    equivalent: str | None = None
    """Why nothing that counts is different; None unless that is argued."""

    @property
    def survived(self) -> bool:
        """Whether nothing noticed a change that matters."""
        return self.killed_by is None and self.equivalent is None
