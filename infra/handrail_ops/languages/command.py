"""`handrail languages`: what a translator and a release need to know about the languages."""

import json
import resource
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from handrail.adapters.language.catalogue import (
    PackagedCatalogue,
    packaged_recogniser,
    packaged_sensitive,
)
from handrail.adapters.language.identify import PackagedIdentifier
from handrail.domain.errors import SettingsError
from handrail.domain.recognition import Recogniser
from handrail.settings import read_own_words
from handrail_ops.languages.check import check_languages, completeness
from handrail_ops.languages.compile import Build
from handrail_ops.languages.measure_identification import measure_identification
from handrail_ops.languages.measure_requests import measure_requests
from handrail_ops.languages.rows import Row, RowsUnreadableError, read_rows
from handrail_ops.languages.source import (
    LANGUAGES_FOLDER,
    REFERENCE,
    LanguageSourceError,
    codes,
    read_language,
    read_phrases,
)

WIDTH = 132
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_NEW_FILE = click.Path(dir_okay=False, path_type=Path)
_WORDS_HELP = "A file that says what the parameter OwnWords would say."


@click.group(invoke_without_command=True)
@click.pass_context
def languages(context: click.Context) -> None:
    """Show the languages Handrail speaks; check and compile them."""
    if context.invoked_subcommand is None:
        try:
            table = language_table()
            console = Console()
            # Where nobody looks at a screen, nothing is cut.
            (console if console.is_terminal else Console(width=WIDTH)).print(table)
        except LanguageSourceError as error:
            raise click.ClickException(str(error)) from error


def language_table() -> Table:
    """Return every language with its names, script, review and completeness."""
    table = Table("code", "language", "in English", "script", "direction", "review")
    for column in ("phrases", "request words", "patterns"):
        table.add_column(column, justify="right")
    reference = read_phrases(REFERENCE)
    for code in codes():
        source = read_language(code)
        facts, requests = source.facts, source.requests
        words = sum(len(terms) for terms in requests.get("words", {}).values())
        patterns = sum(
            len(texts)
            for name, table_of in requests.items()
            if isinstance(table_of, dict) and name not in {"words", "names"}
            for texts in table_of.values()
        )
        table.add_row(
            code,
            facts.name,
            facts.english_name,
            facts.script,
            facts.direction,
            facts.review,
            f"{completeness(source, reference):.0%}",
            str(words),
            str(patterns),
        )
    return table


@languages.command("check")
@click.argument("wanted", nargs=-1, metavar="[CODE]...")
def check_command(wanted: tuple[str, ...]) -> None:
    """Say what is missing or wrong in every language, or in those named."""
    try:
        build = Build(LANGUAGES_FOLDER)
        findings = check_languages(build, wanted)
        stale = build.stale()
    except LanguageSourceError as error:
        raise click.ClickException(str(error)) from error
    for finding in findings:
        click.echo(str(finding))
    for path in stale:
        click.echo(
            f"{path.relative_to(LANGUAGES_FOLDER)}: not compiled; handrail languages compile"
        )
    if findings or stale:
        message = f"{len(findings)} findings, {len(stale)} files to compile"
        raise click.ClickException(message)
    click.echo("every language is whole")


@languages.command("compile")
def compile_command() -> None:
    """Write the JSON that functions load from every language's folder."""
    try:
        written = Build(LANGUAGES_FOLDER).write()
    except LanguageSourceError as error:
        raise click.ClickException(str(error)) from error
    for path in written:
        click.echo(f"written: {path.relative_to(LANGUAGES_FOLDER)}")
    if not written:
        click.echo("every compiled file is up to date")


@languages.command("hear")
@click.argument("text")
@click.option("--language", metavar="TAG", help="The conversation's language, if it is known.")
@click.option("--words", type=_FILE, help=_WORDS_HELP)
@click.option("--answering", is_flag=True, help="The message may answer a question of ours.")
def hear_command(text: str, language: str | None, words: Path | None, *, answering: bool) -> None:
    """Say what TEXT, as a customer's message, is taken for: and by which language's which rule."""
    known = PackagedCatalogue().supported(language)
    if language is not None and known is None:
        message = f"{language!r} is no language spoken here; see `handrail languages`"
        raise click.ClickException(message)
    found = _recogniser(words).recognise(text, known, answering=answering)
    by = f" ({found.rule} of {found.language or 'every language'})" if found.rule else ""
    click.echo(f"{found.intent}{by}")
    topic = packaged_sensitive().topic_of(text)
    if topic is not None:
        click.echo(f"speaks of: {topic}")


@languages.command("recognise")
@click.argument("file", type=_FILE)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
@click.option("--errors", type=_NEW_FILE, help="Write misses and false alarms here, as JSONL.")
@click.option("--known", is_flag=True, help="Tell the recogniser each row's language.")
@click.option("--words", type=_FILE, help=_WORDS_HELP)
def recognise_command(
    file: Path, *, as_json: bool, errors: Path | None, known: bool, words: Path | None
) -> None:
    """Measure how well requests for a person are recognised on FILE.

    FILE is JSONL; each row has language, text, wants_human (true or false) and perhaps kind.
    """
    rows = _rows(file, "wants_human")
    began = time.perf_counter()
    recogniser, spoken = _recogniser(words), _spoken()
    loaded = _loaded(began)
    with _progress(len(rows), hidden=as_json) as progress:
        measured = measure_requests(rows, recogniser, spoken, progress, known=known)
    _tell(measured.figures | loaded, measured.errors, as_json=as_json, errors=errors)


@languages.command("identify")
@click.argument("file", type=_FILE)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
@click.option("--errors", type=_NEW_FILE, help="Write what was told wrong here, as JSONL.")
def identify_command(file: Path, *, as_json: bool, errors: Path | None) -> None:
    """Measure how well languages are told on FILE.

    FILE is JSONL; each row has language, text and perhaps set.
    """
    rows = _rows(file)
    began = time.perf_counter()
    identifier, spoken = PackagedIdentifier(), _spoken()
    loaded = _loaded(began)
    with _progress(len(rows), hidden=as_json) as progress:
        measured = measure_identification(rows, identifier, spoken, progress)
    _tell(measured.figures | loaded, measured.errors, as_json=as_json, errors=errors)


def _recogniser(words: Path | None) -> Recogniser:
    """Return the recogniser with the words of a file, as the parameter `OwnWords` has them."""
    try:
        own = read_own_words(words.read_text(encoding="utf-8")) if words is not None else {}
        return packaged_recogniser(own)
    except (SettingsError, ValueError) as error:
        message = f"{words} cannot be used: {error}"
        raise click.ClickException(message) from error


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
