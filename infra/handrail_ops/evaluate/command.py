"""`handrail evaluate`: how well questions are answered and customers heard, on known sets."""

import json
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import click
from rich.console import Console
from rich.table import Table

from handrail.adapters.knowledge.index import KnowledgeIndex
from handrail.domain.errors import SettingsError
from handrail_ops.evaluate import grounding, retrieval
from handrail_ops.evaluate.curve_plot import CURVE
from handrail_ops.evaluate.drafted import DraftedAnswers
from handrail_ops.evaluate.figures import Measured, Tally, as_json, together
from handrail_ops.evaluate.hearing import human_requests, languages
from handrail_ops.evaluate.page import page_of, shown
from handrail_ops.evaluate.sets import Question, QuestionSet, SetUnreadableError, read_set
from handrail_ops.knowledge.build import build_index
from handrail_ops.knowledge.command import index_option

Measure = Callable[[Iterable[Question], KnowledgeIndex, float], Mapping[str, Tally]]

MEASURES: Final[Sequence[Measure]] = (retrieval.measure,)
"""What is measured on every set; each names its own figures."""

AIMS: Final = {
    "r_at_1": 0.93,
    "r_at_3": 0.98,
    "answer_contains": 0.80,
    "microseconds_per_query": 3000.0,
    "true_blocked": 0.05,
    "across_languages.true_blocked": 0.05,
    "corrupted_passed.negation": 0.20,
    "across_languages.corrupted_passed.negation": 0.20,
    "corrupted_passed.entity": 0.05,
    "across_languages.corrupted_passed.entity": 0.05,
}
"""What we hold ourselves to; drawn into the plots."""
_UNLIMITED_COLUMNS: Final = 500


@click.group()
def evaluate() -> None:
    """Measure how well questions are answered and customers heard."""


evaluate.add_command(human_requests)
evaluate.add_command(languages)


@evaluate.command()
@click.argument(
    "files",
    nargs=-1,
    required=True,
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
)
@index_option
@click.option("--language", help="Language of questions whose file does not say.")
@click.option(
    "--corrupt", is_flag=True, help="Check the grounding of true and of corrupted answers too."
)
@click.option(
    "--model",
    is_flag=True,
    help="Have the model answer too: OPENAI_API_KEY, OPENAI_MODEL, OPENAI_BASE_URL, OPENAI_API.",
)
@click.option(
    "--questions",
    "questions_max",
    type=click.IntRange(1),
    default=100,
    show_default=True,
    help="How many questions of each file the model is asked.",
)
@click.option(
    "--prices",
    type=click.FloatRange(0),
    nargs=2,
    metavar="GIVEN WRITTEN",
    help="What the model's provider takes for a million tokens, given and written.",
)
@click.option("--json", "as_json_", is_flag=True, help="Print one JSON object.")
@click.option(
    "--html",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write a page with plots here.",
)
def answers(
    files: tuple[Path, ...],
    index_directory: Path,
    language: str | None,
    html: Path | None,
    questions_max: int,
    prices: tuple[float, float] | None,
    *,
    corrupt: bool,
    model: bool,
    as_json_: bool,
) -> None:
    """Measure answers on FILES.

    *.json in SQuAD's form (named <anything>.<language>.json) brings its own paragraphs; *.csv
    (question, expected, article, language) and *.jsonl (recorded messages) are asked of the index.
    With --corrupt, true answers (`answer` in *.jsonl) and false ones made of them are checked for
    their grounding: what is blocked of the former and passed of the latter. With --model, the
    configured model answers as in a turn: what comes of it, how long it takes and what it costs.
    """
    if prices is not None and not model:
        message = "--prices are the model's: give --model too"
        raise click.UsageError(message)
    try:
        measures = (*MEASURES, grounding.measure) if corrupt else MEASURES
        if corrupt and html is not None:
            measures = (*measures, grounding.curve)
        if model:
            drafted = DraftedAnswers(index_directory, questions_max, *(prices or ()))
            measures = (*measures, drafted.measure)
        measured = [
            _measure(read_set(path, language), index_directory, measures) for path in files
        ]
    except (SetUnreadableError, SettingsError) as error:
        raise click.ClickException(str(error)) from None
    if html is not None:
        html.write_text(page_of(measured, AIMS), encoding="utf-8")
    if as_json_:
        sets = [as_json(one) for one in measured]
        click.echo(json.dumps({**as_json(together(measured)), "sets": sets}))
    else:
        _print(measured)


def _measure(asked: QuestionSet, index_directory: Path, measures: Sequence[Measure]) -> Measured:
    if not asked.articles:
        return _measured(asked, KnowledgeIndex(index_directory), measures)
    with TemporaryDirectory() as directory:
        build_index(asked.articles, Path(directory))
        return _measured(asked, KnowledgeIndex(Path(directory)), measures)


def _measured(asked: QuestionSet, index: KnowledgeIndex, measures: Sequence[Measure]) -> Measured:
    now = time.time()
    tallies: dict[str, Tally] = {}
    for measure in measures:
        tallies.update(measure(asked.questions, index, now))
    return Measured(asked.name, len(asked.questions), tallies)


def _print(sets: Sequence[Measured]) -> None:
    every = [*sets, together(sets)] if len(sets) > 1 else sets
    table = Table()
    for heading in ("", *(one.name for one in every)):
        table.add_column(heading, justify="right" if heading else "left", overflow="fold")
    table.add_row("questions", *(str(one.questions) for one in every))
    for name in dict.fromkeys(name for one in every for name in one.tallies):
        if name.startswith(CURVE):
            continue  # a curve is for the eye: it is on the page
        tallies = (one.tallies.get(name) for one in every)
        table.add_row(name, *(shown(name, tally.mean if tally else None) for tally in tallies))
    console = Console()
    if not console.is_terminal:
        console = Console(width=_UNLIMITED_COLUMNS)  # a pipe's lines are not to be folded
    console.print(table)
