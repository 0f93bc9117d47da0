"""What a check found, and where."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One thing that must not be deployed as it is."""

    file: str
    """Relative to the project's folder."""
    line: int
    rule: str
    message: str

    def __str__(self) -> str:
        """Return the finding as editors and terminals can follow it."""
        return f"{self.file}:{self.line}: {self.rule} {self.message}"
