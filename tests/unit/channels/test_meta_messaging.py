"""Messenger and Instagram: what their webhooks say, and what leaves."""

from collections.abc import Sequence
from typing import Any

import pytest

from handrail.adapters.channels.instagram import Instagram
from handrail.adapters.channels.kit.measures import utf8_bytes, utf16_units
from handrail.adapters.channels.messenger import FacebookMessenger
from handrail.adapters.channels.meta_messaging import messaging_type, render
from handrail.application.ports import Address
from handrail.domain.delivery import (
    Delivered,
    Delivery,
    Permanent,
    Retry,
    Speaker,
    WindowClosed,
)
from handrail.domain.message import InboundMessage, Kind
from support.channel_bench import Provider, answered, built
from support.channel_samples import NOW, outbound
from support.meta_bench import messaging_event, messaging_webhook, meta_account, meta_request

HOUR = 3600.0
DAY = 24 * HOUR
CHANNELS = ("messenger", "instagram")


def read(body: object, name: str = "messenger", **accounts: str) -> Sequence[InboundMessage]:
    channel = built(name, Provider(answered(200, {})), meta_account("1065", **accounts))
    return channel.to_messages(meta_request(name, "1065", body), NOW)


def one(**event: object) -> InboundMessage:
    (found,) = read(messaging_webhook({**messaging_event("77"), **event}))
    return found


def file(kind: str, **payload: object) -> dict[str, Any]:
    return {"type": kind, "payload": payload}


class TestKinds:
    @pytest.mark.parametrize(
        ("message", "kind", "text", "action"),
        [
            ({"text": " Hi "}, Kind.TEXT, "Hi", None),
            (
                {"text": "Yes", "quick_reply": {"payload": "person:v1"}},
                Kind.ACTION,
                "Yes",
                "person:v1",
            ),
            ({"text": "x", "attachments": [file("fallback")]}, Kind.TEXT, "x", None),
            ({"attachments": [file("image", url="https://a/b")]}, Kind.MEDIA, None, None),
            ({"text": "it", "attachments": [file("image")]}, Kind.MEDIA, "it", None),
            ({"attachments": [file("sticker")], "sticker_id": 5}, Kind.MEDIA, None, None),
            (
                {"attachments": [file("image")], "sticker_id": 369239263222822},
                Kind.REACTION,
                None,
                None,
            ),
            ({"attachments": [file("like_heart")]}, Kind.REACTION, None, None),
            ({"attachments": [file("story_mention", url="https://a")]}, Kind.MEDIA, None, None),
            (
                {"attachments": [file("location", coordinates={"lat": 1, "long": 2})]},
                Kind.LOCATION,
                None,
                None,
            ),
            ({"attachments": [file("template")]}, Kind.UNSUPPORTED, None, None),
            ({"attachments": "odd"}, Kind.UNSUPPORTED, None, None),
            ({"is_unsupported": True}, Kind.UNSUPPORTED, None, None),
            ({"is_deleted": True}, Kind.DELETE, None, None),
            ({"text": 5}, Kind.UNSUPPORTED, None, None),
            ({}, Kind.UNSUPPORTED, None, None),
        ],
    )
    def test_a_message_is_what_it_is(
        self, message: dict[str, object], kind: Kind, text: str | None, action: str | None
    ) -> None:
        found = one(message={"mid": "m1", **message})
        assert (found.kind, found.text, found.action) == (kind, text, action)
        assert (found.account, found.sender.ids) == ("1065", ("77",))
        assert found.occurred_at == NOW - 2

    def test_files_are_kept_by_reference(self) -> None:
        files = [file("audio", url=f"https://a/{i}") for i in range(12)]
        details = one(message={"mid": "m", "attachments": files}).details
        assert (details["media"], details["media_url_10"]) == ("audio", "https://a/9")
        assert (details["voice"], details["media_left_out"]) == ("true", "2")
        assert "media_url_11" not in details

    def test_a_menu_is_pressed_by_its_payload(self) -> None:
        found = one(postback={"mid": "m2", "title": "Talk to a person", "payload": "person:v1"})
        assert (found.kind, found.action, found.event_id) == (Kind.ACTION, "person:v1", "m2")

    def test_a_postback_without_an_id_is_known_again(self) -> None:
        event = messaging_event("77", postback={"payload": "a"})
        (first,), (second,) = read(messaging_webhook(event)), read(messaging_webhook(event))
        assert first.event_id == second.event_id

    @pytest.mark.parametrize(
        ("event", "kind", "details"),
        [
            (
                {"reaction": {"mid": "m", "action": "react", "emoji": "❤"}},
                Kind.REACTION,
                {"emoji": "❤", "message_id": "m"},
            ),
            (
                {"reaction": {"mid": "m", "action": "unreact"}},
                Kind.REACTION,
                {"message_id": "m", "removed": "true"},
            ),
            ({"read": {"watermark": 5}}, Kind.RECEIPT, {"status": "read", "until": "5"}),
            ({"read": {"mid": "m"}}, Kind.RECEIPT, {"status": "read", "message_id": "m"}),
            (
                {"delivery": {"mids": ["a", "b"], "watermark": 5}},
                Kind.RECEIPT,
                {"status": "delivered", "message_id": "a b", "until": "5"},
            ),
            (
                {"message_edit": {"mid": "m", "text": "new", "num_edit": 1}},
                Kind.EDIT,
                {"message_id": "m"},
            ),
            ({"optin": {"ref": "x"}}, Kind.LIFECYCLE, {"event": "optin", "referral": "x"}),
            ({"pass_thread_control": {}}, Kind.LIFECYCLE, {"event": "pass_thread_control"}),
            (
                {"referral": {"ref": "ad", "source": "SHORTLINK"}},
                Kind.LIFECYCLE,
                {"event": "referral", "referral": "ad"},
            ),
            ({"something_new": 1}, Kind.LIFECYCLE, {"event": "something_new"}),
        ],
    )
    def test_other_events_are_what_they_are(
        self, event: dict[str, object], kind: Kind, details: dict[str, str]
    ) -> None:
        found = one(**event)
        assert (found.kind, dict(found.details)) == (kind, details)

    def test_a_story_that_is_answered_is_named(self) -> None:
        story = {"id": "s1", "url": "https://a/s"}
        found = one(message={"mid": "m", "text": "nice", "reply_to": {"story": story}})
        assert found.details == {"story_id": "s1", "story_url": "https://a/s"}


class TestParties:
    @pytest.mark.parametrize(
        ("sender", "recipient", "entry", "echo", "account", "customer"),
        [
            ("77", "1065", "1065", False, "1065", "77"),
            ("1065", "77", "1065", True, "1065", "77"),
            ("77", "1065", "1065", True, "1065", "77"),
            ("77", "1065", "0", False, "1065", "77"),
            ("1065", "77", "0", True, "1065", "77"),
        ],
    )
    def test_the_customer_is_the_other_one(
        self, sender: str, recipient: str, entry: str, echo: bool, account: str, customer: str
    ) -> None:
        event = {
            "sender": {"id": sender},
            "recipient": {"id": recipient},
            "message": {"mid": "m", "text": "x", "is_echo": echo},
        }
        (found,) = read(messaging_webhook(event, account=entry))
        assert (found.account, found.sender.ids) == (account, (customer,))

    def test_who_came_through_a_plugin_has_a_reference(self) -> None:
        event = {
            "sender": {"user_ref": "u1"},
            "recipient": {"id": "1065"},
            "message": {"text": "x"},
        }
        (found,) = read(messaging_webhook(event))
        assert found.sender.ids == ("user_ref:u1",)

        provider = Provider(answered(200, {"message_id": "m9"}))
        channel = built("messenger", provider, meta_account("1065"))
        channel.send(Address("messenger", "1065", found.sender.ids), outbound())
        assert provider.bodies[0]["recipient"] == {"user_ref": "u1"}

    def test_an_echo_of_ours_is_known_by_its_mark_or_its_app(self) -> None:
        def echo(**parts: object) -> InboundMessage:
            message = {"mid": "m", "text": "x", "is_echo": True, **parts}
            event = messaging_event("1065", "77", message=message)
            (found,) = read(messaging_webhook(event), app_id="42")
            return found

        assert echo(metadata="handrail:key").details["own"] == "true"
        assert echo(app_id=42).details["own"] == "true"
        assert not echo(app_id=42).is_news
        assert echo(app_id=43, metadata="other").is_news
        assert "own" not in echo().details

    def test_what_another_app_answers_holds_and_is_no_message(self) -> None:
        event = messaging_event("77", message={"mid": "m", "text": "Hi"})
        (found,) = read(messaging_webhook(standby=[event]))
        assert (found.kind, found.details["console"]) == (Kind.ECHO, "standby")

    def test_a_test_of_the_providers_is_read_like_the_real_thing(self) -> None:
        value = {
            **messaging_event("77", message={"mid": "m", "text": "Hi"}),
            "timestamp": "1799999990",
        }
        (found,) = read(
            messaging_webhook(account="0", changes=[{"field": "messages", "value": value}])
        )
        assert (found.kind, found.account, found.occurred_at) == (Kind.TEXT, "1065", 1_799_999_990)

    def test_comments_and_feeds_are_counted(self) -> None:
        change = {"field": "feed", "value": {"item": "comment"}}
        (found,) = read(messaging_webhook(changes=[change]))
        assert (found.kind, dict(found.details)) == (Kind.LIFECYCLE, {"event": "feed"})

    @pytest.mark.parametrize("entry", [[], [{}], [None], [{"messaging": [{}, None, 1]}]])
    def test_nothing_says_nothing(self, entry: object) -> None:
        assert read({"entry": entry}) == []


class TestWindow:
    @pytest.mark.parametrize("name", CHANNELS)
    @pytest.mark.parametrize(
        ("speaker", "ago", "declared"),
        [
            (Speaker.BOT, HOUR, {"messaging_type": "RESPONSE"}),
            (Speaker.AGENT, HOUR, {"messaging_type": "RESPONSE"}),
            (Speaker.AGENT, 2 * DAY, {"messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"}),
            (Speaker.AGENT, 8 * DAY, None),
            (Speaker.BOT, 2 * DAY, None),
            (Speaker.STATUS, 2 * DAY, None),
        ],
    )
    def test_the_extension_is_for_people_alone(
        self, name: str, speaker: Speaker, ago: float, declared: dict[str, str] | None
    ) -> None:
        message = outbound(speaker=speaker, customer_wrote_at=NOW - ago)
        assert messaging_type(name, message, NOW) == declared
        if declared is None:
            provider = Provider(answered(200, {}))
            channel = built(name, provider, meta_account("1065"))
            assert channel.send(Address(name, "1065", ("77",)), message) == WindowClosed()
            assert provider.asked == []

    def test_when_nobody_knows_the_provider_decides(self) -> None:
        assert messaging_type("messenger", outbound(), NOW) == {"messaging_type": "RESPONSE"}


class TestRender:
    def test_messenger_has_quick_replies_and_our_mark(self) -> None:
        (part,) = render(outbound(), FacebookMessenger.limits)
        assert part == {
            "text": "You have 14 days to send it back.",
            "metadata": "handrail:key-7",
            "quick_replies": [
                {"content_type": "text", "title": "Talk to a person", "payload": "person:v1"}
            ],
        }

    def test_instagram_says_it_in_words_too(self) -> None:
        (part,) = render(outbound(), Instagram.limits)
        assert part["text"].endswith("\n\nTo talk to a person, write human at any time.")

    def test_instagram_counts_bytes(self) -> None:
        *before, last = render(outbound(text="ก" * 900), Instagram.limits)
        assert all(utf8_bytes(part["text"]) <= 1_000 for part in (*before, last))
        assert all("quick_replies" not in part for part in before)
        assert "quick_replies" in last

    def test_messenger_counts_units(self) -> None:
        parts = render(outbound(text="👍" * 1_500, buttons=()), FacebookMessenger.limits)
        assert [utf16_units(part["text"]) for part in parts] == [2_000, 1_000]
        assert all("quick_replies" not in part for part in parts)


@pytest.mark.parametrize("name", CHANNELS)
class TestSend:
    def test_it_goes_to_the_customer(self, name: str) -> None:
        provider = Provider(answered(200, {"message_id": "m9"}))
        channel = built(name, provider, meta_account("1065", api_version="v26.0"))
        assert channel.send(Address(name, "1065", ("77",)), outbound()) == Delivered(("m9",))
        ((method, url, headers, body),) = provider.asked
        assert (method, url) == ("POST", "https://graph.facebook.com/v26.0/me/messages")
        assert headers["Authorization"] == "Bearer token"
        assert body["recipient"] == {"id": "77"}
        assert body["messaging_type"] == "RESPONSE"

    @pytest.mark.parametrize(
        ("code", "subcode", "outcome"),
        [
            (10, 2018278, WindowClosed()),
            (10, 2534022, WindowClosed()),
            (10, None, Retry(60.0)),
            (190, 463, Retry(60.0)),
            (200, None, Retry(60.0)),
            (551, None, Permanent("code_551")),
            (100, 33, Permanent("code_100")),
            (2, None, Retry(5.0)),
            (613, None, Retry(60.0)),
        ],
    )
    def test_a_refusal_is_sorted(
        self, name: str, code: int, subcode: int | None, outcome: Delivery
    ) -> None:
        error = {"error": {"code": code, "error_subcode": subcode}}
        provider = Provider(answered(400, error))
        channel = built(name, provider, meta_account("1065"))
        assert channel.send(Address(name, "1065", ("77",)), outbound()) == outcome

    def test_the_indicator_is_shown(self, name: str) -> None:
        provider = Provider(answered(200, {}))
        channel = built(name, provider, meta_account("1065"))
        channel.typing(Address(name, "1065", ("77",)), "m1")
        assert provider.bodies == [{"recipient": {"id": "77"}, "sender_action": "typing_on"}]
