"""`handrail evaluate human-requests` and `languages`: how well customers are heard."""

import json
import resource
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from handrail.adapters.language.catalogue import PackagedCatalogue
from handrail.adapters.language.identify import PackagedIdentifier
from handrail_ops.evaluate.human_requests import measure_requests
from handrail_ops.evaluate.languages import measure_identification
from handrail_ops.evaluate.rows import Row, RowsUnreadableError, read_rows
from handrail_ops.languages.own_words import FILE, WORDS_HELP, recogniser_with

_NEW_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command("human-requests")
@click.argument("file", type=FILE)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
@click.option("--errors", type=_NEW_FILE, help="Write misses and false alarms here, as JSONL.")
@click.option("--known", is_flag=True, help="Tell the recogniser each row's language.")
@click.option("--words", type=FILE, help=WORDS_HELP)
def human_requests(
    file: Path, *, as_json: bool, errors: Path | None, known: bool, words: Path | None
) -> None:
    """Measure how well requests for a person are recognised on FILE.

    FILE is JSONL; each row has language, text, wants_human (true or false) and perhaps kind.
    """
    rows = _rows(file, "wants_human")
    began = time.perf_counter()
    recogniser, spoken = recogniser_with(words), _spoken()
    loaded = _loaded(began)
    with _progress(len(rows), hidden=as_json) as progress:
        measured = measure_requests(rows, recogniser, spoken, progress, known=known)
    _tell(measured.figures | loaded, measured.errors, as_json=as_json, errors=errors)


@click.command()
@click.argument("file", type=FILE)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
@click.option("--errors", type=_NEW_FILE, help="Write what was told wrong here, as JSONL.")
def languages(file: Path, *, as_json: bool, errors: Path | None) -> None:
    """Measure how well languages are told on FILE.

    FILE is JSONL; each row has language, text and perhaps set.
    """
    rows = _rows(file)
    began = time.perf_counter()
    identifier, spoken = PackagedIdentifier(), _spoken()
    loaded = _loaded(began)
    with _progress(len(rows), hidden=as_json) as progress:
        measured = measure_identification(rows, identifier, spoken, progress)
    # Without the table that set-up makes the figures are other ones.
    figures = measured.figures | {"voices": identifier.voices} | loaded
    _tell(figures, measured.errors, as_json=as_json, errors=errors)


def _spoken() -> Sequence[str]:
    return [language.code for language in PackagedCatalogue().languages]


def _loaded(began: float) -> dict[str, float]:
    """Return how long loading took, and what the process holds then."""
    kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {
        "milliseconds_to_load": (time.perf_counter() - began) * 1e3,
        "megabytes_of_this_process": kilobytes / 1024,
    }


def _rows(file: Path, *needed: str) -> Sequence[Row]:
    try:
        return read_rows(file, *needed)
    except RowsUnreadableError as error:
        raise click.ClickException(str(error)) from error


@contextmanager
def _progress(length: int, *, hidden: bool) -> Iterator[Callable[[Sequence[Row]], Iterable[Row]]]:
    """Show how far a measurement is, on standard error."""
    with click.progressbar(
        length=length, label="measuring", file=sys.stderr, hidden=hidden
    ) as bar:

        def through(rows: Sequence[Row]) -> Iterator[Row]:
            for row in rows:
                yield row
                bar.update(1)

        yield through


def _tell(
    figures: dict[str, Any],
    wrong: Sequence[dict[str, Any]],
    *,
    as_json: bool,
    errors: Path | None,
) -> None:
    if errors is not None:
        lines = (json.dumps(one, ensure_ascii=False) + "\n" for one in wrong)
        errors.write_text("".join(lines), encoding="utf-8")
    if as_json:
        click.echo(json.dumps(figures, ensure_ascii=False))
        return
    for line in _lines(figures):
        click.echo(line)
    told = f"; they stand in {errors}" if errors is not None else ""
    click.echo(f"{len(wrong)} rows went wrong{told}")


def _lines(figures: dict[str, Any], indent: int = 0) -> Iterator[str]:
    """Yield figures for people: shares in percent, the rest as it is."""
    for name, value in figures.items():
        if isinstance(value, dict):
            yield f"{' ' * indent}{name}"
            yield from _lines(value, indent + 2)
        else:
            yield f"{' ' * indent}{name:28} {_figure(name, value)}"


def _figure(name: str, value: float | None) -> str:
    if value is None:
        return "-"
    if isinstance(value, int):
        return str(value)
    is_share = not name.startswith(("microseconds", "milliseconds", "megabytes"))
    return f"{value:.1%}" if is_share else f"{value:.0f}"
