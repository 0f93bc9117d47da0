"""How the report looks: in a terminal, and as rows for a spreadsheet."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from typing import Final, TextIO

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from handrail.application.reconcile import Story
from handrail.domain.decision import Ending
from handrail_ops.report.cases import Case
from handrail_ops.report.evidence import lines_of, moment, state_of
from handrail_ops.report.figures import Group, Report, Share, endings

_EXAMPLES_MAX: Final = 10
_MINUTE_SECONDS: Final = 60
_HOUR_SECONDS: Final = 3600
_COLUMNS: Final = (
    "reference",
    "conversation",
    "number",
    "channel",
    "language",
    "reason",
    "asked_at",
    "claimed_at",
    "reached_at",
    "reached_seconds",
    "ending",
    "ended_at",
    "promises",
    "promises_kept",
    "promises_broken",
)


def show(console: Console, report: Report, since: float | None) -> None:
    """Print the report for people."""
    everyone = report.all
    span = f"since {moment(since)} UTC" if since is not None else "in the whole table"
    console.print(f"[bold]The guarantee[/bold], {span}\n")
    if not everyone.requests:
        console.print("Nobody asked for a person.")
        return
    within = duration(report.within_seconds)
    head = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    head.add_row("requests for a person", f"[bold]{everyone.requests:,}[/bold]")
    head.add_row(f"reached by a person within {within}", _share(everyone.reached, strict=False))
    head.add_row("promises kept", _share(everyone.promises))
    head.add_row("messages with a way to a person", _share(report.offers))
    head.add_row("longest wait", _longest(report))
    console.print(head)
    ended = Table(title="\nHow they ended", title_justify="left")
    ended.add_column("Ending")
    ended.add_column("Requests", justify="right")
    for name, count in endings(report, [str(one) for one in Ending]):
        ended.add_row(name.replace("_", " "), f"{count:,}")
    console.print(ended)
    console.print(_groups(report, within))
    _remarks(console, report)


def _groups(report: Report, within: str) -> Table:
    table = Table(title="\nBy language and channel", title_justify="left")
    for name in ("Language", "Channel"):
        table.add_column(name)
    for name in ("Requests", f"Within {within}", "Promises", "p50", "p95", "p99", "Longest"):
        table.add_column(name, justify="right")
    for (language, channel), group in report.groups.items():
        table.add_row(language, channel, *_cells(group))
    if len(report.groups) > 1:
        table.add_section()
        table.add_row("all", "", *_cells(report.all), style="bold")
    return table


def _cells(group: Group) -> list[str]:
    return [
        f"{group.requests:,}",
        _percent(group.reached),
        _percent(group.promises),
        *(duration(value) for value in group.percentiles),
        duration(group.longest),
    ]


def _remarks(console: Console, report: Report) -> None:
    if report.late:
        console.print("\n[bold red]Promises that were not kept[/bold red]")
        for case in report.late[:_EXAMPLES_MAX]:
            console.print(f"  {case.reference}  asked {moment(case.asked_at)}, {case.ending}")
        if len(report.late) > _EXAMPLES_MAX:
            console.print(f"  and {len(report.late) - _EXAMPLES_MAX:,} more (--csv has them all)")
    if report.unreadable:
        console.print("\n[bold red]Items that are no longer what was written[/bold red]")
        for one in report.unreadable[:_EXAMPLES_MAX]:
            console.print(f"  {escape(one)}")
    if report.synthetic:
        console.print(f"\n{report.synthetic:,} requests of the canary are left out.")
    console.print("\nThe evidence for one: handrail report --reference ABCD-EFGH", style="dim")


def _longest(report: Report) -> str:
    if report.longest is None or report.all.longest is None:
        return "-"
    return f"{duration(report.all.longest)}  ({report.longest.reference})"


def _share(share: Share, *, strict: bool = True) -> str:
    if share.percent is None:
        return "-"
    style = "bold red" if strict and share.part < share.whole else "bold"
    return f"[{style}]{_percent(share)}[/{style}]  ({share.part:,} of {share.whole:,})"


def _percent(share: Share) -> str:
    """Return a share, cut and never rounded up: 99.99 % is not 100."""
    if share.percent is None:
        return "-"
    if share.part == share.whole:
        return "100 %"
    return f"{int(share.percent * 100) / 100:.2f} %"


def duration(seconds: float | None) -> str:
    """Return a duration as one says it."""
    if seconds is None:
        return "-"
    if seconds < _MINUTE_SECONDS:
        return f"{seconds:.1f} s" if seconds % 1 else f"{seconds:.0f} s"
    whole = round(seconds)
    if whole < 10 * _MINUTE_SECONDS and not whole % _MINUTE_SECONDS:
        return f"{whole // _MINUTE_SECONDS} min"
    if whole < _HOUR_SECONDS:
        return f"{whole // _MINUTE_SECONDS} min {whole % _MINUTE_SECONDS} s"
    hours, rest = divmod(whole, _HOUR_SECONDS)
    return f"{hours} h {rest // _MINUTE_SECONDS} min"


def write_csv(file: TextIO, cases: Iterable[Case], now: float) -> None:
    """Write one row for each request, the evidence behind every figure."""
    writer = csv.writer(file)
    writer.writerow(_COLUMNS)
    for case in cases:
        verdicts = [promise.is_kept(now) for promise in case.promises]
        writer.writerow(
            (
                case.reference,
                case.conversation,
                case.number,
                case.channel,
                case.language,
                case.reason,
                moment(case.asked_at),
                moment(case.claimed_at),
                moment(case.reached_at),
                "" if case.reached_seconds is None else f"{case.reached_seconds:.1f}",
                case.ending,
                moment(case.ended_at),
                len(verdicts),
                verdicts.count(True),
                verdicts.count(False),
            )
        )


def show_story(console: Console, story: Story, cases: Sequence[Case], now: float) -> None:
    """Print what happened in a conversation."""
    console.print(f"[bold]Conversation {story.id}[/bold]")
    head = story.conversation
    if head is not None:
        console.print(
            f"channel {head.channel}, account {escape(head.account)}, language {head.language}"
        )
    console.print(f"now: {escape(state_of(story, now))}\n")
    table = Table()
    table.add_column("UTC", no_wrap=True)
    table.add_column("Who")
    table.add_column("What", overflow="fold")
    for line in lines_of(story):
        table.add_row(moment(line.at), line.what, escape(line.detail))
    console.print(table)
    for case in cases:
        _conclude(console, case, now)
    for key in story.unreadable:
        console.print(f"[bold red]{escape(key)} is no longer what was written[/bold red]")


def _conclude(console: Console, case: Case, now: float) -> None:
    verdicts = [promise.is_kept(now) for promise in case.promises]
    reached = duration(case.reached_seconds) if case.reached_seconds is not None else "not yet"
    broken = verdicts.count(False)
    console.print(
        f"{case.reference}: a person after {reached}; {verdicts.count(True)} promises kept, "
        f"{broken} broken; {case.ending.replace('_', ' ')}",
        style="bold red" if broken else "bold",
    )
