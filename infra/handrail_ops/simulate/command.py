"""`handrail simulate`: the promise under faults, many thousand times."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from handrail_ops.simulate.run import Plan, Total, run
from handrail_ops.simulate.schedule import simulate as run_one
from handrail_ops.simulate.shrink import shrink, tell

_SCHEDULES = 1000


@click.command()
@click.option("--schedules", type=click.IntRange(1), help=f"How many worlds; {_SCHEDULES:,}.")
@click.option("--conversations", type=click.IntRange(1), help="Or: until so many were had.")
@click.option("--crowd", type=click.IntRange(1, 500), help="Conversations in each world.")
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="The first.")
@click.option("--workers", type=click.IntRange(1), default=os.cpu_count() or 1, help="Processes.")
@click.option(
    "--keep",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Keep what is done in this file, and go on from there.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one line with one JSON object.")
def simulate(
    schedules: int | None,
    conversations: int | None,
    crowd: int | None,
    seed: int,
    workers: int,
    keep: Path | None,
    as_json: bool,
) -> None:
    """Run the real code on simulated ports, with everything around it failing.

    Every commit, every message to a customer and what is left at rest is held against the
    promise. Each seed is a world of its own and the same one each time; a failing one is shrunk to
    the faults it needs and told as a story. Exits 1 when anything did not hold.
    """
    if schedules is not None and conversations is not None:
        message = "say either how many --schedules or how many --conversations, not both"
        raise click.UsageError(message)
    if schedules is None and conversations is None:
        schedules = _SCHEDULES
    plan = Plan(seed, schedules, conversations, crowd, workers, keep)
    wanted = schedules or conversations or 0
    errors = Console(stderr=True)
    with Progress(
        TextColumn("simulating"),
        BarColumn(),
        TextColumn("{task.completed:,.0f} of {task.total:,.0f}, {task.fields[told]}"),
        TimeRemainingColumn(),
        console=errors,
        transient=True,
        disable=not errors.is_terminal,
    ) as bar:
        task = bar.add_task("", total=wanted, told="")

        def progress(total: Total) -> None:
            done = total.schedules if schedules else total.conversations
            told = f"{total.per_second:.0f} a second, {total.violations} violations"
            bar.update(task, completed=done, told=told)

        try:
            total, _ = run(plan, progress)
        except (ValueError, OSError) as error:
            raise click.ClickException(str(error)) from error
    if as_json:
        click.echo(json.dumps(total.to_dict()))
    else:
        _report(total)
    if total.failed_seeds:
        _explain(total.failed_seeds[0], crowd)
        sys.exit(1)


def _report(total: Total) -> None:
    facts = total.to_dict()
    click.echo(
        f"{total.schedules:,} worlds, {total.conversations:,} conversations, "
        f"{total.events:,} events, {total.faults:,} faults, "
        f"{facts['virtual_days']:,} days of their time"
    )
    click.echo(
        f"violations {total.violations}, lost {total.lost}, silent {total.silent}, "
        f"late promises {total.late_promises}"
    )
    click.echo(
        f"{total.seconds:.1f} s, {total.per_second:.1f} worlds a second, "
        f"{facts['peak_mb']} MB at most in a process"
    )


def _explain(seed: int, crowd: int | None) -> None:
    """Tell the first failure as a story, on the side that `--json` leaves free."""
    failed = run_one(seed, crowd=crowd)
    click.echo("", err=True)
    for line in tell(shrink(failed)):
        click.echo(line, err=True)
