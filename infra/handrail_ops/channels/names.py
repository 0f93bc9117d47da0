"""Which channel is meant: by its name in the table, or by what people call it."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import click

from handrail.adapters.channels import CHANNELS

_ALIASES: Final[Mapping[str, str]] = {
    "whatsapp": "whatsapp_cloud",
    "meta": "whatsapp_cloud",
    "facebook": "messenger",
    "sms": "twilio_sms",
    "twilio": "twilio_sms",
    "webchat": "web",
    "webchat_ws": "web",
}
_WHATSAPP_MARK: Final = "whatsapp:"
_WHATSAPP_ENCODED: Final = "whatsapp%3A"


def channel_named(name: str, content: str = "") -> str:
    """Return the channel of the table that a name means; `content` decides where one means two.

    Raises:
        click.BadParameter: there is no such channel.

    """
    wanted = name.strip().lower().replace("-", "_").partition("/")[0]
    if wanted == "twilio" and (_WHATSAPP_MARK in content or _WHATSAPP_ENCODED in content):
        return "twilio_whatsapp"
    found = _ALIASES.get(wanted, wanted)
    if found not in CHANNELS:
        message = f"there is no channel {name!r}; there are: {', '.join(sorted(CHANNELS))}"
        raise click.BadParameter(message, param_hint="CHANNEL")
    return found


def read_json(path: Path) -> Any:
    """Return a JSON file's content.

    Raises:
        click.ClickException: it is not JSON.

    """
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        message = f"{path} is not a JSON file: {error}"
        raise click.ClickException(message) from error
