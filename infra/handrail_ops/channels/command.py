"""`handrail channels`: what is configured, and tools for whoever connects a messenger."""

import json
import sys
from pathlib import Path

import click
from rich.console import Console

from handrail.adapters.channels import CHANNELS
from handrail.adapters.channels.direct_messages import read_messages
from handrail.adapters.clock import SystemClock
from handrail.domain.errors import ForgedRequestError, MalformedRequestError
from handrail.domain.message import InboundMessage
from handrail_ops.channels.accounts import AccountsError, account_of, find_accounts
from handrail_ops.channels.listing import listing, needs_of
from handrail_ops.channels.names import channel_named, read_json
from handrail_ops.channels.payloads import ACCOUNT, request_of
from handrail_ops.channels.peers.base import Got
from handrail_ops.channels.setups.session import SetupError
from handrail_ops.channels.setups.table import set_up
from handrail_ops.channels.simulating import simulate
from handrail_ops.channels.vectors import bench, is_valid
from handrail_ops.channels.web_events import web_messages

_ACCEPTED = 200

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


_WIDTH = 140
_ACCOUNTS = click.option(
    "--accounts", type=_FILE, help="A file with the accounts, as the secret holds them."
)
_STACK = click.option("--stack", help="A deployed stack, by its name; else the one running here.")


@click.group(invoke_without_command=True)
@_ACCOUNTS
@_STACK
@click.pass_context
def channels(context: click.Context, accounts: Path | None, stack: str | None) -> None:
    """Show the messengers that are configured; try them, and set them up."""
    if context.invoked_subcommand is not None:
        return
    try:
        source = find_accounts(accounts, stack)
    except AccountsError as error:
        raise click.ClickException(str(error)) from error
    console = Console()
    (console if console.is_terminal else Console(width=_WIDTH)).print(listing(source))


@channels.command("needs")
@click.argument("channel")
def needs_command(channel: str) -> None:
    """Say what an account of a messenger needs, and where that is found."""
    for line in needs_of(channel_named(channel)):
        click.echo(line)


@channels.command("simulate")
@click.argument("channel")
@click.argument("text", required=False)
@click.option("--action", help="Press a button instead of writing: its id, such as person:v1.")
@click.option("--customer", help="The customer's id at the provider; by default always the same.")
@click.option("--account", help="The account, where a deployed stack has several.")
@click.option("--wait-seconds", type=click.FloatRange(min=0), default=30.0, show_default=True)
@_ACCOUNTS
@_STACK
def simulate_command(
    channel: str,
    text: str | None,
    action: str | None,
    customer: str | None,
    account: str | None,
    wait_seconds: float,
    accounts: Path | None,
    stack: str | None,
) -> None:
    """Write to a running stack as a messenger's customer would, and show the answers.

    The stack that runs on this machine answers to a peer in this process. Another stack answers
    through the real provider, and only its acceptance is shown.
    """
    if not text and not action:
        message = "give a text to write, or --action"
        raise click.UsageError(message)
    try:
        came = simulate(
            find_accounts(accounts, stack),
            channel_named(channel),
            text=text,
            action=action,
            customer=customer,
            account=account,
            wait_seconds=wait_seconds,
            told=_show,
        )
    except AccountsError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{came.status} {came.answer}", err=True)
    if came.status != _ACCEPTED:
        sys.exit(1)


def _show(got: Got) -> None:
    click.echo(got.text)
    for action, label in got.buttons:
        click.echo(f"  [{label}]  --action {action}")
    click.echo()


@channels.command("setup")
@click.argument("channel")
@click.option("--account", help="The account, where there are several.")
@click.option("--url", help="Where the stack's webhooks are; by default the stack's own address.")
@click.option(
    "--language", "language", default="en", show_default=True, help="The first language."
)
@click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing.")
@_ACCOUNTS
@_STACK
def setup_command(
    channel: str,
    account: str | None,
    url: str | None,
    language: str,
    accounts: Path | None,
    stack: str | None,
    *,
    dry_run: bool,
) -> None:
    """Register a channel's webhook, menus, commands and templates with its provider.

    It may be run as often as you like: what is set is set anew, what is there is left.
    """
    name = channel_named(channel)
    try:
        source = find_accounts(accounts, stack)
        session = set_up(
            name,
            account_of(source, name, account),
            url or source.url,
            language,
            dry_run=dry_run,
            tell=click.echo,
        )
    except (AccountsError, SetupError) as error:
        raise click.ClickException(str(error)) from error
    if session.done:
        click.echo("put into the account's values:")
        click.echo(json.dumps(session.done, indent=2))


@channels.command("parse")
@click.argument("channel")
@click.argument("file", type=_FILE)
def parse_command(channel: str, file: Path) -> None:
    """Show what a webhook's body means: a JSON array of messages.

    FILE holds the body as the provider sent it, or a recording of the request. No signature is
    looked at.
    """
    name = channel_named(channel, file.read_text(encoding="utf-8", errors="replace"))
    try:
        messages = _messages(name, file)
    except (MalformedRequestError, ForgedRequestError) as error:
        message = f"the door would refuse this: {error}"
        raise click.ClickException(message) from error
    click.echo(json.dumps([one.to_dict() for one in messages], indent=2, ensure_ascii=False))


def _messages(name: str, file: Path) -> list[InboundMessage]:
    now = SystemClock().now()
    request = request_of(file, name)
    if CHANNELS[name].is_messenger:
        return list(bench(name).to_messages(request, now))
    if name == "direct":
        return read_messages(request.body, channel=name, account=ACCOUNT, received_at=now)
    return web_messages(file, request, now)


@channels.command("verify")
@click.argument("channel")
@click.argument("vector", type=_FILE)
def verify_command(channel: str, vector: Path) -> None:
    """Say whether the door lets a signed request in: exit 0 if it does, 1 if not."""
    data = read_json(vector)
    if not isinstance(data, dict):
        message = f"{vector} holds no vector: a JSON object with 'secret' and 'headers'"
        raise click.ClickException(message)
    name = channel_named(channel)
    if not CHANNELS[name].is_messenger:
        message = f"{name} has no provider whose signatures could be tried"
        raise click.BadParameter(message, param_hint="CHANNEL")
    valid = is_valid(name, data, vector)
    click.echo("valid" if valid else "invalid")
    sys.exit(0 if valid else 1)
