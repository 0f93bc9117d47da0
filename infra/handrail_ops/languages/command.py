"""`handrail languages`: what a translator and a release need to know about the languages."""

from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from handrail.adapters.language.catalogue import PackagedCatalogue, packaged_sensitive
from handrail.adapters.language.identify import BYTERUNS_FILE
from handrail_ops.languages.check import check_languages, completeness
from handrail_ops.languages.compile import Build
from handrail_ops.languages.own_words import FILE, WORDS_HELP, recogniser_with
from handrail_ops.languages.source import (
    LANGUAGES_FOLDER,
    REFERENCE,
    LanguageSourceError,
    codes,
    read_language,
    read_phrases,
)
from handrail_ops.languages.unpack import ModelUnreadableError, is_unpacked, unpack

WIDTH = 132


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
        unpacked = is_unpacked(LANGUAGES_FOLDER) if not stale else True
    except (LanguageSourceError, ModelUnreadableError) as error:
        raise click.ClickException(str(error)) from error
    for finding in findings:
        click.echo(str(finding))
    for path in stale:
        click.echo(
            f"{path.relative_to(LANGUAGES_FOLDER)}: not compiled; handrail languages compile"
        )
    if not unpacked:
        click.echo(f"{BYTERUNS_FILE}: not made; handrail languages unpack")
    if findings or stale or not unpacked:
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


@languages.command("unpack")
def unpack_command() -> None:
    """Make the table of runs of bytes that py3langid's model gives, for functions to read."""
    try:
        made = unpack(LANGUAGES_FOLDER)
    except ModelUnreadableError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"written: {BYTERUNS_FILE}" if made else f"{BYTERUNS_FILE} is up to date")


@languages.command("hear")
@click.argument("text")
@click.option("--language", metavar="TAG", help="The conversation's language, if it is known.")
@click.option("--words", type=FILE, help=WORDS_HELP)
@click.option("--answering", is_flag=True, help="The message may answer a question of ours.")
def hear_command(text: str, language: str | None, words: Path | None, *, answering: bool) -> None:
    """Say what TEXT, as a customer's message, is taken for: and by which language's which rule."""
    known = PackagedCatalogue().supported(language)
    if language is not None and known is None:
        message = f"{language!r} is no language spoken here; see `handrail languages`"
        raise click.ClickException(message)
    found = recogniser_with(words).recognise(text, known, answering=answering)
    by = f" ({found.language or 'every language'}: {found.rule})" if found.rule else ""
    click.echo(f"{found.intent}{by}")
    topic = packaged_sensitive().topic_of(text)
    if topic is not None:
        click.echo(f"speaks of: {topic}")
