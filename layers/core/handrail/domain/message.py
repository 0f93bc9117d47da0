"""What customers send: one shape for every channel, and the order in which it counts."""

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import Any, Final, Self


class Kind(StrEnum):
    """What an inbound message is; an unknown message of a customer is `UNSUPPORTED`."""

    TEXT = "text"
    ACTION = "action"
    MEDIA = "media"
    LOCATION = "location"
    REACTION = "reaction"
    EDIT = "edit"
    DELETE = "delete"
    RECEIPT = "receipt"
    ECHO = "echo"
    LIFECYCLE = "lifecycle"
    UNSUPPORTED = "unsupported"


FAILED: Final = "failed"
"""The detail of a receipt that says that a message of ours is lost, with the reason."""
SAME_CUSTOMER: Final = "same_customer"
"""The detail of an event that says that all ids of its sender are one customer's."""
OWN: Final = "own"
"""The detail of an echo that is surely of what we sent ourselves."""


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sent a message: every id the channel gave, the most lasting one first."""

    ids: tuple[str, ...]
    name: str | None = None
    locale: str | None = None
    """A BCP 47 tag, as the channel or the customer's device says it."""
    time_zone: str | None = None
    """An IANA zone name such as `Africa/Nairobi`."""


@dataclass(frozen=True, slots=True)
class InboundMessage:
    """One thing that happened on a channel, normalised.

    `position` orders a conversation: the provider's own sequence number, else `occurred_at` in
    milliseconds, never later than `received_at`; messages of one position are ordered by
    `event_id`. `event_id` is unique within a channel and account, for ever: it is what makes a
    duplicate of any age a duplicate.
    """

    channel: str
    account: str
    event_id: str
    position: int
    sender: Sender
    kind: Kind
    occurred_at: float
    received_at: float
    text: str | None = None
    action: str | None = None
    """The id of the button that was pressed, never its label."""
    details: Mapping[str, str] = field(default_factory=dict)
    """What else an agent should see of what is not text: media type, place, file name."""

    @property
    def is_news(self) -> bool:
        """Whether it matters behind the door: receipts and events of an account mostly do not.

        A receipt does when it says that a message of ours was lost after all, and an event when
        it says that two ids are one customer's.
        """
        match self.kind:
            case Kind.RECEIPT:
                return FAILED in self.details and bool(self.sender.ids)
            case Kind.LIFECYCLE:
                return SAME_CUSTOMER in self.details and len(self.sender.ids) > 1
            case Kind.ECHO:
                return OWN not in self.details
            case _:
                return True

    def to_dict(self) -> dict[str, Any]:
        """Return the message as JSON-ready data, as it travels in the inbound queue."""
        return {
            "channel": self.channel,
            "account": self.account,
            "event_id": self.event_id,
            "position": self.position,
            "sender": {
                "ids": list(self.sender.ids),
                "name": self.sender.name,
                "locale": self.sender.locale,
                "time_zone": self.sender.time_zone,
            },
            "kind": str(self.kind),
            "occurred_at": self.occurred_at,
            "received_at": self.received_at,
            "text": self.text,
            "action": self.action,
            "details": dict(self.details),
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Read what `to_dict` wrote.

        Raises:
            KeyError, TypeError, ValueError: the data is not a message.

        """
        sender = data["sender"]
        return cls(
            channel=str(data["channel"]),
            account=str(data["account"]),
            event_id=str(data["event_id"]),
            position=int(data["position"]),
            sender=Sender(
                ids=tuple(str(i) for i in sender["ids"]),
                name=sender.get("name"),
                locale=sender.get("locale"),
                time_zone=sender.get("time_zone"),
            ),
            kind=Kind(data["kind"]),
            occurred_at=float(data["occurred_at"]),
            received_at=float(data["received_at"]),
            text=data.get("text"),
            action=data.get("action"),
            details={str(k): str(v) for k, v in (data.get("details") or {}).items()},
        )


def clamp_position(occurred_at: float, received_at: float) -> int:
    """Return the position of a message without a provider sequence, in milliseconds.

    A device's clock may run ahead; a message cannot have happened after it arrived.
    """
    return int(min(occurred_at, received_at) * 1000)


@lru_cache(maxsize=4096)
def conversation_id(channel: str, account: str, sender_id: str) -> str:
    """Return the conversation a sender gets unless an alias says otherwise.

    26 characters of base32 over SHA-256: safe in queue groups, execution names and keys, and it
    says nothing about the customer.
    """
    digest = hashlib.sha256(f"{channel}\x1f{account}\x1f{sender_id}".encode()).digest()
    return base64.b32encode(digest).decode("ascii").lower()[:26]
