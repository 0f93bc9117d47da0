"""The files that customers sent, wherever their channels keep them."""

from collections.abc import Mapping
from typing import Protocol, runtime_checkable

from handrail.adapters.channels.kit.fetching import Located, fetch
from handrail.adapters.channels.kit.sending import Http
from handrail.application.ports import Address, Channel, Piece
from handrail.domain.errors import FileGoneError
from handrail.domain.media import File


@runtime_checkable
class Locating(Protocol):
    """A channel that knows how its files are fetched."""

    def locate(self, address: Address, file: File) -> Located:
        """Return where a file is.

        Raises:
            FileGoneError, FileRefusedError, UnavailableError: why that cannot be told.

        """
        ...


class ChannelFiles:
    """`application.ports.CustomerFiles` over the channels.

    What no channel has a way of its own for is fetched from the address that came with it.
    """

    def __init__(self, channels: Mapping[str, Channel], http: Http) -> None:
        """Fetch by a client that reads whole files."""
        self._channels = channels
        self._http = http

    def fetch(self, address: Address, file: File, start: int, most: int) -> Piece:
        """Return a piece of a file."""
        channel: object = self._channels.get(address.channel)
        located = Located(file.url)
        if isinstance(channel, Locating):
            located = channel.locate(address, file)
        if not located.url:
            message = "its channel does not say where this file is kept"
            raise FileGoneError(message)
        return fetch(self._http, located, start, most)
