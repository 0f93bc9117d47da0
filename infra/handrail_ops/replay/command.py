"""`handrail replay`: play recorded messages through a stack and see that nobody is lost."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Final

import click
from rich.console import Console

from handrail_ops.local.aws_processes import StackStartError
from handrail_ops.local.template import TemplateError, find_template
from handrail_ops.replay.faults.weather import FoulWeather
from handrail_ops.replay.journal import Journal
from handrail_ops.replay.receiver import CallbackReceiver
from handrail_ops.replay.report import Bar, show_table, to_json
from handrail_ops.replay.rows import RowsError, choose_rows, read_rows
from handrail_ops.replay.run import Outcome, Pace, play
from handrail_ops.replay.target import (
    ACCOUNT,
    Target,
    TargetError,
    own_stack,
    parameters,
    running_target,
    target_of,
)
from handrail_ops.replay.weather import FairWeather, Weather

_PATIENCE_SECONDS: Final = 60.0
_PATIENCE_UNDER_FAULTS_SECONDS: Final = 6.0
_REST_SECONDS: Final = 300.0
_REST_AFTER_FAULTS_SECONDS: Final = 900.0
"""Several visibility timeouts of 90 seconds, one after the other, and the timers' own time."""


@click.command("replay")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--url", help="A stack that runs already; by default the replay starts its own.")
@click.option(
    "--secret", envvar="HANDRAIL_DIRECT_SECRET", show_envvar=True, help="Of that stack's channel."
)
@click.option(
    "--callback-port",
    type=click.IntRange(0, 65_535),
    default=0,
    help="Port on 127.0.0.1 for that stack's callbacks, to /callbacks; 0 takes a free one.",
)
@click.option(
    "--queue-url", help="That stack's agents queue; without it the replay has no agents."
)
@click.option("--table", help="That stack's table; without it the end is judged from outside.")
@click.option("--template", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--limit", type=click.IntRange(1), help="So many rows; those who want a person first."
)
@click.option("--workers", type=click.IntRange(1, 256), default=24, help="Customers at once.")
@click.option("--agents", type=click.IntRange(0, 64), default=8, help="Agents at work.")
@click.option("--faults", is_flag=True, help="Inject faults everywhere while the rows are played.")
@click.option(
    "--seed", type=int, default=1, show_default=True, help="Of sample, order and faults."
)
@click.option(
    "--timers",
    type=click.Choice(["default", "short"]),
    help="The clock of the promise; short by default with --faults.",
)
@click.option(
    "--use-language/--no-language",
    default=True,
    help="Whether customers' devices tell their language, as real ones do.",
)
@click.option("--json", "as_json", is_flag=True, help="One line with one object.")
@click.option(
    "--log",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="A file for what the stack's functions print; by default errors go to the terminal.",
)
def replay(
    file: Path,
    url: str | None,
    secret: str | None,
    callback_port: int,
    queue_url: str | None,
    table: str | None,
    template: Path | None,
    limit: int | None,
    workers: int,
    agents: int,
    seed: int,
    timers: str | None,
    log: Path | None,
    *,
    faults: bool,
    use_language: bool,
    as_json: bool,
) -> None:
    """Play the messages of FILE, one customer each, and check that nobody is lost.

    FILE is JSON Lines with `text` and, where known, `language` and `wants_human`. Exits with 1
    when a message was lost, unanswered, without its offer, or when a rule was broken.
    """
    if url and not secret:
        message = "--url needs --secret: the webhook is signed"
        raise click.UsageError(message)
    if url and faults:
        message = "--faults needs a stack of its own: leave --url out"
        raise click.UsageError(message)
    try:
        rows = choose_rows(read_rows(file), limit, seed)
    except RowsError as error:
        raise click.ClickException(str(error)) from error
    run = secrets.token_hex(4) if url else f"s{seed}"
    journal = Journal(rows, ACCOUNT, run)
    pace = Pace(
        customers_at_once=workers,
        agents=agents,
        patience_seconds=_PATIENCE_UNDER_FAULTS_SECONDS if faults else _PATIENCE_SECONDS,
        rest_seconds=_REST_AFTER_FAULTS_SECONDS if faults else _REST_SECONDS,
        use_language=use_language,
    )
    weather: Weather = FoulWeather(seed) if faults else FairWeather()
    console = Console(stderr=True)
    with ExitStack() as cleanup:
        cleanup.callback(weather.close)
        receiver = CallbackReceiver(journal, port=callback_port, mood=weather.mood)
        cleanup.callback(receiver.close)
        bar = cleanup.enter_context(Bar(console, len(rows)))
        if url:
            target = _running(url, secret or "", queue_url, table)
        else:
            values = parameters(receiver.url, short=(timers or _timers(faults)) == "short")
            on_line = _printer(cleanup, console, log, quiet=faults)
            target = _own(cleanup, template, values, on_line, weather)
        outcome = play(target, journal, receiver, weather, pace, run, bar)
    _tell(outcome, seed, as_json=as_json)
    raise SystemExit(0 if outcome.verdict.kept and not outcome.unrest else 1)


def _timers(faults: bool) -> str:
    return "short" if faults else "default"


def _running(url: str, secret: str, queue_url: str | None, table: str | None) -> Target:
    try:
        return running_target(url, secret, agents_queue=queue_url, table=table)
    except TargetError as error:
        raise click.ClickException(str(error)) from error


def _own(
    cleanup: ExitStack,
    template: Path | None,
    values: dict[str, str],
    on_line: Callable[[str], None],
    weather: Weather,
) -> Target:
    try:
        stack = own_stack(
            template or find_template(),
            values,
            on_line,
            chaos=weather.chaos,
            environment=weather.environment,
            python_path=weather.python_path,
            preload=weather.preload,
        )
        cleanup.enter_context(stack)
    except (TemplateError, StackStartError) as error:
        raise click.ClickException(str(error)) from error
    return target_of(stack)


def _printer(
    cleanup: ExitStack, console: Console, log: Path | None, *, quiet: bool
) -> Callable[[str], None]:
    """Return where the stack's lines go: under faults errors are what is expected."""
    if log is not None:
        file = cleanup.enter_context(log.open("w", encoding="utf-8"))

        def write(line: str) -> None:
            file.write(line + "\n")
            file.flush()

        return write
    if quiet:
        return lambda _line: None
    return lambda line: console.print(line, markup=False, highlight=False)


def _tell(outcome: Outcome, seed: int, *, as_json: bool) -> None:
    if as_json:
        click.echo(to_json(outcome, seed))
    else:
        show_table(Console(), outcome)
