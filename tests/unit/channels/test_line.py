"""LINE: what its events mean, and what leaves."""

import re
import struct
import uuid
import zlib
from typing import Any

import pytest

from handrail.adapters.channels.direct import CallbackAnswer, CallbackUnansweredError
from handrail.adapters.channels.kit.measures import utf16_units
from handrail.adapters.channels.line import render
from handrail.adapters.channels.line_menus import Menus, alias
from handrail.adapters.language.catalogue import PackagedCatalogue
from handrail.application.ports import Address
from handrail.domain.delivery import Delivered, Delivery, Permanent, Retry, Unknown
from handrail.domain.errors import MalformedRequestError
from handrail.domain.message import InboundMessage, Kind
from handrail.domain.phrases import Direction
from handrail_ops.channels.peers.base import Weather
from handrail_ops.channels.peers.line import LinePeer
from handrail_ops.channels.setups.pictures import person
from handrail_ops.channels.setups.session import SetupError
from handrail_ops.channels.setups.table import set_up
from handrail_ops.memory.clock import ManualClock
from support.channel_bench import FixedClock, Provider, answered, built
from support.channel_samples import NOW, outbound
from support.line_bench import line_account, line_event, line_request, line_webhook
from support.messenger_world import MessengerWorld

ME = Address("line", "shop", ("U7001",))


def read_all(*events: object) -> list[InboundMessage]:
    channel = built("line", Provider(answered(200, {})), line_account())
    return list(channel.to_messages(line_request(line_webhook(*events)), NOW))


def read(**content: Any) -> InboundMessage:
    (found,) = read_all(line_event(**content))
    return found


def written(**message: Any) -> InboundMessage:
    return read(type="message", message={"id": "325", **message})


class TestIn:
    def test_a_text_has_its_id_its_writer_and_its_time(self) -> None:
        found = written(type="text", text="荷物はどこ？", quotedMessageId="324")  # noqa: RUF001
        assert (found.event_id, found.kind, found.sender.ids) == ("01A", Kind.TEXT, ("U7001",))
        assert (found.occurred_at, found.position) == (NOW - 2, int(NOW - 2) * 1000)
        assert found.details == {"reply_to": "324"}

    def test_a_batch_is_taken_apart(self) -> None:
        other = {"source": {"type": "user", "userId": "U2"}}
        text = {"id": "1", "type": "text", "text": "a"}
        found = read_all(
            line_event("01A", type="message", message=text),
            line_event("01B", type="message", message=text, **other),
        )
        assert [(one.event_id, one.sender.ids) for one in found] == [
            ("01A", ("U7001",)),
            ("01B", ("U2",)),
        ]

    def test_the_consoles_try_of_the_address_is_accepted(self) -> None:
        assert read_all() == []

    def test_a_redelivery_has_the_same_id_with_and_without_one_of_lines(self) -> None:
        text = {"type": "message", "message": {"id": "1", "type": "text", "text": "a"}}
        again = {"deliveryContext": {"isRedelivery": True}, "replyToken": "another"}
        for named in ({}, {"webhookEventId": None}):
            first, second = read(**text, **named), read(**text, **again, **named)
            assert first.event_id == second.event_id

    @pytest.mark.parametrize(
        ("message", "details"),
        [
            (
                {"type": "image", "contentProvider": {"type": "line"}, "imageSet": {"id": "S"}},
                {"media": "image", "media_id": "325", "album": "S"},
            ),
            (
                {
                    "type": "video",
                    "contentProvider": {"type": "external", "originalContentUrl": "https://a/v"},
                },
                {"media": "video", "media_id": "325", "media_url": "https://a/v"},
            ),
            ({"type": "audio"}, {"media": "audio", "media_id": "325", "voice": "true"}),
            (
                {"type": "file", "fileName": "bill.pdf", "fileSize": 2138},
                {
                    "media": "document",
                    "media_id": "325",
                    "media_name": "bill.pdf",
                    "media_bytes": "2138",
                },
            ),
        ],
    )
    def test_files_are_kept_by_reference(self, message: Any, details: Any) -> None:
        found = written(**message)
        assert (found.kind, dict(found.details)) == (Kind.MEDIA, details)

    def test_a_sticker_may_have_words(self) -> None:
        found = written(type="sticker", stickerId="52", text="Help")
        assert (found.kind, found.text) == (Kind.MEDIA, "Help")
        assert found.details["sticker"] == "52"

    def test_a_place(self) -> None:
        found = written(
            type="location", title="Shop", address="Tokyo", latitude=35.6, longitude=139.7
        )
        assert found.kind is Kind.LOCATION
        assert found.details == {
            "latitude": "35.6",
            "longitude": "139.7",
            "name": "Shop",
            "address": "Tokyo",
        }

    def test_what_nobody_knows_is_a_persons(self) -> None:
        assert written(type="coupon").kind is Kind.UNSUPPORTED
        assert written(type="coupon").details["type"] == "coupon"
        assert written(type="text", text=" ").kind is Kind.UNSUPPORTED
        assert read(type="message").kind is Kind.UNSUPPORTED

    def test_edits_and_unsent_messages_name_what_they_change(self) -> None:
        edit = read(type="messageEdited", message={"id": "325", "type": "text", "text": "Order 8"})
        assert (edit.kind, edit.text) == (Kind.EDIT, "Order 8")
        assert edit.details == {"message_id": "325"}
        gone = read(type="unsend", unsend={"messageId": "325"})
        assert (gone.kind, gone.details["message_id"]) == (Kind.DELETE, "325")

    def test_a_button_is_known_by_its_data(self) -> None:
        found = read(type="postback", postback={"data": "person:v1"})
        assert (found.kind, found.action) == (Kind.ACTION, "person:v1")
        picked = read(
            type="postback",
            postback={"data": "action=book&id=1", "params": {"datetime": "2026-12-25T01:00"}},
        )
        assert picked.action == "action=book&id=1"
        assert picked.details == {"datetime": "2026-12-25T01:00"}
        assert read(type="postback", postback={}).kind is Kind.UNSUPPORTED

    @pytest.mark.parametrize(
        ("event", "named"),
        [
            ({"type": "follow", "follow": {"isUnblocked": True}}, "follow"),
            ({"type": "unfollow"}, "blocked"),
            ({"type": "beacon", "beacon": {"hwid": "d"}}, "beacon"),
            ({"type": "accountLink", "link": {"result": "ok"}}, "accountLink"),
            ({"type": "of_next_year"}, "of_next_year"),
            ({}, "unknown"),
        ],
    )
    def test_other_events_are_counted(self, event: Any, named: str) -> None:
        found = read(**event)
        assert (found.kind, found.details["event"]) == (Kind.LIFECYCLE, named)

    @pytest.mark.parametrize("source", [{"type": "group", "groupId": "C1", "userId": "U1"},
                                        {"type": "room", "roomId": "R1"}, {}, None])  # fmt: skip
    def test_who_is_no_customer_of_ours_is_not_answered(self, source: Any) -> None:
        found = read(
            type="message", message={"id": "1", "type": "text", "text": "a"}, source=source
        )
        assert found.kind is Kind.LIFECYCLE
        assert not found.is_news
        assert found.text is None or not source

    def test_an_account_in_standby_is_held_by_another(self) -> None:
        found = read(
            type="message", message={"id": "1", "type": "text", "text": "a"}, mode="standby"
        )
        assert (found.kind, found.details["console"]) == (Kind.ECHO, "standby")
        assert read(type="unfollow", mode="standby").kind is Kind.LIFECYCLE

    def test_a_body_without_events_is_no_webhook(self) -> None:
        channel = built("line", Provider(answered(200, {})), line_account())
        with pytest.raises(MalformedRequestError, match="events"):
            channel.to_messages(line_request({"hello": "world"}), NOW)


class TestOut:
    def send(self, *answers: Any, **changes: Any) -> tuple[Delivery, Provider]:
        provider = Provider(answered(200, {"sentMessages": [{"id": "461"}]}))
        provider.answers = list(answers)
        channel = built("line", provider, line_account())
        return channel.send(ME, outbound(**changes)), provider

    def test_a_push_has_quick_replies_the_hint_and_a_retry_key(self) -> None:
        outcome, provider = self.send()
        assert outcome == Delivered(("461",))
        ((_, url, headers, body),) = provider.asked
        assert url == "https://api.line.me/v2/bot/message/push"
        assert headers["Authorization"] == "Bearer token"
        assert uuid.UUID(headers["X-Line-Retry-Key"]).version == 5
        (text,) = body["messages"]
        assert body["to"] == "U7001"
        assert text["text"].endswith("write human at any time.")
        assert [item["action"] for item in text["quickReply"]["items"]] == [
            {
                "type": "postback",
                "label": "Talk to a person",
                "data": "person:v1",
                "displayText": "Talk to a person",
            }
        ]

    def test_the_key_is_the_messages_own_at_every_attempt(self) -> None:
        keys = [self.send(key=key)[1].asked[0][2]["X-Line-Retry-Key"] for key in ("a", "a", "b")]
        assert keys[0] == keys[1] != keys[2]

    def test_a_long_answer_takes_several_pushes_each_with_its_key(self) -> None:
        pushes = render(outbound(text="ก" * 26_000))
        assert [len(push["messages"]) for push in pushes] == [5, 1]
        texts = [one for push in pushes for one in push["messages"]]
        assert all(utf16_units(one["text"]) <= 5_000 for one in texts)
        assert ["quickReply" in one for one in texts] == [False] * 5 + [True]
        _, provider = self.send(text="ก" * 26_000)
        assert len({headers["X-Line-Retry-Key"] for _, _, headers, _ in provider.asked}) == 2

    def test_lines_run_in_their_languages_direction(self) -> None:
        (push,) = render(outbound(text="AB-1 في الطريق", direction=Direction.RIGHT_TO_LEFT))
        assert push["messages"][0]["text"].startswith("\u200fAB-1")

    @pytest.mark.parametrize(
        ("status", "body", "outcome"),
        [
            (409, {"sentMessages": [{"id": "461"}]}, Delivered(("461",))),
            (409, {}, Delivered(("key-7/0",))),
            (429, {"message": "The API rate limit has been exceeded."}, Retry(5.0)),
            (429, {"message": "You have reached your monthly limit."}, Retry(600.0)),
            (500, {}, Retry(5.0)),
            (502, {}, Unknown()),
            (401, {}, Retry(60.0)),
            (403, {}, Retry(60.0)),
            (400, {"message": "Failed to send messages"}, Permanent("code_400")),
        ],
    )
    def test_answers_are_sorted(self, status: int, body: Any, outcome: Delivery) -> None:
        assert self.send(answered(status, body))[0] == outcome

    def test_somebody_is_at_it(self) -> None:
        provider = Provider(answered(202, {}))
        built("line", provider, line_account()).typing(ME, "01A")
        assert provider.bodies == [{"chatId": "U7001", "loadingSeconds": 20}]


class TestSetup:
    def run(self, provider: Provider) -> list[str]:
        told: list[str] = []
        account = line_account()
        set_up(
            "line",
            account,
            "https://shop.example",
            "ja",
            dry_run=False,
            tell=told.append,
            http=provider,
        )
        return told

    def test_the_address_is_set_and_tried_and_the_menus_made(self) -> None:
        provider = Provider(answered(200, {"richMenuId": "richmenu-7"}))
        self.run(provider)
        steps = [(method, url.partition("line.me")[2]) for method, url, _, _ in provider.asked]
        make = [
            ("POST", "/v2/bot/richmenu"),
            ("POST", "/v2/bot/richmenu/richmenu-7/content"),
            ("POST", "/v2/bot/richmenu/alias"),
        ]
        assert steps[:8] == [
            ("PUT", "/v2/bot/channel/webhook/endpoint"),
            ("POST", "/v2/bot/channel/webhook/test"),
            ("GET", "/v2/bot/richmenu/list"),
            ("GET", "/v2/bot/richmenu/alias/list"),
            *make,
            ("POST", "/v2/bot/user/all/richmenu/richmenu-7"),
        ]
        languages = PackagedCatalogue().languages
        assert steps[8:] == make * (len(languages) - 1)
        menu = provider.bodies[4]
        assert menu["name"] == "handrail-1-ja"
        assert menu["areas"][0]["action"]["data"] == "person:v1"
        assert provider.asked[5][1].startswith("https://api-data.line.me")
        assert provider.asked[5][2]["Content-Type"] == "image/png"
        made = [body for body in provider.bodies if isinstance(body, dict)]
        aliases = {body["richMenuAliasId"] for body in made if "richMenuAliasId" in body}
        assert aliases == {f"handrail-1-{spoken.code.lower()}" for spoken in languages}
        assert all(re.fullmatch(r"[a-z0-9_-]{1,32}", one) for one in aliases)
        assert all(len(body["chatBarText"]) <= 14 for body in made if "chatBarText" in body)

    def test_what_is_whole_is_left_and_what_was_cut_off_is_finished(self) -> None:
        codes = [spoken.code for spoken in PackagedCatalogue().languages]
        listed = {"richmenus": [{"name": "handrail-1-de", "richMenuId": "richmenu-9"}]}
        whole = [
            {"richMenuAliasId": alias("handrail-1", code), "richMenuId": f"richmenu-{code}"}
            for code in codes
            if code != "de"
        ]
        has_one = answered(400, {"message": "An image has already been uploaded to the richmenu"})
        ok = answered(200, {})
        answers = [ok, ok, answered(200, listed), answered(200, {"aliases": whole}), ok, has_one]
        provider = Provider(ok, answers=list(answers))
        told = self.run(provider)
        assert f"{len(codes) - 1} rich menus are there" in told
        assert "  is there already" in told
        steps = [url.partition("/v2/bot")[2] for _, url, _, _ in provider.asked[4:]]
        assert steps == [
            "/user/all/richmenu/richmenu-ja",
            "/richmenu/richmenu-9/content",
            "/richmenu/alias",
        ]
        assert provider.bodies[-1] == {
            "richMenuAliasId": "handrail-1-de",
            "richMenuId": "richmenu-9",
        }

    def test_an_address_that_line_cannot_reach_is_said(self) -> None:
        tried = answered(200, {"success": False, "reason": "COULD_NOT_CONNECT"})
        told = self.run(Provider(answered(200, {}), answers=[answered(200, {}), tried]))
        assert "  LINE could not bring an event there: COULD_NOT_CONNECT" in told

    def test_another_refusal_stops_it(self) -> None:
        with pytest.raises(SetupError, match="refused with 401"):
            self.run(Provider(answered(401, {"message": "no"})))

    def test_the_picture_is_one(self) -> None:
        png = person(80, 40)
        assert png.startswith(b"\x89PNG\r\n\x1a\n")
        assert struct.unpack(">II", png[16:24]) == (80, 40)
        start = png.index(b"IDAT") + 4
        (length,) = struct.unpack(">I", png[start - 8 : start - 4])
        rows = zlib.decompress(png[start : start + length])
        assert len(rows) == 40 * 81
        assert rows[13 * 81 + 1 + 40] == 1
        assert rows[13 * 81 + 1] == 0


class TestMenus:
    def world(self, **aliases: str) -> tuple[MessengerWorld, LinePeer]:
        world = MessengerWorld("line", menus="handrail-1")
        assert isinstance(world.peer, LinePeer)
        world.peer.aliases = {f"handrail-1-{code}": menu for code, menu in aliases.items()}
        return world, world.peer

    def test_a_customer_is_shown_the_menu_of_their_language_once(self) -> None:
        world, peer = self.world(en="menu-en", es="menu-es")
        for _ in range(3):
            world.writes("Where is my parcel?")
        assert peer.linked == [("U7700112233", "menu-en")]
        assert len(world.got) == 3
        assert not peer.refused

    def test_a_menu_that_is_not_there_is_asked_for_again_after_a_while(self) -> None:
        world, peer = self.world()
        world.writes("Where is my parcel?")
        peer.aliases = {"handrail-1-en": "menu-en"}
        world.writes("Hello?")
        assert not peer.linked
        world.clock.advance(601)
        world.writes("Hello?")
        assert peer.linked == [("U7700112233", "menu-en")]
        assert len(world.got) == 3

    def test_without_menus_nothing_is_asked_for(self) -> None:
        world = MessengerWorld("line")
        world.writes("Where is my parcel?")
        assert not world.peer.refused

    def test_what_goes_wrong_costs_no_message(self) -> None:
        weather = Weather(unreachable=0.3, deaf=0.2, busy=0.2, failing=0.2)
        for seed in range(3):
            world = MessengerWorld("line", weather, seed, menus="handrail-1")
            for _ in range(10):
                world.writes("Where is my parcel?")
                world.clock.advance(700)
            world.settle(2)
            assert len(world.got) == 10

    @pytest.mark.parametrize(
        "trouble", [CallbackUnansweredError(), answered(500, {}), answered(429, {})]
    )
    def test_where_line_is_slow_or_refuses_messages_come_first(
        self, trouble: CallbackAnswer | Exception
    ) -> None:
        provider = Provider(answered(200, {"richMenuId": "1"}), answers=[trouble])
        clock = ManualClock(NOW)
        menus = Menus(provider, clock)
        for _ in range(3):
            menus.show("https://api.line.me/v2/bot", {}, "shop", "U1", "m-en")
        assert len(provider.asked) == 1
        clock.advance(601)
        menus.show("https://api.line.me/v2/bot", {}, "shop", "U1", "m-en")
        assert len(provider.asked) == 3

    def test_another_menu_when_the_language_changes(self) -> None:
        peer = LinePeer(FixedClock())
        peer.aliases = {"m-en": "1", "m-es": "2"}
        token = {"Authorization": f"Bearer {peer.values['access_token']}"}
        menus = Menus(peer, FixedClock())
        for name in ("m-en", "m-en", "m-es", "m-es", "m-en"):
            menus.show("https://api.line.me/v2/bot", token, "shop", "U1", name)
        assert [menu for _, menu in peer.linked] == ["1", "2", "1"]
