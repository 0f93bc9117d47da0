"""LINE: what its events mean, and what leaves."""

import uuid
from typing import Any

import pytest

from handrail.adapters.channels.kit.measures import utf16_units
from handrail.adapters.channels.line import render
from handrail.application.ports import Address
from handrail.domain.delivery import Delivered, Delivery, Permanent, Retry, Unknown
from handrail.domain.errors import MalformedRequestError
from handrail.domain.message import InboundMessage, Kind
from handrail.domain.phrases import Direction
from support.channel_bench import Provider, answered, built
from support.channel_samples import NOW, outbound
from support.line_bench import line_account, line_event, line_request, line_webhook

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
        # Later edits, deletions and quotations name it by the message's own id.
        assert found.details == {"message_id": "325", "reply_to": "324"}

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
        assert (found.kind, dict(found.details)) == (Kind.MEDIA, {**details, "message_id": "325"})

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
            "message_id": "325",
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
        assert found.details["message_id"] == "1"
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
        assert push["messages"][0]["text"].startswith("\u200f\u2066AB-1\u2069")

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
