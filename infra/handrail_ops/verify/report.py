"""The verdicts for people: one line for what is proved, and for what is not, the way itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.text import Text

from handrail_ops.verify.proof import Proof
from handrail_ops.verify.verdicts import Verdict
from handrail_ops.verify.violations import Violation
from handrail_ops.verify.ways import Passed

_STYLES = {"proved": "green", "refuted": "bold red", "unreadable": "red", "not modelled": "yellow"}
_SIGNS = {"proved": "✓", "refuted": "✗"}


def show(verdicts: Sequence[Verdict], console: Console) -> None:
    """Print every verdict."""
    for verdict in verdicts:
        for line in _lines(verdict):
            console.print(line, soft_wrap=True)


def _lines(verdict: Verdict) -> Iterator[Text]:
    style = _STYLES[verdict.word]
    sign = _SIGNS.get(verdict.word, "?")
    head = Text.assemble((f"{sign} {plain(verdict.file)}", style))
    proof = verdict.proof
    if proof is None:
        yield head.append(f" {plain(verdict.problem)}", "default")
        return
    if proof.proved:
        yield head.append(": proved", style)
        yield Text(f"  {_searched(proof)}", "dim")
        yield from (Text(f"  rests on: {plain(ground)}", "dim") for ground in proof.rests_on)
        return
    count = len(proof.violations)
    yield head.append(f": not proved, {count} violation{'s' if count > 1 else ''}", style)
    for number, violation in enumerate(proof.violations, 1):
        yield Text("")
        yield Text.assemble(
            (f"  {number}. ", "bold"), plain(str(violation)), (f"  [{violation.rule}]", "dim")
        )
        yield from _way(violation)
    yield Text("")


def _searched(proof: Proof) -> str:
    steps = f"{proof.moves} steps from {proof.points} points, errors included"
    said = [f"{proof.states} states", steps]
    worst = proof.worst
    if worst is not None and proof.limit_seconds is not None:
        said.append(f"{worst.one_try:,.0f} s at one try of each step")
        said.append(f"{worst.all_tries:,.0f} s at worst, cut off after {proof.limit_seconds:,}")
    if proof.rounds is not None:
        said.append(f"at most {proof.rounds:,} rounds")
    return "; ".join(said)


def _way(violation: Violation) -> Iterator[Text]:
    """Yield the way state by state, with what happens at each."""
    for passed in violation.path:
        if not passed.state:
            yield Text(f"       ✗ {passed.how}", "red")
            continue
        yield Text(f"       {plain(passed.state)}", "bold" if _is_at(violation, passed) else "")
        if passed.how:
            yield Text(f"         ↓ {plain(passed.how)}", "cyan")


def _is_at(violation: Violation, passed: Passed) -> bool:
    return passed.state == violation.state


def plain(words: str) -> str:
    """Return words as a terminal may show them: names come from files that anybody wrote."""
    return "".join(one if one.isprintable() else ascii(one)[1:-1] for one in words)
