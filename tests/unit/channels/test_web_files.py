"""Files of the web chat: judged by what they are, kept once their message is taken."""

import json
from typing import Any

import pytest
from unit.channels.test_site import site

from handrail.adapters.channels.web import WebChannel
from handrail.application.ports import Request, Response
from handrail.application.web_chat import WebChat
from handrail.application.web_files import ACCEPTED_TYPES, WebFiles, type_of
from handrail.domain.media import refusal
from handrail.domain.message import Kind
from support.channel_samples import NOW, web_request
from support.fakes_web import FakeUploads
from support.web_world import World

PNG = b"\x89PNG\r\n\x1a\n" + bytes(92)
STARTS = {
    "image/jpeg": b"\xff\xd8\xff\xe0\x00\x10JFIF",
    "image/png": PNG,
    "image/gif": b"GIF89a\x01",
    "image/webp": b"RIFF\x24\x00\x00\x00WEBPVP8 ",
    "image/heic": b"\x00\x00\x00\x18ftypheic\x00",
    "application/pdf": b"%PDF-1.7",
}


class Door:
    """The HTTP door with a store of files behind it."""

    def __init__(self) -> None:
        self.world = World()
        self.uploads = FakeUploads()
        world = self.world
        chat = WebChat(
            sessions=world.sessions,
            channel=WebChannel(world.sessions, world.mailbox, world.connections, world.push),
            mailbox=world.mailbox,
            connections=world.connections,
            push=world.push,
            accept=world._accept,
            files=WebFiles(self.uploads, 1000),
        )
        world.chat = chat
        self.site = site(world, files_origin="https://files.example.com")

    def ask(self, body: object, token: str | None = None) -> Response:
        headers = {"authorization": f"Bearer {token or self.world.token}"}
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.site.respond(Request("POST", "/v1/web/files", headers, {}, raw), NOW)

    def post(self, **body: Any) -> Response:
        message = {"id": "f1", "file": {"name": "lamp.png"}} | body
        return self.site.respond(web_request(self.world.token, message), NOW)

    def put(self, data: bytes, file_id: str = "f1") -> None:
        self.uploads.new[f"new/{self.world.session.id}/{file_id}"] = data


@pytest.fixture
def door() -> Door:
    return Door()


def test_from_a_ticket_to_a_message(door: Door) -> None:
    answer = door.ask({"id": "f1", "type": "image/png", "bytes": 100})
    ticket = json.loads(answer.body)
    assert answer.status == 201
    assert ticket["url"] == "https://files.example.com"
    assert ticket["fields"]["key"] == f"new/{door.world.session.id}/f1"
    assert ticket["fields"]["most"] == "1000"
    door.put(PNG)
    assert door.post(language="de").status == 200
    (message,) = door.world.accepted
    assert message.kind is Kind.MEDIA
    assert message.details["media_type"] == "image/png"
    assert message.details["media_name"] == "lamp.png"
    assert message.sender.locale == "de"
    assert refusal(message.details) is None


@pytest.mark.parametrize(
    ("body", "status", "error"),
    [
        ({"id": "f1", "type": "image/svg+xml", "bytes": 10}, 400, "file_type"),
        ({"id": "f1", "type": ["image/png"], "bytes": 10}, 400, "file_type"),
        ({"id": "f1", "type": "image/png", "bytes": 1001}, 400, "too_large"),
        ({"id": "f1", "type": "image/png", "bytes": 0}, 400, "malformed"),
        ({"id": "f1", "type": "image/png", "bytes": True}, 400, "malformed"),
        ({"id": "../f", "type": "image/png", "bytes": 10}, 400, "malformed"),
        ({"id": None, "type": "image/png", "bytes": 10}, 400, "malformed"),
        ([], 400, "malformed"),
        (b"{", 400, "malformed"),
        (b"\xff", 400, "malformed"),
    ],
)
def test_a_ticket_is_for_what_is_taken(door: Door, body: object, status: int, error: str) -> None:
    answer = door.ask(body)
    assert (answer.status, json.loads(answer.body)["error"]) == (status, error)


def test_nobody_gets_a_ticket_without_a_session(door: Door) -> None:
    wish = {"id": "f1", "type": "image/png", "bytes": 10}
    assert door.ask(wish, token="v1.x.y").status == 401
    door.uploads.broken = True
    assert door.ask(wish).status == 503


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (None, "not_arrived"),
        (PNG + bytes(1000), "too_large"),
        (b"<html><script>", "file_type"),
        (b"MZ\x90\x00", "file_type"),
        (b"", "file_type"),
    ],
)
def test_what_arrived_counts_and_not_what_was_said_of_it(
    door: Door, data: bytes | None, error: str
) -> None:
    if data is not None:
        door.put(data)
    answer = door.post()
    assert (answer.status, json.loads(answer.body)["error"]) == (400, error)
    assert door.world.accepted == []
    assert door.uploads.kept == {}


def test_a_file_of_another_session_is_not_to_be_had(door: Door) -> None:
    door.uploads.new["new/another/f1"] = PNG
    assert json.loads(door.post().body)["error"] == "not_arrived"


def test_a_store_that_is_away_has_the_message_sent_again(door: Door) -> None:
    door.put(PNG)
    door.uploads.broken = True
    assert door.post().status == 503
    door.uploads.broken = False
    assert door.post().status == 200
    assert len(door.world.accepted) == 1


def test_the_name_is_a_line_of_text_and_nothing_else(door: Door) -> None:
    door.put(PNG)
    assert door.post(file={"name": "../a\n<b>\u202egnp.exe" + "x" * 5000}).status == 200
    (message,) = door.world.accepted
    assert "\n" not in message.details["media_name"]
    door.put(PNG, "f2")
    assert door.post(id="f2", file={}).status == 200
    assert "media_name" not in door.world.accepted[1].details


@pytest.mark.parametrize("media_type", ACCEPTED_TYPES)
def test_each_accepted_type_is_told_by_its_bytes(media_type: str) -> None:
    assert type_of(STARTS[media_type]) == media_type


def test_the_page_knows_what_is_taken_and_may_reach_the_store(door: Door) -> None:
    page = door.site.respond(Request("GET", "/"), NOW)
    assert '"files": {"types": ["image/jpeg"' in page.body
    policy = page.headers["content-security-policy"]
    assert "connect-src 'self' wss://chat.example.com https://files.example.com;" in policy


def test_a_door_without_a_store_says_so() -> None:
    world = World()
    plain = site(world)
    assert '"files": null' in plain.respond(Request("GET", "/"), NOW).body
    answer = plain.respond(web_request(world.token, {"id": "f", "file": {}}), NOW)
    assert (answer.status, json.loads(answer.body)["error"]) == (400, "malformed")
    (refused,) = world.frame({"type": "message", "token": world.token, "id": "f", "file": {}})
    assert (refused["type"], refused["error"]) == ("refused", "malformed")
