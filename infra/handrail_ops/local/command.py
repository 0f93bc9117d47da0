"""`handrail local`: run the template on this machine until Ctrl-C."""

from __future__ import annotations

import os
import signal
import sys
import threading
from contextlib import ExitStack
from pathlib import Path
from shutil import which
from types import FrameType
from typing import Final

import click

from handrail_ops.agent.target import noted
from handrail_ops.local.aws_processes import StackStartError
from handrail_ops.local.stack import LocalStack, has_runtime_client
from handrail_ops.local.template import TemplateError, find_template

_DEFAULT_PORT: Final = 8080


def read_parameters(pairs: tuple[str, ...]) -> dict[str, str]:
    """`("Stage=local",)` as a dictionary."""
    found = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or not name:
            message = f"{pair!r} is no parameter; Name=value was expected"
            raise click.BadParameter(message, param_hint="--parameter")
        found[name] = value
    return found


def run_until_signal(stack: LocalStack) -> None:
    """Block until Ctrl-C or SIGTERM, then stop the stack. Call it from the main thread."""
    stopping = threading.Event()

    def stop(_: int, __: FrameType | None) -> None:
        stopping.set()

    previous = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        stopping.wait()
    finally:
        stack.stop()
        for number, handler in previous.items():
            signal.signal(number, handler)


@click.command("local")
@click.option(
    "--port",
    type=click.IntRange(0, 65_535),
    default=_DEFAULT_PORT,
    envvar="PORT",
    show_default=True,
    show_envvar=True,
    help="Port on 127.0.0.1; 0 takes a free one.",
)
@click.option(
    "--template",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The SAM template; by default the nearest template.yaml, from here upward.",
)
@click.option(
    "--parameter", "parameters", multiple=True, metavar="NAME=VALUE", help="A template parameter."
)
@click.option("--verbose", is_flag=True, help="Show what handlers log at INFO, and metrics.")
def local(port: int, template: Path | None, parameters: tuple[str, ...], *, verbose: bool) -> None:
    """Run the whole template on this machine. Ctrl-C stops all of it."""
    try:
        stack = LocalStack(
            template or find_template(), read_parameters(parameters), port=port, verbose=verbose
        )
        with stack, ExitStack() as notes:
            queue = stack.outputs.get("AgentsQueueUrl")
            if queue is not None:
                notes.enter_context(noted(stack.url, queue, stack.environment))
            announce(stack)
            run_until_signal(stack)
    except (TemplateError, StackStartError) as error:
        raise click.ClickException(str(error)) from error
    except KeyboardInterrupt:
        # Ctrl-C while starting: the stack has taken back what it had started.
        raise click.Abort from None


def announce(stack: LocalStack) -> None:
    """Say where everything is."""
    click.echo(f"Ready after {stack.boot_seconds:.1f} s at {stack.url}")
    click.echo("\nTalk, as a customer or as a person:\n")
    handrail = as_typed()
    for what, how in (
        ("a customer in a browser", stack.url),
        ("a customer in a terminal", f"{handrail} chat --url {stack.url}"),
        ("an agent in another terminal", f"{handrail} agent"),
        ("many customers at once", f"{handrail} replay FILE.jsonl"),
    ):
        click.echo(f"  {what:<30} {click.style(how, bold=True)}")
    click.echo("\nThe rest of the stack:\n")
    for name, value in stack.outputs.items():
        click.echo(f"  {name:<30} {value}")
    click.echo("\nWhat handlers log is shown here, as CloudWatch would. Ctrl-C stops all of it.")
    if not has_runtime_client():
        click.echo("  awslambdaric is not installed: handlers run in a plain loop instead")


def as_typed() -> str:
    """Return how the `handrail` command is typed here: by its name where the PATH has it."""
    if which("handrail") is not None:
        return "handrail"
    program = Path(sys.argv[0])
    return os.path.relpath(program) if program.name == "handrail" else "handrail"
