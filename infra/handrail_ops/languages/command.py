"""`handrail languages`: what a translator and a release need to know about the languages."""

import click

from handrail_ops.languages.compile import write_compiled
from handrail_ops.languages.source import LANGUAGES_FOLDER, LanguageSourceError


@click.group()
def languages() -> None:
    """Show, check and compile the languages Handrail speaks."""


@languages.command("compile")
def compile_command() -> None:
    """Write the JSON that functions load from every language's folder."""
    try:
        written = write_compiled()
    except LanguageSourceError as error:
        raise click.ClickException(str(error)) from error
    for path in written:
        click.echo(f"written: {path.relative_to(LANGUAGES_FOLDER)}")
    if not written:
        click.echo("every compiled file is up to date")
