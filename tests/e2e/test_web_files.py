"""A picture from the web chat to an agent, over the whole system: the page's own requests."""

import json
from pathlib import Path
from typing import Any

import urllib3

from handrail.domain.message import conversation_id
from handrail_ops.agent.client import DeskClient
from handrail_ops.agent.saving import save
from support.stack import World, eventually

PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 1_000


def test_a_picture_goes_into_the_store_and_out_to_the_agent(world: World, tmp_path: Path) -> None:
    headers: dict[str, str] = {}

    def ask(path: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = world.http.post(path, json.dumps(body).encode(), headers)
        assert answer.done, answer
        return dict(answer.body)

    session = ask("/v1/web/session", {})
    headers["authorization"] = f"Bearer {session['token']}"
    ticket = ask("/v1/web/files", {"id": "p1", "type": "image/png", "bytes": len(PICTURE)})
    with urllib3.PoolManager() as http:
        fields = {**ticket["fields"], "file": ("lamp.png", PICTURE)}
        assert http.request("POST", ticket["url"], fields=fields).status < 300
    ask("/v1/web/messages", {"id": "p1", "file": {"name": "lamp.png"}, "language": "en"})

    conversation = conversation_id("web", "site", session["session"])
    (request, *_) = eventually(
        lambda: world.waiting.of(conversation), "the agents are asked for a picture"
    )
    (line,) = (one for one in request["transcript"] if one.get("files"))
    (told,) = line["files"]
    assert (told["type"], told["bytes"]) == ("image/png", len(PICTURE))

    desk = DeskClient(world.desk, "ana")
    epoch = desk.claim(request["escalation"])["epoch"]
    kept = save(desk.file(request["escalation"], epoch, line["event_id"], 1), tmp_path)
    assert kept.read_bytes() == PICTURE
    assert kept.name == "lamp.png"
