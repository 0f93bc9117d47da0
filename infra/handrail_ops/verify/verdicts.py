"""The verdict on each file that was asked about, and the exit status of all of them together."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from enum import IntEnum
from pathlib import Path
from typing import Any

from handrail_ops.verify.proof import Proof, prove
from handrail_ops.verify.reading import NotModelledError, UnreadableError, read_file

WORKFLOWS = Path("infra", "workflows")
"""Where this project's own definitions lie."""


class Exit(IntEnum):
    """What the command returns; the greatest of all files counts."""

    PROVED = 0
    REFUTED = 1
    NOTHING_PROVED = 2


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found of one file: a proof, or why there is none."""

    file: str
    proof: Proof | None = None
    problem: str = ""
    modelled: bool = True
    seconds: float = 0.0

    @property
    def exit(self) -> Exit:
        """The exit status of this file alone."""
        if self.proof is None:
            return Exit.NOTHING_PROVED
        return Exit.PROVED if self.proof.proved else Exit.REFUTED

    @property
    def word(self) -> str:
        """The verdict in a word or two."""
        if self.proof is None:
            return "unreadable" if self.modelled else "not modelled"
        return "proved" if self.proof.proved else "refuted"

    def to_dict(self) -> dict[str, Any]:
        """Return the verdict for machines."""
        return {
            "file": self.file,
            "verdict": self.word,
            "problem": self.problem,
            **(asdict(self.proof) if self.proof else {}),
            "seconds": round(self.seconds, 4),
        }


def verdict_on(path: Path) -> Verdict:
    """Prove one file."""
    began = time.perf_counter()
    try:
        proof = prove(read_file(path))
    except UnreadableError as error:
        modelled = not isinstance(error, NotModelledError)
        return Verdict(str(path), problem=str(error), modelled=modelled)
    return Verdict(str(path), proof, seconds=time.perf_counter() - began)


def exit_of(verdicts: Iterable[Verdict]) -> Exit:
    """Return the exit status of all files together; nothing asked is nothing proved."""
    return max((verdict.exit for verdict in verdicts), default=Exit.NOTHING_PROVED)


def own_files(start: Path) -> list[Path]:
    """Return the definitions of the project around a folder."""
    for folder in (start, *start.parents):
        found = sorted((folder / WORKFLOWS).glob("*.asl.json"))
        if found:
            return [_near(path, start) for path in found]
    return []


def _near(path: Path, start: Path) -> Path:
    return path.relative_to(start) if path.is_relative_to(start) else path
