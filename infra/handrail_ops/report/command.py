"""`handrail report`: what became of everybody who asked for a person."""

from __future__ import annotations

import datetime as dt
import re
import sys
import time
from typing import Final

import click
from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console

from handrail.application.reconcile import Story
from handrail.domain.errors import HandrailError
from handrail_ops.agent.target import TargetError
from handrail_ops.report.cases import Case, cases_of, delivered, is_real
from handrail_ops.report.figures import report_of
from handrail_ops.report.show import show, show_story, write_csv
from handrail_ops.report.table import ReportTable, open_table

_AGO: Final = re.compile(r"(\d+)\s*([mhdw])")
_UNIT_SECONDS: Final = {"m": 60, "h": 3600, "d": 86_400, "w": 7 * 86_400}
_WITHIN_SECONDS: Final = 180


class Since(click.ParamType[float]):
    """A moment: `7d` ago, or a date such as `2026-11-01`, or a date and time."""

    name = "moment"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Return the moment in seconds since the epoch."""
        text = str(value).strip()
        if ago := _AGO.fullmatch(text):
            return time.time() - int(ago[1]) * _UNIT_SECONDS[ago[2]]
        try:
            given = dt.datetime.fromisoformat(text)
        except ValueError:
            self.fail(f"{text!r} is no moment; 7d, 24h or 2026-11-01 was expected", param, ctx)
        return (given if given.tzinfo else given.replace(tzinfo=dt.UTC)).timestamp()


@click.command("report")
@click.option("--since", type=Since(), help="Requests since then: 7d, 24h, 2026-11-01 (UTC).")
@click.option("--csv", "as_csv", is_flag=True, help="One row for each request, for a spreadsheet.")
@click.option("--reference", help="Tell the story of one request, by what its customer was told.")
@click.option("--conversation", help="Tell the story of one conversation, by its id.")
@click.option("--table", help="The table to read; by default that of the stack that runs here.")
@click.option("--stack", help="Read the table of a deployed stack.")
@click.option("--url", help="An endpoint of DynamoDB other than the region's own.")
@click.option(
    "--within",
    "within_seconds",
    type=click.FloatRange(min=1),
    default=_WITHIN_SECONDS,
    show_default=True,
    help="How many seconds count as reached in time.",
)
@click.option(
    "--pickup-seconds",
    type=click.FloatRange(min=1),
    default=60,
    show_default=True,
    help="The stack's PickupSeconds: what a promise for an opening leaves to get there.",
)
def report(
    since: float | None,
    reference: str | None,
    conversation: str | None,
    table: str | None,
    stack: str | None,
    url: str | None,
    within_seconds: float,
    pickup_seconds: float,
    *,
    as_csv: bool,
) -> None:
    """Say what became of everybody who asked for a person: shares, waits, endings, evidence.

    Figures come from the table alone. No words of customers or agents are read out.
    """
    console = Console(highlight=False)
    try:
        source = open_table(table=table, stack=stack, url=url)
        if reference or conversation:
            _tell(console, source, reference, conversation, pickup_seconds)
            return
        stories = list(source.stories(source.conversations(since=since)))
    except (TargetError, HandrailError, BotoCoreError, ClientError) as error:
        message = f"the report cannot be made: {error}"
        raise click.ClickException(message) from error
    now = time.time()
    real = [story for story in stories if is_real(story)]
    cases = _cases(real, since, pickup_seconds)
    if as_csv:
        write_csv(sys.stdout, cases, now)
        return
    shown = report_of(
        cases,
        delivered(real),
        now,
        within_seconds,
        synthetic=len(_cases([one for one in stories if not is_real(one)], since, pickup_seconds)),
        unreadable=[f"{story.id} {key}" for story in stories for key in story.unreadable],
    )
    show(console, shown, since)


def _cases(stories: list[Story], since: float | None, pickup_seconds: float) -> list[Case]:
    cases = (case for story in stories for case in cases_of(story, pickup_seconds))
    wanted = [case for case in cases if since is None or case.asked_at >= since]
    return sorted(wanted, key=lambda case: (case.asked_at, case.conversation, case.number))


def _tell(
    console: Console,
    source: ReportTable,
    reference: str | None,
    conversation: str | None,
    pickup_seconds: float,
) -> None:
    if reference:
        names = source.conversations(reference=reference.strip().upper())
    else:
        names = [conversation or ""]
    found = [one for one in source.stories(names) if one.conversation or one.messages]
    if not found:
        what = f"reference {reference}" if reference else f"conversation {conversation}"
        message = f"the table knows no {what}"
        raise click.ClickException(message)
    for story in found:
        show_story(console, story, list(cases_of(story, pickup_seconds)), time.time())
