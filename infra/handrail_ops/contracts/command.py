"""`handrail contracts`: write, or check, what is published for others to build on."""

from __future__ import annotations

import click

from handrail_ops.contracts import publish
from handrail_ops.template.source import TemplateUnreadableError, find_root


@click.command()
@click.option("--check", is_flag=True, help="Change nothing; fail when a document is out of step.")
def contracts(*, check: bool) -> None:
    """Write the agents-queue schema and the desk API's OpenAPI document into docs/."""
    try:
        root = find_root()
    except TemplateUnreadableError as error:
        raise click.ClickException(str(error)) from error
    if not check:
        for path in publish.publish(root):
            click.echo(f"wrote {path}")
        return
    stale = publish.out_of_step(root)
    if stale:
        message = f"out of step with the code: {', '.join(stale)}; run `handrail contracts`"
        raise click.ClickException(message)
    click.echo("the published contracts are in step with the code")
