"""WhatsApp Cloud: what its webhooks say, and what leaves."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from handrail.adapters.channels.whatsapp_cloud import render, template_language
from handrail.application.ports import Address, Knocking, Request, Typing
from handrail.domain.delivery import (
    Action,
    Button,
    Delivered,
    Delivery,
    Permanent,
    Retry,
    Unknown,
    WindowClosed,
)
from handrail.domain.errors import ForgedRequestError, MalformedRequestError
from handrail.domain.message import InboundMessage, Kind
from handrail.domain.phrases import Direction
from support.channel_bench import Provider, answered, built
from support.channel_samples import NOW, outbound
from support.meta_bench import META_SECRET, meta_account, meta_request, whatsapp_webhook

NAME = "whatsapp_cloud"
ME = Address(NAME, "1065", ("15557770001",))
OK = {"messages": [{"id": "wamid.out"}]}


def read(body: object, **accounts: str) -> Sequence[InboundMessage]:
    channel = built(NAME, Provider(answered(200, {})), meta_account("1065", **accounts))
    return channel.to_messages(meta_request(NAME, "1065", body), NOW)


def message(**content: object) -> dict[str, Any]:
    return {"from": "15557770001", "id": "wamid.1", "timestamp": "1799999990", **content}


def one(**content: object) -> InboundMessage:
    (found,) = read(whatsapp_webhook(message(**content)))
    return found


class TestKinds:
    @pytest.mark.parametrize(
        ("named", "part", "kind", "text", "action"),
        [
            ("text", {"body": " Hi "}, Kind.TEXT, "Hi", None),
            ("text", {}, Kind.UNSUPPORTED, None, None),
            ("text", None, Kind.UNSUPPORTED, None, None),
            ("button", {"payload": "a:1", "text": "A"}, Kind.ACTION, "A", "a:1"),
            ("button", {"payload": "a b", "text": "A"}, Kind.ACTION, "A", "a b"),
            ("button", {"text": "Call me"}, Kind.ACTION, "Call me", "Call me"),
            ("button", {"payload": 5}, Kind.UNSUPPORTED, None, None),
            ("interactive", {"list_reply": {"id": "x", "title": "X"}}, Kind.ACTION, "X", "x"),
            ("interactive", {"nfm_reply": {"response_json": "{}"}}, Kind.UNSUPPORTED, "{}", None),
            ("interactive", {}, Kind.UNSUPPORTED, None, None),
            ("image", {"id": "7", "caption": "it"}, Kind.MEDIA, "it", None),
            ("sticker", {"id": "7"}, Kind.MEDIA, None, None),
            ("location", {"latitude": 1, "longitude": 2}, Kind.LOCATION, None, None),
            ("reaction", {"message_id": "w", "emoji": "👍"}, Kind.REACTION, None, None),
            ("edit", {"message": {"type": "text", "text": {"body": "b"}}}, Kind.EDIT, "b", None),
            ("revoke", {"original_message_id": "w"}, Kind.DELETE, None, None),
            (
                "order",
                {"product_items": [{"quantity": 2}]},
                Kind.UNSUPPORTED,
                "2 \N{MULTIPLICATION SIGN} None",
                None,
            ),
            ("system", {"type": "customer_identity_changed"}, Kind.LIFECYCLE, None, None),
            ("request_welcome", None, Kind.LIFECYCLE, None, None),
            ("poll", {}, Kind.UNSUPPORTED, None, None),
            (["odd"], None, Kind.UNSUPPORTED, None, None),
            (None, None, Kind.UNSUPPORTED, None, None),
        ],
    )
    def test_a_message_is_what_it_is(
        self,
        named: object,
        part: object,
        kind: Kind,
        text: str | None,
        action: str | None,
    ) -> None:
        found = one(type=named, **({named: part} if isinstance(named, str) else {}))
        assert (found.kind, found.text, found.action) == (kind, text, action)
        assert (found.account, found.event_id, found.occurred_at) == ("1065", "wamid.1", NOW - 10)

    def test_what_is_said_in_a_group_is_not_said_to_us(self) -> None:
        found = one(type="text", text={"body": "x"}, group_id="g")
        assert (found.kind, found.is_news) == (Kind.LIFECYCLE, False)

    def test_a_file_is_kept_by_reference(self) -> None:
        part = {"id": "77", "mime_type": "audio/ogg; codecs=opus", "voice": True}
        assert one(type="audio", audio=part).details == {
            "media": "audio",
            "media_id": "77",
            "media_type": "audio/ogg; codecs=opus",
            "voice": "true",
        }

    def test_what_is_personal_stands_where_it_is_redacted(self) -> None:
        contact = {"name": {"formatted_name": "Ana"}, "phones": [{"phone": "+1 555"}]}
        found = one(type="contacts", contacts=[contact, "odd"])
        assert (found.kind, found.text, found.details) == (
            Kind.UNSUPPORTED,
            "Ana, +1 555",
            {"type": "contacts"},
        )

    @pytest.mark.parametrize("emoji", ["", None])
    def test_a_reaction_that_is_taken_back_says_so(self, emoji: str | None) -> None:
        part = {"message_id": "w", "emoji": emoji}
        assert one(type="reaction", reaction=part).details["removed"] == "true"

    def test_an_edit_of_edits_costs_nothing(self) -> None:
        part: object = {"type": "text", "text": {"body": "x"}}
        for _ in range(300):
            part = {"type": "edit", "edit": {"message": part}}
        assert one(type="edit", edit={"message": part}).kind is Kind.UNSUPPORTED


class TestSenders:
    @pytest.mark.parametrize(
        ("who", "contact", "ids"),
        [
            ({"from": "1"}, {}, ("1",)),
            ({"from": "1"}, {"wa_id": "1", "user_id": "US.9"}, ("US.9", "1")),
            ({"from_user_id": "US.9"}, {"user_id": "US.9"}, ("US.9",)),
            ({"from_user_id": "US.9"}, {"user_id": "US.9", "wa_id": "1"}, ("US.9", "1")),
            ({"from": "1", "from_user_id": "US.9"}, {}, ("US.9", "1")),
            ({"from": "1"}, {"wa_id": "2", "user_id": "US.8"}, ("1",)),
        ],
    )
    def test_they_are_known_by_every_id(
        self, who: dict[str, str], contact: dict[str, str], ids: tuple[str, ...]
    ) -> None:
        content = {"id": "w", "type": "text", "text": {"body": "x"}, **who}
        contacts = [{"profile": {"name": "Ana"}, **contact}]
        (found,) = read(whatsapp_webhook(content, contacts=contacts))
        assert found.sender.ids == ids
        assert found.sender.name == ("Ana" if set(ids) & set(contact.values()) else None)

    def test_without_any_it_is_an_event(self) -> None:
        (found,) = read(whatsapp_webhook({"id": "w", "type": "text", "text": {"body": "x"}}))
        assert (found.kind, found.sender.ids) == (Kind.LIFECYCLE, ())

    def test_a_changed_number_joins_the_new_to_the_old(self) -> None:
        system = {"type": "user_changed_number", "wa_id": "15557770002", "user_id": "US.2"}
        found = one(type="system", system=system)
        assert found.sender.ids == ("US.2", "15557770002", "15557770001")
        assert found.is_news

    def test_customers_of_one_batch_are_not_mixed_up(self) -> None:
        text = {"type": "text", "text": {"body": "x"}}
        messages = [{"from": str(i), "id": f"w{i}", **text} for i in range(50)]
        contacts = [{"wa_id": str(i), "user_id": f"US.{i}"} for i in range(50)]
        found = read(whatsapp_webhook(*messages, contacts=contacts))
        assert [one.sender.ids for one in found] == [(f"US.{i}", str(i)) for i in range(50)]


class TestOtherEvents:
    def test_a_receipt_says_what_became_of_which_message(self) -> None:
        status = {"id": "wamid.9", "status": "delivered", "recipient_id": "1"}
        (found,) = read(whatsapp_webhook(statuses=[status]))
        assert (found.kind, found.event_id) == (Kind.RECEIPT, "wamid.9/delivered")
        assert not found.is_news

    def test_a_loss_is_news_with_its_code(self) -> None:
        status = {
            "id": "wamid.9",
            "status": "failed",
            "recipient_user_id": "US.9",
            "errors": [{"code": 131047}],
        }
        (found,) = read(whatsapp_webhook(statuses=[status]))
        assert found.is_news
        assert found.details["failed"] == "code_131047"

    def test_a_person_at_the_business_app_is_an_echo_from_the_customers_side(self) -> None:
        parties = {"from": "15550001111", "to": "15557770001", "id": "w2"}
        written = {**parties, "type": "text", "text": {"body": "On it"}}
        (found,) = read(whatsapp_webhook(message_echoes=[written]))
        assert (found.kind, found.sender.ids, found.text) == (Kind.ECHO, ("15557770001",), "On it")
        assert found.details["console"] == "whatsapp_business_app"

    def test_what_another_app_answers_is_no_message_for_us(self) -> None:
        body = whatsapp_webhook(message(type="text", text={"body": "Hi"}))
        body["entry"][0]["changes"][0]["field"] = "standby"
        (found,) = read(body)
        assert (found.kind, found.sender.ids) == (Kind.ECHO, ("15557770001",))

    @pytest.mark.parametrize("field", ["account_update", "message_template_status_update", "x"])
    def test_events_of_the_account_are_counted(self, field: str) -> None:
        body = {"entry": [{"changes": [{"field": field, "value": {"event": "APPROVED"}}]}]}
        (found,) = read(body)
        assert found.kind is Kind.LIFECYCLE
        assert found.details == {"event": field, "status": "APPROVED"}

    @pytest.mark.parametrize(
        "entry",
        [[], [{}], [None], [{"changes": 1}], [{"changes": [{"value": None}]}], ["x"]],
    )
    def test_nothing_says_nothing(self, entry: object) -> None:
        assert read({"entry": entry}) == []

    def test_another_apps_account_is_not_spoken_for(self) -> None:
        other = replace(meta_account("2000", app_secret="another"))
        channel = built(NAME, Provider(answered(200, {})), meta_account("1065"), other)
        body = whatsapp_webhook(message(type="text", text={"body": "x"}), number="2000")
        with pytest.raises(MalformedRequestError):
            channel.to_messages(meta_request(NAME, "1065", body), NOW)
        channel = built(
            NAME, Provider(answered(200, {})), meta_account("1065"), meta_account("2000")
        )
        (found,) = channel.to_messages(meta_request(NAME, "1065", body), NOW)
        assert found.account == "2000"


class TestDoor:
    def door(self, method: str = "GET", **query: str) -> Request:
        return Request(method, f"/v1/channels/{NAME}/1065", query=query)

    def test_who_knows_the_token_gets_the_challenge(self) -> None:
        channel = built(NAME, Provider(answered(200, {})), meta_account("1065"))
        asked = {"hub.mode": "subscribe", "hub.challenge": "42", "hub.verify_token": "sesame"}
        answer = channel.handshake(self.door(**asked))
        assert answer is not None
        assert (answer.status, answer.body) == (200, "42")
        for wrong in (
            {"hub.verify_token": "other"},
            {"hub.verify_token": ""},
            {"hub.mode": "x"},
            {"hub.challenge": "<script>"},
        ):
            refused = channel.handshake(self.door(**{**asked, **wrong}))
            assert refused is not None
            assert refused.status == 403
        assert channel.handshake(self.door("POST", **asked)) is None

    def test_without_a_token_nobody_does(self) -> None:
        asked = {"hub.mode": "subscribe", "hub.challenge": "42", "hub.verify_token": ""}
        for account in ((), (meta_account("1065", verify_token=""),)):
            channel = built(NAME, Provider(answered(200, {})), *account)
            answer = channel.handshake(self.door(**asked))
            assert answer is not None
            assert answer.status == 403

    def test_escapes_in_the_body_are_part_of_what_is_signed(self) -> None:
        channel = built(NAME, Provider(answered(200, {})), meta_account("1065"))
        request = meta_request(NAME, "1065", b'{"a":"\\u0645"}')
        channel.verify(request, NOW)
        with pytest.raises(ForgedRequestError):
            channel.verify(replace(request, body='{"a":"م"}'.encode()), NOW)

    def test_the_older_header_opens_only_alone(self) -> None:
        from handrail.adapters.channels.kit.hmac_signature import sign

        channel = built(NAME, Provider(answered(200, {})), meta_account("1065"))
        body = b"{}"
        legacy = {"x-hub-signature": "sha1=" + sign(META_SECRET.encode(), body, algorithm="sha1")}
        request = replace(meta_request(NAME, "1065", body), headers=legacy)
        channel.verify(request, NOW)
        both = {**legacy, "x-hub-signature-256": "sha256=" + "0" * 64}
        with pytest.raises(ForgedRequestError):
            channel.verify(replace(request, headers=both), NOW)


LONG = "word " * 900


class TestRender:
    def test_the_offer_is_a_button_that_is_known_by_its_id(self) -> None:
        (part,) = render(outbound(buttons=(Button(Action.PERSON, "Mit einem Menschen sprechen"),)))
        assert part["interactive"]["action"]["buttons"] == [
            {"type": "reply", "reply": {"id": "person:v1", "title": "Mit einem Menschen…"}}
        ]

    def test_without_buttons_it_is_text_and_no_preview(self) -> None:
        (part,) = render(outbound(buttons=()))
        assert part["text"] == {"body": "You have 14 days to send it back.", "preview_url": False}

    def test_the_last_part_leaves_room_for_its_buttons(self) -> None:
        *before, last = render(outbound(text=LONG))
        assert all(len(part["text"]["body"]) <= 4_096 for part in before)
        assert len(last["interactive"]["body"]["text"]) <= 1_024
        assert before

    def test_nothing_is_formatted_by_accident_and_lines_run_right(self) -> None:
        (part,) = render(outbound(buttons=(), text="*a*", direction=Direction.RIGHT_TO_LEFT))
        assert part["text"]["body"] == "\u200f*\u2060a*"


class TestSend:
    def channel(self, provider: Provider, **values: str) -> Any:
        return built(NAME, provider, meta_account("1065", **values))

    def test_it_goes_to_the_newest_id_with_the_token_in_a_header(self) -> None:
        provider = Provider(answered(200, OK))
        channel = self.channel(provider)
        assert channel.send(ME, outbound()) == Delivered(("wamid.out",))
        assert channel.send(replace(ME, sender_ids=("US.9", "1555")), outbound())
        (method, url, headers, body), (*_, second) = provider.asked
        assert (method, url) == ("POST", "https://graph.facebook.com/v25.0/1065/messages")
        assert headers["Authorization"] == "Bearer token"
        assert "token" not in url
        assert body["to"] == "15557770001"
        assert second["recipient"] == "US.9"
        assert "to" not in second

    @pytest.mark.parametrize(
        ("status", "code", "outcome"),
        [
            (400, 131047, WindowClosed()),
            (400, 131026, Permanent("code_131026")),
            (400, 131056, Retry(6.0)),
            (400, 130429, Retry(5.0)),
            (401, 190, Retry(60.0)),
            (403, 10, Retry(60.0)),
            (500, 131000, Retry(30.0)),
            (500, None, Retry(5.0)),
            (504, None, Unknown()),
            (400, 999_999, Permanent("code_999999")),
        ],
    )
    def test_a_refusal_is_sorted_by_its_code(
        self, status: int, code: int | None, outcome: Delivery
    ) -> None:
        provider = Provider(answered(status, {"error": {"code": code, "message": "…"}}))
        assert self.channel(provider).send(ME, outbound()) == outcome

    def test_nothing_is_sent_that_would_be_reported_as_lost(self) -> None:
        provider = Provider(answered(200, OK))
        late = outbound(customer_wrote_at=NOW - 24 * 3600)
        assert self.channel(provider).send(ME, late) == WindowClosed()
        assert provider.asked == []
        in_time = outbound(customer_wrote_at=NOW - 24 * 3600 + 1)
        assert self.channel(provider).send(ME, in_time) == Delivered(("wamid.out",))

    def test_a_lost_part_is_sent_again_and_no_other(self) -> None:
        refused = answered(429, {"error": {"code": 131056}})
        provider = Provider(answered(200, OK), answers=[answered(200, OK), refused])
        channel = self.channel(provider)
        first = channel.send(ME, outbound(text=LONG))
        assert first == Retry(6.0, taken=("wamid.out",))
        done = channel.send(ME, outbound(text=LONG, taken=first.taken))
        assert done == Delivered(("wamid.out", "wamid.out"))
        assert len(provider.asked) == 3

    def test_an_account_that_is_gone_keeps_the_message(self) -> None:
        assert built(NAME, Provider(answered(200, OK))).send(ME, outbound()) == Retry(60.0)

    def test_the_indicator_names_the_message_and_never_fails(self) -> None:
        provider = Provider(answered(200, {}))
        channel = self.channel(provider)
        assert isinstance(channel, Typing)
        channel.typing(ME, "wamid.1")
        assert provider.bodies[0]["typing_indicator"] == {"type": "text"}
        provider.broken = True
        channel.typing(ME, "wamid.1")

    def test_a_closed_window_is_knocked_at_with_the_template(self) -> None:
        provider = Provider(answered(200, OK))
        assert isinstance(self.channel(provider), Knocking)
        knocked = self.channel(provider, reply_template="reply").knock(
            ME, outbound(language="pt-BR")
        )
        assert knocked == Delivered(("wamid.out",))
        template = provider.bodies[0]["template"]
        assert template == {"name": "reply", "language": {"code": "pt_BR"}}
        assert self.channel(provider).knock(ME, outbound()) == WindowClosed()

    def test_templates_have_their_own_names_of_languages(self) -> None:
        assert [template_language(code) for code in ("en", "zh-Hans", "zh-Hant", "pt-PT")] == [
            "en",
            "zh_CN",
            "zh_TW",
            "pt_PT",
        ]
