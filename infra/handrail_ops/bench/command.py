"""`handrail bench`: what a turn and a request cost, how fast functions start, how fast we run."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from pathlib import Path

import click

from handrail_ops.template.source import TEMPLATE, TemplateUnreadableError, find_root

_WARM_TURNS = 10
_TURNS = 60
_REQUESTS = 10
_NAMES = ("cpu", "imports", "webhooks", "operations", "stack")


@click.command()
@click.argument("what", nargs=-1, type=click.Choice(_NAMES))
def bench(what: tuple[str, ...]) -> None:
    """Measure WHAT (all of it by default): CPU, imports, webhooks, operations, the local stack."""
    try:
        root = find_root()
    except TemplateUnreadableError as error:
        raise click.ClickException(str(error)) from error
    for name, measure in _MEASURES.items():
        if not what or name in what:
            measure(root)


def _cpu(root: Path) -> None:
    from handrail_ops.bench.day import QUESTIONS, Day  # noqa: PLC0415 - heavy: moto, boto3

    day = Day(root / TEMPLATE, counting=False)
    with day.running():
        for number in range(_WARM_TURNS + _TURNS):
            if number == _WARM_TURNS:
                day.deployment.cpu_seconds.clear()
            day.ask(QUESTIONS[number % len(QUESTIONS)])
        for _ in range(_REQUESTS):
            day.ask("I want to talk to a human")
            day.serve()
    _title(f"Own CPU time of an invocation, in {_TURNS} turns and {_REQUESTS} requests")
    for function, spent in sorted(day.deployment.cpu_seconds.items()):
        milliseconds = [one * 1000 for one in spent]
        median, most = statistics.median(milliseconds), max(milliseconds)
        name = function.removesuffix("Function")
        click.echo(f"  {name:16} {median:7.1f} ms   at most {most:7.1f} ms   {len(spent)}x")


def _imports(root: Path) -> None:
    from handrail_ops.bench import starts  # noqa: PLC0415 - as needed

    _title("Start of a function, compiled: import and composition, median of 5 fresh processes")
    cases: list[tuple[str, str, str | None, dict[str, str]]] = [
        (name, name, None, {}) for name in starts.functions(root)
    ]
    cases.append(("draft_answer with a model", "draft_answer", "a key", {}))
    cases.append(("translate with a translator", "translate", None, {"TRANSLATOR": "google"}))
    for title, name, key, changes in cases:
        took = starts.median(root, name, key, **changes)
        click.echo(
            f"  {title:28} {took.milliseconds:6.0f} ms   CPU {took.cpu_milliseconds:6.0f} ms"
        )


def _webhooks(root: Path) -> None:
    from handrail_ops.bench.webhooks import Bench  # noqa: PLC0415 - as needed

    measured = Bench(root)
    for title, kinds in (
        (
            "A signed message of 200 bytes at receive, with recognition: own CPU time, AWS apart",
            measured.usual,
        ),
        ("A signed webhook of two kilobytes, full of text: the same", measured.webhooks),
        ("The largest batch at receive: the same", measured.batches),
    ):
        _title(title)
        for took in kinds():
            click.echo(
                f"  {took.channel:16} {took.milliseconds:8.2f} ms   at least {took.least:8.2f} ms"
                f"   {took.bytes:9,} bytes   {took.messages:5,} messages   {took.runs}x"
            )


def _operations(root: Path) -> None:
    from handrail_ops.bench.day import QUESTIONS, Bill, Day  # noqa: PLC0415 - heavy: moto, boto3
    from handrail_ops.bench.operations import print_operations  # noqa: PLC0415 - the same

    day = Day(root / TEMPLATE, counting=True)
    with day.running():
        day.ask(QUESTIONS[0])
        answered, customer = day.bill(lambda: day.ask(QUESTIONS[0]))
        day.ask("I want to talk to a human")
        day.serve()

        def request() -> str:
            day.ask("I want to talk to a human", customer)
            return day.serve()

        escalated, escalation = day.bill(request)
        escalated.transitions = day.transitions(escalation)
    _title("Billable operations, counted (warm functions; polling an empty queue is not in it)")
    lines: list[tuple[str, Bill]] = [
        ("an answered turn", answered),
        ("a request for a person, from asked to resolved", escalated),
    ]
    for title, bill in lines:
        click.echo(f"  {title}")
        for name, number in sorted(bill.counts.items()):
            click.echo(f"    {number:6}  {name}")
        click.echo(f"    {bill.write_units:6g}  table write units")
        click.echo(f"    {bill.read_units:6g}  table read units")
        click.echo(f"    {bill.transitions:6}  Standard state transitions")
    _title("At the table, step by step")
    print_operations()


def _stack(_root: Path) -> None:
    from handrail_ops.bench import local_stack  # noqa: PLC0415 - as needed

    _title("The local stack")
    local_stack.main([])


def _title(text: str) -> None:
    click.echo(f"\n{text}")


_MEASURES: dict[str, Callable[[Path], None]] = {
    "imports": _imports,
    "cpu": _cpu,
    "webhooks": _webhooks,
    "operations": _operations,
    "stack": _stack,
}
