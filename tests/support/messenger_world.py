"""A deployment in memory with a messenger on one side and its provider's peer on the other."""

from __future__ import annotations

import random
from dataclasses import replace

from handrail.adapters.channels import CHANNELS
from handrail.adapters.channels.kit.accounts import Account
from handrail.adapters.channels.kit.messenger_base import Tools
from handrail.adapters.channels.kit.pacing import Pacer
from handrail.adapters.channels.registry import messenger
from handrail.application.ports import Request
from handrail.domain.message import conversation_id
from handrail.domain.promises import Promises
from handrail_ops.channels.peers.base import Got, Peer, Weather
from handrail_ops.channels.peers.table import PEERS
from support.world import World

DAY_SECONDS = 24 * 3600


class MessengerWorld(World):
    """One customer of one messenger."""

    def __init__(
        self, channel: str, weather: Weather | None = None, seed: int = 0, **values: str
    ) -> None:
        super().__init__(
            Promises(
                lease_seconds=30 * DAY_SECONDS,
                nudge_seconds=20 * DAY_SECONDS,
                reply_seconds=25 * DAY_SECONDS,
            )
        )
        self.entry = PEERS[channel]
        self.peer: Peer = self.entry.kind(
            self.clock,
            random.Random(seed),  # noqa: S311 - weather
            weather,
        )
        url = f"https://handrail.example/v1/channels/{channel}/{self.peer.account}"
        account = Account(self.peer.account, {**self.peer.usual_values(url), **values})

        def accounts(name: str, wanted: str, /) -> Account | None:
            return account if (name, wanted) == (channel, account.id) else None

        self.pacer = Pacer(self.clock.advance, self.clock.now)
        tools = Tools(accounts, self.peer, self.clock, self.pacer)
        self.channel = messenger(channel, CHANNELS[channel], tools)
        self.deliver_ = replace(self.deliver_, channels={channel: self.channel})

    @property
    def id(self) -> str:
        return conversation_id(self.channel.name, self.peer.account, self.entry.customer)

    @property
    def got(self) -> list[Got]:
        """What the customer's device shows."""
        return self.peer.customer(self.entry.customer).got

    def post(self, webhook: Request) -> bool:
        """Bring a webhook to the door; False unless it was acknowledged."""
        return self.receive.handle(self.channel, webhook).status == 200

    def writes(self, text: str) -> int:
        """Write as the customer, through a provider that repeats itself."""
        done = self.peer.deliveries(self.peer.writes(self.entry.customer, text), self.post)
        self.receive_all()
        return done

    def presses(self, action: str) -> None:
        """Press a button as the customer."""
        self.post(self.peer.presses(self.entry.customer, action))
        self.receive_all()

    def settle(self, hours: float = 3.0) -> None:
        """Let the sweep do whatever is left."""
        for _ in range(int(hours * 60)):
            self.later(60)
