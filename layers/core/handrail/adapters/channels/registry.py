"""Builds the messengers of the table when they are first met.

A function that has served nothing but the web chat for a day has loaded no messenger: their
modules are imported by name, and their accounts read, when a request or a message names them.
"""

from collections.abc import Iterator, Mapping
from importlib import import_module

from handrail.adapters.channels import CHANNELS, Entry
from handrail.adapters.channels.kit.messenger_base import Messenger, Tools
from handrail.application.ports import Channel


class Registry(Mapping[str, Channel]):
    """The channels by name: those given, and the messengers of the table."""

    def __init__(
        self, own: Mapping[str, Channel], tools: Tools, table: Mapping[str, Entry] = CHANNELS
    ) -> None:
        """Take the channels that are built already, and what messengers work with."""
        self._built: dict[str, Channel] = dict(own)
        self._tools = tools
        self._table = {name: entry for name, entry in table.items() if entry.is_messenger}

    def __getitem__(self, name: str) -> Channel:
        """Return a channel; whether it has accounts shows when they are looked up."""
        if name not in self._built:
            self._built[name] = messenger(name, self._table[name], self._tools)
        return self._built[name]

    def __iter__(self) -> Iterator[str]:
        """Name every channel."""
        yield from dict.fromkeys((*self._built, *self._table))

    def __len__(self) -> int:
        """Count them."""
        return len(set(self._built) | set(self._table))

    def __contains__(self, name: object) -> bool:
        """Tell whether there is such a channel, without building it."""
        return name in self._built or name in self._table


def messenger(name: str, entry: Entry, tools: Tools) -> Messenger:
    """Build one messenger."""
    module, _, kind = entry.where.partition(":")
    built: Messenger = getattr(import_module(module), kind)(tools)
    if built.name != name:
        message = f"the table calls {entry.where} {name!r}, and it calls itself {built.name!r}"
        raise AssertionError(message)
    return built
