"""Slack: what is pressed, picked, filled in and sent, beside plain words."""

from typing import Any

import pytest

from handrail.application.ports import Request
from handrail.domain.message import InboundMessage, Kind
from support.channel_bench import Provider, answered, built
from support.channel_reading import holds
from support.channel_samples import NOW
from support.slack_bench import (
    CUSTOMER,
    slack_account,
    slack_event,
    slack_form,
    slack_interaction,
    slack_request,
)

PLACE: dict[str, Any] = {
    "channel": {"id": "C1"},
    "container": {"message_ts": "4.5", "channel_id": "C1"},
}


def read(request: Request) -> InboundMessage:
    channel = built("slack", Provider(answered(200, {})), slack_account())
    channel.verify(request, NOW)
    (found,) = channel.to_messages(request, NOW)
    return found


def option(value: str, label: str) -> dict[str, Any]:
    return {"value": value, "text": {"type": "plain_text", "text": label}}


class TestPressed:
    @pytest.mark.parametrize(
        ("element", "action", "text"),
        [
            ({"type": "datepicker", "selected_date": "2026-12-24"}, "e", "2026-12-24"),
            ({"type": "datetimepicker", "selected_date_time": 1800000000}, "e", "1800000000"),
            ({"type": "users_select", "selected_user": "U8"}, "e", "U8"),
            (
                {"type": "multi_channels_select", "selected_channels": ["C7", "C8"]},
                "e",
                "C7, C8",
            ),
            (
                {"type": "checkboxes", "selected_options": [option("a", "Ann"), option("b", "B")]},
                "a",
                "Ann, B",
            ),
            ({"type": "radio_buttons", "selected_option": option("a", "Ann")}, "a", "Ann"),
            ({"type": "plain_text_input", "value": "It is broken"}, "e", "It is broken"),
            ({"type": "checkboxes", "selected_options": []}, "e", None),
        ],
    )
    def test_a_choice_has_its_id_and_what_was_chosen(
        self, element: dict[str, Any], action: str, text: str | None
    ) -> None:
        pressed = {"action_id": "e", "block_id": "b", "action_ts": "3.5", **element}
        found = read(slack_interaction(**PLACE, actions=[pressed]))
        assert (found.kind, found.action, found.text) == (Kind.ACTION, action, text)
        assert found.details == {"message_id": "4.5", "user": CUSTOMER}

    def test_a_message_that_only_one_sees_stands_beside_its_menu(self) -> None:
        found = read(
            slack_interaction(
                type="interactive_message",
                channel={"id": "C1"},
                message_ts="4.5",
                action_ts="3.5",
                actions=[{"name": "ok", "type": "button", "value": "yes"}],
            )
        )
        assert (found.action, found.sender.ids) == ("yes", ("C1:4.5",))
        assert (found.occurred_at, found.details["message_id"]) == (3.5, "4.5")

    def test_a_shortcut_has_its_time(self) -> None:
        found = read(slack_interaction(type="shortcut", callback_id="ask", action_ts="3.5"))
        assert (found.kind, found.action, found.occurred_at) == (Kind.ACTION, "ask", 3.5)


class TestFilledIn:
    def test_a_form_is_a_persons_with_what_stands_in_it(self) -> None:
        rich = {"elements": [{"elements": [{"text": "since "}, {"text": "Monday"}, {"url": "x"}]}]}
        values = {
            "b1": {"words": {"type": "plain_text_input", "value": "It is late"}},
            "b2": {"size": {"type": "static_select", "selected_option": option("l", "Large")}},
            "b3": {"left": {"type": "plain_text_input", "value": None}},
            "b4": {"more": {"type": "rich_text_input", "rich_text_value": rich}, "odd": 5},
            "b5": "odd",
        }
        view = {"id": "V1", "hash": "h", "state": {"values": values}}
        found = read(slack_interaction(type="view_submission", view=view, channel=None))
        text = "words: It is late\nsize: Large\nmore: since Monday"
        holds(found, Kind.UNSUPPORTED, text, {"type": "view_submission"})
        assert found.sender.ids == (CUSTOMER,)

    def test_a_dialog_is_like_a_form(self) -> None:
        filled = {"from": "Lyon", "to": "Oslo", "left": None}
        found = read(
            slack_interaction(type="dialog_submission", submission=filled, action_ts="3.5")
        )
        holds(found, Kind.UNSUPPORTED, "from: Lyon\nto: Oslo", {"type": "dialog_submission"})
        assert (found.sender.ids, found.occurred_at) == ((CUSTOMER,), 3.5)

    def test_what_builds_a_workflow_is_counted(self) -> None:
        values = {"b": {"name": {"type": "plain_text_input", "value": "A step"}}}
        view = {"id": "V1", "type": "workflow_step", "state": {"values": values}}
        found = read(slack_interaction(type="view_submission", view=view, channel=None))
        holds(found, Kind.LIFECYCLE, None, {"event": "view_submission"})

    def test_two_forms_with_the_same_words_are_two(self) -> None:
        sent = [
            read(slack_interaction(type="dialog_submission", submission={"a": "b"}, action_ts=at))
            for at in ("3.5", "3.5", "4.5")
        ]
        assert sent[0].event_id == sent[1].event_id != sent[2].event_id

    @pytest.mark.parametrize("named", ["dialog_cancellation", "dialog_suggestion"])
    def test_what_was_not_sent_is_counted(self, named: str) -> None:
        found = read(slack_interaction(type=named, value="look", callback_id="c"))
        holds(found, Kind.LIFECYCLE, None, {"event": named})


class TestThreads:
    def test_who_wrote_in_a_thread_is_named(self) -> None:
        asked = read(slack_request(slack_event(channel="C1", text="hi", ts="1.5")))
        assert (asked.sender.ids, asked.details["user"]) == (("C1:1.5",), CUSTOMER)
        liked: dict[str, Any] = {"type": "reaction_added", "reaction": "eyes"}
        item = {"channel": "C1", "ts": "1.5"}
        assert read(slack_request(slack_event(**liked, item=item))).details["user"] == CUSTOMER
        alone = read(slack_request(slack_event(text="hi")))
        assert "user" not in alone.details

    def test_a_change_that_does_not_say_of_what_is_of_what_was_there_before(self) -> None:
        before = {"user": CUSTOMER, "text": "Order 7", "ts": "1.5"}
        changed = {"subtype": "message_changed", "previous_message": before, "channel": "C1"}
        edit = slack_event(message={"user": "U8", "text": "Order 8"}, **changed)
        found = read(slack_request(edit))
        holds(found, Kind.EDIT, "Order 8", {"message_id": "1.5", "user": "U8"})
        assert found.sender.ids == ("C1:1.5",)
        gone = slack_event(subtype="message_deleted", previous_message=before, channel="C1")
        assert read(slack_request(gone)).details == {"message_id": "1.5", "user": CUSTOMER}


def test_what_has_no_time_was_when_slack_noted_it() -> None:
    event = {"type": "event_callback", "event_id": "E", "event_time": 1_700_000_000}
    found = read(slack_request({**event, "event": {"type": "member_joined_channel"}}))
    assert found.occurred_at == 1_700_000_000
    written = slack_event(text="hi", ts="1700000001.5")
    assert (
        read(slack_request({**written, "event_time": 1_700_000_000})).occurred_at == 1700000001.5
    )


def test_a_file_that_lies_elsewhere_has_its_address() -> None:
    file = {"id": "F1", "mode": "external", "url_private": "https://drive.example/1"}
    found = read(slack_request(slack_event(text="", files=[file])))
    holds(found, Kind.MEDIA, None, {"media_id": "F1", "media_url": "https://drive.example/1"})


def test_a_try_of_the_certificate_is_counted() -> None:
    found = read(slack_form(token="t", ssl_check="1"))
    holds(found, Kind.LIFECYCLE, None, {"event": "ssl_check"})
