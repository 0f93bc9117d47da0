"""Reading one body as its channel does, on the bench."""

import json
from collections.abc import Mapping, Sequence

from handrail.domain.message import InboundMessage, Kind
from support.channel_benches import BENCHES
from support.channel_samples import NOW


def read(name: str, body: object) -> Sequence[InboundMessage]:
    """Return what a genuine request with this body says."""
    case = BENCHES[name]()
    request = case.raw(body if isinstance(body, bytes) else json.dumps(body).encode())
    case.channel.verify(request, NOW)
    return case.channel.to_messages(request, NOW)


def only(name: str, body: object) -> InboundMessage:
    (found,) = read(name, body)
    return found


def holds(found: InboundMessage, kind: Kind, text: str | None, details: Mapping[str, str]) -> None:
    """Hold a message against what it is; details that are not named may be any."""
    assert (found.kind, found.text) == (kind, text)
    assert {name: found.details.get(name, "") for name in details} == details
