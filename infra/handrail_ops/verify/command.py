"""`handrail verify`: prove workflows, ours or anybody's."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import click
from rich.console import Console

from handrail_ops.verify.report import show
from handrail_ops.verify.verdicts import Exit, exit_of, own_files, verdict_on


@click.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def verify(files: tuple[Path, ...], *, as_json: bool) -> None:
    """Prove that no path of a workflow, under any error, ends without a person or an offer.

    FILES are definitions in Amazon States Language; without any, this project's own. Exit status:
    0 when all is proved, 1 when a way was found on which a customer is lost, 2 when something
    could not be read or is not modelled.
    """
    began = time.perf_counter()
    asked = list(files) or own_files(Path.cwd())
    verdicts = [verdict_on(path) for path in asked]
    status = exit_of(verdicts)
    if as_json:
        found = {
            "proved": status is Exit.PROVED,
            "files": [verdict.to_dict() for verdict in verdicts],
            "seconds": round(time.perf_counter() - began, 4),
        }
        click.echo(json.dumps(found, indent=2))
    else:
        show(verdicts, Console(highlight=False))
        if not asked:
            click.echo("no FILE is named, and no infra/workflows/*.asl.json is here", err=True)
    sys.exit(status)
