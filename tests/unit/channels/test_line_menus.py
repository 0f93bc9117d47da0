"""LINE: setting an account up, and which customer is shown which menu."""

import re
import struct
import zlib

import pytest

from handrail.adapters.channels.direct import CallbackAnswer, CallbackUnansweredError
from handrail.adapters.channels.line_menus import Menus, alias
from handrail.adapters.language.catalogue import PackagedCatalogue
from handrail_ops.channels.peers.base import Weather
from handrail_ops.channels.peers.line import LinePeer
from handrail_ops.channels.setups.pictures import person
from handrail_ops.channels.setups.session import SetupError
from handrail_ops.channels.setups.table import set_up
from handrail_ops.memory.clock import ManualClock
from support.channel_bench import FixedClock, Provider, answered
from support.channel_samples import NOW
from support.line_bench import line_account
from support.messenger_world import MessengerWorld


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
