"""`handrail knowledge`: check the articles, build their index, and see what it would answer."""

import json
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from handrail.adapters.knowledge.index import KnowledgeIndex
from handrail.adapters.knowledge.vectors_file import DIMENSIONS_MAX
from handrail.adapters.model.extractive import ExtractiveDrafter
from handrail.domain.errors import HandrailError, SettingsError
from handrail.domain.limits import PASSAGES_MAX
from handrail.domain.turn import Answered, NeedsPerson
from handrail_ops.knowledge.articles import Article, ArticleError, read_articles
from handrail_ops.knowledge.check import Finding, check_articles
from handrail_ops.knowledge.deployed import build_deployed
from handrail_ops.knowledge.diff import differences
from handrail_ops.knowledge.embedding import embed_or_forget
from handrail_ops.knowledge.importing import Defaults, import_articles

ARTICLES = Path("knowledge")
INDEX = Path("layers/knowledge/knowledge")
"""The layer's folder is unpacked into /opt, so what stands here becomes /opt/knowledge."""

_UNLIMITED_COLUMNS = 500

articles_option = click.option(
    "--articles",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    default=ARTICLES,
    show_default=True,
    help="Folder of the articles.",
)
index_option = click.option(
    "--index",
    "index_directory",
    type=click.Path(path_type=Path, file_okay=False),
    default=INDEX,
    show_default=True,
    envvar="KNOWLEDGE_DIRECTORY",
    help="Folder of the index.",
)


@click.group()
def knowledge() -> None:
    """Check, build and try the knowledge that answers come from."""


@knowledge.command()
@articles_option
@index_option
@click.option(
    "--embeddings",
    "model",
    metavar="MODEL",
    help="Find by meaning too: make vectors by this model of embeddings, with OPENAI_API_KEY.",
)
@click.option(
    "--dimensions",
    type=click.IntRange(8, DIMENSIONS_MAX),
    help="How long the vectors are to be, where the model lets one choose.",
)
@click.option(
    "--vector-index",
    metavar="ARN",
    help="Keep the vectors in this index of Amazon S3 Vectors, not beside the articles' index.",
)
def build(
    articles: Path,
    index_directory: Path,
    model: str | None,
    dimensions: int | None,
    vector_index: str | None,
) -> None:
    """Compile the articles into the index that the functions read."""
    started = time.perf_counter()
    try:
        built = build_deployed(articles, index_directory)
        embed_or_forget(index_directory, model, dimensions, vector_index)
    except ArticleError as error:
        raise _refusal(error) from None
    except HandrailError as error:
        raise click.ClickException(str(error)) from None
    seconds = time.perf_counter() - started
    languages = ", ".join(f"{code} {count}" for code, count in built.languages.items())
    click.echo(
        f"{built.path}: {built.articles} articles, {built.passages} passages ({languages}), "
        f"{built.bytes_written / 1000:.0f} kB in {seconds:.1f} s"
    )


@knowledge.command(name="import")
@click.argument("source", type=click.Path(path_type=Path))
@click.option("--to", type=click.Path(path_type=Path), required=True, help="A new folder.")
@click.option("--language", default="en", show_default=True, help="Of files that do not say.")
@click.option(
    "--source-url",
    default="https://help.example.com/",
    show_default=True,
    help="Where your pages are: each article links to the one of its name below it.",
)
@click.option("--audience", default="customers", show_default=True)
@click.option(
    "--valid-from",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The first day on which the articles answer; today, when not given.",
)
@click.option(
    "--leave-out-active",
    is_flag=True,
    help="Leave scripts, frames and forms of HTML pages out, instead of refusing the page.",
)
def import_(
    source: Path,
    to: Path,
    language: str,
    source_url: str,
    audience: str,
    valid_from: datetime | None,
    *,
    leave_out_active: bool,
) -> None:
    """Write the articles of SOURCE, all or none, into a new folder of Markdown files.

    SOURCE is a folder, a *.zip or a file: *.csv (columns question and answer, and any of id,
    title, language, source, valid_from, valid_until, sensitive), *.md, *.txt, *.html, *.docx,
    *.pdf. Read what came of it before you build: pages are written for readers, not for a chat.
    """
    defaults = Defaults(
        language=language,
        source=source_url if source_url.endswith("/") else f"{source_url}/",
        audience=audience,
        valid_from=(valid_from or datetime.now(UTC)).date(),
        leave_out_active=leave_out_active,
    )
    try:
        imported = import_articles(source, to, defaults)
    except ArticleError as error:
        raise _refusal(error) from None
    for name in imported.left_out:
        click.echo(f"left out, since its kind holds no article: {name}")
    counted = Counter(article.language for article in imported.articles)
    languages = ", ".join(f"{code} {count}" for code, count in sorted(counted.items()))
    click.echo(f"{to}: {_counted(len(imported.articles), 'article')} ({languages})")


@knowledge.command()
@articles_option
@click.option("--outside", is_flag=True, help="Ask for every page that is linked to, over HTTP.")
@click.option(
    "--timeout", default=10.0, show_default=True, help="Seconds that such a page may take."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def check(articles: Path, timeout: float, *, outside: bool, as_json: bool) -> None:
    """Say what is wrong with the articles, and exit 1 if anything would mislead a customer.

    Looked for: what expired, what says the same as another, links that lead nowhere, questions
    that two articles claim, and articles that their own questions do not find.
    """
    read = _read(articles)
    findings = check_articles(read, time.time(), timeout if outside else None)
    faults = sum(finding.is_fault for finding in findings)
    if as_json:
        told = [asdict(finding) for finding in findings]
        click.echo(json.dumps({"articles": len(read), "faults": faults, "findings": told}))
    else:
        _print_findings(findings)
        click.echo(
            f"{_counted(len(read), 'article')}: {_counted(faults, 'fault')}, "
            f"{_counted(len(findings) - faults, 'remark')}"
        )
    if faults:
        raise SystemExit(1)


@knowledge.command()
@click.argument("question")
@click.option("--language", default="en", show_default=True, help="The customer's language.")
@index_option
def ask(question: str, language: str, index_directory: Path) -> None:
    """Show what would be found for a QUESTION, and what would be answered without a model."""
    index = KnowledgeIndex(index_directory)
    started = time.perf_counter()
    try:
        found = index.search(question, language, PASSAGES_MAX, time.time())
    except SettingsError as error:
        raise click.ClickException(str(error)) from None
    milliseconds = (time.perf_counter() - started) * 1000
    table = Table(title=f"Found in {milliseconds:.1f} ms", title_justify="left")
    for heading in ("Passage", "Title", "Score", "Confidence", "Sensitive"):
        table.add_column(
            heading, justify="right" if heading in {"Score", "Confidence"} else "left"
        )
    for one in found:
        table.add_row(
            one.passage.id,
            Text(one.passage.title),
            f"{one.score:.1f}",
            f"{one.confidence:.2f}",
            ", ".join(one.passage.sensitive),
        )
    console = Console()
    console.print(table)
    match ExtractiveDrafter(index.weight).draft(question, language, found, (), float("inf")):
        case Answered(text=text, citations=citations):
            console.print(Text(text, style="bold"))
            console.print(Text(f"Source: {citations[0].title} ({citations[0].link})"))
        case NeedsPerson(reason=reason):
            console.print(f"A person is needed: {reason}")


@knowledge.command()
@click.argument("old", type=click.Path(path_type=Path, exists=True))
@click.argument("new", type=click.Path(path_type=Path, exists=True))
def diff(old: Path, new: Path) -> None:
    """Show what the index NEW says otherwise than OLD; each is an index or its folder."""
    try:
        found = differences(old, new)
    except SettingsError as error:
        raise click.ClickException(str(error)) from None
    for difference in found:
        click.echo(str(difference))
    kinds = Counter(difference.kind for difference in found)
    told = ", ".join(f"{kinds[kind]} {kind}" for kind in ("added", "removed", "changed"))
    click.echo(f"articles: {told}")


def _print_findings(findings: Sequence[Finding]) -> None:
    if not findings:
        return
    table = Table(show_lines=False)
    for heading in ("", "File", "What"):
        table.add_column(heading, overflow="fold")
    for finding in sorted(findings, key=lambda one: not one.is_fault):
        kind = Text("fault", style="bold red") if finding.is_fault else Text("remark")
        table.add_row(kind, Text(finding.file), Text(finding.what))
    console = Console()
    if not console.is_terminal:
        console = Console(width=_UNLIMITED_COLUMNS)  # a pipe's lines are not to be folded
    console.print(table)


def _read(articles: Path) -> tuple[Article, ...]:
    try:
        return read_articles(articles)
    except ArticleError as error:
        raise _refusal(error) from None


def _counted(number: int, what: str) -> str:
    """Return a number of things: "1 fault", "2 faults"."""
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _refusal(error: ArticleError) -> click.ClickException:
    return click.ClickException(f"{_counted(len(error.faults), 'fault')}\n{error}")
