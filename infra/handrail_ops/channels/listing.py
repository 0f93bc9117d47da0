"""What is configured, channel by channel, and what is missing."""

from __future__ import annotations

from rich.table import Table

from handrail.adapters.channels import CHANNELS
from handrail.adapters.channels.kit.accounts import Account
from handrail_ops.channels.accounts import Source, unreadable


def listing(source: Source) -> Table:
    """Return a row for each account, and one for each messenger without any."""
    table = Table("channel", "name", "account", "state", "missing or optional")
    book = source.book
    for name, entry in CHANNELS.items():
        if not entry.is_messenger:
            table.add_row(entry.title, name, "", "part of every deployment", "")
            continue
        accounts = book.of(name)
        if not accounts:
            required = ", ".join(need.name for need in entry.needs if need.required)
            table.add_row(entry.title, name, f"({entry.account})", "not configured", required)
        for account in accounts.values():
            missing = missing_of(name, account)
            left = ", ".join(
                f"({need.name})"
                for need in entry.needs
                if not need.required and not account.get(need.name)
            )
            state = "incomplete" if missing else "configured"
            table.add_row(entry.title, name, account.id, state, ", ".join(missing) or left)
    for what in unreadable(source.text):
        table.add_row("", "", what, "cannot be read", "")
    return table


def missing_of(channel: str, account: Account) -> list[str]:
    """Return the values that an account needs and does not have."""
    return [
        need.name
        for need in CHANNELS[channel].needs
        if need.required and not account.get(need.name)
    ]


def needs_of(channel: str) -> list[str]:
    """Return what an account of a channel needs, line by line."""
    return [
        f"{need.name}{'' if need.required else ' (optional)'}: {need.what}"
        for need in CHANNELS[channel].needs
    ]
