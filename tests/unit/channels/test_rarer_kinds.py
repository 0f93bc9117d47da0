"""What messengers send besides what is written every day, each as it is documented."""

import base64
from typing import Any
from urllib.parse import urlencode

import pytest

from handrail.domain.message import Kind
from support.channel_reading import holds, only, read
from support.line_bench import line_event, line_webhook
from support.meta_bench import messaging_event, messaging_webhook
from support.slack_bench import CUSTOMER, slack_event
from support.telegram_bench import message as telegram_message
from support.viber_bench import viber_event


class TestMessengerAndInstagram:
    @pytest.mark.parametrize(
        ("content", "kind", "text", "details"),
        [
            (
                {"quick_reply": {"payload": "two words"}, "text": "Two"},
                Kind.ACTION,
                "Two",
                {},
            ),
            (
                {"attachments": [{"type": "sticker", "payload": {"sticker_id": 369239263222822}}]},
                Kind.REACTION,
                None,
                {"emoji": "👍"},
            ),
            (
                {
                    "attachments": [
                        {"type": "sticker", "payload": {"url": "https://a/s", "sticker_id": 5}}
                    ]
                },
                Kind.MEDIA,
                None,
                {"media": "sticker", "media_url": "https://a/s"},
            ),
            (
                {"attachments": [{"type": "fallback", "title": "A page", "url": "https://a/b"}]},
                Kind.UNSUPPORTED,
                "A page\nhttps://a/b",
                {"type": "fallback"},
            ),
            (
                {
                    "attachments": [
                        {
                            "type": "template",
                            "payload": {
                                "product": {
                                    "elements": [{"id": "9", "title": "Hat", "subtitle": "9 €"}]
                                }
                            },
                        }
                    ]
                },
                Kind.UNSUPPORTED,
                "Hat\n9 €",
                {"type": "template"},
            ),
            (
                {"attachments": [{"type": "appointment_booking", "payload": {"booking_id": "1"}}]},
                Kind.UNSUPPORTED,
                None,
                {"type": "appointment_booking"},
            ),
            (
                {"text": "How much?", "referral": {"product": {"id": "77"}}},
                Kind.TEXT,
                "How much?",
                {"product": "77"},
            ),
            (
                {
                    "text": "Hi",
                    "referral": {"ad_id": "6", "ads_context_data": {"ad_title": "Sale"}},
                },
                Kind.TEXT,
                "Hi",
                {"referral": "6", "referral_title": "Sale"},
            ),
            (
                {"attachments": [{"type": "ephemeral"}], "is_unsupported": True},
                Kind.UNSUPPORTED,
                None,
                {"type": "ephemeral"},
            ),
        ],
    )
    @pytest.mark.parametrize("name", ["messenger", "instagram"])
    def test_a_message_is_what_it_is(
        self,
        name: str,
        content: dict[str, Any],
        kind: Kind,
        text: str | None,
        details: dict[str, str],
    ) -> None:
        event = messaging_event("77", message={"mid": "m", **content})
        holds(only(name, messaging_webhook(event)), kind, text, details)

    @pytest.mark.parametrize("payload", ['{"do": "this"}', "two words", "x" * 900])
    def test_a_menu_may_carry_anything(self, payload: str) -> None:
        event = messaging_event("77", postback={"mid": "m", "title": "T", "payload": payload})
        found = only("messenger", messaging_webhook(event))
        assert (found.kind, found.action) == (Kind.ACTION, payload)

    @pytest.mark.parametrize(
        ("field", "part", "kind"),
        [
            ("messages", {"message": {"mid": "m", "text": "Hi"}}, Kind.TEXT),
            ("messaging_postbacks", {"postback": {"mid": "m", "payload": "P"}}, Kind.ACTION),
            ("message_reactions", {"reaction": {"mid": "m", "action": "react"}}, Kind.REACTION),
            ("messaging_seen", {"read": {"mid": "m"}}, Kind.RECEIPT),
            ("messaging_handover", {"pass_thread_control": {}}, Kind.LIFECYCLE),
            ("standby", {"message": {"mid": "m", "text": "Hi"}}, Kind.ECHO),
        ],
    )
    @pytest.mark.parametrize("shape", ["change", "entry", "alone"])
    def test_an_event_is_the_same_wherever_it_stands(
        self, shape: str, field: str, part: dict[str, Any], kind: Kind
    ) -> None:
        change = {"field": field, "value": messaging_event("77", **part)}
        body: object = {
            "change": {"object": "instagram", "entry": [{"id": "1065", "changes": [change]}]},
            "entry": {"object": "instagram", "entry": [{"id": "1065", **change}]},
            "alone": change,
        }[shape]
        found = only("instagram", body)
        assert (found.kind, found.sender.ids, found.account) == (kind, ("77",), "1065")

    @pytest.mark.parametrize("named", ["take_thread_control", "request_thread_control", "optin"])
    def test_who_has_the_thread_is_no_message(self, named: str) -> None:
        event = messaging_event("77", **{named: {"metadata": "x"}})
        holds(only("messenger", messaging_webhook(event)), Kind.LIFECYCLE, None, {"event": named})

    @pytest.mark.parametrize("account", ["1065", "0"])
    def test_who_ticked_a_box_stands_in_the_tick(self, account: str) -> None:
        tick = {"recipient": {"id": "1065"}, "optin": {"ref": "sale", "user_ref": "r-8"}}
        found = only("messenger", messaging_webhook(tick, account=account))
        holds(found, Kind.LIFECYCLE, None, {"event": "optin", "referral": "sale"})
        assert found.sender.ids == ("user_ref:r-8",)

    def test_an_echo_that_was_taken_back_is_not_the_customers_deletion(self) -> None:
        message = {"mid": "m", "is_echo": True, "is_deleted": True}
        ends = {"sender": {"id": "1065"}, "recipient": {"id": "77"}}
        event = {**messaging_event("77", message=message), **ends}
        found = only("messenger", messaging_webhook(event))
        holds(found, Kind.ECHO, None, {"message_id": "m", "type": "delete"})
        assert (found.event_id, found.sender.ids) == ("m/deleted", ("77",))

    def test_a_link_of_older_versions_is_shown(self) -> None:
        link = {"type": "fallback", "title": "A page", "URL": "https://a/b", "payload": None}
        event = messaging_event("77", message={"mid": "m", "attachments": [link]})
        holds(
            only("messenger", messaging_webhook(event)),
            Kind.UNSUPPORTED,
            "A page\nhttps://a/b",
            {},
        )

    def test_an_answer_to_a_survey_is_a_persons_with_its_words(self) -> None:
        follow_up = {"type": "free_form", "payload": "It came broken"}
        question = {"type": "csat", "payload": "2", "follow_up": follow_up}
        screens = [{"screen_id": 0, "questions": {"q1": question}}, {"questions": [1]}]
        event = messaging_event("77", messaging_feedback={"feedback_screens": screens})
        found = only("messenger", messaging_webhook(event))
        holds(found, Kind.UNSUPPORTED, "2\nIt came broken", {"type": "messaging_feedback"})

    def test_a_cart_is_a_persons_with_what_is_in_it(self) -> None:
        products = [{"name": "Blue hat", "quantity": 2}, {"retailer_id": "r-6", "quantity": 1}]
        event = messaging_event("77", order={"products": products, "note": "as a gift"})
        found = only("messenger", messaging_webhook(event))
        text = "as a gift\n2 × Blue hat\n1 × r-6"  # noqa: RUF001
        holds(found, Kind.UNSUPPORTED, text, {"type": "order"})

    def test_a_comment_is_nobodys_conversation(self) -> None:
        comment = {"id": "c", "from": {"id": "5"}, "text": "nice"}
        entry = {"id": "1065", "changes": [{"field": "comments", "value": comment}]}
        found = only("instagram", {"object": "instagram", "entry": [entry]})
        assert (found.kind, found.details) == (Kind.LIFECYCLE, {"event": "comments"})


class TestTelegram:
    @pytest.mark.parametrize(
        "named",
        ["forum_topic_created", "video_chat_started", "giveaway", "chat_owner_changed"],
    )
    def test_what_telegram_notes_itself_is_nobodys(self, named: str) -> None:
        body = {"update_id": 1, "message": telegram_message(**{named: {"name": "x"}})}
        holds(only("telegram", body), Kind.LIFECYCLE, None, {"event": named})

    @pytest.mark.parametrize(
        ("content", "named", "text"),
        [
            (
                {"poll": {"question": "Which?", "options": [{"text": "a"}, {"text": "b"}]}},
                "poll",
                "Which?\na\nb",
            ),
            (
                {"checklist": {"title": "Returns", "tasks": [{"id": 1, "text": "pack"}]}},
                "checklist",
                "Returns\npack",
            ),
            ({"story": {"id": 1}, "forward_date": 5}, "story", None),
            ({"paid_media": {}, "caption": "look"}, "paid_media", "look"),
            ({"something_of_next_year": {}}, "something_of_next_year", None),
        ],
    )
    def test_what_is_no_text_is_a_persons_with_its_words(
        self, content: Any, named: str, text: str | None
    ) -> None:
        body = {"update_id": 1, "message": telegram_message(**content)}
        holds(only("telegram", body), Kind.UNSUPPORTED, text, {"type": named})

    def test_a_venue_is_a_place_with_a_name(self) -> None:
        place = {"latitude": 1.5, "longitude": 2.5}
        venue = {"location": place, "title": "Shop", "address": "Street 1"}
        body = {"update_id": 1, "message": telegram_message(location=place, venue=venue)}
        details = {"name": "Shop", "address": "Street 1", "latitude": "1.5"}
        holds(only("telegram", body), Kind.LOCATION, None, details)

    def test_words_under_nothing_are_words(self) -> None:
        body = {"update_id": 1, "message": telegram_message(caption="Where is it?")}
        holds(only("telegram", body), Kind.TEXT, "Where is it?", {"type": ""})

    @pytest.mark.parametrize("named", ["managed_bot", "poll_answer", "something_new"])
    def test_updates_that_nobody_asked_for_are_counted(self, named: str) -> None:
        body = {"update_id": 1, named: {"from": {"id": 5}}}
        holds(only("telegram", body), Kind.LIFECYCLE, None, {"event": named})


class TestSlack:
    @pytest.mark.parametrize("subtype", ["channel_join", "huddle_thread", "reminder_add"])
    def test_what_slack_notes_itself_is_nobodys(self, subtype: str) -> None:
        body = slack_event(subtype=subtype, text="has joined", channel="C1")
        holds(only("slack", body), Kind.LIFECYCLE, None, {"event": subtype})

    def test_a_subtype_of_next_year_is_a_persons(self) -> None:
        body = slack_event(subtype="hologram", text="Look")
        holds(only("slack", body), Kind.UNSUPPORTED, "Look", {"type": "hologram"})

    def test_what_was_passed_on_is_shown_with_its_words(self) -> None:
        shared = [{"is_share": True, "text": "Broken &amp; late", "fallback": "x"}]
        body = slack_event(text="", attachments=shared)
        holds(only("slack", body), Kind.UNSUPPORTED, "Broken & late", {"type": "message"})

    def test_slacks_own_bot_is_a_bot(self) -> None:
        body = slack_event(text="Reminder", user="USLACKBOT")
        holds(only("slack", body), Kind.LIFECYCLE, None, {"event": "bot_message"})

    def test_the_head_of_a_thread_that_is_deleted_leaves_a_mark(self) -> None:
        before = {"type": "message", "user": CUSTOMER, "text": "my card is", "ts": "1.5"}
        mark = {"subtype": "tombstone", "user": "USLACKBOT", "text": "deleted", "ts": "1.5"}
        changed = {"subtype": "message_changed", "message": mark, "previous_message": before}
        found = only("slack", slack_event(**changed))
        holds(found, Kind.DELETE, None, {"message_id": "1.5"})
        assert found.sender.ids == (CUSTOMER,)

    def test_a_thread_that_is_named_anew_is_no_edit(self) -> None:
        root = {"subtype": "assistant_app_thread", "user": CUSTOMER, "ts": "1.5"}
        changed = {"message": {**root, "text": "b"}, "previous_message": {**root, "text": "a"}}
        found = only("slack", slack_event(subtype="message_changed", **changed))
        holds(found, Kind.LIFECYCLE, None, {"event": "message_changed"})

    @pytest.mark.parametrize(
        ("pressed", "action"),
        [
            ({"name": "menu", "type": "select", "selected_options": [{"value": "red"}]}, "red"),
            ({"name": "menu", "type": "button", "value": "blue"}, "blue"),
            ({"action_id": "day", "selected_date": "2026-12-24"}, "day"),
        ],
    )
    def test_older_menus_are_pressed_too(self, pressed: dict[str, Any], action: str) -> None:
        payload = {
            "type": "interactive_message",
            "user": {"id": CUSTOMER},
            "channel": {"id": "D1"},
            "actions": [pressed],
        }
        found = only("slack", payload)
        assert (found.kind, found.action, found.sender.ids) == (Kind.ACTION, action, (CUSTOMER,))

    @pytest.mark.parametrize("named", ["view_submission", "view_closed", "block_suggestion"])
    def test_a_view_that_is_none_of_ours_is_counted(self, named: str) -> None:
        body = {"type": named, "user": {"id": CUSTOMER}, "view": {"id": "V1"}}
        holds(only("slack", body), Kind.LIFECYCLE, None, {"event": named})


class TestLine:
    def test_events_of_many_are_read_each_by_itself(self) -> None:
        events = [
            line_event("1", type="message", message={"type": "text", "id": "1", "text": "Hi"}),
            line_event("2", type="videoPlayComplete", videoPlayComplete={"trackingId": "t"}),
            line_event("3", type="unsend", unsend={"messageId": "1"}),
            line_event("4", type="membership", membership={"type": "joined"}),
            line_event("5", type="message", message={"type": "hologram", "id": "9"}),
            line_event("6", type="postback", mode="standby", postback={"data": "a"}),
        ]
        found = read("line", line_webhook(*events))
        assert [(one.event_id, one.kind) for one in found] == [
            ("1", Kind.TEXT),
            ("2", Kind.LIFECYCLE),
            ("3", Kind.DELETE),
            ("4", Kind.LIFECYCLE),
            ("5", Kind.UNSUPPORTED),
            ("6", Kind.ECHO),
        ]

    def test_a_message_to_a_telephone_number_has_come(self) -> None:
        event = line_event("1", type="delivery", delivery={"data": "hash-of-a-number"})
        found = only("line", line_webhook(event))
        holds(found, Kind.RECEIPT, None, {"status": "delivered", "key": "hash-of-a-number"})
        assert not found.is_news


class TestViber:
    @pytest.mark.parametrize("named", ["subscribed", "unsubscribed", "client_status", "webhook"])
    def test_events_are_counted(self, named: str) -> None:
        body = viber_event(event=named, user={"id": "u", "language": "uk"})
        holds(only("viber", body), Kind.LIFECYCLE, None, {"event": named})

    def test_a_link_is_what_the_customer_says(self) -> None:
        body = viber_event(message={"type": "url", "media": "https://a.example"})
        holds(only("viber", body), Kind.TEXT, "https://a.example", {})


class TestTwilio:
    def test_what_an_advertisement_brought_says_so(self) -> None:
        form = (
            b"MessageSid=SM1&SmsStatus=received&From=whatsapp%3A%2B1555&To=whatsapp%3A%2B1"
            b"&Body=Hi&ReferralSourceUrl=https%3A%2F%2Ffb.me%2F1&ReferralHeadline=Sale"
        )
        details = {"referral": "https://fb.me/1", "referral_title": "Sale"}
        holds(only("twilio_whatsapp", form), Kind.TEXT, "Hi", details)

    def test_a_form_that_was_filled_in_is_shown_to_a_person(self) -> None:
        form = (
            b"MessageSid=SM1&SmsStatus=received&From=whatsapp%3A%2B1555&To=whatsapp%3A%2B1"
            b"&MessageType=interactive&FlowData=%7B%22size%22%3A%22M%22%7D"
        )
        found = only("twilio_whatsapp", form)
        holds(found, Kind.UNSUPPORTED, '{"size":"M"}', {"type": "interactive"})

    def test_a_button_may_carry_words(self) -> None:
        form = (
            b"MessageSid=SM1&SmsStatus=received&From=whatsapp%3A%2B1555&To=whatsapp%3A%2B1"
            b"&Body=Yes+please&ButtonText=Yes+please&ButtonPayload=Yes+please"
        )
        found = only("twilio_whatsapp", form)
        assert (found.kind, found.action) == (Kind.ACTION, "Yes please")

    @pytest.mark.parametrize(
        ("passed_on", "forwarded"),
        [
            ("&Forwarded=false&FrequentlyForwarded=false", ""),
            ("&Forwarded=true&FrequentlyForwarded=false", "true"),
            ("&Forwarded=false&FrequentlyForwarded=true", "true"),
        ],
    )
    def test_what_was_not_passed_on_does_not_say_so(self, passed_on: str, forwarded: str) -> None:
        form = f"MessageSid=SM1&SmsStatus=received&From=%2B1555&To=%2B1&Body=Hi{passed_on}"
        found = only("twilio_whatsapp", form.encode())
        holds(found, Kind.TEXT, "Hi", {"forwarded": forwarded})

    def test_files_are_what_their_types_say(self) -> None:
        form = (
            b"MessageSid=MM1&SmsStatus=received&From=%2B1555&To=%2B1&NumMedia=4"
            b"&MediaUrl0=https%3A%2F%2Fa%2F0&MediaContentType0=video%2Fmp4"
            b"&MediaUrl1=https%3A%2F%2Fa%2F1&MediaContentType1=text%2Fvcard"
            b"&MediaUrl2=https%3A%2F%2Fa%2F2&MediaContentType2=audio%2Fogg"
            b"&MediaUrl3=https%3A%2F%2Fa%2F3"
        )
        found = only("twilio_sms", form)
        holds(found, Kind.MEDIA, None, {"media": "video", "media_2": "document", "voice": "true"})
        holds(
            found,
            Kind.MEDIA,
            None,
            {"media_3": "audio", "media_4": "", "media_url_4": "https://a/3"},
        )

    def test_a_long_message_may_be_cut_inside_a_character(self) -> None:
        words = ("Where is my parcel? " * 4 + "Größe “L”").encode()[:-1]
        body = urlencode({"Body": base64.b64encode(words).decode()}).encode()
        form = b"MessageSid=SM1&SmsStatus=received&From=%2B1555&To=%2B1&" + body
        found = only("twilio_sms", form)
        assert (found.kind, found.text) == (Kind.TEXT, "Where is my parcel? " * 4 + "Größe “L")
