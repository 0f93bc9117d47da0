"""`handrail channels`: what is configured, and tools for whoever connects a messenger."""

import json
import sys
from pathlib import Path

import click

from handrail.adapters.channels import CHANNELS
from handrail.adapters.channels.direct_messages import read_messages
from handrail.adapters.clock import SystemClock
from handrail.application.ports import Request
from handrail.domain.errors import ForgedRequestError, MalformedRequestError
from handrail.domain.message import InboundMessage
from handrail_ops.channels.names import channel_named, read_json
from handrail_ops.channels.payloads import ACCOUNT, request_of
from handrail_ops.channels.vectors import bench, is_valid

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def channels() -> None:
    """Show the messengers that are configured; try them, and set them up."""


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
        messages = _messages(name, request_of(file, name))
    except (MalformedRequestError, ForgedRequestError) as error:
        message = f"the door would refuse this: {error}"
        raise click.ClickException(message) from error
    click.echo(json.dumps([one.to_dict() for one in messages], indent=2, ensure_ascii=False))


def _messages(name: str, request: Request) -> list[InboundMessage]:
    now = SystemClock().now()
    if CHANNELS[name].is_messenger:
        return list(bench(name).to_messages(request, now))
    if name == "direct":
        return read_messages(request.body, channel=name, account=ACCOUNT, received_at=now)
    message = f"{name} takes no webhooks"
    raise click.BadParameter(message, param_hint="CHANNEL")


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
