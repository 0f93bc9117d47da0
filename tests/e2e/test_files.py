"""A picture from a messenger to an agent, over the whole system."""

import time
from pathlib import Path

from handrail.adapters.clock import SystemClock
from handrail.domain.message import conversation_id
from handrail_ops.agent.client import DeskClient
from handrail_ops.agent.saving import save
from handrail_ops.channels.accounts import Source
from handrail_ops.channels.peers.server import serving
from handrail_ops.channels.peers.telegram import TelegramPeer
from support.stack import World, eventually

PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20_000
"""Five megabytes: more than one answer holds."""


def accounts(world: World) -> Source:
    client = world.stack.client("secretsmanager")
    secret = world.stack.physical("AccountsSecret")
    return Source("", world.stack.url, secret, client)


def test_who_holds_the_conversation_opens_what_the_customer_sent(
    world: World, tmp_path: Path
) -> None:
    clock = SystemClock()
    peer = TelegramPeer(clock, first_number=int(clock.now() * 1000))
    peer.account = "picture_bot"
    with serving(peer) as served:
        values = {**peer.usual_values(), "api_url": f"http://127.0.0.1:{served.port}"}
        accounts(world).put({"telegram": {peer.account: values}})
        peer.values = values
        webhook = peer.photo_webhook("77001", PICTURE)

        def accepted() -> bool:
            answer = world.http.post(webhook.path, webhook.body, dict(webhook.headers))
            return answer.done

        eventually(accepted, "the account is known")
        conversation = conversation_id("telegram", peer.account, "77001")
        (request, *_) = eventually(
            lambda: world.waiting.of(conversation), "the agents are asked for a picture"
        )
        (line,) = (one for one in request["transcript"] if one.get("files"))
        assert line["files"] == [
            {"file": 1, "media": "image", "type": "image/jpeg", "bytes": len(PICTURE)}
        ]

        desk = DeskClient(world.desk, "ana")
        epoch = desk.claim(request["escalation"])["epoch"]
        started = time.monotonic()
        kept = save(desk.file(request["escalation"], epoch, line["event_id"], 1), tmp_path)

        assert kept.read_bytes() == PICTURE
        assert kept.name == "image-1.jpg"
        assert time.monotonic() - started < 60
