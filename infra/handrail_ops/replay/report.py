"""How a replay looks: a bar while it runs, a table at the end, or one line of JSON."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from handrail_ops.replay.journal import Tally
from handrail_ops.replay.run import Outcome

_PLAIN_EVERY_SECONDS = 15.0


@dataclass(slots=True)
class Bar:
    """A progress bar on a terminal; elsewhere a plain line now and then."""

    console: Console
    total: int
    _bar: Progress | None = None
    _shown_at: float = field(default_factory=time.monotonic)

    def __enter__(self) -> Self:
        if self.console.is_terminal:
            self._bar = Progress(
                TextColumn("{task.description}"),
                BarColumn(),
                MofNCompleteColumn(),
                TextColumn("{task.fields[told]}"),
                TimeElapsedColumn(),
                console=self.console,
            )
            self._bar.add_task("starting", total=self.total, told="")
            self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def show(self, phase: str, tally: Tally, unrest: dict[str, int]) -> None:
        """Show where the replay stands."""
        told = f"{tally.heard} heard, {tally.settled} settled"
        if unrest:
            told += ", not at rest: " + ", ".join(f"{n} {kind}" for kind, n in unrest.items())
        if self._bar is not None:
            task = self._bar.task_ids[0]
            self._bar.update(task, description=phase, completed=tally.sent, told=told)
            return
        if time.monotonic() - self._shown_at >= _PLAIN_EVERY_SECONDS:
            self._shown_at = time.monotonic()
            self.console.print(f"{phase}: {tally.sent} of {self.total} sent, {told}")


def to_json(outcome: Outcome, seed: int) -> str:
    """Return the outcome as one line."""
    return json.dumps(
        {
            **outcome.verdict.to_dict(),
            "seconds": round(outcome.seconds, 1),
            "rest_seconds": round(outcome.rest_seconds, 1),
            "unrest": outcome.unrest,
            "ended": outcome.ended,
            "strangers": outcome.strangers,
            "seed": seed,
            "faults": outcome.faults,
        }
    )


def show_table(console: Console, outcome: Outcome) -> None:
    """Print the outcome for people."""
    verdict = outcome.verdict
    table = Table(title="Replay", title_justify="left")
    table.add_column("What")
    table.add_column("Figure", justify="right")
    for name, value, must_be_zero in (
        ("messages sent and acknowledged", verdict.sent, False),
        ("answered by the bot", verdict.answered, False),
        ("escalated to a person", verdict.escalated, False),
        ("lost", verdict.lost, True),
        ("unanswered", verdict.unanswered, True),
        ("offers missing", verdict.offers_missing, True),
        ("not acknowledged", verdict.unacknowledged, True),
        ("duplicates, adjacent and identical", verdict.duplicates, False),
        ("given up by delivery", len(verdict.given_up), False),
        ("requests missed", verdict.requests_missed, False),
        ("  of which the bot asked back", verdict.asked_back, False),
        ("first message, median ms", verdict.p50_ms, False),
        ("first message, 95 % ms", verdict.p95_ms, False),
        ("seconds in all", round(outcome.seconds), False),
        ("seconds to come to rest", round(outcome.rest_seconds), False),
    ):
        style = "bold red" if must_be_zero and value else ""
        table.add_row(name, "-" if value is None else f"{value:,}", style=style)
    console.print(table)
    if outcome.faults:
        console.print(_counts("Faults", outcome.faults))
    if outcome.unrest:
        console.print(_counts("Not at rest in time", outcome.unrest), style="bold red")
    for rule, cases in verdict.violations.items():
        console.print(f"Broken: {rule}, {len(cases)} times", style="bold red")
        for case in cases[:5]:
            console.print(f"  {case}")
    if not verdict.table_checked:
        console.print(
            "The table was not read: what is lost and at rest is seen from outside only."
        )
    console.print("Nobody was lost." if verdict.kept else "The promise was broken.", style="bold")


def _counts(title: str, counts: dict[str, int]) -> Table:
    table = Table(title=title, title_justify="left")
    table.add_column("Kind")
    table.add_column("Count", justify="right")
    for kind, count in sorted(counts.items()):
        table.add_row(kind, f"{count:,}")
    return table
