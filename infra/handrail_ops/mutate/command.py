"""`handrail mutate`: break the protocol and the workflows, and see what notices."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Sequence

import click

from handrail_ops.mutate import protocol, workflows
from handrail_ops.mutate.verdict import Verdict

_PARTS: dict[str, Callable[[int, Callable[[str], None]], list[Verdict]]] = {
    "protocol": protocol.run,
    "workflows": workflows.run,
}


@click.command()
@click.argument("parts", nargs=-1, type=click.Choice(sorted(_PARTS)))
@click.option("--workers", type=click.IntRange(1), default=os.cpu_count() or 1, help="Processes.")
def mutate(parts: Sequence[str], workers: int) -> None:
    """Break what keeps the promise, one mistake at a time, and report what each is killed by.

    Exits 1 when a mutant survives that is not argued to be equivalent, or when one that is argued
    to be is noticed after all.
    """
    failed = False
    for part in parts or sorted(_PARTS):
        began = time.monotonic()
        verdicts = _PARTS[part](workers, click.echo)
        failed |= _report(part, verdicts, time.monotonic() - began)
    sys.exit(1 if failed else 0)


def _report(part: str, verdicts: Sequence[Verdict], seconds: float) -> bool:
    """Print what one part came to; True when it is not as it should be."""
    equivalent = [one for one in verdicts if one.equivalent is not None]
    wrong = [one for one in equivalent if one.killed_by is not None]
    survived = [one for one in verdicts if one.survived]
    killed = len(verdicts) - len(equivalent) - len(survived)
    click.echo(
        f"{part}: {len(verdicts)} mutants, {killed} killed, {len(equivalent)} equivalent, "
        f"{len(survived)} survive; {seconds:.0f} s"
    )
    for one in survived:
        click.echo(f"  survives: {one.name}")
    for one in wrong:
        click.echo(f"  argued to be equivalent, and noticed: {one.name}: {one.killed_by}")
    return bool(survived or wrong)
