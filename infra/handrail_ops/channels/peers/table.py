"""Every peer by the channel it stands behind, with the account it has there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from handrail_ops.channels.peers.base import Peer
from handrail_ops.channels.peers.meta import InstagramPeer, MessengerPeer, WhatsAppPeer
from handrail_ops.channels.peers.meta import account_values as meta_account
from handrail_ops.channels.peers.twilio import TwilioSmsPeer, TwilioWhatsAppPeer
from handrail_ops.channels.peers.twilio import account_values as twilio_account


@dataclass(frozen=True, slots=True)
class PeerEntry:
    """A peer of the table."""

    kind: type[Peer]
    account: str
    """The id of our account there."""
    values: Callable[[str], Mapping[str, str]]
    """Returns the account's values, given the address of our webhook."""
    customer: str
    """Somebody's id there."""


PEERS: Final[Mapping[str, PeerEntry]] = {
    "whatsapp_cloud": PeerEntry(
        WhatsAppPeer,
        "1065",
        lambda _url: {**meta_account(), "reply_template": "reply"},
        "15557770001",
    ),
    "messenger": PeerEntry(MessengerPeer, "1065", lambda _url: meta_account(), "7700112233"),
    "instagram": PeerEntry(InstagramPeer, "1065", lambda _url: meta_account(), "7700112233"),
    "twilio_sms": PeerEntry(TwilioSmsPeer, "15550001111", twilio_account, "+15557770001"),
    "twilio_whatsapp": PeerEntry(
        TwilioWhatsAppPeer, "15550001111", twilio_account, "+15557770001"
    ),
}
