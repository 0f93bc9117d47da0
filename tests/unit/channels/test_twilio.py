"""Twilio: signatures, what its forms say, and what leaves."""

# ruff: noqa: RUF001 - typographic signs are meant

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import parse_qsl, urlencode

import pytest

from handrail.adapters.channels.kit.measures import sms_segments
from handrail.adapters.channels.twilio import render_sms, render_whatsapp
from handrail.adapters.channels.twilio_signature import addresses, joined, signature
from handrail.application.ports import Address, Knocking, Request
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
from support.channel_bench import Provider, answered, built
from support.channel_samples import NOW, outbound
from support.twilio_bench import TWILIO_TOKEN, twilio_account, twilio_request

SMS, WHATSAPP = "twilio_sms", "twilio_whatsapp"
ME = Address(SMS, "15550001111", ("+15557770001",))


def read(form: Mapping[str, str], name: str = SMS) -> InboundMessage:
    channel = built(name, Provider(answered(201, {})), twilio_account())
    (found,) = channel.to_messages(twilio_request(name, form), NOW)
    return found


def one(name: str = SMS, **form: str) -> InboundMessage:
    prefix = "whatsapp:" if name == WHATSAPP else ""
    parties = {"From": f"{prefix}+15557770001", "To": f"{prefix}+15550001111"}
    return read({"MessageSid": "SM1", "SmsStatus": "received", **parties, **form}, name)


class TestSignature:
    URL = "https://shop.example/hook?a=1"

    def check(self, request: Request, **values: str) -> None:
        built(SMS, Provider(answered(201, {})), twilio_account(**values)).verify(request, NOW)

    def signed(self, url: str, form: list[tuple[str, str]], told: str = "") -> Request:
        request = twilio_request(SMS, urlencode(form).encode())
        headers = {
            **request.headers,
            "x-twilio-signature": signature(TWILIO_TOKEN.encode(), url, form),
        }
        return replace(request, url=told or url, headers=headers)

    @pytest.mark.parametrize(
        ("signed", "told"),
        [
            ("https://shop.example/hook", "https://shop.example/hook"),
            ("https://shop.example:443/hook", "https://shop.example/hook"),
            ("https://shop.example/hook", "https://shop.example:443/hook"),
            ("https://shop.example/hook", "https://shop.example:8443/hook"),
            ("https://shop.example:8443/hook", "https://shop.example:8443/hook"),
            ("http://shop.example:80/hook", "http://shop.example/hook"),
            ("https://shop.example/hook?x=%20a", "https://shop.example/hook?x=%20a"),
        ],
    )
    def test_an_address_counts_with_and_without_its_port(self, signed: str, told: str) -> None:
        self.check(self.signed(signed, [("MessageSid", "SM1")], told))

    @pytest.mark.parametrize(
        "told",
        ["https://shop.example/other", "http://shop.example/hook", "https://evil.example/hook"],
    )
    def test_another_address_does_not(self, told: str) -> None:
        with pytest.raises(ForgedRequestError):
            self.check(self.signed("https://shop.example/hook", [("a", "b")], told))

    def test_repeated_fields_count_once_and_sorted(self) -> None:
        form = [("b", "2"), ("a", "1"), ("b", "1"), ("b", "2")]
        assert joined(form) == "a1b1b2"
        self.check(self.signed(self.URL, form))

    def test_a_json_body_counts_by_its_digest(self) -> None:
        body = b'{"MessageSid": "SM1"}'
        url = f"{self.URL}&bodySHA256={hashlib.sha256(body).hexdigest()}"
        request = replace(
            self.signed(url, []),
            body=body,
            headers={
                "content-type": "application/json",
                "x-twilio-signature": signature(TWILIO_TOKEN.encode(), url, []),
            },
        )
        self.check(request)
        for forged in (replace(request, body=body + b" "), replace(request, url=self.URL)):
            with pytest.raises(ForgedRequestError):
                self.check(forged)

    def test_the_address_may_be_configured(self) -> None:
        request = self.signed("https://api.shop.example/in?x=1", [("a", "b")])
        seen = replace(request, url="https://internal.example/v1/channels?x=1")
        with pytest.raises(ForgedRequestError):
            self.check(seen)
        self.check(seen, webhook_url="https://api.shop.example/in")

    def test_a_fragment_is_not_sent(self) -> None:
        assert addresses("https://a.example/x#rc=2")[0] == "https://a.example/x"
        assert addresses("https://[::1]:99/x") == ["https://[::1]:99/x", "https://[::1]/x"]
        assert addresses("not an address") == ["not an address"]

    def test_a_form_with_too_many_fields_is_none(self) -> None:
        with pytest.raises(ForgedRequestError):
            self.check(replace(self.signed(self.URL, []), body=b"a=1&" * 600))


class TestForms:
    @pytest.mark.parametrize(
        ("form", "kind", "text"),
        [
            ({"Body": "مرحبا +&=%"}, Kind.TEXT, "مرحبا +&=%"),
            ({"Body": ""}, Kind.UNSUPPORTED, None),
            ({"Body": "", "MessageType": "contacts"}, Kind.UNSUPPORTED, None),
            ({"NumMedia": "1", "MediaUrl0": "https://a", "Body": "it"}, Kind.MEDIA, "it"),
            ({"NumMedia": "x", "Body": "hi"}, Kind.TEXT, "hi"),
            ({"Latitude": "1.5", "Longitude": "2"}, Kind.LOCATION, None),
            ({"Latitude": "1.5", "Body": "hi"}, Kind.TEXT, "hi"),
        ],
    )
    def test_a_message_is_what_it_is(
        self, form: dict[str, str], kind: Kind, text: str | None
    ) -> None:
        found = one(**form)
        assert (found.kind, found.text, found.event_id) == (kind, text, "SM1")
        assert (found.account, found.sender.ids) == ("15550001111", ("+15557770001",))

    def test_files_are_kept_by_reference(self) -> None:
        form = {"NumMedia": "12", **{f"MediaUrl{i}": f"https://a/{i}" for i in range(12)}}
        details = one(**form, MediaContentType0="audio/ogg").details
        assert (details["media_url_10"], details["media_left_out"]) == ("https://a/9", "2")
        assert details["voice"] == "true"

    def test_buttons_are_known_by_their_payload(self) -> None:
        found = one(WHATSAPP, Body="Talk", ButtonText="Talk", ButtonPayload="person:v1")
        assert (found.kind, found.action) == (Kind.ACTION, "person:v1")

    def test_a_word_that_twilio_took_is_told(self) -> None:
        assert one(Body="BAJA", OptOutType="STOP").details["opt_out"] == "stop"

    @pytest.mark.parametrize(
        ("form", "ids"),
        [
            ({"WaId": "15557770001"}, ("+15557770001",)),
            ({"ExternalUserId": "US.9"}, ("US.9", "+15557770001")),
            ({"From": "whatsapp:US.9"}, ("US.9",)),
            ({"From": "whatsapp:US.9", "WaId": "15557770001"}, ("US.9", "+15557770001")),
        ],
    )
    def test_a_hidden_number_has_another_id(
        self, form: dict[str, str], ids: tuple[str, ...]
    ) -> None:
        assert one(WHATSAPP, Body="x", **form).sender.ids == ids

    def test_a_long_sms_may_come_as_base64(self) -> None:
        text = "Guten Tag, mein Paket ist noch nicht da. Wann kommt es denn nun? Danke"
        encoded = base64.b64encode(text.encode()).decode()
        assert one(Body=encoded).text == text
        assert one(Body="x" * 64).text == "x" * 64
        short = base64.b64encode(b"hello").decode()
        assert one(Body=short).text == short

    @pytest.mark.parametrize("status", ["sent", "delivered", "read", "failed", "undelivered"])
    def test_a_status_is_a_receipt_and_a_loss_is_news(self, status: str) -> None:
        form = {"MessageSid": "SM9", "MessageStatus": status, "ErrorCode": "30003"}
        found = read({**form, "To": "+15557770001", "From": "+15550001111"})
        assert (found.kind, found.event_id) == (Kind.RECEIPT, f"SM9/{status}")
        assert (found.account, found.sender.ids) == ("15550001111", ("+15557770001",))
        assert found.is_news == (status in ("failed", "undelivered"))

    @pytest.mark.parametrize("form", [{}, {"Body": "x"}, {"MessageSid": ""}, {"CallSid": "CA1"}])
    def test_what_is_about_no_message_is_refused(self, form: dict[str, str]) -> None:
        with pytest.raises(MalformedRequestError):
            read(form)

    def test_one_without_a_sender_is_an_event(self) -> None:
        assert one(From="", Body="x").kind is Kind.LIFECYCLE

    def test_a_number_with_its_own_settings_goes_by_those(self) -> None:
        other = replace(twilio_account(), id="15550002222")
        channel = built(SMS, Provider(answered(201, {})), twilio_account(), other)
        form = {"MessageSid": "SM1", "From": "+1", "Body": "x"}
        accounts = [
            channel.to_messages(twilio_request(SMS, {**form, "To": to}), NOW)[0].account
            for to in ("+15550002222", "+15550003333")
        ]
        assert accounts == ["15550002222", "15550001111"]

    def test_twilio_is_answered_in_its_own_language(self) -> None:
        channel = built(SMS, Provider(answered(201, {})), twilio_account())
        reply = channel.reply(twilio_request(SMS, {}), 1)
        assert reply is not None
        assert (reply.body, reply.headers["content-type"]) == ("<Response/>", "text/xml")


class TestRender:
    def test_an_sms_says_the_way_in_words(self) -> None:
        assert render_sms(outbound()) == [
            "You have 14 days to send it back.\n\nTo talk to a person, write human at any time."
        ]

    def test_typographic_signs_do_not_halve_an_sms(self) -> None:
        (text,) = render_sms(outbound(text="I’ve asked “Ana” – wait…", hint=""))
        assert text == 'I\'ve asked "Ana" - wait...'
        (kept,) = render_sms(outbound(text="Ana – “مرحبا”…", hint=""))
        assert kept == "Ana – “مرحبا”…"

    def test_a_long_text_is_numbered_and_each_part_fits(self) -> None:
        parts = render_sms(outbound(text="слово " * 400))
        assert parts[0].startswith("(1/")
        assert all(sms_segments(part) <= 10 for part in parts)
        assert all(len(part) <= 1_600 for part in parts)

    def test_whatsapp_without_templates_says_it_in_words(self) -> None:
        (part,) = render_whatsapp(outbound(), {})
        assert part["Body"].endswith("write human at any time.")

    def test_whatsapp_with_templates_has_buttons(self) -> None:
        buttons = (Button(Action.FOLLOW_UP, "Later"), Button(Action.WITHDRAW, "Cancel"))
        *before, last = render_whatsapp(outbound(text="word " * 500, buttons=buttons), {2: "HX2"})
        variables = json.loads(last["ContentVariables"])
        assert last["ContentSid"] == "HX2"
        assert {variables["2"]: variables["3"], variables["4"]: variables["5"]} == {
            "Later": "follow-up:v1",
            "Cancel": "withdraw:v1",
        }
        assert len(variables["1"]) <= 1_024
        assert all(len(part["Body"]) <= 1_600 for part in before)


class TestSend:
    def form(self, provider: Provider) -> dict[str, str]:
        ((method, url, headers, body),) = provider.asked
        assert (method, url) == (
            "POST",
            "https://api.twilio.com/2010-04-01/Accounts/AC1/Messages.json",
        )
        assert headers["Authorization"] == "Basic " + base64.b64encode(b"AC1:a token").decode()
        return dict(parse_qsl(body))

    def test_an_sms_goes_from_the_number(self) -> None:
        provider = Provider(answered(201, {"sid": "SM9"}))
        channel = built(SMS, provider, twilio_account(webhook_url="https://a.example/x"))
        assert channel.send(ME, outbound()) == Delivered(("SM9",))
        form = self.form(provider)
        assert (form["From"], form["To"]) == ("+15550001111", "+15557770001")
        assert form["StatusCallback"] == "https://a.example/x"

    def test_a_messaging_service_may_send(self) -> None:
        provider = Provider(answered(201, {"sid": "SM9"}))
        channel = built(SMS, provider, twilio_account(messaging_service_sid="MG1"))
        channel.send(ME, outbound())
        form = self.form(provider)
        assert form["MessagingServiceSid"] == "MG1"
        assert "From" not in form

    def test_whatsapp_has_its_prefix_on_both_sides(self) -> None:
        provider = Provider(answered(201, {"sid": "SM9"}))
        channel = built(WHATSAPP, provider, twilio_account())
        channel.send(replace(ME, channel=WHATSAPP, sender_ids=("US.9", "+1")), outbound())
        form = self.form(provider)
        assert (form["From"], form["To"]) == ("whatsapp:+15550001111", "whatsapp:US.9")

    @pytest.mark.parametrize(
        ("status", "code", "outcome"),
        [
            (429, 20429, Retry(5.0)),
            (400, 21610, Permanent("code_21610")),
            (400, 63016, WindowClosed()),
            (401, 20003, Retry(60.0)),
            (400, 21211, Permanent("code_21211")),
            (503, None, Retry(5.0)),
            (504, None, Unknown()),
        ],
    )
    def test_a_refusal_is_sorted(self, status: int, code: int | None, outcome: Delivery) -> None:
        provider = Provider(answered(status, {"code": code}))
        assert built(SMS, provider, twilio_account()).send(ME, outbound()) == outcome

    @pytest.mark.parametrize(("name", "sent"), [(SMS, True), (WHATSAPP, False)])
    def test_only_whatsapp_has_a_window(self, name: str, sent: bool) -> None:
        provider = Provider(answered(201, {"sid": "SM9"}))
        late = outbound(customer_wrote_at=NOW - 25 * 3600)
        outcome = built(name, provider, twilio_account()).send(ME, late)
        assert (outcome == WindowClosed()) is not sent
        assert bool(provider.asked) is sent

    def test_a_closed_window_is_knocked_at(self) -> None:
        provider = Provider(answered(201, {"sid": "SM9"}))
        channel = built(
            WHATSAPP,
            provider,
            twilio_account(reply_content_sid="HX0", reply_content_sid_es="HX8"),
        )
        assert isinstance(channel, Knocking)
        for language, content in (("es", "HX8"), ("de", "HX0")):
            assert channel.knock(ME, outbound(language=language)) == Delivered(("SM9",))
            assert dict(parse_qsl(provider.bodies[-1]))["ContentSid"] == content
        bare = built(WHATSAPP, provider, twilio_account())
        assert isinstance(bare, Knocking)
        assert bare.knock(ME, outbound()) == WindowClosed()

    def test_whatsapp_shows_the_indicator(self) -> None:
        provider = Provider(answered(200, {}))
        built(WHATSAPP, provider, twilio_account()).typing(ME, "SM1")
        ((_, url, _, body),) = provider.asked
        assert url == "https://messaging.twilio.com/v2/Indicators/Typing.json"
        assert dict(parse_qsl(body)) == {"messageId": "SM1", "channel": "whatsapp"}
