"""Every peer by the channel it stands behind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from handrail_ops.channels.peers.base import Peer
from handrail_ops.channels.peers.line import LinePeer
from handrail_ops.channels.peers.meta import InstagramPeer, MessengerPeer, WhatsAppPeer
from handrail_ops.channels.peers.slack import SlackPeer
from handrail_ops.channels.peers.telegram import TelegramPeer
from handrail_ops.channels.peers.twilio import TwilioSmsPeer, TwilioWhatsAppPeer
from handrail_ops.channels.peers.viber import ViberPeer


@dataclass(frozen=True, slots=True)
class PeerEntry:
    """A peer of the table."""

    kind: type[Peer]
    customer: str
    """Somebody's id there."""


PEERS: Final[Mapping[str, PeerEntry]] = {
    "whatsapp_cloud": PeerEntry(WhatsAppPeer, "15557770001"),
    "messenger": PeerEntry(MessengerPeer, "7700112233"),
    "instagram": PeerEntry(InstagramPeer, "7700112233"),
    "twilio_sms": PeerEntry(TwilioSmsPeer, "+15557770001"),
    "twilio_whatsapp": PeerEntry(TwilioWhatsAppPeer, "+15557770001"),
    "telegram": PeerEntry(TelegramPeer, "7700112233"),
    "line": PeerEntry(LinePeer, "U7700112233"),
    "viber": PeerEntry(ViberPeer, "77001122334455A="),
    "slack": PeerEntry(SlackPeer, "U7700112233"),
}
