"""Files of customers: opened by who holds the conversation, and by nobody's leave but theirs."""

import base64
import json
from dataclasses import replace
from typing import Any

import pytest

from handrail.adapters.channels import CHANNELS
from handrail.adapters.channels.callbacks import CallbackPolicy, HttpCallbacks
from handrail.adapters.channels.direct import (
    CallbackAnswer,
    CallbackNotSentError,
    CallbackRefusedError,
    CallbackUnansweredError,
)
from handrail.adapters.channels.files import ChannelFiles
from handrail.adapters.channels.kit.accounts import Account
from handrail.application.desk import PIECE_BYTES_MAX
from handrail.application.desk_api import DeskApi
from handrail.application.ports import Address, Piece, Request
from handrail.domain.errors import (
    FileGoneError,
    FileRefusedError,
    HandrailError,
    UnavailableError,
)
from handrail.domain.media import FILE_BYTES_MAX, File
from handrail.domain.message import Kind
from support.channel_bench import Provider, answered, built
from support.world import World

PICTURE = b"\xff\xd8\xff\xe0" + bytes(range(256)) * 4
HELD = {
    "whatsapp_cloud": {"app_secret": "s", "access_token": "secret-token"},
    "messenger": {"app_secret": "s", "access_token": "secret-token"},
    "instagram": {"app_secret": "s", "access_token": "secret-token"},
    "twilio_sms": {"account_sid": "AC1", "auth_token": "secret-token"},
    "twilio_whatsapp": {"account_sid": "AC1", "auth_token": "secret-token"},
    "telegram": {"bot_token": "secret-token", "secret_token": "s"},
    "line": {"channel_secret": "s", "access_token": "secret-token"},
    "viber": {"auth_token": "secret-token"},
    "slack": {"signing_secret": "s", "bot_token": "secret-token"},
}
FIRST_ASKED = {
    "whatsapp_cloud": {"url": "https://lookaside.fbsbx.com/f?mid=1", "id": "77"},
    "telegram": {"ok": True, "result": {"file_path": "photos/file_1.jpg"}},
}
WHERE = {
    "whatsapp_cloud": "https://lookaside.fbsbx.com/f?mid=1",
    "twilio_sms": "https://api.twilio.com/2010-04-01/Media/ME1",
    "twilio_whatsapp": "https://api.twilio.com/2010-04-01/Media/ME1",
    "telegram": "https://api.telegram.org/file/botsecret-token/photos/file_1.jpg",
    "line": "https://api-data.line.me/v2/bot/message/77/content",
    "slack": "https://files.slack.com/files-pri/T1-F1/a.jpg",
    "messenger": "https://scontent.example/f",
    "instagram": "https://scontent.example/f",
    "viber": "https://dl-media.example/f",
}
OPENED_BY_A_HEADER = {"whatsapp_cloud", "twilio_sms", "twilio_whatsapp", "line", "slack"}


def picture(**told: Any) -> File:
    known = {"kind": "image", "type": "image/jpeg", "name": "", "bytes": "", "id": "77", "url": ""}
    return File(**{"number": 1, **known, **told})


def whole(data: bytes = PICTURE, **headers: str) -> CallbackAnswer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return CallbackAnswer(200, {"content-length": str(len(data)), **named}, data)


def files(channel: str, *answers: CallbackAnswer | Exception) -> tuple[ChannelFiles, Provider]:
    before = [answered(200, FIRST_ASKED[channel])] if channel in FIRST_ASKED else []
    provider = Provider(answered(500, {}), [*before, *answers])
    door = built(channel, provider, Account("1065", HELD[channel]))
    return ChannelFiles({channel: door}, provider), provider


def address(channel: str, account: str = "1065") -> Address:
    return Address(channel, account, ("7001",))


def told(channel: str) -> File:
    is_asked_for = channel in FIRST_ASKED or channel == "line"
    return picture(url="" if is_asked_for else WHERE[channel])


def test_every_messenger_is_here() -> None:
    assert set(HELD) == {name for name, entry in CHANNELS.items() if entry.is_messenger}


@pytest.mark.parametrize("channel", sorted(HELD))
class TestWhereItIs:
    def test_it_is_fetched_from_its_provider(self, channel: str) -> None:
        kept, provider = files(channel, whole())
        assert kept.fetch(address(channel), told(channel), 0, 10_000) == Piece(
            PICTURE, len(PICTURE)
        )
        method, url, headers, _ = provider.asked[-1]
        assert (method, url) == ("GET", WHERE[channel])
        assert ("Authorization" in headers) is (channel in OPENED_BY_A_HEADER)
        assert headers["Range"] == "bytes=0-9999"

    def test_what_is_gone_is_said_to_be(self, channel: str) -> None:
        kept, _ = files(channel, answered(404, {}))
        with pytest.raises(FileGoneError):
            kept.fetch(address(channel), told(channel), 0, 10)

    def test_a_fault_may_pass(self, channel: str) -> None:
        for fault in (answered(503, {}), CallbackUnansweredError(), CallbackNotSentError("no")):
            kept, _ = files(channel, fault)
            with pytest.raises(UnavailableError):
                kept.fetch(address(channel), told(channel), 0, 10)

    def test_an_account_that_is_not_there_may_come(self, channel: str) -> None:
        kept, _ = files(channel)
        with pytest.raises(UnavailableError):
            kept.fetch(address(channel, "9"), told(channel), 0, 10)


@pytest.mark.parametrize("channel", sorted(OPENED_BY_A_HEADER))
def test_what_opens_the_account_goes_nowhere_else(channel: str) -> None:
    elsewhere = CallbackAnswer(302, {"location": "https://elsewhere.example/f"}, b"")
    kept, provider = files(channel, elsewhere, whole())
    kept.fetch(address(channel), told(channel), 0, 10)
    assert provider.asked[-1][1] == "https://elsewhere.example/f"
    assert "Authorization" not in provider.asked[-1][2]
    if channel in ("slack", "twilio_sms", "twilio_whatsapp"):
        hosts = ("elsewhere.example", "slack.com.elsewhere.example", "notslack.com")
        for url in (f"https://{host}/" for host in (*hosts, "notapi.twilio.com")):
            kept, provider = files(channel, whole())
            kept.fetch(address(channel), picture(url=url), 0, 10)
            assert "Authorization" not in provider.asked[0][2]


def test_a_token_that_may_not_read_files_is_somebodys_to_mend() -> None:
    page = CallbackAnswer(200, {"content-type": "text/html"}, b"<!DOCTYPE html>sign in")
    for refusal in (answered(403, {}), answered(401, {}), page):
        kept, _ = files("slack", refusal)
        with pytest.raises(UnavailableError):
            kept.fetch(address("slack"), told("slack"), 0, 10)
    kept, _ = files("messenger", answered(403, {}))
    with pytest.raises(FileGoneError):
        kept.fetch(address("messenger"), told("messenger"), 0, 10)


@pytest.mark.parametrize("path", ["../bot1/getMe", "/etc", 5, None, "a/../b", "a?b"])
def test_telegrams_path_is_a_path(path: object) -> None:
    provider = Provider(answered(200, {"ok": True, "result": {"file_path": path}}))
    door = built("telegram", provider, Account("1065", HELD["telegram"]))
    with pytest.raises(FileGoneError):
        ChannelFiles({"telegram": door}, provider).fetch(address("telegram"), picture(), 0, 1)


def test_whatsapp_without_an_address_has_no_file() -> None:
    provider = Provider(answered(404, {"error": {"code": 100}}))
    door = built("whatsapp_cloud", provider, Account("1065", HELD["whatsapp_cloud"]))
    with pytest.raises(FileGoneError):
        ChannelFiles({"whatsapp_cloud": door}, provider).fetch(
            address("whatsapp_cloud"), picture(), 0, 1
        )


class TestPieces:
    def fetch(self, answer: CallbackAnswer | Exception, start: int = 0, most: int = 10) -> Piece:
        kept, _ = files("viber", answer)
        return kept.fetch(address("viber"), told("viber"), start, most)

    def partial(self, data: bytes, told: str) -> CallbackAnswer:
        return CallbackAnswer(206, {"content-range": told}, data)

    def test_a_provider_may_give_them(self) -> None:
        assert self.fetch(self.partial(b"abc", "bytes 4-6/7"), 4) == Piece(b"abc", 7)
        assert self.fetch(self.partial(b"abc", "bytes 4-6/*"), 4) == Piece(b"abc", None)

    def test_or_all_of_it_each_time(self) -> None:
        assert self.fetch(whole(), 4, 3) == Piece(PICTURE[4:7], len(PICTURE))

    def test_behind_its_end_is_nothing(self) -> None:
        assert self.fetch(CallbackAnswer(416, {}, b""), 40) == Piece(b"", 40)
        assert self.fetch(whole(), len(PICTURE) + 5) == Piece(b"", len(PICTURE))

    @pytest.mark.parametrize(
        "wrong",
        ["bytes 3-6/7", "bytes 3-5/7", "bytes 4-5/7", "", "bytes */7", "bytes 4-99/100", "4-6/7"],
    )
    def test_another_piece_than_was_asked_for_is_not_taken(self, wrong: str) -> None:
        with pytest.raises(UnavailableError):
            self.fetch(self.partial(b"abc", wrong), 4)

    def test_what_broke_off_is_not_taken_for_whole(self) -> None:
        for answer in (whole(content_length="2000"), whole(b"", content_length="0")):
            with pytest.raises(UnavailableError):
                self.fetch(answer)

    def test_too_much_is_refused(self) -> None:
        large = str(FILE_BYTES_MAX + 1)
        for answer in (
            whole(content_length=large),
            CallbackAnswer(200, {}, bytes(FILE_BYTES_MAX + 1)),
            self.partial(b"abc", f"bytes 0-2/{large}"),
        ):
            with pytest.raises(FileRefusedError):
                self.fetch(answer)

    def test_an_address_of_our_own_network_is_refused(self) -> None:
        with pytest.raises(FileRefusedError):
            self.fetch(CallbackRefusedError("private"))
        really = HttpCallbacks(CallbackPolicy(), resolve=lambda _h, _p: ["169.254.169.254"])
        for url in ("https://metadata.example/", "http://a.example/", "file:///etc/passwd"):
            with pytest.raises(FileRefusedError):
                ChannelFiles({}, really).fetch(address("direct"), picture(url=url), 0, 1)

    def test_addresses_that_lead_in_a_circle_end(self) -> None:
        circle = [CallbackAnswer(302, {"location": "/f"}, b"")] * 9
        kept, provider = files("viber", *circle)
        with pytest.raises(FileGoneError):
            kept.fetch(address("viber"), told("viber"), 0, 1)
        assert len(provider.asked) == 4

    def test_no_address_is_no_file(self) -> None:
        kept, provider = files("viber")
        with pytest.raises(FileGoneError):
            kept.fetch(address("viber"), picture(), 0, 1)
        assert not provider.asked


# ------------------------------------------------------------------ at the desk


class Shelf:
    """Files in memory."""

    def __init__(self, data: bytes = PICTURE) -> None:
        self.data = data
        self.asked: list[tuple[Address, File, int]] = []
        self.error: HandrailError | None = None

    def fetch(self, address: Address, file: File, start: int, most: int) -> Piece:
        self.asked.append((address, file, start))
        if self.error is not None:
            raise self.error
        return Piece(self.data[start : start + most], len(self.data))


class FileWorld(World):
    """A customer who sent a file, and an agent."""

    def __init__(self, data: bytes = PICTURE, **details: str) -> None:
        super().__init__()
        self.shelf = Shelf(data)
        self.desk = replace(self.desk, files=self.shelf)
        self.ask_person()
        self.epoch = self.claim()
        sent = {"media": "image", "media_type": "image/jpeg", "media_id": "77", **details}
        self.take(self.message(None, kind=Kind.MEDIA, details=sent))
        self.deliver()
        self.event_id = self.line["event_id"]

    @property
    def line(self) -> dict[str, Any]:
        (found,) = (
            line
            for line in self.desk.read(self.escalation)["transcript"]
            if line.get("kind") == "media"
        )
        return dict(found)

    def open(self, **changed: Any) -> tuple[int, dict[str, Any]]:
        fields = {"agent": "ana", "epoch": self.epoch, "event_id": self.event_id}
        body = json.dumps({**fields, "file": 1, "start": 0, **changed}).encode()
        path = f"/v1/desk/escalations/{self.escalation}/file"
        answer = DeskApi(self.desk).respond(Request("POST", path, body=body))
        return answer.status, json.loads(answer.body)


def test_the_holder_opens_it_and_that_is_noted() -> None:
    world = FileWorld(media_name="../../Ada's photo.jpg", media_bytes="1028")
    status, opened = world.open()
    assert status == 200
    assert base64.b64decode(opened.pop("data")) == PICTURE
    assert opened == {
        "name": "Ada_s photo.jpg",
        "type": "image/jpeg",
        "bytes": len(PICTURE),
        "start": 0,
        "more": False,
    }
    ((address, file, _),) = world.shelf.asked
    assert (address.account, file.id) == ("shop", "77")
    (noted,) = world.record.reveals
    assert (noted.agent, noted.event_id) == ("ana", world.event_id)
    assert noted.reason == "file 1, from byte 0"


def test_what_comes_along_is_in_its_line_without_where_it_is_or_what_it_is_called() -> None:
    world = FileWorld(media_url="https://a.example/f", media_name="Ada.jpg", media_bytes="9")
    assert world.line["files"] == [{"file": 1, "media": "image", "type": "image/jpeg", "bytes": 9}]
    shown = json.dumps(world.line)
    assert "a.example" not in shown
    assert "Ada" not in shown


def test_a_large_one_comes_in_pieces_each_of_which_is_noted() -> None:
    data = bytes(range(256)) * 40_000
    world = FileWorld(data)
    got, more = b"", True
    while more:
        _, piece = world.open(start=len(got))
        assert len(json.dumps(piece)) < 6_000_000
        got += base64.b64decode(piece["data"])
        more = piece["more"]
    assert got == data
    assert len(world.record.reveals) == -(-len(data) // PIECE_BYTES_MAX)


def test_who_does_not_hold_the_conversation_opens_nothing() -> None:
    world = FileWorld()
    for wrong in ({"agent": "bob"}, {"epoch": world.epoch - 1}):
        status, answer = world.open(**wrong)
        assert (status, answer["error"]) == (409, "fenced")
    world.clock.advance(world.promises.lease_seconds + 1)
    assert world.open()[1]["error"] == "fenced"
    assert not world.shelf.asked
    assert not world.record.reveals


@pytest.mark.parametrize(
    "wrong", [{"event_id": "event-1"}, {"event_id": "nobody's"}, {"file": 2}, {"file": 0}]
)
def test_what_is_not_there_is_not_opened(wrong: dict[str, Any]) -> None:
    world = FileWorld()
    assert world.open(**wrong)[1]["error"] == "file_gone"
    assert not world.shelf.asked


@pytest.mark.parametrize(
    "details",
    [
        {"media_name": "photo.jpg.exe"},
        {"media_type": "text/html"},
        {"media_bytes": str(FILE_BYTES_MAX + 1)},
    ],
)
def test_what_runs_or_is_too_large_is_not_opened(details: dict[str, str]) -> None:
    world = FileWorld(PICTURE, **details)
    assert world.open()[1]["error"] == "file_refused"
    assert not world.shelf.asked
    assert world.line["files"][0]["refused"]


@pytest.mark.parametrize(
    "data",
    [
        b"MZ\x90\x00", b"\x7fELF\x02", b"#!/bin/sh\n", b"  <!DOCTYPE HTML><p>",
        b"\xef\xbb\xbf<svg xmlns=''>", b"<?xml version='1.0'?><svg/>", b"\xcf\xfa\xed\xfe\x07",
    ],
)  # fmt: skip
def test_what_is_another_thing_than_it_says_is_not_given(data: bytes) -> None:
    assert FileWorld(data).open()[1]["error"] == "file_refused"


@pytest.mark.parametrize(
    ("error", "said"),
    [(UnavailableError("x"), (503, "unavailable")), (FileGoneError("x"), (409, "file_gone"))],
)
def test_what_its_provider_says_is_told(error: HandrailError, said: tuple[int, str]) -> None:
    world = FileWorld()
    world.shelf.error = error
    status, answer = world.open()
    assert (status, answer["error"]) == said


@pytest.mark.parametrize(
    ("type_", "name", "safe", "shown"),
    [
        ("image/png", "", "image-1.png", "image/png"),
        ("image/jpeg; charset=x", "a/b\\c.jpg", "c.jpg", "image/jpeg"),
        ("audio/ogg; codecs=opus", "", "image-1.ogg", "audio/ogg"),
        ("application/zip", "..hidden.zip", "hidden.zip", "application/octet-stream"),
        ("image/x\r\nSet-Cookie: a", "$(rm -rf).pdf", "rm -rf_.pdf", "application/octet-stream"),
        ("", "फ़ाइल.pdf", "फ़ाइल.pdf", "application/octet-stream"),
        ("video/../x", "a" * 300, "a" * 100, "application/octet-stream"),
    ],
)
def test_names_and_types_run_nothing(type_: str, name: str, safe: str, shown: str) -> None:
    file = picture(type=type_, name=name)
    assert (file.safe_name, file.shown_type) == (safe, shown)
