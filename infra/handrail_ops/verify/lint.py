"""The proof as `handrail template lint` shows it, with what only this project's files must do."""

from __future__ import annotations

import re

from handrail_ops.verify.proof import prove
from handrail_ops.verify.reading import UnreadableError, read_workflow
from handrail_ops.verify.violations import Violation

_SUBSTITUTION = re.compile(r"\$\{(\w+)\}")


def check_workflow(text: str) -> list[Violation]:
    """Return every rule that a definition breaks, and each state that says nothing of itself."""
    try:
        workflow, proof = read_workflow(text), prove(text)
    except UnreadableError as error:
        return [Violation("reading", "", str(error))]
    silent = [name for name, state in workflow.states.items() if not state.comment.strip()]
    message = "has no Comment that says what it is for"
    return [*proof.violations, *(Violation("comment", name, message) for name in silent)]


def substitutions(text: str) -> frozenset[str]:
    """Return the names that SAM has to put in."""
    return frozenset(_SUBSTITUTION.findall(text))
