"""Slack: who is let in, what its requests mean, and what leaves."""

from dataclasses import replace
from typing import Any

import pytest

from handrail.adapters.channels.kit.accounts import Account
from handrail.adapters.channels.kit.measures import utf16_units
from handrail.adapters.channels.slack import Slack, recipient, render
from handrail.adapters.channels.slack_events import plain
from handrail.application.ports import Address, Request
from handrail.domain.delivery import Delivered, Delivery, Permanent, Retry, Unknown
from handrail.domain.errors import ForgedRequestError, MalformedRequestError
from handrail.domain.message import InboundMessage, Kind
from handrail.domain.phrases import Direction
from handrail_ops.channels.setups.session import SetupError
from handrail_ops.channels.setups.table import set_up
from support.channel_bench import Provider, answered, built
from support.channel_samples import NOW, outbound
from support.slack_bench import (
    slack_account,
    slack_event,
    slack_form,
    slack_interaction,
    slack_request,
)

ME = Address("slack", "shop", ("U7001",))
PRESSED = {
    "action_id": "a",
    "value": "person:v1",
    "action_ts": "3.5",
    "text": {"type": "plain_text", "text": "Talk to a person"},
}
TS = f"{int(NOW) - 2}.000200"


def read_request(request: Request) -> InboundMessage:
    channel = built("slack", Provider(answered(200, {})), slack_account())
    (found,) = channel.to_messages(request, NOW)
    return found


def read(**event: Any) -> InboundMessage:
    return read_request(slack_request(slack_event(**event)))


class TestDoor:
    CHANNEL = built("slack", Provider(answered(200, {})), slack_account())

    def test_the_time_may_lie_five_minutes_off_and_no_more(self) -> None:
        for at in (NOW - 300, NOW + 300):
            self.CHANNEL.verify(slack_request({"type": "x"}, at=at), NOW)
        for at in (NOW - 301, NOW + 301):
            with pytest.raises(ForgedRequestError, match="300 seconds"):
                self.CHANNEL.verify(slack_request({"type": "x"}, at=at), NOW)

    def test_the_question_is_answered_with_its_challenge_if_it_is_signed(self) -> None:
        question = slack_request({"type": "url_verification", "challenge": "3eZb"})
        answer = self.CHANNEL.handshake(question)
        assert answer is not None
        assert (answer.status, answer.body) == (200, "3eZb")
        with pytest.raises(ForgedRequestError):
            self.CHANNEL.handshake(replace(question, headers={}))

    def test_who_writes_about_it_asks_nothing(self) -> None:
        event = slack_event(text="what is url_verification?")
        assert self.CHANNEL.handshake(slack_request(event)) is None
        assert self.CHANNEL.handshake(slack_form(payload='"url_verification"')) is None

    def test_nothing_is_answered_that_a_command_would_show(self) -> None:
        reply = Slack(self.CHANNEL.tools).reply(slack_form(command="/human"), 1)
        assert reply is not None
        assert (reply.status, reply.body) == (200, "")


class TestWritten:
    def test_a_direct_message_is_its_writers(self) -> None:
        found = read(text="Where is &lt;my&gt; parcel?")
        assert (found.kind, found.text) == (Kind.TEXT, "Where is <my> parcel?")
        assert (found.event_id, found.sender.ids) == (f"D1/{TS}", ("U7001",))
        assert found.occurred_at == pytest.approx(NOW - 2, abs=0.01)

    def test_in_a_channel_a_thread_is_a_customer(self) -> None:
        first = read(channel="C1", text="hi", ts="1.5")
        reply = read(channel="C1", text="hello?", ts="2.5", thread_ts="1.5")
        assert first.sender.ids == reply.sender.ids == ("C1:1.5",)
        assert reply.details == {"reply_to": "1.5", "user": "U7001"}
        assert recipient(reply.sender.ids) == {"channel": "C1", "thread_ts": "1.5"}

    def test_a_mention_that_comes_twice_is_one_message(self) -> None:
        message = read_request(slack_request(slack_event("Ev1", channel="C1", text="<@U9> hi")))
        mention = slack_event("Ev2", type="app_mention", channel="C1", text="<@U9> hi")
        again = read_request(slack_request(mention))
        assert (again.event_id, again.text) == (message.event_id, "hi")

    @pytest.mark.parametrize(
        ("raw", "shown"),
        [
            ("<@U9> <@U8|shop>: hi", "hi"),
            ("ask <@U8> or <@U7|ada>", "ask @U8 or @ada"),
            ("see <#C1|help> <!here> <!date^1^x|today>", "see #help @here today"),
            ("<https://a.example/x>", "https://a.example/x"),
            ("<http://a.example|a.example>", "http://a.example"),
            ("<https://a.example|my order>", "my order (https://a.example)"),
            ("<mailto:a@a.example|a@a.example>", "a@a.example"),
            ("&amp;lt; 3 &gt; 2", "&lt; 3 > 2"),
        ],
    )
    def test_a_text_is_read_as_its_writer_saw_it(self, raw: str, shown: str) -> None:
        assert plain(raw) == shown

    def test_files_are_kept_by_reference(self) -> None:
        files = [
            {
                "id": "F1",
                "mimetype": "image/png",
                "name": "a.png",
                "size": 9,
                "url_private_download": "https://files/1",
            },
            {"id": "F2", "mimetype": "audio/webm", "subtype": "slack_audio"},
            {"id": "F3", "mimetype": "application/pdf"},
        ]
        found = read(subtype="file_share", text="these", files=files)
        assert (found.kind, found.text) == (Kind.MEDIA, "these")
        assert found.details == {
            "media": "image",
            "media_type": "image/png",
            "media_id": "F1",
            "media_url": "https://files/1",
            "media_name": "a.png",
            "media_bytes": "9",
            "media_2": "audio",
            "media_type_2": "audio/webm",
            "media_id_2": "F2",
            "voice": "true",
            "media_3": "document",
            "media_type_3": "application/pdf",
            "media_id_3": "F3",
        }

    def test_a_message_of_nothing_we_know_is_a_persons(self) -> None:
        assert read(text="", blocks=[{"type": "call"}]).kind is Kind.UNSUPPORTED

    @pytest.mark.parametrize(
        "event",
        [
            {"bot_id": "B1", "text": "An answer of ours"},
            {"subtype": "bot_message", "text": "x"},
            {"subtype": "channel_join", "text": "x"},
            {"subtype": "message_changed", "message": {"bot_id": "B1", "text": "x"}},
            {"subtype": "message_deleted", "previous_message": {"bot_id": "B1"}},
            {
                "subtype": "message_changed",
                "message": {"user": "U7001", "text": "https://a.example", "attachments": [{}]},
                "previous_message": {"user": "U7001", "text": "https://a.example"},
            },
            {"user": None, "text": "from nobody"},
            {"type": "app_home_opened"},
            {"type": "tokens_revoked"},
            {"type": "of_next_year"},
        ],
    )
    def test_what_nobody_wrote_is_counted(self, event: Any) -> None:
        found = read(**event)
        assert found.kind is Kind.LIFECYCLE
        assert not found.is_news

    def test_edits_and_deletions_name_what_they_change(self) -> None:
        before = {"user": "U7001", "text": "Order 7", "ts": "1.5"}
        change = {"subtype": "message_changed", "previous_message": before, "channel": "C1"}
        edit = read(message={**before, "text": "Order 8"}, user=None, **change)
        assert (edit.kind, edit.text, edit.sender.ids) == (Kind.EDIT, "Order 8", ("C1:1.5",))
        assert edit.details == {"message_id": "1.5", "user": "U7001"}
        gone = read(subtype="message_deleted", previous_message=before, deleted_ts="1.5")
        assert (gone.kind, gone.sender.ids) == (Kind.DELETE, ("U7001",))
        assert gone.details == {"message_id": "1.5"}

    @pytest.mark.parametrize("removed", [False, True])
    def test_reactions(self, removed: bool) -> None:
        named = "reaction_removed" if removed else "reaction_added"
        item = {"type": "message", "channel": "D1", "ts": "1.5"}
        found = read(type=named, reaction="heart", item=item)
        assert (found.kind, found.sender.ids) == (Kind.REACTION, ("U7001",))
        told = {"removed": "true"} if removed else {}
        assert found.details == {"emoji": "heart", "message_id": "1.5", **told}

    def test_slacks_own_notes_are_counted(self) -> None:
        found = read_request(slack_request({"type": "app_rate_limited", "team_id": "T1"}))
        assert (found.kind, found.details["event"]) == (Kind.LIFECYCLE, "app_rate_limited")


class TestPressed:
    def test_a_button_is_known_by_its_value(self) -> None:
        found = read_request(slack_interaction(actions=[PRESSED], container={"message_ts": "2.5"}))
        assert (found.kind, found.action) == (Kind.ACTION, "person:v1")
        assert (found.text, found.sender.ids) == ("Talk to a person", ("U7001",))
        assert found.details == {"message_id": "2.5"}

    def test_in_a_thread_it_belongs_to_the_thread(self) -> None:
        container = {"message_ts": "2.5", "thread_ts": "1.5"}
        pressed = {"actions": [PRESSED], "channel": {"id": "C1"}, "container": container}
        assert read_request(slack_interaction(**pressed)).sender.ids == ("C1:1.5",)

    def test_choices_and_shortcuts(self) -> None:
        chosen = {"action_id": "a", "selected_option": {"value": "red", "text": {"text": "Red"}}}
        menu = read_request(slack_interaction(actions=[chosen]))
        assert (menu.action, menu.text) == ("red", "Red")
        shortcut = slack_interaction(type="shortcut", callback_id="help", channel=None)
        assert read_request(shortcut).action == "help"
        closed = slack_interaction(type="view_closed", callback_id="help")
        assert read_request(closed).kind is Kind.LIFECYCLE

    def test_two_presses_are_two_and_one_is_one(self) -> None:
        presses = [
            read_request(slack_interaction(actions=[{**PRESSED, "action_ts": ts}])).event_id
            for ts in ("3.5", "3.5", "4.5")
        ]
        assert presses[0] == presses[1] != presses[2]

    def test_the_command_asks_for_a_person_and_what_stands_behind_it_is_said(self) -> None:
        fields = {"user_id": "U7001", "user_name": "ada", "trigger_id": "13.8"}
        bare = read_request(slack_form(command="/human", text=" ", **fields))
        assert (bare.kind, bare.action, bare.event_id) == (Kind.ACTION, "person:v1", "13.8")
        assert (bare.sender.ids, bare.sender.name) == (("U7001",), "ada")
        words = read_request(slack_form(command="/human", text="my &amp; yours", **fields))
        assert (words.kind, words.text) == (Kind.TEXT, "my & yours")
        assert words.details == {"command": "/human"}
        other = read_request(slack_form(command="/orders", text="", **fields))
        assert other.action == "/orders"

    def test_a_form_without_a_payload_is_none_of_slacks(self) -> None:
        for request in (slack_form(a="b"), slack_form(**{f"f{n}": "" for n in range(101)})):
            with pytest.raises(MalformedRequestError):
                read_request(request)


class TestOut:
    def send(self, *answers: Any, **changes: Any) -> tuple[Delivery, Provider]:
        provider = Provider(answered(200, {"ok": True, "ts": "9.5"}))
        provider.answers = list(answers)
        channel = built("slack", provider, slack_account())
        return channel.send(ME, outbound(**changes)), provider

    def test_a_message_has_its_text_escaped_and_its_buttons_under_it(self) -> None:
        outcome, provider = self.send(text="<!here> *5* > 3 & so")
        assert outcome == Delivered(("9.5",))
        ((_, url, headers, body),) = provider.asked
        assert url == "https://slack.com/api/chat.postMessage"
        assert headers["Authorization"] == "Bearer xoxb"
        shown = "&lt;!here&gt; *\u20605* &gt; 3 &amp; so"
        section, actions = body["blocks"]
        assert (body["channel"], body["text"], body["mrkdwn"]) == ("U7001", shown, False)
        assert section["text"] == {"type": "mrkdwn", "text": shown}
        (button,) = actions["elements"]
        assert (button["action_id"], button["value"]) == ("person:v1", "person:v1")
        assert button["text"] == {"type": "plain_text", "text": "Talk to a person"}
        assert "blocks" not in render(outbound(buttons=()))[0]

    def test_a_line_is_no_quotation(self) -> None:
        (part,) = render(outbound(text="> 3\n > 4"))
        assert part["text"] == "\u2060&gt; 3\n \u2060&gt; 4"

    @pytest.mark.parametrize("text", ["word. " * 900, "&" * 2_000, "👩‍👩‍👧‍👦 " * 500])
    def test_every_part_fits_as_it_is_written_out(self, text: str) -> None:
        parts = render(outbound(text=text))
        assert len(parts) > 1
        assert all(utf16_units(part["text"]) <= 3_000 for part in parts)
        assert ["blocks" in part for part in parts] == [False] * (len(parts) - 1) + [True]

    def test_lines_run_in_their_languages_direction(self) -> None:
        (part,) = render(outbound(text="AB-1 في الطريق", direction=Direction.RIGHT_TO_LEFT))
        assert part["text"].startswith("\u200f\u2066AB-1\u2069")

    @pytest.mark.parametrize(
        ("status", "body", "outcome"),
        [
            (429, {"ok": False, "error": "ratelimited"}, Retry(1.0)),
            (200, {"ok": False, "error": "invalid_auth"}, Retry(60.0)),
            (200, {"ok": False, "error": "not_in_channel"}, Retry(60.0)),
            (200, {"ok": False, "error": "internal_error"}, Unknown()),
            (
                200,
                {"ok": False, "error": "channel_not_found"},
                Permanent("code_channel_not_found"),
            ),
            (200, {"ok": False, "error": "new_one"}, Permanent("code_new_one")),
            (200, {}, Unknown()),
            (500, {}, Retry(5.0)),
            (502, {}, Unknown()),
        ],
    )
    def test_answers_are_sorted(self, status: int, body: Any, outcome: Delivery) -> None:
        assert self.send(answered(status, body))[0] == outcome

    def test_what_slack_says_of_waiting_counts(self) -> None:
        limited = answered(429, {"ok": False, "error": "ratelimited"}, retry_after="30")
        assert self.send(limited)[0] == Retry(30.0)


class TestSetup:
    def run(self, provider: Provider, account: Account) -> list[str]:
        told: list[str] = []
        set_up(
            "slack",
            account,
            "https://shop.example",
            "en",
            dry_run=False,
            tell=told.append,
            http=provider,
        )
        return told

    def test_the_manifest_gets_our_addresses_and_keeps_the_rest(self) -> None:
        there = {
            "display_information": {"name": "Shop"},
            "features": {"slash_commands": [{"command": "/orders"}, {"command": "/human"}]},
            "oauth_config": {"scopes": {"bot": ["users:read"]}},
        }
        exported = answered(200, {"ok": True, "manifest": there})
        provider = Provider(answered(200, {"ok": True}), answers=[exported])
        self.run(provider, slack_account(app_id="A1", config_token="xoxe"))
        assert [url.rpartition("/")[2] for _, url, _, _ in provider.asked] == [
            "apps.manifest.export",
            "apps.manifest.update",
        ]
        assert provider.asked[0][2]["Authorization"] == "Bearer xoxe"
        manifest = provider.bodies[1]["manifest"]
        assert '"name": "Shop"' in manifest
        assert manifest.count('"command": "/human"') == 1
        assert manifest.count("https://shop.example/v1/channels/slack/shop") == 3
        for one in ("/orders", "users:read", "chat:write", "message.im"):
            assert f'"{one}"' in manifest

    def test_without_a_token_for_it_the_manifest_is_shown(self) -> None:
        told = self.run(Provider(answered(200, {"ok": True})), slack_account())
        assert '"request_url": "https://shop.example/v1/channels/slack/shop"' in told[-1]

    def test_a_refusal_inside_a_200_is_one(self) -> None:
        with pytest.raises(SetupError, match="invalid_auth"):
            self.run(
                Provider(answered(200, {"ok": False, "error": "invalid_auth"})), slack_account()
            )
