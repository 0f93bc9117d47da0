"""Messengers whose window closes, which lose messages, and of which one can knock.

What it knows of its customers it has from what they wrote, not from us: when the window closes is
the provider's to say. What it lost it reports later, as a receipt.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Protocol

from handrail.application.ports import Address
from handrail.domain.delivery import (
    Delivered,
    Delivery,
    OutboundMessage,
    Permanent,
    Retry,
    Speaker,
    Unknown,
    WindowClosed,
)
from handrail.domain.message import InboundMessage, Kind
from handrail_ops.simulate.ports import SimulatedChannel
from handrail_ops.simulate.weather import Trouble

_DAY_SECONDS: Final = 86_400.0
WINDOWS_SECONDS: Final = {
    "whatsapp_cloud": (_DAY_SECONDS, _DAY_SECONDS),
    "messenger": (_DAY_SECONDS, 7 * _DAY_SECONDS),
}
"""How long after a customer's last message the bot may write, and how long a person may."""
OPENS: Final = frozenset({Kind.TEXT, Kind.ACTION, Kind.MEDIA, Kind.LOCATION, Kind.UNSUPPORTED})
_SAYS_SO_AFTER_SECONDS: Final = (0.0, 1.0, 30.0, 7200.0)
_COMES_BACK_AFTER_SECONDS: Final = (30.0, 3000.0, 90_000.0, 500_000.0)
"""When customers write who were asked to; the last is near the end of our patience."""


class Writer(Protocol):
    """The customer at the other end."""

    def come_back(self, seconds: float) -> None:
        """Write once more after a while."""
        ...

    def receipt_of_loss(self, message_id: str, seconds: float) -> None:
        """Have the provider report after a while that a message was lost."""
        ...


@dataclass(slots=True)
class SimulatedMessenger(SimulatedChannel):
    """A messenger with a window."""

    writers: dict[str, Writer] = field(default_factory=dict)
    """The customers, by each of their ids."""
    _wrote_at: dict[str, float] = field(default_factory=dict)
    _lost: dict[str, int] = field(default_factory=dict)
    """How often each message was lost."""

    def wrote(self, message: InboundMessage) -> None:
        """Notice that a customer writes: it opens the window, whenever we hear of it."""
        if message.kind in OPENS:
            for one in message.sender.ids:
                self._wrote_at[one] = message.occurred_at

    def open_until(self, sender_ids: tuple[str, ...], *, agent: bool) -> float:
        """Return until when a customer can be written to."""
        last = max(self._wrote_at.get(one, 0.0) for one in sender_ids)
        return last + WINDOWS_SECONDS[self.name][agent]

    def send(self, address: Address, message: OutboundMessage) -> Delivery:
        """Take a message while the window is open."""
        by_agent = message.speaker is Speaker.AGENT
        if self.kernel.time >= self.open_until(address.sender_ids, agent=by_agent):
            self._closed_on(message)
            return WindowClosed()
        return SimulatedChannel.send(self, address, message)

    def _closed_on(self, message: OutboundMessage) -> None:
        """Notice that the window is closed, with which a message can be given up."""
        self.refused.add(message.key)

    def _loses(self, address: Address, message: OutboundMessage) -> str | None:
        if not self.weather.strikes(Trouble.CHANNEL_LOSES, message.key, self.kernel.time):
            return None
        self.refused.add(message.key)
        self._lost[message.key] = times = self._lost.get(message.key, 0) + 1
        message_id = f"{self.name}-{message.key}-lost-{times}"
        after = self.kernel.rng.choice(_SAYS_SO_AFTER_SECONDS)
        self.writers[address.sender_ids[0]].receipt_of_loss(message_id, after)
        return message_id


@dataclass(slots=True)
class SimulatedKnocker(SimulatedMessenger):
    """A messenger that can ask a customer to open its window."""

    knocked: Callable[[OutboundMessage], None] = lambda _message: None
    """Told of what it asks with, once that is taken."""

    def _closed_on(self, message: OutboundMessage) -> None:
        if message.speaker is not Speaker.AGENT:
            self.refused.add(message.key)

    def knock(self, address: Address, message: OutboundMessage) -> Delivery:
        """Ask the customer to write; some do."""
        kernel, weather = self.kernel, self.weather
        kernel.sleep(self.latency_seconds * (0.5 + kernel.rng.random()))
        place, now = f"knock {message.key}", kernel.time
        if weather.strikes(Trouble.CHANNEL_BUSY, place, now):
            return Retry(kernel.rng.choice((0.0, 10.0, 120.0)))
        if weather.strikes(Trouble.CHANNEL_REFUSES, place, now):
            self.refused.add(message.key)
            return kernel.rng.choice((Permanent("no template"), WindowClosed()))
        writer = self.writers[address.sender_ids[0]]
        knock_id = f"{self.name}-knock-{message.key}-{now:.3f}"
        if weather.strikes(Trouble.CHANNEL_LOSES, place, now):
            self.refused.add(message.key)
            writer.receipt_of_loss(knock_id, kernel.rng.choice(_SAYS_SO_AFTER_SECONDS))
            return Delivered((knock_id,))
        silent = weather.strikes(Trouble.CHANNEL_SILENT, place, now)
        if not silent or kernel.rng.random() < 0.5:
            self.knocked(message)
            if kernel.rng.random() < 0.7:
                writer.come_back(kernel.rng.choice(_COMES_BACK_AFTER_SECONDS))
        return Unknown() if silent else Delivered((knock_id,))
