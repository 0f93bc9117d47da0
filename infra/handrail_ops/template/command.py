"""`handrail template`: lint, write the requirements of, and build what SAM deploys."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import click

from handrail_ops.template.source import TemplateUnreadableError, find_root


@click.group()
def template() -> None:
    """Lint and build what SAM deploys."""


@template.command()
def lint() -> None:
    """Check the template and the workflows; no finding is fine."""
    from handrail_ops.template.lint import lint as lint_project  # noqa: PLC0415 - heavy

    root = _root()
    findings = lint_project(root)
    for finding in findings:
        click.echo(str(finding))
    if findings:
        click.echo(f"{len(findings)} findings", err=True)
        sys.exit(1)
    click.echo("template.yaml and its workflows: no findings")


@template.command()
@click.option("--check", is_flag=True, help="Change nothing; fail when a file is out of step.")
def requirements(*, check: bool) -> None:
    """Write the layer's and the functions' requirements from uv.lock."""
    from handrail_ops.template import requirements as files  # noqa: PLC0415 - as needed

    root = _root()
    try:
        if not check:
            for path in files.write(root):
                click.echo(f"wrote {path}")
            return
        stale = files.out_of_step(root)
    except files.RequirementsError as error:
        raise click.ClickException(str(error)) from error
    if stale:
        message = f"out of step with uv.lock: {', '.join(stale)}; run `make requirements`"
        raise click.ClickException(message)
    click.echo("requirements are in step with uv.lock")


@template.command()
def build() -> None:
    """Build what SAM deploys, without Docker, with compiled bytecode."""
    from handrail_ops.knowledge.articles import ArticleError  # noqa: PLC0415 - as needed, all six
    from handrail_ops.knowledge.command import ARTICLES, INDEX  # noqa: PLC0415
    from handrail_ops.knowledge.deployed import build_deployed  # noqa: PLC0415
    from handrail_ops.languages.source import LANGUAGES_FOLDER  # noqa: PLC0415
    from handrail_ops.languages.unpack import ModelUnreadableError, unpack  # noqa: PLC0415
    from handrail_ops.template import build as building  # noqa: PLC0415

    root = _root()
    started = time.monotonic()
    try:
        # First: the layers deploy what lies there.
        unpack(LANGUAGES_FOLDER)
        knowledge = build_deployed(root / ARTICLES, root / INDEX)
        click.echo(f"{knowledge.path}: {knowledge.articles} articles")
        sizes = building.build(root, click.echo)
    except (
        building.BuildError,
        TemplateUnreadableError,
        ArticleError,
        ModelUnreadableError,
    ) as error:
        raise click.ClickException(str(error)) from error
    click.echo("\nUnzipped sizes, with bytecode (Lambda takes 250 MB):")
    for size in sorted(sizes, key=lambda one: -one.bytes):
        own, layers, total = (
            f"{count / 1_000_000:6.1f}"
            for count in (size.own_bytes, size.layers_bytes, size.bytes)
        )
        click.echo(f"  {size.function:24} {own} MB + layers {layers} MB = {total} MB")
    click.echo(
        f"Built in {time.monotonic() - started:.0f} s. Deploy it with `sam deploy --guided`."
    )


def _root() -> Path:
    try:
        return find_root()
    except TemplateUnreadableError as error:
        raise click.ClickException(str(error)) from error
