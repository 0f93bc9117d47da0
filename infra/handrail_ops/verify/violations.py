"""What a proof found wrong: the rule, the state, and the way on which a customer meets it."""

from __future__ import annotations

from dataclasses import dataclass

from handrail_ops.verify.ways import Passed


@dataclass(frozen=True, slots=True)
class Violation:
    """One rule that a workflow breaks; an empty state means the whole workflow."""

    rule: str
    state: str
    message: str
    path: tuple[Passed, ...] = ()
    """The way a customer would go, to where the rule is broken."""

    def __str__(self) -> str:
        """Return state and message as one sentence."""
        return f"{self.state!r} {self.message}" if self.state else self.message
