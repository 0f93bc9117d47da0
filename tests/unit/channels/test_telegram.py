"""Telegram: what its updates mean, and what leaves."""

from collections.abc import Mapping
from typing import Any

import pytest

from handrail.adapters.channels.kit.accounts import Account
from handrail.adapters.channels.kit.measures import utf16_units
from handrail.adapters.channels.telegram import Telegram, recipient, render
from handrail.application.ports import Address
from handrail.domain.delivery import Action, Delivered, Delivery, Permanent, Retry, Unknown
from handrail.domain.errors import MalformedRequestError
from handrail.domain.message import InboundMessage, Kind
from handrail.domain.phrases import Direction
from handrail_ops.channels.setups.session import SetupError
from handrail_ops.channels.setups.table import set_up
from support.channel_bench import Provider, answered, built
from support.channel_samples import NOW, outbound
from support.telegram_bench import (
    CHAT,
    CUSTOMER,
    message,
    telegram_account,
    telegram_request,
)

ME = Address("telegram", "shop_bot", ("7001",))
NOTHING: Mapping[str, str] = {}
GROUP = {"id": -100123, "type": "supergroup", "title": "Neighbours"}


def read(**update: Any) -> InboundMessage:
    channel = built("telegram", Provider(answered(200, {})), telegram_account())
    (found,) = channel.to_messages(telegram_request({"update_id": 31, **update}), NOW)
    return found


def written(**content: Any) -> InboundMessage:
    return read(message=message(**content))


class TestWritten:
    def test_a_text_has_its_time_its_writer_and_their_language(self) -> None:
        found = written(text="Wo ist mein Paket?", reply_to_message={"message_id": 4})
        assert (found.event_id, found.kind, found.text) == ("31", Kind.TEXT, "Wo ist mein Paket?")
        assert (found.sender.ids, found.sender.name) == (("7001",), "Ada")
        assert (found.sender.locale, found.occurred_at) == ("de", NOW - 2)
        # Later edits, deletions and replies name it by the message's own id.
        assert found.details == {"message_id": "5", "reply_to": "4"}

    @pytest.mark.parametrize(
        ("text", "action"),
        [
            ("/start", "welcome:v1"),
            ("/start from-the-site", "welcome:v1"),
            ("/START@shop_bot", "welcome:v1"),
            ("/human", "person:v1"),
            ("/human@shop_bot", "person:v1"),
            ("/human my parcel is lost", None),
            ("/help", None),
            ("/starting", None),
        ],
    )
    def test_commands_are_buttons_and_other_words_are_words(
        self, text: str, action: str | None
    ) -> None:
        found = written(text=text)
        assert (found.kind, found.action) == (Kind.ACTION if action else Kind.TEXT, action)

    def test_a_links_word_is_kept(self) -> None:
        found = written(text="/start spring-sale")
        assert found.details == {"referral": "spring-sale", "message_id": "5"}

    @pytest.mark.parametrize(
        ("content", "details"),
        [
            (
                {"photo": [{"file_id": "small"}, {"file_id": "large", "file_size": 9}]},
                {
                    "media": "image",
                    "media_type": "image/jpeg",
                    "media_id": "large",
                    "media_bytes": "9",
                },
            ),
            (
                {"voice": {"file_id": "v", "mime_type": "audio/ogg"}},
                {"media": "audio", "media_type": "audio/ogg", "media_id": "v", "voice": "true"},
            ),
            (
                {"video_note": {"file_id": "n"}},
                {"media": "video", "media_type": "video/mp4", "media_id": "n", "voice": "true"},
            ),
            (
                {"audio": {"file_id": "a", "mime_type": "audio/mpeg"}, "media_group_id": "77"},
                {"media": "audio", "media_type": "audio/mpeg", "media_id": "a", "album": "77"},
            ),
            (
                {"animation": {"file_id": "g"}, "document": {"file_id": "g"}},
                {"media": "video", "media_id": "g"},
            ),
            (
                {"document": {"file_id": "d", "file_name": "bill.pdf"}},
                {"media": "document", "media_id": "d", "media_name": "bill.pdf"},
            ),
            (
                {"sticker": {"file_id": "s", "emoji": "👍"}},
                {"media": "sticker", "media_id": "s", "emoji": "👍"},
            ),
        ],
    )
    def test_files_are_kept_by_reference(self, content: Any, details: Any) -> None:
        found = written(**content, caption="this one")
        assert (found.kind, found.text) == (Kind.MEDIA, "this one")
        assert found.details == {**details, "message_id": "5"}

    def test_places_and_shared_contacts_are_a_persons(self) -> None:
        place = {"latitude": 52.5, "longitude": 13.4}
        venue = {"location": place, "title": "Shop", "address": "Main Street 1"}
        found = written(location=place, venue=venue)
        assert found.kind is Kind.LOCATION
        assert found.details == {
            "latitude": "52.5",
            "longitude": "13.4",
            "name": "Shop",
            "address": "Main Street 1",
            "message_id": "5",
        }
        assert written(venue=venue) == found
        contact = written(contact={"first_name": "Bo", "phone_number": "+15550100"})
        assert (contact.kind, contact.text) == (Kind.UNSUPPORTED, "Bo, +15550100")

    @pytest.mark.parametrize(
        ("content", "named", "text"),
        [
            ({"dice": {"emoji": "🎯", "value": 3}}, "dice", "🎯"),
            ({"poll": {"question": "Red or blue?"}}, "poll", "Red or blue?"),
            ({"web_app_data": {"data": '{"size":"M"}'}}, "web_app_data", '{"size":"M"}'),
            ({"successful_payment": {}}, "successful_payment", None),
            ({"something_new": {}}, "something_new", None),
            ({"text": "  "}, "unknown", None),
        ],
    )
    def test_what_nobody_knows_is_a_persons(
        self, content: Any, named: str, text: str | None
    ) -> None:
        found = written(**content)
        assert (found.kind, found.text) == (Kind.UNSUPPORTED, text)
        assert found.details["type"] == named

    def test_what_telegram_notes_itself_is_nobodys(self) -> None:
        found = written(pinned_message={"message_id": 1})
        assert (found.kind, found.details["event"]) == (Kind.LIFECYCLE, "pinned_message")

    def test_groups_channels_and_bots_are_not_answered(self) -> None:
        for found in (
            written(text="hello all", chat=GROUP),
            read(channel_post=message(text="news", chat={"id": -1, "type": "channel"})),
            written(text="beep", **{"from": {**CUSTOMER, "is_bot": True}}),
            read(message={"text": "from nobody"}),
        ):
            assert found.kind is Kind.LIFECYCLE
            assert not found.is_news


class TestOtherUpdates:
    def test_an_edit_names_what_it_changes(self) -> None:
        found = read(edited_message=message(text="Order 8", edit_date=int(NOW) - 1))
        assert (found.kind, found.text, found.occurred_at) == (Kind.EDIT, "Order 8", NOW - 1)
        assert found.details == {"message_id": "5"}
        assert read(edited_message=message(text="/human")).action is None

    def test_a_live_location_that_moves_is_no_edit(self) -> None:
        moving = {"latitude": 1.5, "longitude": 2.5, "live_period": 60}
        assert read(edited_message=message(location=moving)).kind is Kind.LIFECYCLE

    def test_a_button_is_known_by_its_data_and_shown_by_its_label(self) -> None:
        keyboard = {"inline_keyboard": [[{"text": "Talk to a person", "callback_data": "x y"}]]}
        asked = message(text="…", reply_markup=keyboard)
        query = {"id": "4", "from": CUSTOMER, "message": asked, "data": "x y"}
        found = read(callback_query=query)
        assert (found.kind, found.action, found.text) == (
            Kind.ACTION,
            "x y",
            "Talk to a person",
        )
        inline = read(callback_query={"id": "4", "from": CUSTOMER, "data": "person:v1"})
        assert (inline.sender.ids, inline.action) == (("7001",), Action.PERSON)
        game = read(callback_query={"id": "4", "from": CUSTOMER, "game_short_name": "g"})
        assert game.kind is Kind.UNSUPPORTED
        in_group = {**query, "message": message(chat=GROUP)}
        assert read(callback_query=in_group).kind is Kind.LIFECYCLE

    def test_a_pressed_button_stops_turning_with_the_acknowledgement(self) -> None:
        channel = Telegram(built("telegram", Provider(answered(200, {}))).tools)
        query = {"update_id": 1, "callback_query": {"id": "44", "from": CUSTOMER, "data": "x"}}
        reply = channel.reply(telegram_request(query), 1)
        assert reply is not None
        assert reply.body == '{"method": "answerCallbackQuery", "callback_query_id": "44"}'
        text = telegram_request({"update_id": 1, "message": message(text="hi")})
        assert channel.reply(text, 1) is None

    @pytest.mark.parametrize(
        ("new", "old", "details"),
        [
            ([{"type": "emoji", "emoji": "👍"}], [], {"emoji": "👍", "message_id": "27"}),
            (
                [],
                [{"type": "emoji", "emoji": "👍"}],
                {"emoji": "👍", "removed": "true", "message_id": "27"},
            ),
            ([{"type": "custom_emoji"}], [], {"emoji": "custom", "message_id": "27"}),
        ],
    )
    def test_reactions(self, new: Any, old: Any, details: Any) -> None:
        change = {"chat": CHAT, "user": CUSTOMER, "message_id": 27, "date": int(NOW)}
        found = read(message_reaction={**change, "new_reaction": new, "old_reaction": old})
        assert (found.kind, dict(found.details)) == (Kind.REACTION, details)

    @pytest.mark.parametrize(
        ("status", "event"),
        [("kicked", "blocked"), ("member", "unblocked"), ("left", "left")],
    )
    def test_who_blocks_the_bot_is_noted(self, status: str, event: str) -> None:
        change = {"chat": CHAT, "from": CUSTOMER, "new_chat_member": {"status": status}}
        found = read(my_chat_member=change)
        assert (found.kind, found.details["event"]) == (Kind.LIFECYCLE, event)

    def test_events_that_are_nobodys_are_counted(self) -> None:
        for name in ("poll", "inline_query", "of_next_year"):
            found = read(**{name: {"id": "1"}})
            assert (found.kind, found.details["event"]) == (Kind.LIFECYCLE, name)

    def test_a_body_without_an_update_is_none(self) -> None:
        channel = built("telegram", Provider(answered(200, {})), telegram_account())
        with pytest.raises(MalformedRequestError, match="update_id"):
            channel.to_messages(telegram_request({"hello": "world"}), NOW)


class TestBusiness:
    def test_a_business_accounts_customer_is_written_to_through_it(self) -> None:
        found = read(business_message=message(text="hi", business_connection_id="bc:1"))
        assert (found.kind, found.sender.ids) == (Kind.TEXT, ("business:bc:1:7001",))
        assert recipient(found.sender.ids) == {
            "business_connection_id": "bc:1",
            "chat_id": "7001",
        }

    def test_its_owner_holds_the_conversation_and_we_do_not(self) -> None:
        owner = {"id": 1, "is_bot": False, "first_name": "Owner"}
        content = {"text": "On it", "business_connection_id": "bc", "from": owner}
        echo = read(business_message=message(**content))
        assert (echo.kind, echo.sender.ids) == (Kind.ECHO, ("business:bc:7001",))
        assert echo.sender.name == "Ada"
        assert echo.details == {"console": "telegram_business", "message_id": "5"}
        # Who is not named is never taken for the owner: the words might be lost.
        unnamed = read(business_message=message(**{**content, "from": None}))
        assert (unnamed.kind, unnamed.sender.ids) == (Kind.TEXT, ("business:bc:7001",))
        own = read(business_message=message(**content, sender_business_bot={"id": 9}))
        assert not own.is_news

    def test_deletions_come_one_by_one(self) -> None:
        channel = built("telegram", Provider(answered(200, {})), telegram_account())
        gone = {"business_connection_id": "bc", "chat": CHAT, "message_ids": [4, 5]}
        request = telegram_request({"update_id": 8, "deleted_business_messages": gone})
        found = channel.to_messages(request, NOW)
        assert [(one.event_id, one.kind) for one in found] == [
            ("8/4", Kind.DELETE),
            ("8/5", Kind.DELETE),
        ]


class TestOut:
    def send(self, *answers: Any, **changes: Any) -> tuple[Delivery, Provider]:
        provider = Provider(answered(200, {"ok": True, "result": {"message_id": 1}}))
        provider.answers = list(answers)
        channel = built("telegram", provider, telegram_account())
        return channel.send(ME, outbound(**changes)), provider

    def test_text_goes_as_it_stands_with_a_button_a_row(self) -> None:
        outcome, provider = self.send(text="*not bold* _x_ <b>")
        assert outcome == Delivered(("1",))
        ((method, url, _, body),) = provider.asked
        assert (method, url) == ("POST", "https://api.telegram.org/bot1:token/sendMessage")
        assert body == {
            "chat_id": "7001",
            "text": "*not bold* _x_ <b>",
            "link_preview_options": {"is_disabled": True},
            "reply_markup": {
                "inline_keyboard": [[{"text": "Talk to a person", "callback_data": "person:v1"}]]
            },
        }

    def test_long_texts_are_split_and_the_last_part_has_the_buttons(self) -> None:
        parts = render(outbound(text="👩‍👩‍👧‍👦 " * 900))
        assert len(parts) == 3
        assert all(utf16_units(part["text"]) <= 4_096 for part in parts)
        assert ["reply_markup" in part for part in parts] == [False, False, True]
        assert "reply_markup" not in render(outbound(buttons=()))[0]

    def test_lines_run_in_their_languages_direction(self) -> None:
        (part,) = render(outbound(text="AB-1 في الطريق", direction=Direction.RIGHT_TO_LEFT))
        assert part["text"].startswith("\u200f\u2066AB-1\u2069")

    @pytest.mark.parametrize(
        ("status", "body", "outcome"),
        [
            (429, {"parameters": {"retry_after": 17}}, Retry(17.0)),
            (429, {"parameters": {"retry_after": 99_999}}, Retry(3_600.0)),
            (429, {}, Retry(5.0)),
            (500, {}, Retry(5.0)),
            (502, {}, Unknown()),
            (401, {}, Retry(60.0)),
            (404, {}, Retry(60.0)),
            (403, {"description": "Forbidden: bot was blocked"}, Permanent("code_403")),
            (400, {"description": "Bad Request: chat not found"}, Permanent("code_400")),
        ],
    )
    def test_refusals_are_sorted(self, status: int, body: Any, outcome: Delivery) -> None:
        refusal = answered(status, {"ok": False, "error_code": status, **body})
        assert self.send(refusal)[0] == outcome

    def test_a_page_of_a_gateway_is_judged_by_its_status(self) -> None:
        assert self.send(answered(504, "<html>"))[0] == Unknown()
        assert self.send(answered(200, "<html>"))[0] == Unknown()

    def test_somebody_is_writing(self) -> None:
        provider = Provider(answered(200, {"ok": True, "result": True}))
        built("telegram", provider, telegram_account()).typing(ME, "31")
        assert provider.bodies == [{"chat_id": "7001", "action": "typing"}]


class TestSetup:
    def run(
        self, provider: Provider, values: Mapping[str, str] = NOTHING, *, dry: bool = False
    ) -> list[str]:
        told: list[str] = []
        account = Account("shop_bot", {**telegram_account().values, **values})
        set_up(
            "telegram",
            account,
            "https://shop.example",
            "de",
            dry_run=dry,
            tell=told.append,
            http=provider,
        )
        return told

    def test_the_webhook_and_a_command_in_every_language_of_two_letters(self) -> None:
        provider = Provider(answered(200, {"ok": True}))
        self.run(provider)
        hook, *commands = provider.bodies[1:]
        assert hook["url"] == "https://shop.example/v1/channels/telegram/shop_bot"
        assert hook["secret_token"] == "the_secret_token"
        assert "message_reaction" in hook["allowed_updates"]
        assert hook["drop_pending_updates"] is False
        codes = [one.get("language_code") for one in commands]
        assert codes[0] is None
        assert {"de", "ar", "zh", "pt"} <= set(codes)
        assert all(code is None or len(code) == 2 for code in codes)
        assert len(codes) == len(set(codes))
        assert {one["commands"][0]["command"] for one in commands} == {"human"}

    def test_it_says_what_waits_and_why(self) -> None:
        info = {"pending_update_count": 3, "last_error_message": "Wrong response: 503"}
        told = self.run(Provider(answered(200, {"result": info})))
        assert "the last update could not be brought: Wrong response: 503" in told
        assert told[1].startswith("3 updates wait")

    def test_the_token_in_the_address_is_not_shown(self) -> None:
        shown = "\n".join(self.run(Provider(answered(200, {})), dry=True))
        assert "/bot…/setWebhook" in shown
        assert "1:token" not in shown
        assert "the_secret_token" not in shown

    @pytest.mark.parametrize("values", [{"secret_token": "not allowed!"}, {"bot_token": ""}])
    def test_what_telegram_would_refuse_is_said_before(self, values: dict[str, str]) -> None:
        with pytest.raises(SetupError, match=next(iter(values))):
            self.run(Provider(answered(200, {})), values)
